"""Which of several things a picture shows."""

from __future__ import annotations

from studio.core.project import DatasetFacts, Recipe
from studio.graph.analysis import Surroundings
from studio.kinds.default_recipes import recipe_for
from studio.kinds.kind import Kind
from studio.kinds.known_networks import KNOWN_TEMPLATES
from studio.kinds.metrics import CLASS_METRICS
from studio.kinds.picture_networks import PICTURE_TEMPLATES


def class_surroundings(facts: DatasetFacts) -> Surroundings:
    """A sample comes in, one score for each class must come out."""
    count = len(facts.classes)
    reason = f"the dataset has {count} class{'' if count == 1 else 'es'}"
    return Surroundings(
        facts.input_shape,
        "long" if facts.vocabulary else "float",
        (count,),
        reason,
        vocabulary=facts.vocabulary,
        embedded=facts.embedded,
    )


def _recipe(facts: DatasetFacts) -> Recipe:
    return recipe_for(facts, loss="cross_entropy", lr=3e-3, steps=1200, epochs=(8, 40))


IMAGE_CLASSIFICATION = Kind(
    "image-classification",
    "Image classification",
    "Learns which of several things a picture shows.",
    "picture",
    "classes",
    ("cross_entropy", "bce_with_logits", "nll"),
    CLASS_METRICS,
    (*PICTURE_TEMPLATES, *KNOWN_TEMPLATES),
    class_surroundings,
    _recipe,
)
