"""Files that are none, lie about their size, or come from elsewhere: loaded right or refused in words."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.data.arrays import array_files
from studio.data.dataset import DataError
from studio.data.label_files import NAME, load_labels
from studio.data.opening import open_dataset, recognise
from studio.data.plain_files import NotAFileError, check_plain, open_plain, read_plain
from studio.data.sources import folder_walk, text_folder
from studio.data.tables import csv_lines, excel_reading
from tests.data.test_labelled_pictures import pictures, table

NO_FILE = "It is no file, but a pipe or a device."
ROWS = [f"{i},{i % 7},{'xy'[i % 2]}" for i in range(40)]
TABLE = "\n".join(("a,b,species", *ROWS))
needs_pipes = pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in folders")


def refused(path: str | Path) -> str:
    with pytest.raises(DataError) as told:
        recognise(path)
    return str(told.value)


def pets(folder: Path) -> Path:
    for name in ("cat", "dog"):
        (folder / name).mkdir(parents=True)
        for i in range(4):
            Image.new("RGB", (12, 12), (60 * i, 10, 90)).save(folder / name / f"{i}.png")
    return folder


def stories(folder: Path) -> Path:
    for name in ("good", "bad"):
        (folder / name).mkdir(parents=True)
        for i in range(6):
            (folder / name / f"{i}.txt").write_text(f"a {name} story with the number {i}")
    return folder


# -- what is no file ------------------------------------------------------------------------------------


@needs_pipes
def test_that_a_pipe_and_a_device_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/null"), Path("/dev/zero")):
        for look in (open_plain, read_plain, check_plain):
            with pytest.raises(NotAFileError, match="it is no file, but a pipe or a device"):
                look(path)
    (tmp_path / "file").write_bytes(b"abc")
    assert read_plain(tmp_path / "file") == b"abc"
    with pytest.raises(IsADirectoryError):
        read_plain(tmp_path)


@needs_pipes
def test_that_pipes_and_devices_among_pictures_are_left_out(tmp_path: Path) -> None:
    folder = pets(tmp_path / "pets")
    os.mkfifo(folder / "cat" / "pipe.png")
    (folder / "cat" / "zero.png").symlink_to("/dev/zero")
    (folder / "dog" / "null.png").symlink_to("/dev/null")
    os.mkfifo(folder / NAME)
    choice = recognise(folder)
    assert load_labels(choice) is None
    dataset = open_dataset(choice)
    dataset.samples()
    assert {one.name: one.reason for one in dataset.skipped} == {
        "cat/pipe.png": NO_FILE, "cat/zero.png": NO_FILE, "dog/null.png": NO_FILE
    }  # fmt: skip
    assert dataset.class_counts == (4, 4)


@needs_pipes
def test_that_pipes_and_devices_among_texts_are_left_out(tmp_path: Path) -> None:
    folder = stories(tmp_path / "stories")
    os.mkfifo(folder / "good" / "pipe.txt")
    (folder / "bad" / "zero.txt").symlink_to("/dev/zero")
    dataset = open_dataset(recognise(folder))
    reason = "It cannot be read: it is no file, but a pipe or a device."
    assert {one.name: one.reason for one in dataset.skipped} == {
        "bad/zero.txt": reason, "good/pipe.txt": reason
    }  # fmt: skip
    assert len(dataset) == 12


@needs_pipes
@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.xlsx", "t.parquet"])
def test_that_a_pipe_called_a_table_is_refused(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    sentence = refused(tmp_path / name)
    assert sentence.endswith(
        ("cannot be read: it is no file, but a pipe or a device.", "is neither a folder of pictures or texts "
         "nor a table.")
    )  # fmt: skip


@needs_pipes
def test_that_pipes_beside_pictures_keep_nothing_from_being_recognised(tmp_path: Path) -> None:
    folder = pets(tmp_path / "pets")
    for name in ("annotations.json", "data.yaml", "labels.csv", "a.xml", "train-images-idx3-ubyte", "x.npz"):
        os.mkfifo(folder / name)
    assert recognise(folder).source == "image-folder"


# -- what lies about its size ---------------------------------------------------------------------------


def test_that_a_workbook_that_unpacks_to_far_more_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import openpyxl

    monkeypatch.setattr(excel_reading, "_HARMLESS_BYTES", 1_000_000)
    openpyxl.Workbook().save(tmp_path / "small.xlsx")
    with zipfile.ZipFile(tmp_path / "small.xlsx") as small, zipfile.ZipFile(
        tmp_path / "large.xlsx", "w", zipfile.ZIP_DEFLATED
    ) as large:  # fmt: skip
        for name in small.namelist():
            padding = b" " * 20_000_000 if "sheet1" in name else b""
            large.writestr(name, small.read(name) + padding)
    assert refused(tmp_path / "large.xlsx") == (
        "“large.xlsx” was not opened. It unpacks to 0.0 GB, more than 100 times its size, as files do that "
        "are made to fill the memory. If you trust it, save it as CSV."
    )


def test_that_a_workbook_with_any_damage_is_read_or_refused_in_a_sentence(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in [["a", "b", "species"], *([i, i % 7, "xy"[i % 2]] for i in range(40))]:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(tmp_path / "whole.xlsx")
    whole = (tmp_path / "whole.xlsx").read_bytes()
    random = np.random.default_rng(0)
    refusals = 0
    for place in random.integers(0, len(whole), 40):
        damaged = bytearray(whole)
        damaged[place : place + 3] = random.bytes(3)
        (tmp_path / "t.xlsx").write_bytes(bytes(damaged))
        try:
            recognise(tmp_path / "t.xlsx")
        except DataError:
            refusals += 1
    assert 0 < refusals < 40


def test_that_an_array_that_unpacks_to_far_more_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(array_files, "_HARMLESS_BYTES", 1_000_000)
    empty = np.zeros((30_000, 16, 16), np.uint8)
    np.savez_compressed(tmp_path / "a.npz", x=empty, y=np.arange(30_000) % 2)
    assert refused(tmp_path / "a.npz").startswith(
        "The array “x” (30000×16×16 uint8) was not opened. It unpacks to more than 250 times its size"
    )


def test_that_a_cell_without_end_is_said(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n" + "x" * 1_100_000 + ",1\n" + "1,2\n" * 30)
    assert refused(tmp_path / "t.csv") == (
        "“t.csv” cannot be read as a table: one of its cells has more than 1,000,000 letters, so it is "
        "separated by another sign."
    )


def test_that_idx_files_that_are_cut_off_are_named(tmp_path: Path) -> None:
    from tests.data.idx_samples import write_mnist

    write_mnist(tmp_path)
    for path in tmp_path.glob("*images*"):
        path.write_bytes(path.read_bytes()[:-5])
    assert "is damaged or cut off: it is not as long as it says. Get it again." in refused(tmp_path)


@pytest.mark.parametrize("make", [pets, stories])
def test_that_a_whole_disk_behind_a_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], Path]
) -> None:
    folder = make(tmp_path / "data")
    for i in range(12):
        (next(folder.iterdir()) / f"more {i}").mkdir()
    monkeypatch.setattr(folder_walk, "MOST_FOLDERS", 10)
    monkeypatch.setattr(text_folder, "MOST_FOLDERS", 10)
    assert "holds more than 10 folders. Choose" in refused(folder)


# -- what comes from elsewhere ----------------------------------------------------------------------------


def test_that_an_address_on_the_web_is_not_fetched() -> None:
    assert refused("https://example.org/pets.zip") == (
        "“https://example.org/pets.zip” is an address on the web, and Lantern fetches nothing from there by "
        "itself. Download it with your browser, then choose the file."
    )


@pytest.mark.skipif(os.name == "nt", reason="of Unix")
@pytest.mark.parametrize("place", ["/", "/proc", "/dev", "/sys"])
def test_that_what_is_the_systems_is_not_looked_through(place: str) -> None:
    if Path(place).is_dir():
        assert refused(place) == (
            f"“{place}” is the computer's own. Choose the folder in it that holds your data."
        )


@pytest.mark.parametrize("encoding", ["utf-32", "utf-16", "utf-8-sig"])
def test_that_byte_order_marks_of_all_widths_are_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "t.csv").write_bytes(TABLE.replace("x", "жук").encode(encoding))
    dataset = open_dataset(recognise(tmp_path / "t.csv"))
    assert dataset.facts.classes == ("y", "жук")
    assert not [note for note in dataset.notes if "NUL" in note]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_that_a_table_of_labels_in_a_wide_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    folder = pictures(tmp_path / "zoo")
    path = table(folder / "labels.csv", "file,label", [f"p{i:02}.png,{'ab'[i % 2]}" for i in range(12)])
    path.write_bytes(path.read_text().encode(encoding))
    choice = recognise(folder)
    assert choice.source == "labelled-pictures"
    assert open_dataset(choice).class_counts == (6, 6)


def test_that_empty_lines_of_a_large_table_are_told_from_short_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_lines, "_LINES_AT_ONCE", 3)
    lines = ["a,b,c", ",,", "1,2,3", '"","",', "  , ,", ",,x", "\r", "4,5,6", "", '" ",,', "7,8,9"]
    data = "\n".join(lines).encode()
    found = csv_lines.lines_of(data, ",")
    assert found is not None
    told = [data[start:end].decode() for start, end in zip(found.starts, found.ends, strict=True)]
    assert told == ["a,b,c", "1,2,3", ",,x", "4,5,6", "7,8,9"]
    assert found.numbers.tolist() == [1, 3, 6, 8, 11]


# -- as people have them ----------------------------------------------------------------------------------


def competition(folder: Path) -> Path:
    """Pictures in train and test, and a table of the classes of the first, as competitions hand them out."""
    for part, count, shade in (("train", 12, 0), ("test", 6, 100)):
        (folder / part).mkdir(parents=True)
        for i in range(count):
            Image.new("RGB", (12, 12), (20 * i, shade, 90)).save(folder / part / f"{i}.png")
    (folder / "test.csv").write_text("\n".join(("id", *(f"{i}.png" for i in range(6)))))
    (folder / "sample_submission.csv").write_text("\n".join(("id,label", *(f"{i}.png,a" for i in range(6)))))
    return folder


def test_that_the_table_of_the_training_pictures_is_found_beside_train_and_test(tmp_path: Path) -> None:
    folder = competition(tmp_path / "competition")
    (folder / "train.csv").write_text("\n".join(("id,label", *(f"{i}.png,{'ab'[i % 2]}" for i in range(12)))))
    choice = recognise(folder)
    assert (choice.source, Path(choice.location).name) == ("labelled-pictures", "train.csv")
    dataset = open_dataset(choice)
    assert dataset.class_counts == (6, 6)
    assert dataset.skipped == ()


def test_that_train_and_test_are_no_classes(tmp_path: Path) -> None:
    folder = competition(tmp_path / "competition")
    for path in folder.glob("*.csv"):
        path.unlink()
    with pytest.raises(DataError) as told:
        recognise(folder)
    assert told.value.code == "unsorted"
    assert str(told.value).startswith(
        "“competition” holds the folders “test” and “train”, whose pictures lie in no folder of a class"
    )
    for i in range(3):
        (folder / "plane").mkdir(exist_ok=True)
        Image.new("RGB", (12, 12), (9 * i, 7, 9)).save(folder / "plane" / f"{i}.png")
    assert open_dataset(recognise(folder)).facts.classes == ("plane", "test", "train")  # perhaps they are


RECORDS = [{"text": f"hello number {i} is here", "label": "gb"[i % 2]} for i in range(30)]


@pytest.mark.parametrize(
    "whole",
    [
        {"version": 1, "data": RECORDS},
        {"text": [one["text"] for one in RECORDS], "label": [one["label"] for one in RECORDS]},
    ],
)
def test_that_texts_within_one_object_are_found(tmp_path: Path, whole: dict[str, object]) -> None:
    (tmp_path / "t.json").write_text(json.dumps(whole))
    dataset = open_dataset(recognise(tmp_path / "t.json"))
    assert (len(dataset), dataset.facts.classes) == (30, ("b", "g"))


def test_that_a_table_in_json_is_not_taken_for_texts(tmp_path: Path) -> None:
    rows = ({"a": i, "b": i % 7, "species": "xy"[i % 2]} for i in range(30))
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert refused(tmp_path / "t.jsonl") == (
        "No field of “t.jsonl” holds texts. Name the field with the texts; if it is a table of numbers and "
        "names, save it as CSV."
    )
