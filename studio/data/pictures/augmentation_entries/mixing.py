"""Augmentations that mix two pictures and their classes."""

from __future__ import annotations

from studio.core.params import Float, Param
from studio.data.pictures.augmentation_entries.entry import Augmentation

_ALPHA = Float(0.05, 10)


def _batch_chance(what: str) -> Param:
    return Param("p", "Chance", f"How often a batch is {what}: 0.5 is every second one.", Float(0, 1), 1.0)


MIXING = (
    Augmentation(
        "mixup",
        "Mixup",
        "Shows two pictures on top of each other and asks for both, in their shares: 70% cat, 30% dog. "
        "The network becomes less sure of itself, and often better on new pictures.",
        "Mixing",
        (
            _batch_chance("mixed"),
            Param(
                "alpha",
                "Evenness",
                "Below 1 one picture mostly outweighs the other; 1 makes all shares alike; above, half and "
                "half is usual.",
                _ALPHA,
                0.2,
            ),
        ),
        mixes=True,
    ),
    Augmentation(
        "cutmix",
        "CutMix",
        "Puts a piece of another picture into each picture and asks for both, in the shares of their areas. "
        "The network has to know things by their parts.",
        "Mixing",
        (
            _batch_chance("mixed"),
            Param(
                "alpha",
                "Evenness",
                "Below 1 pieces are mostly tiny or huge; 1 makes all sizes alike; above, half and half is "
                "usual.",
                _ALPHA,
                1.0,
            ),
        ),
        mixes=True,
    ),
)
