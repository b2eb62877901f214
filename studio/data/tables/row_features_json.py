"""Features as JSON and back, checked value by value: they may come from a stranger's checkpoint."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping

from studio.data.tables.dates import DATE_PARTS
from studio.data.tables.row_features import (
    BooleanFeature,
    CategoryFeature,
    DateFeature,
    Feature,
    NumberFeature,
)
from studio.data.tables.units import is_unit

_TYPES = {
    NumberFeature: "number",
    CategoryFeature: "category",
    BooleanFeature: "boolean",
    DateFeature: "date",
}


def feature_to_json(feature: Feature) -> dict[str, object]:
    """Fields at their defaults are left out, but for those that were always there."""
    written: dict[str, object] = {"name": feature.name, "type": _TYPES[type(feature)]}
    for field in dataclasses.fields(feature):
        value = getattr(feature, field.name)
        if field.name != "name" and (value != field.default or field.name == "missing"):
            written[field.name] = list(value) if isinstance(value, tuple) else value
    return written


def feature_from_json(raw: object) -> Feature:
    """Raises TypeError, ValueError, KeyError: damaged."""
    if not isinstance(raw, Mapping):
        raise TypeError(raw)
    name, kind, codes = _text(raw["name"]), raw["type"], _texts(raw.get("codes", ()))
    missing_input = _flag(raw.get("missing_input", False))
    if kind == "number":
        fill, mean, std = _number(raw["fill"]), _number(raw["mean"]), _positive(raw["std"])
        unit, floor = _text(raw.get("unit", "")), _number(raw.get("floor", 0.0))
        if floor < 0 or not is_unit(unit):
            raise ValueError(floor, unit)
        low, high = (None if raw.get(k) is None else _number(raw[k]) for k in ("low", "high"))
        return NumberFeature(name, fill, mean, std, low, high, unit, floor, missing_input, codes)
    if kind == "boolean":
        fill, words = _number(raw["fill"]), _texts(raw.get("words", ("no", "yes")))
        if len(words) != 2:
            raise ValueError(words)
        return BooleanFeature(name, fill, (words[0], words[1]), missing_input, codes)
    if kind == "date":
        return _date(raw, name, missing_input, codes)
    if kind == "category":
        return _category(raw, name, missing_input, codes)
    raise ValueError(kind)


def _date(
    raw: Mapping[object, object], name: str, missing_input: bool, codes: tuple[str, ...]
) -> DateFeature:
    parts = _texts(raw["parts"])
    means = tuple(_number(v) for v in _list(raw["means"]))
    stds = tuple(_positive(v) for v in _list(raw["stds"]))
    if not parts or len(parts) != len(means) or len(parts) != len(stds):
        raise ValueError(parts)
    if any(part not in DATE_PARTS for part in parts):
        raise ValueError(parts)
    usual, day_first = _number(raw.get("usual", 0.0)), _flag(raw.get("day_first", False))
    if abs(usual) > 2e11:  # beyond the year 8000
        raise ValueError(usual)
    return DateFeature(name, parts, means, stds, usual, day_first, missing_input, codes)


def _category(
    raw: Mapping[object, object], name: str, missing_input: bool, codes: tuple[str, ...]
) -> CategoryFeature:
    values, fill = _texts(raw["values"]), raw.get("fill")
    missing, other = _flag(raw["missing"]), _flag(raw.get("other", False))
    ordinal = _flag(raw.get("ordinal", False))
    if fill is not None and (not isinstance(fill, str) or fill not in values):
        raise ValueError(fill)
    return CategoryFeature(name, values, missing, other, ordinal, fill, missing_input, codes)


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


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(value)
    return float(value)


def _positive(value: object) -> float:
    number = _number(value)
    if number <= 0:
        raise ValueError(value)
    return number
