"""Recipes that work at the first press of Train, whatever the size of the dataset."""

from __future__ import annotations

import math

from studio.core.params import defaults
from studio.core.project import DatasetFacts, Recipe, Setting
from studio.optim.catalogue import LOSSES, OPTIMIZERS, SCHEDULES

_TRAIN_SHARE = 0.7  # of the samples; the usual split
_BATCHES = 16  # an epoch should have at least about as many steps, or small datasets hardly learn
_SMALLEST, _LARGEST = 8, 64


def recipe_for(facts: DatasetFacts, *, loss: str, lr: float, steps: int, epochs: tuple[int, int]) -> Recipe:
    """AdamW and one cycle, with as many epochs as make about `steps` updates, within bounds."""
    samples = max(1, round(facts.samples * _TRAIN_SHARE))
    batch_size = fitting_batch_size(samples)
    wanted = math.ceil(steps / math.ceil(samples / batch_size))
    fewest, most = epochs
    return Recipe(
        loss=Setting(loss, defaults(LOSSES[loss].params)),
        optimizer=Setting("adamw", {**defaults(OPTIMIZERS["adamw"].params), "lr": lr}),
        schedule=Setting("one_cycle", defaults(SCHEDULES["one_cycle"].params)),
        batch_size=batch_size,
        epochs=min(max(wanted, fewest), most),
    )


def fitting_batch_size(train_samples: int) -> int:
    """A power of two that leaves enough steps an epoch: 100 samples -> 8, 1,000 and more -> 64."""
    power = round(math.log2(max(1, train_samples / _BATCHES)))
    return int(min(max(2**power, _SMALLEST), _LARGEST))
