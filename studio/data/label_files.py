"""Where corrected labels are kept: in a table beside the data, or in Lantern's own folder.

A CSV table with the columns file and class, as the sorting of pictures writes it, and a third: digits of
the content, by which a renamed file is found again. Any program can read it; the data are never changed.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.core import places
from studio.core.project import DatasetChoice, Relabelled
from studio.core.safe_write import SaveError, write_text_atomically

NAME = "labels.lantern.csv"
COLUMNS = ("file", "class", "content")
_MOST_BYTES = 50_000_000  # a larger one was not written by Lantern
_OURS = ("bundled", "downloaded", "points")  # sources whose files are not the user's


@dataclass(frozen=True, slots=True)
class Kept:
    """`beside`: the table lies with the data, not in Lantern's own folder."""

    path: Path
    beside: bool


def beside(choice: DatasetChoice) -> Path | None:
    """The table's place with the data; None where the data are not the user's files."""
    if choice.source in _OURS:
        return None
    location = Path(choice.location)
    return location / NAME if location.is_dir() else location.with_name(f"{location.stem}.{NAME}")


def at_home(choice: DatasetChoice) -> Path:
    """The table's place in Lantern's own folder."""
    told = f"{choice.source}\0{choice.location}".encode("utf-8", "surrogatepass")
    name = Path(choice.location).name[:40] or "data"
    return places.user_data() / "labels" / f"{name} {hashlib.sha256(told).hexdigest()[:12]}.csv"


def load_labels(choice: DatasetChoice) -> tuple[Relabelled, ...] | None:
    """What is kept for these data, from whichever place was written last; None: nothing ever was."""
    newest: tuple[int, Path] | None = None
    for path in (at_home(choice), beside(choice)):
        with contextlib.suppress(OSError):
            if path is not None and (time_ns := path.stat().st_mtime_ns) >= (newest[0] if newest else 0):
                newest = time_ns, path
    return _read(newest[1]) if newest is not None else None


def save_labels(choice: DatasetChoice) -> Kept:
    """Writes the choice's labels beside the data; in Lantern's folder where that may not be written.

    Raises: SaveError: neither can be.
    """
    first, second = beside(choice), at_home(choice)
    text = as_csv(choice.relabelled)
    if first is not None and (first.exists() or choice.relabelled) and os.access(first.parent, os.W_OK):
        with contextlib.suppress(SaveError):
            write_text_atomically(first, text)
            with contextlib.suppress(OSError):
                second.unlink()
            return Kept(first, True)
    if choice.relabelled or second.exists():
        second.parent.mkdir(parents=True, exist_ok=True)
        write_text_atomically(second, text)
    return Kept(second, False)


def as_csv(labels: Sequence[Relabelled]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(
        (one.sample, one.label, one.content) for one in sorted(labels, key=lambda one: one.sample)
    )
    return text.getvalue()


def _read(path: Path) -> tuple[Relabelled, ...] | None:
    """None where it is no such table: somebody else's file is not touched by reading it wrong."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig")), strict=True))
    except (OSError, ValueError, csv.Error):
        return None
    if not rows or tuple(cell.strip().casefold() for cell in rows[0][:2]) != COLUMNS[:2]:
        return None
    found = {}
    for row in rows[1:]:
        cells = (*row, "", "")
        label = " ".join(cells[1].split())
        if len(row) >= 2 and row[0] and label:
            found[row[0]] = Relabelled(row[0], label, cells[2].strip())
    return tuple(found.values())
