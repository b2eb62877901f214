from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.tables.units import KINDS, conversion, kinds_of, parse_quantity, split_unit


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
