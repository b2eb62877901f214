"""What is known of a trained network without testing it: its run's record, its checkpoint's header."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from studio.core.problems import LanternError
from studio.ui.belonging import origin_of
from studio.ui.checkpoints import Model
from studio.ui.plots.quantities import count_text, duration_text
from studio.ui.split_words import SPLITS

if TYPE_CHECKING:
    from studio.engine.events import Evaluation
    from studio.engine.runs import Run

Metrics = Mapping[str, float]


def tr(text: str) -> str:
    return QCoreApplication.translate("ModelFacts", text)


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """`sizes`: samples of each split, where the run told them. `metrics`: of each split, as they were
    measured while it trained; those of training batch by batch, with dropout and augmentation at work."""

    sentence: str
    sizes: Mapping[str, int] = field(default_factory=dict)
    metrics: Mapping[str, Metrics] = field(default_factory=dict)
    kept: Evaluation | None = None


def facts_of(model: Model) -> ModelFacts:
    """Reads two small files."""
    run = None if model.loaded else _run_of(model)
    sizes: dict[str, int] = {}
    about: Mapping[str, Any] = {}
    with contextlib.suppress(LanternError, OSError):
        from studio.engine.checkpoint_file import peek_about

        about = peek_about(Path(model.path))
    if run is not None:
        found = {split: run.started.get(f"{split}_samples") for split in SPLITS}
        sizes = {split: size for split, size in found.items() if isinstance(size, int)}
    parameters = run.started.get("parameters") if run is not None else about.get("parameters")
    origin = origin_of(model.project, parameters if isinstance(parameters, int) else 0)
    return ModelFacts(
        sentence="  ·  ".join([origin.sentence, *_training(model, run)]),
        sizes=sizes,
        metrics=_metrics(about),
        kept=_kept(model, run),
    )


def _run_of(model: Model) -> Run | None:
    from studio.engine.runs import read_run

    return read_run(Path(model.path).parent)


def _training(model: Model, run: Run | None) -> list[str]:
    """How long it was trained, and when."""
    epochs = model.epochs_done or (run.epochs_done if run is not None else 0)
    words = []
    if model.loaded:
        words.append(tr("from the file “{name}”").format(name=Path(model.path).name))
    if epochs:
        one = epochs == 1
        words.append(tr("1 epoch") if one else tr("{count} epochs").format(count=count_text(epochs)))
    if run is not None:
        if run.elapsed_s is not None:
            words.append(duration_text(run.elapsed_s))
        words.append(started_text(run))
    return words


def started_text(run: Run) -> str:
    """Day and time of the start; today's runs need no day."""
    stamp = run.started.get("time")
    if not isinstance(stamp, int | float):
        return run.id
    began = datetime.fromtimestamp(stamp)
    if began.date() == datetime.now().date():
        return tr("today, {time}").format(time=began.strftime("%H:%M:%S"))
    form = "%d %b %H:%M" if began.year == datetime.now().year else "%d %b %Y %H:%M"
    return began.strftime(form)


def _metrics(about: Mapping[str, Any]) -> dict[str, Metrics]:
    found = about.get("metrics")
    if not isinstance(found, Mapping):
        return {}
    return {
        split: {name: float(v) for name, v in values.items() if isinstance(v, int | float)}
        for split, values in found.items()
        if isinstance(values, Mapping)
    }


def _kept(model: Model, run: Run | None) -> Evaluation | None:
    """The test that ended the run, if these are the weights it was made with."""
    from studio.engine.results_file import kept_results

    if run is None or not run.metrics or run.finished.get("checkpoint") != Path(model.path).name:
        return None
    if model.step and run.finished.get("steps") != model.step:
        return None
    return kept_results(run.folder)
