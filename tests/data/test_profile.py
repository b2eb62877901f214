from __future__ import annotations

from pathlib import Path

import pytest

from studio.data.opening import open_dataset, recognise
from studio.data.profile import (
    balance_note,
    class_balance,
    column_summaries,
    sample_cards,
    sample_indices,
    split_sizes,
    table_head,
)
from studio.data.sources.csv_table import TableDataset


@pytest.fixture
def penguins() -> TableDataset:
    dataset = open_dataset(recognise("penguins"))
    assert isinstance(dataset, TableDataset)
    return dataset


def test_that_the_class_balance_adds_up(penguins: TableDataset) -> None:
    balance = class_balance(penguins)
    assert [(c.name, c.count) for c in balance] == [("Adelie", 152), ("Chinstrap", 68), ("Gentoo", 124)]
    assert sum(c.share for c in balance) == pytest.approx(1)
    assert balance_note(penguins) == ""


def test_that_a_lopsided_dataset_is_noted(tmp_path: Path) -> None:
    rows = "".join(f"{i % 13}.5,{'b' if i % 10 == 0 else 'a'}\n" for i in range(100))
    (tmp_path / "t.csv").write_text("x,kind\n" + rows)
    note = balance_note(open_dataset(recognise(tmp_path / "t.csv")))
    assert note.startswith("“a” has 9 times as many samples as “b”")


def test_that_the_head_and_the_summaries_follow_the_file(penguins: TableDataset) -> None:
    head = table_head(penguins, 5)
    assert head.rows[0] == ("Adelie", "Torgersen", "39.1", "18.7", "181", "3750", "male")
    assert head.lines == (2, 3, 4, 5, 6)
    summaries = {summary.name: summary for summary in column_summaries(penguins)}
    length = summaries["bill_length_mm"]
    assert (length.type, length.role, length.missing) == ("number", "feature", 2)
    assert (length.minimum, length.maximum) == (32.1, 59.6)
    assert length.mean == pytest.approx(43.92193)
    assert sum(length.counts) == 342
    assert len(length.edges) == len(length.counts) + 1
    sex = summaries["sex"]
    assert (sex.missing, sex.unique, sex.common) == (11, 2, (("male", 168), ("female", 165)))
    assert summaries["species"].role == "target"


def test_that_samples_are_spread_over_the_classes(penguins: TableDataset) -> None:
    shown = sample_indices(penguins, 6)
    assert [penguins.label_of(i) for i in shown] == ["Adelie", "Chinstrap", "Gentoo"] * 2
    assert sample_cards(penguins, 6) == ()
    sizes = split_sizes(penguins)
    assert sizes.train + sizes.validation + sizes.test == 344
    assert len(sample_indices(penguins, 1000)) == 344
    assert {penguins.label_of(i) for i in sample_indices(penguins, 9, "Gentoo")} == {"Gentoo"}


def test_that_hostile_numbers_do_not_break_a_summary(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("x,kind\n1e308,a\n-1e308,b\n1e-300,a\n0,b\n")
    dataset = open_dataset(recognise(tmp_path / "t.csv"))
    assert isinstance(dataset, TableDataset)
    summary = column_summaries(dataset)[0]
    assert (summary.minimum, summary.maximum, summary.counts) == (-1e308, 1e308, ())
