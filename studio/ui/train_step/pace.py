"""Speed and time left in round, steady numbers: exact ones would change faster than anyone can read."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from studio.ui.plots.quantities import count_text, duration_text

_NEWEST = 0.25  # share of the newest figure in the shown one: a hiccup moves it little


def tr(text: str) -> str:
    return QCoreApplication.translate("Pace", text)


class Pace:
    """Smooths what one run tells about itself; `start` for the next run."""

    def __init__(self) -> None:
        self._speed: float | None = None

    def start(self) -> None:
        self._speed = None

    def speed_text(self, samples_per_s: float) -> str:
        """Two digits and zeros: 12,831 and 12,795 are both 13,000."""
        if math.isfinite(samples_per_s) and samples_per_s > 0:
            before = self._speed if self._speed is not None else samples_per_s
            self._speed = before + _NEWEST * (samples_per_s - before)
        speed = self._speed or 0.0
        digits = max(0, math.floor(math.log10(speed)) - 1) if speed >= 1 else 0
        return tr("{speed} samples a second").format(speed=count_text(round(round(speed, -digits))))


def left_text(seconds: float) -> str:
    """Coarser the longer it takes: seconds, then steps of five, of half a minute, minutes."""
    if seconds < 1.5:
        return tr("a moment left")
    if seconds < 10:
        return tr("{time} left").format(time=duration_text(seconds))
    step = 5 if seconds < 60 else 30 if seconds < 600 else 60
    return tr("{time} left").format(time=_without_zeros(step * math.ceil(seconds / step)))


def _without_zeros(seconds: int) -> str:
    """“2 min” rather than “2 min 0 s”."""
    if 60 <= seconds < 3600 and seconds % 60 == 0:
        return tr("{minutes} min").format(minutes=seconds // 60)
    if seconds >= 3600 and seconds % 3600 == 0:
        return tr("{hours} h").format(hours=seconds // 3600)
    return duration_text(seconds)
