"""Embeddings for the categories of a table: each value becomes a few numbers that are learnt."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.params import Int, Ints, Param, Params
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, ShapeError, Shapes
from studio.layers.fitting import demand_rank, page
from studio.layers.reading import whole

_MOST_COLUMNS = 2_000  # two numbers each; a table of more categories would make code that nobody reads

COLUMN_EMBEDDING_SOURCE = '''class ColumnEmbedding(nn.Module):
    """Gives each category of a row a few learnt numbers in place of its inputs; all others pass by.

    A linear layer without bias picks one of its columns where a single input is 1: that is an embedding.
    """

    def __init__(self, sizes, most):
        super().__init__()
        self.sizes = sizes  # how many inputs pass by, how many are a category's, how many pass by, ...
        self.tables = nn.ModuleList(nn.Linear(n, min(most, (n + 1) // 2), bias=False) for n in sizes[1::2])

    def forward(self, x):
        parts = list(x.split(self.sizes, dim=1))
        parts[1::2] = [table(part) for table, part in zip(self.tables, parts[1::2])]
        return torch.cat(parts, dim=1)
'''


def _columns(params: Params) -> Iterator[tuple[int, int]]:
    """(first input, how many) of each category."""
    flat = params["columns"]
    assert isinstance(flat, tuple)
    numbers = [int(number) for number in flat if isinstance(number, int)]
    return zip(numbers[::2], numbers[1::2], strict=False)


def _width(params: Params, count: int) -> int:
    return min(whole(params, "most"), (count + 1) // 2)


def _shape(params: Params, inputs: Shapes) -> Shape:
    """(features) -> (features, less the inputs of the categories, and their learnt numbers)."""
    (shape,) = inputs
    demand_rank(shape, (1,), "a row of a table")
    done = 0
    for first, count in _columns(params):
        if first < done or first + count > shape[0]:
            raise ShapeError(
                f"the inputs {first} to {first + count - 1} of a category do not lie in a row of {shape[0]}. "
                "Put this layer behind the input, where the columns of the table are."
            )
        done = first + count
    return (shape[0] + sum(_width(params, count) - count for _, count in _columns(params)),)


def _code(params: Params, inputs: Shapes) -> LayerCode:
    sizes, done = [], 0
    for first, count in _columns(params):
        sizes += [first - done, count]
        done = first + count
    if not sizes:
        return LayerCode(None, "{0}")
    sizes.append(inputs[0][0] - done)
    return LayerCode(
        f"ColumnEmbedding({sizes!r}, {whole(params, 'most')})", helpers=(COLUMN_EMBEDDING_SOURCE,)
    )


def _weights(params: Params) -> int:
    return sum(count * _width(params, count) for _, count in _columns(params))


COLUMN_EMBEDDING = LayerType(
    id="column_embedding",
    name="Column embedding",
    family="Sequence",
    help="Gives each category of a table that is chosen for it on the Data page, such as a town, a few "
    "numbers that are learnt, so that towns which mean alike get alike numbers.",
    url=page("nn.Embedding"),
    stem="columns",
    shape=_shape,
    code=_code,
    params=(
        Param(
            "most",
            "Numbers per column",
            "At most how many numbers describe each value; a column of few values gets half as many as it "
            "has values.",
            Int(1, 1_024),
            8,
        ),
        Param(
            "columns",
            "Columns",
            "Of each category its first input and how many it has; the table decides.",
            Ints(min_length=0, max_length=_MOST_COLUMNS, maximum=10_000_000),
            (),
            advanced=True,
        ),
    ),
    parameters=lambda params, inputs: _weights(params),
    multiply_adds=lambda params, inputs, output: _weights(params),
    of_columns=lambda embedded: {"columns": embedded},
    icon="column_embedding",
    keywords=("category", "categories", "table", "entity embedding", "town", "lookup"),
    examples=(
        Example({}, ((6,),)),
        Example({"columns": (0, 4)}, ((6,),)),
        Example({"columns": (1, 5, 7, 3), "most": 2}, ((12,),)),
    ),
)
