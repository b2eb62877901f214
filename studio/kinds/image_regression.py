"""Which number, or numbers, belong to a picture: an age, a count, where something is."""

from __future__ import annotations

from studio.core.project import DatasetFacts, Recipe
from studio.graph.analysis import Surroundings
from studio.kinds.default_recipes import recipe_for
from studio.kinds.kind import Kind
from studio.kinds.metrics import NUMBER_METRICS
from studio.kinds.picture_networks import outputs, picture_templates


def _surroundings(facts: DatasetFacts) -> Surroundings:
    count = outputs(facts)
    names = ", ".join(f"“{name}”" for name in facts.numbers[:4]) + (", …" if count > 4 else "")
    what = "one number is predicted" if count == 1 else f"{count} numbers are predicted"
    return Surroundings(
        facts.input_shape, output_shape=(count,), output_reason=f"{what}, {names}" if names else what
    )


def _recipe(facts: DatasetFacts) -> Recipe:
    return recipe_for(facts, loss="mse", lr=3e-3, steps=1500, epochs=(10, 60))


IMAGE_REGRESSION = Kind(
    "image-regression",
    "Image: predict a number",
    "Learns which number belongs to a picture, or several: an age, a count, where something is.",
    "picture",
    "numbers",
    ("mse", "l1", "huber"),
    NUMBER_METRICS,
    picture_templates("numbers"),
    _surroundings,
    _recipe,
)
