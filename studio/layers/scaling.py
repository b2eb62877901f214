"""Layers that scale numbers: by their own size, by their neighbours, by learnt factors."""

from __future__ import annotations

from studio.core.params import Bool, Choice, Float, Int, Param, Params
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, Shapes
from studio.layers.fitting import demand_rank, numbers_in, page
from studio.layers.reading import flag, word
from studio.layers.writing import call, changed

_WORDS = ("normalise", "normalization", "scale")
_ANY_RANK = tuple(range(1, 21))


def _any_shape(params: Params, inputs: Shapes) -> Shape:
    demand_rank(inputs[0], _ANY_RANK, "a list of numbers")
    return inputs[0]


def _measured(params: Params, shape: Shape) -> Shape:
    return shape if word(params, "normalized_shape") == "all" else shape[-1:]


def _rms_code(params: Params, inputs: Shapes) -> LayerCode:
    over = _measured(params, inputs[0])
    options = changed(params, eps=None, elementwise_affine=True)
    return LayerCode(call("nn.RMSNorm", over[0] if len(over) == 1 else over, **options))


RMS_NORM = LayerType(
    id="rms_norm",
    name="RMSNorm",
    family="Normalisation",
    help="Divides the features of each sample by their usual size without shifting them; quicker than "
    "LayerNorm and common in newer transformers.",
    url=page("nn.RMSNorm"),
    stem="norm",
    shape=_any_shape,
    code=_rms_code,
    params=(
        Param(
            "normalized_shape",
            "Normalise over",
            "Whether each list of features is measured by itself, or the whole sample at once.",
            Choice((("last", "the last dimension"), ("all", "the whole sample"))),
            "last",
        ),
        Param(
            "eps",
            "Epsilon",
            "A tiny number that prevents a division by zero.",
            Float(
                0.0,
                1.0,
                above_minimum=True,
                optional=True,
                none_label="as torch chooses",
                log=True,
                when_on=1e-6,
            ),
            None,
            advanced=True,
        ),
        Param(
            "elementwise_affine",
            "Learnt scale",
            "Lets the layer learn a scale for each feature after normalising.",
            Bool(),
            True,
            advanced=True,
        ),
    ),
    parameters=lambda params, inputs: (
        numbers_in(_measured(params, inputs[0])) if flag(params, "elementwise_affine") else 0
    ),
    icon="rms_norm",
    keywords=(*_WORDS, "root mean square", "transformer", "llama"),
    examples=(
        Example({}, ((16,),)),
        Example({"eps": 1e-6}, ((20, 8),)),
        Example({"normalized_shape": "all"}, ((3, 6, 5),)),
        Example({"elementwise_affine": False}, ((20, 8),)),
    ),
)


def _local_shape(params: Params, inputs: Shapes) -> Shape:
    demand_rank(inputs[0], tuple(range(2, 21)), "channels first, then at least one more")
    return inputs[0]


LOCAL_RESPONSE_NORM = LayerType(
    id="local_response_norm",
    name="LocalResponseNorm",
    family="Normalisation",
    help="Weakens a channel where its neighbours are strong, too; used in AlexNet and rarely since.",
    url=page("nn.LocalResponseNorm"),
    stem="norm",
    shape=_local_shape,
    code=lambda params, inputs: LayerCode(
        call("nn.LocalResponseNorm", params["size"], **changed(params, alpha=1e-4, beta=0.75, k=1.0))
    ),
    params=(
        Param("size", "Neighbours", "How many neighbouring channels are looked at.", Int(1, 1000), 5),
        Param("alpha", "Alpha", "How much the neighbours count.", Float(0.0, 100.0, log=True), 1e-4),
        Param(
            "beta",
            "Beta",
            "How sharply strong neighbours weaken a channel.",
            Float(0.0, 10.0),
            0.75,
            advanced=True,
        ),
        Param(
            "k",
            "Base",
            "Keeps the division from being by nearly nothing.",
            Float(0.0, 100.0, True),
            1.0,
            advanced=True,
        ),
    ),
    icon="local_response_norm",
    keywords=(*_WORDS, "alexnet", "lrn", "neighbours"),
    examples=(
        Example({}, ((8, 6, 6),)),
        Example({"size": 3, "alpha": 0.1, "beta": 0.5, "k": 2.0}, ((4, 10),)),
        Example({"size": 2}, ((3, 2, 2, 2),)),
    ),
)

SCALE_SHIFT_SOURCE = '''class ScaleShift(nn.Module):
    """Multiplies by a learnt factor and adds a learnt number, one pair for each channel or feature."""

    def __init__(self, *shape):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(shape))
        self.shift = nn.Parameter(torch.zeros(shape))

    def forward(self, x):
        return x * self.scale + self.shift
'''


def _pairs(params: Params, shape: Shape) -> Shape:
    """The shape of the learnt factors, broadcast over the rest."""
    return (shape[0], *(1,) * (len(shape) - 1)) if word(params, "per") == "first" else shape[-1:]


SCALE_SHIFT = LayerType(
    id="scale_shift",
    name="Scale and shift",
    family="Normalisation",
    help="Multiplies each channel by a learnt factor and adds a learnt number, as batch normalisation does "
    "after normalising.",
    url=page("mul"),
    stem="scale",
    shape=_any_shape,
    code=lambda params, inputs: LayerCode(
        call("ScaleShift", *_pairs(params, inputs[0])), helpers=(SCALE_SHIFT_SOURCE,)
    ),
    params=(
        Param(
            "per",
            "One for each",
            "What has a factor of its own: the first dimension, as after convolutions, or the last.",
            Choice((("first", "channel (the first)"), ("last", "feature (the last)"))),
            "first",
        ),
    ),
    parameters=lambda params, inputs: 2 * numbers_in(_pairs(params, inputs[0])),
    multiply_adds=lambda params, inputs, output: numbers_in(output),
    icon="scale_shift",
    keywords=(*_WORDS, "affine", "layer scale", "factor", "gain", "bias"),
    examples=(
        Example({}, ((8, 6, 6),)),
        Example({}, ((5,),)),
        Example({"per": "last"}, ((20, 6),)),
    ),
)

SCALING = (RMS_NORM, LOCAL_RESPONSE_NORM, SCALE_SHIFT)
