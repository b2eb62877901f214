"""What analysis finds out: facts of each layer, of the network, and what the network is between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod

from studio.core.network import Node
from studio.core.params import Params
from studio.core.problems import Problem
from studio.core.project import MAIN
from studio.graph.layer_type import DType, Shape, ShapeError, Shapes


@dataclass(frozen=True, slots=True)
class Arrival:
    """What comes in at one input of a block, or out of it. `shape` None: that is not known."""

    shape: Shape | None = None
    dtype: DType = "float"
    steps: int | None = None


@dataclass(frozen=True, slots=True)
class Inside:
    """What goes on inside one repetition of a block: `nodes_inside` with the block's parameters put in,
    and the facts of each. `result.shape` is None where it gets stuck; `error` is then what the first layer
    that refused it said."""

    nodes_inside: tuple[Node, ...]
    arrivals: tuple[Arrival, ...]
    nodes: Mapping[str, NodeFacts]
    result: Arrival
    vocabulary: int = 0
    parameters: int = 0
    multiply_adds: int = 0
    activations: int = 0
    error: ShapeError | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """What analysis knows of one layer. `output` is None while a problem (its own or upstream) is open;
    `waits_for` then names the upstream node whose problem it is. `given`: parameters that the data decide.
    `steps`: the axis of the output along which a text's tokens lie, `steps_in` of the first input.
    `insides`: of a block, what goes on in each repetition."""

    inputs: Shapes = ()
    output: Shape | None = None
    parameters: int = 0
    multiply_adds: int = 0
    waits_for: str | None = None
    given: Params = field(default_factory=dict)
    steps: int | None = None
    steps_in: int | None = None
    insides: tuple[Inside, ...] = ()

    @property
    def activations(self) -> int:
        """Numbers that one sample leaves here, for training to keep."""
        if self.insides:
            return sum(inside.activations for inside in self.insides)
        return prod(self.output) if self.output is not None else 0


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
        return sum(facts.activations for facts in self.nodes.values())


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the network is between: the sample that comes in, the numbers that must come out.

    `output_reason` says why, for the message: "the dataset has 10 classes". `graph` is the project's
    name for the network, so that fixes change the right one. `vocabulary`: of texts, how many token
    numbers there are; 0 is padding. `grid`: the output is a map of the picture, and any number of rows and
    columns will do. `embedded`: of a table, see `DatasetFacts`. `in_block`: it is the inside of a block, and
    `arriving` is what its Inputs hand out.
    """

    input_shape: Shape
    input_dtype: DType = "float"
    output_shape: Shape | None = None
    output_reason: str = ""
    graph: str = MAIN
    vocabulary: int = 0
    grid: bool = False
    embedded: tuple[int, ...] = ()
    arriving: tuple[Arrival, ...] = ()
    in_block: bool = False

    def wanted(self, output: Shape) -> Shape | None:
        """What should come out, where `output` does: of a grid the first number is asked for, and that it
        is one of at least 2x2."""
        if self.grid and self.output_shape is not None and len(output) == 3 and min(output[1:]) >= 2:
            return (self.output_shape[0], *output[1:])
        return self.output_shape
