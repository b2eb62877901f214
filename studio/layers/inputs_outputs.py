"""Where a sample enters the network and where the result leaves it."""

from __future__ import annotations

from studio.core.params import Params
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, Shapes
from studio.layers.fitting import page


def _same(params: Params, inputs: Shapes) -> Shape:
    """For the input, analysis hands the surroundings' shape over as if it came in."""
    return inputs[0]


def _passed_on(params: Params, inputs: Shapes) -> LayerCode:
    return LayerCode(None, "{0}")


INPUTS_OUTPUTS = (
    LayerType(
        id="input",
        name="Input",
        family="Inputs and outputs",
        help="Where each sample of the dataset, such as a picture or a table row, enters the network.",
        url=page("nn.Module"),
        stem="x",
        shape=_same,
        code=_passed_on,
        min_inputs=0,
        max_inputs=0,
        takes="any",
        gives="same",
        icon="input",
        keywords=("start", "data", "begin", "sample"),
        examples=(Example({}, ((1, 28, 28),)), Example({}, ((4,),))),
    ),
    LayerType(
        id="output",
        name="Output",
        family="Inputs and outputs",
        help="Marks the result of the network, which is compared with the right answers during training.",
        url=page("nn.Module"),
        stem="y",
        shape=_same,
        code=_passed_on,
        takes="any",
        gives="same",
        icon="output",
        keywords=("end", "result", "prediction", "answer"),
        examples=(Example({}, ((10,),)), Example({}, ((3, 8, 8),))),
    ),
)
