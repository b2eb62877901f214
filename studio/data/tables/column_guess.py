"""What a column seems to hold and what it is good for, with the evidence, from the different cells in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.core.project import Column
from studio.data.part_words import says_parts
from studio.data.tables.cells import Cells, NumberCells, Numbers, as_cells
from studio.data.tables.column_transforms import skewness, wants_log
from studio.data.tables.dates import is_day_first, parse_date
from studio.data.tables.numbers import BOOLEAN_PAIRS, Decimal, is_missing, number_text, parse_number
from studio.data.tables.units import conversion, kinds_of, own_units, parse_quantity

NUMBERS_ROWS = "numbers the rows"  # a reason to ignore a column
MAX_VALUES = 50  # of a category that is used as a feature: each becomes one input of the network
FEWEST_ROWS = 10  # filled ones, below which differing in all of them says nothing
NEARLY_EVERY = 0.9  # share of rows with a text of their own, from which texts are no categories
STRAY = 0.05  # share of cells in a column of numbers that may be something else
_MOST_UNITS = 6  # different words behind numbers; more are names, such as those of streets
_LOOKED_AT = 20_000  # different texts; a sample of them tells as much as all
_FEW_NUMBERS = 200  # columns of more different numbers are looked at as numbers only
_FREE_TEXT_WORDS = 4  # words a cell from which a column of different texts is prose rather than names
_CODES = (-9.0, -99.0, -999.0, -9999.0, -99999.0, -1.0, -88.0, -77.0, -888.0, 99.0, 999.0, 9999.0, 99999.0,
          -99.9, -999.9, 999.9, 9999.9)  # fmt: skip
_ID_NAME = re.compile(
    r"(.*[ _-])?(id|ids|idx|index|nr|no|uuid|guid|rownames?|row)|[a-z]+Id|[a-z]+ID|unnamed.*"
)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column seems to be.

    `reason`: why it is better ignored, as a half-sentence; else empty. `evidence`: a sentence on why it is
    of this type. `codes`: numbers that probably stand for nothing. `log`: how skewed it is, if the
    logarithm would help; else 0.
    """

    column: Column
    distinct: int
    reason: str = ""
    evidence: str = ""
    codes: tuple[str, ...] = ()
    log: float = 0.0


@dataclass(frozen=True, slots=True)
class _Seen:
    """The different cells that are not empty, how often each occurs, and how many rows are filled."""

    texts: list[str]
    counts: npt.NDArray[np.int64]
    filled: int
    rows: int
    distinct: int

    def share(self, fits: Sequence[bool]) -> float:
        return float(self.counts[np.array(fits, bool)].sum()) / max(1, int(self.counts.sum()))

    def of(self, fits: Sequence[bool]) -> str:
        """ "97 of 100 cells" """
        share = self.share(fits)
        return f"{min(self.filled, round(share * self.filled)):,} of {self.filled:,} cells"


def guess_column(name: str, cells: Sequence[str], decimal: Decimal) -> Guess:
    """Type of a column, and whether it is of any use as a feature."""
    column = as_cells(cells)
    return column.derived(("guess", name, decimal), lambda: _guess(name, column, decimal))


def _guess(name: str, cells: Cells, decimal: Decimal) -> Guess:
    if isinstance(cells, NumberCells) and cells.few(_FEW_NUMBERS) is None:
        known = cells.numbers[np.isfinite(cells.numbers)]
        filled = len(known) + sum(not is_missing(text) for text in cells.odd.values())
        evidence = f"{len(known):,} of {filled:,} cells are numbers."
        return _number(name, cells, known, len(known), filled, evidence)
    seen = _look(cells)
    if not seen.texts:
        return Guess(Column(name, "category", "ignore"), 0, "is empty", "No cell is filled in.")
    for look in (_yes_or_no, _numbers, _dates):
        found = look(name, cells, seen, decimal)
        if found is not None:
            return found
    return _texts(name, seen, decimal)


def _look(cells: Cells) -> _Seen:
    if isinstance(cells, NumberCells):
        values, value_counts, _ = cells.unique()
        pairs = [(number_text(float(v)), int(n)) for v, n in zip(values, value_counts, strict=True)]
        pairs += [(text, 1) for text in cells.odd.values() if not is_missing(text)]
        distinct = len(pairs)
    else:
        step = max(1, len(cells.values) // _LOOKED_AT)
        counts = cells.counts
        pairs = [
            (cells.values[i], int(counts[i]))
            for i in range(0, len(cells.values), step)
            if counts[i] and not is_missing(cells.values[i])
        ]
        distinct = len(pairs) if step == 1 else len(cells.values)
    occurrences = np.array([count for _, count in pairs], np.int64)
    if isinstance(cells, NumberCells) or step == 1:
        filled = int(occurrences.sum())
    else:
        filled = len(cells) - sum(int(counts[i]) for i, text in enumerate(cells.values) if is_missing(text))
    return _Seen([text for text, _ in pairs], occurrences, filled, len(cells), distinct)


def _yes_or_no(name: str, cells: Cells, seen: _Seen, decimal: Decimal) -> Guess | None:
    folded = {text.casefold() for text in seen.texts}
    if len(folded) != 2 or not any(set(pair) == folded for pair in BOOLEAN_PAIRS):
        return None
    shown = " or ".join(f"“{text}”" for text in seen.texts[:2])
    return Guess(
        Column(name, "boolean"), len(folded), evidence=f"All {seen.filled:,} cells are {shown}: yes or no."
    )


def _numbers(name: str, cells: Cells, seen: _Seen, decimal: Decimal) -> Guess | None:
    own = _own_unit(seen, decimal)
    found = [parse_quantity(text, decimal, own) for text in seen.texts]
    fits = [number is not None for number, _ in found]
    if not any(fits) or 1 - seen.share(fits) > STRAY:
        return None
    units: dict[str, int] = {}
    for (number, unit), count in zip(found, seen.counts.tolist(), strict=True):
        if number is not None and unit:
            units[unit] = units.get(unit, 0) + count
    known = np.array([number for number, _ in found if number is not None], np.float64)
    sampled = len(seen.texts) < seen.distinct
    distinct = seen.distinct if sampled else len(np.unique(known))
    evidence = f"{seen.of(fits)} are numbers."
    if not units:
        return _number(name, cells, known, distinct, seen.filled, evidence)
    kinds = kinds_of(units)
    if len(kinds) > 1:
        shown = ", ".join(f"“{unit}”" for unit in units)
        reason = f"mixes units that cannot be turned into one another ({shown})"
        return Guess(Column(name, "category", "ignore"), distinct, reason, evidence)
    unit = max(units, key=lambda key: units[key])
    shown = next(text for text, (_, u) in zip(seen.texts, found, strict=True) if u == unit)
    evidence = f"{seen.of(fits)} are numbers with a unit, such as “{shown}”."
    if len(units) > 1:
        others = ", ".join(f"“{u}”" for u in units if u != unit)
        evidence += f" Those in {others} are turned into “{unit}”."
    bare = round(seen.share([number is not None and not u for number, u in found]) * seen.filled)
    if bare:
        evidence += f" {bare:,} without a unit count as “{unit}”."
    factors = [1.0 if not u else conversion(u, unit) or 1.0 for n, u in found if n is not None]
    guess = _number(name, cells, known * np.array(factors), distinct, seen.filled, evidence)
    column = Column(name, "number", guess.column.role, unit=unit)
    return Guess(column, guess.distinct, guess.reason, evidence, guess.codes, guess.log)


def _own_unit(seen: _Seen, decimal: Decimal) -> str:
    """A word that stands behind nearly all numbers, and half of all cells: “12 steps”; else empty."""
    found = own_units(seen.texts, seen.counts.tolist(), decimal)
    word, count = next(iter(found.items()), ("", 0))
    known = sum(found.values())
    return word if word and count >= (1 - STRAY) * known and count >= seen.counts.sum() / 2 else ""


def _number(name: str, cells: Cells, known: Numbers, distinct: int, filled: int, evidence: str) -> Guess:
    """`known`: the different numbers, or all of them where there are too many to tell apart."""
    ignored = Column(name, "number", "ignore")
    if distinct == 1:
        return Guess(ignored, 1, "holds the same in every row", evidence)
    if filled == len(cells) >= 10 and distinct == filled and _numbers_the_rows(name, cells, known):
        return Guess(ignored, distinct, NUMBERS_ROWS, evidence)
    codes = _stand_ins(known, cells)
    inside = known[~np.isin(known, [float(code) for code in codes])] if codes else known
    inside = inside[:: max(1, len(inside) // _LOOKED_AT)]
    skew = skewness(inside) if wants_log(inside) else 0.0
    if codes:
        evidence += f" {', '.join(codes)} may stand for an empty cell."
    return Guess(Column(name, "number"), distinct, "", evidence, codes, skew)


def _numbers_the_rows(name: str, cells: Cells, known: Numbers) -> bool:
    if not bool(np.all(known == np.round(known))):
        return False
    if isinstance(cells, NumberCells):
        values = cells.numbers
        if len(np.unique(values[:1000])) < min(1000, len(values)):
            return False
    else:
        values = cells.looked_up(lambda text: parse_number(text) or 0.0, np.float64)
    steps = np.diff(values)
    counts_up = bool(values[0] in (0.0, 1.0) and np.all(steps == 1))
    named = _ID_NAME.fullmatch(name) or _ID_NAME.fullmatch(name.lower())
    return counts_up or bool(named and (np.all(steps > 0) or len(np.unique(values)) == len(values)))


def _stand_ins(known: Numbers, cells: Cells) -> tuple[str, ...]:
    """Numbers such as -999 that lie far away from all others and occur more than once."""
    found: list[str] = []
    rest = known
    while len(rest):
        low, high = float(rest.min()), float(rest.max())
        code = next((c for c in (low, high) if c in _CODES and number_text(c) not in found), None)
        if code is None:
            break
        others = rest[rest != code]
        if len(np.unique(others[:1000])) < 3:
            break
        spread = float(others.max()) - float(others.min())
        impossible = code < 0 <= float(others.min()) and code != -1.0
        far = min(abs(code - float(others.min())), abs(code - float(others.max()))) > 2 * spread > 0
        if not (impossible or far) or _count(cells, code) < 2:
            break
        found.append(number_text(code))
        rest = others
    return tuple(found)


def stand_ins(numbers: Numbers) -> tuple[float, ...]:
    """The same of plain numbers."""
    known = numbers[np.isfinite(numbers)]
    return tuple(float(code) for code in _stand_ins(known, NumberCells(known)))


def _count(cells: Cells, number: float) -> int:
    if isinstance(cells, NumberCells):
        return int((cells.numbers == number).sum())
    counts = cells.counts
    return sum(int(counts[i]) for i, text in enumerate(cells.values) if parse_number(text) == number)


def _dates(name: str, cells: Cells, seen: _Seen, decimal: Decimal) -> Guess | None:
    if isinstance(cells, NumberCells):
        return None
    first = is_day_first(seen.texts)
    fits = [parse_date(text, first) is not None for text in seen.texts]
    if seen.share(fits) < 0.9:
        return None
    shown = next(text for text, fit in zip(seen.texts, fits, strict=True) if fit)
    evidence = f"{seen.of(fits)} are dates like {shown}."
    if seen.distinct == 1:
        return Guess(Column(name, "date", "ignore"), 1, "holds the same in every row", evidence)
    return Guess(Column(name, "date", day_first=first), seen.distinct, evidence=evidence)


def _different_units(seen: _Seen, decimal: Decimal) -> str:
    """A sentence on texts that are numbers with units which nobody can turn into one another."""
    found = own_units(seen.texts, seen.counts.tolist(), decimal)
    words = [word for word, count in found.items() if word and count > 1]
    if not 2 <= len(words) <= _MOST_UNITS or sum(found[w] for w in words) < (1 - STRAY) * seen.counts.sum():
        return ""
    return ", ".join(f"“{word}”" for word in words)


def _texts(name: str, seen: _Seen, decimal: Decimal) -> Guess:
    ignored = Column(name, "category", "ignore")
    if len(seen.texts) == seen.distinct and says_parts(seen.texts):
        evidence = (
            f"The cells say which part a row is in: {', '.join(f'“{text}”' for text in seen.texts[:4])}."
        )
        return Guess(Column(name, "category", "split"), seen.distinct, evidence=evidence)
    evidence = f"{seen.filled:,} cells hold {seen.distinct:,} different texts."
    if seen.distinct == 1:
        return Guess(ignored, 1, "holds the same in every row", evidence)
    units = _different_units(seen, decimal)
    many = seen.distinct > MAX_VALUES or (
        seen.filled >= FEWEST_ROWS and seen.distinct > NEARLY_EVERY * seen.filled
    )
    if units and many:
        reason = f"mixes units that cannot be turned into one another ({units})"
        return Guess(ignored, seen.distinct, reason, evidence)
    if units:
        evidence += f" Numbers in {units} cannot be turned into one another, so they are taken as texts."
    if seen.filled >= FEWEST_ROWS and seen.distinct > NEARLY_EVERY * seen.filled:
        words = sum(len(text.split()) for text in seen.texts) / len(seen.texts)
        if words >= _FREE_TEXT_WORDS:
            evidence += f" They are {words:.0f} words long on average."
            return Guess(ignored, seen.distinct, "holds free text, which this network cannot read", evidence)
        reason = "holds something else in nearly every row, as names do"
        return Guess(ignored, seen.distinct, reason, evidence)
    if seen.distinct > MAX_VALUES:
        reason = f"holds {seen.distinct:,} different texts, too many for categories"
        return Guess(ignored, seen.distinct, reason, evidence)
    return Guess(Column(name, "category"), seen.distinct, evidence=evidence)
