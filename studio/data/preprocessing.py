"""From a raw picture or row to what the network gets: fitted on the training split, then frozen.

Stored in checkpoints as JSON, so that another machine predicts without the dataset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from studio.core.project import DatasetFacts
from studio.data.dataset import DataError
from studio.data.json_values import (
    as_items,
    as_number,
    as_numbers,
    as_positive,
    as_positives,
    as_text,
    as_texts,
    as_whole,
)
from studio.data.number_scale import NumberScale, scale_from_json
from studio.data.pictures.decoding import Fit, PictureArray, PictureError, picture_array
from studio.data.tables.row_features import (
    BooleanFeature,
    CategoryFeature,
    Cell,
    DateFeature,
    Feature,
    NumberFeature,
    category_text,
    rows_with,
    unreadable_cell,
)
from studio.data.tables.row_features_json import feature_from_json, feature_to_json
from studio.data.tables.table import Table
from studio.data.texts.text_preprocessing import TextPreprocessing, text_from_json


@dataclass(frozen=True, slots=True)
class PicturePreprocessing:
    """How pictures are prepared, and what the network's answer means.

    `mean` and `std`: per channel, of training pixels scaled to 0..1. `multi_label`: any of the classes may be
    there. `numbers`: how outputs become the numbers that are predicted; None where there are classes.
    """

    height: int
    width: int
    channels: int
    fit: Fit
    mean: tuple[float, ...]
    std: tuple[float, ...]
    classes: tuple[str, ...]
    multi_label: bool = False
    numbers: NumberScale | None = None

    @classmethod
    def of(
        cls,
        facts: DatasetFacts,
        fit: Fit,
        mean: tuple[float, ...],
        std: tuple[float, ...],
        numbers: NumberScale | None,
    ) -> PicturePreprocessing:
        """That of a dataset of pictures."""
        channels, height, width = facts.input_shape
        return cls(height, width, channels, fit, mean, std, facts.classes, facts.multi_label, numbers)

    @property
    def input_shape(self) -> tuple[int, ...]:
        return (self.channels, self.height, self.width)

    def prepare_picture(self, source: str | Path | Image.Image | PictureArray) -> PictureArray:
        """uint8 (channels, height, width), not yet normalised: that is done on whole batches as
        (pixels / 255 - mean) / std. Raises DataError, naming the file."""
        try:
            return picture_array(source, (self.height, self.width), self.channels, self.fit)
        except PictureError as error:
            if isinstance(source, str | Path):
                raise DataError(f"“{Path(source).name}”: {error}", "unreadable") from error
            raise DataError(str(error), "unreadable") from error

    def to_json(self) -> dict[str, object]:
        return {
            "input": "picture",
            "height": self.height,
            "width": self.width,
            "channels": self.channels,
            "fit": self.fit,
            "mean": list(self.mean),
            "std": list(self.std),
            "classes": list(self.classes),
            **({"multi_label": True} if self.multi_label else {}),
            **({"numbers": self.numbers.to_json()} if self.numbers is not None else {}),
        }


@dataclass(frozen=True, slots=True)
class TablePreprocessing:
    """How rows are prepared, and what the network's answer means.

    `classes` in label order, empty for regression; then a prediction is output * target_std + target_mean.
    """

    features: tuple[Feature, ...]
    target: str
    classes: tuple[str, ...] = ()
    target_mean: float = 0.0
    target_std: float = 1.0

    @property
    def input_shape(self) -> tuple[int, ...]:
        return (sum(feature.width for feature in self.features),)

    @property
    def input_names(self) -> tuple[str, ...]:
        """A name for each of the network's inputs: “island = Dream” for categories."""
        return tuple(name for feature in self.features for name in feature.input_names)

    def prepare_row(self, row: Mapping[str, Cell]) -> npt.NDArray[np.float32]:
        """float32 (inputs,), scaled. Columns that are not needed are passed over; names may differ in
        case and in spaces or underscores. Raises DataError: a column is missing, a cell is no number."""
        encoded: list[float] = []
        for feature, cell in zip(self.features, self.cells_of(row), strict=True):
            encoded += feature.encode(cell)
        return to_float32(np.array(encoded, dtype=np.float64))

    def cells_of(self, row: Mapping[str, Cell]) -> list[Cell]:
        """The row's cell for each feature. Raises DataError: a column is missing."""
        return [row[name] for name in self._names_in(tuple(row))]

    def prepare_table(self, table: Table) -> tuple[npt.NDArray[np.float32], dict[int, str]]:
        """All rows at once, float32 (rows, inputs), read as the training table was; and what is wrong
        with single rows, as sentences. Raises DataError: a column is missing."""
        prepared = np.empty((len(table), self.input_shape[0]), np.float32)
        problems: dict[int, str] = {}
        place = 0
        for feature, name in zip(self.features, self._names_in(table.names), strict=True):
            cells = table.column(name)
            values, strays = feature.read(cells, table.dialect.decimal)
            block = feature.encode_values(values)  # type: ignore[arg-type]  # its own values
            prepared[:, place : place + feature.width] = to_float32(block)
            place += feature.width
            for row in rows_with(cells, strays):
                if row not in problems:
                    problems[row] = unreadable_cell(feature, cells.text(row))
        return prepared, problems

    def _names_in(self, names: tuple[str, ...]) -> list[str]:
        """What each feature's column is called there. Raises DataError."""
        loose = {_loose(name): name for name in reversed(names)}
        found = []
        for feature in self.features:
            name = feature.name if feature.name in names else loose.get(_loose(feature.name))
            if name is None:
                known = ", ".join(f"“{name}”" for name in names[:8]) or "none"
                raise DataError(
                    f"There is no column “{feature.name}”; the network was trained with it. "
                    f"The columns here are: {known}.",
                    "columns",
                )
            found.append(name)
        return found

    def to_json(self) -> dict[str, object]:
        return {
            "input": "row",
            "features": [feature_to_json(feature) for feature in self.features],
            "target": self.target,
            "classes": list(self.classes),
            "target_mean": self.target_mean,
            "target_std": self.target_std,
        }


Preprocessing = PicturePreprocessing | TablePreprocessing | TextPreprocessing


def number_scale(preprocessing: Preprocessing) -> NumberScale | None:
    """How outputs become numbers; None where classes or labels are predicted."""
    if isinstance(preprocessing, PicturePreprocessing):
        return preprocessing.numbers
    if isinstance(preprocessing, TablePreprocessing) and not preprocessing.classes:
        mean, std = (preprocessing.target_mean,), (preprocessing.target_std,)
        return NumberScale((preprocessing.target,), ("",), mean, std)
    return None


def to_float32(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """As the network takes them; what is too large for it becomes the largest, never infinite."""
    limit = float(np.finfo(np.float32).max)
    return np.clip(values, -limit, limit).astype(np.float32)


def from_json(values: Mapping[str, object]) -> Preprocessing:
    """What `to_json` wrote, checked value by value: it may come from a stranger's file.

    Raises: DataError: something is missing or makes no sense.
    """
    try:
        if values["input"] == "picture":
            return _picture(values)
        if values["input"] == "row":
            return _table(values)
        if values["input"] == "text":
            return text_from_json(values)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(
            "The description of how inputs are prepared is damaged. Use another checkpoint.", "unreadable"
        ) from error
    raise DataError("The inputs are of a sort that this version of Lantern does not know.", "unreadable")


def to_json(preprocessing: Preprocessing) -> dict[str, object]:
    return preprocessing.to_json()


def _picture(values: Mapping[str, object]) -> PicturePreprocessing:
    height, width, channels = (as_whole(values[k], 1, 4096) for k in ("height", "width", "channels"))
    fit = values["fit"]
    if fit not in ("crop", "pad", "stretch") or channels not in (1, 3):
        raise ValueError(fit, channels)
    mean = as_numbers(values["mean"])
    std = as_positives(values["std"])
    if len(mean) != channels or len(std) != channels:
        raise ValueError(mean, std)
    several = values.get("multi_label", False)
    if not isinstance(several, bool):
        raise TypeError(several)
    numbers = scale_from_json(values.get("numbers"))
    classes = as_texts(values["classes"])
    return PicturePreprocessing(height, width, channels, fit, mean, std, classes, several, numbers)


def _table(values: Mapping[str, object]) -> TablePreprocessing:
    features = [feature_from_json(raw) for raw in as_items(values["features"])]
    return TablePreprocessing(
        tuple(features),
        as_text(values["target"]),
        as_texts(values["classes"]),
        as_number(values["target_mean"]),
        as_positive(values["target_std"]),
    )


def _loose(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


__all__ = [
    "BooleanFeature",
    "CategoryFeature",
    "Cell",
    "DateFeature",
    "Feature",
    "NumberFeature",
    "NumberScale",
    "PicturePreprocessing",
    "Preprocessing",
    "TablePreprocessing",
    "TextPreprocessing",
    "category_text",
    "from_json",
    "number_scale",
    "to_float32",
    "to_json",
]
