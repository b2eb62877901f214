"""Numbers, empty cells and yes/no as people write them in tables."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Literal

Decimal = Literal[".", ","]

MISSING = frozenset(
    {"", "NA", "N/A", "n/a", "na", "NaN", "nan", "NAN", "null", "NULL", "Null", "None", "NONE", "?", "-",
     "--", "---", ".", "#N/A", "#NA", "#NV", "#VALUE!", "#DIV/0!", "#REF!", "#NAME?", "#NUM!", "#NULL!",
     "#WERT!", "#BEZUG!", "#ZAHL!", "<NA>", "<null>", "(null)", "missing", "..", "...", "–", "—", "n.a.",
     "N.A.", "n.v.", "k.A.", "k. A.", "nil", "\\N", "NaT", "1.#QNAN", "-1.#IND", "*", "n/v"}
)  # fmt: skip
# Words for nothing, however they are written. Not "none" and "unknown": those may be answers.
MISSING_WORDS = frozenset(
    {"na", "n/a", "nan", "null", "missing", "not available", "not applicable", "no data", "leer", "fehlt",
     "fehlend", "keine angabe", "keine angaben", "k.a.", "nicht verfügbar", "(leer)", "(empty)", "(blank)",
     "empty", "blank", "vide", "non disponible", "vacío",
     "inf", "+inf", "-inf", "infinity", "-infinity"}  # what a division by 0 leaves
)  # fmt: skip
TRUE_WORDS = frozenset({"true", "yes", "y", "t", "ja", "oui", "si", "sí", "on"})
FALSE_WORDS = frozenset({"false", "no", "n", "f", "nein", "non", "off"})

_TRUE_OR_FALSE = dict.fromkeys(TRUE_WORDS, True) | dict.fromkeys(FALSE_WORDS, False)
BOOLEAN_PAIRS = (  # what is taken for a yes and a no without being asked: both must occur
    ("true", "false"), ("yes", "no"), ("y", "n"), ("t", "f"), ("ja", "nein"), ("j", "n"), ("oui", "non"),
    ("si", "no"), ("sí", "no"), ("on", "off"), ("wahr", "falsch"), ("1", "0"),
)  # fmt: skip


def parse_boolean(text: str) -> bool | None:
    """Yes or no, in the words of several languages or as 1 and 0; None for anything else."""
    folded = text.casefold()
    if folded in _TRUE_OR_FALSE:
        return _TRUE_OR_FALSE[folded]
    for yes, no in BOOLEAN_PAIRS:
        if folded in (yes, no):
            return folded == yes
    number = parse_number(text)
    return bool(number) if number in (0.0, 1.0) else None


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
    return cell in MISSING or (len(cell) < 20 and cell.casefold() in MISSING_WORDS)


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
