"""From a raw picture or row to what the network gets: fitted on the training split, then frozen.

Stored in checkpoints as JSON, so that another machine predicts without the dataset.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from studio.data.dataset import DataError
from studio.data.numbers import FALSE_WORDS, TRUE_WORDS, is_missing, number_text, parse_number
from studio.data.pictures import Fit, PictureArray, PictureError, picture_array

Cell = str | float | int | bool | None


@dataclass(frozen=True, slots=True)
class PicturePreprocessing:
    """How pictures are prepared. `mean` and `std`: per channel, of training pixels scaled to 0..1."""

    height: int
    width: int
    channels: int
    fit: Fit
    mean: tuple[float, ...]
    std: tuple[float, ...]
    classes: tuple[str, ...]

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
        }


@dataclass(frozen=True, slots=True)
class NumberFeature:
    """A column of numbers: empty cells become `fill`, then (value - mean) / std.

    `low`, `high`: the smallest and the largest value of the training split; None in checkpoints of an
    earlier Lantern, which did not note them.
    """

    name: str
    fill: float
    mean: float
    std: float
    low: float | None = None
    high: float | None = None

    @property
    def width(self) -> int:
        return 1

    def encode(self, cell: Cell) -> list[float]:
        """One scaled number. Raises DataError: the cell holds text."""
        number = self.number(cell)
        return [((self.fill if number is None else number) - self.mean) / self.std]

    def number(self, cell: Cell) -> float | None:
        """The cell's number; None for an empty one. Raises DataError: the cell holds text."""
        if cell is None:
            return None
        if not isinstance(cell, str):
            return float(cell) if math.isfinite(cell) else None
        if is_missing(cell.strip()):
            return None
        number = parse_number(cell)
        if number is None:
            number = parse_number(cell, ",")  # 3,5 typed where a comma is the decimal sign
        if number is None:
            raise DataError(
                f"“{cell.strip()}” is not a number, but the column “{self.name}” needs one.", "columns"
            )
        return number


@dataclass(frozen=True, slots=True)
class CategoryFeature:
    """A column of categories: one input per value, 1 for the one that applies.

    `missing`: empty cells have an input of their own, the last. A value never seen before (or an
    empty cell, where none was seen) leaves all of them at 0.
    """

    name: str
    values: tuple[str, ...]
    missing: bool = False

    @property
    def width(self) -> int:
        return len(self.values) + self.missing

    def encode(self, cell: Cell) -> list[float]:
        place = self.place(category_text(cell))
        return [1.0 if i == place else 0.0 for i in range(self.width)]

    def place(self, text: str | None) -> int:
        """The input that a value sets to 1; -1 for none."""
        if text is None:
            return len(self.values) if self.missing else -1
        if text in self.values:
            return self.values.index(text)
        number = parse_number(text)
        if number is not None:  # "1.0" where the table says "1"
            return self.values.index(number_text(number)) if number_text(number) in self.values else -1
        folded = [value.casefold() for value in self.values]
        if text.casefold() in folded:
            return folded.index(text.casefold())
        for words in (TRUE_WORDS, FALSE_WORDS):  # a tick box says "true" where the table says "yes"
            if text.casefold() in words:
                fitting = [i for i, value in enumerate(folded) if value in words]
                return fitting[0] if len(fitting) == 1 else -1
        return -1


Feature = NumberFeature | CategoryFeature


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
        names: list[str] = []
        for feature in self.features:
            if isinstance(feature, NumberFeature):
                names.append(feature.name)
            else:
                names += [f"{feature.name} = {value}" for value in feature.values]
                names += [f"{feature.name} is empty"] * feature.missing
        return tuple(names)

    def prepare_row(self, row: Mapping[str, Cell]) -> npt.NDArray[np.float32]:
        """float32 (inputs,), scaled. Columns that are not needed are passed over; names may differ in
        case and in spaces or underscores. Raises DataError: a column is missing, a cell is no number."""
        encoded: list[float] = []
        for feature, cell in zip(self.features, self.cells_of(row), strict=True):
            encoded += feature.encode(cell)
        return to_float32(np.array(encoded, dtype=np.float64))

    def cells_of(self, row: Mapping[str, Cell]) -> list[Cell]:
        """The row's cell for each feature. Raises DataError: a column is missing."""
        loose = {_loose(name): cell for name, cell in row.items()}
        cells: list[Cell] = []
        for feature in self.features:
            if feature.name in row:
                cells.append(row[feature.name])
            elif _loose(feature.name) in loose:
                cells.append(loose[_loose(feature.name)])
            else:
                known = ", ".join(f"“{name}”" for name in list(row)[:8]) or "none"
                raise DataError(
                    f"There is no column “{feature.name}”; the network was trained with it. "
                    f"The columns here are: {known}.",
                    "columns",
                )
        return cells

    def to_json(self) -> dict[str, object]:
        features: list[dict[str, object]] = []
        for f in self.features:
            if isinstance(f, NumberFeature):
                number = {"name": f.name, "type": "number", "fill": f.fill, "mean": f.mean, "std": f.std}
                features.append({**number, "low": f.low, "high": f.high})
            else:
                category = {"name": f.name, "type": "category", "values": list(f.values)}
                features.append({**category, "missing": f.missing})
        return {
            "input": "row",
            "features": features,
            "target": self.target,
            "classes": list(self.classes),
            "target_mean": self.target_mean,
            "target_std": self.target_std,
        }


Preprocessing = PicturePreprocessing | TablePreprocessing


def to_float32(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """As the network takes them; what is too large for it becomes the largest, never infinite."""
    limit = float(np.finfo(np.float32).max)
    return np.clip(values, -limit, limit).astype(np.float32)


def category_text(cell: Cell) -> str | None:
    """A cell as the name of a category; None for an empty one. 1, 1.0 and "1" are the same."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return number_text(float(cell)) if math.isfinite(cell) else None
    text = cell.strip()
    return None if is_missing(text) else text


def from_json(values: Mapping[str, object]) -> Preprocessing:
    """What `to_json` wrote, checked value by value: it may come from a stranger's file.

    Raises: DataError: something is missing or makes no sense.
    """
    try:
        if values["input"] == "picture":
            return _picture(values)
        if values["input"] == "row":
            return _table(values)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(
            "The description of how inputs are prepared is damaged. Use another checkpoint.", "unreadable"
        ) from error
    raise DataError("The inputs are of a sort that this version of Lantern does not know.", "unreadable")


def to_json(preprocessing: Preprocessing) -> dict[str, object]:
    return preprocessing.to_json()


def _picture(values: Mapping[str, object]) -> PicturePreprocessing:
    height, width, channels = (_whole(values[k], 1, 4096) for k in ("height", "width", "channels"))
    fit = values["fit"]
    if fit not in ("crop", "pad", "stretch") or channels not in (1, 3):
        raise ValueError(fit, channels)
    mean = tuple(_number(v) for v in _list(values["mean"]))
    std = tuple(_positive(v) for v in _list(values["std"]))
    if len(mean) != channels or len(std) != channels:
        raise ValueError(mean, std)
    return PicturePreprocessing(height, width, channels, fit, mean, std, _texts(values["classes"]))


def _table(values: Mapping[str, object]) -> TablePreprocessing:
    features: list[Feature] = []
    for raw in _list(values["features"]):
        if not isinstance(raw, dict):
            raise TypeError(raw)
        if raw["type"] == "number":
            fill, mean, std = _number(raw["fill"]), _number(raw["mean"]), _positive(raw["std"])
            low, high = (None if raw.get(k) is None else _number(raw[k]) for k in ("low", "high"))
            features.append(NumberFeature(_text(raw["name"]), fill, mean, std, low, high))
        elif raw["type"] == "category":
            missing = raw["missing"]
            if not isinstance(missing, bool):
                raise TypeError(missing)
            features.append(CategoryFeature(_text(raw["name"]), _texts(raw["values"]), missing))
        else:
            raise ValueError(raw["type"])
    return TablePreprocessing(
        tuple(features),
        _text(values["target"]),
        _texts(values["classes"]),
        _number(values["target_mean"]),
        _positive(values["target_std"]),
    )


def _loose(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _list(value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise TypeError(value)
    return list(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_text(item) for item in _list(value))


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(value)
    return float(value)


def _positive(value: object) -> float:
    number = _number(value)
    if number <= 0:
        raise ValueError(value)
    return number


def _whole(value: object, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(value)
    return value
