"""Layers that compare or multiply two things: differences, products, likeness."""

from __future__ import annotations

from studio.core.params import Bool, Float, Int, Param, Params
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, ShapeError, Shapes
from studio.layers.combine import broadcast, joined
from studio.layers.dimensions import axis_of, dimension_param, written_dim
from studio.layers.fitting import arrived, demand_rank, numbers_in, page, size_text
from studio.layers.reading import flag, whole
from studio.layers.writing import call, changed

_WORDS = ("branches", "two inputs", "join")

SUBTRACT = LayerType(
    id="subtract",
    name="Subtract",
    family="Combine",
    help="Takes the second input away from the first, number by number; shows where two branches differ.",
    url=page("sub"),
    stem="subtract",
    shape=lambda params, inputs: broadcast(inputs, "subtracted"),
    code=lambda params, inputs: joined(inputs, "-"),
    min_inputs=2,
    max_inputs=2,
    takes="any",
    gives="same",
    icon="subtract",
    keywords=(*_WORDS, "minus", "difference"),
    examples=(
        Example({}, ((8, 6, 6), (8, 6, 6))),
        Example({}, ((10,), (10,))),
        Example({}, ((8, 6, 6), (8, 1, 1))),
    ),
)


def _stacked(params: Params, inputs: Shapes) -> Shape:
    """One dimension more, as long as there are inputs. Source: torch.stack."""
    first, dim = inputs[0], whole(params, "dim")
    for other in inputs[1:]:
        if other != first:
            raise ShapeError(
                f"{size_text(first)} and {size_text(other)} cannot be stacked: they have different sizes. "
                "Give the layers in front of this one the same output size.",
                wants_rank=(len(first),),
            )
    if dim == 0 or dim > len(first) + 1:
        raise ShapeError(
            f"there is no place {dim} for a new dimension: {arrived(first)}, and 0 counts the samples. "
            f"Use 1 to {len(first) + 1}, or -1 for the last.",
            param="dim",
            suggestions=(("dim", 1), ("dim", -1)),
        )
    place = len(first) if dim == -1 else dim - 1
    return (*first[:place], len(inputs), *first[place:])


STACK = LayerType(
    id="stack",
    name="Stack",
    family="Combine",
    help="Lays what comes in from two or more layers side by side along a new dimension, like the pages of a "
    "book.",
    url=page("stack"),
    stem="stack",
    shape=_stacked,
    code=lambda params, inputs: LayerCode(None, f"torch.stack([{{inputs}}], dim={whole(params, 'dim')})"),
    steps=lambda params, axis: axis + 1 if 0 < whole(params, "dim") <= axis + 1 else axis,
    params=(dimension_param("Where the new dimension goes; 1 is in front of all others, -1 behind them."),),
    min_inputs=2,
    max_inputs=None,
    takes="any",
    gives="same",
    icon="stack",
    keywords=(*_WORDS, "new dimension", "pile", "combine"),
    examples=(
        Example({}, ((8, 6), (8, 6))),
        Example({"dim": -1}, ((5,), (5,), (5,))),
        Example({"dim": 3}, ((3, 4, 5), (3, 4, 5))),
    ),
)


def _multiplied(params: Params, inputs: Shapes) -> Shape:
    """(..., n, m) and (..., m, p) -> (..., n, p). Source: torch.matmul."""
    left, right = inputs
    demand_rank(left, (2, 3), "rows and columns, perhaps in several channels")
    if len(left) != len(right):
        raise ShapeError(
            f"{size_text(left)} and {size_text(right)} cannot be multiplied as matrices: they have different "
            "numbers of dimensions. Put an Unflatten layer into one of the branches.",
            wants_rank=(len(left),),
        )
    rows, columns = (right[-1], right[-2]) if flag(params, "transpose") else (right[-2], right[-1])
    if left[-1] != rows:
        turned = right[-1] if not flag(params, "transpose") else right[-2]
        raise ShapeError(
            f"{size_text(left)} and {size_text(right)} cannot be multiplied as matrices: each row of the "
            f"first has {left[-1]} numbers, each column of the second {rows}. Make these two equal, or turn "
            "the second.",
            param="transpose",
            suggestions=(("transpose", not flag(params, "transpose")),) if turned == left[-1] else (),
        )
    if len(left) == 3 and left[0] != right[0] and 1 not in (left[0], right[0]):
        raise ShapeError(
            f"{left[0]} and {right[0]} channels cannot be multiplied one by one. "
            "Give both branches the same number of channels."
        )
    return (*((max(left[0], right[0]),) if len(left) == 3 else ()), left[-2], columns)


MATMUL = LayerType(
    id="matmul",
    name="Matmul",
    family="Combine",
    help="Multiplies two tables of numbers as matrices, each row of the first with each column of the "
    "second; the core of attention.",
    url=page("matmul"),
    stem="matmul",
    shape=_multiplied,
    code=lambda params, inputs: LayerCode(
        None, "{0} @ {1}.transpose(-2, -1)" if flag(params, "transpose") else "{0} @ {1}"
    ),
    multiply_adds=lambda params, inputs, output: numbers_in(output) * inputs[0][-1],
    params=(
        Param(
            "transpose",
            "Turn the second",
            "Swaps rows and columns of the second input first, so that rows are compared with rows.",
            Bool(),
            False,
        ),
    ),
    min_inputs=2,
    max_inputs=2,
    icon="matmul",
    keywords=(*_WORDS, "matrix", "product", "attention", "dot product"),
    examples=(
        Example({}, ((3, 4), (4, 5))),
        Example({"transpose": True}, ((20, 8), (20, 8))),
        Example({}, ((4, 8, 8), (4, 8, 8))),
        Example({}, ((1, 2, 3), (4, 3, 2))),
    ),
)


def _likeness(params: Params, inputs: Shapes) -> Shape:
    """Without dimension `dim`; of two lists, one number. Source: torch.nn.CosineSimilarity."""
    together = broadcast(inputs, "compared")
    axis = axis_of(params, together)
    return together[:axis] + together[axis + 1 :] or (1,)


def _likeness_code(params: Params, inputs: Shapes) -> LayerCode:
    shape = broadcast(inputs, "compared")
    given = {"dim": written_dim(params, shape), "eps": params["eps"]}
    kept = ".unsqueeze(1)" if len(shape) == 1 else ""  # one number a sample: a list of one
    return LayerCode(
        call("nn.CosineSimilarity", **changed(given, dim=1, eps=1e-8)), f"{{module}}({{0}}, {{1}}){kept}"
    )


COSINE_SIMILARITY = LayerType(
    id="cosine_similarity",
    name="CosineSimilarity",
    family="Combine",
    help="Says how alike two lists of numbers are: 1 if they point the same way, 0 if they have nothing in "
    "common, -1 if they are opposite.",
    url=page("nn.CosineSimilarity"),
    stem="similarity",
    shape=_likeness,
    code=_likeness_code,
    params=(
        dimension_param("Along which dimension the lists lie; 1 is the first after the batch, -1 the last."),
        Param(
            "eps",
            "Epsilon",
            "A tiny number that prevents a division by zero.",
            Float(0.0, 1.0, above_minimum=True, log=True),
            1e-8,
            advanced=True,
        ),
    ),
    min_inputs=2,
    max_inputs=2,
    icon="cosine_similarity",
    keywords=(*_WORDS, "compare", "siamese", "angle", "alike"),
    examples=(
        Example({}, ((10,), (10,))),
        Example({"dim": -1, "eps": 1e-6}, ((20, 6), (20, 6))),
        Example({"dim": 2}, ((3, 8, 6), (3, 8, 6))),
    ),
)


def _bilinear_shape(params: Params, inputs: Shapes) -> Shape:
    """(*, in1) and (*, in2) -> (*, out_features). Source: torch.nn.Bilinear, "Shape"."""
    first, second = inputs
    demand_rank(first, tuple(range(1, 21)), "a list of numbers")
    if first[:-1] != second[:-1] or not second:
        raise ShapeError(
            f"{size_text(first)} and {size_text(second)} cannot be paired: all dimensions but the last must "
            "be equal. Put a Flatten layer into both branches.",
            wants_rank=(1,),
        )
    return (*first[:-1], whole(params, "out_features"))


def _bilinear_weights(params: Params, inputs: Shapes) -> int:
    out_features = whole(params, "out_features")
    return inputs[0][-1] * inputs[1][-1] * out_features + (out_features if flag(params, "bias") else 0)


BILINEAR = LayerType(
    id="bilinear",
    name="Bilinear",
    family="Combine",
    help="Connects every pair of numbers, one from each input, with every number that goes out; learns which "
    "things matter together.",
    url=page("nn.Bilinear"),
    stem="bilinear",
    shape=_bilinear_shape,
    code=lambda params, inputs: LayerCode(
        call(
            "nn.Bilinear", inputs[0][-1], inputs[1][-1], params["out_features"], **changed(params, bias=True)
        ),
        "{module}({0}, {1})",
    ),
    params=(
        Param("out_features", "Output features", "How many numbers the layer gives.", Int(1, 1_000_000), 16),
        Param("bias", "Bias", "Adds one learnt number to each output.", Bool(), True, advanced=True),
    ),
    parameters=_bilinear_weights,
    multiply_adds=lambda params, inputs, output: inputs[0][-1] * (inputs[1][-1] + 1) * numbers_in(output),
    min_inputs=2,
    max_inputs=2,
    icon="bilinear",
    keywords=(*_WORDS, "dense", "pairs", "interaction"),
    examples=(
        Example({}, ((10,), (6,))),
        Example({"out_features": 3, "bias": False}, ((4, 5), (4, 7))),
        Example({}, ((4, 8, 8), (4, 8, 8))),
    ),
)

PAIRS = (SUBTRACT, STACK, MATMUL, COSINE_SIMILARITY, BILINEAR)
