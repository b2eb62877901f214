import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from studio.core.project import Project
from studio.data.preprocessing import CategoryFeature, NumberFeature, PicturePreprocessing, TablePreprocessing
from studio.engine import events as e
from studio.engine.control import Control
from studio.engine.requests import Evaluate, Predict, Request
from studio.ui.checkpoints import Model
from studio.ui.document import Document
from studio.ui.pages import use_page as use_page_module
from studio.ui.pages.results_page import ResultsPage
from studio.ui.pages.use_page import UsePage
from studio.ui.results_step.confusion_matrix import ConfusionMatrix
from studio.ui.run_controller import RunController
from studio.ui.run_state import RunState
from studio.ui.use_step.prediction_list import PredictionList
from studio.ui.use_step.prediction_rows import ANSWER
from studio.ui.workers.engine_host import EngineHost

CLASSES = ("Adelie", "Chinstrap", "Gentoo")
CONFUSION = np.array([[8, 1, 0], [2, 7, 0], [0, 0, 9]])
PER_CLASS = {name: {"precision": 0.9, "recall": 0.8, "f1": 0.85} for name in CLASSES}


class Dialogs:
    def __init__(self, path: Path) -> None:
        self.path = path

    def open_file(self, *args: object) -> Path:
        return self.path

    def open_files(self, *args: object) -> list[Path]:
        return [self.path]

    def open_folder(self, *args: object) -> Path:
        return self.path

    def save_file(self, *args: object) -> Path:
        return self.path


class Answering:
    """Evaluates and predicts by heart."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def __call__(self, request: Request, emit: Callable[[e.Event], None], control: Control) -> None:
        self.requests.append(request)
        if isinstance(request, Evaluate):
            if request.split == "train":
                emit(e.RequestFailed("The data are gone. Choose them again in the Data step."))
                return
            worst = ((3, 1, 0, 0.97), (5, 0, 1, 0.6))
            by_cell = {(1, 0): ((3, 1, 0, 0.97), (7, 1, 0, 0.5)), (2, 2): ((8, 2, 2, 0.51),)}
            emit(e.Evaluation({"accuracy": 24 / 27, "loss": 0.4}, request.split, 27, CLASSES, CONFUSION,
                              worst=worst, per_class=PER_CLASS, by_cell=by_cell))  # fmt: skip
        elif isinstance(request, Predict):
            emit(e.Predicted(tuple(self._predict(given) for given in request.inputs)))

    def _predict(self, given: object) -> e.Prediction:
        name = str(given)
        if name.endswith("bad.png"):
            return e.Prediction(name, None, {}, "“bad.png” is no picture.")
        return e.Prediction(name, "Gentoo", {"Adelie": 0.1, "Chinstrap": 0.2, "Gentoo": 0.7})


@pytest.fixture
def answering() -> Answering:
    return Answering()


@pytest.fixture
def host(qtbot: QtBot, answering: Answering) -> Iterator[EngineHost]:
    made = EngineHost(answering)
    yield made
    made.close()


def trained(controller: RunController, project: Project, tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    path.write_bytes(b"x")
    controller._set_model(Model(str(path), project, step=10, epochs_done=2))


@pytest.fixture
def results(
    qtbot: QtBot, document: Document, controller: RunController, project: Project, tmp_path: Path
) -> Iterator[ResultsPage]:
    """The page of a network whose data are found by its project, tested once."""
    trained(controller, project, tmp_path)
    page = ResultsPage(document, controller, Dialogs(tmp_path / "results.csv"))
    qtbot.addWidget(page)
    page.resize(1100, 800)
    page.show()
    page.entered()
    qtbot.waitUntil(lambda: page.evaluation is not None, timeout=5000)
    qtbot.waitUntil(lambda: page._samples.dataset is not None, timeout=20_000)
    yield page
    page.stop()


def text(page: object, name: str) -> str:
    label = page.findChild(QLabel, name)  # type: ignore[attr-defined]
    assert label is not None
    return str(label.text())


def test_that_the_results_page_says_what_to_do_before_any_run(
    qtbot: QtBot, document: Document, controller: RunController
) -> None:
    page = ResultsPage(document, controller)
    qtbot.addWidget(page)
    page.show()
    page.entered()
    assert page.findChild(QLabel, "resultsHeadline").isVisible() is False
    with qtbot.waitSignal(page.step_requested) as led:
        page._empty.button.click()
    assert led.args == ["train"]


def test_that_results_are_said_in_words_and_mistakes_found_by_their_cell(
    results: ResultsPage, tmp_path: Path
) -> None:
    page = results
    assert text(page, "resultsHeadline") == "88.9 % right: 24 of 27 rows"
    assert text(page, "metric.accuracy") == "88.9 %"
    report = page.report
    assert report is not None
    assert text(page, "cellSentence") == (
        "Most often: 2 of 9 “Chinstrap” were taken for “Adelie”. Click a cell to see its samples."
    )
    assert rows(page) == [
        ["row 5", "Chinstrap", "Adelie", "97 %"],
        ["row 7", "Adelie", "Chinstrap", "60 %"],
    ]
    report.matrix.cell_chosen.emit(1, 0)
    assert [row[0] for row in rows(page)] == ["row 5", "row 9"]
    assert report.mistakes.note.text() == "Here they are."
    report.matrix.cell_chosen.emit(2, 2)
    assert [row[1:] for row in rows(page)] == [["Gentoo", "Gentoo", "51 %"]]
    assert report.mistakes.note.text() == "Shown: 1, the ones it was least sure of."
    report.matrix.cell_chosen.emit(0, 2)
    assert report.mistakes.title.text() == "No “Adelie” was taken for “Gentoo”."
    assert not report.mistakes.rows.isVisible()
    page._on_export("csv")
    lines = (tmp_path / "results.csv").read_text().splitlines()
    assert "true \\ predicted,Adelie,Chinstrap,Gentoo" in lines
    assert "Chinstrap,2,7,0" in lines


def test_that_a_split_that_cannot_be_tested_says_why(qtbot: QtBot, results: ResultsPage) -> None:
    page = results
    page.choose_split("train")
    qtbot.waitUntil(
        lambda: page._below.text() == "The data are gone. Choose them again in the Data step.", timeout=5000
    )
    assert page.report is not None
    assert not page.report.isVisible()


def rows(page: ResultsPage) -> list[list[str]]:
    """Row, truth, prediction and how sure of the mistakes that are shown."""
    assert page.report is not None
    table = page.report.mistakes.rows.table
    found = [[table.item(row, column) for column in range(4)] for row in range(table.rowCount())]
    return [[item.text() for item in row if item is not None] for row in found]


def test_that_the_matrix_is_walked_with_arrows_and_tells_each_cell(qtbot: QtBot) -> None:
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    matrix.resize(400, 400)
    matrix.set_matrix(CONFUSION, CLASSES)
    matrix.show()
    qtbot.keyClick(matrix, Qt.Key.Key_Down)
    qtbot.keyClick(matrix, Qt.Key.Key_Down)
    assert matrix.current == (1, 0)
    assert matrix.accessibleDescription() == "2 of 9 “Chinstrap” were taken for “Adelie”."
    with qtbot.waitSignal(matrix.cell_chosen) as chosen:
        qtbot.keyClick(matrix, Qt.Key.Key_Return)
    assert chosen.args == [1, 0]
    where = matrix._cell_rect(0, 1).center().toPoint()
    with qtbot.waitSignal(matrix.cell_chosen) as clicked:
        qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=QPoint(where))
    assert clicked.args == [0, 1]


# -- Use ----------------------------------------------------------------------------------------------


@pytest.fixture
def picture_page(
    qtbot: QtBot,
    document: Document,
    controller: RunController,
    project: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[UsePage]:
    prepared = PicturePreprocessing(8, 8, 1, "pad", (0.5,), (0.5,), CLASSES)
    monkeypatch.setattr(use_page_module, "read_preprocessing", lambda path: prepared.to_json())
    trained(controller, replace(project, kind="image-classification"), tmp_path)
    page = UsePage(document, controller, Dialogs(tmp_path / "out.csv"))
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    page.entered()
    yield page
    page.stop()


def drop(page: UsePage, paths: list[Path]) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, button, plain = (
        Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    entered = QDragEnterEvent(QPoint(50, 50), action, mime, button, plain)
    QApplication.sendEvent(page, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(page, QDropEvent(QPointF(50, 50), action, mime, button, plain))


def column(shown: PredictionList, number: int) -> list[str]:
    model = shown.model
    return [str(model.data(model.index(row, number))) for row in range(model.rowCount())]


def picture(path: Path) -> Path:
    Image.fromarray(np.full((20, 30, 3), 120, np.uint8)).save(path)
    return path


def test_that_a_dropped_picture_is_seen_and_named(
    qtbot: QtBot, picture_page: UsePage, tmp_path: Path
) -> None:
    assert picture_page.pictures is not None
    drop(picture_page, [picture(tmp_path / "bird.png")])
    answer = picture_page.pictures.answer
    qtbot.waitUntil(lambda: answer.answer == "Gentoo", timeout=5000)
    assert answer.bars.rows == [("Gentoo", 0.7), ("Chinstrap", 0.2), ("Adelie", 0.1)]
    assert not picture_page.pictures._seen.pixmap().isNull()
    assert picture_page.pictures._seen_note.text() == "So the network sees it: 8 x 8 points, in grey."


def test_that_the_note_about_the_network_follows_the_end_of_training(picture_page: UsePage) -> None:
    controller = picture_page._controller
    controller._set_state(RunState.RUNNING)
    assert picture_page.head.note.text().endswith("training goes on.")
    controller._set_state(RunState.FINISHED)  # the last checkpoint is the one that is shown already
    assert picture_page.head.note.text() == "With the network as it was trained last, for 2 epochs."


def test_that_one_epoch_is_no_plural(picture_page: UsePage) -> None:
    controller = picture_page._controller
    assert controller.model is not None
    controller._set_model(replace(controller.model, step=5, epochs_done=1))
    assert picture_page.head.note.text() == "With the network as it was trained last, for 1 epoch."


def test_that_something_that_is_no_picture_gets_a_sentence(
    qtbot: QtBot, picture_page: UsePage, tmp_path: Path
) -> None:
    (tmp_path / "bad.png").write_text("no picture")
    picture_page.use_paths([tmp_path / "bad.png"])
    assert picture_page.pictures is not None
    qtbot.waitUntil(lambda: "“bad.png”" in picture_page.pictures.answer._sure.text(), timeout=5000)


def test_that_a_folder_becomes_a_table_to_take_home(
    qtbot: QtBot, picture_page: UsePage, tmp_path: Path
) -> None:
    folder = tmp_path / "birds"
    (folder / "deeper").mkdir(parents=True)
    picture(folder / "a.png")
    picture(folder / "deeper" / "b.jpg")
    (folder / "bad.png").write_text("no picture")
    (folder / "notes.txt").write_text("nothing")
    picture_page.use_paths([folder])
    table = picture_page.many
    qtbot.waitUntil(lambda: len(table.predictions) == 3, timeout=5000)
    assert column(table, ANSWER) == ["Gentoo", "–", "Gentoo"]
    assert table.model.data(table.model.index(1, 3)) == "“bad.png” is no picture."
    assert table._says.text() == "3 inputs  ·  1 could not be used"
    button = picture_page.findChild(QPushButton, "exportPredictions")
    assert button is not None
    button.click()
    qtbot.waitUntil(lambda: table._says.text() == f"Exported to “{tmp_path / 'out.csv'}”.", timeout=5000)
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines[0] == (
        "input,prediction,probability,probability of Adelie,probability of Chinstrap,"
        "probability of Gentoo,problem"
    )
    assert lines[1] == f"{folder / 'a.png'},Gentoo,0.7,0.1,0.2,0.7,"


def test_that_a_row_is_predicted_as_soon_as_it_changes(
    qtbot: QtBot,
    document: Document,
    controller: RunController,
    project: Project,
    tmp_path: Path,
    answering: Answering,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    features = (
        CategoryFeature("island", ("Biscoe", "Dream"), missing=True),
        NumberFeature("bill_length_mm", 44.0, 44.0, 5.0),
    )
    prepared = TablePreprocessing(features, "species", CLASSES)
    monkeypatch.setattr(use_page_module, "read_preprocessing", lambda path: prepared.to_json())
    trained(controller, project, tmp_path)
    page = UsePage(document, controller)
    qtbot.addWidget(page)
    page.show()
    page.entered()
    assert text(page, "useTitle") == "What is “species”?"
    assert page.rows is not None
    assert page.rows.form is not None
    answer = page.rows.answer
    qtbot.waitUntil(lambda: answer.answer == "Gentoo", timeout=5000)
    page.rows.fill({"island": "Dream", "bill_length_mm": "39.5"}, truth="Adelie")
    qtbot.waitUntil(lambda: "In truth it is “Adelie”." in answer._sure.text(), timeout=5000)
    assert isinstance(answering.requests[-1], Predict)
    assert answering.requests[-1].inputs == ({"bill_length_mm": 39.5, "island": "Dream"},)


def test_that_the_use_page_says_what_to_do_while_there_is_no_network(
    qtbot: QtBot, document: Document, controller: RunController
) -> None:
    page = UsePage(document, controller)
    qtbot.addWidget(page)
    page.show()
    page.entered()
    assert page._empty.isVisible()


@pytest.fixture
def row_page(
    qtbot: QtBot, document: Document, controller: RunController, project: Project, tmp_path: Path, monkeypatch
) -> Iterator[UsePage]:
    prepared = TablePreprocessing((NumberFeature("bill_length_mm", 44.0, 44.0, 5.0),), "species", CLASSES)
    monkeypatch.setattr(use_page_module, "read_preprocessing", lambda path: prepared.to_json())
    trained(controller, project, tmp_path)
    page = UsePage(document, controller)
    qtbot.addWidget(page)
    page.show()
    page.entered()
    yield page
    page.stop()


def test_that_the_truth_of_a_row_is_not_told_of_another_networks_answer(
    qtbot: QtBot, row_page: UsePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, controller = row_page.rows, row_page._controller
    assert rows is not None
    rows.fill({"bill_length_mm": 40.0}, "Adelie")
    qtbot.waitUntil(lambda: "In truth it is “Adelie”." in rows.answer._sure.text(), timeout=5000)
    other = TablePreprocessing((NumberFeature("area", 100.0, 100.0, 50.0),), "price", CLASSES)
    monkeypatch.setattr(use_page_module, "read_preprocessing", lambda path: other.to_json())
    assert controller.model is not None
    controller._set_model(replace(controller.model, step=20))
    assert row_page.head.title.text() == "What is “price”?"
    qtbot.waitUntil(lambda: rows.answer.answer == "Gentoo", timeout=5000)
    assert "In truth" not in rows.answer._sure.text()


def test_that_an_answer_on_its_way_is_not_shown_for_the_row_of_the_dice(
    qtbot: QtBot, row_page: UsePage, answering: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, release = row_page.rows, threading.Event()
    assert rows is not None
    qtbot.waitUntil(lambda: rows.answer.answer == "Gentoo", timeout=5000)
    plain = Answering._predict

    def slow(self: Answering, given: object) -> e.Prediction:
        release.wait(10)
        return plain(self, given)

    monkeypatch.setattr(Answering, "_predict", slow)
    monkeypatch.setattr(row_page.dice, "roll", lambda: None)  # takes long to draw
    asked = len(answering.requests)
    rows.ask_now()
    qtbot.waitUntil(lambda: len(answering.requests) > asked, timeout=5000)
    rows.dice.setEnabled(True)
    rows.dice.click()
    release.set()
    later: list[e.Event] = []
    row_page._controller.host.ask(Predict("m", ("x",)), later.append, key="later")
    qtbot.waitUntil(lambda: bool(later), timeout=5000)  # so the earlier one was answered, too
    assert rows.answer._sure.text() == "Thinking…"
