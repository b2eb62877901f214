"""Features as JSON and back, checked value by value: they may come from a stranger's checkpoint."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from studio.data.json_values import (
    as_flag,
    as_number,
    as_numbers,
    as_positive,
    as_positives,
    as_text,
    as_texts,
)
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
    name, kind, codes = as_text(raw["name"]), raw["type"], as_texts(raw.get("codes", ()))
    missing_input = as_flag(raw.get("missing_input", False))
    if kind == "number":
        fill, mean, std = as_number(raw["fill"]), as_number(raw["mean"]), as_positive(raw["std"])
        unit, floor = as_text(raw.get("unit", "")), as_number(raw.get("floor", 0.0))
        if floor < 0 or not is_unit(unit):
            raise ValueError(floor, unit)
        low, high = (None if raw.get(k) is None else as_number(raw[k]) for k in ("low", "high"))
        return NumberFeature(name, fill, mean, std, low, high, unit, floor, missing_input, codes)
    if kind == "boolean":
        fill, words = as_number(raw["fill"]), as_texts(raw.get("words", ("no", "yes")))
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
    parts = as_texts(raw["parts"])
    means = as_numbers(raw["means"])
    stds = as_positives(raw["stds"])
    if not parts or len(parts) != len(means) or len(parts) != len(stds):
        raise ValueError(parts)
    if any(part not in DATE_PARTS for part in parts):
        raise ValueError(parts)
    usual, day_first = as_number(raw.get("usual", 0.0)), as_flag(raw.get("day_first", False))
    if abs(usual) > 2e11:  # beyond the year 8000
        raise ValueError(usual)
    return DateFeature(name, parts, means, stds, usual, day_first, missing_input, codes)


def _category(
    raw: Mapping[object, object], name: str, missing_input: bool, codes: tuple[str, ...]
) -> CategoryFeature:
    values, fill = as_texts(raw["values"]), raw.get("fill")
    missing, other = as_flag(raw["missing"]), as_flag(raw.get("other", False))
    ordinal = as_flag(raw.get("ordinal", False))
    if fill is not None and (not isinstance(fill, str) or fill not in values):
        raise ValueError(fill)
    embedded = as_flag(raw.get("embedded", False))
    return CategoryFeature(name, values, missing, other, ordinal, fill, missing_input, codes, embedded)
