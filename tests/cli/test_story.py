"""The whole story on the command line: new, check, train, evaluate, predict, on real files."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.cli import main
from studio.core.safe_write import SaveError

MAIN = Path(__file__).parents[2] / "main.py"


def json_lines(capsys: pytest.CaptureFixture[str]) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def picture_folder(tmp_path: Path) -> Path:
    """Two classes that a line can tell apart: dark and bright noise, 30 pictures each."""
    rng = np.random.default_rng(0)
    for name, level in (("dark", 40), ("bright", 200)):
        folder = tmp_path / "pictures" / name
        folder.mkdir(parents=True)
        for i in range(30):
            pixels = rng.normal(level, 20, (16, 16, 3)).clip(0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(folder / f"{i:02d}.png")
    return tmp_path / "pictures"


def test_that_a_table_goes_from_new_to_predict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project, checkpoint = str(tmp_path / "iris.lantern"), str(tmp_path / "iris.safetensors")
    assert main(["new", "--dataset", "iris", "-o", project, "--json"]) == 0
    assert json_lines(capsys)[0]["kind"] == "tabular-classification"

    assert main(["check", project, "--json"]) == 0
    (report,) = json_lines(capsys)
    assert report["ok"] is True
    assert report["problems"] == []
    assert report["parameters"] > 0
    assert [3] in report["shapes"].values()

    assert main(["train", project, "--epochs", "30", "--seed", "1", "--json"]) == 0
    lines = json_lines(capsys)
    assert {"run_started", "steps_done", "epoch_finished", "run_finished"} <= {row["event"] for row in lines}
    assert lines[-1]["event"] == "run_finished"
    assert lines[-1]["checkpoint"] == checkpoint
    assert lines[-1]["metrics"]["accuracy"] >= 0.8
    assert sum(len(row["losses"]) for row in lines if row["event"] == "steps_done") == lines[-1]["steps"]

    assert main(["evaluate", checkpoint, "--json"]) == 0
    (result,) = json_lines(capsys)
    assert result["metrics"]["accuracy"] == pytest.approx(lines[-1]["metrics"]["accuracy"])
    assert (result["split"], result["samples"]) == ("test", result["samples"])

    table = tmp_path / "new.csv"
    names = list(json.loads(Path(project).read_text())["dataset"]["columns"])
    features = [c["name"] for c in names if c["role"] == "feature"]
    table.write_text(",".join(features) + "\n5.1,3.5,1.4,0.2\n6.7,3.0,5.2,2.3\n")
    assert main(["predict", checkpoint, str(table), "--json"]) == 0
    rows = json_lines(capsys)
    assert [row["prediction"] for row in rows] == ["setosa", "virginica"]
    assert sum(rows[0]["probabilities"].values()) == pytest.approx(1, abs=1e-4)


def test_that_a_picture_folder_goes_from_new_to_predict(
    picture_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, checkpoint = str(tmp_path / "p.lantern"), str(tmp_path / "out" / "p.safetensors")
    (tmp_path / "out").mkdir()
    assert main(["new", "--dataset", str(picture_folder), "-o", project]) == 0
    assert main(["train", project, "--epochs", "5", "-o", checkpoint]) == 0
    assert "Checkpoint:" in capsys.readouterr().out
    dark = str(picture_folder / "dark" / "03.png")
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"not a picture")
    assert main(["predict", checkpoint, dark, str(broken), "--json"]) == 1
    captured = capsys.readouterr()
    first, second = (json.loads(line) for line in captured.out.splitlines())
    assert (first["input"], first["prediction"]) == (dark, "dark")
    assert second["prediction"] is None
    assert "broken.png" in second["problem"] + second["input"]
    assert main(["evaluate", checkpoint, "--dataset", str(picture_folder), "--json"]) == 0
    assert json_lines(capsys)[0]["samples"] == 60


def test_that_an_old_project_is_kept_when_new_writes_over_it(tmp_path: Path) -> None:
    project = tmp_path / "p.lantern"
    project.write_text("my work")
    assert main(["new", "--dataset", "wine", "-o", str(project)]) == 0
    assert (tmp_path / "p.lantern.bak").read_text() == "my work"
    made = project.read_text()
    assert main(["new", "--dataset", "iris", "-o", str(project)]) == 0
    assert (tmp_path / "p.lantern.bak").read_text() == "my work"
    assert (tmp_path / "p.lantern.bak1").read_text() == made


def test_that_an_old_project_is_unharmed_when_new_cannot_save(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(path: Path, project: object) -> None:
        raise SaveError("The disk is full.")

    project = tmp_path / "p.lantern"
    project.write_text("my work")
    monkeypatch.setattr("studio.core.project_file.save_project", no_room)
    assert main(["new", "--dataset", "wine", "-o", str(project)]) == 1
    assert project.read_text() == "my work"


def test_that_programs_read_a_refusal_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "p.lantern"
    broken.write_text('{"format": 1, "kind": ')
    assert main(["check", str(broken), "--json"]) == 1
    (report,) = json_lines(capsys)
    assert report["ok"] is False
    assert "breaks off in the middle" in report["problems"][0]["message"]
    for command in (["evaluate", "no.safetensors"], ["predict", "no.safetensors", "x.png"]):
        assert main([*command, "--json"]) == 1
        assert json_lines(capsys) == [
            {"error": "There is no file “no.safetensors”. Check the name and the folder."}
        ]


def test_that_training_without_the_asked_for_file_is_no_success(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, output = str(tmp_path / "p.lantern"), str(tmp_path / "nowhere" / "c.safetensors")
    assert main(["new", "--dataset", "iris", "-o", project]) == 0
    assert main(["train", project, "--epochs", "1", "-o", output, "--json"]) == 1
    captured = capsys.readouterr()
    last = json.loads(captured.out.splitlines()[-1])
    assert last["event"] == "run_finished"
    assert Path(last["checkpoint"]).is_file()
    early, late = captured.err.splitlines()
    assert early.startswith(f"There is no folder “{tmp_path / 'nowhere'}”. Unless it is made until then, ")
    assert "could not be written; the checkpoint is at" in late


def test_that_a_target_column_decides_the_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = str(tmp_path / "p.lantern")
    assert main(["new", "--dataset", "penguins", "--target", "body_mass_g", "-o", project, "--json"]) == 0
    assert json_lines(capsys)[0]["kind"] == "tabular-regression"
    assert main(["new", "--dataset", "penguins", "--target", "colour", "-o", project]) == 1
    assert "colour" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="signals to a child work differently there")
def test_that_an_interrupt_writes_a_checkpoint_and_exits_130(tmp_path: Path) -> None:
    project, checkpoint = tmp_path / "d.lantern", tmp_path / "d.safetensors"
    assert main(["new", "--dataset", "digits", "-o", str(project)]) == 0
    command = [sys.executable, str(MAIN), "train", str(project), "--epochs", "10000", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line)["event"] == "steps_done":
                break
        process.send_signal(signal.SIGINT)
        sent = time.monotonic()
        rest = [json.loads(line) for line in process.stdout]
    assert process.returncode == 130
    assert time.monotonic() - sent < 20
    assert rest[-1]["event"] == "run_finished"
    assert rest[-1]["ended"] == "stopped"
    assert checkpoint.is_file()


def test_that_check_tells_findings_as_warnings_and_still_says_ready(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, project = tmp_path / "t.csv", str(tmp_path / "t.lantern")
    rows = [f"{i % 83},{(i * 37) % 101 + i / 1000},{'ab'[i * 7 % 5 > 2]}" for i in range(100)]
    rows[4] = f"-3,{rows[4].partition(',')[2]}"
    table.write_text("\n".join(["age,mass,kind", *rows]) + "\n")
    assert main(["new", "--dataset", str(table), "-o", project]) == 0
    capsys.readouterr()
    assert main(["check", project, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"]
    (found,) = [p for p in report["problems"] if p["code"].startswith("health-")]
    assert (found["code"], found["severity"]) == ("health-out-of-range", "warning")
    assert found["message"].startswith("“age” holds an age below 0 or above 125 in 1 row: “-3”.")
    assert found["fixes"] == ["Leave out 1 row"]
