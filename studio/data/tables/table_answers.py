"""What the rows of a table are to be answered with: a class or a number each, and what the user corrected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from studio.core.problems import Fix
from studio.core.project import Relabelled
from studio.data.dataset import DataError
from studio.data.label_overlay import Overlay, answer_of, lay_over
from studio.data.label_places import Placed, placed
from studio.data.left_out import row_reference, rows_of
from studio.data.sources.folder_walk import natural_key
from studio.data.tables.column_guess import FEWEST_ROWS, NEARLY_EVERY
from studio.data.tables.column_values import Codes, Values
from studio.data.tables.columns import MAX_CLASSES
from studio.data.tables.row_keys import row_keys
from studio.data.tables.table import Table

Rows = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class TableAnswers:
    """`own`: as the table has them; `overlay`: with the user's own in it; `notes`: what is worth knowing."""

    own: Overlay
    overlay: Overlay
    notes: tuple[str, ...] = ()

    @property
    def labels(self) -> npt.NDArray[np.int64] | None:
        """The class number of each sample; None where a number is predicted."""
        return self.overlay.labels if self.own.values is None else None

    @property
    def own_labels(self) -> npt.NDArray[np.int64] | None:
        return self.own.labels if self.own.values is None else None

    @property
    def numbers(self) -> Numbers | None:
        return None if self.overlay.values is None else self.overlay.values[:, 0]

    def corrected(self, found: Placed) -> TableAnswers:
        """With these labels of the user's, and no others."""
        return replace(self, overlay=lay_over(self.own, found))

    def text(self, index: int) -> str:
        return answer_of(self.overlay, index)

    def own_text(self, index: int) -> str:
        return answer_of(self.own, index)

    def as_values(self) -> Values:
        """The target's column as it is with the corrections, one for each sample."""
        if self.overlay.values is not None:
            return self.overlay.values[:, 0]
        return Codes(self.overlay.labels.astype(np.int32), self.overlay.classes)


def answers_of(
    values: Values, rows: Rows, target: str, ways_out: Callable[[], tuple[Fix, ...]]
) -> TableAnswers:
    """As the table has them. Raises DataError: there is nothing to tell apart, or far too much."""
    if not isinstance(values, Codes):
        own = Overlay(np.zeros(len(rows), np.int64), (), values[rows][:, None])
        return TableAnswers(own, own)
    occurring = values.counts(rows) > 0
    names = [name for name, occurs in zip(values.names, occurring, strict=True) if occurs]
    classes = tuple(sorted(names, key=natural_key))
    _check(classes, len(rows), target, ways_out)
    numbers = {name: i for i, name in enumerate(classes)}
    labels = np.array([numbers.get(name, -1) for name in values.names], np.int64)[values.codes[rows]]
    rare = [name for name, n in zip(classes, np.bincount(labels), strict=True) if n == 1]
    notes: tuple[str, ...] = ()
    if rare:
        shown = ", ".join(f"“{name}”" for name in rare[:5]) + (", …" if len(rare) > 5 else "")
        notes = (f"Only one row, which is used for training: {shown}.",)
    own = Overlay(labels, classes)
    return TableAnswers(own, own, notes)


def placed_rows(own: Sequence[Relabelled], table: Table, rows: Rows) -> Placed:
    """Where the corrected rows are, as places among `rows`: by line and cells, else by their content."""
    if not own:
        return Placed({}, ())
    found = {row_reference(table, row): row for row in rows_of([one.sample for one in own], table).tolist()}

    def place_of(reference: str) -> int | None:
        row = found.get(reference)
        place = int(np.searchsorted(rows, row)) if row is not None else len(rows)
        return place if place < len(rows) and rows[place] == row else None

    moved = any(one.content and place_of(one.sample) is None for one in own)
    keys = row_keys(table)[rows] if moved else None

    def interchangeable(place: int, one: Relabelled) -> bool:
        """The very same cells: beside the content, what merely numbers the rows."""
        return row_reference(table, int(rows[place])).rpartition(" ")[2] == one.sample.rpartition(" ")[2]

    return placed(own, place_of, keys, numbered=lambda _: None, interchangeable=interchangeable)


def _check(classes: tuple[str, ...], rows: int, target: str, ways_out: Callable[[], tuple[Fix, ...]]) -> None:
    if len(classes) < 2:
        raise DataError(
            f"“{target}” is “{classes[0]}” in every row, so there is nothing to tell apart. "
            "Choose another target.",
            "single-class",
        )
    if len(classes) > MAX_CLASSES:
        raise DataError(
            f"“{target}” has {len(classes):,} different values; at most {MAX_CLASSES:,} classes "
            "can be learnt. Choose another target, or predict it as a number.",
            "columns",
        )
    if rows >= FEWEST_ROWS and len(classes) > NEARLY_EVERY * rows:
        raise DataError(
            f"“{target}” holds something else in nearly every row ({len(classes):,} different "
            f"values in {rows:,} rows), as names and free text do, so nothing repeats that "
            "could be learnt. Choose a target with few different values, or predict a number.",
            "columns",
            ways_out(),
        )
