"""Which class a text belongs to."""

from __future__ import annotations

from studio.core.project import DatasetFacts, Recipe
from studio.kinds.default_recipes import recipe_for
from studio.kinds.image_classification import class_surroundings
from studio.kinds.kind import Kind
from studio.kinds.metrics import CLASS_METRICS
from studio.kinds.text_networks import TEXT_TEMPLATES


def _recipe(facts: DatasetFacts) -> Recipe:
    return recipe_for(facts, loss="cross_entropy", lr=4e-3, steps=600, epochs=(5, 40))


TEXT_CLASSIFICATION = Kind(
    "text-classification",
    "Text: predict a class",
    "Learns which of several classes a text belongs to: its language, its subject, its mood.",
    "text",
    "classes",
    ("cross_entropy", "bce_with_logits", "nll"),
    CLASS_METRICS,
    TEXT_TEMPLATES,
    class_surroundings,
    _recipe,
)
