"""The result in sentences that need no knowledge of the field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.core.project import Project
from studio.ui.plots.quantities import count_text
from studio.ui.train_step.kind_metrics import quantities_of

if TYPE_CHECKING:
    from studio.engine.events import Evaluation


def tr(text: str) -> str:
    return QCoreApplication.translate("Headline", text)


def headline(evaluation: Evaluation, project: Project) -> tuple[str, str]:
    """A large line, and the small one below it: what it was measured on."""
    quantities = quantities_of(project)
    quantity = next((q for q in quantities if q.id in evaluation.metrics), None)
    below = _below(evaluation, project)
    if quantity is None:
        return tr("The network was tested"), below
    value = quantity.text(evaluation.metrics[quantity.id])
    if evaluation.confusion is not None and quantity.id == "accuracy":
        hits = int(evaluation.confusion.trace())
        whole = int(evaluation.confusion.sum())
        sentence = tr("{value} right: {hits} of {whole} {things}")
        return (
            sentence.format(
                value=value, hits=count_text(hits), whole=count_text(whole), things=things(project, whole)
            ),
            below,
        )
    unit = _unit(evaluation) if quantity.id == "rmse" else ""
    return f"{quantity.name}: {value}{unit}", below


def _unit(evaluation: Evaluation) -> str:
    """What the numbers are measured in, if all are the same."""
    units = {one.unit for one in evaluation.numbers}
    only = units.pop() if len(units) == 1 else ""
    return f" {only}" if only else ""


def things(project: Project, count: int) -> str:
    """What the samples are."""
    if project.kind.startswith("tabular"):
        return tr("row") if count == 1 else tr("rows")
    if project.kind.startswith("text"):
        return tr("text") if count == 1 else tr("texts")
    return tr("picture") if count == 1 else tr("pictures")


def _below(evaluation: Evaluation, project: Project) -> str:
    if evaluation.split == "test":
        return tr("Measured on test samples, which the network never saw while it trained.")
    if evaluation.split == "validation":
        return tr("Measured on validation samples: not learnt from, but watched while it trained.")
    if evaluation.split == "train":
        return tr(
            "Measured on training samples, which it learnt from: so it remembers, not so it does on new ones."
        )
    return tr("Measured on all samples.")
