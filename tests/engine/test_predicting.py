"""Whole tables: every row comes back as it stood in the file, with its answer or the reason for none."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.engine import predict as predict_module
from studio.engine.control import Control
from studio.engine.events import Predicted, Preparing
from studio.engine.requests import Predict

from .conftest import Run, ask, finished, project_of


@pytest.fixture
def checkpoint(run: Run) -> str:
    return finished(run(project_of("iris", epochs=1))).checkpoint


def names() -> list[str]:
    dataset = project_of("iris").dataset
    assert dataset is not None
    return [column.name for column in dataset.columns if column.role == "feature"]


def table(path: Path, *lines: str) -> str:
    header = ",".join(["note", *names()])
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return str(path)


def test_that_rows_come_back_whole_and_in_order_also_those_that_fail(checkpoint: str, tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", "first,5.1,3.5,1.4,0.2", "short,1.0", "word,5.1,big,1.4,0.2",
                 "far,5000,3.5,1.4,0.2")  # fmt: skip
    (answer,) = [e for e in ask(Predict(checkpoint, (path,))) if isinstance(e, Predicted)]
    good, short, word, far = answer.predictions
    assert answer.complete
    assert [p.input for p in answer.predictions] == [f"t.csv, line {n}" for n in (2, 3, 4, 5)]
    assert good.columns == ("note", *names())
    assert good.cells == ("first", "5.1", "3.5", "1.4", "0.2")
    assert (good.problem, good.remarks) == (None, ())
    assert short.problem == "It has 2 cells instead of 5."
    assert word.problem == f"“big” is not a number, but the column “{names()[1]}” needs one."
    assert word.cells[2] == "big"
    assert far.prediction is not None
    assert far.remarks[0].startswith(f"“{names()[0]}” is 5000, larger than all values seen in training (")


def test_that_a_long_table_tells_how_far_it_is_and_can_be_stopped(
    checkpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predict_module, "_TELL_S", 0.0)
    path = table(tmp_path / "t.csv", *("x,5.1,3.5,1.4,0.2" for _ in range(10)))
    told = [e for e in ask(Predict(checkpoint, (path,))) if isinstance(e, Preparing)]
    assert [e.fraction for e in told][-1] == 1.0
    control = Control()
    control.stop()
    (answer,) = [e for e in ask(Predict(checkpoint, (path,)), control) if isinstance(e, Predicted)]
    assert not answer.complete
    assert len(answer.predictions) == 1
