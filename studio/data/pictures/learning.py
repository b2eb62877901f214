"""What is to be learnt of pictures that a table describes: a class, several labels, or numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from studio.core.params import Params
from studio.data.tables.column_guess import NUMBERS_ROWS, guess_column
from studio.data.tables.column_values import numbers_of
from studio.data.tables.numbers import is_missing, parse_boolean, parse_number
from studio.data.tables.table import Table

Learn = Literal["class", "labels", "numbers"]
LABEL_NAMES = ("label", "class", "classes", "target", "category", "species", "breed", "diagnosis", "type")
SEVERAL_NAMES = ("labels", "tags", "classes", "categories", "attributes", "findings", "finding labels")
NUMBER_NAMES = ("target", "value", "number", "score", "age", "count", "price", "weight")
SEPARATORS = {"|": "|", ";": ";", ",": ",", "/": "/", "+": "+", "&": "&", "space": " "}
FEW_NUMBERS = 20  # whole numbers so different are classes (digits) rather than measurements
_NOTHING = ("none", "nothing", "[]")
_AROUND = "[](){}'\"`’ "  # what lists have around their items: ['cat', 'dog']


@dataclass(frozen=True, slots=True)
class Plan:
    """`columns`: one class column; one column of separated labels, or several of yes and no; numbers.

    `separator`: a key of SEPARATORS, "none", or "auto". `empty`: what an empty cell of labels says.
    `guessed`: nobody chose, so it is worth telling.
    """

    learn: Learn
    columns: tuple[str, ...]
    separator: str = "auto"
    empty: Literal["unknown", "none"] = "unknown"
    guessed: bool = False


def plan_of(options: Params) -> Plan:
    """The plan as the options say it; older projects only know of classes."""
    learn = str(options.get("learn", "class"))
    if learn == "labels":
        empty = "none" if options.get("empty_labels") == "none" else "unknown"
        sign = str(options.get("separator", "auto"))
        return Plan("labels", several(options.get("label_columns")), sign, empty)  # type: ignore[arg-type]
    if learn == "numbers":
        return Plan("numbers", several(options.get("number_columns")))
    return Plan("class", (str(options.get("label", "label")),))


def several(value: object) -> tuple[str, ...]:
    """Names of columns from one option's value."""
    return tuple(dict.fromkeys(name for name in str(value or "").split("\t") if name))


def label_columns(table: Table, file: str) -> tuple[str, ...]:
    """One column of separated labels, or the columns of yes and no; empty if there are none."""
    others = [name for name in table.names if name != file]
    separated = [name for name in others if separator_in(table.column(name))]
    named = [name for name in separated if name.strip().casefold() in (*SEVERAL_NAMES, *LABEL_NAMES)]
    if separated:
        return ((named or separated)[0],)
    flags = tuple(name for name in others if is_flag(table.column(name)))
    return flags if len(flags) >= 2 else ()


def number_columns(table: Table, file: str) -> tuple[str, ...]:
    """The columns that measure something: the one that is called so, or all of them."""
    found = [name for name in table.names if name != file and _measures(table, name)]
    named = [name for name in NUMBER_NAMES for one in found if one.strip().casefold() == name]
    return (next(one for one in found if one.strip().casefold() == named[0]),) if named else tuple(found)


def separator_in(cells: Sequence[str]) -> str:
    """The key of the sign that parts several labels in a cell; empty if cells are one label each."""
    filled = [cell.strip() for cell in cells if not is_missing(cell)]
    combinations = set(filled)
    if len(combinations) < 2 or _are_numbers(filled):
        return ""
    for key, sign in SEPARATORS.items():
        if not any(sign in cell for cell in combinations):
            continue
        parts = Counter(part for cell in filled for part in parts_of(cell, sign))
        several_ = [cell for cell in filled if len(parts_of(cell, sign)) > 1]
        again = sum(all(parts[part] > 1 for part in parts_of(cell, sign)) for cell in several_)
        # “golden retriever” is one class: its words make no more combinations than there are words.
        mixed = len(parts) < len(combinations) or key in ("|", ";") or filled[0].startswith("[")
        if again >= max(2, len(filled) // 20) and mixed:
            return key
    return ""


def parts_of(cell: str, sign: str) -> tuple[str, ...]:
    """The different labels in a cell, without brackets and quotation marks; none where it says “none”."""
    if cell.strip().casefold() in _NOTHING:
        return ()
    pieces = cell.split(sign) if sign else [cell]
    stripped = (piece.strip().strip(_AROUND) if sign else piece.strip() for piece in pieces)
    return tuple(dict.fromkeys(piece for piece in stripped if piece))


def flag_of(cell: str) -> bool | None:
    """Yes or no, also as 1 and -1 or as a cross; None for anything else."""
    text = cell.strip()
    if text.casefold() in ("x", "✓", "✔"):
        return True
    answer = parse_boolean(text)
    return False if answer is None and parse_number(text) == -1.0 else answer


def is_flag(cells: Sequence[str]) -> bool:
    """Whether a column says yes or no of every picture, or marks some."""
    filled = {cell.strip() for cell in set(cells) if not is_missing(cell)}
    return 0 < len(filled) <= 4 and all(flag_of(cell) is not None for cell in filled)


def marks_only(cells: Sequence[str]) -> bool:
    """Whether yes is written and no is left empty."""
    filled = {cell.strip() for cell in set(cells) if not is_missing(cell)}
    return bool(filled) and all(flag_of(cell) for cell in filled)


def is_measured(table: Table, name: str) -> bool:
    """Whether a column holds measurements rather than words, or the numbers of classes."""
    cells = [cell.strip() for cell in table.column(name) if not is_missing(cell)]
    numbers, _ = numbers_of(cells, table.dialect.decimal, unit_of(table, name))
    if not len(numbers) or (numbers != numbers).any():
        return False
    known = set(numbers.tolist())
    return any(number != round(number) for number in known) or len(known) > max(FEW_NUMBERS, len(cells) // 5)


def unit_of(table: Table, name: str) -> str:
    """The unit that the cells of a column carry, such as “12 cm”; numbers in others are turned into it."""
    guess = guess_column(name, table.column(name), table.dialect.decimal).column
    return guess.unit if guess.type == "number" else ""


def _measures(table: Table, name: str) -> bool:
    cells = table.column(name)
    guess = guess_column(name, cells, table.dialect.decimal)
    kinds = len({cell for cell in cells if not is_missing(cell)})
    return guess.column.type == "number" and kinds > 1 and guess.reason != NUMBERS_ROWS


def _are_numbers(cells: Sequence[str]) -> bool:
    return all(parse_number(cell) is not None or parse_number(cell, ",") is not None for cell in cells)
