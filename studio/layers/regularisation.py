"""Regularisation: makes learning by heart harder, so that the network learns what is general."""

from __future__ import annotations

from studio.core.params import Float, Param, Params
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, Shapes
from studio.layers.fitting import DIMENSIONS, demand_rank, page
from studio.layers.writing import call

_WORDS = ("forget", "overfitting", "regularization", "random", "learning by heart")


def _same(params: Params, inputs: Shapes) -> Shape:
    return inputs[0]


def _picture(params: Params, inputs: Shapes) -> Shape:
    demand_rank(inputs[0], (3,), DIMENSIONS[2], {1: "Dropout", 2: "Dropout"})
    return inputs[0]


def _code(torch_name: str, params: Params) -> LayerCode:
    # The share is always written: a reader wants to see it.
    return LayerCode(call(f"nn.{torch_name}", params["p"]))


def _share(default: float) -> Param:
    return Param(
        "p",
        "Share dropped",
        "Which share is switched off at random in each training step; 0 is none, 0.5 is half.",
        Float(0.0, 1.0),
        default,
    )


REGULARISATION = (
    LayerType(
        id="dropout",
        name="Dropout",
        family="Regularisation",
        help="Switches off some numbers at random during training, so that the network cannot learn single "
        "samples by heart.",
        url=page("nn.Dropout"),
        stem="dropout",
        shape=_same,
        code=lambda params, inputs: _code("Dropout", params),
        params=(_share(0.5),),
        icon="dropout",
        keywords=_WORDS,
        examples=(Example({}, ((10,),)), Example({"p": 0.2}, ((20, 8),)), Example({"p": 1.0}, ((3, 4, 4),))),
    ),
    LayerType(
        id="dropout2d",
        name="Dropout2d",
        family="Regularisation",
        help="Switches off whole channels at random during training; the form of dropout that suits "
        "convolutions.",
        url=page("nn.Dropout2d"),
        stem="dropout",
        shape=_picture,
        code=lambda params, inputs: _code("Dropout2d", params),
        params=(_share(0.2),),
        icon="dropout2d",
        keywords=(*_WORDS, "channels", "picture"),
        examples=(Example({}, ((8, 6, 6),)), Example({"p": 0.0}, ((1, 4, 5),))),
    ),
    LayerType(
        id="alpha_dropout",
        name="AlphaDropout",
        family="Regularisation",
        help="Dropout that keeps mean and spread of the numbers as they are; made to be used together with "
        "SELU.",
        url=page("nn.AlphaDropout"),
        stem="dropout",
        shape=_same,
        code=lambda params, inputs: _code("AlphaDropout", params),
        params=(_share(0.1),),
        icon="alpha_dropout",
        keywords=(*_WORDS, "selu"),
        examples=(Example({}, ((10,),)), Example({"p": 0.5}, ((3, 4, 4),))),
    ),
)
