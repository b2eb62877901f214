"""Pictures that lie in one array: of an IDX or NumPy file, or of a well-known dataset's own format."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from studio.core.params import ParamError, Params, ParamValue, check_params, expand
from studio.core.project import DatasetChoice, DatasetFacts
from studio.data.dataset import DataError
from studio.data.fixed_split import Parts
from studio.data.label_places import digits_of_key
from studio.data.pictures.decoding import Fit, PictureArray, picture_array
from studio.data.pictures.picture_dataset import PictureDataset
from studio.data.pictures.picture_memory import picture_budget
from studio.data.sample_keys import content_key
from studio.data.sources.image_folder import PARAMS

Layout = Literal["nhw", "nhwc", "nchw"]
KEPT_SIDE = 1024  # the largest picture size there is
_CHUNK = 512  # pictures turned at a time: a second copy of all might not fit
_HASHED_AT_ONCE = 64_000_000  # bytes; of more, when the split is needed
_LOOKED_AT = 4000  # pictures looked into for the range of their values


@dataclass(frozen=True, slots=True)
class PictureArrays:
    """Pictures with class numbers.

    `pictures`: (n, height, width), (n, height, width, channels) or (n, channels, height, width), as
    `layout` says, of any plain number type, perhaps memory-mapped. `span`: the values that become 0 and
    255. `parts`: which part each sample belongs to, if the data say so. `names`: what samples are called.
    """

    pictures: npt.NDArray[np.generic]
    layout: Layout
    labels: npt.NDArray[np.int64]
    classes: tuple[str, ...]
    parts: Parts | None = None
    span: tuple[float, float] = (0.0, 255.0)
    target: str = "class"
    notes: tuple[str, ...] = ()
    name_of: Callable[[int], str] | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of one picture."""
        a, b, *rest = self.pictures.shape[1:]
        if self.layout == "nhw":
            return 1, a, b
        return (rest[0], a, b) if self.layout == "nhwc" else (a, b, rest[0])

    def one(self, index: int) -> PictureArray:
        """uint8 (height, width, channels)."""
        pixels = self.pictures[index]
        if self.layout == "nhw":
            pixels = pixels[:, :, None]
        elif self.layout == "nchw":
            pixels = pixels.transpose(1, 2, 0)
        return np.ascontiguousarray(to_bytes(np.asarray(pixels), self.span))


class ArrayPictures(PictureDataset):
    """Thin: everything but the array itself is the base's."""

    names_are_numbers = True

    def __init__(self, choice: DatasetChoice, arrays: PictureArrays, fingerprint: str) -> None:
        options = {**guess_options(arrays), **_checked(choice.options)}
        height, width = expand(options["size"], 2)
        channels = 1 if options["colour"] == "grey" else 3
        fit: Fit = options["fit"]  # type: ignore[assignment]  # Choice has checked it
        self.arrays = arrays
        facts = DatasetFacts(
            (channels, height, width), arrays.classes, len(arrays.labels), arrays.target, fingerprint
        )
        super().__init__(replace(choice, options=options), facts, arrays.labels, fit, arrays.parts)
        if self.split_needs_keys and arrays.pictures.nbytes <= _HASHED_AT_ONCE:
            self.find_keys()

    @property
    def notes(self) -> tuple[str, ...]:
        own = list(self.arrays.notes)
        if self.fixed_split is not None:
            own.append("These data come with parts of their own, which are kept.")
        return (*own, *super().notes)

    def name_of(self, index: int) -> str:
        name = self.arrays.name_of
        return name(index) if name is not None else f"picture {index + 1}"

    def key_of(self, index: int) -> bytes | None:
        return content_key(self.arrays.pictures[index].tobytes())

    @override
    def content_of(self, index: int) -> str:
        return digits_of_key(self.key_of(index) or b"")

    def read(self, index: int) -> PictureArray:
        channels, height, width = self.facts.input_shape
        pixels = self.arrays.one(index)
        if pixels.shape == (height, width, channels):
            return np.ascontiguousarray(pixels.transpose(2, 0, 1))
        return picture_array(pixels, (height, width), channels, self.fit)

    def whole(self) -> PictureArray | None:
        count, shape = len(self.labels), self.facts.input_shape
        if self.arrays.shape != shape or count * math.prod(shape) > picture_budget():
            return None
        pictures = np.empty((count, *shape), np.uint8)
        for start in range(0, count, _CHUNK):
            pictures[start : start + _CHUNK] = self._many(start, min(count, start + _CHUNK))
        return pictures

    def _many(self, start: int, end: int) -> PictureArray:
        pixels = to_bytes(np.asarray(self.arrays.pictures[start:end]), self.arrays.span)
        if self.arrays.layout == "nhw":
            return pixels[:, None]
        return pixels.transpose(0, 3, 1, 2) if self.arrays.layout == "nhwc" else pixels


def to_bytes(values: npt.NDArray[np.generic], span: tuple[float, float]) -> PictureArray:
    """Values as 0..255; what lies outside the span is cut off."""
    if values.dtype == np.uint8 and span == (0.0, 255.0):
        return values.astype(np.uint8, copy=False)
    low, high = span
    numbers = np.nan_to_num(values.astype(np.float32), nan=low, posinf=high, neginf=low)
    scaled: PictureArray = np.rint(np.clip((numbers - low) * (255.0 / (high - low)), 0, 255)).astype(np.uint8)
    return scaled


def span_of(pictures: npt.NDArray[np.generic]) -> tuple[tuple[float, float], str]:
    """Which values become black and white, and a note where that had to be guessed."""
    if pictures.dtype == np.bool_:
        return (0.0, 1.0), ""
    step = max(1, len(pictures) // _LOOKED_AT)
    low, high = np.inf, -np.inf
    for start in range(0, len(pictures), step * 256):
        part = np.asarray(pictures[start : start + step * 256 : step])
        part = part[np.isfinite(part)] if part.dtype.kind == "f" else part
        if part.size:
            low, high = min(low, float(part.min())), max(high, float(part.max()))
    if not low < high:
        return (0.0, 255.0), ""
    if pictures.dtype.kind == "f" and high <= 1.0 and low >= -1.0:
        return ((0.0, 1.0) if low >= 0 else (-1.0, 1.0)), ""
    if low >= 0 and 32 <= high <= 255:
        return (0.0, 255.0), ""
    if pictures.dtype == np.uint16 and high > 4095:
        return (0.0, 65535.0), ""
    low = min(0.0, low)
    return (low, high), f"The pictures' values go from {low:g} to {high:g}; they are shown as black to white."


def layout_of(shape: tuple[int, ...]) -> Layout | None:
    """How an array holds pictures, by its form; None if it holds none."""
    if len(shape) == 3 and min(shape[1:]) >= 4:
        return "nhw"
    if len(shape) == 4 and shape[3] in (1, 3, 4) and min(shape[1:3]) >= 4:
        return "nhwc"
    if len(shape) == 4 and shape[1] in (1, 3, 4) and min(shape[2:]) >= 4:
        return "nchw"
    return None


def guess_options(arrays: PictureArrays) -> dict[str, ParamValue]:
    """The pictures as they are: their size, grey if they are, nothing cut off."""
    channels, height, width = arrays.shape
    height, width = min(KEPT_SIDE, max(4, height)), min(KEPT_SIDE, max(4, width))
    size: ParamValue = height if height == width else (height, width)
    return {"size": size, "colour": "grey" if channels == 1 else "rgb", "fit": "pad"}


def _checked(options: Params) -> Params:
    try:
        checked = check_params(PARAMS, options)
    except ParamError as error:
        raise DataError(str(error), "options") from None
    return {name: checked[name] for name in options if name in checked}
