"""The Data page takes a file as texts or as a table, from another column or sheet; one step to undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from studio.ui.forms.editors import QuietComboBox
from tests.data.test_taken_as import films, workbook
from tests.ui.shell.answers import Answers


def opened(window: Any, qtbot: QtBot, path: Path) -> Any:
    window.files.new_from(str(path))
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=10_000)
    return window.page("data")


def choose(page: Any, name: str, value: str) -> None:
    box = page.options.editor(name)
    assert isinstance(box, QuietComboBox)
    box.setCurrentIndex(box.findData(value))


def test_that_texts_become_a_table_by_one_button_and_one_undo_takes_it_back(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    page, document = opened(window, qtbot, films(tmp_path)), window.document
    before = document.project
    assert (page.taken.words.text(), page.taken.button.text()) == ("Taken as texts.", "Take it as a table")
    page.taken.button.click()
    qtbot.waitUntil(lambda: document.project.kind == "tabular-classification", timeout=10_000)
    qtbot.waitUntil(lambda: document.dataset is not None, timeout=10_000)
    assert page.taken.words.text() == "Taken as a table."
    assert document.undo_stack.undoText() == "Take it as a table"
    assert document.problems == ()
    document.undo_stack.undo()
    assert document.project == before
    qtbot.waitUntil(lambda: page.taken.words.text() == "Taken as texts.", timeout=10_000)


def test_that_text_and_class_are_chosen_from_what_there_is(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    page, document = opened(window, qtbot, films(tmp_path)), window.document
    choose(page, "target_column", "mood")
    qtbot.waitUntil(lambda: document.project.dataset.facts.target == "mood", timeout=10_000)
    assert document.undo_stack.undoText() == "Predict “mood”"
    choose(page, "text_column", "review")
    qtbot.waitUntil(
        lambda: document.dataset is not None and document.dataset.text(0).startswith("a dull"), timeout=10_000
    )
    assert document.undo_stack.count() == 2
    assert page.options.editor("text_column").currentText() == "review"
    assert page.options.editor("target_column").currentText() == "mood (2 classes)"


def test_that_a_refused_sheet_leaves_the_project_and_the_form_as_they_were(
    window: Any, qtbot: QtBot, tmp_path: Path, answers: Answers, monkeypatch: Any
) -> None:
    told: list[str] = []
    monkeypatch.setattr("studio.ui.project_files.show_error", lambda *words: told.append(words[2]))
    page, document = opened(window, qtbot, workbook(tmp_path)), window.document
    before = document.project
    choose(page, "sheet", "notes")
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    assert told == ["“shop.xlsx” is empty. Choose a table with some rows."]
    assert document.project == before
    assert document.undo_stack.count() == 0
    assert page.options.editor("sheet").currentData() == "sold"
    choose(page, "sheet", "stock")
    qtbot.waitUntil(lambda: document.project.dataset.options.get("sheet") == "stock", timeout=10_000)
    assert [c.name for c in document.project.dataset.columns] == ["weight", "shelf", "left"]


def test_that_examples_and_plain_tables_show_no_such_line(window: Any, qtbot: QtBot) -> None:
    page = opened(window, qtbot, Path("penguins"))
    assert page.taken.isHidden()
    assert "source.sheet" not in {child.objectName() for child in page.options.findChildren(object)}
