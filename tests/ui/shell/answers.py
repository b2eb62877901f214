"""Answers to the window's questions, chosen by the test; what was asked is written down."""

from __future__ import annotations

from pathlib import Path
from typing import Any


class Answers:
    """Stands in for FileDialogs and Questions."""

    def __init__(self) -> None:
        self.file: Path | None = None
        self.folder: Path | None = None
        self.save_to: Path | None = None
        self.on_unsaved: Any = "discard"
        self.on_training: Any = "stop"
        self.asked: list[str] = []

    def open_file(self, parent: Any, title: str, filters: str, folder: str = "") -> Path | None:
        self.asked.append(title)
        return self.file

    def open_folder(self, parent: Any, title: str, folder: str = "") -> Path | None:
        self.asked.append(title)
        return self.folder

    def save_file(self, parent: Any, title: str, filters: str, proposed: str = "") -> Path | None:
        self.asked.append(title)
        return self.save_to

    def unsaved(self, parent: Any, name: str) -> Any:
        self.asked.append(f"unsaved {name}")
        return self.on_unsaved

    def stop_training(self, parent: Any) -> Any:
        self.asked.append("stop training")
        return self.on_training
