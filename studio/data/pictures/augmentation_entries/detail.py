"""Augmentations that blur, sharpen, cover and roughen pictures."""

from __future__ import annotations

from studio.core.params import Float, Param
from studio.data.pictures.augmentation_entries.entry import Augmentation, chance, share

DETAIL = (
    Augmentation(
        "blur",
        "Blur",
        "Makes some pictures a little unsharp, as when the camera was out of focus.",
        "Detail",
        (
            share(
                "radius", "Radius", "Pixels that a point spreads to at most, as a standard deviation.", 1.0, 5
            ),
            chance("blurred"),
        ),
        "radius",
        fits_boxes=True,
    ),
    Augmentation(
        "sharpen",
        "Sharpen",
        "Makes the edges in some pictures stronger, as the software of many cameras does.",
        "Detail",
        (
            share("amount", "Strength", "1 doubles the edges at most, 0 does nothing.", 1.0, 5),
            chance("sharpened"),
        ),
        "amount",
        fits_boxes=True,
    ),
    Augmentation(
        "noise",
        "Noise",
        "Adds a random grain, as in photos taken in the dark.",
        "Detail",
        (
            share(
                "amount",
                "Strength",
                "Standard deviation of the grain; 1 is the step from black to white.",
                0.05,
            ),
        ),
        "amount",
        fits_boxes=True,
    ),
    Augmentation(
        "random_erasing",
        "Cover a patch",
        "Covers a random rectangle, so that the network does not rely on a single detail.",
        "Detail",
        (
            chance("covered in part", 0.25),
            Param(
                "area",
                "Largest patch",
                "Share of the picture that is covered at most.",
                Float(0.01, 0.9),
                0.2,
            ),
        ),
        fits_boxes=True,
    ),
)
