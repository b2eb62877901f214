"""What the main window expects of each of the five steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Panel:
    """A dock that belongs to a step. The window makes the QDockWidget around `widget` (which carries
    the object name, e.g. "inspector"; the dock is called "inspectorDock")."""

    widget: QWidget
    title: str
    area: Literal["left", "right", "bottom"]
    tabbed_with: str = ""  # object name of the widget whose dock it shares


class Page(Protocol):
    """A QWidget shown in the middle, with its panels around it. `next_requested` asks for the next step."""

    next_requested: SignalInstance

    @property
    def panels(self) -> tuple[Panel, ...]: ...

    def entered(self) -> None:
        """The step was just chosen: refresh what is expensive, set the focus where work begins."""
        ...
