"""What one step does, kind by kind: forward, loss, backward, clipping, update."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from studio.core.problems import LanternError
from studio.engine.batches import Batch
from studio.engine.detection.loss import DetectionLoss
from studio.optim.entries import Target


class NotFinite(LanternError):
    """The loss became NaN or infinite, or the weights did; nothing was updated with it."""


@dataclass(frozen=True, slots=True)
class StepResult:
    """`loss` of the batch without the L1 term, as a plain number where reading it costs nothing, else
    a tensor on the device; `outputs` and `targets` detached, for the metrics. Of mixed pictures the target
    is the class with the larger share."""

    loss: float | Tensor
    outputs: Tensor
    targets: Tensor


class TrainStep(Protocol):
    """One optimizer update (or several, in kinds with several optimizers) from one batch."""

    def __call__(self, batch: Batch) -> StepResult: ...


def forget_gradients(optimizers: Sequence[Optimizer]) -> None:
    """As `zero_grad` does, without its note to the profiler: 6 % of a small network's step."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                parameter.grad = None


def l1_penalty(model: nn.Module) -> Tensor:
    """The sum of the absolute values of all weights."""
    return torch.stack([p.abs().sum() for p in model.parameters() if p.requires_grad]).sum()


def target_for(target: Target, outputs: Tensor, targets: Tensor) -> Tensor:
    """Targets in the form that the loss wants for these outputs."""
    if target == "numbers":
        return targets.view_as(outputs)
    if target == "binary":
        if targets.is_floating_point():  # several labels a sample: they are 1 and 0 already
            return targets.to(outputs.dtype).view_as(outputs)
        if outputs.shape[-1] == 1:
            return targets.to(outputs.dtype).view_as(outputs)
        return nn.functional.one_hot(targets, outputs.shape[-1]).to(outputs.dtype)
    return targets


@dataclass(slots=True)
class SupervisedStep:
    """Learning from inputs with known targets: classification and regression.

    `check_each`: the loss is looked at before every update. On a GPU that would wait for it at every
    step; there the loop looks at many losses at once, and goes back to weights that were good.
    """

    model: nn.Module
    criterion: nn.Module
    optimizers: Sequence[Optimizer]
    target: Target
    l1: float
    clip_norm: float | None
    clip_value: float | None
    check_each: bool

    def __call__(self, batch: Batch) -> StepResult:
        outputs = self.model(batch.inputs)
        loss = self._loss(outputs, batch.targets)
        if batch.mixed is not None:  # two pictures in one: what was said of both, in their shares
            share, other = batch.mixed.share, self._loss(outputs, batch.mixed.targets)
            loss = share * loss + (1 - share) * other
        seen: float | Tensor = loss.detach()
        if self.check_each:
            seen = loss.item()
            if not -float("inf") < seen < float("inf"):
                raise NotFinite(f"The loss became {seen}.")
        objective = loss + self.l1 * l1_penalty(self.model) if self.l1 else loss
        forget_gradients(self.optimizers)
        objective.backward()
        if self.clip_norm is not None:
            nn.utils.clip_grad_norm_(self.model.parameters(), self.clip_norm)
        if self.clip_value is not None:
            nn.utils.clip_grad_value_(self.model.parameters(), self.clip_value)
        for optimizer in self.optimizers:
            optimizer.step()
        if isinstance(self.criterion, DetectionLoss):  # boxes: the parts of the loss are told
            return StepResult(seen, self.criterion.parts, batch.targets)
        return StepResult(seen, outputs.detach(), batch.shown)

    def _loss(self, outputs: Tensor, targets: Tensor) -> Any:
        return self.criterion(outputs, target_for(self.target, outputs, targets))
