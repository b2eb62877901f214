from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.data.opening import open_dataset, recognise
from studio.data.pictures import decoded_cache
from studio.data.sources.image_folder import ImageFolder


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(decoded_cache, "WORTH_S", 0.0)
    for i in range(6):
        for name in "ab":
            (tmp_path / name).mkdir(exist_ok=True)
            Image.new("RGB", (90, 70), (i * 20, 9, 9)).save(tmp_path / name / f"{i}.png")
    (tmp_path / "a" / "3.png").write_bytes(b"")
    return tmp_path


def opened(photos: Path) -> ImageFolder:
    dataset = open_dataset(recognise(photos))
    assert isinstance(dataset, ImageFolder)
    return dataset


def test_that_pictures_read_back_equal_those_decoded(
    photos: Path, lantern_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened(photos)
    inputs = first.samples().inputs
    assert len(list((lantern_home / "cache" / "decoded").iterdir())) == 1
    again = opened(photos)
    monkeypatch.setattr(ImageFolder, "read", None)  # calling it would fail
    assert np.array_equal(again.samples().inputs, inputs)
    assert again.samples().targets.tolist() == first.samples().targets.tolist()
    assert again.skipped == first.skipped
    assert again.skipped[0].reason == "The file is empty."


def test_that_a_changed_picture_is_decoded_again(photos: Path) -> None:
    opened(photos).samples()
    Image.new("RGB", (90, 70), (255, 255, 255)).save(photos / "a" / "0.png")
    assert opened(photos).picture(0).min() == 255


def test_that_a_damaged_cache_is_decoded_again(photos: Path, lantern_home: Path) -> None:
    inputs = opened(photos).samples().inputs
    (kept,) = (lantern_home / "cache" / "decoded").iterdir()
    kept.write_bytes(kept.read_bytes()[:5000])
    assert np.array_equal(opened(photos).samples().inputs, inputs)


def test_that_a_full_or_read_only_disk_does_not_matter(photos: Path, lantern_home: Path) -> None:
    (lantern_home / "cache").write_text("a file where the folder should be")
    assert len(opened(photos).samples().inputs) == 12


def test_that_the_oldest_goes_when_there_is_no_room(
    lantern_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    pictures = np.zeros((10, 1, 10, 10), np.uint8)
    monkeypatch.setattr(decoded_cache, "LARGEST_BYTES", 4_500)
    for age, key in ((30, "old"), (20, "middle"), (10, "young")):
        decoded_cache.store(key, pictures, {})
        os.utime(lantern_home / "cache" / "decoded" / f"{key}.npz", (1e9 - age, 1e9 - age))
    names = {path.stem for path in (lantern_home / "cache" / "decoded").iterdir()}
    assert names == {"middle", "young"}
    assert decoded_cache.load("old", 10, (1, 10, 10)) is None
    assert decoded_cache.load("young", 10, (1, 10, 10)) is not None
    assert decoded_cache.load("young", 11, (1, 10, 10)) is None
