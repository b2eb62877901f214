"""The plain layers: Linear, Embedding and Identity."""

from __future__ import annotations

from studio.core.params import Bool, Int, Param, Params
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, ShapeError, Shapes
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


def _embedding_shape(params: Params, inputs: Shapes) -> Shape:
    """(*) of whole numbers -> (*, embedding_dim). Source: torch.nn.Embedding, "Shape"."""
    (shape,) = inputs
    padding_idx = params["padding_idx"]
    count = whole(params, "num_embeddings")
    if isinstance(padding_idx, int) and padding_idx >= count:
        raise ShapeError(
            f"the padding word {padding_idx} is not among the {count} words, which are counted from 0. "
            f"Use a padding word of {count - 1} or less, or more words.",
            param="padding_idx",
            suggestions=(("padding_idx", count - 1), ("num_embeddings", padding_idx + 1)),
        )
    return (*shape, whole(params, "embedding_dim"))


def _embedding_code(params: Params, inputs: Shapes) -> LayerCode:
    return LayerCode(
        call(
            "nn.Embedding",
            params["num_embeddings"],
            params["embedding_dim"],
            **changed(params, padding_idx=None),
        )
    )


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

EMBEDDING = LayerType(
    id="embedding",
    name="Embedding",
    family="Basic",
    help="Turns whole numbers that stand for words or categories into lists of numbers that are learnt; "
    "the first layer for text.",
    url=page("nn.Embedding"),
    stem="embedding",
    shape=_embedding_shape,
    code=_embedding_code,
    params=(
        Param(
            "num_embeddings",
            "Words",
            "How many different words or categories there are.",
            Int(1, 10_000_000),
            1000,
        ),
        Param(
            "embedding_dim",
            "Numbers per word",
            "How many numbers describe each word; more of them can hold finer meanings.",
            Int(1, 65_536),
            32,
        ),
        Param(
            "padding_idx",
            "Padding word",
            "The word that only fills up short sequences; it is not learnt and stays zero.",
            Int(0, 10_000_000, optional=True),
            None,
            advanced=True,
        ),
    ),
    parameters=lambda params, inputs: whole(params, "num_embeddings") * whole(params, "embedding_dim"),
    takes="long",
    icon="embedding",
    keywords=("words", "text", "tokens", "categories", "vocabulary", "lookup"),
    examples=(
        Example({"num_embeddings": 50, "embedding_dim": 8}, ((12,),)),
        Example({"num_embeddings": 7, "embedding_dim": 1, "padding_idx": 0}, ((3,),)),
        Example({"num_embeddings": 7, "embedding_dim": 4}, ((3, 5),)),
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

BASIC = (LINEAR, EMBEDDING, IDENTITY)
