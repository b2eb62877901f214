"""Numbers with units as people write them: "12 kg", "3,5 €", "45 %", "1.5 km"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from studio.data.tables.cells import Cells, TextCells
from studio.data.tables.numbers import Decimal, is_missing, parse_number

# kind -> unit -> how many of the kind's first unit it is. Money has no fixed rate, so every currency is
# a kind of its own.
KINDS: dict[str, dict[str, float]] = {
    "length": {"m": 1.0, "mm": 1e-3, "cm": 1e-2, "dm": 0.1, "km": 1e3, "µm": 1e-6, "nm": 1e-9, "in": 0.0254,
               "ft": 0.3048, "yd": 0.9144, "mi": 1609.344},
    "weight": {"g": 1.0, "mg": 1e-3, "µg": 1e-6, "kg": 1e3, "t": 1e6, "lb": 453.59237, "lbs": 453.59237,
               "oz": 28.349523125},
    "time": {"s": 1.0, "sec": 1.0, "ms": 1e-3, "min": 60.0, "h": 3600.0, "hrs": 3600.0, "d": 86400.0,
             "days": 86400.0, "seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "weeks": 604800.0},
    "volume": {"l": 1.0, "ml": 1e-3, "cl": 1e-2, "dl": 0.1, "gal": 3.785411784},
    "area": {"m²": 1.0, "m2": 1.0, "cm²": 1e-4, "km²": 1e6, "ha": 1e4, "sqm": 1.0, "qm": 1.0,
             "sqft": 0.09290304},
    "speed": {"km/h": 1.0, "kmh": 1.0, "kph": 1.0, "m/s": 3.6, "mph": 1.609344},
    "data": {"B": 1.0, "KB": 1e3, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12},
    "power": {"W": 1.0, "kW": 1e3, "MW": 1e6, "PS": 735.49875, "hp": 745.69987},
    "energy": {"kWh": 1.0, "Wh": 1e-3, "MWh": 1e3, "kcal": 1.163e-3},
    "pressure": {"hPa": 1.0, "mbar": 1.0, "Pa": 0.01, "kPa": 10.0, "bar": 1000.0},
    "light": {"lx": 1.0, "klx": 1e3},
    "frequency": {"Hz": 1.0, "kHz": 1e3, "MHz": 1e6, "GHz": 1e9},
    "voltage": {"mV": 1e-3, "kV": 1e3},
    "current": {"mA": 1.0, "µA": 1e-3},
    "share of a mixture": {"ppm": 1.0, "ppb": 1e-3},
    "loudness": {"dB": 1.0},
    "percent": {"%": 1.0},
    "degrees Celsius": {"°C": 1.0},
    "degrees Fahrenheit": {"°F": 1.0},
    "angle": {"°": 1.0},
    **{currency: {currency: 1.0} for currency in ("€", "$", "£", "¥", "CHF")},
}  # fmt: skip
_OF_UNIT = {unit: (kind, factor) for kind, units in KINDS.items() for unit, factor in units.items()}
_ALIKE = {"EUR": "€", "USD": "$", "GBP": "£", "μm": "µm", "μg": "µg"}
_BEHIND = re.compile(r"(.*[0-9.,])\s*([^\W\d_]+[²2]?(?:/[a-z])?|[%€$£¥°]|°[CF])")
_WORD = re.compile(r"[^\W\d_][^\d\s,;:\"“”]{0,14}(?: [^\W\d_]{1,12})?")
_OWN = re.compile(rf"([+-]?[0-9][0-9.,'’ \u00a0\u202f]*)({_WORD.pattern})\.?")
_BEGINS = frozenset("+-.0123456789")  # most texts of a large table begin otherwise, and are passed over
_BEFORE = re.compile(r"([€$£¥]|EUR|USD|GBP|CHF)\s*(.*[0-9.,])")


def split_unit(cell: str, own: str = "") -> tuple[str, str]:
    """(number as text, unit), the unit empty where there is none that is known. `own`: a word that is a
    unit here, see `own_units`."""
    if own and own not in _OF_UNIT:
        word = re.compile(rf"(.*[0-9.,])\s*{re.escape(_singular(own))}s?\.?", re.IGNORECASE).fullmatch(cell)
        if word is not None:
            return word[1], own
    behind = _BEHIND.fullmatch(cell)
    if behind is not None:
        unit = _known(behind[2])
        if unit:
            return behind[1], unit
    before = _BEFORE.fullmatch(cell)
    return (before[2], _known(before[1])) if before is not None else (cell, "")


def _known(written: str) -> str:
    unit = _ALIKE.get(written, written)
    if unit in _OF_UNIT:
        return unit
    return unit.lower() if unit.lower() in _OF_UNIT and len(unit) > 1 else ""  # "KG", not "M" for metres


def parse_quantity(cell: str, decimal: Decimal, unit: str = "") -> tuple[float | None, str]:
    """(number, unit as written): the number in `unit` where that is given and the two are of one kind.

    None as number: no number, or in a unit of another kind. A cell without a unit is taken as it is.
    """
    text, written = split_unit(cell, unit)
    number = parse_number(text, decimal)
    if number is None:
        return parse_number(cell, decimal), ""
    if not unit or not written or written == unit:
        return number, written
    factor = conversion(written, unit)
    return (None if factor is None else number * factor), written


def conversion(unit: str, wanted: str) -> float | None:
    """By what to multiply; None where one cannot become the other."""
    if unit not in _OF_UNIT or wanted not in _OF_UNIT or _OF_UNIT[unit][0] != _OF_UNIT[wanted][0]:
        return None
    return _OF_UNIT[unit][1] / _OF_UNIT[wanted][1]


def kinds_of(units: Iterable[str]) -> tuple[str, ...]:
    """The different kinds of the units that are known: more than one cannot be compared."""
    return tuple(dict.fromkeys(_OF_UNIT[unit][0] for unit in units if unit in _OF_UNIT))


def own_units(texts: Sequence[str], counts: Sequence[int], decimal: Decimal) -> dict[str, int]:
    """Words behind numbers that no list of units knows, such as “12 steps”, with how many cells have each;
    "" counts the cells that are anything else, but for plain numbers. The most frequent first."""
    written: dict[str, Counter[str]] = {}
    rest = 0
    for text, count in zip(texts, counts, strict=True):
        if text[:1] not in _BEGINS:
            rest += int(count)
            continue
        if parse_number(text, decimal) is not None:
            continue
        found = _OWN.fullmatch(text.strip())
        letter = (
            found is not None and len(found[2]) == 1 and not found[1].endswith(" ")
        )  # a house number, 12a
        if found is None or letter or parse_number(found[1].strip(), decimal) is None:
            rest += int(count)
        else:
            written.setdefault(_singular(found[2]).casefold(), Counter())[found[2]] += int(count)
    totals = {spellings.most_common(1)[0][0]: spellings.total() for spellings in written.values()}
    ordered = dict(sorted(totals.items(), key=lambda item: -item[1]))
    return ordered | ({"": rest} if rest else {})


def units_in(cells: Cells, decimal: Decimal, unit: str) -> dict[str, int]:
    """How many cells of a column of numbers have each unit, the most frequent first; "" has none."""
    found: Counter[str] = Counter()
    if isinstance(cells, TextCells):
        pairs = zip(cells.values, cells.counts.tolist(), strict=True)
    else:
        found[""] += int(np.isfinite(cells.numbers).sum())
        pairs = zip(cells.odd.values(), [1] * len(cells.odd), strict=True)
    for text, count in pairs:
        number, written = parse_quantity(text, decimal, unit)
        if number is not None and count and not is_missing(text):
            found[written] += count
    return dict(found.most_common())


def _singular(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word  # “steps” and “step”, not “ms”


def is_unit(text: str) -> bool:
    """One that is known, or a word that can stand behind a number."""
    return text == "" or text in _OF_UNIT or _WORD.fullmatch(text) is not None
