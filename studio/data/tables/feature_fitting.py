"""From the values of a column to its feature: figures of the training rows, inputs that do not depend on
the split."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from studio.core.project import Column
from studio.data.dataset import DataError
from studio.data.sources.folder_index import natural_key
from studio.data.tables.cells import Cells, Numbers, Rows, TextCells
from studio.data.tables.column_transforms import FILLERS, SCALINGS, log_floor, mean_and_deviation
from studio.data.tables.column_values import Codes, Values, missing_in
from studio.data.tables.dates import DATE_PARTS, useful_parts
from studio.data.tables.numbers import parse_boolean
from studio.data.tables.row_features import (
    BooleanFeature,
    CategoryFeature,
    DateFeature,
    Feature,
    NumberFeature,
)

MAX_ONE_HOT = 500  # inputs of one category; the rarest values beyond that become "other"


def schema(column: Column, values: Values, rows: Rows, cells: Cells) -> Feature:
    """The feature without its figures: its inputs, from all rows that are used.

    Categories are all that occur, not only those of the training split, and so is whether there are rare
    ones: the network's number of inputs must not change with the seed of the split.
    Raises: DataError: a scaling or a part of a date that this version does not know.
    """
    gaps, codes = column.missing_input, column.missing_codes
    if isinstance(values, Codes):
        return _category(column, values, rows)
    if column.type == "boolean":
        return BooleanFeature(column.name, 0.0, _words(cells), gaps, codes)
    if column.type == "date":
        parts = column.date_parts or useful_parts(values[rows])
        unknown = [part for part in parts if part not in DATE_PARTS]
        if unknown:
            raise DataError(
                f"“{column.name}”: there is no part of a date called “{unknown[0]}”. Known: "
                f"{', '.join(DATE_PARTS.ids)}. Choose its parts again.",
                "columns",
            )
        zeros = (0.0,) * len(parts)
        return DateFeature(column.name, parts, zeros, (1.0,) * len(parts), 0.0, column.day_first, gaps, codes)
    if column.scaling and column.scaling not in SCALINGS:
        raise DataError(
            f"“{column.name}”: there is no scaling called “{column.scaling}”. Known: "
            f"{', '.join(SCALINGS.ids)}. Choose its scaling again.",
            "columns",
        )
    return NumberFeature(
        column.name,
        0.0,
        0.0,
        1.0,
        unit=column.unit,
        floor=float(column.log),
        missing_input=gaps,
        codes=codes,
    )


def fitted(feature: Feature, column: Column, values: Values, train: Rows, normalise: bool) -> Feature:
    """The feature with the training rows' figures."""
    if isinstance(feature, CategoryFeature):
        assert isinstance(values, Codes)
        if column.missing != "most_frequent" or not feature.values:
            return feature
        counts = values.counts(train)
        known = {name: int(count) for name, count in zip(values.names, counts, strict=True)}
        fill = max(feature.values, key=lambda name: known.get(name, 0))
        return replace(feature, fill=fill)
    assert not isinstance(values, Codes)
    known_values = values[train]
    known_values = known_values[np.isfinite(known_values)]
    if isinstance(feature, BooleanFeature):
        return replace(feature, fill=float(len(known_values) > 0 and known_values.mean() >= 0.5))
    if isinstance(feature, DateFeature):
        return _date(feature, known_values, normalise)
    return _number(feature, column, known_values, normalise)


def _number(feature: NumberFeature, column: Column, known: Numbers, normalise: bool) -> NumberFeature:
    if not len(known):
        return replace(feature, floor=1.0 if column.log else 0.0)
    fill = FILLERS[column.missing if column.missing in FILLERS else "fill"].fit(known)
    low, high = float(known.min()), float(known.max())
    floor = log_floor(known) if column.log else 0.0
    if floor:
        known = np.log(np.maximum(known, floor))
    scaling = column.scaling or ("standard" if normalise else "none")
    shift, size = SCALINGS[scaling].fit(known)
    return replace(feature, fill=fill, mean=shift, std=size, low=low, high=high, floor=floor)


def _date(feature: DateFeature, known: Numbers, normalise: bool) -> DateFeature:
    figures = []
    for part in feature.parts:
        mean, std = mean_and_deviation(DATE_PARTS[part].numbers(known))
        figures.append((mean, std if normalise else 1.0))
    usual = float(np.median(known)) if len(known) else 0.0
    return replace(
        feature,
        means=tuple(mean for mean, _ in figures),
        stds=tuple(std for _, std in figures),
        usual=usual,
    )


def _category(column: Column, values: Codes, rows: Rows) -> CategoryFeature:
    counts = values.counts(rows)
    names = [name for name, count in zip(values.names, counts, strict=True) if count >= max(1, column.rare)]
    if len(names) > MAX_ONE_HOT and column.coding != "ordinal":
        by_count = dict(zip(values.names, counts.tolist(), strict=True))
        names = sorted(names, key=lambda name: -by_count[name])[:MAX_ONE_HOT]
    present = int((counts > 0).sum())
    empty = bool(np.any(missing_in(values)[rows]))
    fills = column.missing == "most_frequent" and bool(names)
    return CategoryFeature(
        column.name,
        tuple(sorted(names, key=natural_key)),
        missing=empty and not fills,
        other=column.rare > 0 or len(names) < present,
        ordinal=column.coding == "ordinal",
        missing_input=column.missing_input,
        codes=column.missing_codes,
        embedded=column.coding == "embedding",
    )


def _words(cells: Cells) -> tuple[str, str]:
    """How the table writes no and yes."""
    found = {False: "no", True: "yes"}
    texts = cells.values if isinstance(cells, TextCells) else ("0", "1")
    for text in texts:
        answer = parse_boolean(text)
        if answer is not None:
            found[answer] = text.casefold()
    return found[False], found[True]
