"""One run of the history in words: its data, its network, what it reached, how it ended and was set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from studio.ui.belonging import Origin, changes, origin_of
from studio.ui.plots.quantities import count_text, duration_text, setting_text
from studio.ui.results_step.model_facts import started_text
from studio.ui.split_words import split_samples
from studio.ui.train_step.kind_metrics import quantity_named

if TYPE_CHECKING:
    from studio.core.project import Project
    from studio.engine.runs import Run


def tr(text: str) -> str:
    return QCoreApplication.translate("RunWords", text)


@dataclass(frozen=True, slots=True)
class RunWords:
    """`origin` is None for a record that this version cannot read."""

    when: str
    origin: Origin | None
    result: str
    split: str
    epochs: str
    duration: str
    ended: str
    settings: str
    project: Project | None = None

    @property
    def data(self) -> str:
        return self.origin.data if self.origin is not None else "–"

    @property
    def network(self) -> str:
        if self.origin is None:
            return "–"
        size = count_text(self.origin.parameters) if self.origin.parameters else ""
        return f"{self.origin.network} ({size})" if size else self.origin.network

    @property
    def lines(self) -> str:
        """Three short lines, for where columns have no room."""
        epochs = tr("{count} epochs").format(count=self.epochs)
        facts = [text for text in (epochs, self.duration, self.ended) if text != "–"]
        return f"{self.result}  ·  {self.when}\n{self.network}, {self.data}\n{'  ·  '.join(facts)}"

    def is_of(self, project: Project | None) -> bool:
        """Of this project as it is now: the same data and the same network."""
        return self.project is None or not {"data", "network"} & set(changes(self.project, project))


def words_of(run: Run, is_on: bool, known: RunWords | None = None) -> RunWords:
    """`is_on`: it is being trained now. `known`: what was said of the same run before: its project stays."""
    project = known.project if known is not None else run.project
    if known is not None:
        origin = known.origin
    else:
        parameters = run.started.get("parameters")
        size = parameters if isinstance(parameters, int) else 0
        origin = origin_of(project, size) if project is not None else None
    planned = _recipe(run).get("epochs")
    done = run.epochs_done
    epochs = f"{done} / {planned}" if isinstance(planned, int) and planned != done else str(done)
    return RunWords(
        when=started_text(run),
        origin=origin,
        result=_result(run, project),
        split=split_samples(run.split),
        epochs=epochs,
        duration="–" if run.elapsed_s is None else duration_text(run.elapsed_s),
        ended=tr("is running") if run.ended == "running" and is_on else _ended(run),
        settings=_settings(run),
        project=project,
    )


def tooltip(run: Run, words: RunWords) -> str:
    """Everything the record says, a line each."""
    lines = [f"{words.when}: {words.ended}"]
    if run.ended == "failed" and run.finished.get("message"):
        lines.append(str(run.finished["message"]))
    if words.origin is not None:
        lines.append(words.origin.sentence)
    if words.result != "–":
        lines.append(tr("{result} on the {samples}").format(result=words.result, samples=words.split))
    for name, value in _recipe(run).items():
        if isinstance(value, Mapping):
            params = ", ".join(f"{k}={v}" for k, v in (value.get("params") or {}).items())
            lines.append(f"{name}: {value.get('type', '')} {params}".rstrip())
        elif value not in (None, 0.0):
            lines.append(f"{name}: {value}")
    device = run.started.get("device_name")
    if device:
        lines.append(tr("device: {name}").format(name=device))
    return "\n".join(lines)


def _result(run: Run, project: Project | None) -> str:
    metric = str(run.started.get("metric", ""))
    value = run.metrics.get(metric)
    if value is None or project is None:
        return "–"
    quantity = quantity_named(project, metric)
    return f"{quantity.name} {quantity.text(value)}"


def _ended(run: Run) -> str:
    return {
        "completed": tr("completed"),
        "stopped": tr("stopped"),
        "early": tr("stopped early: no more improvement"),
        "failed": tr("failed"),
        "running": tr("interrupted"),
    }.get(run.ended, run.ended)


def _settings(run: Run) -> str:
    recipe = _recipe(run)
    if not recipe:
        return ""
    optimizer = recipe.get("optimizer") or {}
    rate = (optimizer.get("params") or {}).get("lr")
    parts = [_optimizer_name(str(optimizer.get("type", "")))]
    if isinstance(rate, int | float):
        parts.append(tr("rate {rate}").format(rate=setting_text(rate)))
    if "batch_size" in recipe:
        parts.append(tr("batch {size}").format(size=recipe["batch_size"]))
    return ", ".join(part for part in parts if part)


def _optimizer_name(optimizer_id: str) -> str:
    from studio.optim.catalogue import OPTIMIZERS

    entry = OPTIMIZERS.get(optimizer_id)
    return entry.name if entry is not None else optimizer_id


def _recipe(run: Run) -> dict[str, Any]:
    """As it stands in the record: under the project, or by itself."""
    project = run.started.get("project")
    found = project.get("recipe") if isinstance(project, Mapping) else run.started.get("recipe")
    return dict(found) if isinstance(found, Mapping) else {}
