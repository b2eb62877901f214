"""The lines of a large CSV file: where they begin and end, how many cells each has, without parsing them."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.data.tables.cells import Rows
from studio.data.tables.table_shape import width_of

_BLOCK = 2_000_000  # bytes: fits into the processor's cache with what is computed from it
_LINES_AT_ONCE = 100_000
_NEWLINE, _RETURN, _QUOTE, _SPACE = 10, 13, 34, 32


@dataclass(frozen=True, slots=True)
class Lines:
    """Of lines that are not empty: byte `starts` and `ends` (without the line end's last byte), the number
    of `cells`, and their line `numbers` in the file. `width`: the number of cells most of them have."""

    starts: Rows
    ends: Rows
    cells: Rows
    numbers: Rows
    width: int

    def __len__(self) -> int:
        return len(self.starts)

    def below(self, top: int) -> Lines:
        return Lines(self.starts[top:], self.ends[top:], self.cells[top:], self.numbers[top:], self.width)

    def content(self, data: bytes) -> bytes | io.BytesIO:
        """The lines and nothing else; without a copy where they are all there is to the file's end."""
        follows = self.starts[1:] == self.ends[:-1] + 1
        if bool(follows.all()) and not data[self.ends[-1] :].strip(b"\r\n"):
            source = io.BytesIO(data)
            source.seek(int(self.starts[0]))
            return source
        breaks = np.flatnonzero(~follows)
        firsts = [0, *(breaks + 1).tolist()]
        lasts = [*breaks.tolist(), len(self) - 1]
        view = memoryview(data)
        return b"\n".join(view[self.starts[a] : self.ends[b]] for a, b in zip(firsts, lasts, strict=True))


def lines_of(data: bytes, delimiter: str) -> Lines | None:
    """None where quotes or line ends are used in a way that needs a real parser."""
    if not data:
        return None
    returns = data.count(b"\r")
    if returns and returns != data.count(b"\r\n"):
        return None
    scan = _Scan(np.frombuffer(data, np.uint8), ord(delimiter), b'"' in data)
    if not scan.run():
        return None
    ends = np.concatenate(scan.ends) if scan.ends else np.zeros(0, np.int64)
    totals = np.concatenate(scan.totals) if scan.totals else np.zeros(0, np.int64)
    numbers = np.concatenate(scan.numbers) if scan.numbers else np.zeros(0, np.int64)
    if not len(ends) or ends[-1] != len(data) - 1:  # the last line may lack its end
        ends = np.append(ends, len(data))
        totals = np.append(totals, scan.delimiters)
        numbers = np.append(numbers, scan.newlines)
    starts = np.concatenate([[0], ends[:-1] + 1])
    delimiters = np.diff(totals, prepend=0)
    before = np.concatenate([[0], numbers[:-1] + 1])  # line ends before each line begins
    last = np.frombuffer(data, np.uint8)[np.maximum(ends - 1, 0)]
    lengths = ends - starts - (last == _RETURN)
    filled = lengths > delimiters
    doubtful = np.flatnonzero(filled & (lengths <= 3 * (delimiters + 1)))  # quotes or spaces only?
    filled[doubtful] = _hold_something(data, starts[doubtful], ends[doubtful], delimiter)
    cells = delimiters[filled] + 1
    if not len(cells):
        return None
    width = width_of(Counter(dict(enumerate(np.bincount(cells).tolist()))), len(cells))
    return Lines(starts[filled], ends[filled], cells, before[filled] + 1, width)


def _hold_something(data: bytes, starts: Rows, ends: Rows, delimiter: str) -> npt.NDArray[np.bool_]:
    """Which of these lines hold more than signs between cells, quotes and spaces."""
    tells = np.ones(256, np.bool_)
    tells[list(delimiter.encode() + b'" \r\n')] = False
    found = np.zeros(len(starts), np.bool_)
    for first in range(0, len(starts), _LINES_AT_ONCE):
        begin, end = starts[first : first + _LINES_AT_ONCE], ends[first : first + _LINES_AT_ONCE]
        part = tells[np.frombuffer(data[begin[0] : end[-1]], np.uint8)]
        counts = np.concatenate([[0], np.cumsum(part, dtype=np.int64)])
        found[first : first + _LINES_AT_ONCE] = counts[end - begin[0]] > counts[begin - begin[0]]
    return found


class _Scan:
    """One pass over the bytes, block by block."""

    def __init__(self, data: npt.NDArray[np.uint8], delimiter: int, quoted: bool) -> None:
        self._data = data
        self._delimiter = delimiter
        self._quoted = quoted
        self._inside = 0  # 1 within quotes
        self.delimiters = 0  # outside quotes, so far
        self.newlines = 0  # anywhere, so far
        self.ends: list[Rows] = []
        self.totals: list[Rows] = []  # delimiters up to each end
        self.numbers: list[Rows] = []  # newlines up to each end, not counting it

    def run(self) -> bool:
        """Whether all quotes are where they belong."""
        for start in range(0, len(self._data), _BLOCK):
            block = self._data[start : start + _BLOCK]
            newline, delimiter = block == _NEWLINE, block == self._delimiter
            everywhere = newline
            if self._quoted:
                quotes = block == _QUOTE
                # An even number of quotes before a byte: it is outside. Overflow leaves that as it is.
                inside = (np.cumsum(quotes, dtype=np.uint8) + np.uint8(self._inside)) & 1
                if not self._well_placed(start, np.flatnonzero(quotes & (inside == 1))):
                    return False
                self._inside = int(inside[-1])
                newline, delimiter = newline & (inside == 0), delimiter & (inside == 0)
            self._note(start, newline, delimiter, everywhere)
        return self._inside == 0

    def _note(
        self,
        start: int,
        newline: npt.NDArray[np.bool_],
        delimiter: npt.NDArray[np.bool_],
        everywhere: npt.NDArray[np.bool_],
    ) -> None:
        ends = np.flatnonzero(newline)
        places = np.flatnonzero(delimiter)
        self.totals.append(np.searchsorted(places, ends) + self.delimiters)
        self.delimiters += len(places)
        all_ends = np.flatnonzero(everywhere) if self._quoted else ends
        self.numbers.append(np.searchsorted(all_ends, ends) + self.newlines)
        self.newlines += len(all_ends)
        self.ends.append(ends + start)

    def _well_placed(self, start: int, opening: Rows) -> bool:
        """Quotes open at the beginning of a cell only; elsewhere the csv module takes them for letters."""
        places = opening + start
        places = places[places > 0]
        before = self._data[places - 1]
        fine = (before == self._delimiter) | (before == _NEWLINE) | (before == _QUOTE)
        spaced = places[(before == _SPACE) & (places > 1)]
        earlier = self._data[spaced - 2]
        if not bool(((earlier == self._delimiter) | (earlier == _NEWLINE)).all()):
            return False
        return bool((fine | (before == _SPACE)).all())
