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
        self.on_trained: Any = "discard"
        self.on_loading: Any = "replace"
        self.on_changed: Any = "overwrite"
        self.proposed: list[str] = []
        self.asked: list[str] = []

    def open_file(self, parent: Any, title: str, filters: str, folder: str = "") -> Path | None:
        self.asked.append(title)
        return self.file

    def open_files(self, parent: Any, title: str, filters: str, folder: str = "") -> list[Path]:
        self.asked.append(title)
        return [self.file] if self.file is not None else []

    def open_folder(self, parent: Any, title: str, folder: str = "") -> Path | None:
        self.asked.append(title)
        return self.folder

    def save_file(self, parent: Any, title: str, filters: str, proposed: str = "") -> Path | None:
        self.asked.append(title)
        self.proposed.append(proposed)
        return self.save_to

    def unsaved(self, parent: Any, name: str) -> Any:
        self.asked.append(f"unsaved {name}")
        return self.on_unsaved

    def stop_training(self, parent: Any, begun: bool) -> Any:
        self.asked.append("stop training")
        return self.on_training

    def trained(self, parent: Any, name: str) -> Any:
        self.asked.append(f"trained {name}")
        return self.on_trained

    def loading(self, parent: Any, file: str, name: str) -> Any:
        self.asked.append(f"load {file} into {name}")
        return self.on_loading

    def changed_on_disk(self, parent: Any, file: str) -> Any:
        self.asked.append(f"{file} was changed")
        return self.on_changed
