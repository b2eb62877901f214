"""Collects pictures into classes: by dropping them, from files, from the clipboard, from the camera."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QImage, QKeyEvent
from PySide6.QtWidgets import QDialog, QWidget
from typing_extensions import override

from studio.data.pictures.collected_names import CollectError
from studio.data.pictures.collecting import Added, Collecting, advice, lacks
from studio.ui.collecting.camera_panel import CameraPanel, as_bytes
from studio.ui.collecting.class_bin import ClassBin
from studio.ui.collecting.collect_parts import Parts
from studio.ui.collecting.frames import FrameSource
from studio.ui.collecting.thumbnails import Thumbnails
from studio.ui.dialogs.file_dialogs import FileDialogs
from studio.ui.use_step.given import accept_copy, local_paths, read_given
from studio.ui.workers.job import Worker

_SIZE = (980, 600)
_QUICK = 20_000  # pictures that are listed in a blink
_REFUSED = 12  # files named in a tooltip


class CollectDialog(QDialog):
    """Everything is on the disk at once; closing loses nothing."""

    used = Signal(Path)  # the folder, to be learnt from
    boxes_requested = Signal(Path)  # things in the pictures are to be marked, instead of sorting them
    left = Signal(Path)  # closed, with pictures in this folder

    def __init__(
        self,
        collecting: Collecting,
        dialogs: FileDialogs,
        source: FrameSource,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("collectDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Collect pictures"))
        self.setAcceptDrops(True)
        self.setMinimumSize(420, 300)
        self.collecting = collecting
        self._dialogs = dialogs
        self._order: list[str] = []  # of the classes: new ones come last
        self._recorded = ""  # the class that pictures are taken for
        self._wants_name = ""  # a class that was made for what was dropped
        self._cancelled = False
        self._worker = Worker("collecting pictures", self, writes=True)
        self._thumbnails = Thumbnails(self)
        source.setParent(self)
        self.camera = CameraPanel(source)
        self.parts = Parts(self, self.camera, self._make_bin, self._follow_bin)
        self.row = self.parts.row
        self._follow()
        self.refresh()
        room = self.screen().availableSize()
        self.resize(min(_SIZE[0], room.width() - 24), min(_SIZE[1], room.height() - 48))
        self._say(collecting.why_not_here())
        if collecting.offered:
            self._say(
                self.tr(
                    "The dropped pictures wait on the left. Name classes, then drag each picture into one, "
                    "or press the class’s number: it is copied. A trained network takes pictures on its Use "
                    "page."
                )
            )
        if self.row.bins:
            self.row.bins[0].view.setFocus()
        else:
            self.row.new_class.setFocus()

    # -- what is there --------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Looks at the folder again: other programs may have changed it, too."""
        there = self.collecting.classes()
        kept = [name for name in self._order if name in there]
        self._order = [*kept, *(name for name in there if name not in kept)]
        self.row.show_classes(self._order)
        for one in self.row.bins:
            one.show_paths(self.collecting.pictures(one.name))
        loose = self.collecting.unsorted()
        self.row.unsorted.show_paths(loose)
        self.row.unsorted.setVisible(bool(loose))
        self._tell_camera()
        self._tell()

    def _tell(self) -> None:
        counts = [one.picture_count for one in self.row.bins]
        busy = self._worker.busy
        parts = self.parts
        parts.says.setText(advice(self._order, counts))
        parts.folder.setText(str(self.collecting.folder))
        parts.undo.setEnabled(self.collecting.can_undo and not busy)
        parts.redo.setEnabled(self.collecting.can_redo and not busy)
        parts.use.setEnabled(not lacks(self._order, counts) and not busy)
        parts.draw.setEnabled((any(counts) or self.row.unsorted.picture_count > 0) and not busy)
        self.row.setEnabled(not busy)
        parts.show_busy(busy)

    def _say(self, sentence: str, tip: str = "") -> None:
        self.parts.problem.setText(sentence)
        self.parts.problem.setToolTip(tip)
        self.parts.problem.setVisible(bool(sentence))

    # -- classes --------------------------------------------------------------------------------------

    def add_class(self, name: str) -> str:
        """Its name as it is written; empty if it could not be made, which is said."""
        made: list[str] = []
        if self._try(lambda: made.append(self.collecting.add_class(name))):
            self.row.new_class.clear()
            one = self.row.bin_of(made[0])
            if one is not None:
                self.row.show_bin(one)
            return made[0]
        return ""

    def rename(self, one: ClassBin, name: str) -> None:
        old, made = one.name, [one.name]
        place = self._order.index(old)

        def change() -> None:
            made[0] = self.collecting.rename(old, name)
            self._order[place] = made[0]
            one.show_name(made[0])

        if not self._try(change):
            one.show_name(old)

    def delete_class(self, name: str) -> None:
        self._try(lambda: self.collecting.delete_class(name))

    # -- pictures -------------------------------------------------------------------------------------

    def add_files(self, groups: Sequence[tuple[str, Sequence[Path]]]) -> None:
        """Copies files and folders into classes, away from the window's thread."""
        self._cancelled = False
        collecting = self.collecting

        def work(progress: Callable[[float], bool]) -> object:
            count = 0
            refused: list[tuple[str, str]] = []
            for number, (name, paths) in enumerate(groups):

                def told(fraction: float, number: int = number) -> bool:
                    return progress((number + fraction) / len(groups)) and not self._cancelled

                added = collecting.add(name, paths, told)
                count += added.count
                refused += added.refused
            return Added(count, tuple(refused))

        self._worker.start(work, self._on_added, lambda sentence, details: self._on_failed(sentence))
        self._tell()

    def take(self, name: str, mime: QMimeData) -> None:
        """What was dropped or pasted goes into this class."""
        paths = local_paths(mime)
        image = mime.imageData() if mime.hasImage() and not paths else None
        if paths:
            self.add_files([(name, paths)])
        elif isinstance(image, QImage) and not image.isNull():
            self._try(lambda: self.collecting.add_bytes(name, as_bytes(image, "PNG"), ".png", "pasted"))
        else:
            self._say(read_given(mime, pictures=True).refused)

    def take_as_classes(self, paths: Sequence[Path]) -> None:
        """Folders become classes, one each; pictures among them a new class that wants a name."""
        groups: list[tuple[str, Sequence[Path]]] = []
        for folder in (path for path in paths if path.is_dir()):
            inside = [path for path in sorted(folder.iterdir()) if path.is_dir() and path.name[0] != "."]
            groups += [(one.name, [one]) for one in inside] or [(folder.name, [folder])]
        files = [path for path in paths if not path.is_dir()]
        if files:
            groups.append((self._free_name(), files))
        by_name = {name.casefold(): name for name in self._order}
        ready = [(by_name.get(n.casefold()) or self.add_class(n), given) for n, given in groups]
        if ready and all(name for name, _ in ready):
            self._wants_name = ready[-1][0] if files else ""
            self.add_files(ready)

    def put(self, paths: Sequence[Path], name: str) -> None:
        self._try(lambda: self.collecting.move(paths, name))

    def remove(self, paths: Sequence[Path]) -> None:
        self._try(lambda: self.collecting.remove(paths))

    def put_at(self, paths: Sequence[Path], place: int) -> None:
        if 0 <= place < len(self._order):
            self.put(paths, self._order[place])

    def _pictures(self) -> int:
        return sum(one.picture_count for one in self.row.bins)

    def _free_name(self) -> str:
        taken = {name.casefold() for name in self._order}
        words = self.tr("Class {n}")
        number = next(n for n in range(1, len(taken) + 2) if words.format(n=n).casefold() not in taken)
        return words.format(n=number)

    def _try(self, change: Callable[[], object]) -> bool:
        self._say("")
        try:
            change()
        except CollectError as error:
            self._say(str(error))
            self.refresh()
            return False
        self.refresh()
        return True

    def _on_added(self, found: object) -> None:
        assert isinstance(found, Added)
        refused = found.refused
        words = ""
        if len(refused) == 1:
            words = self.tr("“{name}” was not taken. {reason}")
        elif refused:
            words = self.tr("{n} files were not taken. “{name}”: {reason}")
        tip = "\n".join(f"{name}: {reason}" for name, reason in refused[:_REFUSED])
        name, reason = refused[0] if refused else ("", "")
        self._say(words.format(n=f"{len(refused):,}", name=name, reason=reason), tip)
        self.refresh()
        one = self.row.bin_of(self._wants_name)
        self._wants_name = ""
        if one is not None:
            one.begin_rename()

    def _on_failed(self, sentence: str) -> None:
        self._say(sentence)
        self.refresh()

    def _on_cancel(self) -> None:
        self._cancelled = True

    def _on_files_wanted(self, name: str) -> None:
        from studio.data.pictures.decoding import SUFFIXES

        endings = " ".join(sorted(f"*{suffix}" for suffix in SUFFIXES))
        filters = self.tr("Pictures ({endings});;All files (*)").format(endings=endings)
        title = self.tr("Pictures of “{name}”").format(name=name)
        paths = self._dialogs.open_files(self, title, filters)
        if paths:
            self.add_files([(name, paths)])

    def _on_folder_wanted(self) -> None:
        title = self.tr("Folder to collect in")
        chosen = self._dialogs.open_folder(self, title)
        if chosen is None:
            return
        after = Collecting(chosen, self.collecting.offered)
        if wrong := after.why_not_here():
            self._say(wrong)
            return
        before, self.collecting, self._order = self.collecting, after, []
        self.refresh()
        if not after.begun_here:
            self._say(self.tr("What lies in this folder stays as it is: pictures are only added to it."))
        elif any(before.counts()):
            self._say(
                self.tr("What you collected before is still in “{folder}”.").format(folder=before.folder)
            )

    # -- the camera -----------------------------------------------------------------------------------

    def _on_camera_toggled(self, on: bool) -> None:
        self.camera.setVisible(on)
        (self.camera.start if on else self.camera.stop)()

    def _on_record_pressed(self, name: str) -> None:
        if not self.camera.recording and not self.camera.counting:
            self._recorded = name
            self._say("")
        self.camera.press()

    def _on_recording_changed(self, on: bool) -> None:
        if on:
            self.collecting.begin()
        else:
            self.collecting.end()
            self.refresh()

    def _on_taken(self, data: bytes, suffix: str) -> None:
        one = self.row.bin_of(self._recorded)
        try:
            path = self.collecting.add_bytes(self._recorded, data, suffix)
        except CollectError as error:
            self.camera.end()
            self._say(str(error))
            return
        if one is not None:
            one.show_paths((*one.view.files.paths, path), newest=True)
            self._tell()

    def _tell_camera(self) -> None:
        camera = self.camera
        active = camera.recording or camera.counting
        for one in self.row.bins:
            mine = one.name == self._recorded
            one.show_camera(camera.ready and (mine or not active), camera.words(mine))

    # -- the window -----------------------------------------------------------------------------------

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and (self.camera.recording or self.camera.counting):
            self.camera.end()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # these end a name
            super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() != QEvent.Type.ActivationChange:
            return
        if not self.isActiveWindow():
            self.camera.release()  # the key will be let go elsewhere
        elif not self.camera.recording and not self._worker.busy and self._pictures() < _QUICK:
            self.refresh()

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_paths(event.mimeData()) and not self._worker.busy and event.source() is None:
            accept_copy(event)

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        accept_copy(event)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        accept_copy(event)
        self.take_as_classes(local_paths(event.mimeData()))

    @override
    def done(self, result: int) -> None:
        self.camera.stop()
        self._cancelled = True
        self._worker.stop()
        self._thumbnails.stop()
        super().done(result)
        if result == QDialog.DialogCode.Rejected and self._pictures():
            self.left.emit(self.collecting.folder)

    def _on_use(self) -> None:
        self.accept()
        self.used.emit(self.collecting.folder)

    def _on_draw(self) -> None:
        self.accept()
        self.boxes_requested.emit(self.collecting.folder)

    # -- following ------------------------------------------------------------------------------------

    def _make_bin(self, name: str) -> ClassBin:
        return ClassBin(name, self._thumbnails)

    def _follow_bin(self, one: ClassBin) -> None:
        view = one.view
        one.renamed.connect(lambda name: self.rename(one, name))
        one.delete_requested.connect(lambda: self.delete_class(one.name))
        one.files_wanted.connect(lambda: self._on_files_wanted(one.name))
        one.paste_requested.connect(lambda: self.take(one.name, QGuiApplication.clipboard().mimeData()))
        one.dropped.connect(lambda mime: self.take(one.name, mime))
        one.moved_here.connect(lambda paths: self.put(paths, one.name))
        one.record_pressed.connect(lambda: self._on_record_pressed(one.name))
        one.record_released.connect(self.camera.release)
        view.remove_requested.connect(self.remove)
        view.move_requested.connect(self.put_at)
        view.neighbour_requested.connect(
            lambda paths, step: self.put_at(paths, (self._order.index(one.name) if one.name else -1) + step)
        )

    def _follow(self) -> None:
        parts = self.parts
        self.row.class_named.connect(self.add_class)
        parts.undo.clicked.connect(lambda: self._try(self.collecting.undo))
        parts.redo.clicked.connect(lambda: self._try(self.collecting.redo))
        parts.another.clicked.connect(self._on_folder_wanted)
        parts.camera_button.toggled.connect(self._on_camera_toggled)
        parts.cancel.clicked.connect(self._on_cancel)
        parts.draw.clicked.connect(self._on_draw)
        parts.close.clicked.connect(self.reject)
        parts.use.clicked.connect(self._on_use)
        self._worker.progressed.connect(parts.show_progress)
        self._worker.busy_changed.connect(lambda _: self._tell())
        self.camera.taken.connect(self._on_taken)
        self.camera.recording_changed.connect(self._on_recording_changed)
        self.camera.changed.connect(self._tell_camera)
