"""Normalisation: keeps the numbers between layers at a healthy size, so that training goes well."""

from __future__ import annotations

from studio.core.params import Bool, Choice, Float, Int, Param, Params
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, ShapeError, Shapes
from studio.layers.fitting import (
    DIMENSIONS,
    counted,
    demand_rank,
    listed,
    near_divisors,
    numbers_in,
    page,
)
from studio.layers.reading import flag, whole, word
from studio.layers.writing import call, changed

_WORDS = ("normalise", "normalization", "stable training")
_EPS = Param(
    "eps",
    "Epsilon",
    "A tiny number that prevents a division by zero.",
    Float(0.0, 1.0, above_minimum=True, log=True),
    1e-5,
    advanced=True,
)
_MOMENTUM = Param(
    "momentum",
    "Momentum",
    "How quickly the remembered mean and spread follow the newest batch.",
    Float(0.0, 1.0),
    0.1,
    advanced=True,
)


def _affine(default: bool, name: str = "affine") -> Param:
    return Param(
        name,
        "Learnt scale",
        "Lets the layer learn a scale and a shift for each channel after normalising.",
        Bool(),
        default,
        advanced=True,
    )


def _track(default: bool) -> Param:
    return Param(
        "track_running_stats",
        "Remember statistics",
        "Remembers the mean and spread of the training data and uses them when the network is applied.",
        Bool(),
        default,
        advanced=True,
    )


def _batch_norm_shape(params: Params, inputs: Shapes, dims: int) -> Shape:
    (shape,) = inputs
    if dims == 1:
        demand_rank(
            shape, (1, 2), "a list of numbers, or channels and length", {3: "BatchNorm2d", 4: "BatchNorm3d"}
        )
    else:
        others = {1: "BatchNorm1d", 2: "BatchNorm1d", 3: "BatchNorm2d", 4: "BatchNorm3d"}
        demand_rank(shape, (dims + 1,), DIMENSIONS[dims], others)
    return shape


def _channel_pairs(params: Params, inputs: Shapes) -> int:
    """A scale and a shift for each channel, if they are learnt."""
    return 2 * inputs[0][0] if flag(params, "affine") else 0


def _batch_norm(dims: int, help: str, examples: tuple[Example, ...]) -> LayerType:
    name = f"BatchNorm{dims}d"
    return LayerType(
        id=f"batch_norm{dims}d",
        name=name,
        family="Normalisation",
        help=help,
        url=page(f"nn.{name}"),
        stem="norm",
        shape=lambda params, inputs: _batch_norm_shape(params, inputs, dims),
        code=lambda params, inputs: LayerCode(
            call(
                f"nn.{name}",
                inputs[0][0],
                **changed(params, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True),
            )
        ),
        params=(_MOMENTUM, _EPS, _affine(True), _track(True)),
        parameters=_channel_pairs,
        icon=f"batch_norm{dims}d",
        keywords=(*_WORDS, "batchnorm", "faster training"),
        examples=examples,
    )


def _normalized_shape(params: Params, shape: Shape) -> Shape:
    return shape if word(params, "normalized_shape") == "all" else shape[-1:]


def _layer_norm_shape(params: Params, inputs: Shapes) -> Shape:
    (shape,) = inputs
    demand_rank(shape, tuple(range(1, 21)), "a list of numbers")
    return shape


def _layer_norm_parameters(params: Params, inputs: Shapes) -> int:
    if not flag(params, "elementwise_affine"):
        return 0
    return numbers_in(_normalized_shape(params, inputs[0])) * (2 if flag(params, "bias") else 1)


def _layer_norm_code(params: Params, inputs: Shapes) -> LayerCode:
    normalized = _normalized_shape(params, inputs[0])
    options = changed(params, eps=1e-5, elementwise_affine=True, bias=True)
    return LayerCode(call("nn.LayerNorm", normalized[0] if len(normalized) == 1 else normalized, **options))


LAYER_NORM = LayerType(
    id="layer_norm",
    name="LayerNorm",
    family="Normalisation",
    help="Brings the features of each sample to mean 0 and spread 1, independently of the batch; usual in "
    "transformers and recurrent networks.",
    url=page("nn.LayerNorm"),
    stem="norm",
    shape=_layer_norm_shape,
    code=_layer_norm_code,
    params=(
        Param(
            "normalized_shape",
            "Normalise over",
            "Whether each list of features is normalised by itself, or the whole sample at once.",
            Choice((("last", "the last dimension"), ("all", "the whole sample"))),
            "last",
        ),
        _EPS,
        _affine(True, "elementwise_affine"),
        Param("bias", "Bias", "Lets the learnt scale also have a shift.", Bool(), True, advanced=True),
    ),
    parameters=_layer_norm_parameters,
    icon="layer_norm",
    keywords=(*_WORDS, "transformer"),
    examples=(
        Example({}, ((16,),)),
        Example({"eps": 1e-6}, ((20, 8),)),
        Example({"normalized_shape": "all"}, ((3, 6, 5),)),
        Example({"normalized_shape": "all", "bias": False}, ((3, 6),)),
        Example({"elementwise_affine": False}, ((20, 8),)),
    ),
)


def _group_norm_shape(params: Params, inputs: Shapes) -> Shape:
    (shape,) = inputs
    demand_rank(shape, tuple(range(1, 21)), "channels first")
    groups, channels = whole(params, "num_groups"), shape[0]
    if channels % groups:
        ways = near_divisors(channels, groups)
        raise ShapeError(
            f"{counted(channels, 'channel')} cannot be split evenly into {groups} groups. "
            f"Use {listed(ways)} for the groups.",
            param="num_groups",
            suggestions=tuple(("num_groups", n) for n in ways),
        )
    return shape


GROUP_NORM = LayerType(
    id="group_norm",
    name="GroupNorm",
    family="Normalisation",
    help="Brings groups of channels of each sample to mean 0 and spread 1; a stand-in for batch "
    "normalisation when batches are small.",
    url=page("nn.GroupNorm"),
    stem="norm",
    shape=_group_norm_shape,
    code=lambda params, inputs: LayerCode(
        call("nn.GroupNorm", params["num_groups"], inputs[0][0], **changed(params, eps=1e-5, affine=True))
    ),
    params=(
        Param(
            "num_groups",
            "Groups",
            "Into how many groups the channels are split; it must divide their number.",
            Int(1, 65_536),
            4,
        ),
        _EPS,
        _affine(True),
    ),
    parameters=_channel_pairs,
    icon="group_norm",
    keywords=(*_WORDS, "small batches"),
    examples=(
        Example({}, ((8, 6, 6),)),
        Example({"num_groups": 1, "affine": False}, ((3, 6, 6),)),
        Example({"num_groups": 3}, ((6, 10),)),
        Example({"num_groups": 2, "eps": 1e-3}, ((6,),)),
    ),
)


def _instance_norm_shape(params: Params, inputs: Shapes) -> Shape:
    (shape,) = inputs
    demand_rank(shape, (3,), DIMENSIONS[2], {1: "LayerNorm", 2: "LayerNorm"})
    if shape[1] * shape[2] == 1:
        raise ShapeError(
            "a 1×1 picture has nothing to average over. Put this layer further up, where the picture is "
            "larger, or use a BatchNorm2d layer instead."
        )
    return shape


INSTANCE_NORM = LayerType(
    id="instance_norm2d",
    name="InstanceNorm2d",
    family="Normalisation",
    help="Brings each channel of each single picture to mean 0 and spread 1, which removes its contrast; "
    "used for changing the style of pictures.",
    url=page("nn.InstanceNorm2d"),
    stem="norm",
    shape=_instance_norm_shape,
    code=lambda params, inputs: LayerCode(
        call(
            "nn.InstanceNorm2d",
            inputs[0][0],
            **changed(params, eps=1e-5, momentum=0.1, affine=False, track_running_stats=False),
        )
    ),
    params=(_affine(False), _MOMENTUM, _EPS, _track(False)),
    parameters=_channel_pairs,
    icon="instance_norm2d",
    keywords=(*_WORDS, "style", "contrast"),
    examples=(
        Example({}, ((3, 8, 8),)),
        Example({"affine": True}, ((4, 1, 5),)),
        Example({"track_running_stats": True, "momentum": 0.2}, ((4, 5, 5),)),
    ),
)

NORMALISATION = (
    _batch_norm(
        2,
        "Brings each channel of the pictures in a batch to mean 0 and spread 1, which makes training faster "
        "and steadier; put it after a convolution.",
        (
            Example({}, ((8, 14, 14),)),
            Example({"affine": False, "momentum": 0.3}, ((3, 5, 1),)),
            Example({"track_running_stats": False, "eps": 1e-3}, ((1, 1, 1),)),
        ),
    ),
    _batch_norm(
        1,
        "Brings each feature of the samples in a batch to mean 0 and spread 1, which makes training faster "
        "and steadier; put it after a Linear layer.",
        (
            Example({}, ((16,),)),
            Example({"affine": False}, ((8, 20),)),
            Example({"momentum": 0.01}, ((1,),)),
        ),
    ),
    _batch_norm(
        3,
        "Brings each channel of the volumes in a batch to mean 0 and spread 1, which makes training faster "
        "and steadier; put it after a Conv3d layer.",
        (Example({}, ((4, 3, 6, 6),)), Example({"affine": False}, ((2, 1, 1, 5),))),
    ),
    LAYER_NORM,
    GROUP_NORM,
    INSTANCE_NORM,
)
