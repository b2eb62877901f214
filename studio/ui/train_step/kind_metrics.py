"""The metrics of a project's kind as quantities to plot and to write."""

from __future__ import annotations

from studio.core.project import Project
from studio.ui.plots.quantities import Quantity, metric_quantity


def quantities_of(project: Project) -> tuple[Quantity, ...]:
    """The headline metric first; empty for a kind this version does not know."""
    from studio.kinds.catalogue import KINDS

    kind = KINDS.get(project.kind)
    return tuple(metric_quantity(metric) for metric in kind.metrics) if kind is not None else ()


def quantity_named(project: Project, metric_id: str) -> Quantity:
    for quantity in quantities_of(project):
        if quantity.id == metric_id:
            return quantity
    return Quantity(metric_id, metric_id.replace("_", " ").capitalize())
