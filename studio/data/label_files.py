"""Where corrected labels are kept: in a table beside the data, or in Lantern's own folder.

A CSV table with the columns file and class, as the sorting of pictures writes it, and a third: digits of
the content, by which a renamed file or a moved row is found again. Where the data have several columns that
can be learnt, a fourth says whose answers they are. Any program can read it; the data are never changed.
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
from studio.data.archives.kept import archive_of
from studio.data.plain_files import read_plain

NAME = "labels.lantern.csv"
COLUMNS = ("file", "class", "content")
WITH_ANSWERS = ("sample", "label", "content", "column")
MOST = 20_000  # labels; a project file must stay a file that opens at once
_MOST_BYTES = 20_000_000  # a larger one was not written by Lantern
_LONGEST = 4_000  # letters of a cell
_OURS = ("bundled", "downloaded", "points")  # sources whose files are not the user's


@dataclass(frozen=True, slots=True)
class Kept:
    """`beside`: the table lies with the data, not in Lantern's own folder."""

    path: Path
    beside: bool


class LabelFileError(Exception):
    """A file of the name of a table of labels is none; the message says why, in a sentence."""


def beside(choice: DatasetChoice) -> Path | None:
    """The table's place with the data; None where the data are not the user's files."""
    if choice.source in _OURS:
        return None
    archive = archive_of(choice.location)
    if archive is not None:  # not in Lantern's own folder, where nobody would look
        return archive.with_name(f"{archive.stem}.{NAME}") if archive.parent.is_dir() else None
    location = Path(choice.location)
    return location / NAME if location.is_dir() else location.with_name(f"{location.stem}.{NAME}")


def at_home(choice: DatasetChoice) -> Path:
    """The table's place in Lantern's own folder."""
    told = f"{choice.source}\0{choice.location}".encode("utf-8", "surrogatepass")
    name = Path(choice.location).name[:40] or "data"
    return places.user_data() / "labels" / f"{name} {hashlib.sha256(told).hexdigest()[:12]}.csv"


def load_labels(choice: DatasetChoice) -> tuple[Relabelled, ...] | None:
    """What is kept for these data, from whichever place was written last; None: nothing ever was, or what
    lies there is no table of labels."""
    found = []
    for path in (at_home(choice), beside(choice)):
        if path is None:
            continue
        with contextlib.suppress(OSError, ValueError, LabelFileError):
            found.append((path.stat().st_mtime_ns, read_labels(path)))
    return max(found, key=lambda one: one[0])[1] if found else None


def label_problem(choice: DatasetChoice) -> str:
    """Why the table beside the data is not used, in a sentence; empty where there is none, or it is."""
    path = beside(choice)
    try:
        if path is not None and path.exists():
            read_labels(path)
    except LabelFileError as error:
        return str(error)
    except (OSError, ValueError):
        return ""  # it vanished meanwhile
    return ""


def save_labels(choice: DatasetChoice) -> Kept:
    """Writes the choice's labels beside the data; in Lantern's folder where that may not be written, or a
    file of that name is somebody else's.

    Raises: SaveError: neither can be.
    """
    first, second = beside(choice), at_home(choice)
    text = as_csv(choice.relabelled)
    wanted = first is not None and (first.exists() or choice.relabelled) and not label_problem(choice)
    if first is not None and wanted and os.access(first.parent, os.W_OK):
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
    odd = any("\r" in f"{one.sample}{one.label}{one.answers}" for one in labels)  # which csv leaves unquoted
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL if odd else csv.QUOTE_MINIMAL)
    several = any(one.answers for one in labels)
    writer.writerow(WITH_ANSWERS if several else COLUMNS)
    for one in sorted(labels, key=lambda one: (one.answers, one.sample)):
        cells = (one.sample, one.label, one.content)
        writer.writerow((*cells, one.answers) if several else cells)
    return text.getvalue().encode("utf-8", "replace").decode()  # a name of no letters is found by its content


def read_labels(path: Path) -> tuple[Relabelled, ...]:
    """The labels of a table; a row that says nothing is passed over. Whatever lies there, nothing but words
    is taken from it.

    Raises: LabelFileError: it is no such table; OSError.
    """
    if path.stat().st_size > _MOST_BYTES:
        raise _refused(path, "it is far too large")
    try:
        text = read_plain(path).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        raise _refused(path, "it is no correct CSV table") from None
    except UnicodeError:
        raise _refused(path, "it holds no text") from None
    head = tuple(cell.strip().casefold() for cell in rows[0]) if rows else ()
    if head[:2] not in (COLUMNS[:2], WITH_ANSWERS[:2]):
        raise _refused(path, "it does not begin with the columns file and class")
    if len(rows) - 1 > MOST:
        raise _refused(path, f"it has more than {MOST:,} rows")
    found = {}
    for row in rows[1:]:
        sample, label, content, answers = (*row, "", "", "", "")[:4]
        if len(row) < 2 or not sample or not (label.strip() or answers) or max(map(len, row)) > _LONGEST:
            continue
        found[(sample, answers)] = Relabelled(sample, label, content.strip(), answers)
    return tuple(found.values())


def _refused(path: Path, why: str) -> LabelFileError:
    return LabelFileError(
        f"“{path.name}” beside the data is not read as labels corrected in Lantern: {why}. It is left as it "
        "is; move it away, or mend it."
    )
