"""Which of several things a picture shows, where it may show many of them, or none."""

from __future__ import annotations

from studio.core.project import DatasetFacts, Recipe
from studio.graph.analysis import Surroundings
from studio.kinds.default_recipes import recipe_for
from studio.kinds.kind import Kind
from studio.kinds.known_networks import KNOWN_TEMPLATES
from studio.kinds.metrics import LABEL_METRICS
from studio.kinds.picture_networks import PICTURE_TEMPLATES, picture_templates


def _surroundings(facts: DatasetFacts) -> Surroundings:
    count = len(facts.classes)
    reason = f"the dataset has {count} label{'' if count == 1 else 's'}"
    return Surroundings(facts.input_shape, output_shape=(count,), output_reason=reason)


def _recipe(facts: DatasetFacts) -> Recipe:
    return recipe_for(facts, loss="bce_with_logits", lr=3e-3, steps=1500, epochs=(10, 50))


IMAGE_MULTILABEL = Kind(
    "image-multilabel-classification",
    "Image: several labels",
    "Learns which of several things a picture shows, where it may show many of them, or none.",
    "picture",
    "labels",
    ("bce_with_logits",),
    LABEL_METRICS,
    picture_templates("labels", (*PICTURE_TEMPLATES, *KNOWN_TEMPLATES)),
    _surroundings,
    _recipe,
)
