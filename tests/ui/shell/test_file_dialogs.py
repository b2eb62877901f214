"""Dialogs begin where people keep such files, remember where they were, and put the ending behind names."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from studio.ui.dialogs.file_dialogs import NativeFileDialogs, purpose_of, safe_name, with_ending


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Documents and Pictures of this test's own."""
    location = QStandardPaths.StandardLocation
    names = {location.DocumentsLocation: "Documents", location.PicturesLocation: "Pictures"}
    for name in names.values():
        (tmp_path / name).mkdir()
    monkeypatch.setattr(
        QStandardPaths, "writableLocation", lambda place: str(tmp_path / names.get(place, ""))
    )
    return tmp_path


def test_that_dialogs_begin_in_documents_and_pictures_and_remember_each_purpose(
    places: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    (places / "course").mkdir()

    def answer(parent: object, title: str, folder: str, filters: str) -> tuple[str, str]:
        begun.append(folder)
        return str(places / "course" / "x.lantern"), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", answer)
    window = QWidget()
    qtbot.addWidget(window)
    dialogs = NativeFileDialogs()
    dialogs.open_file(window, "Open project", "Lantern projects (*.lantern)")
    NativeFileDialogs().open_file(window, "Open project", "Lantern projects (*.lantern)")
    assert begun == [str(places / "Documents"), str(places / "course")]
    assert NativeFileDialogs().start("checkpoint") == str(places / "Documents")
    assert NativeFileDialogs().start("pictures") == str(places / "Pictures")
    (places / "course").rmdir()  # the stick was pulled out
    assert NativeFileDialogs().start("project") == str(places / "Documents")


@pytest.mark.parametrize(
    ("typed", "whole"),
    [("a", "a.csv"), ("v1.2", "v1.2.csv"), ("a.csv", "a.csv"), ("A.CSV", "A.CSV"), ("a.", "a.csv")],
)
def test_that_the_ending_is_put_behind_names_without_it(typed: str, whole: str) -> None:
    assert with_ending(Path("/x") / typed, "Tables (*.csv)", ".csv") == Path("/x") / whole


def test_that_each_sort_of_file_has_a_folder_of_its_own() -> None:
    assert purpose_of("Lantern projects (*.lantern);;Checkpoints (*.safetensors)") == "project"
    assert purpose_of("Checkpoints (*.safetensors)", saving=True) == "checkpoint"
    assert purpose_of("Pictures (*.jpg *.png);;All files (*)") == "pictures"
    assert purpose_of("Tables (*.csv)") == "table"
    assert purpose_of("Tables (*.csv)", saving=True) == "export"
    assert safe_name('a/b: "c"?.csv') == "a b   c  .csv"
