"""Labels and numbers of pictures from new to export, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.cli import main
from tests.engine.test_picture_answers import spots, stripes


def json_lines(capsys: pytest.CaptureFixture[str]) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def made(folder: Path, name: str, *more: str) -> str:
    path = str(folder / f"{name}.lantern")
    assert main(["new", "--dataset", str(folder / "data"), "-o", path, "--json", *more]) == 0
    return path


def test_that_labels_go_from_new_to_export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stripes(tmp_path / "data")
    project = made(tmp_path, "p")
    assert json_lines(capsys)[0]["kind"] == "image-multilabel-classification"
    assert main(["check", project, "--json"]) == 0
    (report,) = json_lines(capsys)
    assert report["ok"] is True
    assert [3] in report["shapes"].values()
    assert main(["train", project, "--epochs", "3", "--json"]) == 0
    ended = json_lines(capsys)[-1]
    assert ended["event"] == "run_finished"
    assert {"f1", "mean_average_precision", "exact_match"} <= set(ended["metrics"])
    assert main(["evaluate", ended["checkpoint"]]) == 0
    assert "mean average precision" in capsys.readouterr().out
    picture = str(tmp_path / "data" / "images" / "000.png")
    assert main(["predict", ended["checkpoint"], picture, "--json"]) == 0
    (said,) = json_lines(capsys)
    assert set(said["probabilities"]) == {"blue", "green", "red"}
    assert said["labels"] == [name for name, share in said["probabilities"].items() if share > 0.5]
    script = str(tmp_path / "train.py")
    assert main(["export", project, "--to", "script", "-o", script]) == 0
    assert "nn.BCEWithLogitsLoss()" in Path(script).read_text(encoding="utf-8")


def test_that_numbers_are_chosen_by_kind_or_by_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spots(tmp_path / "data")
    made(tmp_path, "both")
    assert json_lines(capsys)[0]["kind"] == "image-regression"
    project = made(tmp_path, "one", "--target", "y")
    assert json_lines(capsys)[0]["kind"] == "image-regression"
    made(tmp_path, "class", "--target", "x", "--kind", "image-classification")
    assert json_lines(capsys)[0]["kind"] == "image-classification"
    made(tmp_path, "several", "--target", "x,y", "--kind", "image-regression")
    assert json_lines(capsys)[0]["kind"] == "image-regression"
    assert main(["train", project, "--epochs", "2", "--json"]) == 0
    ended = json_lines(capsys)[-1]
    picture = str(tmp_path / "data" / "images" / "000.png")
    assert main(["predict", ended["checkpoint"], picture, "--json"]) == 0
    (said,) = json_lines(capsys)
    assert said["numbers"] == {"y": said["prediction"]}
    wrong = ["new", "--dataset", str(tmp_path / "data"), "-o", str(tmp_path / "w.lantern"), "--target", "z"]
    assert main(wrong) == 1
    assert "There is no column “z”." in capsys.readouterr().err
