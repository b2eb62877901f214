"""Labels with a threshold and several numbers, on the Data, Results and Use pages."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.core.params import ParamError, Several
from studio.core.project import DatasetChoice, DatasetFacts, Project
from studio.engine.events import Evaluation, NumberResult, Prediction
from studio.engine.label_metrics import label_curves
from studio.engine.prediction_csv import csv_text
from studio.kinds.new_project import new_project
from studio.ui.data_step.number_balance import NumberBalance
from studio.ui.data_step.words import facts_in_words
from studio.ui.forms.several_editor import SeveralEditor
from studio.ui.results_step.headline import headline
from studio.ui.results_step.label_table import LabelTable
from studio.ui.results_step.regression_plots import RegressionPlots
from studio.ui.results_step.verdict import judge
from studio.ui.use_step.answer_card import AnswerCard
from studio.ui.use_step.answer_words import answer_text

SHAPE = (3, 8, 8)
LABELS = DatasetFacts(SHAPE, ("cat", "dog"), 100, "tags", multi_label=True)
NUMBERS = DatasetFacts(SHAPE, (), 100, "", numbers=("x", "length"))


def project(kind: str, facts: DatasetFacts) -> Project:
    return new_project(kind, DatasetChoice("labelled-pictures", "somewhere", facts=facts))


def labels(**metrics: float) -> Evaluation:
    shares = np.array([[0.9, 0.2], [0.4, 0.6], [0.3, 0.1], [0.8, 0.7]])
    truth = np.array([[1, 0], [1, 1], [0, 0], [1, 1]], bool)
    known = {"loss": 0.3, "f1": 0.9, "mean_average_precision": 0.95, "exact_match": 0.75} | metrics
    guess = {"f1": 0.4, "mean_average_precision": 0.6, "exact_match": 0.25}
    return Evaluation(
        known, "test", 4, LABELS.classes, labels=label_curves(shares, truth), guess=guess,
        wrong_labels=((1, 0, True, 0.4),),
    )  # fmt: skip


def numbers() -> Evaluation:
    true = np.array([1, 2, 3], np.float32)
    results = tuple(
        NumberResult(
            name,
            unit,
            {"rmse": 0.5, "mae": 0.4, "r2": 0.9},
            true + 0.5,
            true,
            {"rmse": 2.0},
            ((7, 3.0, 3.5),),
        )
        for name, unit in (("x", ""), ("length", "cm"))
    )
    metrics = {"loss": 0.1, "rmse": 0.5, "mae": 0.4, "r2": 0.9}
    return Evaluation(
        metrics, "test", 3, predictions=true + 0.5, targets=true, guess={"rmse": 2.0}, numbers=results
    )


def cells(table: LabelTable) -> list[list[str]]:
    view = table.table
    return [[view.item(row, column).text() for column in range(5)] for row in range(view.rowCount())]


def test_that_a_threshold_moves_what_is_found_and_what_is_right(qtbot: QtBot) -> None:
    table = LabelTable()
    qtbot.addWidget(table)
    evaluation = labels()
    assert evaluation.labels is not None
    table.set_curves(evaluation.labels, evaluation.classes, 4)
    assert cells(table) == [["cat", "3", "67 %", "100 %", "80 %"], ["dog", "2", "100 %", "100 %", "100 %"]]
    assert table.says.text() == "F1 over all labels: 90 %. All labels right in 3 of 4 pictures."
    table.slider.setValue(evaluation.labels.thresholds.index(0.35))
    assert cells(table)[0] == ["cat", "3", "100 %", "100 %", "100 %"]
    assert table.says.text() == "F1 over all labels: 100 %. All labels right in 4 of 4 pictures."
    table.slider.setValue(evaluation.labels.thresholds.index(0.99))
    assert cells(table)[1] == ["dog", "2", "0 %", "–", "0 %"]


def test_that_labels_are_judged_against_drawing_lots(qtbot: QtBot) -> None:
    made = project("image-multilabel-classification", LABELS)
    assert headline(labels(), made)[0] == "F1 score: 90.0 %"
    verdict = judge(labels(), made)
    assert verdict.level == "much better"
    assert verdict.sentence == (
        "Much better than guessing: whoever draws lots reaches a mean average precision of 60.0 %, the "
        "network 95.0 %. With only 4 samples, luck plays a part."
    )
    assert judge(labels(mean_average_precision=0.61), made).level == "same"
    assert judge(labels(exact_match=1.0), made).level == "perfect"


def test_that_each_of_several_numbers_can_be_looked_at(qtbot: QtBot) -> None:
    plots = RegressionPlots()
    qtbot.addWidget(plots)
    plots.set_results(numbers(), "", "picture")
    assert [plots.names.itemText(i) for i in range(plots.names.count())] == ["x", "length"]
    with qtbot.waitSignal(plots.number_chosen) as told:
        plots.names.setCurrentIndex(1)
    assert told.args == [1]
    assert plots._says.text() == (
        "“length” alone: typical error (RMSE) 0.5000 cm, explained variance (R²) 0.9000. Each dot is a "
        "picture; on the dashed line it would be exactly right. Half of the predictions are closer than "
        "0.5000 cm, nine of ten closer than 0.5000 cm."
    )


def test_that_an_answer_with_labels_follows_the_threshold(qtbot: QtBot) -> None:
    card = AnswerCard()
    qtbot.addWidget(card)
    said = Prediction("a.png", "cat", {"cat": 0.8, "dog": 0.3}, labels=("cat",))
    card.show_prediction(said, "", "cat, dog")
    assert card.answer == "cat"
    assert card._sure.text() == (
        "Said to be there: every label with more than 50 %. In truth it is “cat, dog”."
    )
    card.threshold.slider.setValue(20)
    assert card.answer == "cat, dog"
    assert card._sure.text().endswith("In truth it is “cat, dog”. ✓")
    card.threshold.slider.setValue(90)
    assert card.answer == "none of the labels"
    card.show_prediction(Prediction("a.png", "cat", {"cat": 0.8, "dog": 0.2}), "")
    assert card.threshold.isHidden()
    assert card.answer == "cat"


def test_that_numbers_are_said_with_names_and_units() -> None:
    one = Prediction("a.png", 3.25, {}, numbers={"length": 3.25}, units=("cm",))
    two = Prediction("b.png", "x 1, length 3 cm", {}, numbers={"x": 1.0, "length": 3.0}, units=("", "cm"))
    assert answer_text(one) == "3.250 cm"
    assert answer_text(two) == "x 1.000, length 3.000 cm"
    assert list(csv.reader(io.StringIO(csv_text([two])))) == [
        ["input", "prediction", "x", "length", "problem"],
        ["b.png", "x 1, length 3 cm", "1.0", "3.0", ""],
    ]
    several = Prediction("a.png", "cat", {"cat": 0.75, "dog": 0.25}, labels=("cat",))
    assert next(csv.reader(io.StringIO(csv_text([several])))) == [
        "input", "prediction", "probability of cat", "probability of dog", "problem"
    ]  # fmt: skip


def test_that_numbers_show_as_a_histogram(qtbot: QtBot) -> None:
    shown = NumberBalance()
    qtbot.addWidget(shown)
    values = np.stack([np.arange(10.0), np.arange(10.0) * 10], axis=1)
    shown.show_numbers(("x", "length"), values, ("", "cm"))
    shown.names.setCurrentIndex(1)
    assert shown.note.text() == (
        "“length” lies between 0 and 90.00 cm; half of the pictures have less than 45.00 cm."
    )
    assert shown.bars.accessibleName().startswith("Histogram from 0 to 90.00: 1, 0, 1")


def test_that_the_data_are_told_by_what_is_learnt() -> None:
    choice = DatasetChoice("labelled-pictures", "somewhere")
    assert facts_in_words(LABELS, choice) == "100 pictures with 2 labels, 8×8, in colour"
    assert facts_in_words(NUMBERS, choice) == "100 pictures, 8×8, in colour, predicting “x”, “length”"


def test_that_several_columns_are_ticked(qtbot: QtBot) -> None:
    rule = Several(("x", "y", "z"))
    editor = SeveralEditor(rule)
    qtbot.addWidget(editor)
    editor.set_value("x\tz")
    assert editor.current() == "x\tz"
    with qtbot.waitSignal(editor.edited) as told:
        editor.list.item(1).setCheckState(Qt.CheckState.Checked)
    assert told.args == ["x\ty\tz", True]
    with pytest.raises(ParamError, match="there is no “w”"):
        rule.check("x\tw")
