"""Average precision as exported scripts count it. They hold this file's functions, which use numpy, torch
and `overlap` of the loss; a test holds them against studio.engine.detection.average_precision."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from studio.engine.detection.loss import overlap


def average_precision(
    found: list[tuple[Tensor, Tensor, Tensor]], truth: Tensor, classes: int, least: float = 0.5
) -> float:
    """mAP: how many of the boxes found are right, the surest first, averaged over 101 recalls and over the
    classes that occur, as COCO counts it. A box is right if it shares `least` with a true one."""
    precisions = []
    for label in range(classes):
        scores: list[float] = []
        right: list[bool] = []
        count = 0
        for (boxes, labels, sure), known in zip(found, truth, strict=True):
            true, mine = known[known[:, 0] == label, 1:].double(), boxes[labels == label].double()
            count += len(true)
            scores += sure[labels == label].tolist()
            right += hits(overlap(mine[:, None], true[None])[0], least)
        if count:
            order = np.argsort(-np.array(scores), kind="stable")
            reached = np.cumsum(np.array(right, dtype=bool)[order])
            precision = reached / np.arange(1, len(reached) + 1)
            precision = np.maximum.accumulate(precision[::-1])[::-1]  # never rises with the recall
            places = np.searchsorted(reached / count, np.linspace(0, 1, 101))
            precisions.append(np.append(precision, 0.0)[np.minimum(places, len(reached))].mean())
    return float(np.mean(precisions)) if precisions else 0.0


def hits(overlaps: Tensor, least: float) -> list[bool]:
    """Whether each found box, the surest first, is right: it takes the true box that it covers best of those
    that are not taken yet, of equal ones the last. `overlaps`: (found, true)."""
    right = [False] * len(overlaps)
    left = overlaps.clone()
    for place in range(len(left) if left.numel() else 0):
        best = left.shape[1] - 1 - int(left[place].flip(0).argmax())
        if left[place, best] >= least - 1e-9:
            right[place] = True
            left[:, best] = -1
    return right
