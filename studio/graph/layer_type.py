"""What a layer declares about itself. The entries are in studio.layers, one file per family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from studio.core.network import Block
from studio.core.params import Param, Params, defaults

Shape = tuple[int, ...]  # without the batch dimension
Shapes = tuple[Shape, ...]  # one per input, by port
DType = Literal["float", "long"]
Family = Literal[
    "Inputs and outputs",
    "Basic",
    "Convolution",
    "Pooling",
    "Activation",
    "Normalisation",
    "Regularisation",
    "Shape",
    "Sequence",
    "Combine",
    "Blocks",
    "My blocks",
    "In this network",
]


class ShapeError(ValueError):
    """A layer cannot take what arrives. The message is one sentence without the layer's name:
    "a 5x5 kernel does not fit into a 4x4 picture. Use a kernel of 4 or less, or add padding."

    `param`: the parameter to blame, if one is. `suggestions`: values that would mend it, as
    (param, value) pairs, best first. `wants_rank`: the number of dimensions the layer takes.
    """

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        suggestions: tuple[tuple[str, object], ...] = (),
        wants_rank: tuple[int, ...] = (),
    ) -> None:
        super().__init__(message)
        self.param = param
        self.suggestions = suggestions
        self.wants_rank = wants_rank


@dataclass(frozen=True, slots=True)
class LayerCode:
    """How a layer is written in PyTorch.

    `init`: the expression kept in __init__, e.g. "nn.Conv2d(1, 16, kernel_size=3)"; None if nothing
    is kept. `forward`: a format string with {module}, the inputs {0}, {1}, ... and {inputs} (all of
    them, comma-separated). `helpers`: source text of small nn.Module classes that `init` names,
    written once each above the network's class.
    """

    init: str | None
    forward: str = "{module}({0})"
    helpers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A case for the conformance test: parameters and the input shapes they are tried on."""

    params: Params
    inputs: Shapes


def _none(params: Params, inputs: Shapes) -> int:
    return 0


def _same_axis(params: Params, axis: int) -> int | None:
    return axis


def _elementwise(params: Params, inputs: Shapes, output: Shape) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class LayerType:
    """One entry of the layer registry; form, help, code, analysis and tests follow from it.

    `shape(params, inputs) -> output` is pure and raises ShapeError. `parameters` counts learnable
    numbers, `multiply_adds` counts them for one sample. `max_inputs` None: any number from
    `min_inputs` on. `name` is torch's own (or the word people use), `stem` begins the attribute
    name in the code ("conv" -> self.conv1). `keywords` are what people might search for.
    `masked(params, inputs, axis)`: the code where padded tokens of a text lie along that axis of the
    first input: it may use {mask}, True at real tokens (batch, length), and must not let the padding
    change what comes out. None: the usual code does. `steps(params, axis)`: the axis along which the
    tokens lie afterwards, None where they are lost. `given(vocabulary)`: parameters that a text decides,
    `of_columns(embedded)`: those that a table does, see `Surroundings.embedded`.
    `icon` is the file name of an SVG in resources/icons/layers, without ending.
    `block`: of a composite layer, its definition, and `parts` that with all definitions inside of it;
    `flaw`: why it can never run. Their shape and code follow from what is inside: studio.graph.blocks.
    """

    id: str
    name: str
    family: Family
    help: str
    url: str
    stem: str
    shape: Callable[[Params, Shapes], Shape]
    code: Callable[[Params, Shapes], LayerCode]
    params: tuple[Param, ...] = ()
    parameters: Callable[[Params, Shapes], int] = _none
    multiply_adds: Callable[[Params, Shapes, Shape], int] = _elementwise
    min_inputs: int = 1
    max_inputs: int | None = 1
    takes: DType | Literal["any"] = "float"
    gives: DType | Literal["same"] = "float"
    icon: str = ""
    keywords: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    masked: Callable[[Params, Shapes, int], LayerCode | None] | None = None
    steps: Callable[[Params, int], int | None] = _same_axis
    given: Callable[[int], Params] | None = None
    of_columns: Callable[[tuple[int, ...]], Params] | None = None
    block: Block | None = None
    parts: tuple[Block, ...] = ()
    flaw: str = ""

    @property
    def defaults(self) -> dict[str, object]:
        return dict(defaults(self.params))
