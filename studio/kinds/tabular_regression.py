"""Which number belongs to a row of a table."""

from __future__ import annotations

from studio.core.project import DatasetFacts, Recipe
from studio.graph.analysis import Surroundings
from studio.kinds.default_recipes import recipe_for
from studio.kinds.kind import Kind
from studio.kinds.metrics import NUMBER_METRICS
from studio.kinds.table_networks import NUMBER_TEMPLATES


def _surroundings(facts: DatasetFacts) -> Surroundings:
    what = f", “{facts.target}”" if facts.target else ""
    reason = f"one number is predicted{what}"
    return Surroundings(facts.input_shape, "float", (1,), reason, embedded=facts.embedded)


def _recipe(facts: DatasetFacts) -> Recipe:
    return recipe_for(facts, loss="mse", lr=3e-3, steps=1500, epochs=(15, 100))


TABULAR_REGRESSION = Kind(
    "tabular-regression",
    "Table: predict a number",
    "Learns from the other columns of a table which number belongs to a row.",
    "row",
    "numbers",
    ("mse", "l1", "huber"),
    NUMBER_METRICS,
    NUMBER_TEMPLATES,
    _surroundings,
    _recipe,
)
