"""What becomes of a column on its way into the network, on a few rows: the cell before, the inputs after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.data.tables.column_values import missing_in
from studio.data.tables.row_features import CategoryFeature, Feature
from studio.data.tables.table_dataset import TableDataset


@dataclass(frozen=True, slots=True)
class Encoded:
    """`inputs`: name and number of each input of the network that the cell becomes."""

    cell: str
    inputs: tuple[tuple[str, float], ...]

    def words(self, feature: Feature) -> str:
        """ "-0.88", or "1 for “island = Biscoe”, else 0", or "month 0.3, weekday -1.2"."""
        if isinstance(feature, CategoryFeature) and not feature.ordinal:
            ones = [f"“{name}”" for name, value in self.inputs if value == 1]
            others = len(self.inputs) > len(ones)
            if not ones:
                return "0 for all its values"
            return f"1 for {' and '.join(ones)}" + (", else 0" if others else "")
        if len(self.inputs) == 1:
            return _short(self.inputs[0][1])
        return ", ".join(f"{name.rpartition(': ')[2]} {_short(value)}" for name, value in self.inputs)


def feature_of(dataset: TableDataset, name: str) -> Feature | None:
    """With the training rows' figures; None where the network does not learn from such a column."""
    return next((one for one in dataset.fitted().features if one.name == name), None)


def encoded_examples(
    dataset: TableDataset, feature: Feature, seed: int, count: int = 4
) -> tuple[Encoded, ...]:
    """Rows drawn from the training part by the seed, with different cells as far as there are; an empty cell
    among them where there is one."""
    train = dataset.split().train
    order = np.random.default_rng(seed).permutation(train)
    cells = dataset.table.column(feature.name)
    encoded = feature.encode_values(dataset.values(feature.name))  # type: ignore[arg-type]  # the column's own
    found: dict[str, int] = {}
    looked = order[: 50 * count].tolist()
    empty = _empty_ones(dataset, feature)
    if len(empty):
        looked = [int(np.random.default_rng(seed).choice(empty)), *looked]
    for sample in looked:
        text = cells.text(int(dataset.rows[sample]))
        found.setdefault(text, sample)
        if len(found) == count:
            break
    return tuple(
        Encoded(text, tuple(zip(feature.input_names, encoded[sample].tolist(), strict=True)))
        for text, sample in found.items()
    )


def _empty_ones(dataset: TableDataset, feature: Feature) -> npt.NDArray[np.int64]:
    return np.flatnonzero(missing_in(dataset.values(feature.name))).astype(np.int64)


def _short(number: float) -> str:
    text = f"{number:.3g}"
    return "0" if text == "-0" else text
