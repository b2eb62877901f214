"""Pictures whose answers stand in a table: a column of file names, columns of classes, labels or numbers."""

from __future__ import annotations

import csv
import difflib
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from studio.core.params import Choice, Param, ParamError, Params, ParamValue, Several, Text, check_params
from studio.core.project import DatasetChoice
from studio.data.dataset import DataError, Progress, Skipped
from studio.data.downloads.contents import PictureFiles
from studio.data.fingerprint import fingerprint
from studio.data.label_files import NAME as LABELS
from studio.data.pictures.decoding import SUFFIXES as PICTURE_SUFFIXES
from studio.data.pictures.decoding import PictureArray, picture_array
from studio.data.pictures.learning import (
    LABEL_NAMES,
    Plan,
    is_flag,
    is_measured,
    label_columns,
    number_columns,
    plan_of,
    separator_in,
)
from studio.data.pictures.learning_notes import learning_notes
from studio.data.pictures.picture_labels import ENOUGH, Labelled, class_column, file_column, labelled
from studio.data.pictures.picture_names import LOOKED_AT, PictureNames
from studio.data.plain_files import open_plain
from studio.data.sources.image_folder import PARAMS, guess_from
from studio.data.sources.listed_pictures import ListedPictures
from studio.data.sources.source import Source, absolute
from studio.data.sources.split_folders import is_part
from studio.data.tables.csv_text import parse, sniff_delimiter
from studio.data.tables.table import Table
from studio.data.tables.table_memory import remembered_table
from studio.data.tables.table_text import decode

TABLES = (".csv", ".tsv", ".tab", ".txt")
_HEAD_BYTES = 65_536  # of a table, to tell whether it names pictures
_HEAD_ROWS = 200
_MOST_TABLES = 20  # looked into beside one folder of pictures
_FILE_HELP = "The column with the pictures' file names; with or without folder and ending."
_LABEL_HELP = "The column that says what each picture shows. Its different values are the classes."
_LABELS_HELP = (
    "One column with all labels of a picture in a cell, such as “cat;dog”; or several columns, one a label, "
    "with 1 and 0 or yes and no."
)
_NUMBERS_HELP = "The columns with what is to be predicted, such as an age, or where something is."
LEARN = Param(
    "learn",
    "What is learnt",
    "One of several classes a picture; several labels a picture, each present or not; or a number, or more.",
    Choice((("class", "a class"), ("labels", "several labels"), ("numbers", "a number"))),
    "class",
)
LABEL_PARAMS = (
    Param(
        "separator",
        "Sign between labels",
        "What stands between the labels in a cell. It is found by looking, unless you say otherwise.",
        Choice(
            (("auto", "found by looking"), (";", ";"), (",", ","), ("|", "|"), ("/", "/"), ("+", "+"),
             ("&", "&"), ("space", "space"), ("none", "none: each cell is one label"))
        ),
        "auto",
    ),
    Param(
        "empty_labels",
        "Empty cells",
        "An empty cell may mean that nobody looked, or that the picture shows none of these things.",
        Choice((("unknown", "unknown: leave the picture out"), ("none", "the picture has no label"))),
        "unknown",
    ),
)  # fmt: skip


class LabelledPictures(ListedPictures):
    """Pictures that the table names, read when they are wanted."""

    def __init__(self, choice: DatasetChoice, table: Table, found: Labelled) -> None:
        home = _home(choice.options, Path(choice.location))
        paths = tuple(home / file for file in found.files)
        self._found, self._table_notes, self._bad_rows = found, table.notes, table.skipped
        plan = plan_of(choice.options)
        self.answers = (
            ", ".join(plan.columns) if plan.learn == "class" else f"{plan.learn}: {', '.join(plan.columns)}"
        )
        super().__init__(
            choice,
            PictureFiles(
                home,
                paths,
                found.labels,
                found.classes,
                values=found.values,
                numbers=found.numbers,
                units=found.units,
            ),
            _target(plan),
            _mark(paths, home, found),
        )

    @property
    def root(self) -> Path:
        """Above all pictures."""
        return self.files.root

    def prepare(self, path: str, file: BinaryIO | None = None) -> PictureArray:
        """A file as the network gets it; `file`: its bytes, if they have been read. Raises PictureError."""
        channels, height, width = self.facts.input_shape
        return picture_array(Path(path), (height, width), channels, self.fit, file)

    def vanished(self, reasons: Mapping[int, str]) -> bool:
        return any(not self.files.paths[i].exists() for i in reasons)

    @property
    def unreadable(self) -> tuple[Skipped, ...]:
        """The pictures that are named and there, but of no use."""
        return super().skipped

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return (*self._bad_rows, *self._found.left_out, *super().skipped)

    @property
    def learning_words(self) -> tuple[str, ...]:
        """What is learnt, with the evidence: it may be chosen otherwise."""
        return tuple(learning_notes(self))

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
    trained = None if options.get("folder") else _train_table(given)
    if trained is not None:
        given, options = trained[0], {"folder": str(trained[1]), **options}
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
    seen = _seen(table, file, options)
    whole = {**seen, "file": file, "column_names": "\t".join(table.names), **options}
    found = labelled(table, names, file, plan_of(whole))
    whole = {**guess_from([names.home / name for name in found.files]), **whole}
    return LabelledPictures(DatasetChoice("labelled-pictures", str(path), whole), table, found).choice


def _seen(table: Table, file: str, options: Params) -> dict[str, ParamValue]:
    """What the table seems to hold: the columns for each way to learn, and the way that fits best.

    Raises: DataError: it holds nothing that could be learnt.
    """
    label = str(options.get("label") or class_column(table, file) or "")
    labels, numbers = label_columns(table, file), number_columns(table, file)
    if not (label or labels or numbers):
        raise DataError(
            f"No column of this table tells classes of the pictures in “{file}”: each is the same in every "
            "row, or different in nearly all. Add a column with the class of each picture.",
            "columns",
        )
    named = label.strip().casefold() in LABEL_NAMES
    one_of_many = len(labels) > 1 and label in labels  # a column of yes and no beside others of that sort
    learn = "class"
    counted = not named and label in numbers and any(is_measured(table, name) for name in numbers)
    if not options.get("label"):
        if labels and (one_of_many or not label or not named):
            learn = "labels"
        elif not label or counted:
            learn = "numbers"
    others = [name for name in table.names if name != file]
    return {
        "learn": learn,
        "label": label or others[-1] if others else file,
        "label_columns": "\t".join(labels),
        "number_columns": "\t".join(numbers),
    }


def open_labelled(choice: DatasetChoice, progress: Progress | None = None) -> LabelledPictures:
    """Raises DataError: the table or a column is gone, classes cannot be told; Cancelled."""
    path = Path(choice.location)
    table = remembered_table(path, {}, progress)
    try:
        own = check_params(_text_params(), choice.options)
    except ParamError as error:
        raise DataError(str(error), "options") from None
    plan = plan_of({**choice.options, "label": own["label"]})
    found = labelled(table, PictureNames(_home(choice.options, path)), str(own["file"]), plan)
    return LabelledPictures(choice, table, found)


def learning_options(choice: DatasetChoice, target: str | None, learn: str) -> Params:
    """The options with other columns to learn: `target` names them; `learn` empty: as they look."""
    table = remembered_table(Path(choice.location), {})
    names = table.names
    columns = tuple(name.strip() for name in (target or "").split(",") if name.strip())
    if target in names:
        columns = (target,)
    for name in columns:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f" Did you mean “{near[0]}”?" if near else ""
            there = ", ".join(f"“{one}”" for one in names[:8])
            raise DataError(f"There is no column “{name}”.{hint} The columns are: {there}.", "columns")
    if not learn and columns:
        flags = len(columns) > 1 and all(is_flag(table.column(name)) for name in columns)
        measured = len(columns) > 1 or is_measured(table, columns[0])
        several = flags or separator_in(table.column(columns[0]))
        learn = "labels" if several else "numbers" if measured else "class"
    learn = learn or str(choice.options.get("learn", "class"))
    option = {"class": "label", "labels": "label_columns", "numbers": "number_columns"}[learn]
    return {**choice.options, "learn": learn, **({option: "\t".join(columns)} if columns else {})}


def _home(options: Params, table: Path) -> Path:
    """Below which the pictures lie: the table's folder, unless labels had to be saved elsewhere."""
    return Path(str(options.get("folder") or table.parent))


def params_of(choice: DatasetChoice) -> tuple[Param, ...]:
    """Columns are chosen from those that the table had when it was chosen."""
    names = [name for name in str(choice.options.get("column_names", "")).split("\t") if name]
    if not names:
        return (*_text_params(), *PARAMS)
    columns = Choice(tuple((name, name) for name in names))
    file = Param("file", "File name column", _FILE_HELP, columns, names[0])
    learn = str(choice.options.get("learn", "class"))
    others = Several(tuple(name for name in names if name != choice.options.get("file")))
    chosen: tuple[Param, ...] = (Param("label", "Class column", _LABEL_HELP, columns, names[-1]),)
    if learn == "numbers":
        chosen = (Param("number_columns", "Columns with the numbers", _NUMBERS_HELP, others, ""),)
    elif learn == "labels":
        chosen = (
            Param("label_columns", "Columns with the labels", _LABELS_HELP, others, ""),
            *LABEL_PARAMS,
        )
    return (LEARN, *chosen, file, *PARAMS)


def _target(plan: Plan) -> str:
    return plan.columns[0] if len(plan.columns) == 1 else "labels" if plan.learn == "labels" else ""


def _text_params() -> tuple[Param, ...]:
    return (
        Param("label", "Class column", _LABEL_HELP, Text(), "label"),
        Param("file", "File name column", _FILE_HELP, Text(), "file"),
    )


def _mark(paths: tuple[Path, ...], home: Path, found: Labelled) -> str:
    """16 hexadecimal digits that change with the pictures and with what the table says of them."""
    words = (fingerprint(paths, home), *found.classes, *found.numbers)
    said = "\0".join(words).encode("utf-8", "surrogatepass") + found.labels.astype("<i8").tobytes()
    values = b"" if found.values is None else found.values.astype("<f8").tobytes()
    return hashlib.sha256(said + values).hexdigest()[:16]


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


def _train_table(path: Path) -> tuple[Path, Path] | None:
    """Where folders called train and test hold pictures without classes, the table that names those of the
    first; and that folder."""
    try:
        with os.scandir(path) as entries:
            folders = [entry for entry in entries if entry.is_dir() and entry.name[0] != "."]
    except OSError:
        return None
    train = [Path(one.path) for one in folders if one.name.casefold() in ("train", "training")]
    if len(train) != 1 or not all(is_part(one.name) for one in folders) or not _is_flat(train[0]):
        return None
    tables = sorted(_tables_in(path), key=lambda table: ("train" not in table.stem.lower(), table.name))
    named = (table for table in tables[:_MOST_TABLES] if _names_pictures(table, train[0]))
    return next(((table, train[0]) for table in named), None)


def _tables_in(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return [
                Path(entry.path)
                for entry in entries
                if entry.name[0] != "."
                and not entry.name.endswith(LABELS)  # corrections of labels, not the labels
                and Path(entry.name).suffix.lower() in TABLES
                and entry.is_file()
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
        with open_plain(table) as file:
            head = file.read(_HEAD_BYTES)
        text = decode(head, table.name)[0].lstrip("\ufeff")
        if len(head) == _HEAD_BYTES:
            text = text.rpartition("\n")[0]
        rows = parse(text, sniff_delimiter(text), quotes=True)[1 : _HEAD_ROWS + 1]
    except (OSError, ValueError, csv.Error, DataError):
        return False
    width = max((len(cells) for _, cells in rows), default=0)
    if width < 2:
        return False
    names = PictureNames(among or table.parent, LOOKED_AT)
    columns = ([cells[i] for _, cells in rows if len(cells) > i] for i in range(width))
    return bool(names.files) and any(names.share(column) >= ENOUGH for column in columns)


def _recognises(text: str) -> bool:
    path = Path(text).expanduser()
    return _table_for(path) is not None or _train_table(path) is not None


SOURCE = Source(
    "labelled-pictures",
    "Pictures with a table",
    "Pictures in a folder, and a CSV table beside or above them that says what each one shows.",
    recognises=_recognises,
    choose=choose_labelled,
    open=open_labelled,
    params_of=params_of,
)
