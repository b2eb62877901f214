"""Augmentations that move, turn and bend pictures."""

from __future__ import annotations

from studio.core.params import Float, Int, Param
from studio.data.pictures.augmentation_entries.entry import Augmentation, chance, share

MOVEMENT = (
    Augmentation(
        "horizontal_flip",
        "Flip left to right",
        "Mirrors pictures, so that a cat looking left is also known looking right. "
        "Leave it off where left and right matter, as in letters.",
        "Movement",
        (chance("mirrored"),),
        mirrors=True,
        fits_boxes=True,
    ),
    Augmentation(
        "vertical_flip",
        "Flip upside down",
        "Turns pictures upside down. Good for pictures without an up and down, as from a microscope.",
        "Movement",
        (chance("flipped"),),
        mirrors=True,
        fits_boxes=True,
    ),
    Augmentation(
        "random_crop",
        "Shift",
        "Adds a margin and cuts the picture out again at a random place, so that the exact place of "
        "things does not matter.",
        "Movement",
        (Param("padding", "Margin", "How many pixels a picture may shift at most.", Int(0, 256), 4),),
        "padding",
        fits_boxes=True,
    ),
    Augmentation(
        "rotate",
        "Rotate",
        "Turns pictures a little to either side, as a hand-held camera does.",
        "Movement",
        (Param("degrees", "Angle", "Degrees to either side at most.", Float(0, 180), 10.0),),
        "degrees",
    ),
    Augmentation(
        "affine",
        "Shift, zoom, slant and turn",
        "Moves, enlarges, slants and turns pictures in one go, so that place, size and tilt do not matter.",
        "Movement",
        (
            share("shift", "Shift", "0.1 is up to a tenth of the picture's side, in every direction.", 0.1),
            share("zoom", "Zoom", "0.1 is up to 10% smaller or larger.", 0.1, 0.9),
            Param(
                "shear", "Slant", "Degrees that upright lines may lean, to either side.", Float(0, 60), 5.0
            ),
            Param("degrees", "Turn", "Degrees to either side at most.", Float(0, 180), 10.0),
        ),
        "shift",
        fits_boxes=True,
    ),
    Augmentation(
        "random_resized_crop",
        "Cut out and enlarge",
        "Shows a random part of each picture in full size, so that a part of a thing is enough to know it.",
        "Movement",
        (
            share("cut", "Cut away", "0.4: at least 60% of the picture's area stay in sight.", 0.4, 0.95),
            Param(
                "stretch",
                "Stretch",
                "1 keeps the proportions; 1.3 is up to 30% wider or taller.",
                Float(1, 3),
                1.3,
            ),
        ),
        "cut",
        fits_boxes=True,
    ),
    Augmentation(
        "perspective",
        "Perspective",
        "Tilts pictures in space, as if they were seen from one side.",
        "Movement",
        (
            share(
                "distortion", "Tilt", "How far a corner may move in, as a share of half the side.", 0.3, 0.6
            ),
            chance("tilted"),
        ),
        "distortion",
    ),
)
