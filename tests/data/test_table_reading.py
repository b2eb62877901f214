from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.data.dataset import DataError
from studio.data.tables.table import Sheet
from studio.data.tables.table_reading import read_table


def table_of(tmp_path: Path, content: str | bytes, name: str = "t.csv", **options: object):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path, options)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_that_the_separator_is_found(tmp_path: Path, delimiter: str) -> None:
    text = "size;weight;kind\n1.5;2;a\n2.5;3;b\n".replace(";", delimiter)
    table = table_of(tmp_path, text)
    assert table.names == ("size", "weight", "kind")
    assert table.columns[0] == ("1.5", "2.5")
    assert table.dialect.delimiter == delimiter


def test_that_columns_aligned_by_spaces_are_read(tmp_path: Path) -> None:
    table = table_of(tmp_path, "a   b    c\n1   2    x\n10  20   y\n100 200  z\n", "t.txt")
    assert table.names == ("a", "b", "c")
    assert table.columns[1] == ("2", "20", "200")


def test_that_a_decimal_comma_is_found(tmp_path: Path) -> None:
    table = table_of(tmp_path, "a;b\n1,5;x\n2,25;y\n")
    assert (table.dialect.delimiter, table.dialect.decimal) == (";", ",")


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"),
     ("utf-16-be", "utf-16-be"), ("cp1252", "cp1252")],
)  # fmt: skip
def test_that_the_encoding_is_found(tmp_path: Path, encoding: str, expected: str) -> None:
    table = table_of(tmp_path, "größe,art\n1,Bär\n2,Käfer\n3,Löwe\n".encode(encoding))
    assert table.names == ("größe", "art")
    assert table.columns[1] == ("Bär", "Käfer", "Löwe")
    assert table.dialect.encoding == expected


def test_that_bytes_of_no_encoding_still_open(tmp_path: Path) -> None:
    table = table_of(tmp_path, b"a,b\n1,\x81x\n2,y\n")
    assert table.dialect.encoding == "latin-1"
    assert len(table) == 2


def test_that_a_table_without_names_gets_some(tmp_path: Path) -> None:
    table = table_of(tmp_path, "5.1,3.5,setosa\n4.9,3.0,setosa\n6.3,3.3,virginica\n")
    assert table.names == ("Column 1", "Column 2", "Column 3")
    assert len(table) == 3
    assert table.notes[0].startswith("The file has no column names")


def test_that_words_above_words_are_names(tmp_path: Path) -> None:
    table = table_of(tmp_path, "colour,taste\nred,sweet\ngreen,sour\nred,sour\n")
    assert table.names == ("colour", "taste")
    same = table_of(tmp_path, "red,sweet\ngreen,sour\nred,sour\n")
    assert same.names == ("Column 1", "Column 2")


def test_that_the_header_can_be_forced(tmp_path: Path) -> None:
    assert table_of(tmp_path, "1,2\n3,4\n", header="yes").names == ("1", "2")
    assert len(table_of(tmp_path, "a,b\n3,4\n", header="no")) == 2


def test_that_ragged_rows_are_left_out_and_listed_with_their_line(tmp_path: Path) -> None:
    table = table_of(tmp_path, 'a,b\n1,x\n2\n"3\n",y\n4,z,extra\n5,w,\n\n6,v\n')
    assert table.columns[0] == ("1", "3", "5", "6")
    assert [(s.name, s.reason) for s in table.skipped] == [
        ("line 3", "It has 1 cells instead of 2."),
        ("line 6", "It has 3 cells instead of 2."),
    ]
    assert table.lines == (2, 4, 7, 9)
    assert "2 rows were left out for having too few or too many cells, the first at line 3." in table.notes


def test_that_quotes_hold_separators_lines_and_quotes(tmp_path: Path) -> None:
    table = table_of(tmp_path, 'a,b\n"1,5","say ""hi"""\n"two\nlines",x\n')
    assert table.columns == (("1,5", "two\nlines"), ('say "hi"', "x"))


def test_that_a_quote_that_never_closes_does_not_swallow_the_file(tmp_path: Path) -> None:
    rows = "".join(f"{i},x\n" for i in range(200))
    table = table_of(tmp_path, f'a,b\n0,"x\n{rows}')
    assert len(table) == 201


def test_that_nul_bytes_are_left_out_and_told(tmp_path: Path) -> None:
    table = table_of(tmp_path, b"a,b\n1,x\0\n2,y\n")
    assert table.columns[1] == ("x", "y")
    assert "NUL bytes" in table.notes[0]


def test_that_double_and_empty_names_become_different(tmp_path: Path) -> None:
    table = table_of(tmp_path, "a,a,,a (2)\n1,2,3,4\n5,6,7,8\n")
    assert table.names == ("a", "a (3)", "Column 3", "a (2)")
    assert "Several columns had the same name; the later ones are now called “a (3)”." in table.notes


def test_that_a_separator_at_every_line_s_end_makes_no_column(tmp_path: Path) -> None:
    assert table_of(tmp_path, "a;b;\n1;2;\n3;4;\n").names == ("a", "b")


def test_that_row_names_without_a_name_get_one(tmp_path: Path) -> None:
    table = table_of(tmp_path, '"x" "y"\n"1" 5.5 a\n"2" 6.5 b\n"3" 7.5 a\n', "r.txt")
    assert table.names == ("Column 1", "x", "y")


def test_that_excel_s_separator_line_is_obeyed(tmp_path: Path) -> None:
    table = table_of(tmp_path, "sep=;\na;b\n1,5;x\n2,5;y\n")
    assert table.names == ("a", "b")
    assert table.lines == (3, 4)


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "empty", "“t.csv” is empty"),
        (b"  \n\n", "empty", "“t.csv” is empty"),
        (b"a,b\n", "empty", "no rows below its column names"),
        (b"a\n1\n2\n", "columns", "has only one column"),
        (b"\x89PNG\r\n\x1a\n", "unreadable", "is no table, but a picture"),
        (b"%PDF-1.7", "unreadable", "is no table, but a PDF document"),
        (b"PK\x03\x04rest", "unreadable", "is no table, but a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1", "unreadable", "save it as .xlsx or as CSV"),
        (bytes(range(1, 32)) * 50, "unreadable", "does not hold text"),
        (bytes(3000) + b"a,b", "unreadable", "does not hold text"),
    ],
)
def test_that_what_is_no_table_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, code: str, words: str
) -> None:
    with pytest.raises(DataError, match=words) as caught:
        table_of(tmp_path, content)
    assert caught.value.code == code


def test_that_a_vanished_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is not there any more") as caught:
        read_table(tmp_path / "gone.csv")
    assert caught.value.code == "missing"


def test_that_excel_files_are_read(tmp_path: Path) -> None:
    import datetime

    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Empty"
    sheet = book.create_sheet("Data")
    sheet.append(["size", "kind", "day", "ok", "gap"])
    sheet.append([1.5, "a", datetime.datetime(2024, 1, 2), True, None])
    sheet.append([2, "b", datetime.datetime(2024, 1, 3), False, 7])
    path = tmp_path / "book.xlsx"
    book.save(path)
    table = read_table(path)
    assert table.dialect.sheet == "Data"
    assert table.names == ("size", "kind", "day", "ok", "gap")
    assert table.columns[0] == ("1.5", "2")
    assert table.columns[2][0] == "2024-01-02T00:00:00"
    assert table.columns[3] == ("true", "false")
    assert table.columns[4] == ("", "7")
    with pytest.raises(DataError, match=r"no sheet “Other” in “book.xlsx”. There are: “Empty”, “Data”"):
        read_table(path, {"sheet": "Other"})
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(path.read_bytes()[:700])
    with pytest.raises(DataError, match="damaged"):
        read_table(cut)


CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n\0", exclude_categories=("Cc", "Zs", "Zl", "Zp")),
    min_size=1,
    max_size=6,
)


@given(
    rows=st.integers(2, 4).flatmap(
        lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=3, max_size=12)
    ),
    delimiter=st.sampled_from([("comma", ","), ("semicolon", ";"), ("tab", "\t"), ("pipe", "|")]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_that_what_python_s_csv_module_writes_comes_back(
    tmp_path: Path, rows: list[list[str]], delimiter: tuple[str, str], encoding: str
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter[1], quoting=csv.QUOTE_ALL).writerows(rows)
    name, _ = delimiter
    table = table_of(tmp_path, text.getvalue().encode(encoding), delimiter=name, header="no")
    assert list(zip(*map(tuple, table.columns), strict=True)) == [tuple(row) for row in rows]


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_that_any_bytes_give_a_table_or_a_sentence(tmp_path: Path, content: bytes) -> None:
    try:
        table = table_of(tmp_path, content)
    except DataError:
        return
    assert len(set(table.names)) == len(table.names) == len(table.columns)
    assert all(len(column) == len(table) for column in table.columns)


def test_that_the_sheets_of_a_workbook_are_known_with_their_sizes(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "empty"
    for name, count in (("birds", 4), ("fish", 9)):
        sheet = book.create_sheet(name)
        sheet.append(["size", "weight", "kind"])
        for i in range(count):
            sheet.append([i, i * 2, "ab"[i % 2]])
    path = tmp_path / "zoo.xlsx"
    book.save(path)
    expected = (Sheet("empty", 0, 0), Sheet("birds", 5, 3), Sheet("fish", 10, 3))
    first, second = read_table(path), read_table(path, {"sheet": "fish"})
    assert first.sheets == second.sheets == expected
    assert (first.dialect.sheet, len(first), second.dialect.sheet, len(second)) == ("birds", 4, "fish", 9)
