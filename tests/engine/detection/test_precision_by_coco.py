"""Our average precision, held against COCO's own code."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence

import numpy as np
import pytest

from studio.engine.detection.average_precision import Seen, class_precision, mean_precision

CLASSES = 4
SIDE = 100.0  # pixels; COCO counts boxes in pixels, which leaves overlaps as they are


def by_coco(seen: Sequence[Seen]) -> tuple[dict[str, float], np.ndarray]:
    """Both means, and the average precision (overlaps, classes); -1 where a class does not occur."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    truth, found = [], []
    for number, picture in enumerate(seen, 1):
        for label, box in zip(picture.labels.tolist(), picture.boxes, strict=True):
            truth.append(
                {"image_id": number, "category_id": label, "iscrowd": 0, "id": len(truth) + 1, **shape(box)}
            )
        for label, box, score in zip(
            picture.found_labels.tolist(), picture.found, picture.scores.tolist(), strict=True
        ):
            found.append({"image_id": number, "category_id": label, "score": score, **shape(box)})
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {
            "images": [{"id": n} for n in range(1, len(seen) + 1)],
            "annotations": truth,
            "categories": [{"id": label, "name": str(label)} for label in range(CLASSES)],
        }
        coco.createIndex()
        judge = COCOeval(coco, coco.loadRes(found), "bbox")
        judge.evaluate()
        judge.accumulate()
        judge.summarize()
    each = judge.eval["precision"][:, :, :, 0, 2].mean(axis=1)  # area "all", at most 100 boxes
    return {"map50": judge.stats[1], "map": judge.stats[0]}, each


def shape(box: np.ndarray) -> dict[str, object]:
    left, top, right, bottom = (box * SIDE).tolist()
    size = [right - left, bottom - top]
    return {"bbox": [left, top, *size], "area": size[0] * size[1]}


def some_boxes(rng: np.random.Generator, count: int) -> np.ndarray:
    low = rng.random((count, 2)) * 0.7
    return np.concatenate([low, low + 0.05 + rng.random((count, 2)) * 0.25], axis=1)


def some_pictures(seed: int) -> list[Seen]:
    """Found boxes near true ones, doubles among them, wrong names, and some for nothing at all. One class
    of the odd seeds occurs in no picture; even seeds have scores that are equal."""
    rng = np.random.default_rng(seed)
    pictures = []
    for _ in range(30):
        boxes = some_boxes(rng, int(rng.integers(0, 7)))
        labels = rng.integers(0, CLASSES - seed % 2, len(boxes))
        copies = rng.integers(0, 3, len(boxes))
        near = np.repeat(boxes, copies, axis=0) + rng.normal(0, 0.015, (int(copies.sum()), 4))
        named = np.repeat(labels, copies)
        named = np.where(rng.random(len(named)) < 0.15, rng.integers(0, CLASSES, len(named)), named)
        wrong = some_boxes(rng, int(rng.integers(0, 4)))
        found = np.concatenate([near, wrong])
        found_labels = np.concatenate([named, rng.integers(0, CLASSES, len(wrong))])
        scores = rng.random(len(found))
        if seed % 2 == 0:
            scores = np.round(scores, 1)
        order = np.argsort(-scores, kind="stable")
        pictures.append(Seen(boxes, labels, found[order], found_labels[order], scores[order]))
    return pictures


@pytest.mark.parametrize("seed", range(8))
def test_that_average_precision_is_what_coco_counts(seed: int) -> None:
    seen = some_pictures(seed)
    means, each = by_coco(seen)
    ours = [class_precision(seen, label) for label in range(CLASSES)]
    for label, one in enumerate(ours):
        if one.boxes:
            assert one.ap == pytest.approx(each[:, label], abs=1e-9)
        else:
            assert (each[:, label] == -1).all()
    assert mean_precision(ours) == pytest.approx(means, abs=1e-9)
    assert 0.05 < means["map"] < means["map50"] < 1


def test_that_boxes_on_the_border_of_an_overlap_count_as_coco_counts_them() -> None:
    """Exactly half, exactly three quarters; two true boxes that are covered equally; and boxes twice."""
    square = np.array([[0.0, 0.0, 0.5, 0.5], [0.0, 0.0, 0.5, 0.25], [0.0, 0.0, 0.5, 0.375]])
    none = np.empty((0, 4))
    twice = square[[0, 0]]
    beside = np.array([[0.25, 0.0, 0.75, 0.5], [0.0, 0.0, 0.5, 0.5]])
    seen = [
        picture(square[:1], square[1:2], [0.9]),
        picture(square[:1], square[2:], [0.8]),
        picture(twice, square, [0.7, 0.6, 0.5]),
        picture(beside, beside - [0.125, 0, 0.125, 0], [0.9, 0.4]),
        picture(none, square[:1], [0.95]),
        picture(square, none, []),
    ]
    means, each = by_coco(seen)
    one = class_precision(seen, 0)
    assert one.ap == pytest.approx(each[:, 0], abs=1e-9)
    assert mean_precision([one]) == pytest.approx(means, abs=1e-9)


def picture(boxes: np.ndarray, found: np.ndarray, scores: list[float]) -> Seen:
    zeros = np.zeros(len(boxes), np.int64), np.zeros(len(found), np.int64)
    return Seen(boxes, zeros[0], found, zeros[1], np.array(scores))
