from __future__ import annotations

import os

import pytest
from PIL import Image

from studio.data.boxes import picture_forms as module
from studio.data.boxes.picture_forms import picture_forms


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_WORTH", 1)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 30)).save(tmp_path / "a.png", exif=exif)
    Image.new("RGB", (50, 20)).save(tmp_path / "b.png")
    (tmp_path / "c.png").write_bytes(b"none")
    return tmp_path


def test_that_a_second_look_opens_only_what_changed(folder, monkeypatch) -> None:
    names = ["a.png", "b.png", "c.png"]
    expected = [((40, 30), 6), ((20, 50), 1), "The file is no picture in a known format."]
    assert picture_forms(folder, names) == expected
    looked: list[str] = []
    real = module.picture_form
    monkeypatch.setattr(module, "picture_form", lambda path: (looked.append(path.name), real(path))[1])
    assert picture_forms(folder, names) == expected
    assert looked == ["c.png"]  # what cannot be read may be mended
    looked.clear()
    Image.new("RGB", (9, 8)).save(folder / "b.png")
    os.utime(folder / "b.png", (1, 1))
    assert picture_forms(folder, ["b.png", "a.png"]) == [((8, 9), 1), ((40, 30), 6)]
    assert looked == ["b.png"]


def test_that_a_damaged_cache_is_made_anew(folder) -> None:
    first = picture_forms(folder, ["a.png", "b.png"])
    module._file(folder).write_bytes(b"rubbish")
    assert picture_forms(folder, ["a.png", "b.png"]) == first
    assert module._file(folder).stat().st_size > 100
