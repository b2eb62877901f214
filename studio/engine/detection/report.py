"""Everything the Results page shows of a detector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from studio.engine.detection.average_precision import ClassPrecision, Seen, class_precision
from studio.engine.detection.tally import DetectionTally
from studio.engine.events import BoxShown, DetectionReport, PictureShown, PrecisionCurve

MOST_PICTURES = 24
MOST_WATCHED = 8  # pictures, after each epoch
_WORTH_A_LOOK = 0.05  # surer than this; an unsure network finds hundreds of boxes
MOST_POINTS = 101  # of a curve


def detection_report(
    seen: Sequence[Seen], rows: npt.NDArray[np.int64], classes: Sequence[str]
) -> tuple[DetectionReport, dict[str, dict[str, float]]]:
    """The report, and for each class "ap50", "ap" and the number of true "boxes"."""
    found = [class_precision(seen, label) for label in range(len(classes))]
    per_class = {
        name: {"ap50": float(c.ap[0]), "ap": float(c.ap.mean()), "boxes": float(c.boxes)}
        for name, c in zip(classes, found, strict=True)
    }
    curves = {name: _curve([c]) for name, c in zip(classes, found, strict=True) if c.boxes}
    shown = np.linspace(0, len(seen) - 1, min(MOST_PICTURES, len(seen))).round().astype(np.int64)
    pictures = tuple(_picture(int(rows[i]), seen[i]) for i in shown.tolist())
    return DetectionReport(pictures, _curve(found), curves), per_class


def watched(tally: object) -> tuple[PictureShown, ...]:
    """A few of the pictures that a detector was just measured on, those with boxes rather than those
    without; of other tallies none."""
    if not isinstance(tally, DetectionTally) or not tally.seen or not tally.rows:
        return ()
    rows = np.concatenate(tally.rows)
    filled = [place for place, seen in enumerate(tally.seen) if len(seen.labels)] or range(len(tally.seen))
    chosen = np.linspace(0, len(filled) - 1, min(MOST_WATCHED, len(filled))).round().astype(np.int64)
    pictures = (_picture(int(rows[filled[i]]), tally.seen[filled[i]]) for i in chosen.tolist())
    return tuple(
        replace(picture, found=tuple(box for box in picture.found if box.score >= _WORTH_A_LOOK))
        for picture in pictures
    )


def _curve(classes: Sequence[ClassPrecision]) -> PrecisionCurve:
    """Precision and recall of all boxes that are at least so sure, at evenly spaced places."""
    total = sum(c.boxes for c in classes)
    scores = np.concatenate([c.scores for c in classes]) if classes else np.empty(0)
    hits = np.concatenate([c.hits for c in classes]) if classes else np.empty(0, np.bool_)
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(hits[order])
    # Evenly along the recall: most boxes are unsure ones, and lie crowded at its end.
    wanted = np.linspace(0, right[-1], MOST_POINTS) if len(right) else np.empty(0)
    last = np.arange(len(right))[-1:]
    places = np.unique(np.concatenate((np.searchsorted(right, wanted), last)))
    return PrecisionCurve(
        recall=tuple((right[places] / max(1, total)).tolist()),
        precision=tuple((right[places] / (places + 1)).tolist()),
        threshold=tuple(scores[order][places].tolist()),
    )


def _picture(index: int, seen: Seen) -> PictureShown:
    truth = zip(seen.labels.tolist(), seen.boxes.tolist(), strict=True)
    found = zip(seen.found_labels.tolist(), seen.found.tolist(), seen.scores.tolist(), strict=True)
    return PictureShown(index, tuple(_box(*true) for true in truth), tuple(_box(*one) for one in found))


def _box(label: int, edges: list[float], score: float = 1.0) -> BoxShown:
    left, top, right, bottom = edges
    return BoxShown(label, left, top, right, bottom, score)
