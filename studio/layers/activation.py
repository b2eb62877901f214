"""Activations: the bends between layers, without which a deep network were one straight line."""

from __future__ import annotations

from studio.core.params import Choice, Float, Int, Param, Params
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, ShapeError, Shapes
from studio.layers import masking
from studio.layers.fitting import arrived, demand_rank, listed, page
from studio.layers.reading import whole, word
from studio.layers.writing import call, changed

_SHAPES = (((10,),), ((3, 8, 8),), ((20, 6),))
_WORDS = ("activation", "nonlinearity", "bend")


def _same(params: Params, inputs: Shapes) -> Shape:
    return inputs[0]


def activation(
    id: str,
    torch_name: str,
    help: str,
    *,
    params: tuple[Param, ...] = (),
    torch_defaults: dict[str, object] | None = None,
    keywords: tuple[str, ...] = (),
    tried: tuple[Params, ...] = ({},),
) -> LayerType:
    """An activation that works on each number by itself and keeps the shape."""
    return LayerType(
        id=id,
        name=torch_name,
        family="Activation",
        help=help,
        url=page(f"nn.{torch_name}"),
        stem=id,
        shape=_same,
        code=lambda given, inputs: LayerCode(
            call(f"nn.{torch_name}", **changed(given, **(torch_defaults or {})))
        ),
        params=params,
        icon=id,
        keywords=(*_WORDS, *keywords),
        examples=tuple(Example(given, shapes) for given in tried for shapes in _SHAPES),
    )


def _prelu_count(params: Params, inputs: Shapes) -> int:
    if word(params, "num_parameters") == "one":
        return 1
    return inputs[0][0] if inputs[0] else 1  # torch takes the dimension after the batch for channels


def _prelu_code(params: Params, inputs: Shapes) -> LayerCode:
    given = {"num_parameters": _prelu_count(params, inputs), "init": params["init"]}
    return LayerCode(call("nn.PReLU", **changed(given, num_parameters=1, init=0.25)))


PRELU = LayerType(
    id="prelu",
    name="PReLU",
    family="Activation",
    help="Like ReLU, but lets negative numbers through weakened, and learns by how much.",
    url=page("nn.PReLU"),
    stem="prelu",
    shape=_same,
    code=_prelu_code,
    params=(
        Param(
            "num_parameters",
            "Learnt slopes",
            "Whether one slope is learnt for everything, or one for each channel.",
            Choice((("one", "one for everything"), ("channels", "one for each channel"))),
            "one",
        ),
        Param(
            "init",
            "First slope",
            "How much of a negative number is let through at the beginning of training.",
            Float(-10.0, 10.0),
            0.25,
            advanced=True,
        ),
    ),
    parameters=_prelu_count,
    icon="prelu",
    keywords=(*_WORDS, "learnt slope"),
    examples=(
        *(Example({}, shapes) for shapes in _SHAPES),
        *(Example({"num_parameters": "channels", "init": 0.1}, shapes) for shapes in _SHAPES),
    ),
)


def _softmax_shape(params: Params, inputs: Shapes) -> Shape:
    (shape,) = inputs
    demand_rank(shape, tuple(range(1, 21)), "a list of numbers")
    dim = whole(params, "dim")
    if dim == 0:
        raise ShapeError(
            "dimension 0 counts the samples of a batch, and samples must not be mixed. "
            "Use dimension 1 or more, or -1 for the last.",
            param="dim",
            suggestions=(("dim", 1), ("dim", -1)),
        )
    if dim > len(shape):
        raise ShapeError(
            f"there is no dimension {dim}: {arrived(shape)}. "
            f"Use {listed(range(1, len(shape) + 1))}, or -1 for the last.",
            param="dim",
            suggestions=(("dim", -1), ("dim", 1)),
        )
    return shape


def _softmax(id: str, torch_name: str, help: str, keywords: tuple[str, ...]) -> LayerType:
    return LayerType(
        id=id,
        name=torch_name,
        family="Activation",
        help=help,
        url=page(f"nn.{torch_name}"),
        stem=id,
        shape=_softmax_shape,
        code=lambda params, inputs: LayerCode(call(f"nn.{torch_name}", dim=params["dim"])),
        masked=lambda params, inputs, axis: masking.shares(torch_name, params, axis, len(inputs[0])),
        params=(
            Param(
                "dim",
                "Dimension",
                "Along which dimension the results add up to 1; 1 is the first after the batch, -1 the last.",
                Int(-1, 20),
                1,
            ),
        ),
        icon=id,
        keywords=("activation", "probabilities", "classes", *keywords),
        examples=(
            Example({}, ((10,),)),
            Example({"dim": -1}, ((20, 6),)),
            Example({"dim": 2}, ((3, 8, 8),)),
        ),
    )


ACTIVATION = (
    activation(
        "relu",
        "ReLU",
        "Turns negative numbers into zero and keeps the others as they are; the usual choice between layers.",
        keywords=("rectifier",),
    ),
    activation(
        "leaky_relu",
        "LeakyReLU",
        "Like ReLU, but lets a little of the negative numbers through, so that no part stops learning.",
        params=(
            Param(
                "negative_slope",
                "Negative slope",
                "How much of a negative number is let through.",
                Float(0.0, 10.0),
                0.01,
            ),
        ),
        torch_defaults={"negative_slope": 0.01},
        keywords=("rectifier",),
        tried=({}, {"negative_slope": 0.2}),
    ),
    PRELU,
    activation(
        "elu",
        "ELU",
        "Like ReLU, but bends smoothly towards a fixed negative value instead of stopping at zero.",
        params=(
            Param("alpha", "Alpha", "How far below zero the curve can go.", Float(0.0, 10.0, True), 1.0),
        ),
        torch_defaults={"alpha": 1.0},
        keywords=("exponential",),
        tried=({}, {"alpha": 0.5}),
    ),
    activation(
        "selu",
        "SELU",
        "A bend that keeps numbers at a healthy size through many layers, best together with AlphaDropout.",
        keywords=("self-normalising", "exponential"),
    ),
    activation(
        "gelu",
        "GELU",
        "A smooth version of ReLU that is the usual choice in transformers.",
        params=(
            Param(
                "approximate",
                "Formula",
                "Computes the curve exactly, or by a faster formula that is almost the same.",
                Choice((("none", "exact"), ("tanh", "faster, almost the same"))),
                "none",
                advanced=True,
            ),
        ),
        torch_defaults={"approximate": "none"},
        keywords=("transformer", "smooth"),
        tried=({}, {"approximate": "tanh"}),
    ),
    activation(
        "silu",
        "SiLU",
        "A smooth version of ReLU that dips a little below zero; also called swish and common in newer "
        "networks for pictures.",
        keywords=("swish", "smooth"),
    ),
    activation(
        "mish",
        "Mish",
        "A very smooth version of ReLU that dips a little below zero; sometimes trains better, but slower.",
        keywords=("smooth",),
    ),
    activation(
        "hardswish",
        "Hardswish",
        "A quick stand-in for SiLU made of simple pieces; used in networks for phones.",
        keywords=("mobile", "fast"),
    ),
    activation(
        "sigmoid",
        "Sigmoid",
        "Squeezes every number between 0 and 1; used for yes-or-no answers and for gates.",
        keywords=("squash", "probability", "logistic"),
    ),
    activation(
        "tanh",
        "Tanh",
        "Squeezes every number between -1 and 1; used in older and in recurrent networks.",
        keywords=("squash", "hyperbolic"),
    ),
    activation(
        "softplus",
        "Softplus",
        "A smooth version of ReLU whose result is always above zero; used where only positive numbers make "
        "sense.",
        params=(
            Param("beta", "Beta", "How sharp the bend is.", Float(0.0, 100.0, True), 1.0),
            Param(
                "threshold",
                "Threshold",
                "Above this value the curve is taken as a straight line, which is quicker.",
                Float(0.0, 1000.0),
                20.0,
                advanced=True,
            ),
        ),
        torch_defaults={"beta": 1.0, "threshold": 20.0},
        keywords=("smooth", "positive"),
        tried=({}, {"beta": 2.0, "threshold": 10.0}),
    ),
    _softmax(
        "softmax",
        "Softmax",
        "Turns numbers into probabilities that add up to 1; not needed in front of a cross-entropy loss, "
        "which does it itself.",
        ("share",),
    ),
    _softmax(
        "log_softmax",
        "LogSoftmax",
        "Gives the logarithms of probabilities that add up to 1; needed in front of the NLL loss.",
        ("logarithm", "nll"),
    ),
)
