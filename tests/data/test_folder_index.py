"""Indexing folders of pictures: order, caches, odd names, loops, memory."""

from __future__ import annotations

import os
import random
import sys
import time
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from studio.data.dataset import DataError
from studio.data.sources import folder_walk, index_cache
from studio.data.sources.folder_index import read_folder
from studio.data.sources.folder_walk import FileNames, reachable
from studio.data.sources.index_cache import index_folder

LONG_AGO = (1_500_000_000, 1_500_000_000)


def folders(root: Path, **classes: list[str]) -> Path:
    for name, files in classes.items():
        for file in files:
            path = root / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    return root


def aged(root: Path) -> Path:
    """As if nobody had worked in there for years."""
    for folder in (root, *(p for p in root.rglob("*") if p.is_dir())):
        os.utime(folder, LONG_AGO)
    return root


def names(index: object) -> list[str]:
    return [index.names[i] for i in range(len(index))]  # type: ignore[attr-defined, arg-type]


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were really walked through."""
    seen: list[Path] = []

    def counted(root: Path) -> object:
        seen.append(root)
        return read_folder(root)

    monkeypatch.setattr(index_cache, "read_folder", counted)
    monkeypatch.setattr(index_cache, "WORTH_FILES", 1)
    index_cache._RECENT.clear()
    return seen


def test_that_pictures_come_in_the_order_of_code_points_and_sub_folders_last(tmp_path: Path) -> None:
    root = folders(
        tmp_path, b=["10.png", "9.PNG", "sub 10/x.png", "sub 9/x.png", "ä.png", "Z.png"], A=["1.jpeg"]
    )
    assert names(read_folder(root)) == [
        "A/1.jpeg", "b/10.png", "b/9.PNG", "b/Z.png", "b/ä.png", "b/sub 9/x.png", "b/sub 10/x.png",
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 2, 63, 64, 500])
@pytest.mark.parametrize(
    "form", ["IMG_{}.jpg", "{:07d}.png", "photo of my cat number {}.jpg", "{0:x}-{0}.PNG"]
)
def test_that_many_names_sort_as_python_sorts_them(tmp_path: Path, count: int, form: str) -> None:
    numbers = random.Random(0).sample(range(100_000), count)
    files = [form.format(number) for number in numbers]
    root = folders(tmp_path, a=files, b=["x.png"])
    assert names(read_folder(root))[:-1] == sorted(f"a/{name}" for name in files)


def test_that_names_of_every_script_come_back_as_they_are(tmp_path: Path) -> None:
    odd = ["猫.png", "кот.png", "قط.png", "🐈.png", "a\nb.png", "x" * 200 + ".png", " .png", "%s{}.png"]
    odd.append(unicodedata.normalize("NFD", "é.png"))
    root = folders(tmp_path, cats=odd, dogs=["1.png"])
    if sys.platform == "linux":
        (root / "cats" / os.fsdecode(b"\xff\xfe.png")).touch()  # no UTF-8 at all
        odd.append(os.fsdecode(b"\xff\xfe.png"))
    index = read_folder(root)
    assert sorted(names(index)) == sorted([*(f"cats/{name}" for name in odd), "dogs/1.png"])
    assert all(os.path.exists(f"{root}/{name}") for name in names(index))


def test_that_an_index_read_back_is_the_same(tmp_path: Path, walks: list[Path]) -> None:
    root = folders(tmp_path / "p", a=["1.png", "猫.png", "no.heic"], b=["2.png", "deep/3.png", "notes.txt"])
    if sys.platform == "linux":
        (root / "a" / os.fsdecode(b"\xff.png")).touch()
    first = index_folder(aged(root))
    index_cache._RECENT.clear()
    again = index_folder(root)
    assert walks == [root]
    assert names(again) == names(first)
    assert again.labels.tolist() == first.labels.tolist() == [0] * (len(first) - 2) + [1, 1]
    assert (again.classes, again.notes, again.skipped) == (first.classes, first.notes, first.skipped)


def test_that_choosing_a_folder_indexes_it_once(tmp_path: Path, walks: list[Path]) -> None:
    from studio.data.opening import open_dataset, recognise

    root = aged(folders(tmp_path / "p", a=["1.png", "2.png"], b=["1.png"]))
    open_dataset(recognise(root))
    assert walks == [root]


@pytest.mark.parametrize("from_disk", [False, True])
def test_that_a_file_more_or_less_is_seen(tmp_path: Path, walks: list[Path], from_disk: bool) -> None:
    root = aged(folders(tmp_path / "p", a=["1.png", "2.png"], b=["deep/1.png"]))
    index_folder(root)
    (root / "b" / "deep" / "2.png").touch()
    if from_disk:
        index_cache._RECENT.clear()
    assert names(index_folder(root)) == ["a/1.png", "a/2.png", "b/deep/1.png", "b/deep/2.png"]
    (root / "a" / "1.png").unlink()
    assert names(index_folder(root))[0] == "a/2.png"


def test_that_a_folder_in_which_somebody_works_is_not_remembered(tmp_path: Path, walks: list[Path]) -> None:
    root = folders(tmp_path / "p", a=["1.png"], b=["1.png"])
    now = time.time()
    os.utime(root / "a", (now + 60, now + 60))
    index_folder(root)
    index_folder(root)
    assert walks == [root, root]


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "other"])
def test_that_a_damaged_index_is_made_anew(
    tmp_path: Path, walks: list[Path], lantern_home: Path, damage: str
) -> None:
    root = aged(folders(tmp_path / "p", a=["1.png"], b=["1.png"]))
    index_folder(root)
    (kept,) = (lantern_home / "cache" / "indexes").iterdir()
    data = bytearray(kept.read_bytes())
    if damage == "flip":
        data[-3] ^= 1
    kept.write_bytes({"cut": data[:-4], "flip": data, "empty": b"", "other": b"PK\3\4"}[damage])
    index_cache._RECENT.clear()
    assert names(index_folder(root)) == ["a/1.png", "b/1.png"]
    assert walks == [root, root]


def test_that_links_in_circles_end(tmp_path: Path) -> None:
    root = folders(tmp_path / "p", a=["1.png"], b=["1.png"])
    (root / "a" / "up").symlink_to(root, target_is_directory=True)
    (root / "a" / "me").symlink_to(root / "a", target_is_directory=True)
    (root / "b" / "broken.png").symlink_to(tmp_path / "nowhere.png")
    assert names(read_folder(root)) == ["a/1.png", "b/1.png", "b/broken.png"]


def test_that_a_folder_called_like_a_picture_is_a_folder(tmp_path: Path) -> None:
    root = folders(tmp_path / "p", a=["1.png", "b.jpg/2.png"], b=["1.png"])
    assert names(read_folder(root)) == ["a/1.png", "a/b.jpg/2.png", "b/1.png"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may enter every folder")
def test_that_a_folder_that_may_not_be_opened_is_told(tmp_path: Path) -> None:
    root = folders(tmp_path / "p", a=["1.png", "shut/2.png"], b=["1.png"])
    (root / "a" / "shut").chmod(0)
    try:
        assert "may not be opened, so what is in there was left out: “a/shut”" in read_folder(root).notes[-1]
    finally:
        (root / "a" / "shut").chmod(0o700)


def test_that_a_class_that_may_not_be_opened_is_named_where_only_one_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = folders(tmp_path / "p", a=["1.png", "2.png"], b=["1.png", "2.png"])
    read = folder_walk._read

    def refused(listing: folder_walk.Listing, path: str, *, has_folders: bool) -> list[str]:
        if path.endswith("b"):
            raise PermissionError(13, "Permission denied", path)
        return read(listing, path, has_folders=has_folders)

    monkeypatch.setattr(folder_walk, "_read", refused)
    with pytest.raises(DataError) as refusal:
        read_folder(root)
    assert str(refusal.value) == (
        "Only one class of “p” can be read, “a”: “b” may not be opened. Change the permissions, or copy the "
        "pictures to where you may read them."
    )


def test_that_a_folder_that_cannot_be_listed_is_told_and_not_remembered(
    tmp_path: Path, walks: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = aged(folders(tmp_path / "p", a=["1.png", "2.png", "shut/2.png"], b=["1.png", "2.png"]))
    read = folder_walk._read

    def refused(listing: folder_walk.Listing, path: str, *, has_folders: bool) -> list[str]:
        if path.endswith("shut"):
            raise PermissionError(13, "Permission denied", path)
        return read(listing, path, has_folders=has_folders)

    monkeypatch.setattr(folder_walk, "_read", refused)
    index = index_folder(root)
    told = "This folder may not be opened, so what is in there was left out: “a/shut”."
    assert index.notes == (told,)
    index_folder(root)
    assert len(walks) == 2


def test_that_very_long_windows_paths_are_marked() -> None:
    short, long = r"C:\pictures\a.png", "C:\\" + "x" * 250 + "/a.png"
    assert reachable(short, windows=True) == short
    assert reachable(long, windows=True) == "\\\\?\\C:\\" + "x" * 250 + "\\a.png"
    assert reachable("\\\\server\\" + "x" * 250, windows=True) == "\\\\?\\UNC\\server\\" + "x" * 250
    assert reachable(long, windows=False) == long


def test_that_an_index_takes_few_bytes_a_file(tmp_path: Path) -> None:
    count = 20_000
    blob = b"".join(b"IMG_%06d.jpg\0" % i for i in range(count))
    files = FileNames.of(("a",), np.array([count]), blob)
    held = len(files.names) + files.ends.nbytes + files.starts.nbytes
    assert held / count < 30
    assert files[count - 1] == "a/IMG_019999.jpg"


# -- folders that are the parts -----------------------------------------------------------------------


def test_that_train_val_and_test_folders_are_the_parts(tmp_path: Path) -> None:
    root = folders(
        tmp_path / "p",
        **{"Training/cat": ["1.png", "2.png"], "Training/dog": ["1.png"], "VALID/cat": ["3.png"],
           "VALID/dog": ["4.png"], "test/dog": ["5.png"], "test/cat": ["6.png"]},
    )  # fmt: skip
    index = read_folder(root)
    assert index.classes == ("cat", "dog")
    assert names(index) == [
        "Training/cat/1.png", "Training/cat/2.png", "Training/dog/1.png", "VALID/cat/3.png",
        "VALID/dog/4.png", "test/cat/6.png", "test/dog/5.png",
    ]  # fmt: skip
    assert index.labels.tolist() == [0, 0, 1, 0, 1, 0, 1]
    assert index.parts is not None
    assert index.parts.tolist() == [0, 0, 0, 1, 1, 2, 2]
    assert index.notes == (
        "The folders “Training”, “VALID” and “test” are kept as the training, validation and test parts.",
    )


def test_that_without_a_validation_folder_some_of_train_validates(tmp_path: Path) -> None:
    from dataclasses import replace

    from studio.core.project import Splits
    from studio.data.opening import open_dataset, recognise

    many = [f"{i:02}.png" for i in range(20)]
    root = folders(
        tmp_path / "p",
        **{"train/cat": many, "train/dog": many, "test/cat": ["x.png"], "test/dog": ["x.png"]},
    )
    for path in root.rglob("*.png"):
        path.write_text(str(path.relative_to(root)))  # equal files would all be in one part
    choice = recognise(root)
    dataset = open_dataset(choice)
    split = dataset.planned_split()  # type: ignore[attr-defined]
    assert (len(split.train), len(split.validation), len(split.test)) == (33, 7, 2)  # 0.15 of 0.85
    assert {dataset.name_of(int(i)).split("/")[0] for i in split.validation} == {"train"}
    assert [dataset.name_of(int(i)) for i in split.test] == ["test/cat/x.png", "test/dog/x.png"]
    assert (
        "The folders “train” and “test” are kept as the training and test parts; the validation part is cut "
        "from “train”."
    ) in dataset.notes
    other = open_dataset(replace(choice, splits=Splits(seed=1))).planned_split()  # type: ignore[attr-defined]
    assert other.validation.tolist() != split.validation.tolist()
    assert other.test.tolist() == split.test.tolist()


def test_that_classes_may_differ_from_part_to_part(tmp_path: Path) -> None:
    root = folders(
        tmp_path / "p",
        **{"train/cat": ["1.png"], "train/dog": ["1.png"], "val/Cat": ["2.png"],
           "test/dog": ["3.png"], "test/cow": ["4.png", "5.png"]},
    )  # fmt: skip
    index = read_folder(root)
    assert index.classes == ("cat", "dog")
    assert names(index) == ["train/cat/1.png", "train/dog/1.png", "val/Cat/2.png", "test/dog/3.png"]
    assert index.labels.tolist() == [0, 1, 0, 1]
    assert index.notes[1:] == (
        "2 pictures were left out, because nothing in the training folder teaches the network what they "
        "show: “cow”.",
        "The validation folder has no pictures of “dog”.",
        "The test folder has no pictures of “cat”.",
    )


def test_that_unlabelled_test_pictures_are_left_out(tmp_path: Path) -> None:
    root = folders(
        tmp_path / "p", **{"train/cat": ["1.png"], "train/dog": ["1.png"], "test": ["1.png", "2.png"]}
    )
    index = read_folder(root)
    assert index.parts is None
    assert index.notes == (
        "The classes are the folders inside “train”; validation and test are cut from it.",
        "2 pictures were left out, directly in “test”: nothing says what they show.",
    )


def test_that_a_class_may_be_called_train(tmp_path: Path) -> None:
    root = folders(tmp_path / "p", train=["steam.png"], plane=["jet.png"], test=["tube.png"])
    index = read_folder(root)
    assert index.classes == ("plane", "test", "train")
    assert index.parts is None


def test_that_one_class_to_learn_from_is_not_enough(tmp_path: Path) -> None:
    root = folders(tmp_path / "p", **{"train/cat": ["1.png"], "test/cat": ["1.png"], "test/dog": ["1.png"]})
    with pytest.raises(DataError, match="All pictures in “train” lie in one folder, “cat”") as caught:
        read_folder(root)
    assert caught.value.code == "single-class"
