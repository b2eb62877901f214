"""What a detector's training counts: the parts of the loss at each step, average precision in between."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from torch import Tensor

from studio.engine.detection.average_precision import Seen, class_precision, mean_precision
from studio.engine.detection.decoding import detections
from studio.engine.detection.loss import DetectionLoss

PARTS = ("class_loss", "box_loss", "fit_loss")
WATCHED = 200  # validation pictures on which mAP is measured after each epoch


class PartsTally:
    """Training steps: the mean of each part of the loss. Boxes are not compared: that would cost as much
    as the step."""

    def __init__(self) -> None:
        self._sums = [0.0] * len(PARTS)
        self._samples = 0

    def add(self, outputs: Tensor, targets: Tensor) -> list[float]:
        """`outputs`: (steps, parts)."""
        count = targets.shape[1]
        rows: list[list[float]] = outputs.tolist()
        for row in rows:
            self._sums = [total + value * count for total, value in zip(self._sums, row, strict=True)]
            self._samples += count
        return []

    def results(self) -> dict[str, float]:
        if not self._samples:
            return {}
        return {name: total / self._samples for name, total in zip(PARTS, self._sums, strict=True)}

    def state(self) -> Any:
        return [*self._sums, self._samples]

    def load_state(self, state: Any) -> None:
        *sums, samples = state
        self._sums, self._samples = [float(value) for value in sums], int(samples)


class DetectionTally:
    """Found boxes against true ones. `criterion`: its last parts are counted too; `most`: so many pictures
    are compared."""

    def __init__(self, classes: int, criterion: object = None, most: int | None = None) -> None:
        self.classes = classes
        self.seen: list[Seen] = []
        self.rows: list[npt.NDArray[np.int64]] = []  # of all pictures in the dataset, batch by batch
        self._criterion = criterion if isinstance(criterion, DetectionLoss) else None
        self._most = most
        self._parts = PartsTally()

    def add(self, outputs: Tensor, targets: Tensor) -> list[float]:
        for output, target in zip(outputs, targets, strict=True):
            if self._criterion is not None:
                self._parts.add(self._criterion.parts[None], target[None])
            room = None if self._most is None else max(0, self._most - len(self.seen))
            self.seen += seen_in(output[:room], target[:room])
        return []

    def results(self) -> dict[str, float]:
        classes = [class_precision(self.seen, label) for label in range(self.classes)]
        return {**mean_precision(classes), **self._parts.results()}

    def state(self) -> Any:
        return None

    def load_state(self, state: Any) -> None:
        """Nothing to go on from: a measurement is never interrupted."""


def seen_in(outputs: Tensor, targets: Tensor) -> list[Seen]:
    """Found and true boxes of a batch, as shares of the picture."""
    if not len(outputs):
        return []
    pictures = []
    for (boxes, labels, scores), truth in zip(detections(outputs), targets.cpu().numpy(), strict=True):
        real = truth[truth[:, 0] >= 0]
        pictures.append(
            Seen(
                real[:, 1:].astype(np.float64),
                real[:, 0].astype(np.int64),
                boxes.double().cpu().numpy(),
                labels.cpu().numpy(),
                scores.double().cpu().numpy(),
            )
        )
    return pictures
