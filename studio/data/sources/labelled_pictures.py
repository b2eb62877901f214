"""Pictures whose classes stand in a table: a column of file names, a column of classes."""

from __future__ import annotations

import csv
import hashlib
import os
from pathlib import Path

from studio.core.params import Choice, Param, ParamError, Params, Text, check_params
from studio.core.project import DatasetChoice
from studio.data.dataset import DataError, Progress, Skipped
from studio.data.downloads.contents import PictureFiles
from studio.data.fingerprint import fingerprint
from studio.data.pictures.decoding import SUFFIXES as PICTURE_SUFFIXES
from studio.data.pictures.picture_labels import ENOUGH, Labelled, file_column, label_column, labelled
from studio.data.pictures.picture_names import LOOKED_AT, PictureNames
from studio.data.sources.image_folder import PARAMS, guess_from
from studio.data.sources.listed_pictures import ListedPictures
from studio.data.sources.source import Source, absolute
from studio.data.tables.csv_text import parse, sniff_delimiter
from studio.data.tables.table import Table
from studio.data.tables.table_memory import remembered_table

TABLES = (".csv", ".tsv", ".tab", ".txt")
_HEAD_BYTES = 65_536  # of a table, to tell whether it names pictures
_HEAD_ROWS = 200
_MOST_TABLES = 20  # looked into beside one folder of pictures
_FILE_HELP = "The column with the pictures' file names; with or without folder and ending."
_LABEL_HELP = "The column that says what each picture shows. Its different values are the classes."


class LabelledPictures(ListedPictures):
    """Pictures that the table names, read when they are wanted."""

    def __init__(self, choice: DatasetChoice, table: Table, found: Labelled) -> None:
        home = _home(choice.options, Path(choice.location))
        paths = tuple(home / file for file in found.files)
        self._found, self._table_notes, self._bad_rows = found, table.notes, table.skipped
        super().__init__(
            choice,
            PictureFiles(home, paths, found.labels, found.classes),
            str(choice.options["label"]),
            _mark(paths, home, found),
        )

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return (*self._bad_rows, *self._found.left_out, *super().skipped)

    @property
    def notes(self) -> tuple[str, ...]:
        unread = len(super().skipped)
        notes = [*self._table_notes, *self._found.notes]
        if unread:
            pictures = "1 picture" if unread == 1 else f"{unread:,} pictures"
            notes.append(f"{pictures} could not be read and {'was' if unread == 1 else 'were'} left out.")
        return (*notes, *super().notes)


def choose_labelled(text: str, options: Params) -> DatasetChoice:
    """The choice with both columns, size and colour guessed. Raises DataError."""
    given = Path(absolute(text))
    path = given if options.get("folder") else _table_for(given)
    if path is None:
        raise DataError(f"No table beside the pictures in “{Path(text).name}” names them.", "structure")
    table = remembered_table(path, {})
    names = PictureNames(_home(options, path))
    file = str(options.get("file") or file_column(table, names) or "")
    if not file:
        raise DataError(
            f"Most file names in “{path.name}” belong to no picture below its folder. Put the table beside "
            "or above its pictures, then choose it again.",
            "structure",
        )
    label = str(options.get("label") or label_column(table, file))
    found = labelled(table, names, file, label)
    guessed = guess_from([names.home / name for name in found.files])
    whole = {**guessed, "file": file, "label": label, "column_names": "\t".join(table.names), **options}
    return LabelledPictures(DatasetChoice("labelled-pictures", str(path), whole), table, found).choice


def open_labelled(choice: DatasetChoice, progress: Progress | None = None) -> LabelledPictures:
    """Raises DataError: the table or a column is gone, classes cannot be told; Cancelled."""
    path = Path(choice.location)
    table = remembered_table(path, {}, progress)
    try:
        own = check_params(_text_params(), choice.options)
    except ParamError as error:
        raise DataError(str(error), "options") from None
    found = labelled(table, PictureNames(_home(choice.options, path)), str(own["file"]), str(own["label"]))
    return LabelledPictures(choice, table, found)


def _home(options: Params, table: Path) -> Path:
    """Below which the pictures lie: the table's folder, unless labels had to be saved elsewhere."""
    return Path(str(options.get("folder") or table.parent))


def params_of(choice: DatasetChoice) -> tuple[Param, ...]:
    """Columns are chosen from those that the table had when it was chosen."""
    names = [name for name in str(choice.options.get("column_names", "")).split("\t") if name]
    if not names:
        return (*_text_params(), *PARAMS)
    columns = Choice(tuple((name, name) for name in names))
    return (
        Param("label", "Class column", _LABEL_HELP, columns, names[-1]),
        Param("file", "File name column", _FILE_HELP, columns, names[0]),
        *PARAMS,
    )


def _text_params() -> tuple[Param, ...]:
    return (
        Param("label", "Class column", _LABEL_HELP, Text(), "label"),
        Param("file", "File name column", _FILE_HELP, Text(), "file"),
    )


def _mark(paths: tuple[Path, ...], home: Path, found: Labelled) -> str:
    """16 hexadecimal digits that change with the pictures and with what the table says of them."""
    said = "\0".join((fingerprint(paths, home), *found.classes)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(said + found.labels.astype("<i8").tobytes()).hexdigest()[:16]


# -- which table goes with which pictures --------------------------------------------------------------


def _table_for(path: Path) -> Path | None:
    """The table itself; of a folder of pictures that are not sorted into classes, the one that names them."""
    if path.is_file():
        return path if path.suffix.lower() in TABLES and _names_pictures(path) else None
    if not path.is_dir() or not _is_flat(path):
        return None
    above = [path.parent] if path.parent != path else []
    for folder in (path, *above):
        tables = sorted(_tables_in(folder), key=lambda table: ("label" not in table.stem.lower(), table.name))
        for table in tables[:_MOST_TABLES]:
            if _names_pictures(table, path):
                return table
    return None


def _tables_in(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return [
                Path(entry.path)
                for entry in entries
                if entry.name[0] != "." and Path(entry.name).suffix.lower() in TABLES and entry.is_file()
            ]
    except OSError:
        return []


def _is_flat(folder: Path) -> bool:
    """Pictures directly in it, or in its only sub-folder: no folders that could be classes."""
    folders = 0
    try:
        with os.scandir(folder) as entries:
            for number, entry in enumerate(entries):
                if entry.name[0] == ".":
                    continue
                if Path(entry.name).suffix.lower() in PICTURE_SUFFIXES:
                    return True
                folders += entry.is_dir()
                if number > LOOKED_AT:
                    break
    except OSError:
        return False
    return folders == 1


def _names_pictures(table: Path, among: Path | None = None) -> bool:
    """Whether a column of its first rows names pictures below its folder; never raises."""
    try:
        with table.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        text = head.decode("utf-8-sig", errors="replace")
        if len(head) == _HEAD_BYTES:
            text = text.rpartition("\n")[0]
        rows = parse(text, sniff_delimiter(text), quotes=True)[1 : _HEAD_ROWS + 1]
    except (OSError, ValueError, csv.Error):
        return False
    width = max((len(cells) for _, cells in rows), default=0)
    if width < 2:
        return False
    names = PictureNames(among or table.parent, LOOKED_AT)
    columns = ([cells[i] for _, cells in rows if len(cells) > i] for i in range(width))
    return bool(names.files) and any(names.share(column) >= ENOUGH for column in columns)


def _recognises(text: str) -> bool:
    return _table_for(Path(text).expanduser()) is not None


SOURCE = Source(
    "labelled-pictures",
    "Pictures with a table",
    "Pictures in a folder, and a CSV table beside or above them that says what each one shows.",
    recognises=_recognises,
    choose=choose_labelled,
    open=open_labelled,
    params_of=params_of,
)
