"""Augmentations that draw from many changes by themselves."""

from __future__ import annotations

from studio.core.params import Float, Int, Param
from studio.data.pictures.augmentation_entries.entry import Augmentation, chance

POLICIES = (
    Augmentation(
        "rand_augment",
        "RandAugment",
        "Picks a few of 14 changes for every picture: moving, turning, light, colour, sharpness. A good "
        "choice for photos when one does not want to tune anything.",
        "All at once",
        (
            Param(
                "magnitude", "Strength", "How strong each change is: 9 is usual, 30 the most.", Int(0, 30), 9
            ),
            Param("number", "Changes", "How many changes each picture gets.", Int(0, 5), 2),
        ),
        "magnitude",
    ),
    Augmentation(
        "trivial_augment",
        "TrivialAugment",
        "Gives every picture one of 14 changes, at a random strength. There is nothing to tune, and it is "
        "among the best for photos.",
        "All at once",
        (
            Param(
                "strength",
                "Strength",
                "1 goes from nothing to very strong; 0.5 stays below half of that.",
                Float(0, 1),
                1.0,
            ),
            chance("changed", 1.0),
        ),
        "strength",
    ),
)
