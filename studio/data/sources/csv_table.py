"""Tables from CSV and Excel files: columns with roles, rows with a target, encoded and scaled."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.params import Choice, Param, ParamError, Params, Text, check_params
from studio.core.project import Column, DatasetChoice, DatasetFacts
from studio.data.column_choice import columns_for
from studio.data.columns import MAX_CLASSES, Numbers, categories_of, infer_columns, numbers_of
from studio.data.dataset import Cancelled, DataError, Progress, Samples, Skipped, SplitIndices
from studio.data.fingerprint import fingerprint
from studio.data.numbers import number_text
from studio.data.preprocessing import CategoryFeature, Feature, NumberFeature, TablePreprocessing, to_float32
from studio.data.sources.folder_index import natural_key
from studio.data.sources.source import Source, absolute
from studio.data.splits import split_indices, split_notes
from studio.data.table import Table
from studio.data.table_reading import read_table

SUFFIXES = frozenset({".csv", ".tsv", ".tab", ".txt", ".data", ".dat", ".xlsx", ".xlsm"})
_AUTO = ("auto", "automatic")

PARAMS = (
    Param(
        "delimiter",
        "Separator",
        "The sign between two cells of a row.",
        Choice((_AUTO, ("comma", "comma ,"), ("semicolon", "semicolon ;"), ("tab", "tab"), ("pipe", "bar |"),
                ("space", "space"))),
        "auto",
    ),
    Param(
        "decimal",
        "Decimal sign",
        "How numbers are written: 3.14 or 3,14.",
        Choice((_AUTO, ("point", "point 3.14"), ("comma", "comma 3,14"))),
        "auto",
    ),
    Param(
        "header",
        "Column names",
        "Whether the first row holds the names of the columns.",
        Choice((_AUTO, ("yes", "in the first row"), ("no", "none"))),
        "auto",
    ),
    Param(
        "encoding",
        "Encoding",
        "How letters are stored; change it if ä, é or ł look wrong.",
        Choice((_AUTO, ("utf-8", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows (Western)"),
                ("latin-1", "Latin-1"))),
        "auto",
        advanced=True,
    ),
    Param(
        "sheet",
        "Sheet",
        "The sheet of an Excel file; left empty, it is the first one that is filled in.",
        Text(100),
        "",
        advanced=True,
    ),
)  # fmt: skip


class TableDataset:
    """A table with a target. Reading it opens it; `samples` encodes and scales, once."""

    has_fixed_split = False

    def __init__(
        self, choice: DatasetChoice, path: Path, progress: Progress | None = None, table: Table | None = None
    ) -> None:
        self.table = read_table(path, _checked(choice.options)) if table is None else table
        if progress is not None and not progress(0.5):
            raise Cancelled
        self.columns, self._notes = columns_for(choice.columns, self.table)
        self._lock = threading.RLock()
        self._skipped = list(self.table.skipped)
        self._values = {c.name: self._read(c) for c in self.columns if c.role != "ignore"}
        target = next(c for c in self.columns if c.role == "target")
        self.rows = self._usable_rows(target)  # into the table
        classes, self.labels, self._numbers = self._targets(target)
        self._widths = {c.name: self._schema(c) for c in self.columns if c.role == "feature"}
        width = sum(1 if s is None else s.width for s in self._widths.values())
        self._facts = DatasetFacts((width,), classes, len(self.rows), target.name, fingerprint([path]))
        self.choice = replace(choice, columns=self.columns, facts=self._facts)
        self._split: SplitIndices | None = None
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
        return (*self.table.notes, *self._notes, *split_notes(self.split(), self.choice.splits))

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
                self._split = split_indices(len(self.rows), self.labels, self.choice.splits)
            return self._split

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
                features = tuple(self._fit(name, train) for name in self._widths)
                mean, std = 0.0, 1.0
                if self._numbers is not None:
                    mean, std = _figures(self._numbers[self.split().train])
                facts = self.facts
                self._preprocessing = TablePreprocessing(features, facts.target, facts.classes, mean, std)
            return self._preprocessing

    def samples(self, progress: Progress | None = None) -> Samples:
        with self._lock:
            if self._samples is None:
                fitted = self.fitted()
                blocks = [self._encode(feature) for feature in fitted.features]
                inputs = to_float32(np.concatenate(blocks, axis=1))
                if self.labels is not None:
                    self._samples = Samples(inputs, self.labels)
                else:
                    assert self._numbers is not None
                    scaled = (self._numbers - fitted.target_mean) / fitted.target_std
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

    def row(self, index: int) -> dict[str, str]:
        """The cells of one sample, by column name, as they are in the file."""
        place = int(self.rows[index])
        return {n: cells[place] for n, cells in zip(self.table.names, self.table.columns, strict=True)}

    def numbers(self, name: str) -> Numbers:
        """A used column of numbers, one for each sample, NaN where empty. Raises KeyError."""
        values = self._values[name]
        if not isinstance(values, np.ndarray):
            raise KeyError(name)
        return values[self.rows]

    def _read(self, column: Column) -> Numbers | list[str | None]:
        cells = self.table.column(column.name)
        if column.type == "category":
            return categories_of(cells, self.table.dialect.decimal)
        numbers, stray = numbers_of(cells, self.table.dialect.decimal)
        if stray:
            shown = ", ".join(f"“{text[:30]}”" for text in stray[:3]) + (", …" if len(stray) > 3 else "")
            note = f"In the column “{column.name}”, these are no numbers and count as empty: {shown}."
            self._notes = (*self._notes, note)
        return numbers

    def _usable_rows(self, target: Column) -> npt.NDArray[np.int64]:
        """Rows with a target, and without gaps where those are to be dropped; the others are noted."""
        notes = []
        usable = ~_missing(self._values[target.name])
        left_out = int((~usable).sum())
        if left_out:
            rows = "1 row was" if left_out == 1 else f"{left_out:,} rows were"
            notes.append(f"{rows} left out, because “{target.name}” is empty there.")
        for column in self.columns:
            if column.role != "feature":
                continue
            gaps = _missing(self._values[column.name]) & usable
            count = int(gaps.sum())
            if not count:
                continue
            cells = "1 empty cell" if count == 1 else f"{count:,} empty cells"
            if column.missing == "drop":
                usable &= ~gaps
                notes.append(f"{cells} in “{column.name}”: the rows were left out.")
            elif column.type == "number":
                notes.append(f"{cells} in “{column.name}” get the mean of the training rows.")
            else:
                notes.append(f"{cells} in “{column.name}” count as a category of their own.")
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
        if isinstance(values, np.ndarray):
            return (), None, values[self.rows]
        names = [values[row] or "" for row in self.rows.tolist()]
        classes = tuple(sorted(set(names), key=natural_key))
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
        numbers = {name: i for i, name in enumerate(classes)}
        labels = np.array([numbers[name] for name in names], np.int64)
        rare = [name for name, n in zip(classes, np.bincount(labels), strict=True) if n == 1]
        if rare:
            shown = ", ".join(f"“{name}”" for name in rare[:5]) + (", …" if len(rare) > 5 else "")
            self._notes = (*self._notes, f"Only one row, which is used for training: {shown}.")
        return classes, labels, None

    def _schema(self, column: Column) -> CategoryFeature | None:
        """The inputs of a category; None for a number."""
        values = self._values[column.name]
        if isinstance(values, np.ndarray):
            return None
        present = [values[row] for row in self.rows.tolist()]
        names = sorted({value for value in present if value is not None}, key=natural_key)
        return CategoryFeature(column.name, tuple(names), None in present)

    def _fit(self, name: str, train: npt.NDArray[np.int64]) -> Feature:
        schema = self._widths[name]
        if schema is not None:
            return schema
        values = self._values[name]
        assert isinstance(values, np.ndarray)
        known = values[train]
        known = known[np.isfinite(known)]
        mean, std = _figures(known)
        low, high = (float(known.min()), float(known.max())) if len(known) else (None, None)
        if self.choice.normalisation == "none":
            return NumberFeature(name, mean, 0.0, 1.0, low, high)
        return NumberFeature(name, mean, mean, std, low, high)

    def _encode(self, feature: Feature) -> Numbers:
        """(n, inputs) of one column for all samples; the same as `feature.encode` cell by cell."""
        values = self._values[feature.name]
        if isinstance(feature, NumberFeature):
            assert isinstance(values, np.ndarray)
            numbers = values[self.rows]
            filled = np.where(np.isfinite(numbers), numbers, feature.fill)
            with np.errstate(over="ignore"):
                return ((filled - feature.mean) / feature.std)[:, None]
        places = {value: i for i, value in enumerate(feature.values)}
        missing = len(feature.values) if feature.missing else -1
        encoded = np.zeros((len(self.rows), feature.width))
        for i, row in enumerate(self.rows.tolist()):
            value = values[row]
            encoded[i, missing if value is None else places[str(value)]] = 1.0
        return encoded


def choose_table(
    text: str, options: Params, target: str | None = None, numeric: bool | None = None
) -> DatasetChoice:
    """The choice with columns guessed, and its facts. Raises DataError."""
    path = Path(absolute(text))
    table = read_table(path, _checked(options))
    columns, _ = infer_columns(table, target, numeric)
    choice = DatasetChoice("csv", str(path), dict(options), columns)
    return TableDataset(choice, path, table=table).choice


def _checked(options: Params) -> dict[str, object]:
    try:
        return dict(check_params(PARAMS, options))
    except ParamError as error:
        raise DataError(str(error), "options") from None


def _missing(values: Numbers | list[str | None]) -> npt.NDArray[np.bool_]:
    if isinstance(values, np.ndarray):
        return ~np.isfinite(values)
    return np.array([value is None for value in values], bool)


def _figures(numbers: Numbers) -> tuple[float, float]:
    """Mean and standard deviation (of the population); 1 instead of a deviation of nothing."""
    if not len(numbers):
        return 0.0, 1.0
    largest = float(np.abs(numbers).max()) or 1.0
    scale = largest if largest > 1e100 else 1.0  # squares of such numbers are too large for a float
    mean, std = float((numbers / scale).mean()) * scale, float((numbers / scale).std()) * scale
    return mean, std if std > 1e-12 * max(1.0, abs(mean)) else 1.0


def _is_table(text: str) -> bool:
    path = Path(text).expanduser()
    return path.suffix.lower() in SUFFIXES or path.is_file()


SOURCE = Source(
    "csv",
    "Table",
    "A CSV or Excel file: one sample per row, one of its columns is what the network learns to predict.",
    recognises=_is_table,
    choose=choose_table,
    open=lambda choice, progress: TableDataset(choice, Path(choice.location), progress),
    params=PARAMS,
)
