"""All layers, in the order in which people should meet them."""

from __future__ import annotations

from studio.core.registry import Registry
from studio.graph.layer_type import LayerType
from studio.layers.activation import ACTIVATION
from studio.layers.basic import BASIC
from studio.layers.column_embedding import COLUMN_EMBEDDING
from studio.layers.combine import COMBINE
from studio.layers.convolution import CONVOLUTION
from studio.layers.inputs_outputs import INPUTS_OUTPUTS
from studio.layers.normalisation import NORMALISATION
from studio.layers.pairs import PAIRS
from studio.layers.pooling import POOLING
from studio.layers.rarer_activation import RARER_ACTIVATION
from studio.layers.regularisation import REGULARISATION
from studio.layers.reshaping import RESHAPING
from studio.layers.scaling import SCALING
from studio.layers.separable_convolution import SEPARABLE_CONVOLUTION
from studio.layers.sequence import SEQUENCE
from studio.layers.transposed_convolution import TRANSPOSED_CONVOLUTION

LAYERS: Registry[LayerType] = Registry(
    "layer",
    (
        *INPUTS_OUTPUTS,
        *BASIC,
        *CONVOLUTION,
        SEPARABLE_CONVOLUTION,
        *TRANSPOSED_CONVOLUTION,
        *POOLING,
        *ACTIVATION,
        *RARER_ACTIVATION,
        *NORMALISATION,
        *SCALING,
        *REGULARISATION,
        *RESHAPING,
        *SEQUENCE,
        COLUMN_EMBEDDING,
        *COMBINE,
        *PAIRS,
    ),
)
