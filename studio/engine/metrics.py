"""Metrics, counted batch by batch on the device, finished in double precision."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Confusion = npt.NDArray[np.int64]


class Tally(Protocol):
    """Collects outputs and targets of a split; `results` are its metrics, without the loss."""

    def update(self, outputs: Tensor, targets: Tensor) -> None: ...
    def per_step(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """The headline metric of each of several batches: (steps, batch, ...) -> (steps,)."""
        ...

    def results(self) -> dict[str, float]: ...


class ClassTally:
    """Classification: everything follows from the confusion matrix, and the top-3 hits.

    Outputs are scores (batch, classes): the largest is the prediction. With a single score a row
    (binary), a score above 0 means class 1.
    """

    def __init__(self, classes: int, device: torch.device) -> None:
        self._classes = classes
        self._confusion = torch.zeros(classes * classes, dtype=torch.int64, device=device)

    def update(self, outputs: Tensor, targets: Tensor) -> None:
        cells = targets.flatten().long() * self._classes + predicted_class(outputs).flatten()
        self._confusion += torch.bincount(cells, minlength=self._classes**2)

    def per_step(self, outputs: Tensor, targets: Tensor) -> Tensor:
        hits = predicted_class(outputs) == targets.view(outputs.shape[:-1]).long()
        return hits.float().mean(dim=1)

    def confusion(self) -> Confusion:
        """confusion[true, predicted] counts samples."""
        matrix = self._confusion.view(self._classes, self._classes).cpu().numpy()
        return matrix.astype(np.int64)

    def results(self) -> dict[str, float]:
        return class_metrics(self.confusion())


class NumberTally:
    """Regression: errors in the target's own units (`scale` and `shift` undo the standardisation)."""

    def __init__(self, device: torch.device, scale: float = 1.0, shift: float = 0.0) -> None:
        self._scale, self._shift = scale, shift
        # MPS has no double precision; sums there are short enough for single.
        self._dtype = torch.float32 if device.type == "mps" else torch.float64
        self._sums = torch.zeros(5, dtype=self._dtype, device=device)  # n, |e|, e^2, y, y^2

    def update(self, outputs: Tensor, targets: Tensor) -> None:
        target = targets.flatten().to(self._dtype)
        error = outputs.flatten().to(self._dtype) - target
        self._sums += torch.stack(
            (
                torch.ones_like(error).sum(),
                error.abs().sum(),
                error.square().sum(),
                target.sum(),
                target.square().sum(),
            )
        )

    def per_step(self, outputs: Tensor, targets: Tensor) -> Tensor:
        error = (outputs - targets.view_as(outputs)).flatten(1)
        return error.square().mean(dim=1).sqrt() * self._scale

    def results(self) -> dict[str, float]:
        n, absolute, squares, total, total_squares = (float(v) for v in self._sums.cpu())
        if n == 0:
            return {}
        spread = total_squares - total * total / n
        r2 = 1 - squares / spread if spread > 1e-12 * max(1.0, total_squares) else math.nan
        return {
            "rmse": math.sqrt(squares / n) * self._scale,
            "mae": absolute / n * self._scale,
            "r2": r2,
        }


def predicted_class(outputs: Tensor) -> Tensor:
    """The class each row of scores stands for."""
    if outputs.shape[-1] == 1:
        return (outputs[..., 0] > 0).long()
    return outputs.argmax(dim=-1)


def class_metrics(confusion: Confusion) -> dict[str, float]:
    """Accuracy, and the mean over the classes that occur of recall, precision and F1."""
    total = confusion.sum()
    if total == 0:
        return {}
    recall, precision, f1, occurs = _per_class(confusion)
    seen = occurs | (confusion.sum(axis=0) > 0)  # as scikit-learn: labels that occur or are predicted
    return {
        "accuracy": float(np.trace(confusion) / total),
        "balanced_accuracy": float(recall[occurs].mean()),
        "precision": float(precision[seen].mean()),
        "recall": float(recall[seen].mean()),
        "f1": float(f1[seen].mean()),
    }


def per_class_metrics(confusion: Confusion, classes: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """Precision, recall, F1 and the number of samples of each class, by class name."""
    recall, precision, f1, _ = _per_class(confusion)
    return {
        name: {
            "precision": float(precision[i]),
            "recall": float(recall[i]),
            "f1": float(f1[i]),
            "samples": float(confusion[i].sum()),
        }
        for i, name in enumerate(classes)
    }


_Shares = npt.NDArray[np.float64]


def _per_class(confusion: Confusion) -> tuple[_Shares, _Shares, _Shares, npt.NDArray[np.bool_]]:
    hits = np.diag(confusion).astype(np.float64)
    true, predicted = confusion.sum(axis=1), confusion.sum(axis=0)
    recall = np.divide(hits, true, out=np.zeros_like(hits), where=true > 0)
    precision = np.divide(hits, predicted, out=np.zeros_like(hits), where=predicted > 0)
    both = (true + predicted).astype(np.float64)
    f1 = np.divide(2 * hits, both, out=np.zeros_like(hits), where=both > 0)
    return recall, precision, f1, true > 0
