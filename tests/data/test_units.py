from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.tables.column_guess import guess_column
from studio.data.tables.column_values import numbers_of
from studio.data.tables.units import KINDS, conversion, is_unit, kinds_of, parse_quantity, split_unit


@pytest.mark.parametrize(
    ("text", "decimal", "number", "unit"),
    [
        ("12 kg", ".", 12.0, "kg"),
        ("3,5 €", ",", 3.5, "€"),
        ("€3.50", ".", 3.5, "€"),
        ("EUR 3.50", ".", 3.5, "€"),
        ("45 %", ".", 45.0, "%"),
        ("1.5 km", ".", 1.5, "km"),
        ("1.234,5 m²", ",", 1234.5, "m²"),
        ("-3 °C", ".", -3.0, "°C"),
        ("90 km/h", ".", 90.0, "km/h"),
        ("12KG", ".", 12.0, "kg"),
        ("12", ".", 12.0, ""),
    ],
)
def test_that_numbers_with_units_are_read(text: str, decimal: str, number: float, unit: str) -> None:
    assert parse_quantity(text, decimal) == (number, unit)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["kg", "twelve kg", "12 things", "3 4 kg", "", "A4", "12a"])
def test_that_other_text_is_no_quantity(text: str) -> None:
    assert parse_quantity(text, ".")[0] is None


def test_that_units_of_one_kind_become_one_another() -> None:
    assert parse_quantity("500 g", ".", "kg")[0] == pytest.approx(0.5)
    assert parse_quantity("2 km", ".", "m")[0] == 2000
    assert parse_quantity("2 km", ".", "kg")[0] is None
    assert parse_quantity("2", ".", "kg")[0] == 2
    assert conversion("€", "$") is None
    assert kinds_of(["kg", "g", "€"]) == ("weight", "€")


@given(
    st.floats(-1e9, 1e9).map(lambda number: round(number, 4)),
    st.sampled_from([unit for units in KINDS.values() for unit in units]),
)
def test_that_a_number_with_any_known_unit_comes_back(number: float, unit: str) -> None:
    written = f"{number:.4f} {unit}"
    assert split_unit(written)[0].strip() == f"{number:.4f}"
    found, known = parse_quantity(written, ".", unit)
    assert found == pytest.approx(number)
    assert known


@given(st.text(max_size=20), st.sampled_from(["", "kg", "€"]))
def test_that_any_text_is_a_finite_quantity_or_none(text: str, unit: str) -> None:
    for decimal in (".", ","):
        number, _ = parse_quantity(text, decimal, unit)  # type: ignore[arg-type]
        assert number is None or math.isfinite(number)


@pytest.mark.parametrize(
    ("cells", "unit", "evidence"),
    [
        (["12 lx", "15 lx", "1.5 klx"] * 20, "lx", "60 of 60 cells are numbers with a unit, such as “12 lx”. "
         "Those in “klx” are turned into “lx”."),
        (["12 steps", "1 step", "900 steps"] * 20, "steps", "60 of 60 cells are numbers with a unit, such as "
         "“12 steps”."),
        (["3 mSv/h", "4 mSv/h", "7", "NA"] * 20, "mSv/h", "60 of 60 cells are numbers with a unit, such as "
         "“3 mSv/h”. 20 without a unit count as “mSv/h”."),
    ],
)  # fmt: skip
def test_that_few_values_with_a_unit_are_numbers(cells: list[str], unit: str, evidence: str) -> None:
    guess = guess_column("light", cells, ".")
    assert (guess.column.type, guess.column.role, guess.column.unit) == ("number", "feature", unit)
    assert guess.evidence == evidence
    numbers, stray = numbers_of(cells, ".", unit)
    assert stray == ()
    assert int(np.isfinite(numbers).sum()) == 60


def test_that_units_nobody_can_turn_into_one_another_stay_texts_and_why_is_said() -> None:
    few = guess_column("seats", ["2 doors", "4 doors", "5 seats", "2 seats"] * 20, ".")
    assert (few.column.type, few.column.role) == ("category", "feature")
    assert few.evidence.endswith(
        "Numbers in “doors”, “seats” cannot be turned into one another, so they are taken as texts."
    )
    many = guess_column("sport", [f"{i} {('steps', 'jumps')[i % 2]}" for i in range(60)], ".")
    assert many.reason == "mixes units that cannot be turned into one another (“steps”, “jumps”)"


@pytest.mark.parametrize(
    "cells",
    [
        [f"{i}{'ab'[i % 2]}" for i in range(60)],  # house numbers
        [f"{i % 3 + 5}a" for i in range(60)],  # school classes
        [f"{i} {['Oak', 'Elm', 'High', 'Park', 'Lake', 'Hill', 'Mill'][i % 7]} Street" for i in range(60)],
    ],
)  # fmt: skip
def test_that_numbers_with_letters_are_no_units(cells: list[str]) -> None:
    guess = guess_column("place", cells, ".")
    assert guess.column.type == "category"
    assert "units" not in guess.reason + guess.evidence


def test_that_a_word_of_its_own_is_a_unit_in_a_column_that_has_it() -> None:
    assert parse_quantity("12 steps", ".", "steps") == (12.0, "steps")
    assert parse_quantity("1,200 Step.", ".", "steps") == (1200.0, "steps")
    assert parse_quantity("12 jumps", ".", "steps")[0] is None
    assert is_unit("steps")
    assert not is_unit("12")
    assert not is_unit("a; b")
