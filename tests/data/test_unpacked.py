"""Archives chosen in place of folders and tables: unpacked once, found again, opened as what is inside."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from studio.data.archives import extraction as archives
from studio.data.archives import unpacked
from studio.data.archives.unpacked import data_inside, unpacked_folder
from studio.data.dataset import Cancelled, DataError
from studio.data.opening import open_dataset, recognise, relink
from tests.data.hostile_archives import make_tar, make_zip


def picture(grey: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (8, 8), grey).save(buffer, "PNG")
    return buffer.getvalue()


PETS = {f"{name}/{i}.png": picture(i * 20) for name in ("cats", "dogs") for i in range(3)}
TABLE = b"x,kind\n1,a\n2,b\n3,a\n4,b\n"


@pytest.mark.parametrize("top", ["", "pets/", "download/pets/"])
def test_that_an_archive_of_class_folders_opens_like_the_folder(tmp_path: Path, top: str) -> None:
    path = make_zip(tmp_path / "My pets.zip", {top + name: data for name, data in PETS.items()})
    choice = recognise(path)
    assert choice.source == "image-folder"
    assert Path(choice.location).is_relative_to(unpacked_folder())
    assert choice.facts is not None
    assert choice.facts.classes == ("cats", "dogs")
    assert len(open_dataset(choice)) == 6


def test_that_a_table_in_an_archive_opens_like_the_table(tmp_path: Path) -> None:
    for archive in (
        make_zip(tmp_path / "a.zip", {"data/table.csv": TABLE, "data/README.txt": b"Hello."}),
        make_tar(tmp_path / "b.tar.gz", {"table.csv": TABLE}, "w:gz"),
    ):
        choice = recognise(archive)
        assert (choice.source, Path(choice.location).name) == ("csv", "table.csv")
        assert [column.name for column in choice.columns] == ["x", "kind"]


def test_that_the_same_archive_is_unpacked_once_wherever_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = data_inside(make_zip(tmp_path / "pets.zip", PETS))
    (tmp_path / "elsewhere").mkdir()
    moved = (tmp_path / "pets.zip").rename(tmp_path / "elsewhere" / "pets.zip")
    monkeypatch.setattr(unpacked, "unpack", lambda *_: pytest.fail("it was unpacked again"))
    assert data_inside(moved) == first


def test_that_another_content_under_the_same_name_is_another_folder(tmp_path: Path) -> None:
    first = data_inside(make_zip(tmp_path / "a.zip", {"t.csv": TABLE}))
    second = data_inside(make_zip(tmp_path / "a.zip", {"t.csv": TABLE + b"5,a\n"}))
    assert first != second
    assert second.read_bytes().endswith(b"5,a\n")


def test_that_an_interrupted_unpacking_is_not_taken_for_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_zip(tmp_path / "pets.zip", PETS)
    written = archives._Work._write
    count = 0

    def dies_at_the_third(self, member, place) -> None:
        nonlocal count
        count += 1
        if count == 3:
            raise KeyboardInterrupt
        written(self, member, place)

    monkeypatch.setattr(archives._Work, "_write", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        data_inside(path)
    assert not list(unpacked_folder().rglob("*.png"))
    monkeypatch.setattr(archives._Work, "_write", written)
    assert len(list(data_inside(path).rglob("*.png"))) == 6


def test_that_what_a_killed_program_left_does_not_count(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "pets.zip", PETS)
    whole = data_inside(path)
    half = whole.with_name(".pets-00000000.unpacking")
    whole.rename(half)  # as if the power had gone before the last step
    assert data_inside(path) == whole
    assert len(list(whole.rglob("*.png"))) == 6


def test_that_only_pictures_of_one_class_keep_their_folder(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"cats/1.png": picture(1), "cats/2.png": picture(2)})
    assert [entry.name for entry in data_inside(path).iterdir()] == ["cats"]


def test_that_an_archive_in_an_archive_is_not_unpacked_without_end(tmp_path: Path) -> None:
    inner = make_zip(tmp_path / "inner.zip", PETS).read_bytes()
    with pytest.raises(
        DataError, match=r"“outer\.zip” holds another archive, “inner\.zip”\. Unpack it and choose"
    ):
        recognise(make_zip(tmp_path / "outer.zip", {"inner.zip": inner}))


def test_that_an_error_inside_names_the_archive(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^In “a\.zip”: "):
        recognise(make_zip(tmp_path / "a.zip", {"notes/1.md": b"# Nothing", "notes/2.md": b"# Nothing"}))


def test_that_looking_into_an_archive_can_be_cancelled(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "pets.zip", PETS)
    with pytest.raises(Cancelled):
        recognise(path, progress=lambda _: False)
    assert not any(unpacked_folder().glob("*/*"))


def test_that_a_vanished_archive_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"“gone\.zip” is not there any more\. Choose it again\."):
        data_inside(tmp_path / "gone.zip")


def test_that_moved_data_may_come_back_as_an_archive(tmp_path: Path) -> None:
    import shutil

    first = recognise(make_zip(tmp_path / "pets.zip", PETS))
    shutil.rmtree(unpacked_folder())
    again = relink(first, tmp_path / "pets.zip")
    assert again.location == first.location
    assert len(open_dataset(again)) == 6
