"""Class bins: pictures dropped, chosen, pasted, moved by mouse and keys, taken out, undone; all copies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from studio.data.pictures.collecting import Collecting
from studio.ui.collecting.class_bin import ClassBin
from studio.ui.collecting.collect_dialog import CollectDialog
from tests.ui.shell.test_accessible import called, focusable

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def mime(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(target: QWidget, data: QMimeData, source: QWidget | None = None) -> None:
    """As the file manager does it; from another bin, with the event that Qt makes of it."""
    copy, move = Qt.DropAction.CopyAction, Qt.DropAction.MoveAction
    enter = QDragEnterEvent(QPoint(20, 60), copy | move, data, LEFT, NONE)
    enter.setDropAction(move)
    target.dragEnterEvent(enter)
    dropped = QDropEvent(QPointF(20, 60), copy | move, data, LEFT, NONE)
    dropped.setDropAction(move)
    target.dropEvent(dropped)
    for event in (enter, dropped):
        assert event.isAccepted()
        assert event.dropAction() == copy  # after a move the file manager might take its files away


def named(dialog: CollectDialog, qtbot: Any, *names: str) -> list[ClassBin]:
    for name in names:
        qtbot.keyClicks(dialog.row.new_class, name)
        qtbot.keyClick(dialog.row.new_class, Qt.Key.Key_Return)
    return [one for one in dialog.row.bins if one.name in names]


def wait(dialog: CollectDialog, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: not dialog._worker.busy, timeout=20_000)


def names(one: ClassBin) -> list[str]:
    return [path.name for path in one.view.files.paths]


def test_that_dropped_pictures_are_copied_and_counted(
    dialog: CollectDialog, qtbot: Any, photos: Path
) -> None:
    assert dialog.parts.says.text() == "Name the first class, then put pictures into it."
    assert dialog.row.guide.isVisible()
    cats, dogs = named(dialog, qtbot, "cats", "dogs")
    assert not dialog.row.guide.isVisible()
    assert dialog.parts.says.text() == (
        "Pictures still needed: at least 2 more for “cats” and 2 more for “dogs”."
    )
    assert not dialog.parts.use.isEnabled()
    drop(cats, mime(photos / "cats"))
    wait(dialog, qtbot)
    assert cats.count.text() == "3 pictures"
    drop(dogs, mime(photos / "dogs" / "dog 0.png", photos / "dogs" / "dog 1.png"))
    wait(dialog, qtbot)
    assert names(dogs) == ["dog 0.png", "dog 1.png"]
    assert dialog.parts.use.isEnabled()
    assert dialog.parts.says.text().startswith("About 20 pictures of each class make a good start: “dogs”")
    assert len(list((photos / "cats").iterdir())) == 3
    with qtbot.waitSignal(dialog.used) as used:
        qtbot.mouseClick(dialog.parts.use, LEFT)
    assert used.args == [dialog.collecting.folder]


def test_that_folders_dropped_beside_the_bins_become_classes(
    dialog: CollectDialog, qtbot: Any, photos: Path
) -> None:
    drop(dialog, mime(photos))
    wait(dialog, qtbot)
    assert [(one.name, one.picture_count) for one in dialog.row.bins] == [("cats", 3), ("dogs", 3)]
    drop(dialog, mime(photos / "cats", photos / "dogs" / "dog 0.png"))
    wait(dialog, qtbot)
    assert [(one.name, one.picture_count) for one in dialog.row.bins] == [
        ("cats", 3), ("dogs", 3), ("Class 1", 1),
    ]  # fmt: skip
    assert dialog.parts.problem.text() == (
        "3 files were not taken. “cat 0.png”: It is in this class already."
    )
    qtbot.waitUntil(dialog.row.bins[2].title.hasFocus)  # it wants a name
    qtbot.keyClicks(dialog.row.bins[2].title, "foxes")
    qtbot.keyClick(dialog.row.bins[2].title, Qt.Key.Key_Return)
    assert dialog.collecting.classes() == ("cats", "dogs", "foxes")
    assert [one.name for one in dialog.row.bins] == ["cats", "dogs", "foxes"]


def test_that_what_is_no_picture_is_told(dialog: CollectDialog, qtbot: Any, photos: Path) -> None:
    (cats,) = named(dialog, qtbot, "cats")
    (photos / "notes.doc").write_text("x", encoding="utf-8")
    drop(cats, mime(photos / "notes.doc"))
    wait(dialog, qtbot)
    assert dialog.parts.problem.text() == (
        "“notes.doc” was not taken. This is no picture that Lantern reads."
    )
    link = QMimeData()
    link.setText("https://example.org/cat.png")
    dialog.take("cats", link)
    assert dialog.parts.problem.text().startswith("That is a link to the internet.")


def test_that_a_name_which_cannot_be_is_told_and_the_old_one_stays(dialog: CollectDialog, qtbot: Any) -> None:
    cats, _ = named(dialog, qtbot, "cats", "dogs")
    cats.begin_rename()
    qtbot.keyClicks(cats.title, "dogs")
    qtbot.keyClick(cats.title, Qt.Key.Key_Return)
    assert dialog.parts.problem.text() == "There is a class “dogs” already."
    assert cats.title.text() == "cats"
    cats.begin_rename()
    qtbot.keyClicks(cats.title, "lions")
    qtbot.keyClick(cats.title, Qt.Key.Key_Return)
    assert dialog.collecting.classes() == ("dogs", "lions")
    assert [one.name for one in dialog.row.bins] == ["lions", "dogs"]  # where it was
    assert dialog.parts.problem.text() == ""


def test_that_pictures_are_moved_taken_out_and_undone_by_keys(
    dialog: CollectDialog, qtbot: Any, photos: Path
) -> None:
    dialog.take_as_classes([photos])
    wait(dialog, qtbot)
    cats, dogs = dialog.row.bins
    view = cats.view
    view.setFocus()
    view.setCurrentIndex(view.files.index(1))
    qtbot.keyClick(view, Qt.Key.Key_Right, CONTROL)
    assert names(cats) == ["cat 0.png", "cat 2.png"]
    assert names(dogs) == ["cat 1.png", "dog 0.png", "dog 1.png", "dog 2.png"]
    assert [path.name for path in view.chosen()] == ["cat 2.png"]  # the keys go on from there
    qtbot.keyClick(view, Qt.Key.Key_2)
    assert names(cats) == ["cat 0.png"]
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert cats.count.text() == "0 pictures"
    qtbot.keyClick(dialog, Qt.Key.Key_Z, CONTROL)
    assert names(cats) == ["cat 0.png"]
    for _ in range(2):
        dialog.parts.undo.click()
    assert (cats.picture_count, dogs.picture_count) == (3, 3)
    dialog.parts.redo.click()
    assert (cats.picture_count, dogs.picture_count) == (2, 4)
    qtbot.keyClick(dialog, Qt.Key.Key_9)  # there is no ninth class
    assert (cats.picture_count, dogs.picture_count) == (2, 4)


def test_that_a_picture_is_dragged_from_bin_to_bin(
    dialog: CollectDialog, qtbot: Any, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog.take_as_classes([photos])
    wait(dialog, qtbot)
    cats, dogs = dialog.row.bins
    cats.view.selectionModel().select(
        cats.view.files.index(2), cats.view.selectionModel().SelectionFlag.Select
    )
    monkeypatch.setattr(QDropEvent, "source", lambda _: cats.view, raising=False)
    drop(dogs, mime(*cats.view.chosen()))
    assert names(cats) == ["cat 0.png", "cat 1.png"]
    assert dogs.picture_count == 4


def test_that_files_are_chosen_and_pictures_pasted(
    dialog: CollectDialog, qtbot: Any, answers: Any, photos: Path
) -> None:
    (cats,) = named(dialog, qtbot, "cats")
    answers.file = photos / "cats" / "cat 0.png"
    qtbot.mouseClick(cats.files, LEFT)
    wait(dialog, qtbot)
    assert answers.asked == ["Pictures of “cats”"]
    image = QImage(9, 7, QImage.Format.Format_RGB32)
    image.fill(0x204060)
    QGuiApplication.clipboard().setImage(image)
    cats.view.setFocus()
    qtbot.keyClick(cats.view, Qt.Key.Key_V, CONTROL)
    assert names(cats) == ["cat 0.png", "pasted 0001.png"]
    with Image.open(dialog.collecting.folder / "cats" / "pasted 0001.png") as kept:
        assert kept.size == (9, 7)
        assert kept.getpixel((0, 0)) == (0x20, 0x40, 0x60)
    QGuiApplication.clipboard().setMimeData(mime(photos / "cats" / "cat 1.png"))
    qtbot.keyClick(cats.view, Qt.Key.Key_V, CONTROL)
    wait(dialog, qtbot)
    assert cats.picture_count == 3


def test_that_a_class_is_taken_away_with_its_pictures_and_comes_back(
    dialog: CollectDialog, qtbot: Any, photos: Path
) -> None:
    dialog.take_as_classes([photos])
    wait(dialog, qtbot)
    taking = next(a for a in dialog.row.bins[0].menu().actions() if a.text() == "Take the class away")
    taking.trigger()
    assert [one.name for one in dialog.row.bins] == ["dogs"]
    assert dialog.parts.says.text() == "Name another class: a network learns to tell at least two apart."
    dialog.parts.undo.click()
    assert [(one.name, one.picture_count) for one in dialog.row.bins] == [("dogs", 3), ("cats", 3)]


def test_that_another_folder_goes_on_where_it_was_left(
    dialog: CollectDialog, qtbot: Any, answers: Any, photos: Path
) -> None:
    Image.new("RGB", (9, 9)).save(photos / "loose.png")
    answers.folder = photos
    qtbot.mouseClick(dialog.parts.another, LEFT)
    assert [(one.name, one.picture_count) for one in dialog.row.bins] == [("cats", 3), ("dogs", 3)]
    assert dialog.parts.problem.text() == (
        "What lies in this folder stays as it is: pictures are only added to it."
    )
    unsorted = dialog.row.unsorted
    assert unsorted.isVisible()
    assert names(unsorted) == ["loose.png"]
    unsorted.view.setFocus()
    unsorted.view.setCurrentIndex(unsorted.view.files.index(0))
    qtbot.keyClick(unsorted.view, Qt.Key.Key_1)
    assert not unsorted.isVisible()
    assert (photos / "loose.png").exists()
    dialog.remove([photos / "cats" / "cat 0.png"])
    assert "is a file of yours" in dialog.parts.problem.text()
    assert dialog.row.bins[0].picture_count == 4


def test_that_a_folder_cut_into_parts_is_refused(
    dialog: CollectDialog, qtbot: Any, answers: Any, tmp_path: Path
) -> None:
    (tmp_path / "cut" / "test" / "a").mkdir(parents=True)
    answers.folder = tmp_path / "cut"
    qtbot.mouseClick(dialog.parts.another, LEFT)
    assert dialog.parts.problem.text().startswith("“cut” is cut into parts such as “test”.")
    assert dialog.collecting.folder == tmp_path / "mine"


def test_that_copying_can_be_stopped(dialog: CollectDialog, qtbot: Any, photos: Path) -> None:
    (cats,) = named(dialog, qtbot, "cats")
    dialog.add_files([("cats", [photos / "cats"])])
    assert not dialog.row.isEnabled()
    assert not dialog.parts.use.isEnabled()
    dialog._on_cancel()
    wait(dialog, qtbot)
    assert dialog.row.isEnabled()
    assert cats.picture_count == len(list((dialog.collecting.folder / "cats").iterdir()))


def test_that_pictures_without_a_class_are_offered_to_be_sorted(
    qtbot: Any, answers: Any, camera: Any, photos: Path, tmp_path: Path
) -> None:
    loose = [photos / "cats" / f"cat {i}.png" for i in range(3)]
    dialog = CollectDialog(Collecting(tmp_path / "new", loose), answers, camera)
    assert dialog.row.unsorted.picture_count == 3
    named(dialog, qtbot, "cats")
    dialog.put_at(loose[:2], 0)
    assert names(dialog.row.unsorted) == ["cat 2.png"]
    assert names(dialog.row.bins[0]) == ["cat 0.png", "cat 1.png"]
    assert all(path.exists() for path in loose)
    with qtbot.waitSignal(dialog.left) as left:
        dialog.reject()
    assert left.args == [tmp_path / "new"]


def test_that_everything_fits_on_a_screen_at_200_percent(
    dialog: CollectDialog, qtbot: Any, photos: Path, camera: Any
) -> None:
    dialog.take_as_classes([photos])
    wait(dialog, qtbot)
    dialog.parts.camera_button.setChecked(True)
    camera.show()
    dialog.resize(660, 336)
    qtbot.waitUntil(lambda: dialog.size().height() == 336)
    one = dialog.row.bins[0]
    qtbot.waitUntil(lambda: one.record.isVisible() and one.view.height() >= 48)
    room = dialog.row.viewport()
    qtbot.waitUntil(lambda: one.mapTo(room, QPoint(0, one.height())).y() <= room.height())
    assert dialog.parts.use.geometry().bottom() <= 336


def test_that_everything_in_it_has_a_name_for_screen_readers(
    dialog: CollectDialog, qtbot: Any, photos: Path, camera: Any
) -> None:
    dialog.take_as_classes([photos])
    wait(dialog, qtbot)
    dialog.parts.camera_button.setChecked(True)
    camera.show()
    shown = [one for one in focusable(dialog) if one.isVisible()]
    assert [one.objectName() for one in shown if not called(one, dialog)] == []
    assert called(dialog.row.bins[0].record, dialog) == "Take pictures of “cats”"
