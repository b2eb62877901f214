"""The gallery in the real window: look, download, pause, resume, cancel, use; with a server of our own."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton

from studio.core.project_file import save_project
from studio.core.registry import Registry
from studio.data import opening
from studio.data.downloads import catalogue
from studio.data.downloads.entry import DownloadableDataset
from studio.data.downloads.finding import incoming, own_folder, state_of
from studio.data.opening import recognise
from studio.data.sources import downloaded
from studio.kinds.new_project import new_project
from studio.ui.gallery.dialog import GalleryDialog
from studio.ui.gallery.items import gallery_items
from studio.ui.gallery.previews import preview
from tests.data.downloads.conftest import no_proxy_of_this_computer, site
from tests.data.downloads.entries import small_mnist
from tests.data.downloads.server import Site, closed_port
from tests.ui.shell.answers import Answers

__all__ = ["no_proxy_of_this_computer", "site"]
SLOW = 20_000  # milliseconds that a busy machine may take


@pytest.fixture
def mnist(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DownloadableDataset:
    entry = small_mnist(site, tmp_path / "original")
    use_catalogue(monkeypatch, entry)
    return entry


def use_catalogue(monkeypatch: pytest.MonkeyPatch, entry: DownloadableDataset) -> None:
    others = [other for other in catalogue.DOWNLOADS if other.id != entry.id]
    registry = Registry("dataset to download", (entry, *others))
    for module in (catalogue, downloaded, opening):
        monkeypatch.setattr(module, "DOWNLOADS", registry)


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def window(qtbot: Any, answers: Answers) -> Iterator[Any]:
    from studio.ui.app import open_window

    made = open_window(dialogs=answers, questions=answers, all_pages=False)
    yield made
    answers.on_unsaved = "discard"
    made.close()
    made.deleteLater()


def open_gallery(window: Any, qtbot: Any, button: str = "moreDatasets") -> GalleryDialog:
    qtbot.mouseClick(window.findChild(QPushButton, button), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.findChild(GalleryDialog) is not None, timeout=SLOW)
    dialog = window.findChild(GalleryDialog)
    qtbot.waitUntil(lambda: bool(dialog._lookup.states), timeout=SLOW)
    return dialog


def click(qtbot: Any, button: QPushButton) -> None:
    assert button.isVisible()
    qtbot.waitUntil(button.isEnabled, timeout=SLOW)  # it is being looked whether the dataset is here
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def rows(dialog: GalleryDialog) -> dict[str, str]:
    found = (dialog.list.item(i) for i in range(dialog.list.count()))
    return {row.data(Qt.ItemDataRole.UserRole): row.text() for row in found if not row.isHidden()}


def test_that_the_gallery_tells_what_is_here_and_what_is_not(window: Any, qtbot: Any) -> None:
    dialog = open_gallery(window, qtbot)
    told = rows(dialog)
    assert told["digits"] == "Handwritten digits\ncomes with Lantern"
    assert told["cifar10"] == "CIFAR-10\n170 MB to download"
    assert told["voc2007"] == "Pascal VOC 2007\n911 MB to download"
    assert dialog.details.action.text() == "Download (12 MB)"  # MNIST, the first to download


def test_that_the_search_finds_words_of_all_that_is_said(window: Any, qtbot: Any) -> None:
    dialog = open_gallery(window, qtbot)
    dialog.search.setText("photos cats")
    assert list(rows(dialog)) == ["oxford-iiit-pet"]
    assert dialog.details.action.text() == "Download (811 MB)"
    dialog.search.setText("zebra crossing")
    assert rows(dialog) == {}
    assert dialog._nothing.isVisible()
    assert not dialog.details.isVisible()
    dialog.search.setText("")
    assert len(rows(dialog)) == len(gallery_items())


def test_that_a_bundled_dataset_is_used_at_once(window: Any, qtbot: Any) -> None:
    dialog = open_gallery(window, qtbot)
    dialog.show_dataset("iris")
    click(qtbot, dialog.details.action)
    qtbot.waitUntil(lambda: window.document.project is not None, timeout=SLOW)
    assert window.document.project.dataset.location == "iris"


@pytest.mark.usefixtures("mnist")
def test_that_a_dataset_is_downloaded_and_used(window: Any, qtbot: Any) -> None:
    dialog = open_gallery(window, qtbot)
    dialog.show_dataset("mnist")
    click(qtbot, dialog.details.action)
    assert dialog.details.action.text() == "Pause"
    qtbot.waitUntil(lambda: dialog.details.action.text() == "Use it", timeout=SLOW)
    assert rows(dialog)["mnist"] == "MNIST\non this computer"
    assert dialog.details._state.text() == f"On this computer: {own_folder() / 'mnist'}"
    click(qtbot, dialog.details.action)
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=SLOW)
    choice = window.document.project.dataset
    assert (choice.source, choice.location) == ("downloaded", "mnist")
    assert len(window.document.dataset) == 30
    assert window.current_step == "data"


def test_that_a_download_can_be_paused_and_goes_on_later(
    mnist: DownloadableDataset, site: Site, window: Any, qtbot: Any
) -> None:
    site.gate, site.gate_at = threading.Event(), 40
    dialog = open_gallery(window, qtbot)
    dialog.show_dataset("mnist")
    click(qtbot, dialog.details.action)
    qtbot.waitUntil(site.waiting.is_set, timeout=SLOW)
    click(qtbot, dialog.details.action)
    qtbot.waitUntil(lambda: dialog.details.action.text() == "Resume", timeout=SLOW)
    assert state_of(mnist).kind == "partial"
    assert " here" in rows(dialog)["mnist"]
    site.gate.set()
    site.gate = None
    click(qtbot, dialog.details.action)
    qtbot.waitUntil(lambda: dialog.details.action.text() == "Use it", timeout=SLOW)


def test_that_cancelling_throws_away_what_came(
    mnist: DownloadableDataset, site: Site, window: Any, qtbot: Any
) -> None:
    site.gate, site.gate_at = threading.Event(), 40
    dialog = open_gallery(window, qtbot)
    dialog.show_dataset("mnist")
    click(qtbot, dialog.details.action)
    qtbot.waitUntil(site.waiting.is_set, timeout=SLOW)
    click(qtbot, dialog.details.cancel)
    qtbot.waitUntil(lambda: dialog.details.action.text().startswith("Download ("), timeout=SLOW)
    assert not incoming(mnist).exists()
    assert state_of(mnist).kind == "absent"
    site.gate.set()


def test_that_a_second_download_waits_its_turn(
    mnist: DownloadableDataset, site: Site, window: Any, qtbot: Any
) -> None:
    site.gate, site.gate_at = threading.Event(), 40
    queue = window.files.gallery.queue
    dialog = open_gallery(window, qtbot)
    dialog.show_dataset("mnist")
    click(qtbot, dialog.details.action)
    dialog.show_dataset("cifar10")
    click(qtbot, dialog.details.action)
    assert queue.state("cifar10") == "waiting"
    assert rows(dialog)["cifar10"] == "CIFAR-10\nwaits"
    click(qtbot, dialog.details.action)  # “Do not wait”
    assert queue.state("cifar10") == "idle"
    qtbot.waitUntil(site.waiting.is_set, timeout=SLOW)
    site.gate.set()
    qtbot.waitUntil(lambda: queue.state("mnist") == "idle", timeout=SLOW)


def test_that_offline_is_said_in_the_dialog_with_the_folder_to_fill(
    mnist: DownloadableDataset, window: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nowhere = f"http://127.0.0.1:{closed_port()}/"
    gone = replace(mnist, files=tuple(replace(f, urls=(nowhere + f.name,)) for f in mnist.files))
    use_catalogue(monkeypatch, gone)
    dialog = open_gallery(window, qtbot)
    dialog.show_dataset("mnist")
    click(qtbot, dialog.details.action)
    qtbot.waitUntil(dialog.details._trouble.isVisible, timeout=SLOW)
    said = dialog.details._trouble.text()
    assert said.startswith("There is no connection to the internet")
    assert str(incoming(mnist)) in said
    assert dialog.details.folder.isVisible()
    assert dialog.details.action.text().startswith("Download (")
    shutil.copytree(tmp_path / "original", incoming(mnist), dirs_exist_ok=True)  # as the sentence says
    click(qtbot, dialog.details.action)
    qtbot.waitUntil(lambda: dialog.details.action.text() == "Use it", timeout=SLOW)
    assert not dialog.details._trouble.isVisible()


def test_that_closing_the_window_ends_a_stalled_download_at_once(
    mnist: DownloadableDataset, site: Site, window: Any, qtbot: Any
) -> None:
    site.gate, site.gate_at = threading.Event(), 40
    dialog = open_gallery(window, qtbot)
    dialog.show_dataset("mnist")
    click(qtbot, dialog.details.action)
    qtbot.waitUntil(site.waiting.is_set, timeout=SLOW)
    window.close()
    assert window.files.gallery.queue.state("mnist") == "idle"
    assert state_of(mnist).kind == "partial"
    site.gate.set()


@pytest.mark.usefixtures("mnist")
def test_that_a_download_goes_on_when_the_dialog_is_closed(window: Any, qtbot: Any) -> None:
    said: list[str] = []
    window.files.said.connect(said.append)
    dialog = open_gallery(window, qtbot)
    dialog.show_dataset("mnist")
    click(qtbot, dialog.details.action)
    dialog.accept()
    qtbot.waitUntil(lambda: "MNIST is downloaded." in said, timeout=SLOW)


def test_that_the_data_page_takes_another_dataset_from_the_gallery(
    mnist: DownloadableDataset, window: Any, qtbot: Any, tmp_path: Path
) -> None:
    shutil.copytree(tmp_path / "original", own_folder() / "mnist")
    window.files.new_from("digits")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=SLOW)
    dialog = open_gallery(window, qtbot, "pickMoreDatasets")
    dialog.show_dataset("mnist")
    click(qtbot, dialog.details.action)
    qtbot.waitUntil(lambda: window.document.project.dataset.location == "mnist", timeout=SLOW)
    assert window.document.undo_stack.undoText() == "Choose “MNIST”"


def test_that_a_project_whose_dataset_is_missing_leads_to_its_download(
    mnist: DownloadableDataset, window: Any, qtbot: Any, tmp_path: Path
) -> None:
    shutil.copytree(tmp_path / "original", own_folder() / "mnist")
    save_project(tmp_path / "p.lantern", new_project("image-classification", recognise("mnist")))
    shutil.rmtree(own_folder())
    window.files.open_path(tmp_path / "p.lantern")
    relink = lambda: window.findChild(QPushButton, "relinkButton")  # noqa: E731
    qtbot.waitUntil(lambda: relink() is not None and relink().isVisible(), timeout=SLOW)
    assert relink().text() == "Download it…"
    dialog = open_gallery(window, qtbot, "relinkButton")
    assert dialog.details._item is not None
    assert dialog.details._item.id == "mnist"
    click(qtbot, dialog.details.action)
    qtbot.waitUntil(lambda: dialog.details.action.text() == "Use it", timeout=SLOW)
    click(qtbot, dialog.details.action)
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=SLOW)


def test_that_a_downloaded_dataset_can_be_deleted_after_a_second_click(
    mnist: DownloadableDataset, window: Any, qtbot: Any, tmp_path: Path
) -> None:
    shutil.copytree(tmp_path / "original", own_folder() / "mnist")
    dialog = open_gallery(window, qtbot)
    dialog.show_dataset("mnist")
    click(qtbot, dialog.details.delete)
    assert dialog.details.delete.text() == "Really delete it?"
    dialog.show_dataset("cifar10")
    assert not dialog.details.delete.isVisible()
    dialog.show_dataset("mnist")
    assert dialog.details.delete.text() == "Delete"  # the question was not answered
    click(qtbot, dialog.details.delete)
    click(qtbot, dialog.details.delete)
    qtbot.waitUntil(lambda: rows(dialog)["mnist"].endswith("to download"), timeout=SLOW)
    qtbot.waitUntil(lambda: not list(own_folder().iterdir()), timeout=SLOW)


def test_that_a_folder_of_datasets_elsewhere_is_remembered(
    mnist: DownloadableDataset, window: Any, qtbot: Any, answers: Answers, tmp_path: Path
) -> None:
    shutil.copytree(tmp_path / "original", tmp_path / "torch" / "MNIST" / "raw")
    answers.folder = tmp_path / "torch"
    dialog = open_gallery(window, qtbot)
    dialog.show_dataset("mnist")
    click(qtbot, dialog._elsewhere)
    assert answers.asked == ["Folder with datasets"]
    qtbot.waitUntil(lambda: rows(dialog)["mnist"] == "MNIST\non this computer", timeout=SLOW)
    assert dialog.details.action.text() == "Use it"
    assert not dialog.details.delete.isVisible()  # it is not Lantern's


def test_that_a_shared_drive_which_does_not_answer_holds_nobody_up(
    window: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.data.downloads import finding

    answers_at_last = threading.Event()
    looked = finding.state_of

    def slowly(entry: DownloadableDataset) -> finding.State:
        answers_at_last.wait(20)
        return looked(entry)

    monkeypatch.setattr(finding, "state_of", slowly)
    window.files.new_from_gallery()
    dialog = window.findChild(GalleryDialog)
    assert rows(dialog)["cifar10"] == "CIFAR-10\n170 MB"
    assert dialog.details._state.text() == "Looking whether it is here…"
    assert not dialog.details.action.isEnabled()
    answers_at_last.set()
    qtbot.waitUntil(dialog.details.action.isEnabled, timeout=SLOW)
    assert rows(dialog)["cifar10"] == "CIFAR-10\n170 MB to download"


def test_that_the_gallery_fits_a_small_screen(window: Any, qtbot: Any) -> None:
    dialog = open_gallery(window, qtbot)
    smallest = dialog.minimumSizeHint()
    assert smallest.width() <= 683 - 24
    assert smallest.height() <= 384 - 48


@pytest.mark.parametrize("entry", catalogue.DOWNLOADS, ids=lambda entry: entry.id)
def test_that_every_preview_is_drawn_and_always_the_same(qapp: Any, entry: DownloadableDataset) -> None:
    size = QSize(200, 80)
    first, second = (preview(entry.preview, size).toImage() for _ in range(2))
    assert first == second
    assert len({first.pixel(x, y) for x in range(0, 200, 3) for y in range(0, 80, 3)}) > 5
