"""How large picture files are: what a look into them told, in a few figures."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from studio.core.project import DatasetChoice
from studio.data.opening import open_dataset, recognise
from studio.data.pictures.picture_sizes import PictureSizes, picture_sizes
from studio.data.pictures.verification import verify
from studio.data.sources.image_folder import ImageFolder


def folder(path: Path, sizes: list[tuple[int, int]]) -> ImageFolder:
    for number, size in enumerate(sizes):
        name = path / "ab"[number % 2] / f"{number:02}.png"
        name.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, (number, 0, 0)).save(name)
    (path / "a" / "broken.png").write_bytes(b"no picture")
    opened = open_dataset(recognise(path))
    assert isinstance(opened, ImageFolder)
    return opened


def test_that_sizes_are_those_of_the_readable_files(tmp_path: Path) -> None:
    dataset = folder(tmp_path / "p", [(40, 30), (40, 30), (200, 10), (10, 20), (40, 30), (60, 60)])
    files = verify(dataset, lambda _: True)
    assert len(files) == 7
    found = picture_sizes(dataset, files)
    assert found is not None
    assert (found.count, found.usual, found.usual_count) == (6, (40, 30), 3)
    assert (found.smallest, found.middle, found.largest) == ((10, 20), (40, 30), (60, 60))
    assert (found.shortest, found.longest) == (20, 200)
    assert len(found.bars) == 20
    assert sum(found.bars) == 6
    assert (found.bars[0], found.bars[-1]) == (1, 1)


def test_that_nothing_is_said_before_anybody_looked_or_of_arrays(tmp_path: Path) -> None:
    assert picture_sizes(folder(tmp_path / "p", [(8, 8), (9, 9)]), None) is None
    assert picture_sizes(open_dataset(DatasetChoice("bundled", "digits")), None) is None


def test_that_pictures_with_boxes_know_their_sizes() -> None:
    found = picture_sizes(open_dataset(DatasetChoice("bundled", "clothes-scenes")), None)
    assert isinstance(found, PictureSizes)
    assert (found.count, found.usual, found.usual_count) == (600, (96, 96), 600)
