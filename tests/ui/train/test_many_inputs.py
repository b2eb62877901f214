"""The Use page with much to look at: many pictures, folders, whole tables, what is pasted and what fails."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from studio.core.project import Project
from studio.data.dataset import Cancelled
from studio.data.preprocessing import CategoryFeature, NumberFeature, PicturePreprocessing, TablePreprocessing
from studio.engine import events as e
from studio.engine.control import Control
from studio.engine.prediction_csv import csv_text
from studio.engine.requests import Predict, Request
from studio.ui.checkpoints import Model
from studio.ui.document import Document
from studio.ui.pages import use_page as use_page_module
from studio.ui.pages.use_page import UsePage
from studio.ui.run_controller import RunController
from studio.ui.use_step.files_inside import files_inside
from studio.ui.use_step.prediction_list import PredictionList
from studio.ui.use_step.prediction_rows import ANSWER, NAME, SURE
from studio.ui.workers.engine_host import EngineHost

CLASSES = ("cat", "dog")


class Engine:
    """Answers by the name of the file; waits where it is told to."""

    def __init__(self) -> None:
        self.asked: list[Predict] = []
        self.wait: threading.Event | None = None

    def __call__(self, request: Request, emit: Callable[[e.Event], None], control: Control) -> None:
        assert isinstance(request, Predict)
        self.asked.append(request)
        if self.wait is not None:
            emit(e.Preparing("Predicting", 0.25))
            while not control.stop_requested and not self.wait.wait(0.01):
                pass
        done = request.inputs[:1] if control.stop_requested else request.inputs
        answers = tuple(self._answer(given) for given in done)
        emit(e.Predicted(answers, complete=not control.stop_requested))

    def _answer(self, given: object) -> e.Prediction:
        if isinstance(given, dict):
            return e.Prediction("row", "cat", {"cat": 1.0, "dog": 0.0}, remarks=("“legs” was never seen.",))
        name = Path(str(given)).name
        if not name.startswith("p"):
            return e.Prediction(str(given), None, {}, f"“{name}” is no picture.")
        share = int(name[1]) / 10 if name[1].isdigit() else 0.1
        return e.Prediction(str(given), "dog" if share >= 0.5 else "cat", {"cat": 1 - share, "dog": share})


class Dialogs:
    def __init__(self) -> None:
        self.files: list[Path] = []
        self.folder: Path | None = None
        self.save_to: Path | None = None
        self.proposed = ""

    def open_file(self, *args: object) -> Path | None:
        return self.files[0] if self.files else None

    def open_files(self, *args: object) -> list[Path]:
        return self.files

    def open_folder(self, *args: object) -> Path | None:
        return self.folder

    def save_file(self, parent: object, title: str, filters: str, proposed: str = "") -> Path | None:
        self.proposed = proposed
        return self.save_to


@pytest.fixture
def engine_() -> Engine:
    return Engine()


@pytest.fixture
def host(qtbot: QtBot, engine_: Engine) -> Iterator[EngineHost]:
    made = EngineHost(engine_)
    yield made
    made.close()


@pytest.fixture
def dialogs() -> Dialogs:
    return Dialogs()


Make = Callable[[PicturePreprocessing | TablePreprocessing], UsePage]


@pytest.fixture
def make(
    qtbot: QtBot, document: Document, controller: RunController, project: Project, tmp_path: Path,
    dialogs: Dialogs, monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Make]:  # fmt: skip
    made: list[UsePage] = []

    def make_page(prepared: PicturePreprocessing | TablePreprocessing) -> UsePage:
        monkeypatch.setattr(use_page_module, "read_preprocessing", lambda path: prepared.to_json())
        pictures = isinstance(prepared, PicturePreprocessing)
        kind = "image-classification" if pictures else "tabular-classification"
        (tmp_path / "m.safetensors").write_bytes(b"x")
        controller._set_model(
            Model(str(tmp_path / "m.safetensors"), replace(project, kind=kind), step=10, epochs_done=2)
        )
        page = UsePage(document, controller, dialogs)
        qtbot.addWidget(page)
        page.resize(1000, 700)
        page.show()
        page.entered()
        made.append(page)
        return page

    yield make_page
    for page in made:
        page.stop()


PICTURES = PicturePreprocessing(8, 8, 1, "pad", (0.5,), (0.5,), CLASSES)
ROWS = TablePreprocessing(
    (
        CategoryFeature("fur", ("long", "short")),
        NumberFeature("legs", 4.0, 4.0, 1.0, low=3.0, high=4.0),
    ),
    "animal",
    CLASSES,
)


def picture(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((20, 30, 3), 120, np.uint8)).save(path)
    return path


def column(shown: PredictionList, number: int) -> list[str]:
    model = shown.model
    return [str(model.data(model.index(row, number))) for row in range(model.rowCount())]


def summary(page: UsePage) -> str:
    label = page.findChild(QLabel, "predictionSummary")
    assert label is not None
    return str(label.text())


def test_that_several_pictures_become_a_list_that_is_sorted_by_certainty(
    qtbot: QtBot, make: Make, dialogs: Dialogs, tmp_path: Path
) -> None:
    page = make(PICTURES)
    names = ("p9.png", "p1.png", "p6.png")
    dialogs.files = [picture(tmp_path / name) for name in names]
    (tmp_path / "notes.txt").write_text("x")
    dialogs.files.append(tmp_path / "notes.txt")
    page.findChild(QPushButton, "choosePicture").click()
    shown = page.many
    qtbot.waitUntil(lambda: len(shown.predictions) == 4, timeout=5000)
    assert summary(page) == "4 inputs  ·  1 could not be used"
    assert column(shown, NAME) == [*names, "notes.txt"]
    assert column(shown, ANSWER) == ["dog", "cat", "dog", "–"]
    orders = [shown.order.itemText(i) for i in range(shown.order.count())]
    assert orders == ["As they came", "Least sure first", "Surest first", "By prediction", "By name"]
    shown._on_order_chosen(1)
    assert column(shown, NAME) == ["p6.png", "p9.png", "p1.png", "notes.txt"]  # no answer: last
    assert column(shown, SURE) == ["60.0 %", "90.0 %", "90.0 %", ""]
    shown._on_order_chosen(2)
    assert column(shown, NAME)[-2:] == ["p6.png", "notes.txt"]
    shown._on_order_chosen(0)
    assert column(shown, NAME) == [*names, "notes.txt"]
    shown.odd.setChecked(True)
    assert column(shown, 3) == ["“notes.txt” is no picture."]
    qtbot.waitUntil(lambda: len(shown.model._thumbnails) > 0, timeout=5000)


def test_that_enter_on_a_line_shows_that_picture_large(qtbot: QtBot, make: Make, tmp_path: Path) -> None:
    page = make(PICTURES)
    page.use_paths([picture(tmp_path / "p9.png"), picture(tmp_path / "p2.png")])
    qtbot.waitUntil(lambda: len(page.many.predictions) == 2, timeout=5000)
    page.many.view.setCurrentIndex(page.many.model.index(1, 0))
    qtbot.keyClick(page.many.view, Qt.Key.Key_Return)
    assert page.pictures is not None
    answer = page.pictures.answer
    qtbot.waitUntil(lambda: answer.answer == "cat", timeout=5000)
    assert page.pictures._name.text() == "p2.png"


def test_that_much_work_is_told_and_can_be_cancelled(
    qtbot: QtBot, make: Make, engine_: Engine, tmp_path: Path
) -> None:
    page = make(PICTURES)
    engine_.wait = threading.Event()
    page.use_paths([picture(tmp_path / f"p{i}.png") for i in range(5)])
    qtbot.waitUntil(lambda: page.many.bar.maximum() == 1000, timeout=5000)
    assert (page.many.bar.value(), summary(page)) == (250, "Predicting 5 pictures…")
    page.many.cancel.click()
    qtbot.waitUntil(lambda: len(page.many.predictions) == 1, timeout=5000)
    assert summary(page) == "1 input  ·  cancelled before the end"
    assert not page.many.cancel.isVisible()


def test_that_an_empty_folder_is_told(qtbot: QtBot, make: Make, dialogs: Dialogs, tmp_path: Path) -> None:
    page = make(PICTURES)
    dialogs.folder = tmp_path / "nothing"
    dialogs.folder.mkdir()
    page.findChild(QPushButton, "chooseFolder").click()
    assert page.pictures is not None
    sentence = page.pictures.answer._sure
    qtbot.waitUntil(lambda: "nothing" in sentence.text(), timeout=5000)
    assert sentence.text() == "There are no pictures in “nothing”. Choose another folder."


def test_that_folders_are_searched_without_following_links_in_circles(tmp_path: Path) -> None:
    wanted = [picture(tmp_path / "a" / "p1.png"), picture(tmp_path / "a" / "b" / "p2.JPG")]
    picture(tmp_path / "a" / ".hidden" / "p3.png")
    (tmp_path / "a" / "photo.heic").write_text("x")
    (tmp_path / "a" / "notes.txt").write_text("x")
    os.symlink(tmp_path / "a", tmp_path / "a" / "b" / "again")
    found = files_inside([tmp_path / "a"], pictures=True)
    assert found == tuple(sorted((*wanted, tmp_path / "a" / "photo.heic")))
    with pytest.raises(Cancelled):
        files_inside([tmp_path / "a"], pictures=True, progress=lambda fraction: False)


def last(engine: Engine) -> tuple[object, ...]:
    return engine.asked[-1].inputs if engine.asked else ()


@pytest.fixture(autouse=True)
def empty_clipboard() -> Iterator[None]:
    """What a test copied goes while there is a program: a QMimeData that outlives it brings Qt down."""
    yield
    QGuiApplication.clipboard().clear()


def paste(page: UsePage, mime: QMimeData) -> None:
    QGuiApplication.clipboard().setMimeData(mime)
    page.paste()


def test_that_pictures_files_and_links_can_be_pasted(qtbot: QtBot, make: Make, tmp_path: Path) -> None:
    page = make(PICTURES)
    assert page.pictures is not None
    said = page.pictures.answer._sure
    mime = QMimeData()
    mime.setImageData(QImage(12, 9, QImage.Format.Format_RGB32))
    paste(page, mime)
    qtbot.waitUntil(lambda: said.text() == "It is fairly sure: 90.0 %.", timeout=5000)
    assert page.pictures._name.text() == "The pasted picture"
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(picture(tmp_path / f"p{i}.png"))) for i in range(2)])
    paste(page, mime)
    qtbot.waitUntil(lambda: len(page.many.predictions) == 2, timeout=5000)
    mime = QMimeData()
    mime.setText("https://example.org/cat.png")
    paste(page, mime)
    assert page.pictures.answer._sure.text() == (
        "That is a link to the internet. Save the file on this computer first, then drop or paste it."
    )
    mime = QMimeData()
    mime.setText("hello")
    paste(page, mime)
    assert page.pictures.answer._sure.text().startswith("There is no picture in it.")


def test_that_rows_of_a_spreadsheet_can_be_pasted(qtbot: QtBot, make: Make, engine_: Engine) -> None:
    page = make(ROWS)
    mime = QMimeData()
    mime.setText("fur\tlegs\nlong\t4\nshort\t3")
    paste(page, mime)
    qtbot.waitUntil(lambda: "pasted.tsv" in str(last(engine_)), timeout=5000)
    assert Path(str(engine_.asked[-1].inputs[0])).read_text() == "fur\tlegs\nlong\t4\nshort\t3\n"


def test_that_what_is_typed_reaches_the_network_as_it_is_and_remarks_are_shown(
    qtbot: QtBot, make: Make, engine_: Engine
) -> None:
    page = make(ROWS)
    assert page.rows is not None
    assert page.rows.form is not None
    answer = page.rows.answer
    qtbot.waitUntil(lambda: answer.answer == "cat", timeout=5000)
    assert answer._remarks.text() == (
        "“legs” was never seen.\nSo this answer is a guess, however sure the network seems."
    )
    box, choice = page.rows.form._numbers["legs"], page.rows.form._choices["fur"]
    box.lineEdit().selectAll()
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: last(engine_) == ({"legs": "", "fur": "long"},), timeout=5000)
    qtbot.keyClicks(box.lineEdit(), "many")
    choice.setEditText("curly")
    qtbot.waitUntil(lambda: last(engine_) == ({"legs": "many", "fur": "curly"},), timeout=5000)
    page.rows.fill({"legs": 3, "fur": "short"}, "")
    qtbot.waitUntil(lambda: last(engine_) == ({"legs": 3.0, "fur": "short"},), timeout=5000)
    assert box.toolTip() == "In training between 3 and 4, on average 4."


def answers() -> tuple[e.Prediction, ...]:
    columns = ("id", "prediction", "legs")
    return (
        e.Prediction("t.csv, line 2", "cat", {"cat": 0.75, "dog": 0.25}, None, (), columns, ("a", "x", "4")),
        e.Prediction("t.csv, line 3", None, {}, "It has 2 cells instead of 3.", (), columns, ()),
        e.Prediction("t.csv, line 4", "dog", {"cat": 0.5, "dog": 0.5}, None, ("Odd.",), columns,
                     ("b", "y", "9")),
    )  # fmt: skip


def test_that_an_exported_table_keeps_all_its_columns_in_their_order() -> None:
    assert csv_text(answers()).splitlines() == [
        "id,prediction,legs,prediction (2),probability,probability of cat,probability of dog,remarks,problem",
        "a,x,4,cat,0.75,0.75,0.25,,",
        ',,,,,,,,"t.csv, line 3: It has 2 cells instead of 3."',
        "b,y,9,dog,0.5,0.5,0.5,Odd.,",
    ]


def test_that_a_list_of_rows_shows_what_came_in_and_sorts_numbers_as_numbers(qtbot: QtBot) -> None:
    shown = PredictionList()
    qtbot.addWidget(shown)
    shown.show_predictions(answers(), pictures=False)
    titles = [shown.model.headerData(i, Qt.Orientation.Horizontal) for i in range(shown.model.columnCount())]
    assert titles == ["Row", "Prediction", "How sure", "id", "prediction", "legs", "Remarks"]
    assert column(shown, NAME) == ["2", "3", "4"]
    assert column(shown, 6) == ["", "It has 2 cells instead of 3.", "Odd."]
    shown.model.sort(5, Qt.SortOrder.DescendingOrder)
    assert column(shown, 5) == ["9", "4", ""]


def test_that_a_list_of_texts_shows_each_text_once_and_whole(qtbot: QtBot) -> None:
    shown = PredictionList()
    qtbot.addWidget(shown)
    long = "Either/or, line 7: " + "word " * 60
    said = tuple(
        e.Prediction(text[:20] + "…", "up", {"up": 0.75, "down": 0.25}, None, (), ("text",), (text,))
        for text in (long, "two\nlines")
    )
    empty = e.Prediction("", None, {}, "There is no text. Type a few words.")
    shown.show_predictions((*said, empty), pictures=False, texts=True)
    titles = [shown.model.headerData(i, Qt.Orientation.Horizontal) for i in range(shown.model.columnCount())]
    assert titles == ["Text", "Prediction", "How sure", "Remarks"]
    assert column(shown, NAME) == [long.strip(), "two lines", ""]
    assert column(shown, 3) == ["", "", "There is no text. Type a few words."]
    assert (
        csv_text(said).splitlines()[0]
        == "text,prediction,probability,probability of up,probability of down,problem"
    )


def test_that_an_export_that_fails_says_so_and_keeps_the_answers(
    qtbot: QtBot, make: Make, dialogs: Dialogs, tmp_path: Path
) -> None:
    page = make(PICTURES)
    page.many.show_predictions(answers(), pictures=False)
    page._inside.setCurrentWidget(page.many)
    dialogs.save_to = tmp_path / "no such stick" / "out.csv"
    page.findChild(QPushButton, "exportPredictions").click()
    qtbot.waitUntil(lambda: "out.csv" in summary(page), timeout=5000)
    assert "is not there. Choose another folder." in summary(page)
    assert dialogs.proposed == "predictions.csv"
    assert len(page.many.predictions) == 3


def test_that_a_hundred_thousand_rows_are_shown_and_sorted(qtbot: QtBot) -> None:
    shown = PredictionList()
    qtbot.addWidget(shown)
    shown.show()
    columns = ("a", "b")
    many = tuple(
        e.Prediction(f"t.csv, line {i}", "cat", {"cat": (i % 97) / 97}, None, (), columns, (str(i), "x"))
        for i in range(100_000)
    )
    shown.show_predictions(many, pictures=False)
    shown.model.sort(SURE, Qt.SortOrder.DescendingOrder)
    assert shown.model.prediction(0).probabilities["cat"] == 96 / 97


def test_that_newer_weights_keep_what_was_typed_and_answer_again(
    qtbot: QtBot, make: Make, engine_: Engine, controller: RunController
) -> None:
    page = make(ROWS)
    assert page.rows is not None
    form = page.rows.form
    assert form is not None
    form.fill({"legs": 3, "fur": "short"})
    qtbot.waitUntil(lambda: last(engine_) == ({"legs": 3.0, "fur": "short"},), timeout=5000)
    asked = len(engine_.asked)
    assert controller.model is not None
    controller._set_model(replace(controller.model, step=20))  # saved while training goes on
    qtbot.waitUntil(lambda: len(engine_.asked) == asked + 1, timeout=5000)
    assert page.rows.form is form
    assert last(engine_) == ({"legs": 3.0, "fur": "short"},)


def test_that_the_page_can_be_used_by_keyboard_alone(qtbot: QtBot, make: Make, tmp_path: Path) -> None:
    page = make(PICTURES)
    assert page.pictures is not None
    page.activateWindow()
    reached = []
    page.pictures.zone.setFocus()
    for _ in range(3):
        focus = page.focusWidget()
        reached.append(focus.objectName() if focus is not None else "")
        page.focusNextChild()
    assert reached == ["dropZone", "choosePicture", "chooseFolder"]  # no data: no dice
    page.use_paths([picture(tmp_path / "p1.png"), picture(tmp_path / "p2.png")])
    qtbot.waitUntil(lambda: len(page.many.predictions) == 2, timeout=5000)
    assert page.focusWidget() is page.many.view  # arrows and Enter work at once
