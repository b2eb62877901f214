"""The result in one sentence that needs no knowledge of the field."""

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
    """A large line, and the small one below it."""
    quantities = quantities_of(project)
    quantity = next((q for q in quantities if q.id in evaluation.metrics), None)
    if quantity is None:
        return tr("The network was tested"), ""
    value = quantity.text(evaluation.metrics[quantity.id])
    below = _below(evaluation)
    if evaluation.confusion is not None and quantity.id == "accuracy":
        hits = int(evaluation.confusion.trace())
        whole = int(evaluation.confusion.sum())
        things = tr("rows") if project.kind.startswith("tabular") else tr("pictures")
        sentence = tr("{value} right: {hits} of {whole} {things}")
        return (
            sentence.format(value=value, hits=count_text(hits), whole=count_text(whole), things=things),
            below,
        )
    return f"{quantity.name}: {value}", below


def _below(evaluation: Evaluation) -> str:
    if evaluation.split == "test":
        return tr("On test samples, which the network had never seen: so it will do in real life.")
    if evaluation.split == "validation":
        return tr("On validation samples: not learnt from, but used to watch the training.")
    if evaluation.split == "train":
        return tr(
            "On training samples, which it learnt from: much better here than on test means learnt by heart."
        )
    return tr("On all samples.")
