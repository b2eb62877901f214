"""What an augmentation declares about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from studio.core.params import Float, Param, Params, defaults

Family = Literal["Movement", "Colour", "Detail", "All at once", "Mixing"]


@dataclass(frozen=True, slots=True)
class Augmentation:
    """One random change of training pictures. Validation and test pictures are never changed.

    It acts on pictures with values 0..1, before normalisation, differently for each picture of a batch.

    `strength`: the parameter that a slider of its own moves. `mirrors`: it makes another letter or digit
    out of one. `mixes`: it mixes pictures and their classes, after all the others. `fits_boxes`: pictures
    with boxes may have it, because the boxes stay about as tight as they were.
    """

    id: str
    name: str
    help: str
    family: Family
    params: tuple[Param, ...] = ()
    strength: str = "p"
    mirrors: bool = False
    mixes: bool = False
    fits_boxes: bool = False

    @property
    def defaults(self) -> Params:
        return defaults(self.params)

    @property
    def strength_param(self) -> Param:
        return next(param for param in self.params if param.name == self.strength)


def chance(what: str, default: float = 0.5, *, advanced: bool = False) -> Param:
    """How often it happens; the same parameter wherever there is one."""
    text = f"How often a picture is {what}: 0.5 is every second one."
    return Param("p", "Chance", text, Float(0, 1), default, advanced)


def share(name: str, label: str, help_: str, default: float, maximum: float = 1.0) -> Param:
    """A strength from 0, which changes nothing."""
    return Param(name, label, help_, Float(0, maximum), default)
