"""Average precision as COCO counts it: of boxes found, how many are right, the surest first.

Source: https://cocodataset.org/#detection-eval, area "all", at most 100 boxes a picture, 101 recalls.
No pycocotools: it is C code to build where there is no wheel, and this is all that is needed of it. A test
holds one against the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
OVERLAPS = np.linspace(0.5, 0.95, 10)  # IoUs from which a box counts as right
RECALLS = np.linspace(0.0, 1.0, 101)


@dataclass(frozen=True, slots=True)
class Seen:
    """One picture: the true boxes (n, 4) with classes (n,), the found ones with classes and scores, the
    surest first."""

    boxes: Numbers
    labels: npt.NDArray[np.int64]
    found: Numbers
    found_labels: npt.NDArray[np.int64]
    scores: Numbers


@dataclass(frozen=True, slots=True)
class ClassPrecision:
    """One class. `ap`: for each of OVERLAPS; NaN where the class does not occur. `precision` at RECALLS, for
    an overlap of 0.5, and `thresholds`, the scores there. `scores`, `hits`: all found boxes of the class,
    the surest first, and whether they are right at 0.5. `boxes`: how many there are to find."""

    ap: Numbers
    precision: Numbers
    thresholds: Numbers
    scores: Numbers
    hits: npt.NDArray[np.bool_]
    boxes: int


def overlaps(boxes: Numbers, others: Numbers) -> Numbers:
    """IoU of every box (n, 4) with every other (m, 4)."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    both = np.clip(high - low, 0, None).prod(axis=2)
    areas = [np.prod(b[:, 2:] - b[:, :2], axis=1) for b in (boxes, others)]
    union = areas[0][:, None] + areas[1][None] - both
    shares: Numbers = np.divide(both, union, out=np.zeros_like(both), where=union > 0)
    return shares


def class_precision(seen: Sequence[Seen], label: int) -> ClassPrecision:
    """How well one class is found over all pictures."""
    scores: list[Numbers] = []
    hits: list[npt.NDArray[np.bool_]] = []
    boxes = 0
    for picture in seen:
        mine, found = picture.labels == label, picture.found_labels == label
        boxes += int(mine.sum())
        scores.append(picture.scores[found])
        hits.append(_hits(overlaps(picture.found[found], picture.boxes[mine])))
    score = np.concatenate(scores) if scores else np.empty(0)
    hit = np.concatenate(hits, axis=1) if hits else np.empty((len(OVERLAPS), 0), np.bool_)
    order = np.argsort(-score, kind="stable")
    score, hit = score[order], hit[:, order]
    if not boxes:
        nothing = np.full(len(RECALLS), np.nan)
        return ClassPrecision(np.full(len(OVERLAPS), np.nan), nothing, nothing, score, hit[0], 0)
    curves = np.stack([_curve(row, boxes) for row in hit])
    recall = np.cumsum(hit[0]) / boxes
    places = np.searchsorted(recall, RECALLS)
    thresholds = np.append(score, 0.0)[np.minimum(places, len(score))]
    return ClassPrecision(curves.mean(axis=1), curves[0], thresholds, score, hit[0], boxes)


def _hits(overlap: Numbers) -> npt.NDArray[np.bool_]:
    """(overlaps, found): whether each found box, the surest first, is right: it takes the true box it covers
    best of those that are not taken yet; of several that it covers equally the last, as COCO does."""
    hits = np.zeros((len(OVERLAPS), len(overlap)), np.bool_)
    if not overlap.size:
        return hits
    for row, least in zip(hits, OVERLAPS, strict=True):
        left = overlap.copy()
        for place in range(len(left)):
            best = left.shape[1] - 1 - int(left[place, ::-1].argmax())
            if left[place, best] >= least - 1e-9:
                row[place] = True
                left[:, best] = -1
    return hits


def _curve(hits: npt.NDArray[np.bool_], boxes: int) -> Numbers:
    """Precision at each of RECALLS, never rising with the recall; 0 where that recall is not reached."""
    right = np.cumsum(hits)
    precision = right / np.arange(1, len(hits) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    places = np.searchsorted(right / boxes, RECALLS)
    return np.append(precision, 0.0)[np.minimum(places, len(hits))]


def mean_precision(classes: Sequence[ClassPrecision]) -> dict[str, float]:
    """mAP@50 and mAP@50:95, over the classes that occur."""
    occurring = [c.ap for c in classes if c.boxes]
    if not occurring:
        return {}
    return {
        "map50": float(np.mean([ap[0] for ap in occurring])),
        "map": float(np.mean([ap.mean() for ap in occurring])),
    }
