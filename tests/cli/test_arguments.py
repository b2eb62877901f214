"""The grammar of the command line."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from studio.cli import main
from studio.cli.output import duration, event_json, jsonable, metric_text
from studio.engine import events


@pytest.mark.parametrize(
    "argv",
    [
        ["paint"],
        ["list"],
        ["list", "colours"],
        ["train", "p.lantern", "--epochs", "0"],
        ["train", "p.lantern", "--seed", "-1"],
        ["export", "p.lantern", "--to", "excel", "-o", "x"],
        ["predict", "c.safetensors"],
    ],
)
def test_that_wrong_usage_ends_with_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(argv)
    assert exit_.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_that_train_wants_a_project_or_the_demo(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train"]) == 2
    assert "--demo" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "train"])
def test_that_a_missing_project_is_named_in_a_sentence(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "nowhere.lantern"]) == 1
    captured = capsys.readouterr()
    assert "nowhere.lantern" in captured.err
    assert "Traceback" not in captured.err


def test_that_a_missing_project_fails_a_json_run_with_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "nowhere.lantern", "--json"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    event = json.loads(line)
    assert event["event"] == "run_failed"
    assert "nowhere.lantern" in event["message"]


@pytest.mark.parametrize("what", ["layers", "optimizers", "schedules", "losses", "transforms", "datasets"])
def test_that_lists_are_json_arrays_of_objects_with_an_id(
    what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["list", what, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) >= 5
    assert all(row["id"] and row["name"] and row["help"] for row in rows)


def test_that_kinds_and_templates_belong_together(capsys: pytest.CaptureFixture[str]) -> None:
    main(["list", "kinds", "--json"])
    kinds = {row["id"] for row in json.loads(capsys.readouterr().out)}
    assert {"image-classification", "tabular-classification", "tabular-regression"} <= kinds
    main(["list", "templates", "--json"])
    assert {row["kind"] for row in json.loads(capsys.readouterr().out)} == kinds


def test_that_numbers_json_lacks_become_null() -> None:
    value = {"a": math.nan, "b": [math.inf, 1.5], "c": np.array([1, 2]), "d": np.float32(0.5)}
    assert jsonable(value) == {"a": None, "b": [None, 1.5], "c": [1, 2], "d": 0.5}


def test_that_an_event_carries_its_name_first() -> None:
    event = events.CheckpointWritten("c.safetensors", 12, "asked")
    assert next(iter(event_json(event).items())) == ("event", "checkpoint_written")


def test_that_people_read_times_and_metrics_as_they_say_them() -> None:
    assert [duration(s) for s in (7.2, 185, 7800)] == ["7 s", "3 min 05 s", "2 h 10 min"]
    assert metric_text("accuracy", 0.9123) == "accuracy 91.2 %"
    assert metric_text("rmse", 3.14159) == "rmse 3.142"


def test_that_transforms_are_listed_with_family_and_parameters(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "transforms", "--json"]) == 0
    rows = {row["id"]: row for row in json.loads(capsys.readouterr().out)}
    assert sum("." not in name for name in rows) == 24  # those that change training pictures
    assert {"normalisation.imagenet", "scaling.robust", "missing.median", "column.log", "text.tokens"} <= set(
        rows
    )
    assert rows["normalisation.training"]["family"] == "Normalisation"
    assert rows["cutmix"]["family"] == "Mixing"
    assert [param["name"] for param in rows["affine"]["params"]] == ["shift", "zoom", "shear", "degrees"]
