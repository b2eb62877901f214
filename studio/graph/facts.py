"""What analysis finds out: facts of each layer, of the network, and what the network is between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod

from studio.core.params import Params
from studio.core.problems import Problem
from studio.core.project import MAIN
from studio.graph.layer_type import DType, Shape, Shapes


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """What analysis knows of one layer. `output` is None while a problem (its own or upstream) is open;
    `waits_for` then names the upstream node whose problem it is. `given`: parameters that the data decide.
    `steps`: the axis of the output along which a text's tokens lie, `steps_in` of the first input."""

    inputs: Shapes = ()
    output: Shape | None = None
    parameters: int = 0
    multiply_adds: int = 0
    waits_for: str | None = None
    given: Params = field(default_factory=dict)
    steps: int | None = None
    steps_in: int | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """`order` lists the nodes that lead from input to output, in the order in which they run.
    `names` are the display names ("Conv2d 3", or the user's label) of all nodes."""

    order: tuple[str, ...]
    nodes: Mapping[str, NodeFacts]
    names: Mapping[str, str]
    problems: tuple[Problem, ...]
    output: Shape | None

    @property
    def ok(self) -> bool:
        return not any(p.severity == "error" for p in self.problems)

    @property
    def parameters(self) -> int:
        return sum(facts.parameters for facts in self.nodes.values())

    @property
    def multiply_adds(self) -> int:
        return sum(facts.multiply_adds for facts in self.nodes.values())

    @property
    def activations(self) -> int:
        """Numbers that all layers together give for one sample; training keeps them (4 bytes each)."""
        return sum(prod(facts.output) for facts in self.nodes.values() if facts.output is not None)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the network is between: the sample that comes in, the numbers that must come out.

    `output_reason` says why, for the message: "the dataset has 10 classes". `graph` is the project's
    name for the network, so that fixes change the right one. `vocabulary`: of texts, how many token
    numbers there are; 0 is padding. `grid`: the output is a map of the picture, and any number of rows and
    columns will do.
    """

    input_shape: Shape
    input_dtype: DType = "float"
    output_shape: Shape | None = None
    output_reason: str = ""
    graph: str = MAIN
    vocabulary: int = 0
    grid: bool = False

    def wanted(self, output: Shape) -> Shape | None:
        """What should come out, where `output` does: of a grid the first number is asked for, and that it
        is one of at least 2x2."""
        if self.grid and self.output_shape is not None and len(output) == 3 and min(output[1:]) >= 2:
            return (self.output_shape[0], *output[1:])
        return self.output_shape
