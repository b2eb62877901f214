"""The cards of a report: many classes, classes without samples, rows, and nothing that stays behind."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from studio.core.project import Project
from studio.data.opening import open_dataset, recognise
from studio.data.tables.telling import telling_columns
from studio.engine.events import Evaluation
from studio.kinds.new_project import infer_kind, new_project
from studio.ui.document import Document
from studio.ui.results_step.class_bars import ClassBars
from studio.ui.results_step.confusion_matrix import ConfusionMatrix
from studio.ui.results_step.mistake_card import MistakeCard
from studio.ui.results_step.mistake_table import MistakenRow, MistakeTable
from studio.ui.results_step.regression_plots import RegressionPlots
from studio.ui.results_step.samples import MeasuredSamples
from studio.ui.results_step.split_bar import SplitBar
from studio.ui.results_step.verdict_line import VerdictLine


@pytest.fixture(scope="module")
def penguins() -> Project:
    choice = recognise("penguins")
    assert choice.facts is not None
    return new_project(infer_kind(choice.facts, choice.source), choice)


def test_that_a_class_without_samples_is_not_called_weak(qtbot: QtBot) -> None:
    bars = ClassBars()
    qtbot.addWidget(bars)
    bars.set_classes({
        "cat": {"recall": 0.8, "precision": 0.9, "samples": 10.0},
        "dog": {"recall": 0.0, "precision": 0.0, "samples": 0.0},
        "cow": {"recall": math.nan, "samples": 3.0},
    })  # fmt: skip
    assert bars.accessibleDescription() == "The weakest class is “cat” with 80.0 %."
    assert bars._tip(1) == "There is no “dog” among these samples."
    assert bars._tip(0).splitlines()[:2] == ["80.0 % of “cat” were recognised.", "Samples: 10."]
    bars.grab()


def test_that_hundreds_of_classes_fit_into_their_card(qtbot: QtBot) -> None:
    names = tuple(f"A class with quite a long name {n}" for n in range(150))
    matrix, bars = ConfusionMatrix(), ClassBars()
    for widget in (matrix, bars):
        qtbot.addWidget(widget)
    matrix.resize(700, 500)
    matrix.set_matrix(np.eye(150, dtype=np.int64), names)
    bars.set_classes({name: {"recall": 0.5} for name in names})
    assert matrix._cell_rect(149, 149).right() <= 700
    assert matrix.minimumHeight() >= matrix._cell_rect(149, 149).bottom()
    assert bars.height() == 150 * 24 + 4
    matrix.grab()
    matrix.set_matrix(np.zeros((0, 0), np.int64), ())
    assert matrix.minimumHeight() < 100
    matrix.grab()


def test_that_a_mistaken_row_is_told_whole(qtbot: QtBot) -> None:
    table = MistakeTable()
    qtbot.addWidget(table)
    cells = {"island": "Dream <b>", "bill": "39.5", "species": "Adelie"}
    rows = [MistakenRow("row 5", "Adelie", "Gentoo", "97 %", False, cells),
            MistakenRow("row 9", "Gentoo", "Adelie", "60 %", False, {})]  # fmt: skip
    table.show_rows(rows, "species", ("bill", "nowhere"), "How sure")
    titles = [table.table.horizontalHeaderItem(c) for c in range(table.table.columnCount())]
    assert [t.text() for t in titles if t is not None] == ["Row", "Truth", "Prediction", "How sure", "bill"]
    first = table.table.item(0, 0)
    assert first is not None
    assert "Dream &lt;b&gt;" in first.toolTip()
    assert "species" not in first.toolTip()  # the truth has a column of its own
    table.table.selectRow(0)
    assert table.whole.text() == "row 5  ·  island: Dream <b>  ·  bill: 39.5  ·  species: Adelie"
    table.table.selectRow(1)
    assert table.whole.text().startswith("Choose a row to see all of its columns.")


def test_that_the_most_telling_columns_come_first(penguins: Project) -> None:
    assert penguins.dataset is not None
    dataset = open_dataset(penguins.dataset)
    found = telling_columns(dataset, 3)  # type: ignore[arg-type]
    # Flipper length has the largest correlation ratio with the species (0.78), sex nearly none.
    assert found[0] == "flipper_length_mm"
    assert "sex" not in telling_columns(dataset, 5)  # type: ignore[arg-type]
    assert len(found) == 3


def test_that_plots_forget_what_they_showed(qtbot: QtBot) -> None:
    plots = RegressionPlots()
    qtbot.addWidget(plots)
    big = np.linspace(1e6, 2e6, 9, dtype=np.float32)
    plots.set_pairs(big, big, "price")
    small = np.array([1.0, 2.0, np.nan], np.float32)
    plots.set_pairs(small, small, "age")
    (low, high), _ = plots._against.getPlotItem().vb.childrenBounds()
    assert 0.9 < low < 1.1
    assert 1.9 < high < 2.1
    plots.clear()
    assert plots._dots.getData()[0].size == 0
    assert plots._against.getPlotItem().viewRange()[0][1] < 2
    plots.set_pairs(np.full(2, np.nan, np.float32), big[:2], "age")
    assert plots._says.text() == "There are no numbers to draw."


def test_that_each_split_is_named_explained_and_an_empty_one_cannot_be_chosen(qtbot: QtBot) -> None:
    bar = SplitBar()
    qtbot.addWidget(bar)
    bar.tell({"train": "99.0 %", "test": "90.0 %"}, {"train": 80, "validation": 0, "test": 20}, rough=True)
    texts = {split: button.text() for split, button in bar._buttons.items()}
    assert texts == {
        "test": "Test   90.0 %",
        "validation": "Validation   none",
        "train": "Training   ≈ 99.0 %",
    }
    assert not bar._buttons["validation"].isEnabled()
    assert "the network never saw them while it trained" in bar._buttons["test"].toolTip()
    with qtbot.waitSignal(bar.chosen) as chosen:
        bar._buttons["train"].click()
    assert chosen.args == ["train"]
    assert bar.current == "train"


def test_that_the_verdict_is_neutral_until_it_is_known(qtbot: QtBot, penguins: Project) -> None:
    line = VerdictLine()
    qtbot.addWidget(line)
    assert line.isHidden()
    found = Evaluation({"accuracy": 0.8}, "test", 300, ("a", "b"), np.eye(2, dtype=np.int64),
                       guess={"accuracy": 0.5}, guess_class="a")  # fmt: skip
    line.show_verdict(found, penguins, {"accuracy": 1.0})
    assert line.verdict.earned
    assert line.against.text().startswith("Much better than guessing: always answering “a”")
    assert line.heart.text().startswith("On the samples it learnt from it is right in 100.0 %")
    line.clear()
    assert line.isHidden()


def test_that_an_answer_beyond_all_bounds_is_said_in_words(qtbot: QtBot, penguins: Project) -> None:
    document = Document()
    card = MistakeCard(MeasuredSamples(document, document), lambda true, predicted: "")
    qtbot.addWidget(card)
    evaluation = Evaluation(
        metrics={"rmse": math.nan}, split="test", samples=2, furthest=((1, 4.0, 1.5), (0, 2.0, math.nan)),
    )  # fmt: skip
    card.show_evaluation(evaluation, penguins)
    table = card.rows.table
    shown = [[table.item(row, column).text() for column in (1, 2, 3)] for row in range(2)]
    assert shown == [["4.000", "1.500", "-2.500"], ["2.000", "No number", "–"]]
    assert card.note.text() == (
        "Of the test samples: the rows whose prediction is furthest from the truth. “No number”: there the "
        "network's arithmetic went beyond all bounds. A smaller learning rate keeps it within them."
    )
