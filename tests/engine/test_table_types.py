"""New tables with units, dates and yes or no are predicted and measured as the training table was read."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.engine.events import Evaluation, Notice, Predicted
from studio.engine.requests import Evaluate, Predict
from tests.engine.conftest import Run, ask, finished, project_of

HEAD = "day,length,ok,weight\n"


def row(i: int, weight: str) -> str:
    return f"{i % 28 + 1:02}.0{i % 9 + 1}.2021,{i * 1.5} cm,{('ja', 'nein')[i % 2]},{weight}\n"


@pytest.fixture
def checkpoint(tmp_path: Path, run: Run) -> str:
    path = tmp_path / "t.csv"
    path.write_text(HEAD + "".join(row(i, f"{i * 2.25 + 1} kg") for i in range(60)), "utf-8")
    done = finished(run(project_of(str(path), epochs=2)))
    assert done.checkpoint is not None
    return done.checkpoint


def test_that_another_table_is_measured_in_the_same_unit(checkpoint: str, tmp_path: Path) -> None:
    rows = [row(i, f"{i * 2250 + 1000} g" if i % 2 else f"{i * 2.25 + 1} kg") for i in range(20)]
    rows[3] = rows[3].replace("4.5 cm", "long")
    rows[4] = rows[4].replace("10.0 kg", "heavy")
    other = tmp_path / "other.csv"
    other.write_text(HEAD + "".join(rows), "utf-8")
    answers = ask(Evaluate(checkpoint, dataset=str(other)))
    notice = next(answer for answer in answers if isinstance(answer, Notice))
    assert notice.message == "2 rows were left out."
    assert notice.details == (
        "row 4: “long” is not a number, but the column “length” needs one in cm.",
        "row 5: “weight” is no number.",
    )
    measured = next(answer for answer in answers if isinstance(answer, Evaluation))
    assert measured.samples == 18
    assert measured.targets is not None
    assert measured.targets[:3].tolist() == pytest.approx([1.0, 3.25, 5.5], abs=1e-4)


def test_that_a_comma_in_a_new_table_is_a_decimal_sign(checkpoint: str, tmp_path: Path) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text("day,length,ok\n2021-03-11,12.5 cm,ja\n2021-04-12,1250 cm,no\n", "utf-8")
    two.write_text("day;length;ok\n11.03.2021;12,5 cm;yes\n12.04.2021;1.250 cm;nein\n", "utf-8")
    answers = ask(Predict(checkpoint, (str(one), str(two))))
    found = next(answer for answer in answers if isinstance(answer, Predicted)).predictions
    values = [prediction.prediction for prediction in found]
    assert values[:2] == pytest.approx(values[2:])
