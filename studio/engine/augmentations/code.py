"""The source of `augment` and `mix` for the augmentations as chosen. It runs, and it is exported."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

from torch import Tensor

from studio.core.params import check_params
from studio.core.project import Setting
from studio.data.pictures.augmentations import AUGMENTATIONS, switched_on
from studio.engine.augmentations import colour, detail, mixing, movement, policy

_MODULES = (movement, colour, detail, policy, mixing)
_ALL: dict[str, Callable[..., Any]] = {
    name: value
    for module in _MODULES
    for name, value in vars(module).items()
    if isinstance(value, FunctionType) and value.__module__ == module.__name__
}
FUNCTIONS: dict[str, Callable[..., Tensor]] = {name: _ALL[name] for name in AUGMENTATIONS.ids}

_CACHED = 500_000  # values of a part, 2 MB: measured, 224x224 take up to a third of the time of whole batches
_EXACT = {"horizontal_flip", "vertical_flip", "random_crop"}  # move whole pixels; `..._places` do it anyhow
_RESAMPLED = {"rotate", "affine", "random_resized_crop", "perspective"}


def augment_source(settings: Sequence[Setting]) -> str:
    """The function `augment(pictures, generator)`; empty where there is nothing to do.

    Raises: UnknownEntryError, ParamError.
    """
    chosen = [s for s in switched_on(settings) if not AUGMENTATIONS[s.type].mixes]
    if not chosen:
        return ""
    lines = [
        "def augment(pictures: Tensor, generator: torch.Generator) -> Tensor:",
        '    """Random changes of training pictures, anew in every epoch."""',
        f'    most = {_CACHED} // pictures[0].numel() if pictures.device.type == "cpu" else len(pictures)',
        "    parts = pictures.split(max(1, most))  # a processor is quickest with what its cache holds",
        "    return torch.cat([vary(part, generator) for part in parts])",
        "",
        "",
        "def vary(pictures: Tensor, generator: torch.Generator) -> Tensor:",
        '    """All changes, one after the other, of several pictures at once."""',
    ]
    for run in _runs(chosen):
        if any(setting.type in _RESAMPLED for setting in run):
            lines.append(f"    places = {_call(run[0], places=True)}")
            lines += [f"    places = places @ {_call(setting, places=True)}" for setting in run[1:]]
            lines.append("    pictures = resample(pictures, places)")
        else:
            lines += [f"    pictures = {_call(setting)}" for setting in run]
    return "\n".join([*lines, "    return pictures", ""])


def box_augment_source(settings: Sequence[Setting]) -> str:
    """The function `augment_boxes(pictures, boxes, generator)`: what moves pictures moves the boxes with
    them; what does not fit boxes is left out. Empty where there is nothing to do.

    Raises: UnknownEntryError, ParamError.
    """
    chosen = [s for s in switched_on(settings) if AUGMENTATIONS[s.type].fits_boxes]
    if not chosen:
        return ""
    lines = [
        "def augment_boxes(",
        "    pictures: Tensor, boxes: Tensor, generator: torch.Generator",
        ") -> tuple[Tensor, Tensor]:",
        '    """Random changes of training pictures, anew in every epoch; the boxes move along."""',
    ]
    for run in _runs(chosen):
        if run[0].type in _EXACT | _RESAMPLED:
            lines.append(f"    places = {_call(run[0], places=True)}")
            lines += [f"    places = places @ {_call(setting, places=True)}" for setting in run[1:]]
            lines.append("    pictures = resample(pictures, places)")
            lines.append("    boxes = moved_boxes(boxes, places, pictures.shape[2], pictures.shape[3])")
        else:
            lines += [f"    pictures = {_call(setting)}" for setting in run]
    return "\n".join([*lines, "    return pictures, boxes", ""])


def mix_source(settings: Sequence[Setting]) -> str:
    """The function `mix(pictures, generator)`; empty where nothing mixes. Where several do, each batch
    takes one of them.

    Raises: UnknownEntryError, ParamError.
    """
    chosen = [s for s in switched_on(settings) if AUGMENTATIONS[s.type].mixes]
    if not chosen:
        return ""
    if len(chosen) == 1:
        own = [f"    own = {_call(chosen[0])}"]
    else:
        own = [
            "    ways = [",
            *(f"        {_call(setting)}," for setting in chosen),
            "    ]",
            "    way = torch.randint(len(ways), (1,), generator=generator, device=pictures.device)",
            "    own = torch.cat(ways).index_select(0, way)",
        ]
    return "\n".join(
        (
            "def mix(pictures: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:",
            '    """Mixes each picture with another of its batch: the pictures, the numbers of the others,',
            '    and the share that is each picture\'s own."""',
            "    partners = torch.randperm(len(pictures), generator=generator, device=pictures.device)",
            *own,
            "    pictures = torch.lerp(pictures[partners], pictures, own)",
            "    return pictures, partners, own.mean()",
            "",
        )
    )


def function_sources(source: str) -> tuple[str, ...]:
    """The sources of all functions that a source written here calls, each after those it needs itself."""
    found: dict[str, str] = {}
    names = compile("from __future__ import annotations\n" + source, "<augmentations>", "exec").co_consts
    for constant in names:
        if inspect.iscode(constant):
            _collect(constant.co_names, found)
    return tuple(found.values())


def namespace() -> dict[str, Any]:
    """What a source written here may use."""
    import torch

    return {**_ALL, "torch": torch, "Tensor": Tensor}


def _collect(names: Sequence[str], found: dict[str, str]) -> None:
    for name in names:
        function = _ALL.get(name)
        if function is not None and name not in found:
            _collect([n for n in function.__code__.co_names if n != name], found)
            found[name] = inspect.getsource(function)


def _runs(settings: Sequence[Setting]) -> list[list[Setting]]:
    """Movements in a row together, which need one resampling; everything else by itself."""
    runs: list[list[Setting]] = []
    moving = _EXACT | _RESAMPLED
    for setting in settings:
        if runs and setting.type in moving and runs[-1][0].type in moving:
            runs[-1].append(setting)
        else:
            runs.append([setting])
    return runs


def _call(setting: Setting, *, places: bool = False) -> str:
    params = check_params(AUGMENTATIONS[setting.type].params, setting.params)
    words = ", ".join(f"{name}={value!r}" for name, value in params.items())
    name = f"{setting.type}_places" if places and setting.type in _EXACT else setting.type
    return f"{name}(pictures, generator, {words})"
