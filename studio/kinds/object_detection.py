"""What is in a picture, and where: a box and a class for each thing."""

from __future__ import annotations

from studio.core.project import DatasetFacts, Recipe
from studio.graph.analysis import Surroundings
from studio.kinds.default_recipes import recipe_for
from studio.kinds.detection_networks import DETECTION_TEMPLATES, box_channels
from studio.kinds.kind import Kind
from studio.kinds.metrics import BOX_METRICS

_STRIDE = 8  # pixels to a cell, where nobody chose otherwise


def _surroundings(facts: DatasetFacts) -> Surroundings:
    """A picture comes in; for each cell of a grid: class scores, four distances, how well the box fits."""
    count, channels = len(facts.classes), box_channels(facts)
    reason = (
        f"{channels} numbers are needed for each place of a grid: {count} "
        f"class{'' if count == 1 else 'es'}, 4 edges of the box, and how well it fits"
    )
    rows, columns = (max(2, side // _STRIDE) for side in facts.input_shape[-2:])
    return Surroundings(facts.input_shape, "float", (channels, rows, columns), reason, grid=True)


def _recipe(facts: DatasetFacts) -> Recipe:
    return recipe_for(facts, loss="detection_focal", lr=3e-3, steps=800, epochs=(20, 60))


OBJECT_DETECTION = Kind(
    "object-detection",
    "Object detection",
    "Learns what things are in a picture, and draws a box around each.",
    "picture",
    "boxes",
    ("detection_focal", "detection_bce"),
    BOX_METRICS,
    DETECTION_TEMPLATES,
    _surroundings,
    _recipe,
)
