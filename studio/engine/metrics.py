"""Metrics, counted batch by batch on the device, finished in double precision."""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Confusion = npt.NDArray[np.int64]


class Tally(Protocol):
    """Counts one split's outputs against its targets; `results` are the metrics, without the loss."""

    def add(self, outputs: Tensor, targets: Tensor) -> list[float]:
        """Counts batches (steps, batch, ...) and returns the headline metric of each."""
        ...

    def results(self) -> dict[str, float]: ...
    def state(self) -> Any:
        """The counts so far, as plain numbers, for a checkpoint in the middle of an epoch."""
        ...

    def load_state(self, state: Any) -> None: ...


class ClassTally:
    """Classification: everything follows from the confusion matrix.

    Outputs are scores (steps, batch, classes): the largest is the prediction. With a single score a
    row (binary), a score above 0 means class 1.
    """

    def __init__(self, classes: int, device: torch.device) -> None:
        self._classes = classes
        self._confusion = torch.zeros(classes * classes, dtype=torch.int64, device=device)

    def add(self, outputs: Tensor, targets: Tensor) -> list[float]:
        predicted = predicted_class(outputs)
        cells = (targets * self._classes + predicted).flatten()
        self._confusion += torch.bincount(cells, minlength=self._classes**2)
        shares: list[float] = (predicted == targets).float().mean(dim=1).tolist()
        return shares

    def confusion(self) -> Confusion:
        """confusion[true, predicted] counts samples."""
        matrix = self._confusion.view(self._classes, self._classes).cpu().numpy()
        return matrix.astype(np.int64)

    def results(self) -> dict[str, float]:
        return class_metrics(self.confusion())

    def state(self) -> Any:
        return self._confusion.tolist()

    def load_state(self, state: Any) -> None:
        self._confusion.copy_(torch.tensor(state, dtype=torch.int64))


class NumberTally:
    """Regression: errors in the target's own units; `scale` undoes the standardisation of each number.

    Sums are added batch by batch in plain doubles, so that they do not depend on how many batches
    were looked at together. Where several numbers are predicted, each metric is the mean of theirs.
    """

    def __init__(self, device: torch.device, scale: float | tuple[float, ...] = 1.0) -> None:
        self._scale = scale if isinstance(scale, tuple) else (scale,)
        # MPS has no double precision; the sums of one batch are short enough for single.
        self._dtype = torch.float32 if device.type == "mps" else torch.float64
        self._sums = [[0.0] * 5 for _ in self._scale]  # n, |e|, e^2, y, y^2

    def add(self, outputs: Tensor, targets: Tensor) -> list[float]:
        target = targets.reshape(len(targets), -1, len(self._scale)).to(self._dtype)
        error = outputs.reshape(target.shape).to(self._dtype) - target
        n = error.shape[1]
        parts = (error.abs(), error.square(), target, target.square())
        steps: list[list[list[float]]] = torch.stack([p.sum(dim=1) for p in parts], dim=2).tolist()
        for step in steps:
            for place, row in enumerate(step):
                self._sums[place] = [a + b for a, b in zip(self._sums[place], (n, *row), strict=True)]
        return [
            _mean([_root(row[1] / n) * s for row, s in zip(step, self._scale, strict=True)]) for step in steps
        ]

    def results(self) -> dict[str, float]:
        each = self.each()
        return {name: _mean([one[name] for one in each]) for name in each[0]}

    def each(self) -> list[dict[str, float]]:
        """The metrics of every number by itself."""
        return [_number_metrics(sums, scale) for sums, scale in zip(self._sums, self._scale, strict=True)]

    def state(self) -> Any:
        return [list(sums) for sums in self._sums]

    def load_state(self, state: Any) -> None:
        rows = state if state and isinstance(state[0], list) else [state]  # of one number, as once written
        self._sums = [[float(value) for value in row] for row in rows]


def _number_metrics(sums: list[float], scale: float) -> dict[str, float]:
    n, absolute, squares, total, total_squares = sums
    if n == 0:
        return {}
    spread = total_squares - total * total / n
    r2 = 1 - squares / spread if spread > 1e-12 * max(1.0, total_squares) else math.nan
    return {"rmse": math.sqrt(squares / n) * scale, "mae": absolute / n * scale, "r2": r2}


def _root(value: float) -> float:
    return math.sqrt(value) if value >= 0 else math.nan


def _mean(values: list[float]) -> float:
    return values[0] if len(values) == 1 else sum(values) / len(values)


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
