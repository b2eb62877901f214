"""What an optimizer, a schedule and a loss declare about themselves. No torch at import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from studio.core.params import Param, Params

# int64 labels, float values, 0/1 for one output, boxes (most, 5)
Target = Literal["classes", "numbers", "binary", "boxes"]


@dataclass(frozen=True, slots=True)
class OptimizerType:
    """One entry of the optimizer registry. `params` always begin with "lr"; "weight_decay" is among
    them wherever torch has it. `torch_name` is the class in torch.optim; an entry whose class this
    torch lacks is not offered. `matrices_only`: takes 2-D parameters only (Muon); the others go to AdamW."""

    id: str
    name: str
    help: str
    url: str
    torch_name: str
    params: tuple[Param, ...]
    matrices_only: bool = False
    fused: bool = False  # torch has a fused version, also on the CPU


@dataclass(frozen=True, slots=True)
class ScheduleType:
    """One entry of the schedule registry. `code(params, lr, epochs, steps_per_epoch)` is the torch
    expression with `optimizer` in it, e.g. "torch.optim.lr_scheduler.StepLR(optimizer, step_size=5)";
    None: constant. It is what runs and what is exported. `advances`: after each step, after each
    epoch, or after each epoch with the validation loss."""

    id: str
    name: str
    help: str
    url: str
    params: tuple[Param, ...]
    code: Callable[[Params, float, int, int], str | None]
    advances: Literal["step", "epoch", "validation"]


@dataclass(frozen=True, slots=True)
class Counts:
    """Training samples of each class, or with each label, and of all; no classes for numbers."""

    classes: tuple[int, ...] = ()
    samples: int = 0

    @staticmethod
    def of_classes(classes: tuple[int, ...]) -> Counts:
        """Each sample is of one class."""
        return Counts(classes, sum(classes))


@dataclass(frozen=True, slots=True)
class LossType:
    """One entry of the loss registry. `code(params, counts)` is the torch expression, e.g.
    "nn.CrossEntropyLoss(label_smoothing=0.1)". `counts`: of the training samples, for class weights.
    `wants`: what must come out of the network, for help and warnings."""

    id: str
    name: str
    help: str
    url: str
    params: tuple[Param, ...]
    target: Target
    code: Callable[[Params, Counts], str]
    wants: Literal["logits", "log_probabilities", "values"]
