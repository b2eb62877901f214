"""The canvas's fonts with their metrics: asked at every painting, made once."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication


@dataclass(frozen=True, slots=True)
class CardFonts:
    """In scene units: cards have a fixed size, the view's zoom scales text and card alike."""

    name: QFont
    small: QFont
    name_metrics: QFontMetricsF
    small_metrics: QFontMetricsF

    @staticmethod
    def current() -> CardFonts:
        family = QApplication.font().key()
        if family not in _MADE:
            name, small = QFont(QApplication.font()), QFont(QApplication.font())
            name.setPixelSize(13)
            name.setWeight(QFont.Weight.DemiBold)
            small.setPixelSize(11)
            _MADE[family] = CardFonts(name, small, QFontMetricsF(name), QFontMetricsF(small))
        return _MADE[family]


_MADE: dict[str, CardFonts] = {}
