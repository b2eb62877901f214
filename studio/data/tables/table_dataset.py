"""A table as a dataset: columns with roles, rows with a target, encoded and scaled once."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.project import Column, DatasetChoice, DatasetFacts
from studio.data.dataset import Cancelled, DataError, Progress, Samples, Skipped, SplitIndices
from studio.data.fingerprint import fingerprint
from studio.data.fixed_split import TRAIN, Parts
from studio.data.left_out import row_reference, rows_of
from studio.data.preprocessing import TablePreprocessing, to_float32
from studio.data.sources.folder_index import natural_key
from studio.data.splits import equal_samples, split_notes
from studio.data.tables.column_choice import columns_for, guess_again
from studio.data.tables.column_guess import FEWEST_ROWS, NEARLY_EVERY
from studio.data.tables.column_transforms import mean_and_deviation
from studio.data.tables.column_values import Codes, Values, missing_in, values_of
from studio.data.tables.columns import MAX_CLASSES
from studio.data.tables.feature_fitting import fitted, schema
from studio.data.tables.numbers import number_text
from studio.data.tables.row_features import CategoryFeature, Cell, Feature
from studio.data.tables.row_keys import row_keys
from studio.data.tables.table import Sheet, Table
from studio.data.tables.table_split import TableRule, parts_of, rule_notes, rule_of, split_rows
from studio.data.texts.text_fields import TextField

Numbers = npt.NDArray[np.float64]


class TableDataset:
    """A table with a target. Reading it opens it; `samples` encodes and scales, once."""

    def __init__(
        self,
        choice: DatasetChoice,
        table: Table,
        path: Path | None = None,
        progress: Progress | None = None,
        mark: str = "",
        fields: tuple[TextField, ...] = (),
    ) -> None:
        """`mark`: the data's fingerprint, where there is no file at `path` to take it of; `fields`: what
        could be chosen were it taken as texts."""
        self.table = table
        self.text_fields = fields
        self.columns, self._notes = columns_for(choice.columns, self.table)
        self.rule = rule_of(self.columns)
        self._lock = threading.RLock()
        self._skipped = list(self.table.skipped)
        self._values = {c.name: self._read(c) for c in self.columns if c.role in ("feature", "target")}
        target = next(c for c in self.columns if c.role == "target")
        self.left_out = rows_of(choice.left_out, table)  # into the table
        self.rows = self._usable_rows(target)  # into the table
        classes, self.labels, self._numbers = self._targets(target)
        if progress is not None and not progress(0.9):
            raise Cancelled
        self._schemas = [
            (schema(c, self._values[c.name], self.rows, self.table.column(c.name)), c)
            for c in self.columns
            if c.role == "feature"
        ]
        self._tell_of_many_values()
        width = sum(feature.width for feature, _ in self._schemas)
        mark = mark or fingerprint([path] if path is not None else [])
        self._facts = DatasetFacts((width,), classes, len(self.rows), target.name, mark)
        self.choice = replace(choice, columns=self.columns, facts=self._facts)
        self._split: SplitIndices | None = None
        self._split_words: tuple[str, ...] | None = None
        self._preprocessing: TablePreprocessing | None = None
        self._samples: Samples | None = None

    @property
    def facts(self) -> DatasetFacts:
        return self._facts

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return tuple(self._skipped)

    @property
    def notes(self) -> tuple[str, ...]:
        drawn = self.rule == TableRule()
        return (
            *(() if drawn else self.split_words),
            *self.table.notes,
            *self._notes,
            *split_notes(self.split(), self.choice.splits),
        )

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        return self.table.sheets

    @property
    def class_counts(self) -> tuple[int, ...]:
        if self.labels is None:
            return ()
        return tuple(int(n) for n in np.bincount(self.labels, minlength=len(self.facts.classes)))

    @property
    def decoded(self) -> bool:
        return True  # everything is quick once the table has been read

    def __len__(self) -> int:
        return len(self.rows)

    def split(self) -> SplitIndices:
        with self._lock:
            if self._split is None:
                self._split = split_rows(self.table, self.rule, self.rows, self.labels, self.choice.splits)
            return self._split

    @property
    def fixed_split(self) -> Parts | None:
        """Per row TRAIN, VALIDATION or TEST, where a column says so."""
        if self.rule.split is None:
            return None
        return np.maximum(parts_of(self.table, self.rule.split)[self.rows], TRAIN).astype(np.uint8)

    @property
    def split_words(self) -> tuple[str, ...]:
        """Which rule the split follows, and what it did."""
        with self._lock:
            if self._split_words is None:
                words = rule_notes(self.table, self.rule, self.rows, self.split(), self.choice.splits)
                self._split_words = words or equal_samples(row_keys(self.table)[self.rows])
            return self._split_words

    def planned_split(self) -> SplitIndices:
        return self.split()

    def preprocessing(self) -> Mapping[str, object]:
        return self.fitted().to_json()

    def fitted(self) -> TablePreprocessing:
        """See studio.data.preprocessing; figures are of the training split only.

        Categories are all that occur, not only those of the training split: the network's number of
        inputs must not change with the seed of the split.
        """
        with self._lock:
            if self._preprocessing is None:
                train = self.rows[self.split().train]
                normalise = self.choice.normalisation != "none"
                features = tuple(
                    fitted(feature, column, self._values[column.name], train, normalise)
                    for feature, column in self._schemas
                )
                mean, std = 0.0, 1.0
                if self._numbers is not None:
                    mean, std = mean_and_deviation(self._numbers[self.split().train])
                facts = self.facts
                self._preprocessing = TablePreprocessing(features, facts.target, facts.classes, mean, std)
            return self._preprocessing

    def samples(self, progress: Progress | None = None) -> Samples:
        with self._lock:
            if self._samples is None:
                figures = self.fitted()
                inputs = np.empty((len(self.rows), *figures.input_shape), np.float32)
                place = 0
                for feature in figures.features:
                    inputs[:, place : place + feature.width] = to_float32(self._encode(feature))
                    place += feature.width
                if self.labels is not None:
                    self._samples = Samples(inputs, self.labels)
                else:
                    assert self._numbers is not None
                    scaled = (self._numbers - figures.target_mean) / figures.target_std
                    self._samples = Samples(inputs, to_float32(scaled)[:, None])
            if progress is not None and not progress(1.0):
                raise Cancelled
            return self._samples

    def label_of(self, index: int) -> str:
        if self.labels is not None:
            return self.facts.classes[int(self.labels[index])]
        assert self._numbers is not None
        return number_text(float(self._numbers[index]))

    def name_of(self, index: int) -> str:
        return f"row {self.table.lines[int(self.rows[index])]}"

    def reference_of(self, index: int) -> str:
        """How a project names a sample that is to be left out."""
        return row_reference(self.table, int(self.rows[index]))

    def row(self, index: int) -> dict[str, Cell]:
        """The cells of one sample, by column name: numbers as numbers, so that the file's decimal sign is
        settled, all else as it is in the file."""
        place = int(self.rows[index])
        cells: dict[str, Cell] = {}
        for column in self.columns:
            text = self.table.column(column.name).text(place)
            values = self._values.get(column.name)
            if column.type == "number" and isinstance(values, np.ndarray):
                cells[column.name] = float(values[place]) if np.isfinite(values[place]) else None
            else:
                cells[column.name] = text
        return cells

    def numbers(self, name: str) -> Numbers:
        """A used column of numbers, one for each sample, NaN where empty. Raises KeyError."""
        values = self._values[name]
        if not isinstance(values, np.ndarray):
            raise KeyError(name)
        return values[self.rows]

    def values(self, name: str) -> Values:
        """A used column as its type says, one for each sample. Raises KeyError."""
        values = self._values[name]
        return values.take(self.rows) if isinstance(values, Codes) else values[self.rows]

    def _read(self, column: Column) -> Values:
        values, stray = values_of(column, self.table.column(column.name), self.table.dialect.decimal)
        if stray:
            what = {"date": "dates", "boolean": "answers to yes or no"}.get(column.type, "numbers")
            if column.unit:
                what += f" in {column.unit}"
            shown = ", ".join(f"“{text[:30]}”" for text in stray[:3]) + (", …" if len(stray) > 3 else "")
            note = f"In the column “{column.name}”, these are no {what} and count as empty: {shown}."
            self._notes = (*self._notes, note)
        return values

    def _tell_of_many_values(self) -> None:
        for feature, column in self._schemas:
            if isinstance(feature, CategoryFeature) and feature.other and not column.rare:
                note = (
                    f"“{column.name}” has very many different values; all but the {len(feature.values):,} "
                    "most frequent count as one, “another”."
                )
                self._notes = (*self._notes, note)

    def _usable_rows(self, target: Column) -> npt.NDArray[np.int64]:
        """Rows with a target, and without gaps where those are to be dropped; the others are noted."""
        notes = []
        usable = ~missing_in(self._values[target.name])
        left_out = int((~usable).sum())
        usable[self.left_out] = False
        if left_out:
            rows = "1 row was" if left_out == 1 else f"{left_out:,} rows were"
            notes.append(f"{rows} left out, because “{target.name}” is empty there.")
        for column in self.columns:
            if column.role != "feature":
                continue
            gaps = missing_in(self._values[column.name]) & usable
            count = int(gaps.sum())
            if not count:
                continue
            cells = "1 empty cell" if count == 1 else f"{count:,} empty cells"
            if column.missing == "drop":
                usable &= ~gaps
                notes.append(f"{cells} in “{column.name}”: the rows were left out.")
            else:
                notes.append(f"{cells} in “{column.name}” {_filled_with(column, count)}.")
        self._notes = (*self._notes, *notes)
        rows_left = np.flatnonzero(usable).astype(np.int64)
        if not len(rows_left):
            raise DataError(
                f"No row is left to learn from: “{target.name}” or a column whose gaps are dropped is "
                "empty everywhere. Choose other columns.",
                "columns",
            )
        return rows_left

    def _targets(
        self, target: Column
    ) -> tuple[tuple[str, ...], npt.NDArray[np.int64] | None, Numbers | None]:
        """(classes, labels, None), or ((), None, numbers) for regression."""
        values = self._values[target.name]
        if not isinstance(values, Codes):
            return (), None, values[self.rows]
        occurring = values.counts(self.rows) > 0
        names = [name for name, occurs in zip(values.names, occurring, strict=True) if occurs]
        classes = tuple(sorted(names, key=natural_key))
        if len(classes) < 2:
            raise DataError(
                f"“{target.name}” is “{classes[0]}” in every row, so there is nothing to tell apart. "
                "Choose another target.",
                "single-class",
            )
        if len(classes) > MAX_CLASSES:
            raise DataError(
                f"“{target.name}” has {len(classes):,} different values; at most {MAX_CLASSES:,} classes "
                "can be learnt. Choose another target, or predict it as a number.",
                "columns",
            )
        if len(self.rows) >= FEWEST_ROWS and len(classes) > NEARLY_EVERY * len(self.rows):
            raise DataError(
                f"“{target.name}” holds something else in nearly every row ({len(classes):,} different "
                f"values in {len(self.rows):,} rows), as names and free text do, so nothing repeats that "
                "could be learnt. Choose a target with few different values, or predict a number.",
                "columns",
                guess_again(self.table),
            )
        numbers = {name: i for i, name in enumerate(classes)}
        labels = np.array([numbers.get(name, -1) for name in values.names], np.int64)[values.codes[self.rows]]
        rare = [name for name, n in zip(classes, np.bincount(labels), strict=True) if n == 1]
        if rare:
            shown = ", ".join(f"“{name}”" for name in rare[:5]) + (", …" if len(rare) > 5 else "")
            self._notes = (*self._notes, f"Only one row, which is used for training: {shown}.")
        return classes, labels, None

    def _encode(self, feature: Feature) -> Numbers:
        """(n, inputs) of one column for all samples."""
        return feature.encode_values(self.values(feature.name))  # type: ignore[arg-type]  # the column's own


def _filled_with(column: Column, count: int) -> str:
    """What happens to the empty cells, as the end of a sentence."""
    get = "gets" if count == 1 else "get"
    if column.type == "category":
        if column.missing == "most_frequent":
            return f"{get} the most frequent value of the training rows"
        return "counts as a category of its own" if count == 1 else "count as a category of their own"
    if column.type == "boolean":
        return f"{get} the more frequent answer of the training rows"
    what = {"median": "median", "most_frequent": "most frequent number"}.get(column.missing, "mean")
    return f"{get} the {what if column.type == 'number' else 'mean'} of the training rows"
