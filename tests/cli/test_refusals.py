"""What the command line says of what cannot be done: a sentence, and nothing from inside the program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio import cli


def trained(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, Path]:
    project, checkpoint = folder / "a.lantern", folder / "a.safetensors"
    assert cli.main(["new", "--dataset", "iris", "-o", str(project)]) == 0
    assert cli.main(["train", str(project), "--epochs", "1", "-o", str(checkpoint)]) == 0
    said = capsys.readouterr()
    assert "1 epoch of 13 steps" in said.out + said.err
    return project, checkpoint


def test_that_a_refusal_carries_no_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project, checkpoint = trained(tmp_path, capsys)
    code = cli.main(["train", str(project), "--epochs", "1", "--resume", str(checkpoint), "--json"])
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert code == 1
    assert last["event"] == "run_failed"
    assert last["message"].endswith(".")
    assert "details" not in last


def test_that_a_number_of_epochs_nobody_means_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["train", "a.lantern", "--epochs", "99999999999999999999"])
    assert stopped.value.code == 2
    assert "must be at most 1,000,000" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [("[" * 100_000, "lists within lists"), ("1" * 6_000, "a number with thousands of digits")],
)
def test_that_files_only_machines_write_are_refused_in_plain_words(
    spoilt: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.lantern"
    path.write_text('{"format": 1, "x": ' + spoilt, encoding="utf-8")
    assert cli.main(["check", str(path)]) == 1
    said = capsys.readouterr()
    assert words in said.out + said.err
    assert "recursion" not in said.out + said.err


def test_that_a_checkpoint_in_a_projects_place_is_answered_in_the_words_of_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, checkpoint = trained(tmp_path, capsys)
    said = (
        "“a.safetensors” is a checkpoint, not a project. The commands evaluate, predict and export take it, "
        "and train goes on from it with --resume.\n"
    )
    for command in ("check", "train"):
        assert cli.main([command, str(checkpoint)]) == 1
        assert capsys.readouterr().err == said


def test_that_a_project_in_a_checkpoints_place_and_a_folder_are_called_what_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _ = trained(tmp_path, capsys)
    for command in (["evaluate", str(project)], ["train", str(project), "--resume", str(project)]):
        assert cli.main(command) == 1
        assert capsys.readouterr().err == (
            "“a.lantern” is a project, not a checkpoint. Train it: that writes a checkpoint, a *.safetensors "
            "file.\n"
        )
    monkeypatch.chdir(tmp_path)
    assert cli.main(["check", "."]) == 1
    assert capsys.readouterr().err == f"“{tmp_path.name}” is a folder. Choose a project file in it.\n"


def test_that_the_version_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("Lantern 0.1.0, Python 3.")


def test_that_a_split_of_data_at_another_place_is_the_one_that_the_checkpoint_had(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f"{x % 20},{(x * 7) % 13},{'even' if x % 2 else 'odd'}" for x in range(200)]
    for place in ("here", "there"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "t.csv").write_text("\n".join(["a,b,c", *lines]) + "\n")
    project, checkpoint = tmp_path / "t.lantern", str(tmp_path / "t.safetensors")
    here, there = str(tmp_path / "here" / "t.csv"), str(tmp_path / "there" / "t.csv")
    assert cli.main(["new", "--dataset", here, "--target", "c", "-o", str(project)]) == 0
    assert cli.main(["train", str(project), "--epochs", "1"]) == 0
    capsys.readouterr()

    def measured(*options: str) -> dict[str, object]:
        assert cli.main(["evaluate", checkpoint, *options, "--json"]) == 0
        answer: dict[str, object] = json.loads(capsys.readouterr().out)
        return answer

    own = measured()
    assert own["split"] == "test"
    assert measured("--dataset", there, "--split", "test") == own
    assert (
        measured("--dataset", there, "--split", "train")["samples"] == measured("--split", "train")["samples"]
    )
    everything = measured("--dataset", there)
    assert (everything["split"], everything["samples"]) == ("all", 200)
    assert measured("--dataset", there, "--split", "all") == everything


def test_that_a_split_of_data_of_another_sort_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, checkpoint = trained(tmp_path, capsys)
    table = tmp_path / "t.csv"
    table.write_text("a,b\n" + "".join(f"{i},{i % 2}\n" for i in range(40)))
    assert cli.main(["evaluate", str(checkpoint), "--dataset", str(table), "--split", "test"]) == 1
    assert capsys.readouterr().err == (
        f"“{table}” is no dataset that can be split as the checkpoint's was. Leave out --split to measure "
        "all of it.\n"
    )


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (
            OSError(5, "Input/output error", "/media/stick/a.lantern"),
            "“/media/stick/a.lantern”: Input/output error. Look whether its drive is connected, has room and "
            "may be written to.",
        ),
        (MemoryError(), "The memory is full. Close other programs, or use less data."),
    ],
)
def test_that_trouble_nobody_foresaw_is_a_sentence_for_people_and_programs(
    trouble: BaseException, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def load(path: Path) -> None:
        raise trouble

    monkeypatch.setattr("studio.core.project_file.load_project", load)
    assert cli.main(["check", "a.lantern", "--json"]) == 1
    assert cli.main(["train", "a.lantern", "--json"]) == 1
    written = capsys.readouterr()
    assert written.err == f"{said}\n{said}\n"
    checked, trained_ = (json.loads(line) for line in written.out.splitlines())
    assert checked["problems"] == [{"code": "unreadable", "layer": None, "message": said}]
    assert trained_ == {"event": "run_failed", "message": said}
