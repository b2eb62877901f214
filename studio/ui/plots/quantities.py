"""How a quantity is called and written: accuracy in percent, losses with as many digits as help."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QLocale

from studio.kinds.kind import Metric


def tr(text: str) -> str:
    return QCoreApplication.translate("Quantities", text)


@dataclass(frozen=True, slots=True)
class Quantity:
    """`id` is "loss" or a metric's id. `share`: from 0 to 1, shown in percent."""

    id: str
    name: str
    help: str = ""
    share: bool = False
    higher_is_better: bool = False
    unit: str = ""

    def text(self, value: float) -> str:
        """For people: "89.4 %", "0.312", "12.5 kg"."""
        if not math.isfinite(value):
            return tr("not a number")
        if self.share:
            return f"{_locale().toString(100 * value, 'f', 1)} %"
        return f"{number_text(value)} {self.unit}".rstrip()


def loss_quantity() -> Quantity:
    return Quantity(
        "loss",
        tr("Loss"),
        tr("How wrong the network is, as the loss function counts it. Training makes it small."),
    )


def metric_quantity(metric: Metric, unit: str = "") -> Quantity:
    """`unit`: what the target is measured in, if that is known."""
    return Quantity(
        metric.id,
        metric.name,
        metric.help,
        share=metric.unit == "share",
        higher_is_better=metric.better == "higher",
        unit=unit if metric.unit == "target" else "",
    )


def number_text(value: float) -> str:
    """Four significant digits, without an exponent where a person can do without."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    size = abs(value)
    if size >= 1e7 or size < 1e-4:
        return f"{value:.3g}"
    digits = max(0, 3 - math.floor(math.log10(size)))
    return _locale().toString(value, "f", min(digits, 5))


def setting_text(value: float) -> str:
    """A number as people would type it: 0.003, 1e-05, 64."""
    return f"{value:.4g}"


def count_text(value: int) -> str:
    """With separators: 12,345."""
    return _locale().toString(value)


def _locale() -> QLocale:
    locale = QLocale()
    locale.setNumberOptions(QLocale.NumberOption.DefaultNumberOptions)  # the C locale leaves out separators
    return locale


def duration_text(seconds: float) -> str:
    """Two units at most: "45 s", "3 min 10 s", "2 h 5 min"."""
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    if hours:
        return tr("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
    if minutes:
        return tr("{minutes} min {seconds} s").format(minutes=minutes, seconds=secs)
    return tr("{seconds} s").format(seconds=secs)
