"""The plain layers: Linear and Identity."""

from __future__ import annotations

from studio.core.params import Bool, Int, Param, Params
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, Shapes
from studio.layers.fitting import demand_rank, numbers_in, page
from studio.layers.reading import flag, whole
from studio.layers.writing import call, changed

_ANY_RANK = tuple(range(1, 21))


def _linear_shape(params: Params, inputs: Shapes) -> Shape:
    """(*, in_features) -> (*, out_features). Source: torch.nn.Linear, "Shape"."""
    (shape,) = inputs
    demand_rank(shape, _ANY_RANK, "a list of numbers")
    return (*shape[:-1], whole(params, "out_features"))


def _linear_parameters(params: Params, inputs: Shapes) -> int:
    out_features = whole(params, "out_features")
    return inputs[0][-1] * out_features + (out_features if flag(params, "bias") else 0)


def _linear_multiply_adds(params: Params, inputs: Shapes, output: Shape) -> int:
    return inputs[0][-1] * numbers_in(output)


def _linear_code(params: Params, inputs: Shapes) -> LayerCode:
    return LayerCode(call("nn.Linear", inputs[0][-1], params["out_features"], **changed(params, bias=True)))


def _identity_shape(params: Params, inputs: Shapes) -> Shape:
    return inputs[0]


LINEAR = LayerType(
    id="linear",
    name="Linear",
    family="Basic",
    help="Connects every number that comes in with every number that goes out, each with its own learnt "
    "weight; also called a fully connected or dense layer.",
    url=page("nn.Linear"),
    stem="linear",
    shape=_linear_shape,
    code=_linear_code,
    params=(
        Param(
            "out_features",
            "Output features",
            "How many numbers the layer gives; the last layer of a classifier gives one per class.",
            Int(1, 1_000_000),
            64,
        ),
        Param(
            "bias",
            "Bias",
            "Adds one learnt number to each output; switch it off in front of a batch normalisation.",
            Bool(),
            True,
            advanced=True,
        ),
    ),
    parameters=_linear_parameters,
    multiply_adds=_linear_multiply_adds,
    icon="linear",
    keywords=("dense", "fully connected", "mlp", "neurons", "classifier", "perceptron"),
    examples=(
        Example({"out_features": 10}, ((784,),)),
        Example({"out_features": 3, "bias": False}, ((4,),)),
        Example({"out_features": 16}, ((20, 8),)),
        Example({"out_features": 5}, ((1, 8, 7),)),
        Example({"out_features": 1}, ((1,),)),
    ),
)

IDENTITY = LayerType(
    id="identity",
    name="Identity",
    family="Basic",
    help="Passes everything on unchanged; used as a stand-in, or as the short way around other layers.",
    url=page("nn.Identity"),
    stem="identity",
    shape=_identity_shape,
    code=lambda params, inputs: LayerCode("nn.Identity()"),
    takes="any",
    gives="same",
    icon="identity",
    keywords=("nothing", "skip connection", "placeholder", "pass through"),
    examples=(Example({}, ((4,),)), Example({}, ((2, 3, 4),))),
)

BASIC = (LINEAR, IDENTITY)
