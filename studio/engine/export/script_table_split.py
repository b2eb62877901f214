"""How the script of a table draws its split: by the rows' content, by group, by time, or as a column says."""

from __future__ import annotations

import inspect
import math

import numpy as np

from studio.core.project import Column
from studio.data.fixed_split import wants_cut
from studio.data.part_words import part_of
from studio.data.splits import parts_to_rows, split_by_keys
from studio.data.tables import dates
from studio.data.tables.cells import Cells, NumberCells, TextCells
from studio.data.tables.numbers import MISSING, Decimal, is_missing, parse_number
from studio.data.tables.row_features import NumberFeature
from studio.data.tables.row_keys import key_columns
from studio.data.tables.table_dataset import TableDataset
from studio.data.tables.table_split import keys_for, parts_of
from studio.engine.export import script_functions
from studio.engine.export.script_cells import column_texts, date_functions, no_numbers, position, units_of
from studio.engine.export.script_split import scattered_source, split_section

Source = tuple[str, set[str]]  # source, import lines


def key_functions(dataset: TableDataset) -> Source:
    """The functions that load_data() needs for `marks`."""
    text, imports = "", set()
    if _by_keys(dataset):
        sources = [scattered_source(), *(inspect.getsource(f) for f in (script_functions.cell_key,
                                                                    script_functions.row_keys))]  # fmt: skip
        text, imports = "\n" + "\n\n".join(sources), {"import hashlib"}
    time = dataset.rule.time
    has_dates = any(type(feature).__name__ == "DateFeature" for feature in dataset.fitted().features)
    if time is not None and time.type == "date" and _cuts(dataset) and not has_dates:
        for source, needed in date_functions(whole=False):
            text += "\n" + source
            imports |= needed
    return text, imports


def marks(dataset: TableDataset) -> tuple[str, str, str]:
    """(lines that make what split_rows() goes by, what load_data() returns of it, what that is)."""
    rule, lines, given, names = dataset.rule, "", "", []
    if _by_keys(dataset):
        lines += _key_lines(dataset)
        given, names = ", keys[known]", ["the rows' keys"]
    elif _cuts(dataset):
        assert rule.time is not None
        lines += _time_lines(dataset, rule.time)
        given, names = ", times[known]", ["times"]
    if rule.split is not None:
        words = {text: part_of(text) for text in column_texts(dataset.table.column(rule.split.name))}
        known = {text: part for text, part in words.items() if part is not None}
        where = position(dataset, rule.split.name)
        lines += f"    parts = np.array([{known!r}.get(cell, 0) for cell in columns[{where}]])\n"
        given, names = f"{given}, parts[known]", [*names, "parts"]
    return lines, given, "".join(f", {name}" for name in names[:-1]) + f" and {names[-1]}"


def table_split_section(dataset: TableDataset) -> str:
    """split_rows()."""
    splits = dataset.choice.splits
    own = dataset.rule.split is not None
    if not _cuts(dataset):
        return '''

def split_rows(targets, parts):
    """Row numbers for training, validation and test, as the table says."""
    return [np.flatnonzero(parts == part) for part in range(3)]
'''
    by = "keys" if _by_keys(dataset) else "times"
    stratified = splits.stratified and dataset.labels is not None and by == "keys"
    least = _least(dataset)
    given = dataset.own_labels
    places = dataset.relabelled.tolist()
    own_classes = {i: int(given[i]) for i in places} if given is not None else {}
    text = split_section(splits, stratified and not least, by, own, least, own_classes)
    return text.replace(f"\n\n{scattered_source()}", "")  # which load_data() has needed before


def _cuts(dataset: TableDataset) -> bool:
    """Whether anything is cut: not where the table has all parts itself."""
    column = dataset.rule.split
    if column is None:
        return True
    parts = np.maximum(parts_of(dataset.table, column)[dataset.rows], 0).astype(np.uint8)
    return wants_cut(parts, dataset.choice.splits)


def _by_keys(dataset: TableDataset) -> bool:
    return dataset.rule.time is None and _cuts(dataset)


def _least(dataset: TableDataset) -> int:
    """1 where groups are so few that they are cut without regard to classes, so that each part has one."""
    if dataset.rule.group is None:
        return 0
    rows, labels, splits = dataset.rows, dataset.own_labels, dataset.choice.splits
    keys = keys_for(dataset.table, dataset.rule)[rows]
    if dataset.rule.split is not None:
        from studio.data.fixed_split import validation_of_train

        parts = np.maximum(parts_of(dataset.table, dataset.rule.split)[rows], 0).astype(np.uint8)
        train = parts_to_rows(parts).train
        keys, labels = keys[train], labels[train] if labels is not None else None
        splits = validation_of_train(splits)
    plain = split_by_keys(keys, labels, splits)
    used = split_by_keys(keys, labels, splits, together=True)
    return int(not (np.array_equal(plain.test, used.test) and np.array_equal(plain.train, used.train)))


def _key_lines(dataset: TableDataset) -> str:
    table, decimal = dataset.table, dataset.table.dialect.decimal
    every = key_columns(table)
    places = [table.positions[i] for i in every]
    group = dataset.rule.group
    cells = [table.columns[i] for i in every] + ([table.column(group.name)] if group is not None else [])
    how = [f'"decimal": {decimal!r}', f'"empty": {_empty(cells)!r}']
    texts = _no_numbers(cells, decimal)
    if texts:
        how.append(f'"texts": {texts!r}')
    whole = places == list(range(table.width))
    used = "columns" if whole else f"[columns[i] for i in {places!r}]"
    lines = f"    how = {{{', '.join(how)}}}\n    keys = row_keys({used}, **how)\n"
    if group is not None:
        where = position(dataset, group.name)
        lines += (
            f"    for row, cell in enumerate(columns[{where}]):\n"
            '        if cell not in how["empty"]:  # all rows of a group have one key\n'
            "            keys[row] = cell_key(cell, **how)\n"
        )
    return lines


def _empty(cells: list[Cells]) -> tuple[str, ...]:
    found = {text for column in cells for text in column_texts(column) if is_missing(text)}
    if any(isinstance(column, NumberCells) for column in cells):
        found |= MISSING  # which of them were in the file is not known any more
    return tuple(sorted({"", *found}))


def _no_numbers(cells: list[Cells], decimal: Decimal) -> tuple[str, ...]:
    """Texts that the script would take for a number although the project does not."""
    found = []
    for text in dict.fromkeys(text for column in cells for text in column_texts(column)):
        own = None if is_missing(text) else parse_number(text, decimal)
        theirs = script_functions.number(text, decimal)  # type: ignore[no-untyped-call]
        if own is None and not is_missing(text) and not math.isnan(theirs):
            found.append(text)
    return tuple(found)


def _time_lines(dataset: TableDataset, column: Column) -> str:
    where, decimal = position(dataset, column.name), dataset.table.dialect.decimal
    cells = dataset.table.column(column.name)
    if column.type == "number":
        units = units_of(cells, column.unit)
        feature = NumberFeature(column.name, 0, 0, 1, unit=column.unit, codes=column.missing_codes)
        none = no_numbers(dataset, feature, units)
        read = f"number(cell, {decimal!r}, {units!r})" if units else f"number(cell, {decimal!r})"
        read = f"math.nan if cell in {none!r} else {read}" if none else read
        return f"    times = np.array([{read} for cell in columns[{where}]])\n"
    texts = column_texts(cells if isinstance(cells, TextCells) else TextCells.of(cells))
    none = tuple(t for t in texts if t in column.missing_codes or is_missing(t))
    none = tuple(t for t in none if dates.parse_date(t, column.day_first) is not None)
    read = f"parse_date(cell, {column.day_first!r})"
    read = f"None if cell in {none!r} else {read}" if none else read
    return (
        f"    days = [{read} for cell in columns[{where}]]\n"
        "    times = np.array([math.nan if day is None else day for day in days])\n"
    )
