"""An evaluation kept beside its run's record, so that the results of a run outlive its data."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.safe_write import SaveError, write_text_atomically
from studio.engine.events import (
    BoxShown,
    DetectionReport,
    Evaluation,
    LabelCurves,
    NumberResult,
    PictureShown,
    PrecisionCurve,
)

RESULTS = "results.json"


def keep_results(folder: Path, evaluation: Evaluation) -> None:
    """Writes them into the run's folder. A full disk costs the file, never the run."""
    with contextlib.suppress(SaveError):
        write_text_atomically(folder / RESULTS, json.dumps(_to_json(evaluation), ensure_ascii=False))


def kept_results(folder: Path) -> Evaluation | None:
    """What `keep_results` wrote; None where there is nothing that can be read."""
    try:
        return _from_json(json.loads((folder / RESULTS).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _to_json(e: Evaluation) -> dict[str, Any]:
    return {
        "metrics": _finite(e.metrics),
        "split": e.split,
        "samples": e.samples,
        "classes": list(e.classes),
        "confusion": None if e.confusion is None else e.confusion.tolist(),
        "predictions": None if e.predictions is None else _numbers(e.predictions.tolist()),
        "targets": None if e.targets is None else _numbers(e.targets.tolist()),
        "worst": [_numbers(example) for example in e.worst],
        "per_class": None if e.per_class is None else {k: _finite(v) for k, v in e.per_class.items()},
        "by_cell": [[*cell, [_numbers(x) for x in found]] for cell, found in e.by_cell.items()],
        "guess": _finite(e.guess),
        "guess_class": e.guess_class,
        "furthest": [_numbers(example) for example in e.furthest],
        "numbers": [_number_result(one) for one in e.numbers],
        "labels": None if e.labels is None else _curves(e.labels),
        "wrong_labels": [_numbers(example) for example in e.wrong_labels],
        "detection": None if e.detection is None else _detection_json(e.detection),
    }


def _number_result(one: NumberResult) -> dict[str, Any]:
    return {
        "name": one.name,
        "unit": one.unit,
        "metrics": _finite(one.metrics),
        "predictions": _numbers(one.predictions.tolist()),
        "targets": _numbers(one.targets.tolist()),
        "guess": _finite(one.guess),
        "furthest": [_numbers(example) for example in one.furthest],
    }


def _curves(curves: LabelCurves) -> dict[str, Any]:
    counts = {name: getattr(curves, name).tolist() for name in ("hits", "said", "present", "exact")}
    return {
        "thresholds": list(curves.thresholds), **counts, "precisions": _numbers(curves.precisions.tolist())
    }  # fmt: skip


def _from_json(j: Mapping[str, Any]) -> Evaluation:
    per_class = j["per_class"]
    return Evaluation(
        metrics=_read(j["metrics"]),
        split=str(j["split"]),
        samples=int(j["samples"]),
        classes=tuple(map(str, j["classes"])),
        confusion=None if j["confusion"] is None else np.array(j["confusion"], np.int64),
        predictions=None if j["predictions"] is None else np.array(j["predictions"], np.float32),
        targets=None if j["targets"] is None else np.array(j["targets"], np.float32),
        worst=tuple(_example(x) for x in j["worst"]),
        per_class=None if per_class is None else {k: _read(v) for k, v in per_class.items()},
        by_cell={(int(t), int(p)): tuple(_example(x) for x in found) for t, p, found in j["by_cell"]},
        guess=_read(j["guess"]),
        guess_class=str(j["guess_class"]),
        furthest=_far(j["furthest"]),
        numbers=tuple(_read_number_result(one) for one in j.get("numbers", ())),
        detection=_detection(j["detection"]) if j.get("detection") else None,
        labels=_read_curves(j["labels"]) if j.get("labels") is not None else None,
        wrong_labels=tuple(
            (int(i), int(label), bool(there), _number(share))
            for i, label, there, share in j.get("wrong_labels", ())
        ),
    )


def _far(examples: Any) -> tuple[tuple[int, float, float], ...]:
    return tuple((int(i), _number(true), _number(predicted)) for i, true, predicted in examples)


def _read_number_result(j: Mapping[str, Any]) -> NumberResult:
    return NumberResult(
        str(j["name"]),
        str(j["unit"]),
        _read(j["metrics"]),
        np.array(j["predictions"], np.float32),
        np.array(j["targets"], np.float32),
        _read(j["guess"]),
        _far(j["furthest"]),
    )


def _read_curves(j: Mapping[str, Any]) -> LabelCurves:
    hits, said, present, exact = (np.array(j[k], np.int64) for k in ("hits", "said", "present", "exact"))
    precisions = np.array(j["precisions"], np.float64)  # null becomes NaN
    return LabelCurves(tuple(map(float, j["thresholds"])), hits, said, present, exact, precisions)


def _detection_json(report: DetectionReport) -> dict[str, Any]:
    return {
        "pictures": [
            [shown.index, [_edges(box) for box in shown.truth], [_edges(box) for box in shown.found]]
            for shown in report.pictures
        ],
        "curve": _curve_json(report.curve),
        "curves": {name: _curve_json(curve) for name, curve in report.curves.items()},
    }


def _detection(j: Mapping[str, Any]) -> DetectionReport:
    pictures = tuple(
        PictureShown(int(index), tuple(_box(box) for box in truth), tuple(_box(box) for box in found))
        for index, truth, found in j["pictures"]
    )
    return DetectionReport(pictures, _curve(j["curve"]), {k: _curve(v) for k, v in j["curves"].items()})


def _edges(box: BoxShown) -> list[float]:
    return [box.label, box.left, box.top, box.right, box.bottom, box.score]


def _box(given: list[Any]) -> BoxShown:
    label, *edges = given
    left, top, right, bottom, score = map(float, edges)
    return BoxShown(int(label), left, top, right, bottom, score)


def _curve_json(curve: PrecisionCurve) -> list[list[float]]:
    return [list(curve.recall), list(curve.precision), list(curve.threshold)]


def _curve(given: list[list[Any]]) -> PrecisionCurve:
    recall, precision, threshold = (tuple(map(float, values)) for values in given)
    return PrecisionCurve(recall, precision, threshold)


def _example(given: list[Any]) -> tuple[int, int, int, float]:
    index, true, predicted, probability = given
    return int(index), int(true), int(predicted), _number(probability)


def _finite(values: Mapping[str, float]) -> dict[str, float | None]:
    """JSON knows no NaN."""
    return {name: float(v) if math.isfinite(v) else None for name, v in values.items()}


def _numbers(values: Any) -> list[float | None]:
    return [v if math.isfinite(v) else None for v in values]


def _read(values: Mapping[str, float | None]) -> dict[str, float]:
    return {name: _number(value) for name, value in values.items()}


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)
