"""Embedding: whole numbers that stand for words become lists of numbers that are learnt."""

from __future__ import annotations

from studio.core.params import Int, Param, Params
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, ShapeError, Shapes
from studio.layers.fitting import page
from studio.layers.reading import whole
from studio.layers.writing import call, changed


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


EMBEDDING = LayerType(
    id="embedding",
    name="Embedding",
    family="Sequence",
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
            "How many different words or categories there are; for texts, the vocabulary decides.",
            Int(1, 10_000_000),
            1000,
            advanced=True,
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
    given=lambda vocabulary: {"num_embeddings": vocabulary, "padding_idx": 0},
    icon="embedding",
    keywords=("words", "text", "tokens", "categories", "vocabulary", "lookup"),
    examples=(
        Example({"num_embeddings": 50, "embedding_dim": 8}, ((12,),)),
        Example({"num_embeddings": 7, "embedding_dim": 1, "padding_idx": 0}, ((3,),)),
        Example({"num_embeddings": 7, "embedding_dim": 4}, ((3, 5),)),
    ),
)
