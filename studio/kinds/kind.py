"""What a project kind offers. One entry per kind; no torch at import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from studio.core.network import Graph
from studio.core.project import DatasetFacts, Recipe
from studio.graph.analysis import Surroundings

BALANCED = ("classes", "labels")  # targets whose samples can be drawn so that rare ones come up more often


@dataclass(frozen=True, slots=True)
class Template:
    """A ready network. `build` makes it fit the dataset; `fits` says whether it can.

    `recipe` overrides the kind's default recipe where this network wants another."""

    id: str
    name: str
    help: str
    fits: Callable[[DatasetFacts], bool]
    build: Callable[[DatasetFacts], Graph]
    recipe: Callable[[DatasetFacts], Recipe] | None = None


@dataclass(frozen=True, slots=True)
class Metric:
    id: str
    name: str
    help: str
    better: Literal["higher", "lower"]
    unit: Literal["share", "target", "none"]  # share: shown in percent; target: in the target's units


@dataclass(frozen=True, slots=True)
class Kind:
    """`input`: "picture", "row" or "text". `target`: one class, any of several labels, numbers, or boxes.
    `surroundings(facts)` tells analysis what the network is between. `metrics[0]` is the headline.
    `templates[0]` that fits stands ready in a new project."""

    id: str
    name: str
    help: str
    input: Literal["picture", "row", "text"]
    target: Literal["classes", "labels", "numbers", "boxes"]
    losses: tuple[str, ...]
    metrics: tuple[Metric, ...]
    templates: tuple[Template, ...]
    surroundings: Callable[[DatasetFacts], Surroundings]
    default_recipe: Callable[[DatasetFacts], Recipe]
