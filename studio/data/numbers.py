"""Numbers, empty cells and yes/no as people write them in tables."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Literal

Decimal = Literal[".", ","]

MISSING = frozenset(
    {"", "NA", "N/A", "n/a", "na", "NaN", "nan", "NAN", "null", "NULL", "Null", "None", "NONE", "?", "-",
     "--", "---", ".", "#N/A", "#NA", "#NV", "#VALUE!", "#DIV/0!", "#REF!", "#NAME?", "<NA>", "missing"}
)  # fmt: skip
TRUE_WORDS = frozenset({"true", "yes", "y", "t", "ja", "oui", "si", "sí", "on"})
FALSE_WORDS = frozenset({"false", "no", "n", "f", "nein", "non", "off"})

# [0-9], not \d: float() of other scripts' digits would also work, but is seldom meant.
_EXPONENT = r"(?:[eE][+-]?[0-9]{1,3})?"
_PATTERNS: dict[str, tuple[re.Pattern[str], str]] = {
    # decimal sign -> (whole pattern, thousands sign)
    ".": (re.compile(rf"[+-]?(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+)?(?:\.[0-9]*)?{_EXPONENT}"), ","),
    ",": (re.compile(rf"[+-]?(?:[0-9]{{1,3}}(?:\.[0-9]{{3}})+|[0-9]+)?(?:,[0-9]*)?{_EXPONENT}"), "."),
}
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_GROUPS = re.compile(r"(?<=[0-9])[ \u00a0\u202f\u2009'’](?=[0-9]{3}(?:[^0-9]|$))")
_CLEARLY_COMMA = re.compile(r"[+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]*,(?:[0-9]{1,2}|[0-9]{4,}))")
_MAYBE_COMMA = re.compile(r"[+-]?[0-9]{1,3},[0-9]{3}")
_CLEARLY_POINT = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]*\.(?:[0-9]{1,2}|[0-9]{4,}))")


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell in MISSING


def parse_number(cell: str, decimal: Decimal = ".") -> float | None:
    """The number a cell holds, or None. Knows thousands signs, percent and currency signs.

    "1,234.5", "1 234,5" (with decimal ","), "12 %", "€ 3.50", "1e-5"; not "inf", "1_000", "0x10".
    """
    if decimal == "." and _PLAIN.fullmatch(cell):  # nearly all cells of nearly all tables
        plain = float(cell)
        return plain if math.isfinite(plain) else None
    text = cell.strip().replace("\u2212", "-")  # the typographic minus of spreadsheets
    if text and not (text[-1].isdigit() and text[0] in "+-0123456789"):
        text = text.strip(" \u00a0%€$£¥")
    pattern, thousands = _PATTERNS[decimal]
    if " " in text or not text.isascii() or "'" in text:
        text = _GROUPS.sub("", text)
    if not pattern.fullmatch(text) or not any(c.isdigit() for c in text):
        return None
    number = _to_float(text.replace(thousands, "").replace(",", "."))
    return number if number is not None and math.isfinite(number) else None


def guess_decimal(cells: Iterable[str], delimiter: str) -> Decimal:
    """The decimal sign of a table, by counting. 1,234 alone counts only where ";" separates cells."""
    comma = point = maybe = 0
    for cell in cells:
        if "," in cell and _CLEARLY_COMMA.fullmatch(cell):
            comma += 1
        elif "." in cell and _CLEARLY_POINT.fullmatch(cell):
            point += 1
        elif "," in cell and _MAYBE_COMMA.fullmatch(cell):
            maybe += 1
    if comma != point:
        return "," if comma > point else "."
    return "," if maybe and not point and delimiter == ";" else "."


def number_text(number: float) -> str:
    """A number as a class name or in a message: 3 for 3.0, 0.1 for 0.1."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(float(number))


def _to_float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:  # "." or "+" or "1e"
        return None
