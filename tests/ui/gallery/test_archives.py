"""Archives in the window: dropped or opened like the folder or table that is in them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton

from studio.data.archives import extraction as archives
from studio.data.archives.unpacked import unpacked_folder
from tests.data.hostile_archives import make_zip
from tests.data.idx_samples import write_mnist
from tests.data.test_unpacked import PETS
from tests.ui.gallery.test_gallery import SLOW, answers, window

__all__ = ["answers", "window"]


def test_that_an_archive_of_pictures_becomes_a_project(window: Any, qtbot: Any, tmp_path: Path) -> None:
    window.files.open_path(make_zip(tmp_path / "My pets.zip", PETS))
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=SLOW)
    assert window.document.dataset.facts.classes == ("cats", "dogs")
    assert Path(window.document.project.dataset.location).name == "My pets"


@pytest.mark.parametrize("name", ["", "train-images-idx3-ubyte.gz"])
def test_that_idx_files_become_a_project(window: Any, qtbot: Any, tmp_path: Path, name: str) -> None:
    write_mnist(tmp_path / "mnist", ending=".gz")
    window.files.open_path(tmp_path / "mnist" / name)
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=SLOW)
    assert window.document.project.dataset.source == "idx"


def test_that_an_unsafe_archive_is_refused_in_a_sentence(window: Any, qtbot: Any, tmp_path: Path) -> None:
    from studio.ui.dialogs.error_dialog import ErrorDialog

    window.files.open_path(make_zip(tmp_path / "a.zip", {"../evil.png": b"x"}))
    qtbot.waitUntil(lambda: window.findChild(ErrorDialog) is not None, timeout=SLOW)
    dialog = window.findChild(ErrorDialog)
    assert "“a.zip” is not safe and was not opened." in dialog._message
    dialog.close()


def test_that_unpacking_shows_how_far_it_is_and_can_be_cancelled(
    window: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    written = archives._Work._write

    def slowly(self: Any, member: Any, place: Any) -> None:
        begun.set()
        go_on.wait(20)
        written(self, member, place)

    monkeypatch.setattr(archives._Work, "_write", slowly)
    told: list[float] = []
    window.files.progressed.connect(told.append)
    window.files.open_path(make_zip(tmp_path / "pets.zip", PETS))
    qtbot.waitUntil(begun.is_set, timeout=SLOW)
    qtbot.waitUntil(lambda: bool(told), timeout=SLOW)
    cancel = window.findChild(QPushButton, "cancelLooking")
    assert cancel.isVisible()
    cancel.click()
    go_on.set()
    assert window.document.project is None
    assert not cancel.isVisible()
    window.files.stop()
    assert not list(unpacked_folder().rglob("*.png"))


def test_that_unpacked_archives_are_listed_and_deleted(window: Any, qtbot: Any, tmp_path: Path) -> None:
    from studio.data.opening import recognise

    old = recognise(make_zip(tmp_path / "old.zip", {**PETS, "dogs/more.png": PETS["cats/1.png"]}))
    gone = recognise(make_zip(tmp_path / "gone.zip", {**PETS, "cats/more.png": PETS["dogs/1.png"]}))
    (tmp_path / "gone.zip").unlink()
    window.files.open_path(make_zip(tmp_path / "now.zip", PETS))
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=SLOW)
    dialog = window.files.gallery.show_archives()
    qtbot.waitUntil(lambda: dialog.list.count() == 3, timeout=SLOW)
    lines = {dialog.list.item(row).text().split("\n")[0]: dialog.list.item(row) for row in range(3)}
    assert lines["now.zip"].text().endswith("6 files, open now")
    assert lines["gone.zip"].text().endswith("7 files, its archive is gone")
    assert lines["old.zip"].text().endswith("7 files, used today")
    assert dialog.total.text().startswith("3 archives take ")
    dialog.list.selectAll()
    assert {one.archive.name for one in dialog.chosen()} == {"old.zip", "gone.zip"}
    dialog.delete.click()
    assert dialog.total.text() == (
        "“gone.zip” is not there any more: what is deleted cannot be unpacked anew."
    )
    assert dialog.delete.text() == "Really delete"
    assert Path(old.location).exists()
    dialog.delete.click()
    qtbot.waitUntil(lambda: dialog.list.count() == 1, timeout=SLOW)
    assert not Path(old.location).exists()
    assert not Path(gone.location).exists()
    assert Path(window.document.project.dataset.location).is_dir()
    dialog.reject()


def test_that_pictures_in_an_archive_that_nothing_sorts_are_sorted(
    window: Any, qtbot: Any, tmp_path: Path
) -> None:
    from studio.ui.data_step.sort_dialog import SortDialog

    pictures = {f"photos/{number}.png": content for number, content in enumerate(PETS.values())}
    window.files.open_path(make_zip(tmp_path / "photos.zip", pictures))
    qtbot.waitUntil(lambda: window.findChild(SortDialog) is not None, timeout=SLOW)
    dialog = window.findChild(SortDialog)
    assert len(dialog.sorting.files) == 6
    dialog.reject()


def test_that_the_settings_lead_to_the_unpacked_archives(window: Any, qtbot: Any) -> None:
    from studio.ui.dialogs.settings_dialog import SettingsDialog
    from studio.ui.gallery.archives_dialog import ArchivesDialog
    from studio.ui.help_actions import HelpActions

    HelpActions(window).settings()
    settings = window.findChild(SettingsDialog)
    settings.archives.click()
    dialog = settings.findChild(ArchivesDialog)
    qtbot.waitUntil(lambda: dialog.total.text() != "Looking…", timeout=SLOW)
    dialog.reject()
    settings.reject()
