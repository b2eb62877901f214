"""Splits of picture files follow what is in the files: not their names, not what else lies beside them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PIL import Image

from studio.core.project import Splits
from studio.data.opening import open_dataset, recognise
from studio.data.pictures import picture_keys
from studio.data.pictures.verification import verify
from studio.data.sources import image_folder
from studio.data.sources.image_folder import ImageFolder

COUNT = 40


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (tmp_path / "p" / name).mkdir(parents=True)
        for i in range(COUNT):
            pixels = rng.integers(0, 256, (8, 8, 3), np.uint8)
            Image.fromarray(pixels).save(tmp_path / "p" / name / f"{i:02}.png")
    return tmp_path / "p"


def opened(photos: Path, **changes: object) -> ImageFolder:
    return cast(ImageFolder, open_dataset(replace(recognise(photos), **changes)))  # type: ignore[arg-type]


def parts_by_content(dataset: ImageFolder) -> dict[bytes, int]:
    split = dataset.split()
    return {
        Path(dataset.path(int(i))).read_bytes(): part
        for part, rows in enumerate((split.train, split.validation, split.test))
        for i in rows
    }


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with very many or very large files: nothing of them is read when the folder is opened."""
    monkeypatch.setattr(image_folder, "SMALL_BYTES", 0)


def test_that_adding_and_renaming_pictures_leaves_the_others_in_their_part(photos: Path) -> None:
    before = parts_by_content(opened(photos))
    for path in sorted((photos / "cat").iterdir()):
        path.rename(path.with_name(f"x{99 - int(path.stem)}.png"))
    assert parts_by_content(opened(photos)) == before
    Image.new("RGB", (8, 8), (1, 2, 3)).save(photos / "cat" / "a new one.png")
    after = parts_by_content(opened(photos))
    assert sum(after[content] != part for content, part in before.items()) <= 2
    dogs = {path.read_bytes() for path in (photos / "dog").iterdir()}
    assert all(after[content] == before[content] for content in dogs)


def test_that_copies_are_in_one_part_and_told(photos: Path) -> None:
    for i in range(20):
        shutil.copy(photos / "cat" / f"{i:02}.png", photos / "cat" / f"copy of {i}.png")
    shutil.copy(photos / "cat" / "00.png", photos / "dog" / "also a dog.png")
    dataset = opened(photos)
    split = dataset.split()
    where: dict[bytes, set[int]] = {}
    for part, rows in enumerate((split.train, split.validation, split.test)):
        for i in rows.tolist():
            where.setdefault(Path(dataset.path(i)).read_bytes(), set()).add(part)
    assert all(len(parts) == 1 for parts in where.values())
    assert dataset.split_words == (
        "41 samples are equal to another one; equal samples are in the same part.",
    )


@pytest.mark.usefixtures("no_time")
def test_that_a_plan_has_the_sizes_and_the_split_the_pictures(photos: Path) -> None:
    dataset = opened(photos)
    assert not dataset.split_is_known
    plan = dataset.planned_split()
    split = dataset.split()
    assert dataset.split_is_known
    assert [len(plan.train), len(plan.validation), len(plan.test)] == [
        len(split.train), len(split.validation), len(split.test)
    ]  # fmt: skip
    assert dataset.planned_split().test.tolist() == split.test.tolist() != plan.test.tolist()


@pytest.mark.usefixtures("no_time")
def test_that_keys_are_found_in_the_background_and_kept(
    photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = opened(photos)
    verify(checked, lambda share: True)
    assert checked.split_is_known
    expected = checked.planned_split().test.tolist()

    def refuse(path: str) -> bytes:
        raise AssertionError(f"{path} was read again")

    monkeypatch.setattr(image_folder, "key_of_file", refuse)
    assert opened(photos).sure_split().test.tolist() == expected  # from the check's notes
    shutil.rmtree(picture_keys.places.cache() / "checked")
    monkeypatch.setattr(image_folder, "key_of_file", picture_keys.key_of_file)
    opened(photos).find_keys()
    monkeypatch.setattr(image_folder, "key_of_file", refuse)
    assert opened(photos).sure_split().test.tolist() == expected  # from the keys kept since
    for kept in (picture_keys.places.cache() / "keys").iterdir():
        kept.write_bytes(b"damaged")
    monkeypatch.setattr(image_folder, "key_of_file", picture_keys.key_of_file)
    assert opened(photos).sure_split().test.tolist() == expected


@pytest.mark.usefixtures("no_time")
def test_that_a_changed_file_gets_another_key(photos: Path) -> None:
    before = opened(photos)
    before.find_keys()
    Image.new("RGB", (8, 8), (7, 7, 7)).save(photos / "cat" / "05.png")
    after = opened(photos)
    after.find_keys()
    assert np.flatnonzero(before.keys.values != after.keys.values).tolist() == [5]


@pytest.mark.usefixtures("no_time")
def test_that_reading_a_picture_finds_its_key_on_the_way(
    photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = opened(photos)
    dataset.samples()
    monkeypatch.setattr(image_folder, "key_of_file", lambda path: pytest.fail("read twice"))
    assert dataset.keys.complete
    dataset.split()


def test_that_the_seed_and_the_shares_decide_without_reading_again(photos: Path) -> None:
    dataset = opened(photos)
    other = dataset.with_parts(replace(dataset.choice, splits=Splits(seed=1)))
    assert other.split_is_known
    assert other.planned_split().test.tolist() != dataset.planned_split().test.tolist()
    assert len(other.planned_split().test) == len(dataset.planned_split().test)
