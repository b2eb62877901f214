"""Augmentations: random changes of whole batches of training pictures, on the device.

What runs is the source that an exported script shows (studio.engine.augmentations.code): functions of
pictures (batch, channels, height, width) with values 0..1 and of the generator that all random numbers
come from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from studio.core.project import Setting
from studio.engine.augmentations import code
from studio.engine.batches import Augment, Mixed

Change = Callable[[Tensor, torch.Generator], Tensor]
Mix = Callable[[Tensor, torch.Generator], tuple[Tensor, Tensor, Tensor]]

FUNCTIONS = code.FUNCTIONS


def augmentation_seed(seed: int) -> int:
    """Where the augmentations' own generator begins; not where the weights begin."""
    return seed + 1


def augmenter(settings: Sequence[Setting], *, boxes: bool = False) -> Augment | None:
    """Everything that is chosen, for whole batches of training pictures; None where there is nothing.
    `boxes`: targets are boxes, which move along.

    Raises: UnknownEntryError, ParamError.
    """
    if boxes:
        return box_chain(settings)
    change, mix = chain(settings), mixer(settings)
    if change is None and mix is None:
        return None

    def augment(
        pictures: Tensor, targets: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Tensor, Mixed | None]:
        if change is not None:
            pictures = change(pictures, generator)
        if mix is None:
            return pictures, targets, None
        pictures, partners, share = mix(pictures, generator)
        return pictures, targets, Mixed(targets[partners], share)

    return augment


def box_chain(settings: Sequence[Setting]) -> Augment | None:
    """Everything that is chosen and fits boxes, with the boxes moved along; None where there is nothing.

    Raises: UnknownEntryError, ParamError.
    """
    change = _compiled(code.box_augment_source(settings), "augment_boxes")
    if change is None:
        return None

    def augment(
        pictures: Tensor, targets: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Tensor, Mixed | None]:
        pictures, targets = change(pictures, targets, generator)
        return pictures, targets, None

    return augment


def chain(settings: Sequence[Setting]) -> Change | None:
    """All chosen augmentations but those that mix, one after the other; None where there are none.

    Raises: UnknownEntryError, ParamError.
    """
    function: Change | None = _compiled(code.augment_source(settings), "augment")
    return function


def mixer(settings: Sequence[Setting]) -> Mix | None:
    """What mixes pictures with each other: (pictures, partners, share), see `mix_source`; or None.

    Raises: UnknownEntryError, ParamError.
    """
    function: Mix | None = _compiled(code.mix_source(settings), "mix")
    return function


def _compiled(source: str, name: str) -> Any:
    if not source:
        return None
    names = code.namespace()
    # Our own generator wrote the text, from registered names and checked values only.
    exec(compile("from __future__ import annotations\n" + source, "<augmentations>", "exec"), names)
    return names[name]
