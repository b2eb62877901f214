"""One file, taken as a table or as texts, from one sheet or another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.params import Choice
from studio.core.project import DatasetChoice, Splits
from studio.data.dataset import DataError
from studio.data.opening import open_dataset, recognise, with_target
from studio.data.sources.catalogue import SOURCES
from studio.data.taken_as import as_table, as_texts, ways_of, with_field, with_sheet
from studio.data.texts.text_dataset import TextDataset

SPLITS = Splits(0.5, 0.25, 0.25, seed=7)


def films(folder: Path) -> Path:
    """Ten columns' worth of trouble in five: a text, another one, two that give classes, a number."""
    path = folder / "films.csv"
    rows = [
        f"a {('dull', 'lovely')[i % 2]} film number {i} it was;told at length by critic {i} of us;"
        f"{('bad', 'good')[i % 2]};{('short', 'long', 'endless')[i % 3]};{i}"
        for i in range(24)
    ]
    path.write_text("\n".join(["review;report;mood;size;seat", *rows]), encoding="utf-8")
    return path


def chosen(path: Path) -> DatasetChoice:
    found = recognise(path, {"delimiter": "semicolon", "text_column": "review", "target_column": "mood"})
    return replace(found, splits=SPLITS, left_out=("row 3 abcdefabcdef",), settled=("texts.short",))


def test_that_texts_become_a_table_and_texts_again(tmp_path: Path) -> None:
    texts = chosen(films(tmp_path))
    assert texts.source == "text-table"
    table = as_table(texts)
    assert (table.source, table.options, table.splits) == ("csv", {"delimiter": "semicolon"}, SPLITS)
    assert (table.left_out, table.settled) == ((), ())
    assert table.facts is not None
    assert (table.facts.target, table.facts.vocabulary, table.facts.samples) == ("mood", 0, 24)
    back = as_texts(with_target(table, "size"))
    assert (back.source, back.splits, back.columns) == ("text-table", SPLITS, ())
    assert back.facts is not None
    assert (back.facts.target, back.facts.classes) == ("size", ("endless", "long", "short"))
    assert back.options["delimiter"] == "semicolon"


def test_that_the_options_offer_what_the_file_has(tmp_path: Path) -> None:
    texts = chosen(films(tmp_path))
    ways = ways_of(open_dataset(texts))
    params = {p.name: p for p in ways.params(SOURCES["text-table"].declared(texts))}
    assert "sheet" not in params  # a CSV file has none
    text, target = params["text_column"].type, params["target_column"].type
    assert isinstance(text, Choice)
    assert [key for key, _ in text.options] == ["review", "report", "mood", "size", "seat"]
    assert isinstance(target, Choice)
    assert ("size", "size (3 classes)") in target.options
    assert "seat" not in dict(target.options)
    values = ways.values(texts.options)
    assert (values["text_column"], values["target_column"]) == ("review", "mood")


def test_that_another_column_of_texts_keeps_the_rest(tmp_path: Path) -> None:
    texts = chosen(films(tmp_path))
    ways = ways_of(open_dataset(texts))
    other = open_dataset(with_field(texts, ways, "text_column", "report"))
    assert isinstance(other, TextDataset)
    assert other.text(0) == "told at length by critic 0 of us"
    assert (other.facts.target, other.choice.splits, other.choice.left_out) == ("mood", SPLITS, ())


def test_that_a_class_taken_for_the_text_gives_way(tmp_path: Path) -> None:
    texts = chosen(films(tmp_path))
    taken = with_field(texts, ways_of(open_dataset(texts)), "text_column", "mood")
    assert taken.facts is not None
    assert (taken.options["text_column"], taken.facts.target) == ("mood", "size")


def test_that_another_class_column_of_texts_keeps_the_splits(tmp_path: Path) -> None:
    changed = with_target(chosen(films(tmp_path)), "size")
    assert changed.splits == SPLITS
    assert changed.facts is not None
    assert changed.facts.target == "size"


def test_that_a_table_without_texts_has_one_way_only() -> None:
    ways = ways_of(open_dataset(recognise("penguins")))
    assert (ways.taken, ways.fields, ways.sheets) == ("", (), ())


def workbook(folder: Path) -> Path:
    import openpyxl

    path = folder / "shop.xlsx"
    book = openpyxl.Workbook()
    first = book.active
    first.title = "sold"
    for row in [("price", "kind"), *((i * 1.5, "ab"[i % 2]) for i in range(20))]:
        first.append(row)
    second = book.create_sheet("stock")
    for row in [("weight", "shelf", "left"), *((i + 0.5, "xyz"[i % 3], i % 4 * 2.5) for i in range(30))]:
        second.append(row)
    book.create_sheet("notes")
    book.save(path)
    return path


def test_that_another_sheet_brings_its_own_columns(tmp_path: Path) -> None:
    found = recognise(workbook(tmp_path))
    first = replace(found, splits=SPLITS, left_out=("row 3 abcdefabcdef",))
    ways = ways_of(open_dataset(first))
    sheet = next(p for p in ways.params(SOURCES["csv"].params) if p.name == "sheet")
    assert isinstance(sheet.type, Choice)
    assert not sheet.advanced
    assert sheet.type.options == (
        ("sold", "sold (21 × 2)"),
        ("stock", "stock (31 × 3)"),
        ("notes", "notes (empty)"),
    )
    assert ways.values(first.options)["sheet"] == "sold"
    assert [p.name for p in ways.params(SOURCES["csv"].params)] == ["header", "sheet"]  # no separator
    second = with_sheet(first, "stock")
    assert [c.name for c in second.columns] == ["weight", "shelf", "left"]
    assert (second.splits, second.left_out, second.options["sheet"]) == (SPLITS, (), "stock")
    assert second.facts is not None
    assert second.facts.samples == 30


def test_that_an_empty_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"“shop\.xlsx” is empty\. Choose a table with some rows\."):
        with_sheet(recognise(workbook(tmp_path)), "notes")


def test_that_a_second_choice_keeps_the_first_whose_dataset_is_not_open_yet(tmp_path: Path) -> None:
    opened = open_dataset(recognise(str(films(tmp_path))))
    ways = ways_of(opened)
    first = with_field(opened.choice, ways, "target_column", "mood")
    assert dict(ways.chosen)["target_column"] != "mood"
    second = with_field(first, ways, "text_column", "review")
    assert (second.options["text_column"], second.options["target_column"]) == ("review", "mood")
