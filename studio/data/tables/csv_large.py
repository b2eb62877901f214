"""Large CSV files, fast: lines are counted and checked with numpy, cells are read by pandas.

What is not written in an orderly way (a quote in the middle of a cell, mixed line ends) is left to the
csv module, which is slower. So both read the same cells.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np

from studio.data.dataset import Cancelled, Progress, Skipped
from studio.data.tables.cells import Cells, NumberCells, TextCells
from studio.data.tables.csv_lines import Lines, lines_of
from studio.data.tables.csv_text import (
    DELIMITER_NAMES,
    decimal_sign,
    declared_delimiter,
    parse,
    sniff_delimiter,
)
from studio.data.tables.left_out_rows import skipped_notes, title_notes, uneven
from studio.data.tables.numbers import MISSING, Decimal, is_missing, parse_number
from studio.data.tables.table import Dialect, Table
from studio.data.tables.table_shape import column_names, shape_of
from studio.data.tables.table_text import check_magic, decode, encoding_of

_HEAD_BYTES = 1_000_000
_CHUNK_BYTES = 16_000_000  # of the file, read at once: bounds what pandas holds beside our columns
_SAMPLED = 1_500  # rows that tell which columns hold numbers
_MOST_ODD = 0.05  # share of cells in a column of numbers that may be something else


def read_large(
    data: bytes, name: str, options: Mapping[str, object], progress: Progress | None
) -> Table | None:
    """The table; None where only the csv module reads it right. Raises DataError, Cancelled."""
    check_magic(data, name)
    utf8, encoding, notes = _as_utf8(data, name, str(options.get("encoding", "auto")))
    head = utf8[:_HEAD_BYTES].decode("utf-8", errors="ignore")
    head = head[: head.rfind("\n") + 1]
    delimiter = DELIMITER_NAMES.get(str(options.get("delimiter", "auto")), "") or sniff_delimiter(head)
    if declared_delimiter(head)[1] or delimiter == " " or not head:
        return None
    lines = lines_of(utf8, delimiter)
    if lines is None:
        return None
    width = lines.width
    first = [cells for _, cells in parse(head, delimiter, quotes=True)[:300]]
    shape = shape_of(first, width, options.get("header", "auto"))
    body = lines.below(shape.top)
    if width < 2 or not len(body):
        return None
    orderly, skipped = _orderly(body, width, utf8, delimiter)
    if not len(orderly):
        return None
    sample = _sample(orderly, utf8, delimiter, width)
    decimal = decimal_sign(options, sample, delimiter)
    reader = _Reader(orderly.content(utf8), len(orderly), width, delimiter, decimal, progress)
    columns = reader.columns([_holds_numbers(cells, decimal) for cells in sample])
    names, name_notes = column_names(shape.names, width)
    named = [bool(i < len(shape.names) and shape.names[i]) for i in range(width)]
    used = [i for i in range(width) if named[i] or _has_content(columns[i])]
    dialect = Dialect(encoding, delimiter, decimal, bool(shape.names), top=shape.top)
    return Table(
        tuple(names[i] for i in used),
        tuple(columns[i] for i in used),
        orderly.numbers,
        dialect,
        tuple(skipped),
        (*notes, *title_notes(shape.titles), *name_notes, *skipped_notes(skipped)),
        width,
        tuple(used),
    )


def _as_utf8(data: bytes, name: str, wanted: str) -> tuple[bytes, str, tuple[str, ...]]:
    """(UTF-8 without mark and NULs, the file's encoding, notes). Raises DataError."""
    encoding = encoding_of(data) if wanted == "auto" else wanted
    if encoding in ("utf-8", "utf-8-sig") and wanted == "auto" and b"\0" not in data:
        decode(data[:20_000].decode("utf-8", errors="ignore").encode(), name)  # raises if it is no text
        return data.removeprefix(b"\xef\xbb\xbf"), encoding, ()
    text, encoding, notes = decode(data, name, wanted)
    return text.encode("utf-8", errors="replace"), encoding, notes


def _orderly(body: Lines, width: int, utf8: bytes, delimiter: str) -> tuple[Lines, list[Skipped]]:
    """The lines with the right number of cells, and a word on each of the others."""
    wrong = np.flatnonzero(body.cells != width)
    if not len(wrong):
        return body, []
    skipped = []
    ends = body.ends.copy()
    kept = np.ones(len(body), bool)
    for i in wrong.tolist():
        extra = int(body.cells[i]) - width
        line = utf8[body.starts[i] : body.ends[i]].rstrip(b"\r\n ")
        if extra > 0 and line.endswith(delimiter.encode() * extra):  # only empty cells too many
            ends[i] = body.starts[i] + len(line) - extra
        else:
            kept[i] = False
            skipped.append(uneven(int(body.numbers[i]), int(body.cells[i]), width))
    return Lines(body.starts[kept], ends[kept], body.cells[kept], body.numbers[kept], width), skipped


def _sample(lines: Lines, utf8: bytes, delimiter: str, width: int) -> list[tuple[str, ...]]:
    """Columns of some rows from the beginning, the middle and the end."""
    third = min(len(lines), _SAMPLED) // 3 + 1
    middle = len(lines) // 2
    places = sorted({*range(min(third, len(lines))), *range(middle, min(middle + third, len(lines))),
                     *range(max(0, len(lines) - third), len(lines))})  # fmt: skip
    text = b"\n".join(utf8[lines.starts[i] : lines.ends[i]].rstrip(b"\r\n") for i in places)
    rows = [
        cells[:width] for _, cells in parse(text.decode("utf-8", errors="replace"), delimiter, quotes=True)
    ]
    return list(zip(*(row for row in rows if len(row) == width), strict=True)) or [()] * width


def _holds_numbers(cells: tuple[str, ...], decimal: Decimal) -> bool:
    """Whether nearly all cells are plain numbers; codes such as 01069 are none."""
    filled = [cell for cell in cells if not is_missing(cell)]
    if any(len(c) > 1 and c[0] == "0" and c[1].isdigit() for c in filled):
        return False
    plain = sum(_is_plain(cell, decimal) for cell in filled)
    return bool(filled) and plain >= (1 - _MOST_ODD) * len(filled)


def _is_plain(cell: str, decimal: Decimal) -> bool:
    return cell[-1].isdigit() and cell[0] in "+-.,0123456789" and parse_number(cell, decimal) is not None


def _has_content(cells: Cells) -> bool:
    if isinstance(cells, NumberCells):
        return bool(cells.odd) or bool(np.isfinite(cells.numbers).any())
    return any(cells.values)


class _Reader:
    """Reads all columns of orderly lines, in chunks."""

    def __init__(
        self,
        content: bytes | io.BytesIO,
        rows: int,
        width: int,
        delimiter: str,
        decimal: Decimal,
        progress: Progress | None,
    ) -> None:
        self._content = content
        self._start = content.tell() if isinstance(content, io.BytesIO) else 0
        self._rows = rows
        self._width = width
        self._delimiter = delimiter
        self._decimal = decimal
        self._progress = progress

    def columns(self, numeric: list[bool]) -> list[Cells]:
        found = self._read({i: self._empty(i, numeric[i]) for i in range(self._width)})
        odd = [
            i
            for i, column in found.items()
            if isinstance(column, _Numbers) and len(column.odd) > _MOST_ODD * self._rows
        ]
        if odd:  # the sample was misleading
            found |= self._read({i: self._empty(i, False) for i in odd})
        return [found[i].cells() for i in range(self._width)]

    def _empty(self, column: int, numeric: bool) -> _Numbers | _Texts:
        return _Numbers(self._rows, self._decimal) if numeric else _Texts(self._rows)

    def _read(self, wanted: dict[int, _Numbers | _Texts]) -> dict[int, _Numbers | _Texts]:
        import pandas as pd

        source = self._content if isinstance(self._content, io.BytesIO) else io.BytesIO(self._content)
        size = source.seek(0, io.SEEK_END) - self._start
        source.seek(self._start)
        chunk_rows = max(1000, int(self._rows * _CHUNK_BYTES / max(1, size)))
        texts = [i for i, column in wanted.items() if isinstance(column, _Texts)]
        row = 0
        with pd.read_csv(
            source,
            sep=self._delimiter,
            header=None,
            names=list(range(self._width)),
            usecols=sorted(wanted),
            index_col=False,
            dtype=dict.fromkeys(texts, object),  # not "category": that would turn 007 into 7
            keep_default_na=False,
            na_values={i: sorted(MISSING) for i in wanted if i not in set(texts)},
            decimal=self._decimal,
            skipinitialspace=True,
            chunksize=chunk_rows,
            encoding="utf-8",
            encoding_errors="replace",
        ) as reader:
            for chunk in reader:
                if self._progress is not None and not self._progress(0.1 + 0.7 * row / max(1, self._rows)):
                    raise Cancelled
                for i, column in wanted.items():
                    column.add(row, chunk[i])
                row += len(chunk)
        assert row == self._rows, "pandas and the line count disagree"
        return wanted


class _Numbers:
    """A column of numbers that grows; texts among them are kept by row."""

    def __init__(self, rows: int, decimal: Decimal) -> None:
        self.numbers = np.empty(rows)  # every row is written by `add`
        self.odd: dict[int, str] = {}
        self._decimal = decimal

    def add(self, row: int, series: object) -> None:
        values = series.to_numpy()  # type: ignore[attr-defined]
        if values.dtype.kind in "fiu":
            numbers = values.astype(np.float64)
            if not np.isfinite(numbers).all():
                numbers[np.isinf(numbers)] = np.nan
            self.numbers[row : row + len(numbers)] = numbers
            return
        for place, value in enumerate(values.tolist(), row):
            if not isinstance(value, str):
                self.numbers[place] = np.nan if value is None or value != value else float(value)
                continue
            text = value.strip()
            number = None if is_missing(text) else parse_number(text, self._decimal)
            if number is not None:
                self.numbers[place] = number
            else:
                self.numbers[place] = np.nan
                if not is_missing(text):
                    self.odd[place] = text

    def cells(self) -> NumberCells:
        return NumberCells(self.numbers, self.odd)


class _Texts:
    """A column of texts that grows, as codes into the different ones."""

    def __init__(self, rows: int) -> None:
        self._codes = np.empty(rows, np.int32)
        self._places: dict[str, int] = {}

    def add(self, row: int, series: object) -> None:
        import pandas as pd

        codes, texts = pd.factorize(series.to_numpy(), use_na_sentinel=False)  # type: ignore[attr-defined]
        table = [self._places.setdefault(_stripped(text), len(self._places)) for text in texts]
        self._codes[row : row + len(codes)] = np.array(table, np.int32)[codes]

    def cells(self) -> TextCells:
        return TextCells(self._codes, tuple(self._places))


def _stripped(text: object) -> str:
    return text.strip() if isinstance(text, str) else ""  # NaN: a cell that was left out at the line's end
