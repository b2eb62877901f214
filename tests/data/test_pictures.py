from __future__ import annotations

import contextlib
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from studio.data.pictures import decoding as pictures
from studio.data.pictures.decoding import PictureError, picture_array, picture_header, read_picture


def array_of(image: Image.Image, channels: int = 3, size: int = 8) -> np.ndarray:
    return picture_array(image, (size, size), channels, "crop")


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "I;16", "I", "F"]
)
@pytest.mark.parametrize("channels", [1, 3])
def test_that_every_mode_becomes_grey_or_colour(mode: str, channels: int) -> None:
    image = Image.new("RGB", (20, 10), (255, 255, 255))
    if mode in ("LA", "RGBA", "CMYK", "YCbCr", "HSV", "P", "L", "1"):
        image = image.convert(mode)
    elif mode == "I;16":
        image = Image.fromarray(np.full((10, 20), 65535, np.uint16))
    elif mode in ("I", "F"):
        image = Image.fromarray(np.full((10, 20), 1 if mode == "F" else 65535, f"<{mode.lower()}4"))
    array = array_of(image, channels)
    assert array.shape == (channels, 8, 8)
    assert array.dtype == np.uint8
    assert array.min() >= 250


def test_that_sixteen_bits_keep_their_middle(tmp_path: Path) -> None:
    path = tmp_path / "deep.png"
    Image.fromarray(np.full((9, 9), 32896, np.uint16)).save(path)
    assert array_of(read_picture(path), 1)[0, 0, 0] == 128


def test_that_transparent_places_become_white() -> None:
    image = Image.new("RGBA", (10, 10), (255, 0, 0, 0))
    assert array_of(image).min() == 255
    palette = Image.new("P", (10, 10), 3)
    palette.putpalette([0, 0, 0] * 8)
    palette.info["transparency"] = 3
    assert array_of(palette).min() == 255


def test_that_photos_are_turned_upright(tmp_path: Path) -> None:
    image = Image.new("RGB", (40, 20))
    image.paste((255, 255, 255), (0, 0, 20, 20))  # the left half is white
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter: the left is up
    path = tmp_path / "photo.jpg"
    image.save(path, exif=exif)
    upright = read_picture(path)
    assert upright.size == (20, 40)
    assert upright.getpixel((10, 5))[0] > 240
    assert upright.getpixel((10, 35))[0] < 15


def test_that_an_animation_gives_its_first_frame(tmp_path: Path) -> None:
    path = tmp_path / "moving.gif"
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    assert array_of(read_picture(path))[:, 0, 0].tolist() == [255, 0, 0]


def test_that_fits_do_what_they_say() -> None:
    image = Image.new("RGB", (40, 20), (100, 100, 100))
    image.paste((255, 255, 255), (0, 0, 5, 20))  # a white edge on the left
    crop = picture_array(image, (10, 10), 3, "crop")
    assert crop.max() == 100
    pad = picture_array(image, (10, 10), 3, "pad")
    assert pad[0, 0].max() == 0
    assert pad[0, 5].max() > 240
    stretch = picture_array(image, (10, 10), 3, "stretch")
    assert stretch[0, 0, 0] > 240
    assert stretch[0, 9, 9] == 100


def test_that_a_picture_of_the_right_size_is_not_touched() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (12, 10, 3), np.uint8)
    array = picture_array(Image.fromarray(pixels), (12, 10), 3, "crop")
    assert np.array_equal(array, pixels.transpose(2, 0, 1))


def test_that_arrays_are_taken_too() -> None:
    assert picture_array(np.full((4, 4), 7, np.uint8), (2, 2), 3, "crop").tolist() == [[[7, 7]] * 2] * 3
    assert picture_array(np.full((4, 4, 1), 7, np.uint8), (2, 2), 1, "crop").tolist() == [[[7, 7]] * 2]


@pytest.mark.parametrize("size", [(1, 2000), (2000, 1), (1, 1)])
@pytest.mark.parametrize("fit", ["crop", "pad", "stretch"])
def test_that_extreme_forms_fit(size: tuple[int, int], fit: pictures.Fit) -> None:
    assert picture_array(Image.new("RGB", size), (16, 16), 3, fit).shape == (3, 16, 16)


def huge_png(width: int, height: int) -> bytes:
    """A PNG that unpacks to far more than it is: the header alone is right."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [9_500, 20_000, 2_000_000])
def test_that_a_picture_that_unpacks_to_gigabytes_is_refused(tmp_path: Path, side: int) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(huge_png(side, side))
    for look in (read_picture, picture_header):
        with pytest.raises(PictureError, match="megapixels"):
            look(path)


def test_that_formats_that_run_programs_stay_closed(tmp_path: Path) -> None:
    path = tmp_path / "drawing.png"
    path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n")
    with pytest.raises(PictureError, match="no picture in a known format"):
        read_picture(path)


def test_that_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="is not there any more"):
        read_picture(tmp_path / "gone.png")


@given(
    kind=st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM"]),
    cut=st.floats(0, 1),
    place=st.floats(0, 0.999),
    value=st.integers(0, 255),
)
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.filterwarnings("ignore")
def test_that_damaged_files_give_a_picture_or_a_sentence(
    tmp_path: Path, kind: str, cut: float, place: float, value: int
) -> None:
    path = tmp_path / "x"
    Image.effect_noise((24, 18), 80).convert("RGB").save(path, kind)
    data = bytearray(path.read_bytes())
    data[int(place * len(data))] = value
    path.write_bytes(data[: max(1, int(cut * len(data)))])
    with contextlib.suppress(PictureError):
        assert picture_array(path, (16, 16), 3, "crop").shape == (3, 16, 16)
