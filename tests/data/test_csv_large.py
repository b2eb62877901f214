"""The fast reader and the exact one read the same table from the same bytes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.data.dataset import Cancelled, DataError
from studio.data.tables import table_reading
from studio.data.tables.cells import NumberCells, TextCells
from studio.data.tables.column_values import numbers_of
from studio.data.tables.csv_large import read_large
from studio.data.tables.csv_lines import lines_of
from studio.data.tables.table import Table


def both(tmp_path: Path, data: bytes, **options: object) -> tuple[Table, Table | None]:
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    return table_reading.read_table(path, options), read_large(data, "t.csv", options, None)


def assert_same(exact: Table, fast: Table) -> None:
    assert fast.names == exact.names
    assert list(fast.lines) == list(exact.lines)
    assert (fast.skipped, fast.notes, fast.width) == (exact.skipped, exact.notes, exact.width)
    assert fast.positions == exact.positions
    assert fast.dialect == exact.dialect
    for own, other in zip(fast.columns, exact.columns, strict=True):
        if isinstance(own, TextCells):
            assert tuple(own) == tuple(other)
            continue
        numbers, stray = numbers_of(own, fast.dialect.decimal)
        expected, expected_stray = numbers_of(other, exact.dialect.decimal)
        np.testing.assert_allclose(numbers, expected, rtol=1e-15)
        assert set(stray) == set(expected_stray)


def table_text(rows: int = 60) -> str:
    lines = ["id,size,colour,code,note"]
    for i in range(rows):
        size = "NA" if i % 9 == 4 else f"{i * 1.25 - 3:.2f}"
        lines.append(f'{i},{size},{"red" if i % 3 else "blue "},0{i % 7}1,"a, ""{i}"""')
    return "\n".join(lines) + "\n"


def test_that_a_table_is_read_the_same(tmp_path: Path) -> None:
    exact, fast = both(tmp_path, table_text().encode())
    assert fast is not None
    assert_same(exact, fast)
    assert [type(column) for column in fast.columns] == [
        NumberCells, NumberCells, TextCells, TextCells, TextCells
    ]  # fmt: skip
    assert fast.column("code")[0] == "001"  # a code, whose zeros count


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("5,", "5;").replace(",", ";").replace(".", ","),
        lambda text: text.replace("\n", "\n\n", 3),
        lambda text: text.replace("7,5.75,", "7,"),
        lambda text: text.replace("7,5.75,", "7,5.75,x,y,"),
        lambda text: text + "5,6,7\n,,,,\n",
        lambda text: text.rstrip("\n"),
        lambda text: text.replace("\n", ",\n"),
        lambda text: text.replace("5.75", "about 6"),
        lambda text: text.replace('"a, ""9"""', '"two\nlines"'),
        lambda text: "A title\n# a remark\n" + text,
        lambda text: text.replace("blue", "größe"),
        lambda text: text.split("\n", 1)[1],
    ],
)
def test_that_untidy_tables_are_read_the_same(tmp_path: Path, change) -> None:
    exact, fast = both(tmp_path, change(table_text()).encode())
    assert fast is not None
    assert_same(exact, fast)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_that_encodings_are_read_the_same(tmp_path: Path, encoding: str) -> None:
    exact, fast = both(tmp_path, table_text().replace("red", "rötlich").encode(encoding))
    assert fast is not None
    assert_same(exact, fast)


@pytest.mark.parametrize(
    "text", ['a,b\n1,5" pipe\n2,3" pipe\n', "a,b\r1,2\r3,4\n", 'a,b\n1,"open\n2,3\n', "sep=;\na;b\n1;2\n"]
)
def test_that_what_needs_a_real_parser_is_left_to_it(text: str) -> None:
    assert read_large(text.encode(), "t.csv", {}, None) is None


def test_that_text_that_the_sample_did_not_show_is_kept(tmp_path: Path) -> None:
    rows = [f"{i},{'x' if i % 2 else i}" for i in range(20_000)]
    rows[:600] = [f"{i},{i}" for i in range(600)]
    rows[9_800:10_700] = [f"{i},{i}" for i in range(900)]
    rows[-600:] = [f"{i},{i}" for i in range(600)]
    _, fast = both(tmp_path, ("a,b\n" + "\n".join(rows)).encode())
    assert fast is not None
    assert isinstance(fast.column("b"), TextCells)
    assert fast.column("b")[1001] == "x"
    assert fast.column("b")[1002] == "1002"


def test_that_reading_can_be_cancelled() -> None:
    with pytest.raises(Cancelled):
        read_large(table_text().encode(), "t.csv", {}, lambda fraction: False)


CELLS = st.one_of(
    st.integers(-1000, 1000).map(str),
    st.floats(-1e6, 1e6).map(lambda x: f"{x:.3f}"),
    st.sampled_from(
        ["", "NA", "?", "x", "two words", "a,b", 'say "hi"', "line\nbreak", "007", "1e5", "é", " s "]
    ),
)


@given(
    rows=st.integers(2, 4).flatmap(
        lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=3, max_size=20)
    ),
    delimiter=st.sampled_from([("comma", ","), ("semicolon", ";"), ("tab", "\t")]),
    end=st.sampled_from(["\n", "\r\n"]),
    drop=st.integers(0, 30),
)
@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_that_any_table_that_is_written_properly_is_read_the_same(
    tmp_path: Path, rows: list[list[str]], delimiter: tuple[str, str], end: str, drop: int
) -> None:
    if drop < len(rows):
        rows[drop] = rows[drop][:-1]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter[1], lineterminator=end).writerows(
        [list("abcd")[: len(rows[0])], *rows]
    )
    data = text.getvalue().encode()
    try:
        exact, fast = both(tmp_path, data, delimiter=delimiter[0], header="yes", decimal="point")
    except DataError:
        return
    if fast is not None:
        assert_same(exact, fast)


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_that_any_bytes_have_lines_or_none(data: bytes) -> None:
    lines = lines_of(data, ",")
    if lines is not None:
        assert (lines.starts <= lines.ends).all()
        assert (lines.cells >= 1).all()
