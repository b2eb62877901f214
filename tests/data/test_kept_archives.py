"""Unpacked archives: listed, deleted, unpacked anew when they are needed, and what is the user's stays."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.project import Relabelled
from studio.data.archives.kept import (
    archive_of,
    delete_leftovers,
    delete_unpacked,
    kept_archives,
)
from studio.data.archives.places import unpacked_folder
from studio.data.dataset import DataError
from studio.data.label_files import NAME, beside, save_labels
from studio.data.opening import open_dataset, recognise
from tests.data.hostile_archives import make_zip
from tests.data.test_unpacked import PETS

TABLE = "a,b,species\n" + "\n".join(f"{i},{i % 7},{'xy'[i % 2]}" for i in range(40))
LINES = "\n".join(
    json.dumps({"text": f"letter {i} is {'good' if i % 2 else 'bad'}", "label": "gb"[i % 2]})
    for i in range(30)
)


def test_that_an_unpacked_archive_is_listed_with_what_it_takes(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "My pets.zip", PETS)
    choice = recognise(archive)
    (kept,) = [one for one in kept_archives() if one.archive == archive]
    assert kept.name == "My pets"
    assert kept.files == len(PETS)
    assert kept.total_bytes == sum(map(len, PETS.values()))
    assert kept.can_be_unpacked_again
    assert kept.holds(choice.location)
    assert not kept.holds(str(tmp_path))
    assert archive_of(choice.location) == archive
    assert archive_of(tmp_path) is None


def test_that_deleted_data_are_unpacked_anew_when_they_are_needed(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "pets.zip", PETS)
    choice = recognise(archive)
    (kept,) = [one for one in kept_archives() if one.archive == archive]
    delete_unpacked(kept)
    assert not Path(choice.location).exists()
    assert [one for one in kept_archives() if one.archive == archive] == []
    assert open_dataset(choice).facts == choice.facts
    assert Path(choice.location).is_dir()


def test_that_what_the_user_made_outlives_the_deletion(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "pets.zip", PETS)
    folder = Path(recognise(archive).location)
    (folder / "notes.lantern.csv").write_text("mine")
    (kept,) = [one for one in kept_archives() if one.archive == archive]
    later = time.time() + 60
    (folder / "labels.csv").write_text("file,class\n")
    os.utime(folder / "labels.csv", (later, later))
    delete_unpacked(kept)
    folder = Path(recognise(archive).location)
    assert (folder / "labels.csv").read_text() == "file,class\n"
    assert (folder / "notes.lantern.csv").read_text() == "mine"
    assert len(list(folder.rglob("*.*"))) == len(PETS) + 2


def test_that_an_archive_that_is_gone_or_changed_is_said(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "pets.zip", PETS)
    choice = recognise(archive)
    (kept,) = [one for one in kept_archives() if one.archive == archive]
    delete_unpacked(kept)
    archive.rename(tmp_path / "elsewhere.zip")
    with pytest.raises(DataError) as told:
        open_dataset(choice)
    assert told.value.code == "missing"
    assert str(told.value) == (
        f"These data were unpacked from “{archive}”, which is not there any more, and the unpacked files "
        "were deleted. Put it back, or show where the data are now."
    )
    make_zip(archive, {**PETS, "cats/more.png": next(iter(PETS.values()))})
    with pytest.raises(DataError, match="has changed since these data were unpacked from it"):
        open_dataset(choice)


def test_that_labels_of_data_in_an_archive_lie_beside_the_archive(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "pets.zip", PETS)
    choice = recognise(archive)
    first = open_dataset(choice).name_of(0)
    assert beside(choice) == tmp_path / f"pets.{NAME}"
    own = (Relabelled(first, "dogs"),)
    assert save_labels(replace(choice, relabelled=own)).beside
    assert recognise(archive).relabelled == own


def test_that_halves_of_killed_unpackings_are_cleared_away_in_time(tmp_path: Path) -> None:
    home = unpacked_folder() / "0123456789abcdef"
    old, young = home / ".pets-1234.unpacking", home / ".pets-5678.unpacking"
    for half in (old, young):
        half.mkdir(parents=True)
        (half / "x.png").write_bytes(b"x")
    day_before_yesterday = time.time() - 2 * 86_400
    os.utime(old, (day_before_yesterday, day_before_yesterday))
    delete_leftovers()
    assert not old.exists()
    assert young.exists()


@pytest.mark.parametrize(
    "note", [b"", b"[]", b"\xff", b'{"archive": 3}', b'{"archive": "x", "folder": "../.."}']
)
def test_that_a_damaged_note_beside_an_archive_lists_nothing(tmp_path: Path, note: bytes) -> None:
    home = unpacked_folder() / "fedcba9876543210"
    (home / "pets").mkdir(parents=True, exist_ok=True)
    (home / "archive.json").write_bytes(note)
    assert [one for one in kept_archives() if one.home == home] == []


@pytest.mark.parametrize("top", ["", "data-main/"])
@pytest.mark.parametrize(("name", "content"), [("t.csv", TABLE), ("t.jsonl", LINES), ("t.tsv", TABLE)])
def test_that_the_only_file_with_data_is_meant_by_a_folder_or_an_archive(
    tmp_path: Path, name: str, content: str, top: str
) -> None:
    content = content.replace(",", "\t") if name.endswith(".tsv") else content
    files = {f"{top}{name}": content.encode(), f"{top}README.md": b"hello", f"{top}LICENSE.txt": b"mit"}
    (tmp_path / "folder").mkdir()
    for path, data in files.items():
        (tmp_path / "folder" / Path(path).name).write_bytes(data)
    of_folder = recognise(tmp_path / "folder")
    assert Path(of_folder.location).name == name
    of_archive = recognise(make_zip(tmp_path / "all.zip", files))
    assert (of_archive.source, of_archive.facts) == (of_folder.source, of_folder.facts)


def test_that_of_several_files_train_is_meant_and_else_it_is_asked_which(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(TABLE)
    with pytest.raises(DataError) as told:
        recognise(tmp_path)
    assert str(told.value) == (
        f"“{tmp_path.name}” holds no pictures, but 2 files with data: “a.csv”, “b.csv”. A project learns "
        "from one of them: choose that file."
    )
    (tmp_path / "train.csv").write_text(TABLE)
    assert Path(recognise(tmp_path).location).name == "train.csv"


@pytest.mark.parametrize("top", ["", "photos/"])
def test_that_unlabelled_pictures_in_an_archive_can_be_sorted(tmp_path: Path, top: str) -> None:
    pictures = [content for name, content in PETS.items() if name.endswith(".png")]
    archive = make_zip(tmp_path / "all.zip", {f"{top}{i}.png": one for i, one in enumerate(pictures)})
    with pytest.raises(DataError) as told:
        recognise(archive)
    assert told.value.code == "unsorted"
    assert told.value.place is not None
    assert sorted(path.name for path in told.value.place.iterdir())[0] == "0.png"
