"""Tables of corrected labels: what is written is read the same, and whatever lies there is never a crash."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.core.project import Relabelled
from studio.data.label_files import COLUMNS, LabelFileError, as_csv, read_labels
from studio.data.label_overlay import Overlay, labels_in, labels_text, lay_over, numbers_in, numbers_text
from studio.data.label_places import key_of_digits, placed

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
NAMES = WORDS.filter(bool)
CLASSES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)
LABELS = st.builds(
    Relabelled, NAMES, NAMES.filter(lambda text: bool(text.strip())), st.sampled_from(("", "00ff")), WORDS
)
FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(st.lists(LABELS, max_size=6, unique_by=lambda one: (one.sample, one.answers)))
def test_that_labels_are_read_as_they_were_written(tmp_path: Path, labels: list[Relabelled]) -> None:
    path = tmp_path / "labels.csv"
    path.write_bytes(as_csv(labels).encode())
    assert set(read_labels(path)) == set(labels)


@FUZZ
@given(st.binary(max_size=200), st.booleans())
def test_that_any_bytes_are_labels_or_a_sentence(tmp_path: Path, content: bytes, headed: bool) -> None:
    path = tmp_path / "labels.csv"
    path.write_bytes((",".join(COLUMNS).encode() + b"\n" if headed else b"") + content)
    try:
        found = read_labels(path)
    except LabelFileError:
        found = ()
    places = placed(found, {"x": 0, "y": 1}.get, numbered=lambda _: b"12345678")
    overlay = lay_over(Overlay(np.zeros(3, np.int64), ("a", "b")), places)
    assert overlay.labels.max() < len(overlay.classes)
    assert all(key_of_digits(one.content) >= 0 for one in found)


@FUZZ
@given(st.lists(CLASSES, max_size=5, unique=True))
def test_that_several_labels_are_read_as_they_were_written(names: list[str]) -> None:
    assert labels_in(labels_text(names), names) == tuple(names)


@FUZZ
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=4))
def test_that_numbers_are_read_as_they_were_written(numbers: list[float]) -> None:
    assert numbers_in(numbers_text(numbers), len(numbers)) == pytest.approx(tuple(numbers), rel=1e-15)
