"""The augmentations there are: declared here, computed by the engine under the same ids."""

from __future__ import annotations

from collections.abc import Iterable

from studio.core.project import Setting
from studio.core.registry import Registry
from studio.data.pictures.augmentation_entries.colour import COLOUR
from studio.data.pictures.augmentation_entries.detail import DETAIL
from studio.data.pictures.augmentation_entries.entry import Augmentation
from studio.data.pictures.augmentation_entries.mixing import MIXING
from studio.data.pictures.augmentation_entries.movement import MOVEMENT
from studio.data.pictures.augmentation_entries.policy import POLICIES

AUGMENTATIONS: Registry[Augmentation] = Registry(
    "augmentation", (*MOVEMENT, *COLOUR, *DETAIL, *POLICIES, *MIXING)
)


def switched_on(settings: Iterable[Setting]) -> tuple[Setting, ...]:
    """The augmentations that act, in their order; those switched off keep only their settings."""
    return tuple(setting for setting in settings if setting.enabled)
