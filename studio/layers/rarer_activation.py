"""Activations that are met less often: with hard edges, with thresholds, with gates."""

from __future__ import annotations

from studio.core.params import Float, Param, Params
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, ShapeError, Shapes
from studio.layers.activation import activation
from studio.layers.dimensions import axis_of, dimension_param, written_dim
from studio.layers.fitting import counted, page
from studio.layers.writing import call, changed


def _gated(params: Params, inputs: Shapes) -> Shape:
    """Half as many numbers along `dim`. Source: torch.nn.GLU, "Shape"."""
    (shape,) = inputs
    even = tuple(i + 1 for i, n in enumerate(shape) if n % 2 == 0)
    axis = axis_of(params, shape, even)
    if shape[axis] % 2:
        raise ShapeError(
            f"{counted(shape[axis], 'number')} along dimension {axis + 1} cannot be halved: one half is to "
            "open and close the other. Make the layer before give an even number.",
            param="dim",
            suggestions=tuple(("dim", n) for n in even),
        )
    return tuple(n // 2 if i == axis else n for i, n in enumerate(shape))


GLU = LayerType(
    id="glu",
    name="GLU",
    family="Activation",
    help="Halves what comes in: one half decides, from 0 to 1, how much of the other half is let through.",
    url=page("nn.GLU"),
    stem="glu",
    shape=_gated,
    code=lambda params, inputs: LayerCode(
        call("nn.GLU", **changed({"dim": written_dim(params, inputs[0])}, dim=-1))
    ),
    params=(dimension_param("Along which dimension is halved; 1 is the channels, -1 the last."),),
    icon="glu",
    keywords=("gate", "gated linear unit", "activation", "half"),
    examples=(
        Example({}, ((10,),)),
        Example({}, ((4, 6, 5),)),
        Example({"dim": -1}, ((20, 6),)),
        Example({"dim": 2}, ((3, 4),)),
    ),
)

RARER_ACTIVATION = (
    activation(
        "relu6",
        "ReLU6",
        "Like ReLU, but stops at 6, which keeps numbers small; used in networks for phones.",
        keywords=("mobile", "rectifier", "clip"),
    ),
    activation(
        "celu",
        "CELU",
        "Like ELU, but without a kink at zero whatever its alpha is.",
        params=(
            Param("alpha", "Alpha", "How far below zero the curve can go.", Float(0.0, 10.0, True), 1.0),
        ),
        torch_defaults={"alpha": 1.0},
        keywords=("exponential", "smooth"),
        tried=({}, {"alpha": 0.5}),
    ),
    activation(
        "hardsigmoid",
        "Hardsigmoid",
        "A quick stand-in for Sigmoid made of three straight lines; used for gates in networks for phones.",
        keywords=("mobile", "gate", "squash"),
    ),
    activation(
        "softsign",
        "Softsign",
        "Squeezes every number between -1 and 1 like Tanh, but gets there more slowly.",
        keywords=("squash",),
    ),
    activation(
        "threshold",
        "Threshold",
        "Lets numbers above a threshold through and replaces all others by a fixed value.",
        params=(
            Param("threshold", "Threshold", "Numbers up to this one are replaced.", Float(-1e6, 1e6), 0.1),
            Param("value", "Value instead", "What they are replaced by.", Float(-1e6, 1e6), 0.0),
        ),
        torch_defaults={"threshold": None, "value": None},
        keywords=("cut off", "step"),
        tried=({}, {"threshold": 1.0, "value": -2.0}),
    ),
    GLU,
)
