"""All layers, in the order in which people should meet them."""

from __future__ import annotations

from studio.core.registry import Registry
from studio.graph.layer_type import LayerType
from studio.layers.activation import ACTIVATION
from studio.layers.basic import BASIC
from studio.layers.combine import COMBINE
from studio.layers.convolution import CONVOLUTION
from studio.layers.inputs_outputs import INPUTS_OUTPUTS
from studio.layers.normalisation import NORMALISATION
from studio.layers.pooling import POOLING
from studio.layers.regularisation import REGULARISATION
from studio.layers.reshaping import RESHAPING
from studio.layers.sequence import SEQUENCE

LAYERS: Registry[LayerType] = Registry(
    "layer",
    (
        *INPUTS_OUTPUTS,
        *BASIC,
        *CONVOLUTION,
        *POOLING,
        *ACTIVATION,
        *NORMALISATION,
        *REGULARISATION,
        *RESHAPING,
        *SEQUENCE,
        *COMBINE,
    ),
)
