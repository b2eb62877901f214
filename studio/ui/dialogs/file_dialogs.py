"""Every question for a file or folder goes through here; tests put their own answers in its place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from studio.ui.window_memory import WindowMemory

Place = QStandardPaths.StandardLocation


class FileDialogs(Protocol):
    """`filters` as Qt writes them: "Lantern projects (*.lantern)". None: the user changed their mind.

    Where no folder is given, a dialog begins where its purpose was served last. `proposed` is a file
    name, or a whole path; its ending is put behind a name that has none of the filters' endings.
    """

    def open_file(self, parent: QWidget, title: str, filters: str, folder: str = "") -> Path | None: ...
    def open_files(self, parent: QWidget, title: str, filters: str, folder: str = "") -> list[Path]: ...
    def open_folder(self, parent: QWidget, title: str, folder: str = "") -> Path | None: ...
    def save_file(self, parent: QWidget, title: str, filters: str, proposed: str = "") -> Path | None: ...


class NativeFileDialogs:
    """The system's own dialogs. They remember a folder for each purpose, from day to day."""

    def __init__(self, memory: WindowMemory | None = None) -> None:
        self._memory = memory or WindowMemory()

    def open_file(self, parent: QWidget, title: str, filters: str, folder: str = "") -> Path | None:
        purpose = purpose_of(filters)
        chosen, _ = QFileDialog.getOpenFileName(parent, title, folder or self.start(purpose), filters)
        return self._kept(purpose, Path(chosen)) if chosen else None

    def open_files(self, parent: QWidget, title: str, filters: str, folder: str = "") -> list[Path]:
        purpose = purpose_of(filters)
        chosen, _ = QFileDialog.getOpenFileNames(parent, title, folder or self.start(purpose), filters)
        return [self._kept(purpose, Path(path)) for path in chosen[:1]] + [Path(p) for p in chosen[1:]]

    def open_folder(self, parent: QWidget, title: str, folder: str = "") -> Path | None:
        chosen = QFileDialog.getExistingDirectory(parent, title, folder or self.start("folder"))
        return self._kept("folder", Path(chosen)) if chosen else None

    def save_file(self, parent: QWidget, title: str, filters: str, proposed: str = "") -> Path | None:
        purpose = purpose_of(filters, saving=True)
        wanted = Path(proposed)
        if not wanted.is_absolute():
            wanted = Path(self.start(purpose)) / safe_name(proposed)
        while True:
            dialog = QFileDialog(parent, title, str(wanted.parent), filters)
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix(wanted.suffix.lstrip("."))
            dialog.selectFile(wanted.name)
            if not dialog.exec() or not dialog.selectedFiles():
                return None
            chosen = Path(dialog.selectedFiles()[0])
            whole = with_ending(chosen, filters, wanted.suffix)
            # The dialog asked about the name that was typed; with an ending it may be another file.
            if whole == chosen or not whole.exists() or _may_overwrite(parent, whole):
                return self._kept(purpose, whole)
            wanted = whole

    def start(self, purpose: str) -> str:
        """Where a dialog begins: the folder of the last time, else the user's documents or pictures."""
        kept = self._memory.kept_folder(purpose)
        if kept is not None:
            return str(kept)
        places = (Place.PicturesLocation,) if purpose in ("pictures", "folder") else ()
        for place in (*places, Place.DocumentsLocation, Place.HomeLocation):
            folder = QStandardPaths.writableLocation(place)
            if folder and Path(folder).is_dir():
                return folder
        return str(Path.home())

    def _kept(self, purpose: str, chosen: Path) -> Path:
        self._memory.keep_folder(purpose, chosen.parent)
        return chosen


def purpose_of(filters: str, saving: bool = False) -> str:
    """What a dialog with these filters is for, in one word: each has a last folder of its own."""
    endings = endings_of(filters)
    if ".lantern" in endings:
        return "project"
    if endings & {".safetensors"}:
        return "checkpoint"
    if saving:
        return "export"
    return "pictures" if endings & {".png", ".jpg"} else "table"


def endings_of(filters: str) -> set[str]:
    """ ".csv" and ".tsv" for "Tables (*.csv *.tsv)"."""
    return {ending.lower() for ending in re.findall(r"\*(\.\w+)", filters)}


def with_ending(chosen: Path, filters: str, ending: str) -> Path:
    """The path with `ending` behind it, unless it has one of the filters' endings: “v1.2” has none."""
    if not ending or chosen.suffix.lower() in endings_of(filters) | {ending.lower()}:
        return chosen
    return chosen.with_name(chosen.name.rstrip(".") + ending)


def safe_name(name: str) -> str:
    """A file name that every system takes."""
    return re.sub(r'[<>:"/\\|?*\x00-\x1f]', " ", name).strip(" .")[:120] or "Lantern"


def _may_overwrite(parent: QWidget, path: Path) -> bool:
    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)  # the name may look like HTML
    box.setObjectName("overwriteQuestion")
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(_tr("The file is there already"))
    box.setText(_tr("Replace “{name}”?").format(name=path.name))
    box.setInformativeText(_tr("What is in it now is then lost."))
    replace = box.addButton(_tr("Replace"), QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(cancel)
    box.exec()
    return box.clickedButton() is replace


def _tr(text: str) -> str:
    return QCoreApplication.translate("FileDialogs", text)
