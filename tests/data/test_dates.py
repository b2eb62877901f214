from __future__ import annotations

import datetime
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.tables.dates import DATE_PARTS, is_day_first, parse_date, useful_parts, written_date


def seconds(*parts: int) -> float:
    return (datetime.datetime(*parts) - datetime.datetime(1970, 1, 1)).total_seconds()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-04-03", (2021, 4, 3)),
        ("2021/4/3", (2021, 4, 3)),
        ("20210403", (2021, 4, 3)),
        ("03.04.2021", (2021, 4, 3)),
        ("3.4.21", (2021, 4, 3)),
        ("3.4.85", (1985, 4, 3)),
        ("04/03/2021", (2021, 4, 3)),
        ("2021-04-03T18:30:05Z", (2021, 4, 3, 18, 30, 5)),
        ("2021-04-03 18:30+02:00", (2021, 4, 3, 18, 30)),
        ("04/03/2021 6:30 pm", (2021, 4, 3, 18, 30)),
        ("04/03/2021 12:05 AM", (2021, 4, 3, 0, 5)),
        ("3 April 2021", (2021, 4, 3)),
        ("3. März 2021", (2021, 3, 3)),
        ("Sat, 3 Apr 2021", (2021, 4, 3)),
        ("April 3, 2021", (2021, 4, 3)),
        ("18:30", (1970, 1, 1, 18, 30)),
    ],
)
def test_that_dates_are_read_as_people_write_them(text: str, expected: tuple[int, ...]) -> None:
    assert parse_date(text) == seconds(*expected)


@pytest.mark.parametrize(
    "text", ["", "12", "2021-13-01", "31.02.2021", "1.2", "1-2-3", "3 Foo 2021", "25:00", "12345678"]
)
def test_that_other_text_is_no_date(text: str) -> None:
    assert parse_date(text) is None


def test_that_the_whole_column_settles_which_is_the_day() -> None:
    assert is_day_first(["03/04/2021", "25/04/2021"])
    assert not is_day_first(["03/04/2021", "04/25/2021"])
    assert not is_day_first(["03/04/2021"])
    assert is_day_first(["03/04/2021"], default=True)
    assert parse_date("03/04/2021", day_first=True) == seconds(2021, 4, 3)


def test_that_parts_of_a_date_are_numbers() -> None:
    moment = np.array([seconds(2021, 4, 3, 18, 30), math.nan])  # a Saturday
    found = {part.id: part.numbers(moment).tolist() for part in DATE_PARTS}
    assert {name: values[0] for name, values in found.items()} == {
        "year": 2021, "month": 4, "weekday": 5, "hour": 18.5, "elapsed": seconds(2021, 4, 3, 18, 30) / 86400
    }  # fmt: skip
    assert all(math.isnan(values[1]) for values in found.values())


def test_that_only_parts_that_differ_are_useful() -> None:
    assert useful_parts(np.array([seconds(2021, 4, 3), seconds(2021, 4, 9)])) == ("weekday", "elapsed")
    assert useful_parts(np.array([seconds(1970, 1, 1, 8, 0), seconds(1970, 1, 1, 9, 30)])) == ("hour",)
    assert useful_parts(np.array([math.nan])) == ("elapsed",)


@given(st.datetimes(datetime.datetime(1901, 1, 1), datetime.datetime(2199, 1, 1)))
def test_that_every_date_comes_back_whatever_way_it_is_written(moment: datetime.datetime) -> None:
    moment = moment.replace(microsecond=0)
    expected = (moment - datetime.datetime(1970, 1, 1)).total_seconds()
    assert parse_date(moment.isoformat()) == expected
    assert parse_date(moment.strftime("%d.%m.%Y %H:%M:%S")) == expected
    assert parse_date(moment.strftime("%d/%m/%Y %H:%M:%S"), day_first=True) == expected
    assert parse_date(moment.strftime("%m/%d/%Y %H:%M:%S")) == expected
    assert parse_date(moment.strftime("%d %B %Y %I:%M:%S %p")) == expected
    assert parse_date(written_date(expected)) == expected
    parts = {part.id: float(part.numbers(np.array([expected]))[0]) for part in DATE_PARTS}
    assert (parts["year"], parts["month"], parts["weekday"]) == (moment.year, moment.month, moment.weekday())


@given(st.text(max_size=30))
def test_that_any_text_is_a_date_or_none(text: str) -> None:
    for day_first in (False, True):
        found = parse_date(text, day_first)
        assert found is None or math.isfinite(found)
