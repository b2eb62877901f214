"""Colours, icons and fonts: everything that looks different in light and dark comes from here."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QIcon


@dataclass(frozen=True, slots=True)
class Colours:
    """Semantic colours; ask again after `theme_changed`. Families colour the layers by their family."""

    background: QColor
    surface: QColor
    raised: QColor
    border: QColor
    text: QColor
    muted: QColor
    accent: QColor
    accent_text: QColor
    error: QColor
    warning: QColor
    success: QColor
    grid: QColor
    train: QColor  # curves of the training split
    validation: QColor  # curves of the validation split

    def family(self, name: str) -> QColor:
        raise NotImplementedError


def colours() -> Colours:
    """The colours that fit the application's palette now."""
    raise NotImplementedError


def icon(name: str, colour: QColor | None = None) -> QIcon:
    """An SVG of resources/icons by its path without ending ("layers/conv2d", "play"), tinted with the
    text colour (or `colour`), sharp at every scale, redrawn when the theme changes."""
    raise NotImplementedError
