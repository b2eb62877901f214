"""Folders of pictures as they come: odd, damaged, hostile. Loaded right or named, labels never shift."""

from __future__ import annotations

import io
import os
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from studio.data.opening import open_dataset, recognise
from studio.data.pictures.verification import verify
from studio.data.sources.image_folder import ImageFolder

RED, GREEN = (220, 20, 20), (20, 200, 20)


def plain(colour: tuple[int, int, int] = RED, size: tuple[int, int] = (40, 30)) -> Image.Image:
    return Image.new("RGB", size, colour)


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is that large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def transparent() -> Image.Image:
    image = plain().convert("P", palette=Image.Palette.ADAPTIVE)
    image.info["transparency"] = 0
    return image


READABLE = {
    "cmyk.jpg": saved(plain().convert("CMYK"), "JPEG"),
    "16 bits.png": saved(Image.fromarray(np.full((30, 40), 40_000, np.uint16)), "PNG"),
    "16 bits.tif": saved(Image.fromarray(np.full((30, 40), 40_000, np.uint16)), "TIFF"),
    "floats.tiff": saved(Image.fromarray(np.full((30, 40), 0.5, np.float32)), "TIFF"),
    "palette.png": saved(transparent(), "PNG", transparency=0),
    "grey with alpha.png": saved(plain().convert("LA"), "PNG"),
    "one bit.png": saved(plain().convert("1"), "PNG"),
    "animated.gif": saved(plain(), "GIF", save_all=True, append_images=[plain(GREEN)]),
    "animated.webp": saved(plain(), "WEBP", save_all=True, append_images=[plain(GREEN)]),
    "stereo.jpg": saved(plain(), "MPO", save_all=True, append_images=[plain(GREEN)]),
    "really a png.jpg": saved(plain(), "PNG"),
    "really a jpeg.png": saved(plain(), "JPEG"),
    "SHOUTING.JPEG": saved(plain(), "JPEG"),
    "one pixel.bmp": saved(plain(size=(1, 1)), "BMP"),
    "a hair.png": saved(plain(size=(3000, 1)), "PNG"),
    "猫 %s {}.png": saved(plain(), "PNG"),
}
BROKEN = {
    "empty.png": (b"", "The file is empty."),
    "text.jpg": (b"no picture", "The file is no picture in a known format."),
    "cut.jpg": (saved(Image.effect_noise((300, 300), 90), "JPEG")[:9000], "The file is cut off in the"),
    "bomb.png": (png_claiming(60_000, 60_000), "The picture is far too large; more than 89 megapixels"),
    "large.png": (png_claiming(12_000, 12_000), "The picture "),  # too large, said by Pillow or by us
    "nothing inside.png": (png_claiming(40, 30), "The file is"),
    "script.png": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n", "The file is no picture"),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Good and broken pictures in between each other, in one class; ten good ones in the other."""
    root = tmp_path / "mixed"
    (root / "odd").mkdir(parents=True)
    (root / "plain").mkdir()
    for name, data in READABLE.items():
        (root / "odd" / name).write_bytes(data)
    for name, (data, _) in BROKEN.items():
        (root / "odd" / name).write_bytes(data)
    (root / "odd" / "a folder.jpg").mkdir()
    (root / "odd" / "a folder.jpg" / "inside.png").write_bytes(saved(plain(), "PNG"))
    for i in range(10):
        (root / "plain" / f"{i}.png").write_bytes(saved(plain(GREEN), "PNG"))
    return root


def opened(folder: Path) -> ImageFolder:
    dataset = open_dataset(recognise(folder))
    assert isinstance(dataset, ImageFolder)
    return dataset


def check_reasons(dataset: ImageFolder) -> None:
    reasons = {skipped.name.removeprefix("odd/"): skipped.reason for skipped in dataset.skipped}
    assert reasons.keys() == BROKEN.keys()
    for name, (_, start) in BROKEN.items():
        assert reasons[name].startswith(start), (name, reasons[name])


def test_that_odd_pictures_load_and_broken_ones_are_named(folder: Path) -> None:
    dataset = opened(folder)
    inputs = dataset.samples().inputs
    assert isinstance(inputs, np.ndarray)
    check_reasons(dataset)
    assert len(dataset.usable) == len(READABLE) + 11
    for i in dataset.usable.tolist():
        assert dataset.label_of(i) == dataset.name_of(i).split("/")[0]
        if dataset.label_of(i) == "plain":
            assert inputs[i, 1].mean() > 150
    by_name = {dataset.name_of(i).split("/")[-1]: inputs[i] for i in dataset.usable.tolist()}
    for name in ("animated.gif", "animated.webp", "stereo.jpg", "really a png.jpg", "inside.png"):
        red, green, _ = by_name[name][:, 30, 30]
        assert red > 150 > green, name  # the first frame
    assert by_name["16 bits.png"][0, 30, 30] == by_name["16 bits.tif"][0, 30, 30] == round(40_000 / 257)


def test_that_the_background_look_finds_the_same(folder: Path) -> None:
    dataset = opened(folder)
    facts = verify(dataset, lambda fraction: True)
    check_reasons(dataset)
    index = {dataset.name_of(i): i for i in range(len(dataset))}
    fact = facts.get(index["odd/cmyk.jpg"])
    assert fact is not None
    assert (fact.width, fact.height, fact.mode, fact.format, fact.reason) == (40, 30, "CMYK", "JPEG", "")
    assert fact.size == len(READABLE["cmyk.jpg"])
    first, second = facts.get(index["plain/0.png"]), facts.get(index["plain/9.png"])
    assert first is not None
    assert second is not None
    assert first.digest == second.digest != fact.digest


def test_that_the_background_look_saves_the_first_run_its_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = opened(folder).fitted()
    dataset = opened(folder)
    verify(dataset, lambda fraction: True)
    read: list[int] = []
    monkeypatch.setattr(ImageFolder, "read", lambda self, index: read.append(index))
    assert opened(folder).fitted() == expected
    assert not read


def test_that_only_new_and_changed_files_are_looked_into_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify(opened(folder), lambda fraction: True)
    (folder / "odd" / "empty.png").write_bytes(saved(plain(), "PNG"))
    (folder / "plain" / "0a.png").write_bytes(b"broken")  # moves all later indices
    prepare, looked = ImageFolder.prepare, []

    def noted(self: ImageFolder, path: str, file: io.BytesIO | None = None) -> object:
        looked.append(os.path.basename(path))
        return prepare(self, path, file)

    monkeypatch.setattr(ImageFolder, "prepare", noted)
    dataset = opened(folder)
    verify(dataset, lambda fraction: True)
    assert looked == ["empty.png"]  # what is no picture at all does not get that far
    names = {skipped.name for skipped in dataset.skipped}
    assert "plain/0a.png" in names
    assert "odd/empty.png" not in names
    assert "odd/text.jpg" in names


def test_that_a_look_can_be_stopped_and_goes_on_later(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from studio.data.dataset import Cancelled
    from studio.data.pictures import verification

    monkeypatch.setattr(verification, "_TELL_S", 0.0)
    with pytest.raises(Cancelled):
        verify(opened(folder), lambda fraction: fraction < 0.5)
    prepare, looked = ImageFolder.prepare, []
    monkeypatch.setattr(
        ImageFolder, "prepare", lambda self, path, file: looked.append(path) or prepare(self, path, file)
    )
    verify(opened(folder), lambda fraction: True)
    assert 0 < len(looked) < len(READABLE)


@pytest.mark.parametrize("damage", [b"", b"PK\3\4 no archive", b"\x93NUMPY"])
def test_that_damaged_notes_on_files_are_made_anew(folder: Path, lantern_home: Path, damage: bytes) -> None:
    verify(opened(folder), lambda fraction: True)
    (kept,) = (lantern_home / "cache" / "checked").iterdir()
    kept.write_bytes(damage)
    dataset = opened(folder)
    verify(dataset, lambda fraction: True)
    check_reasons(dataset)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read every file")
def test_that_a_file_that_may_not_be_read_is_named(folder: Path) -> None:
    (folder / "plain" / "3.png").chmod(0)
    dataset = opened(folder)
    dataset.samples()
    reasons = {skipped.name: skipped.reason for skipped in dataset.skipped}
    assert reasons["plain/3.png"] == "The file may not be read; change its permissions."


def test_that_files_that_vanish_are_named_and_nothing_shifts(folder: Path) -> None:
    dataset = opened(folder)
    before = [(dataset.name_of(i), dataset.label_of(i)) for i in range(len(dataset))]
    (folder / "odd" / "cmyk.jpg").unlink()
    (folder / "plain" / "0.png").unlink()
    dataset.samples()
    assert [(dataset.name_of(i), dataset.label_of(i)) for i in range(len(dataset))] == before
    reasons = {skipped.name: skipped.reason for skipped in dataset.skipped}
    assert reasons["odd/cmyk.jpg"] == reasons["plain/0.png"] == "The file is not there any more."


SEEDS = sorted({*READABLE.values(), *(data for data, _ in BROKEN.values() if data)})


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_that_any_damage_gives_a_picture_or_a_sentence(tmp_path: Path, data: st.DataObject) -> None:
    whole = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(0, 6))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(1, len(whole)))
    root = tmp_path / "fuzzed"
    for name in ("a", "b"):
        (root / name).mkdir(parents=True, exist_ok=True)
        for number in range(2):
            (root / name / f"{number}.png").write_bytes(READABLE["16 bits.png"])
    (root / "a" / "1.png").write_bytes(bytes(whole[:end]))
    dataset = opened(root)
    dataset.samples()
    found = {skipped.name: skipped.reason for skipped in dataset.skipped}
    assert len(dataset.usable) + len(found) == 4
    assert found.keys() <= {"a/1.png"}
    assert all(reason.endswith(".") for reason in found.values())
    looked = opened(root)
    verify(looked, lambda fraction: True)
    assert {skipped.name for skipped in looked.skipped} == found.keys()
