"""What guessing would reach, against scikit-learn's dummies; results that are kept and read back."""

from __future__ import annotations

import math
import warnings
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics as oracle
from sklearn.dummy import DummyClassifier, DummyRegressor

from studio.core.project import ColumnRole
from studio.engine.events import Evaluation
from studio.engine.guessing import guessed_classes, guessed_numbers
from studio.engine.requests import Evaluate
from studio.engine.results_file import RESULTS, keep_results, kept_results

from .conftest import Run, ask, finished, project_of


def test_that_guessing_a_class_equals_scikit_learns_dummy() -> None:
    rng = np.random.default_rng(0)
    train, test = rng.choice(4, 200, p=[0.1, 0.6, 0.2, 0.1]), rng.choice(4, 70, p=[0.7, 0.2, 0.1, 0.0])
    dummy = DummyClassifier(strategy="most_frequent").fit(np.zeros((200, 1)), train)
    answers = dummy.predict(np.zeros((70, 1)))
    counts = (np.bincount(test, minlength=4), np.bincount(train, minlength=4))
    found, guess = guessed_classes(*counts)
    assert guess == 1  # of the training samples, though class 0 is more frequent among these
    assert found["accuracy"] == pytest.approx(oracle.accuracy_score(test, answers))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        assert found["balanced_accuracy"] == pytest.approx(oracle.balanced_accuracy_score(test, answers))
        expected = oracle.f1_score(test, answers, average="macro", zero_division=0)
    assert found["f1"] == pytest.approx(expected)


def test_that_guessing_without_knowing_the_training_samples_takes_the_measured_ones() -> None:
    assert guessed_classes((2, 6)) == guessed_classes((2, 6), (0, 1))
    assert guessed_classes((0, 0)) == ({}, -1)


def test_that_guessing_a_number_equals_scikit_learns_dummy() -> None:
    rng = np.random.default_rng(1)
    train, test = rng.normal(50, 9, 300), rng.normal(48, 9, 80)
    answers = DummyRegressor().fit(np.zeros((300, 1)), train).predict(np.zeros((80, 1)))
    found = guessed_numbers(test, float(train.mean()))
    assert found["rmse"] == pytest.approx(oracle.root_mean_squared_error(test, answers))
    assert found["mae"] == pytest.approx(oracle.mean_absolute_error(test, answers))
    assert found["r2"] == pytest.approx(oracle.r2_score(test, answers))
    assert math.isnan(guessed_numbers(np.full(5, 3.0), 2.0)["r2"])
    assert guessed_numbers(np.zeros(0), 2.0) == {}


def test_that_a_runs_results_are_kept_beside_its_record(run: Run) -> None:
    end = finished(run(project_of("iris", epochs=2)))
    assert end.evaluation is not None
    folder = Path(end.checkpoint).parent
    kept = kept_results(folder)
    assert kept is not None
    assert_equal(kept, end.evaluation)
    *_, again = ask(Evaluate(end.checkpoint))
    assert isinstance(again, Evaluation)
    assert_equal(kept, again)  # the same network measured anew, guessing included
    assert kept.guess["accuracy"] == pytest.approx(kept.confusion.sum(1)[guessed(kept)] / kept.samples)  # type: ignore[union-attr]


def guessed(evaluation: Evaluation) -> int:
    return evaluation.classes.index(evaluation.guess_class)


def test_that_what_is_no_number_is_kept_and_a_damaged_file_is_none(tmp_path: Path) -> None:
    evaluation = Evaluation(
        {"rmse": math.nan, "loss": math.inf}, "validation", 2,
        predictions=np.array([1.0, np.nan], np.float32), targets=np.array([1.0, 2.0], np.float32),
        guess={"rmse": 0.5}, furthest=((1, 2.0, math.nan), (0, 1.0, 1.0)),
    )  # fmt: skip
    keep_results(tmp_path, evaluation)
    kept = kept_results(tmp_path)
    assert kept is not None
    assert math.isnan(kept.metrics["rmse"])
    assert_equal(kept, replace(evaluation, metrics={"rmse": math.nan, "loss": math.nan}))
    for damage in ("", "{}", "[1]", '{"metrics": 3}'):
        (tmp_path / RESULTS).write_text(damage)
        assert kept_results(tmp_path) is None
    assert kept_results(tmp_path / "nowhere") is None


def test_that_the_furthest_predictions_come_first_in_the_targets_units(run: Run) -> None:
    project = project_of("iris", epochs=2)
    assert project.dataset is not None

    def role(name: str) -> ColumnRole:
        return "target" if name == "petal_length_cm" else "ignore" if name == "species" else "feature"

    from studio.data.opening import open_dataset
    from studio.kinds.new_project import new_project

    columns = tuple(replace(c, role=role(c.name)) for c in open_dataset(project.dataset).columns)  # type: ignore[attr-defined]
    choice = open_dataset(replace(project.dataset, columns=columns, facts=None)).choice
    numbers = new_project("tabular-regression", choice)
    numbers = replace(numbers, recipe=replace(numbers.recipe, epochs=2, device="cpu"))
    evaluation = finished(run(numbers)).evaluation
    assert evaluation is not None
    assert evaluation.predictions is not None
    assert evaluation.targets is not None
    errors = [abs(true - predicted) for _, true, predicted in evaluation.furthest]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] == pytest.approx(np.abs(evaluation.predictions - evaluation.targets).max(), rel=1e-4)
    dataset = open_dataset(choice)
    for index, true, _ in evaluation.furthest:
        assert true == pytest.approx(dataset.numbers("petal_length_cm")[index], rel=1e-5)  # type: ignore[attr-defined]


def assert_equal(one: Evaluation, other: Evaluation) -> None:
    for field in fields(Evaluation):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, np.ndarray):
            assert np.array_equal(a, b, equal_nan=a.dtype.kind == "f"), field.name
        else:
            assert repr(_plain(a)) == repr(_plain(b)), field.name


def _plain(value: object) -> object:
    """NaN equals NaN here, and the order of a mapping says nothing."""
    return sorted(value.items(), key=repr) if isinstance(value, dict) else value
