"""The augmentations there are: declared here, computed by the engine under the same ids."""

from __future__ import annotations

from dataclasses import dataclass

from studio.core.params import Float, Int, Param, Params, defaults
from studio.core.registry import Registry


@dataclass(frozen=True, slots=True)
class Augmentation:
    """One random change of training pictures. Validation and test pictures are never changed.

    It acts on pictures with values 0..1, before normalisation, differently for each picture of a batch.
    """

    id: str
    name: str
    help: str
    params: tuple[Param, ...] = ()

    @property
    def defaults(self) -> Params:
        return defaults(self.params)


def _probability(what: str, default: float = 0.5) -> Param:
    return Param(
        "p", "Chance", f"How often a picture is {what}: 0.5 is every second one.", Float(0, 1), default
    )


AUGMENTATIONS: Registry[Augmentation] = Registry(
    "augmentation",
    (
        Augmentation(
            "horizontal_flip",
            "Flip left to right",
            "Mirrors pictures, so that a cat looking left is also known looking right. "
            "Leave it off where left and right matter, as in letters.",
            (_probability("mirrored"),),
        ),
        Augmentation(
            "vertical_flip",
            "Flip upside down",
            "Turns pictures upside down. Good for pictures without an up and down, as from a microscope.",
            (_probability("flipped"),),
        ),
        Augmentation(
            "random_crop",
            "Shift",
            "Adds a margin and cuts the picture out again at a random place, so that the exact place of "
            "things does not matter.",
            (Param("padding", "Margin", "How many pixels a picture may shift at most.", Int(1, 256), 4),),
        ),
        Augmentation(
            "rotate",
            "Rotate",
            "Turns pictures a little to either side, as a hand-held camera does.",
            (Param("degrees", "Angle", "Degrees to either side at most.", Float(0, 180), 10.0),),
        ),
        Augmentation(
            "colour_jitter",
            "Colour",
            "Changes brightness, contrast and colour a little, so that the light does not matter.",
            (
                Param("brightness", "Brightness", "0.2 is up to 20% darker or brighter.", Float(0, 1), 0.2),
                Param("contrast", "Contrast", "0.2 is up to 20% flatter or stronger.", Float(0, 1), 0.2),
                Param(
                    "saturation",
                    "Saturation",
                    "0.2 is up to 20% paler or more colourful; without effect on grey pictures.",
                    Float(0, 1),
                    0.2,
                ),
            ),
        ),
        Augmentation(
            "random_erasing",
            "Cover a patch",
            "Covers a random rectangle, so that the network does not rely on a single detail.",
            (
                _probability("covered in part", 0.25),
                Param(
                    "area",
                    "Largest patch",
                    "Share of the picture that is covered at most.",
                    Float(0.01, 0.9),
                    0.2,
                ),
            ),
        ),
        Augmentation(
            "noise",
            "Noise",
            "Adds a random grain, as in photos taken in the dark.",
            (
                Param(
                    "amount",
                    "Strength",
                    "Standard deviation of the grain; 1 is the step from black to white.",
                    Float(0, 1),
                    0.05,
                ),
            ),
        ),
    ),
)
