"""A table as a dataset: columns with roles, rows with a target, encoded and scaled once."""

from __future__ import annotations

import copy
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from studio.core.project import Column, DatasetChoice, DatasetFacts, Relabelled
from studio.data.dataset import Cancelled, DataError, Progress, Samples, Skipped, SplitIndices
from studio.data.fingerprint import fingerprint
from studio.data.fixed_split import TRAIN, Parts
from studio.data.label_places import digits_of_key
from studio.data.left_out import row_reference, rows_of
from studio.data.preprocessing import TablePreprocessing, to_float32
from studio.data.relabelling import corrected_facts, corrections, notes_on
from studio.data.sample_keys import KEY_BYTES
from studio.data.splits import equal_samples, split_notes
from studio.data.tables.column_choice import columns_for, guess_again
from studio.data.tables.column_transforms import mean_and_deviation
from studio.data.tables.column_values import Codes, Values, missing_in, values_of
from studio.data.tables.feature_fitting import fitted, schema
from studio.data.tables.row_features import CategoryFeature, Cell, Feature, embedded_inputs
from studio.data.tables.row_keys import row_keys
from studio.data.tables.table import Sheet, Table
from studio.data.tables.table_answers import answers_of, placed_rows
from studio.data.tables.table_split import TableRule, parts_of, rule_notes, rule_of, split_rows
from studio.data.texts.text_fields import TextField

Numbers = npt.NDArray[np.float64]


class TableDataset:
    """A table with a target. Reading it opens it; `samples` encodes and scales, once.

    `label_problem`: why a table of corrected labels beside it is not used, in a sentence.
    """

    label_problem = ""

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
        self._answers = answers_of(
            self._values[target.name], self.rows, target.name, lambda: guess_again(self.table)
        )
        self._notes = (*self._notes, *self._answers.notes)
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
        classes = self._answers.own.classes
        self._own_facts = self.facts = DatasetFacts(
            (width,),
            classes,
            len(self.rows),
            target.name,
            mark,
            embedded=embedded_inputs(feature for feature, _ in self._schemas),
        )
        self.choice = replace(choice, columns=self.columns, facts=self.facts, relabelled=())
        self._split: SplitIndices | None = None
        self._split_words: tuple[str, ...] | None = None
        self._features: tuple[Feature, ...] | None = None
        self._inputs: npt.NDArray[np.float32] | None = None
        self._preprocessing: TablePreprocessing | None = None
        self._samples: Samples | None = None

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return tuple(self._skipped)

    @property
    def notes(self) -> tuple[str, ...]:
        drawn = self.rule == TableRule()
        return (
            *(() if drawn else self.split_words),
            *self.table.notes,
            *((self.label_problem,) if self.label_problem else ()),
            *notes_on(self._answers.overlay),
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
                labels = self._answers.own_labels  # a corrected label moves no sample to another part
                self._split = split_rows(self.table, self.rule, self.rows, labels, self.choice.splits)
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
                mean, std = 0.0, 1.0
                numbers = self._answers.numbers
                if numbers is not None:
                    mean, std = mean_and_deviation(numbers[self.split().train])
                facts = self.facts
                self._preprocessing = TablePreprocessing(
                    self._fitted_features(), facts.target, facts.classes, mean, std
                )
            return self._preprocessing

    def _fitted_features(self) -> tuple[Feature, ...]:
        if self._features is None:
            train = self.rows[self.split().train]
            normalise = self.choice.normalisation != "none"
            self._features = tuple(
                fitted(feature, column, self._values[column.name], train, normalise)
                for feature, column in self._schemas
            )
        return self._features

    def samples(self, progress: Progress | None = None) -> Samples:
        with self._lock:
            if self._samples is None:
                inputs, figures = self._encoded(), self.fitted()
                numbers = self._answers.numbers
                if numbers is None:
                    self._samples = Samples(inputs, self._answers.overlay.labels)
                else:
                    scaled = (numbers - figures.target_mean) / figures.target_std
                    self._samples = Samples(inputs, to_float32(scaled)[:, None])
            if progress is not None and not progress(1.0):
                raise Cancelled
            return self._samples

    def _encoded(self) -> npt.NDArray[np.float32]:
        """The inputs, which stay the same whatever label a row has."""
        if self._inputs is None:
            features = self._fitted_features()
            width = sum(feature.width for feature in features)
            self._inputs = np.empty((len(self.rows), width), np.float32)
            place = 0
            for feature in features:
                self._inputs[:, place : place + feature.width] = to_float32(self._encode(feature))
                place += feature.width
        return self._inputs

    # -- what the user corrected --------------------------------------------------------------------------

    @property
    def labels(self) -> npt.NDArray[np.int64] | None:
        """The class number of each sample; None where a number is predicted."""
        return self._answers.labels

    @property
    def own_labels(self) -> npt.NDArray[np.int64] | None:
        """As the table has them."""
        return self._answers.own_labels

    @property
    def answers(self) -> str:
        """Which column's labels can be corrected; see Relabelled."""
        return self.facts.target

    @property
    def relabelled(self) -> npt.NDArray[np.int64]:
        """The indices of samples whose label the user changed, in order."""
        return self._answers.overlay.changed

    def given_label(self, index: int) -> Relabelled | None:
        return self._answers.overlay.given.get(index)

    def label_of(self, index: int) -> str:
        return self._answers.text(index)

    def own_label_of(self, index: int) -> str:
        """The label that the table gives it."""
        return self._answers.own_text(index)

    def answer_of(self, index: int) -> str:
        """As it is kept, see studio.data.label_overlay."""
        return self.label_of(index)

    def own_answer_of(self, index: int) -> str:
        return self.own_label_of(index)

    def content_of(self, index: int) -> str:
        """Digits by which the row is found again where others were put in."""
        return digits_of_key(int(row_keys(self.table)[self.rows[index]]).to_bytes(KEY_BYTES, "little"))

    def with_labels(self, choice: DatasetChoice) -> Self:
        """The same rows with the labels of this choice, which is the same in all else: nothing is read again,
        no row changes its part."""
        other = copy.copy(self)
        own = corrections(choice, self.answers, self.labels is not None)
        other._answers = self._answers.corrected(placed_rows(own, self.table, self.rows))
        other._preprocessing = other._samples = None
        other.facts = corrected_facts(self._own_facts, choice, own, other._answers.overlay.classes)
        other.choice = replace(choice, columns=self.columns, facts=other.facts)
        return other

    def same_samples(self, other: object) -> bool:
        """Also where other labels were corrected."""
        return isinstance(other, TableDataset) and other._schemas is self._schemas

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
        if self.given_label(index) is not None:
            numbers = self._answers.numbers
            label: Cell = self.label_of(index) if numbers is None else float(numbers[index])
            cells[self.facts.target] = label
        return cells

    def numbers(self, name: str) -> Numbers:
        """A used column of numbers, one for each sample, NaN where empty. Raises KeyError."""
        values = self.values(name)
        if not isinstance(values, np.ndarray):
            raise KeyError(name)
        return values

    def values(self, name: str) -> Values:
        """A used column as its type says, one for each sample. Raises KeyError."""
        if name == self.facts.target and len(self.relabelled):
            return self._answers.as_values()
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
