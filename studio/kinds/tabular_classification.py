"""Which class a row of a table belongs to."""

from __future__ import annotations

from studio.core.project import DatasetFacts, Recipe
from studio.kinds.default_recipes import recipe_for
from studio.kinds.image_classification import class_surroundings
from studio.kinds.kind import Kind
from studio.kinds.metrics import CLASS_METRICS
from studio.kinds.table_networks import CLASS_TEMPLATES


def _recipe(facts: DatasetFacts) -> Recipe:
    return recipe_for(facts, loss="cross_entropy", lr=3e-3, steps=800, epochs=(10, 60))


TABULAR_CLASSIFICATION = Kind(
    "tabular-classification",
    "Table: predict a class",
    "Learns from the other columns of a table which class a row belongs to.",
    "row",
    "classes",
    ("cross_entropy", "bce_with_logits", "nll"),
    CLASS_METRICS,
    CLASS_TEMPLATES,
    class_surroundings,
    _recipe,
)
