"""Attention from one sequence to another, as a transformer's decoder looks at what it translates."""

from __future__ import annotations

from dataclasses import replace

from studio.core.params import Bool, Float, Int, Param, Params
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, ShapeError, Shapes
from studio.layers.fitting import counted, demand_rank, listed, near_divisors, page
from studio.layers.reading import flag, whole
from studio.layers.writing import call, changed

_SEQUENCE = "length and features"


def _shape(params: Params, inputs: Shapes) -> Shape:
    """(length, features) of the first sequence. Raises: ShapeError: the heads do not divide its features."""
    for shape in inputs:
        demand_rank(shape, (2,), _SEQUENCE)
    heads, features = whole(params, "num_heads"), inputs[0][1]
    if features % heads:
        ways = near_divisors(features, heads)
        raise ShapeError(
            f"{counted(features, 'feature')} cannot be split evenly among {heads} heads. "
            f"Use {listed(ways)} heads, or make the layer before give a multiple of {heads} features.",
            param="num_heads",
            suggestions=tuple(("num_heads", n) for n in ways),
        )
    return inputs[0]


def _parameters(params: Params, inputs: Shapes) -> int:
    """Projections of the queries and of the result, and of keys and values from the other sequence."""
    features, others = inputs[0][1], inputs[1][1]
    return 2 * features**2 + 2 * features * others + (4 * features if flag(params, "bias") else 0)


def _multiply_adds(params: Params, inputs: Shapes, output: Shape) -> int:
    (length, features), (steps, others) = inputs
    return 2 * length * features**2 + 2 * steps * features * others + 2 * length * steps * features


def _code(params: Params, inputs: Shapes) -> LayerCode:
    features, others = inputs[0][1], inputs[1][1]
    sizes = {} if features == others else {"kdim": others, "vdim": others}
    options = changed(params, dropout=0.0, bias=True)
    init = call("nn.MultiheadAttention", features, params["num_heads"], **sizes, **options, batch_first=True)
    return LayerCode(init, "{module}({0}, {1}, {1}, need_weights=False)[0]")


def _masked(params: Params, inputs: Shapes, axis: int) -> LayerCode | None:
    """No token looks at padding, where both sequences are of the same text."""
    if axis != 0 or inputs[0][0] != inputs[1][0]:
        return None
    forward = "{module}({0}, {1}, {1}, key_padding_mask=~{mask}, need_weights=False)[0]"
    return replace(_code(params, inputs), forward=forward)


CROSS_ATTENTION = LayerType(
    id="cross_attention",
    name="Cross-attention",
    family="Sequence",
    help="Lets each step of the first sequence look at all steps of the second one and take over what "
    "matters to it.",
    url=page("nn.MultiheadAttention"),
    stem="cross_attention",
    shape=_shape,
    code=_code,
    masked=_masked,
    params=(
        Param(
            "num_heads",
            "Heads",
            "How many comparisons are made side by side; it must divide the number of features.",
            Int(1, 1024),
            4,
        ),
        Param(
            "dropout",
            "Dropout",
            "Which share of the looks at other steps is left out at random during training.",
            Float(0.0, 1.0),
            0.0,
        ),
        Param("bias", "Bias", "Adds a learnt number in each sum.", Bool(), True, advanced=True),
    ),
    parameters=_parameters,
    multiply_adds=_multiply_adds,
    min_inputs=2,
    max_inputs=2,
    icon="cross_attention",
    keywords=("transformer", "decoder", "translation", "encoder-decoder", "sequence", "text"),
    examples=(
        Example({}, ((10, 16), (6, 16))),
        Example({"num_heads": 1, "bias": False}, ((3, 5), (4, 7))),
        Example({"num_heads": 3, "dropout": 0.1}, ((1, 6), (1, 6))),
    ),
)
