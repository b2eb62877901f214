"""Opens datasets, recognises what the user points at, and finds moved data again."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from studio.core.params import Params
from studio.core.project import Column, DatasetChoice
from studio.data.archives.unpacked import data_inside, is_archive, unpacked_again
from studio.data.data_files import choose_one_of, only_data_file
from studio.data.dataset import DataError, Dataset, Progress
from studio.data.downloads.catalogue import DOWNLOADS
from studio.data.label_files import label_problem, load_labels
from studio.data.pictures.decoding import KNOWN_UNREADABLE
from studio.data.pictures.decoding import SUFFIXES as PICTURE_SUFFIXES
from studio.data.pictures.picture_dataset import PictureDataset
from studio.data.points.point_sets import POINT_SETS
from studio.data.preprocessing import Cell
from studio.data.sources.bundled import BUNDLED
from studio.data.sources.catalogue import SOURCES
from studio.data.sources.csv_table import TableDataset, choose_table, is_packed_table
from studio.data.sources.labelled_pictures import learning_options
from studio.data.sources.source import Source
from studio.data.splits import check_splits
from studio.data.tables.cells import Cells, NumberCells
from studio.data.tables.columns import infer_columns, target_column
from studio.data.tables.numbers import Decimal, is_missing, parse_number
from studio.data.tables.table import Table
from studio.data.tables.table_reading import read_table
from studio.data.texts.text_dataset import TextDataset

_MOST_SEARCHED = 20_000  # files whose contents are compared to find a renamed one


_LONGEST_NAME = 300  # letters of a name that are said
_FILE_ENDINGS = (".csv", ".tsv", ".xlsx", ".json", ".txt", ".zip", ".npz", ".parquet")  # meant as files


def open_dataset(choice: DatasetChoice, progress: Progress | None = None) -> Dataset:
    """The dataset, indexed or read; its `choice` has fresh facts. Raises DataError, Cancelled."""
    check_splits(choice.splits)
    source = SOURCES.get(choice.source)
    if source is None:
        known = ", ".join(SOURCES.ids)
        raise DataError(
            f"This version of Lantern does not know data of the sort “{choice.source}”, only {known}."
        )
    unpacked_again(choice.location, progress)
    dataset = source.open(choice, progress)
    if isinstance(dataset, PictureDataset | TableDataset | TextDataset):
        dataset.label_problem = label_problem(choice)
    return relabelled_dataset(dataset, choice) if choice.relabelled else dataset


def relabelled_dataset(dataset: Dataset, choice: DatasetChoice) -> Dataset:
    """The dataset with the labels that the user corrected; of sorts that cannot have any, as it is."""
    if isinstance(dataset, TableDataset | TextDataset):
        return dataset.with_labels(choice)
    if not isinstance(dataset, PictureDataset):
        return dataset
    labelled = dataset.with_parts(choice)
    if labelled.lacks_samples_of_labels and len(dataset) <= _MOST_SEARCHED:
        dataset.find_keys()  # kept from the last time, but for files that are new
        labelled = dataset.with_parts(choice)
    return labelled


def with_kept_labels(choice: DatasetChoice) -> DatasetChoice:
    """The choice with the labels that are kept for these data; with its own where none are."""
    kept = load_labels(choice)
    return choice if kept is None or kept == choice.relabelled else replace(choice, relabelled=kept)


def recognise(
    location: str | Path, options: Params | None = None, progress: Progress | None = None
) -> DatasetChoice:
    """What the user named or pointed at, as a choice with everything guessed and its facts.

    Args: location: a bundled name, a folder of pictures, a CSV or Excel file, an archive with one of
    these in it, which is unpacked once; options: those given.
    Raises: DataError: nothing fits; the sentence says what was found and what to do. Cancelled.
    """
    text = str(location).strip()
    if not text:
        raise DataError(
            "No dataset was named. Choose an example, a folder of pictures or texts, or a table.", "missing"
        )
    named = any(text.lower() in known for known in (BUNDLED, POINT_SETS, DOWNLOADS))
    if not named:
        _refuse_early(text)
    source = _source_of(text)
    packed = Path(text).expanduser()
    if not named and is_archive(packed) and packed.is_file() and not _read_packed(source, text):
        return _recognise_unpacked(packed, options, progress)
    if source is not None:
        try:
            return _with_labels(source.choose(text, options or {}), progress)
        except DataError as error:
            if error.code != "empty" or not packed.is_dir():
                raise
            file = only_data_file(packed)
            if file is None:
                raise choose_one_of(packed) or error from None
        return recognise(file, options, progress)
    raise DataError(f"“{text}” is neither a folder of pictures or texts nor a table.", "unreadable")


def _with_labels(choice: DatasetChoice, progress: Progress | None) -> DatasetChoice:
    labelled = with_kept_labels(choice)
    return open_dataset(labelled, progress).choice if labelled.relabelled else choice


def _source_of(text: str) -> Source | None:
    return next((source for source in SOURCES if source.recognises(text)), None)


def _read_packed(source: Source | None, text: str) -> bool:
    """Whether a source reads its packed files as they are."""
    return source is not None and (source.reads_packed or is_packed_table(text))


def _recognise_unpacked(archive: Path, options: Params | None, progress: Progress | None) -> DatasetChoice:
    inside = data_inside(archive, progress)
    if is_archive(inside) and inside.is_file() and not _read_packed(_source_of(str(inside)), str(inside)):
        raise DataError(
            f"“{archive.name}” holds another archive, “{inside.name}”. Unpack it and choose what is inside.",
            "structure",
        )
    try:
        return recognise(inside, options)
    except DataError as error:
        only = _only_folder(inside) if error.code == "single-class" else None
        if only is not None:  # one class is nothing to learn: a folder around pictures that nobody sorted
            raise DataError(
                f"In “{archive.name}”: all pictures lie in one folder, “{only.name}”, so nothing says what "
                "they show. Put them into one folder for each class, or a CSV table of their classes beside "
                "them.",
                "unsorted",
                place=only,
            ) from error
        raise DataError(f"In “{archive.name}”: {error}", error.code, error.fixes, inside) from error


def _only_folder(folder: Path) -> Path | None:
    folders = [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    return folders[0] if len(folders) == 1 else None


def with_target(choice: DatasetChoice, target: str, *, numeric: bool | None = None) -> DatasetChoice:
    """The choice with another column to predict, facts renewed. The old target becomes a feature.

    Args: numeric: whether it is a number; None to guess.
    Raises: DataError: no table, or no such column (the sentence suggests the nearest).
    """
    if choice.source == "text-table":
        options = {**choice.options, "target_column": target}
        return open_dataset(replace(choice, options=options, left_out=(), settled=())).choice
    dataset = open_dataset(choice)
    if not isinstance(dataset, TableDataset):
        raise DataError(
            "A target column can only be chosen for tables; here the classes are given.", "columns"
        )
    table = dataset.table
    name = _find_column(table, target)
    renewed: list[Column] = []
    guessed = {c.name: c for c in infer_columns(table, name, numeric)[0]}
    for column in dataset.columns:
        if column.name == name:
            renewed.append(target_column(table, name, numeric))
        elif column.role == "target":
            renewed.append(guessed[column.name])
        else:
            renewed.append(column)
    return open_dataset(replace(choice, columns=tuple(renewed))).choice


def with_learning(choice: DatasetChoice, target: str | None, learns: str | None) -> DatasetChoice:
    """Pictures with a table, read for what is to be learnt; other data stay as they are.

    Args: target: a column, or several with commas between them; learns: "classes", "labels" or "numbers";
        None: as the columns look.
    Raises: DataError: no such column, or it does not hold such answers.
    """
    if choice.source != "labelled-pictures":
        return choice
    learn = {"classes": "class", "labels": "labels", "numbers": "numbers"}.get(learns or "", "")
    return open_dataset(replace(choice, options=learning_options(choice, target, learn))).choice


def relink(choice: DatasetChoice, new_location: str | Path) -> DatasetChoice:
    """The same choice for data that were moved, after a check that they are of the same form.

    Raises: DataError: something else lies there: other classes, other columns.
    """
    _refuse_early(str(new_location))
    path = Path(new_location).expanduser().absolute()
    if is_archive(path) and path.is_file() and not _read_packed(_source_of(str(path)), str(path)):
        path = data_inside(path)
    moved = replace(choice, location=str(path))
    if choice.source == "csv" and not Path(moved.location).is_file():
        raise DataError(f"“{moved.location}” is a folder, but this project learns from a table.", "structure")
    dataset = open_dataset(moved)
    before, after = choice.facts, dataset.facts
    name = Path(moved.location).name
    if before is not None and before.classes != after.classes:
        raise DataError(
            f"“{name}” has the classes {_listed(after.classes)}; this project was made for "
            f"{_listed(before.classes)}. Choose the folder or file it was made with, or start a new project.",
            "columns",
        )
    if before is not None and before.input_shape != after.input_shape:
        raise DataError(
            f"“{name}” gives {'×'.join(map(str, after.input_shape))} numbers a sample; this project was made "
            f"for {'×'.join(map(str, before.input_shape))}. Choose the data it was made with.",
            "columns",
        )
    return dataset.choice


def read_rows(path: str | Path, options: Params | None = None) -> tuple[dict[str, Cell], ...]:
    """The rows of a table to predict, by column name; needs no target. Raises DataError."""
    return rows_of(read_new_table(path, options))


def read_new_table(path: str | Path, options: Params | None = None) -> Table:
    """A table to predict; needs no target. Raises DataError."""
    return read_table(Path(path).expanduser(), options or {}, fewest_columns=1)


def rows_of(table: Table) -> tuple[dict[str, Cell], ...]:
    """Rows with numbers as numbers, so that the file's decimal sign is settled here."""
    columns = [_settled(cells, table.dialect.decimal) for cells in table.columns]
    return tuple(dict(zip(table.names, row, strict=True)) for row in zip(*columns, strict=True))


def settled_row(table: Table, row: int) -> dict[str, Cell]:
    """One of them."""
    decimal = table.dialect.decimal
    return {
        name: _settled_number(cells, row)
        if isinstance(cells, NumberCells)
        else _settled_text(cells.text(row), decimal)
        for name, cells in zip(table.names, table.columns, strict=True)
    }


def _settled_number(cells: NumberCells, row: int) -> Cell:
    number = float(cells.numbers[row])
    text = cells.odd.get(row, "")
    return number if number == number else None if is_missing(text) else text


def _settled_text(cell: str, decimal: Decimal) -> Cell:
    if is_missing(cell):
        return None
    number = None if _is_code(cell) else parse_number(cell, decimal)
    return cell if number is None else number


def _settled(cells: Cells, decimal: Decimal) -> list[Cell]:
    if isinstance(cells, NumberCells):
        return [_settled_number(cells, row) for row in range(len(cells))]
    values = [_settled_text(cell, decimal) for cell in cells.values]
    return [values[code] for code in cells.codes.tolist()]


def _is_code(cell: str) -> bool:
    """01069 is a postcode: as a number it would lose its 0."""
    return len(cell) > 1 and cell[0] == "0" and cell[1].isdigit()


def _refuse_early(text: str) -> None:
    """Raises DataError for what no source can use: nothing there, a single picture, a project."""
    path = Path(text).expanduser()
    try:
        exists = path.exists()
    except (OSError, ValueError):  # too long, or with a NUL byte
        exists = False
    if not exists and re.match(r"[a-z]{2,10}://", text, re.IGNORECASE):
        raise DataError(
            f"“{text[:_LONGEST_NAME]}” is an address on the web, and Lantern fetches nothing from there by "
            "itself. Download it with your browser, then choose the file.",
            "missing",
        )
    if not exists:
        if any(separator in text for separator in ("/", "\\")) or path.suffix.lower() in _FILE_ENDINGS:
            raise DataError(
                f"There is no file or folder “{text[:_LONGEST_NAME]}”. It may have been moved, renamed or "
                "deleted, or its drive is not connected. Choose where it is now.",
                "missing",
            )
        near = difflib.get_close_matches(text.lower(), (*BUNDLED.ids, *POINT_SETS.ids, *DOWNLOADS.ids), n=1)
        hint = f" Did you mean “{near[0]}”?" if near else ""
        known = ", ".join(BUNDLED.ids)
        raise DataError(
            f"“{text[:_LONGEST_NAME]}” is neither a file or folder nor a bundled dataset ({known}) nor "
            f"points to play with nor one to download (see: list datasets).{hint}",
            "missing",
        )
    if _is_the_systems(path):
        raise DataError(
            f"“{path}” is the computer's own. Choose the folder in it that holds your data.", "structure"
        )
    suffix = path.suffix.lower()
    if path.is_file() and (suffix in PICTURE_SUFFIXES or suffix in KNOWN_UNREADABLE):
        raise DataError(
            f"“{path.name}” is a single picture. Choose the folder that holds one sub-folder of pictures "
            "per class.",
            "structure",
        )
    if path.is_file() and suffix == ".lantern":
        raise DataError(f"“{path.name}” is a project, not a dataset. Open it instead.")


def _is_the_systems(path: Path) -> bool:
    """The whole of the disk that the system is on, or what is no real folder: looking through it takes
    hours. A drive of the user's may be a dataset."""
    try:
        whole = path.resolve()
    except (OSError, RuntimeError):  # links in a circle
        return False
    if str(whole) in ("/proc", "/sys", "/dev"):
        return True
    return whole.parent == whole and any((whole / name).is_dir() for name in ("etc", "Windows", "System"))


def _find_column(table: Table, wanted: str) -> str:
    if wanted in table.names:
        return wanted
    folded = {name.casefold().strip(): name for name in table.names}
    if wanted.casefold().strip() in folded:
        return folded[wanted.casefold().strip()]
    near = difflib.get_close_matches(wanted.casefold(), folded, n=1)
    hint = f" Did you mean “{folded[near[0]]}”?" if near else ""
    raise DataError(
        f"There is no column “{wanted}”.{hint} The columns are: {_listed(table.names)}.", "columns"
    )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:8])
    return shown + (", …" if len(names) > 8 else "")


__all__ = [
    "choose_table",
    "open_dataset",
    "read_new_table",
    "read_rows",
    "recognise",
    "relink",
    "rows_of",
    "settled_row",
    "with_learning",
    "with_target",
]
