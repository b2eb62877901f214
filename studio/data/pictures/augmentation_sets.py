"""Ready-made sets of augmentations, for whoever does not want to choose one by one."""

from __future__ import annotations

from dataclasses import dataclass

from studio.core.project import Setting
from studio.core.registry import Registry
from studio.data.pictures.augmentations import AUGMENTATIONS


@dataclass(frozen=True, slots=True)
class AugmentationSet:
    """Augmentations that go together, in their order."""

    id: str
    name: str
    help: str
    settings: tuple[Setting, ...]


def _with_defaults(*chosen: Setting) -> tuple[Setting, ...]:
    return tuple(Setting(s.type, {**AUGMENTATIONS[s.type].defaults, **s.params}) for s in chosen)


AUGMENTATION_SETS: Registry[AugmentationSet] = Registry(
    "set of augmentations",
    (
        AugmentationSet("none", "None", "Training sees every picture as it is.", ()),
        AugmentationSet(
            "gentle",
            "Gentle",
            "A little shifting, turning and light. Does no harm to nearly any pictures.",
            _with_defaults(
                Setting("affine", {"shift": 0.05, "zoom": 0.05, "shear": 0.0, "degrees": 5.0}),
                Setting("colour_jitter", {"brightness": 0.1, "contrast": 0.1, "saturation": 0.1}),
            ),
        ),
        AugmentationSet(
            "photos",
            "Photos",
            "For photos of things, animals and people: cut-outs, mirroring, light and colour.",
            _with_defaults(
                Setting("random_resized_crop"),
                Setting("horizontal_flip"),
                Setting("colour_jitter"),
                Setting("hue", {"amount": 0.03}),
            ),
        ),
        AugmentationSet(
            "handwriting",
            "Handwriting",
            "For digits, letters and drawings: shifting, slanting and turning, and never mirroring.",
            _with_defaults(
                Setting("affine", {"shift": 0.1, "zoom": 0.1, "shear": 12.0, "degrees": 10.0}),
                Setting("blur", {"radius": 0.7, "p": 0.3}),
            ),
        ),
        AugmentationSet(
            "strong",
            "Strong",
            "For few photos and long training: many changes at once, covered patches, mixed pictures. "
            "Training takes more epochs, and its accuracy looks lower than it is.",
            _with_defaults(
                Setting("random_resized_crop"),
                Setting("horizontal_flip"),
                Setting("trivial_augment"),
                Setting("random_erasing"),
                Setting("mixup"),
                Setting("cutmix"),
            ),
        ),
    ),
)
