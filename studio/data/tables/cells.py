"""The cells of one column in little memory: numbers as an array, texts as codes into the different ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, cast, overload

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from studio.data.tables.numbers import number_text

Numbers = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
T = TypeVar("T")


class _Column(Sequence[str]):
    """Reads as a sequence of the cells' texts; what was derived from it once is kept with it."""

    __slots__ = ("_derived",)

    def __init__(self) -> None:
        self._derived: dict[object, object] = {}

    def derived(self, key: object, make: Callable[[], T]) -> T:
        """What `make` gives, made once: a table is opened again at every change of its columns' use."""
        if key not in self._derived:
            self._derived[key] = make()
        return cast(T, self._derived[key])

    def text(self, row: int) -> str:
        raise NotImplementedError

    def texts(self, rows: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.text(row) for row in rows)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    @override
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        if isinstance(index, slice):
            return self.texts(range(*index.indices(len(self))))
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self.text(index % len(self))

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self.texts(range(len(self))))

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


class TextCells(_Column):
    """`values` are the different texts, `codes` says which of them each row holds, int32 (rows,)."""

    __slots__ = ("codes", "values")

    def __init__(self, codes: npt.NDArray[np.int32], values: tuple[str, ...]) -> None:
        super().__init__()
        self.codes = codes
        self.values = values

    @staticmethod
    def of(cells: Iterable[str]) -> TextCells:
        places: dict[str, int] = {}
        codes = [places.setdefault(cell, len(places)) for cell in cells]
        return TextCells(np.array(codes, np.int32), tuple(places))

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """How often each of the different texts occurs."""
        return self.derived("counts", lambda: np.bincount(self.codes, minlength=len(self.values)))

    @override
    def text(self, row: int) -> str:
        return self.values[int(self.codes[row])]

    @override
    def __len__(self) -> int:
        return len(self.codes)

    def looked_up(self, of_value: Callable[[str], Any], dtype: Any) -> npt.NDArray[Any]:
        """An array (rows,) of what `of_value` makes of each cell; asked once per different text."""
        table = np.fromiter((of_value(value) for value in self.values), dtype, len(self.values))
        return table[self.codes] if len(table) else np.zeros(len(self), dtype)


class NumberCells(_Column):
    """`numbers`: float64 (rows,), NaN where a cell is empty; `odd`: the texts that are no numbers, by row.

    For columns with millions of different numbers: a text for each of them would take ten times as much.
    """

    __slots__ = ("numbers", "odd")

    def __init__(self, numbers: Numbers, odd: dict[int, str] | None = None) -> None:
        super().__init__()
        self.numbers = numbers
        self.odd = odd or {}

    @override
    def text(self, row: int) -> str:
        number = float(self.numbers[row])
        return number_text(number) if number == number else self.odd.get(row, "")

    @override
    def __len__(self) -> int:
        return len(self.numbers)

    def unique(self) -> tuple[Numbers, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The different numbers in order, how often each occurs, and which each row holds (-1: none)."""

        def made() -> tuple[Numbers, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
            known = np.isfinite(self.numbers)
            values, inverse, counts = np.unique(self.numbers[known], return_inverse=True, return_counts=True)
            places = np.full(len(self), -1, np.int64)
            places[known] = inverse
            return values, counts, places

        return self.derived("unique", made)

    def few(self, most: int) -> Numbers | None:
        """The different numbers, in order, if there are at most `most`; quick to say that there are more."""

        def made() -> Numbers | None:
            known = self.numbers[np.isfinite(self.numbers)]
            if len(known) > 20_000 and len(np.unique(known[:: len(known) // 10_000])) > most:
                return None
            values = np.unique(known)
            return values if len(values) <= most else None

        return self.derived(("few", most), made)


Cells = TextCells | NumberCells


def as_cells(cells: Sequence[str]) -> Cells:
    return cells if isinstance(cells, TextCells | NumberCells) else TextCells.of(cells)
