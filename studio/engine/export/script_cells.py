"""How the script turns columns into inputs: a line for each feature, and the functions they name."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterable

from studio.data.tables import dates
from studio.data.tables.cells import Cells, NumberCells, TextCells
from studio.data.tables.column_values import categories_of, numbers_of
from studio.data.tables.dates import DATE_PARTS
from studio.data.tables.numbers import is_missing, parse_boolean
from studio.data.tables.row_features import (
    BooleanFeature,
    CategoryFeature,
    DateFeature,
    Feature,
    NumberFeature,
)
from studio.data.tables.table_dataset import TableDataset
from studio.data.tables.units import conversion, split_unit
from studio.engine.export import script_functions

Needed = tuple[str, set[str]]  # source, import lines


def column_functions(dataset: TableDataset) -> list[Needed]:
    """The functions that these features need, in an order that can be read from top to bottom."""
    kinds = {type(feature) for feature in dataset.fitted().features}
    found: list[Needed] = [(_source(script_functions.number), {"import math", "import re"})]
    numeric = any(isinstance(dataset.table.column(f.name), NumberCells) for f in dataset.fitted().features)
    if NumberFeature in kinds or (BooleanFeature in kinds and numeric):
        found.append((_source(script_functions.numbers), set()))
    if BooleanFeature in kinds:
        found.append((_source(script_functions.booleans), set()))
    if CategoryFeature in kinds:
        found.append((_source(script_functions.categories), set()))
    if DateFeature in kinds:
        found += date_functions()
    return found


def date_functions(whole: bool = True) -> list[Needed]:
    """To read dates; `whole`: and to take them to parts."""
    sources = (dates.parse_date, dates.months, script_functions.dates) if whole else (dates.parse_date,)
    return [(_date_constants(), set()), *((_source(function), {"import datetime"}) for function in sources)]


def _source(function: object) -> str:
    text = inspect.getsource(function)  # type: ignore[arg-type]
    return "\n" + text.replace("Seconds", "np.ndarray")


def _date_constants() -> str:
    """The patterns of studio.data.tables.dates, written out."""
    lines = [f"MONTHS = {dates.MONTHS!r}"]
    for name in ("DATE_PATTERNS", "NAMED_DATES"):
        lines.append(f"{name} = [")
        lines += [f"    re.compile({p.pattern!r}, {int(p.flags)})," for p in getattr(dates, name)]
        lines.append("]")
    lines.append(f"ONLY_CLOCK = re.compile({dates.ONLY_CLOCK.pattern!r})")
    return "\n" + "\n".join(lines) + "\n"


def feature_lines(dataset: TableDataset) -> list[str]:
    """One entry of FEATURES for each feature."""
    lines = []
    for feature in dataset.fitted().features:
        function, how = _call(dataset, feature)
        written = "{" + ", ".join(f'"{key}": {value}' for key, value in how.items()) + "}"
        place = position(dataset, feature.name)
        lines.append(f"    ({place}, {function}, {written}),  # {_comment(feature.name)}")
    return lines


def position(dataset: TableDataset, name: str) -> int:
    return dataset.table.positions[dataset.table.names.index(name)]


def _comment(name: str) -> str:
    """A column's name where it cannot end the comment."""
    return "".join(c if c.isprintable() else " " for c in name)


def _call(dataset: TableDataset, feature: Feature) -> tuple[str, dict[str, str]]:
    """(function, its arguments as source)."""
    cells, decimal = dataset.table.column(feature.name), dataset.table.dialect.decimal
    gaps = {"was_empty": "True"} if feature.missing_input else {}
    point = {} if decimal == "." else {"decimal": repr(decimal)}
    if isinstance(feature, NumberFeature):
        how = {"mean": repr(feature.mean), "std": repr(feature.std), "empty": repr(feature.fill)} | point
        if feature.floor:
            how["floor"] = repr(feature.floor)
        units = units_of(cells, feature.unit)
        if units:
            how["units"] = repr(units)
        none = no_numbers(dataset, feature, units)
        return "numbers", how | ({"none": repr(none)} if none else {}) | gaps
    if isinstance(feature, BooleanFeature):
        if isinstance(cells, NumberCells):
            return "numbers", {"mean": "0.0", "std": "1.0", "empty": repr(feature.fill)} | point | gaps
        return "booleans", {"answers": repr(_answers(cells, feature)), "empty": repr(feature.fill)} | gaps
    if isinstance(feature, DateFeature):
        parts = ", ".join(
            f"(lambda t: {DATE_PARTS[part].of}, {mean!r}, {std!r})"
            for part, mean, std in zip(feature.parts, feature.means, feature.stds, strict=True)
        )
        how = {"parts": f"[{parts}]"} | ({"day_first": "True"} if feature.day_first else {})
        none = tuple(t for t in column_texts(cells) if t in feature.codes or is_missing(t))
        none = tuple(t for t in none if dates.parse_date(t, feature.day_first) is not None)
        return "dates", how | ({"none": repr(none)} if none else {}) | gaps
    places, empty = _places(dataset, feature), feature.place(None)
    how = {"places": repr(places), "inputs": repr(feature.places)}
    if empty >= 0:
        how["empty"] = repr(empty)
    if feature.ordinal:
        how["ordinal"] = "True"
    return "categories", how | point | gaps


def column_texts(cells: Cells) -> tuple[str, ...]:
    return cells.values if isinstance(cells, TextCells) else tuple(dict.fromkeys(cells.odd.values()))


def units_of(cells: Cells, unit: str) -> dict[str, float]:
    """Every spelling of a unit that occurs -> by what to multiply; the longest first, "kg" before "g"."""
    if not unit:
        return {}
    found: dict[str, float] = {}
    for text in column_texts(cells):
        number, known = split_unit(text, unit)
        factor = 1.0 if known == unit else conversion(known, unit)
        if known and factor is not None:
            found[text.replace(number, "", 1).strip()] = factor
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def no_numbers(dataset: TableDataset, feature: NumberFeature, units: dict[str, float]) -> tuple[str, ...]:
    """Texts that the script would take for a number although the project does not."""
    cells, decimal = dataset.table.column(feature.name), dataset.table.dialect.decimal
    texts = (*column_texts(cells), *feature.codes)
    ours, _ = numbers_of(TextCells.of(texts), decimal, feature.unit, feature.codes)
    theirs = [script_functions.number(text, decimal, units) for text in texts]  # type: ignore[no-untyped-call]
    pairs = zip(texts, ours.tolist(), theirs, strict=True)
    return tuple(dict.fromkeys(t for t, own, other in pairs if math.isnan(own) and not math.isnan(other)))


def _answers(cells: TextCells, feature: BooleanFeature) -> dict[str, float]:
    found = {}
    for text in cells.values:
        answer = parse_boolean(text)
        if answer is not None and not is_missing(text) and text not in feature.codes:
            found[text] = float(answer)
    return found


def _places(dataset: TableDataset, feature: CategoryFeature) -> dict[object, int]:
    """Every spelling of a category that occurs -> its place."""
    cells, decimal = dataset.table.column(feature.name), dataset.table.dialect.decimal
    return _spelled(
        cells, decimal, feature.codes, {name: feature.place(name) for name in _names(cells, decimal)}
    )


def _names(cells: Cells, decimal: str) -> Iterable[str]:
    return categories_of(cells, decimal).names  # type: ignore[arg-type]


def _spelled(cells: Cells, decimal: str, codes: tuple[str, ...], places: dict[str, int]) -> dict[object, int]:
    if isinstance(cells, NumberCells):  # "3" and "3.0" are one number
        numeric: dict[object, int] = {float(name): place for name, place in places.items() if _is_float(name)}
        odd: dict[object, int] = {text: places[text] for text in cells.odd.values() if text in places}
        found = numeric | odd
        return {key: place for key, place in found.items() if str(key).removesuffix(".0") not in codes}
    values = categories_of(TextCells.of(cells.values), decimal, codes)  # type: ignore[arg-type]
    named = [values.text(row) for row in range(len(values))]
    written = {
        t: places[n] for t, n in zip(cells.values, named, strict=True) if n is not None and n in places
    }
    return dict(sorted(written.items(), key=lambda item: item[1]))


def _is_float(name: str) -> bool:
    try:
        float(name)
    except ValueError:
        return False
    return True


def _corrections(dataset: TableDataset) -> str:
    """What the user corrected, as a line of the script."""
    changed = dataset.relabelled
    if not len(changed):
        return ""
    rows = dataset.rows[changed].tolist()
    labels = dataset.labels
    answers = (dataset.numbers(dataset.facts.target) if labels is None else labels)[changed].tolist()
    return f"    targets[{rows!r}] = {answers!r}  # corrected in Lantern\n"


def target_lines(dataset: TableDataset) -> tuple[str, str]:
    """(lines that make `targets` and `known`, lines that take rows with gaps out)."""
    figures = dataset.fitted()
    name = dataset.facts.target
    where, cells, decimal = (
        position(dataset, name),
        dataset.table.column(name),
        dataset.table.dialect.decimal,
    )
    column = next(c for c in dataset.columns if c.name == name)
    if figures.classes:
        labels = {label: i for i, label in enumerate(figures.classes)}
        places = _spelled(cells, decimal, column.missing_codes, labels)
        lookup = "labels.get(cell, -1)"
        if isinstance(cells, NumberCells):
            lookup = f"labels.get(cell, labels.get(number(cell, {decimal!r}), -1))"
        lines = (
            f"    labels = {places!r}\n"
            f"    targets = np.array([{lookup} for cell in columns[{where}]])\n"
            f"{_corrections(dataset)}"
            "    known = targets >= 0\n"
        )
    else:
        units = units_of(cells, column.unit)
        none = no_numbers(
            dataset, NumberFeature(name, 0, 0, 1, unit=column.unit, codes=column.missing_codes), units
        )
        read = f"number(cell, {decimal!r}, {units!r})" if units else f"number(cell, {decimal!r})"
        read = f"math.nan if cell in {none!r} else {read}" if none else read
        lines = (
            f"    targets = np.array([{read} for cell in columns[{where}]])\n"
            f"{_corrections(dataset)}"
            "    known = np.isfinite(targets)\n"
            f"    targets = (targets - {figures.target_mean!r}) / {figures.target_std!r}\n"
            "    targets = targets[:, None].astype(np.float32)\n"
        )
    drops = [
        i for i, f in enumerate(figures.features)
        if next(c for c in dataset.columns if c.name == f.name).missing == "drop"
    ]  # fmt: skip
    if not drops:
        return lines, ""
    dropping = (
        f"    for feature in {drops!r}:  # rows with a gap there are left out\n"
        "        i, read, how = FEATURES[feature]\n"
        '        known &= read(columns[i], **{**how, "was_empty": True})[:, -1] == 0\n'
    )
    return lines, dropping
