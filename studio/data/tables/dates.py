"""Dates and times as people write them, and the numbers that a network can learn from."""

from __future__ import annotations

import datetime
import functools
import re
import types
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from studio.core.registry import Registry

Seconds = npt.NDArray[np.float64]  # since the beginning of 1970, on the clock of the place; NaN where empty

MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january januar janvier", "feb february februar février", "mar march mär märz mars",
         "apr april avril", "may mai", "jun june juni juin", "jul july juli juillet", "aug august août",
         "sep sept september septembre", "oct okt october oktober octobre", "nov november novembre",
         "dec dez december dezember décembre"), 1)
    for name in names.split()
}  # fmt: skip
CLOCK = (
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}(?:[.,]\d+)?))?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?)"
)
ZONE = r"(?:\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
DATE_PATTERNS = [
    re.compile(day + rf"(?:(?:[T,]\s*|\s+){CLOCK}{ZONE})?", re.ASCII)
    for day in (
        r"(?P<year>\d{4})(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})",
        r"(?P<first>\d{1,2})(?P<sign>[-/.])(?P<second_part>\d{1,2})(?P=sign)(?P<year>\d{4}|\d{2})",
        r"(?P<year>(?:19|20)\d{2})(?P<month>[01]\d)(?P<day>[0-3]\d)",
    )
]
NAMED_DATES = [
    re.compile(day + rf"(?:(?:,\s*|\s+){CLOCK}{ZONE})?")
    for day in (
        r"(?:[^\W\d_]+\.?,?\s+)?(?P<day>\d{1,2})\.?[\s-]+(?P<name>[^\W\d_]+)\.?[\s,-]+(?P<year>\d{4}|\d{2})",
        r"(?:[^\W\d_]+\.?,?\s+)?(?P<name>[^\W\d_]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
    )
]
ONLY_CLOCK = re.compile(CLOCK)


def parse_date(text: str, day_first: bool = False) -> float | None:
    """Seconds since 1970 of a date or a time of day, None for anything else. Time zones are left out: the
    hour on the clock tells more than the hour in Greenwich."""
    for pattern in (*DATE_PATTERNS, *NAMED_DATES, ONLY_CLOCK):
        match = pattern.fullmatch(text)
        if match is None:
            continue
        found = match.groupdict()
        year, month, day = found.get("year", "1970"), found.get("month", "1"), found.get("day", "1")
        if "first" in found:
            day, month = found["first"], found["second_part"]
            if not (day_first or found["sign"] == "."):
                day, month = month, day
        if "name" in found:
            month = MONTHS.get(found["name"].lower(), 0)
        hour, second = int(found["hour"] or 0), float((found["second"] or "0").replace(",", "."))
        if found["half"]:
            hour = hour % 12 + (12 if found["half"][0] in "Pp" else 0)
        century = 0 if len(year) == 4 else 2000 if int(year) < 70 else 1900
        try:
            date = datetime.datetime(
                int(year) + century, int(month), int(day), hour, int(found["minute"] or 0)
            )
        except ValueError:
            continue
        return (date - datetime.datetime(1970, 1, 1)).total_seconds() + second
    return None


_AMBIGUOUS = re.compile(r"(\d{1,2})([-/])(\d{1,2})\2(?:\d{4}|\d{2})\b.*", re.ASCII)


def is_day_first(cells: Iterable[str], default: bool = False) -> bool:
    """Whether 03/04/2021 is the third of April: settled by cells like 25/04/2021 in the same column.

    `default`: for a column in which nothing settles it. Dates with points are always read day first.
    """
    first = second = 0
    for cell in cells:
        match = _AMBIGUOUS.match(cell)
        if match is not None:
            first += int(match[1]) > 12
            second += int(match[3]) > 12
    return first > second if first != second else default


def months(t: Seconds) -> Seconds:
    """Whole months since 1970, NaN where there is no date."""
    known = np.isfinite(t)
    counted = np.where(known, t, 0).astype("datetime64[s]").astype("datetime64[M]").astype(np.float64)
    return np.where(known, counted, np.nan)


@dataclass(frozen=True, slots=True)
class DatePart:
    """A number that a date gives. `of` is an expression of numpy, run here and written into exported
    scripts: `t` are seconds since 1970, float64, NaN where there is no date."""

    id: str
    name: str
    help: str
    of: str

    def numbers(self, seconds: Seconds) -> Seconds:
        return cast(Seconds, eval(_compiled(self.of), {"np": np, "months": months, "t": seconds}))


@functools.cache
def _compiled(expression: str) -> types.CodeType:
    return compile(expression, "<date part>", "eval")


DATE_PARTS: Registry[DatePart] = Registry(
    "part of a date",
    (
        DatePart("year", "year", "The year, such as 2024.", "1970 + np.floor(months(t) / 12)"),
        DatePart("month", "month", "The month, 1 to 12: for what changes with the seasons.",
                 "1 + months(t) % 12"),
        DatePart("weekday", "day of the week", "0 is Monday, 6 is Sunday: for what changes with the week.",
                 "(np.floor(t / 86400) + 3) % 7"),
        DatePart("hour", "hour", "The time of day in hours, 0 to 24.", "t % 86400 / 3600"),
        DatePart("elapsed", "days gone by", "Days since the beginning of 1970: for what grows or falls over "
                 "the years.", "t / 86400"),
    ),
)  # fmt: skip


def useful_parts(seconds: Seconds) -> tuple[str, ...]:
    """The parts that differ from row to row; at least one."""
    known = seconds[np.isfinite(seconds)]
    parts = tuple(p.id for p in DATE_PARTS if len(known) and np.ptp(p.numbers(known)) > 0)
    if len(known) and float(known.max()) < 86400 and float(known.min()) >= 0:
        return ("hour",)  # times of day; what else differs is the same number again
    return parts or ("elapsed",)


def written_date(seconds: float) -> str:
    """As a person reads it: 2024-01-31, or with the time where there is one."""
    date = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=round(seconds))
    return date.strftime("%Y-%m-%d") if seconds % 86400 == 0 else date.strftime("%Y-%m-%d %H:%M:%S")
