"""What is wrong, or probably not meant, in the preparation and variation of training pictures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from studio.core.params import ParamError, ParamValue, check_params
from studio.core.problems import Fix, Problem
from studio.core.project import DatasetChoice, Project, Setting
from studio.data.pictures.augmentations import AUGMENTATIONS
from studio.data.pictures.normalisation import NORMALISATIONS, NormalisationId

_MOST_TURN = 60.0  # degrees; beyond, a 6 begins to look like a 9
_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_GERMAN = ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
_PLACES = frozenset(
    {"x", "y", "cx", "cy", "xmin", "xmax", "ymin", "ymax", "left", "right", "top", "bottom", "row", "col",
     "column", "angle", "rotation", "direction", "heading", "winkel", "links", "rechts", "oben", "unten"}
)  # fmt: skip
_WORDS = frozenset((*_ENGLISH, *_GERMAN))


@dataclass(frozen=True, slots=True)
class SetAugmentations:
    """The edit that chooses other augmentations."""

    settings: tuple[Setting, ...]

    def __call__(self, project: Project) -> Project:
        if project.dataset is None:
            return project
        return replace(project, dataset=replace(project.dataset, augmentations=self.settings))


@dataclass(frozen=True, slots=True)
class SetNormalisation:
    """The edit that chooses another normalisation."""

    way: NormalisationId

    def __call__(self, project: Project) -> Project:
        if project.dataset is None:
            return project
        return replace(project, dataset=replace(project.dataset, normalisation=self.way))


@dataclass(frozen=True, slots=True)
class SetBatchSize:
    """The edit that lets training look at more samples at once."""

    batch_size: int

    def __call__(self, project: Project) -> Project:
        return replace(project, recipe=replace(project.recipe, batch_size=self.batch_size))


def looks_like_signs(classes: tuple[str, ...]) -> bool:
    """Whether most classes are single digits or letters, or words for digits: signs that must not be
    mirrored."""
    signs = sum(_is_sign(name) for name in classes)
    return len(classes) >= 2 and signs * 2 > len(classes)


def preparation_problems(choice: DatasetChoice, batch_size: int) -> tuple[Problem, ...]:
    """Problems of the normalisation and the augmentations; `param` is "normalisation", or
    "augmentation.2" for the third augmentation."""
    facts = choice.facts
    problems: list[Problem] = []
    way = NORMALISATIONS.get(choice.normalisation)
    if way is not None and not way.fits(facts):
        usual = NORMALISATIONS["training"].name
        problems.append(
            Problem(
                "normalisation-unfit",
                f"Normalisation “{way.name}” is for pictures with red, green and blue; these data have no "
                f"such three channels. Choose “{usual}”.",
                param="normalisation",
                fixes=(Fix(f"Use “{usual}”", SetNormalisation("training")),),
            )
        )
    if facts is None or len(facts.input_shape) != 3:
        return tuple(problems)  # augmentations are for pictures; with a table they do nothing
    for place, setting in enumerate(choice.augmentations):
        if setting.enabled:
            problems += _of_setting(choice, place, setting, batch_size)
    return tuple(problems)


def _of_setting(choice: DatasetChoice, place: int, setting: Setting, batch_size: int) -> Iterator[Problem]:
    where = f"augmentation.{place}"
    entry = AUGMENTATIONS.get(setting.type)
    if entry is None:
        yield Problem(
            "unknown-augmentation",
            f"This Lantern has no augmentation called “{setting.type}”. Take it out.",
            param=where,
            fixes=(Fix("Take it out", SetAugmentations(_without(choice, place))),),
        )
        return
    if choice.facts is not None and choice.facts.boxes and not entry.fits_boxes:
        yield Problem(
            "augmentation-unfit",
            f"{entry.name}: boxes cannot follow this change, so it is left out in training. Take it out.",
            param=where,
            fixes=(Fix("Take it out", SetAugmentations(_without(choice, place))),),
            severity="warning",
        )
        return
    try:
        params = check_params(entry.params, setting.params)
    except ParamError as error:
        usual = replace(setting, params={**setting.params, error.param: entry.defaults[error.param]})
        fixed = (*choice.augmentations[:place], usual, *choice.augmentations[place + 1 :])
        yield Problem(
            "bad-value",
            f"{entry.name}: {error}",
            param=where,
            fixes=(Fix("Use the usual value", SetAugmentations(fixed)),),
        )
        return
    if entry.mixes and batch_size == 1:
        yield Problem(
            "nothing-to-mix",
            f"{entry.name} mixes pictures of the same batch, but a batch holds only 1. Use a larger batch "
            "size.",
            param=where,
            fixes=(Fix("Set the batch size to 64", SetBatchSize(64)),),
            severity="warning",
        )
    assert choice.facts is not None
    placed = next((name for name in choice.facts.numbers if tells_a_place(name)), "")
    if placed and entry.family == "Movement":
        yield Problem(
            "moved-places",
            f"{entry.name} moves what the pictures show, but “{placed}” sounds like a place or an angle in "
            "them, and that number stays as it was. Switch it off, unless it means something else.",
            param=where,
            fixes=(Fix("Switch it off", SetAugmentations(_switched_off(choice, place))),),
            severity="warning",
        )
    if looks_like_signs(choice.facts.classes):
        yield from _of_signs(choice, place, params, where)


def _of_signs(
    choice: DatasetChoice, place: int, params: dict[str, ParamValue], where: str
) -> Iterator[Problem]:
    setting = choice.augmentations[place]
    entry = AUGMENTATIONS[setting.type]
    turn = params.get("degrees", 0.0)
    if entry.mirrors and params.get("p"):
        yield Problem(
            "mirrored-signs",
            f"{entry.name}: the classes look like digits or letters. Mirrored, a “b” becomes a “d” and a “2” "
            "no digit at all. Switch it off.",
            param=where,
            fixes=(Fix("Switch it off", SetAugmentations(_switched_off(choice, place))),),
            severity="warning",
        )
    elif isinstance(turn, int | float) and turn > _MOST_TURN:
        gentler = replace(setting, params={**setting.params, "degrees": 15.0})
        fixed = (*choice.augmentations[:place], gentler, *choice.augmentations[place + 1 :])
        yield Problem(
            "turned-signs",
            f"{entry.name}: the classes look like digits or letters. Turned by {turn:g} degrees, a “6” "
            "becomes a “9”. Turn by 15 at most.",
            param=where,
            fixes=(Fix("Turn by 15 degrees", SetAugmentations(fixed)),),
            severity="warning",
        )


def tells_a_place(name: str) -> bool:
    """Whether a number to predict sounds like where something is in the picture, or how it is turned."""
    words = re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold())
    return any(word in _PLACES for word in words)


def _is_sign(name: str) -> bool:
    plain = unicodedata.normalize("NFC", name.strip())
    if len(plain) == 1 and plain.isalnum():
        return True
    if plain.casefold() in _WORDS:
        return True
    words = plain.casefold().replace("_", " ").replace("-", " ").split()
    return len(words) == 2 and words[0] in ("digit", "letter", "number", "ziffer", "buchstabe", "zahl")


def _without(choice: DatasetChoice, place: int) -> tuple[Setting, ...]:
    return (*choice.augmentations[:place], *choice.augmentations[place + 1 :])


def _switched_off(choice: DatasetChoice, place: int) -> tuple[Setting, ...]:
    off = replace(choice.augmentations[place], enabled=False)
    return (*choice.augmentations[:place], off, *choice.augmentations[place + 1 :])
