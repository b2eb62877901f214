"""Every question for a file or folder goes through here; tests put their own answers in its place."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QFileDialog, QWidget


class FileDialogs(Protocol):
    """`filters` as Qt writes them: "Lantern projects (*.lantern)". None: the user changed their mind."""

    def open_file(self, parent: QWidget, title: str, filters: str, folder: str = "") -> Path | None: ...
    def open_folder(self, parent: QWidget, title: str, folder: str = "") -> Path | None: ...
    def save_file(self, parent: QWidget, title: str, filters: str, proposed: str = "") -> Path | None: ...


class NativeFileDialogs:
    """The system's own dialogs."""

    def open_file(self, parent: QWidget, title: str, filters: str, folder: str = "") -> Path | None:
        chosen, _ = QFileDialog.getOpenFileName(parent, title, folder, filters)
        return Path(chosen) if chosen else None

    def open_folder(self, parent: QWidget, title: str, folder: str = "") -> Path | None:
        chosen = QFileDialog.getExistingDirectory(parent, title, folder)
        return Path(chosen) if chosen else None

    def save_file(self, parent: QWidget, title: str, filters: str, proposed: str = "") -> Path | None:
        """With the ending of `proposed` where the user typed none."""
        dialog = QFileDialog(parent, title, str(Path(proposed).parent), filters)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(Path(proposed).suffix.lstrip("."))
        dialog.selectFile(Path(proposed).name)
        if not dialog.exec() or not dialog.selectedFiles():
            return None
        return Path(dialog.selectedFiles()[0])
