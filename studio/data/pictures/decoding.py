"""One picture from a file to an array: every mode, right way up, cut to size. Refuses what is unsafe."""

from __future__ import annotations

import stat
import struct
import warnings
import zlib
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from studio.data.dataset import DataError
from studio.data.plain_files import NO_FILE, NotAFileError, check_plain

Fit = Literal["crop", "pad", "stretch"]
PictureArray = npt.NDArray[np.uint8]

# Only formats whose decoders are meant for photos; others (EPS runs Ghostscript) stay closed.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM")  # JPEG also opens phones' MPO
SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm",
     ".pbm", ".pnm"}
)  # fmt: skip
# Pictures that cannot be read, but that people will have: named, not passed over in silence.
KNOWN_UNREADABLE = {
    ".heic": "HEIC photos cannot be read. Save them as JPEG.",
    ".heif": "HEIF photos cannot be read. Save them as JPEG.",
    ".avif": "AVIF pictures cannot be read. Save them as JPEG or PNG.",
    ".svg": "SVG drawings cannot be read. Save them as PNG.",
    ".psd": "Photoshop files cannot be read. Save them as PNG.",
    ".raw": "Raw camera files cannot be read. Save them as JPEG.",
    ".dng": "Raw camera files cannot be read. Save them as JPEG.",
    ".cr2": "Raw camera files cannot be read. Save them as JPEG.",
    ".nef": "Raw camera files cannot be read. Save them as JPEG.",
    ".arw": "Raw camera files cannot be read. Save them as JPEG.",
}
MAX_PIXELS = 89_478_485  # Pillow's own limit, where it only warns: 256 MiB as RGB
GREY_MODES = frozenset({"1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L", "F"})
# What Pillow's decoders raise on damaged files, as met with fuzzed ones.
_DECODER_ERRORS = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, AttributeError, ArithmeticError,
    AssertionError, RuntimeError, MemoryError, struct.error, zlib.error,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip
# A picture that unpacks to gigabytes is refused; Pillow by itself only warns up to twice its limit.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


class PictureError(DataError):
    """A picture that cannot be used; the message is a sentence without the file's name."""


def read_picture(
    source: str | Path | Image.Image, size: tuple[int, int] | None = None, file: BinaryIO | None = None
) -> Image.Image:
    """An upright, loaded picture in mode "L" (grey) or "RGB"; the first frame of an animation.

    Args: size: (height, width) it will be cut to; lets JPEG skip detail that would be thrown away;
        file: the bytes of the path, where they have been read already.
    Raises: PictureError: not a picture, damaged, too large, in a format that stays closed.
    """
    if isinstance(source, Image.Image):
        return _plain(ImageOps.exif_transpose(source))
    path = Path(source)
    try:
        with _open(path, file) as image:
            _refuse_huge(image)
            if size is not None:
                image.draft(None, (2 * max(size), 2 * max(size)))
            image.load()
            return _plain(ImageOps.exif_transpose(image))
    except PictureError:
        raise
    except _DECODER_ERRORS as error:
        raise PictureError(why_unreadable(path, error)) from error


def fit_picture(image: Image.Image, size: tuple[int, int], fit: Fit) -> Image.Image:
    """The picture at exactly `size` (height, width).

    crop: the largest middle part of the right form; pad: all of it, with black margins; stretch: all
    of it, out of proportion. A picture that has the size already stays as it is, bit for bit.
    """
    height, width = size
    if image.size == (width, height):
        return image
    method = Image.Resampling.BILINEAR
    if fit == "crop":
        return ImageOps.fit(image, (width, height), method)
    if fit == "pad":
        if max(image.size) > 2 * max(size) * min(image.size):  # a hair would be scaled to no width at all
            image = image.resize((min(image.width, width), min(image.height, height)), method)
        return ImageOps.pad(image, (width, height), method, color=0)
    return image.resize((width, height), method)


def picture_array(
    source: str | Path | Image.Image | PictureArray,
    size: tuple[int, int],
    channels: int,
    fit: Fit,
    file: BinaryIO | None = None,
) -> PictureArray:
    """A picture as the network gets it: uint8 (channels, height, width). Raises PictureError.

    Args: source: a path, a Pillow picture, or uint8 (height, width) or (height, width, channels); file:
        see `read_picture`.
    """
    if isinstance(source, np.ndarray):
        source = Image.fromarray(source[..., 0] if source.ndim == 3 and source.shape[2] == 1 else source)
    image = read_picture(source, size, file).convert("L" if channels == 1 else "RGB")
    try:
        array = np.asarray(fit_picture(image, size, fit), dtype=np.uint8)
    except _DECODER_ERRORS as error:  # an edge of one pixel that crops to nothing
        raise PictureError("The picture's form is too extreme to be cut to size.") from error
    if channels == 1:
        return array[None, :, :]
    return np.ascontiguousarray(array.transpose(2, 0, 1))


def picture_header(path: Path) -> tuple[tuple[int, int], str]:
    """((height, width), Pillow mode) without decoding. Raises PictureError."""
    try:
        with _open(path) as image:
            _refuse_huge(image)
            return (image.height, image.width), image.mode
    except PictureError:
        raise
    except _DECODER_ERRORS as error:
        raise PictureError(why_unreadable(path, error)) from error


def picture_form(path: Path) -> tuple[tuple[int, int], int]:
    """((height, width) of the upright picture, its EXIF orientation 1..8) without decoding. Raises
    PictureError."""
    try:
        with _open(path) as image:
            _refuse_huge(image)
            turn = image.getexif().get(0x0112, 1)
            turn = turn if turn in range(1, 9) else 1
            return ((image.width, image.height) if turn > 4 else (image.height, image.width)), turn
    except PictureError:
        raise
    except _DECODER_ERRORS as error:
        raise PictureError(why_unreadable(path, error)) from error


def _open(path: Path, file: BinaryIO | None = None) -> Image.Image:
    if file is None:
        check_plain(path)
    return Image.open(file or path, formats=FORMATS)


def _refuse_huge(image: Image.Image) -> None:
    pixels = image.width * image.height
    if pixels > MAX_PIXELS:
        raise PictureError(
            f"The picture has {pixels / 1e6:.0f} megapixels; more than {MAX_PIXELS / 1e6:.0f} are not read. "
            "Make it smaller."
        )
    if not pixels:
        raise PictureError("The picture is empty.")


def _plain(image: Image.Image) -> Image.Image:
    """Any mode as "L" or "RGB"; transparent places become white, 16 bits become 8."""
    mode = image.mode
    if mode in ("L", "RGB"):
        return image
    if mode == "1":
        return image.convert("L")
    if mode.startswith("I") or mode == "F":
        return Image.fromarray(_to_8_bits(np.asarray(image)))
    if mode in ("LA", "La", "RGBA", "RGBa", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        on_white = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
        return on_white.convert("L" if mode in ("LA", "La") else "RGB")
    return image.convert("RGB")  # P, CMYK, YCbCr, HSV, LAB


def _to_8_bits(values: npt.NDArray[np.generic]) -> PictureArray:
    """Deep grey values as 0..255: 16 bits by their full range, floats by 0..1 or what they span."""
    numbers = np.nan_to_num(values.astype(np.float64), posinf=0.0, neginf=0.0)
    low, high = float(numbers.min()), float(numbers.max())
    if values.dtype.kind == "f":
        low, high = (0.0, 1.0) if low >= 0 and high <= 1 else (low, high)
    elif low >= 0 and high <= 255:
        low, high = 0.0, 255.0
    elif low >= 0 and high <= 65535:
        low, high = 0.0, 65535.0
    scaled = (numbers - low) * (255.0 / (high - low)) if high > low else np.zeros_like(numbers)
    return np.rint(scaled).astype(np.uint8)


_NO_FILE = f"{NO_FILE[0].upper()}{NO_FILE[1:]}."


def why_unreadable(path: str | Path, error: BaseException) -> str:
    """Why a file was no use, in a sentence."""
    path = Path(path)
    if isinstance(error, FileNotFoundError):
        return "The file is not there any more."
    if isinstance(error, PermissionError):
        return "The file may not be read; change its permissions."
    if isinstance(error, NotAFileError):
        return _NO_FILE
    if path.suffix.lower() in KNOWN_UNREADABLE:
        return KNOWN_UNREADABLE[path.suffix.lower()]
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return f"The picture is far too large; more than {MAX_PIXELS / 1e6:.0f} megapixels are not read."
    if isinstance(error, MemoryError):
        return "There is not enough memory for the picture. Make it smaller."
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return _NO_FILE
        if status.st_size == 0:
            return "The file is empty."
    except OSError:
        return "The file cannot be read."
    if isinstance(error, UnidentifiedImageError):
        return "The file is no picture in a known format."
    if "truncated" in str(error):
        return "The file is cut off in the middle."
    return "The file is damaged."
