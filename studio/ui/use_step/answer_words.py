"""A prediction in words: a class, labels, or numbers with their units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.ui.plots.quantities import number_text

if TYPE_CHECKING:
    from studio.engine.events import Prediction


def answer_text(prediction: Prediction, between: str = ", ") -> str:
    """A dash where there is none. `between`: what stands between several numbers."""
    answer = prediction.prediction
    if prediction.problem is not None or answer is None:
        return "–"
    if not prediction.numbers:
        return number_text(answer) if isinstance(answer, float) else str(answer)
    units = prediction.units or ("",) * len(prediction.numbers)
    written = [
        f"{number_text(value)} {unit}".rstrip()
        for value, unit in zip(prediction.numbers.values(), units, strict=True)
    ]
    if len(written) == 1:
        return written[0]
    return between.join(f"{name} {text}" for name, text in zip(prediction.numbers, written, strict=True))
