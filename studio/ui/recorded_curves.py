"""The curves of a run of an earlier day, from its record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from studio.ui.plots.curves import RunCurves

if TYPE_CHECKING:
    from studio.engine.runs import Run


def curves_of(run: Run) -> RunCurves:
    """A record keeps about one loss a second; the steps between lie on straight lines."""
    curves = RunCurves(str(run.started.get("metric", "")))
    curves.steps_per_epoch = int(run.started.get("steps_per_epoch") or 0)
    points = [(step, loss) for step, loss in run.losses if loss is not None]
    if points:
        steps, losses = zip(*points, strict=True)
        first = int(run.started.get("first_step") or 0)
        dense = np.arange(min(first, steps[0]), steps[-1] + 1)
        curves.step_loss.add(int(dense[0]), np.interp(dense, steps, losses))
    for epoch in run.epochs:
        _add_epoch(curves, epoch)
    return curves


def _add_epoch(curves: RunCurves, epoch: Mapping[str, Any]) -> None:
    from studio.engine.events import EpochFinished

    curves.take(
        [
            EpochFinished(
                epoch=int(epoch["epoch"]),
                step=int(epoch["step"]),
                train=_numbers(epoch.get("train")),
                validation=_numbers(epoch.get("validation")),
                learning_rate=float(epoch.get("learning_rate") or 0.0),
                elapsed_s=float(epoch.get("elapsed_s") or 0.0),
            )
        ]
    )


def _numbers(values: object) -> dict[str, float]:
    """A record writes what is not finite as nothing."""
    if not isinstance(values, Mapping):
        return {}
    return {str(k): float("nan") if v is None else float(v) for k, v in values.items()}
