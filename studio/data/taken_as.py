"""The same file taken otherwise: as a table or as texts, with other columns, from another sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from studio.core.params import Choice, Param, Params, ParamValue
from studio.core.project import DatasetChoice
from studio.data.dataset import Dataset
from studio.data.opening import open_dataset
from studio.data.sources.csv_table import PARAMS as TABLE_PARAMS
from studio.data.tables.columns import infer_columns
from studio.data.tables.table import Sheet
from studio.data.tables.table_dataset import TableDataset
from studio.data.texts.text_dataset import TextDataset
from studio.data.texts.text_fields import TextField, longest_text_column

Taken = Literal["table", "texts"]
_OF_CSV = frozenset({"delimiter", "decimal", "encoding"})
FIELDS = ("text_column", "target_column")


@dataclass(frozen=True, slots=True)
class Ways:
    """How an opened dataset was taken, and what else could be chosen for it.

    `taken`: "" where there is only one way. `chosen`: what counts of the options, also where it was guessed.
    """

    taken: Taken | Literal[""] = ""
    fields: tuple[TextField, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    chosen: tuple[tuple[str, str], ...] = ()

    def params(self, declared: Sequence[Param]) -> tuple[Param, ...]:
        """The options with what there is to choose in place of names to be typed."""
        return tuple(one for param in declared if (one := self._param(param)) is not None)

    def values(self, options: Params) -> Params:
        return {**options, **dict(self.chosen)}

    def _param(self, param: Param) -> Param | None:
        if param.name in _OF_CSV and dict(self.chosen).get("sheet"):
            return None
        if param.name == "sheet":
            if len(self.sheets) < 2:
                return None
            named = tuple((sheet.name, _sheet_words(sheet)) for sheet in self.sheets)
            words = "The sheet of the Excel file that is read."
            return replace(param, help=words, type=Choice(named), advanced=False)
        offered = {
            "text_column": tuple((f.name, f.name) for f in self.fields if f.texts),
            "target_column": tuple((f.name, _class_words(f)) for f in self.fields if f.classes),
        }.get(param.name)
        if not offered:
            return param
        told = {"text_column": "Where the texts are.", "target_column": "Where the class of each text is."}
        return replace(param, help=told[param.name], type=Choice(offered))


def ways_of(dataset: Dataset) -> Ways:
    """Raises nothing: data that can be taken in one way only give few."""
    fields = tuple(getattr(dataset, "text_fields", ()))
    sheets = tuple(getattr(dataset, "sheets", ()))
    taken: Taken | Literal[""] = ""
    chosen: dict[str, str] = {}
    if isinstance(dataset, TableDataset):
        chosen["sheet"] = dataset.table.dialect.sheet
        if dataset.choice.source == "csv" and any(f.texts for f in fields) and _gives_classes(fields):
            taken = "table"
    elif isinstance(dataset, TextDataset):
        chosen["sheet"] = dataset.sheet
        if dataset.columns is not None:
            chosen |= dict(zip(FIELDS, dataset.columns, strict=True))
        if dataset.choice.source == "text-table":
            taken = "texts"
    return Ways(taken, fields, sheets, tuple(chosen.items()))


def as_table(choice: DatasetChoice) -> DatasetChoice:
    """A file of texts as a table, with the same target, read in the same way. Raises DataError."""
    dataset = open_dataset(choice)
    assert isinstance(dataset, TextDataset)
    table = replace(_afresh(choice), source="csv", options=_reading(choice.options))
    opened = open_dataset(table)
    assert isinstance(opened, TableDataset)
    columns, _ = infer_columns(opened.table, dataset.facts.target)
    return open_dataset(replace(table, columns=columns)).choice


def as_texts(choice: DatasetChoice) -> DatasetChoice:
    """A table as texts with classes; its target gives the classes where it can. Raises DataError."""
    dataset = open_dataset(choice)
    assert isinstance(dataset, TableDataset)
    text = longest_text_column(dataset.table) or ""
    known = {f.name for f in dataset.text_fields if f.classes} - {text}
    target = dataset.facts.target if dataset.facts.target in known else ""
    options = {**_reading(choice.options), "text_column": text, "target_column": target}
    return open_dataset(replace(_afresh(choice), source="text-table", options=options)).choice


def with_fields(choice: DatasetChoice, text: str, target: str) -> DatasetChoice:
    """Texts from another column, or with other classes; "" is guessed. Raises DataError."""
    options = {**choice.options, "text_column": text, "target_column": "" if target == text else target}
    return open_dataset(replace(_afresh(choice), options=options)).choice


def with_field(choice: DatasetChoice, ways: Ways, name: str, field: str) -> DatasetChoice:
    """One of the two of them changed, the other as it counts now. Raises DataError.

    `ways` may be of the dataset before the last choice, which is still being opened: what was chosen counts.
    """
    said = {other: str(choice.options.get(other) or "") for other in FIELDS}
    both = {**dict(ways.chosen), **{other: value for other, value in said.items() if value}, name: field}
    if both["text_column"] == both["target_column"]:  # they change places, where the other was just taken
        both[FIELDS[1 - FIELDS.index(name)]] = ""
    return with_fields(choice, both["text_column"], both["target_column"])


def with_sheet(choice: DatasetChoice, sheet: str) -> DatasetChoice:
    """The same workbook's other sheet; what its columns are is guessed anew. Raises DataError."""
    kept = {name: value for name, value in choice.options.items() if name not in FIELDS}
    kept["sheet"] = sheet
    return open_dataset(replace(_afresh(choice), options=kept)).choice


def _afresh(choice: DatasetChoice) -> DatasetChoice:
    """With nothing in it that was said of rows and columns which may be others now."""
    return replace(choice, columns=(), left_out=(), settled=(), facts=None)


def _reading(options: Params) -> dict[str, ParamValue]:
    return {p.name: options[p.name] for p in TABLE_PARAMS if p.name in options}


def _gives_classes(fields: Sequence[TextField]) -> bool:
    return any(f.classes and any(other.texts and other.name != f.name for other in fields) for f in fields)


def _sheet_words(sheet: Sheet) -> str:
    if not sheet.rows:
        return f"{sheet.name} (empty)"
    return f"{sheet.name} ({sheet.rows:,} × {sheet.columns})"


def _class_words(field: TextField) -> str:
    return f"{field.name} ({field.classes:,} classes)"
