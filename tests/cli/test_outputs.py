"""What commands write, where, and what they never write over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.cli import main


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = tmp_path / "iris.lantern"
    assert main(["new", "--dataset", "iris", "-o", str(path)]) == 0
    capsys.readouterr()
    return path


def test_that_a_project_gets_its_suffix_and_the_command_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", "--dataset", "iris", "-o", str(tmp_path / "v1.2"), "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["project"] == str(tmp_path / "v1.2.lantern")
    assert said.err == "“v1.2” does not end in “.lantern”, so the file is called “v1.2.lantern”.\n"
    assert (tmp_path / "v1.2.lantern").is_file()
    assert not (tmp_path / "v1.2").exists()


def test_that_a_name_is_asked_for_where_there_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "--dataset", "iris", "-o", ""]) == 1
    assert "-o mine.lantern" in capsys.readouterr().err


def test_that_training_never_writes_over_the_project(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = project.read_bytes()
    assert main(["train", str(project), "--epochs", "1", "-o", str(project), "--json"]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["checkpoint"] == f"{project}.safetensors"
    assert project.read_bytes() == before


def test_that_an_export_never_replaces_a_project_or_a_checkpoint(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = project.read_bytes()
    other = tmp_path / "other.safetensors"
    other.write_bytes(b"weeks of training")
    for target, what in ((project, "the file that is to be exported"), (other, "a checkpoint")):
        assert main(["export", str(project), "--to", "script", "-o", str(target)]) == 1
        assert capsys.readouterr().err == (
            f"“{target.name}” is {what}, and would be lost. Choose another name for -o.\n"
        )
    assert project.read_bytes() == before
    assert other.read_bytes() == b"weeks of training"


def test_that_weights_of_a_project_are_said_to_be_untrained(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(project), "--to", "pth", "-o", str(tmp_path / "x.pth")]) == 0
    assert "A project holds no trained weights" in capsys.readouterr().err


def test_that_inputs_of_the_wrong_sort_are_each_told_of(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint = tmp_path / "iris.safetensors"
    assert main(["train", str(project), "--epochs", "1"]) == 0
    capsys.readouterr()
    inputs = ["nowhere.csv", str(tmp_path), "{}"]
    assert main(["predict", str(checkpoint), *inputs, "--json"]) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["input"] for row in rows] == ["nowhere.csv", str(tmp_path), "a row without cells"]
    assert rows[0]["problem"] == "There is no file “nowhere.csv”. Check the name and the folder."
    assert rows[1]["problem"] == f"“{tmp_path}” is a folder, not a table."


def test_that_one_broken_row_is_named_and_the_others_are_answered(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint = tmp_path / "iris.safetensors"
    assert main(["train", str(project), "--epochs", "1"]) == 0
    capsys.readouterr()
    names = [
        c["name"] for c in json.loads(project.read_text())["dataset"]["columns"] if c["role"] == "feature"
    ]
    whole = json.dumps(
        dict.fromkeys(names, 1.5) | {"a remark that makes it longer than a name can be": "x" * 300}
    )
    broken, nested, endless = '{"a": }', '{"a": [1]}', '{"a":' + "[" * 100_000
    assert main(["predict", str(checkpoint), whole, broken, nested, endless, whole, "--json"]) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["prediction"] is not None for row in rows] == [True, False, False, False, True]
    assert [row["input"] for row in rows[1:4]] == [broken, nested, endless]
    form = 'Write a row as {"column": value, ...}.'
    assert rows[1]["problem"] == f"This is no JSON: Expecting value at character 7. {form}"
    assert rows[2]["problem"] == f"A cell holds one number or one text. {form}"
    assert rows[3]["problem"] == f"This is no row. {form}"


def test_that_free_text_is_refused_as_the_target(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "t.csv"
    rows = (f"{i},{i * i % 7},reason {i}" for i in range(40))
    table.write_text("a,b,why\n" + "\n".join(rows) + "\n")
    project = tmp_path / "t.lantern"
    assert main(["new", "--dataset", str(table), "--target", "why", "-o", str(project)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("“why” holds something else in nearly every row (40 different values in 40 rows)")
    assert "Choose a target with few different values" in said
    assert not project.exists()
    assert main(["new", "--dataset", str(table), "--target", "b", "-o", str(project)]) == 0
    document = json.loads(project.read_text())
    for column in document["dataset"]["columns"]:
        column["role"] = "target" if column["name"] == "why" else "feature"
        column["type"] = "category" if column["name"] == "why" else "number"
    project.write_text(json.dumps(document))
    capsys.readouterr()
    assert main(["check", str(project), "--json"]) == 1
    (problem,) = (p for p in json.loads(capsys.readouterr().out)["problems"] if p["code"] == "data-columns")
    assert "so nothing repeats that could be learnt" in problem["message"]
    assert problem["fixes"] == ["Guess the columns again"]
