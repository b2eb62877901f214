from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.tables.numbers import guess_decimal, is_missing, number_text, parse_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3.0),
        ("-3.5", -3.5),
        ("+.5", 0.5),
        ("5.", 5.0),
        ("1e-5", 1e-5),
        ("1,234", 1234.0),
        ("1,234,567.89", 1234567.89),
        ("1 234.5", 1234.5),
        ("1\u202f234", 1234.0),
        ("1'234", 1234.0),
        ("12 %", 12.0),
        ("12%", 12.0),
        ("€ 3.50", 3.5),
        ("$1,000", 1000.0),
        ("−7", -7.0),
    ],
)
def test_that_numbers_are_read_as_people_write_them(text: str, number: float) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    ("text", "number"), [("3,5", 3.5), ("1.234,5", 1234.5), ("1 234,5", 1234.5), ("1,234", 1.234)]
)
def test_that_a_decimal_comma_is_understood(text: str, number: float) -> None:
    assert parse_number(text, ",") == number


@pytest.mark.parametrize(
    "text",
    ["", "abc", "inf", "nan", "1_000", "0x10", "1,23,4", "12,34", "1.2.3", "--3", "e5", ".", "+", "1e999",
     "٣", "3 4", "12 cm"],
)  # fmt: skip
def test_that_other_text_is_no_number(text: str) -> None:
    assert parse_number(text) is None


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_that_python_s_own_way_of_writing_comes_back_exactly(number: float) -> None:
    assert parse_number(repr(number)) == number
    assert parse_number(repr(number).replace(".", ","), ",") == number


@given(st.text(max_size=20))
def test_that_any_text_is_a_finite_number_or_none(text: str) -> None:
    for decimal in (".", ","):
        number = parse_number(text, decimal)  # type: ignore[arg-type]
        assert number is None or math.isfinite(number)


def test_that_the_decimal_sign_is_guessed_from_what_only_one_reading_allows() -> None:
    assert guess_decimal(["1,5", "2,25"], ";") == ","
    assert guess_decimal(["1.5", "1,234"], ",") == "."
    assert guess_decimal(["1,234", "5,678"], ",") == "."
    assert guess_decimal(["1,234", "5,678"], ";") == ","
    assert guess_decimal(["1.234,5"], "\t") == ","


@pytest.mark.parametrize("text", ["", "NA", "n/a", "NaN", "null", "?", "-", "#N/A"])
def test_that_signs_for_nothing_are_known(text: str) -> None:
    assert is_missing(text)


def test_that_whole_numbers_are_shown_without_a_point() -> None:
    assert (number_text(3.0), number_text(0.1), number_text(-2.0)) == ("3", "0.1", "-2")
