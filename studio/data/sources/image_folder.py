"""Pictures in a folder with one sub-folder per class."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from studio.core.params import Choice, Param, ParamError, Params, ParamValue, Size, check_params, expand
from studio.core.project import DatasetChoice, DatasetFacts
from studio.data.dataset import DataError, Skipped
from studio.data.fingerprint import SMALL_BYTES, SMALL_COUNT, folder_fingerprint
from studio.data.pictures.decoding import (
    GREY_MODES,
    Fit,
    PictureArray,
    PictureError,
    picture_array,
    picture_header,
    read_picture,
)
from studio.data.pictures.picture_dataset import PictureDataset
from studio.data.pictures.picture_keys import WHOLE_BYTES, keep, key_of_bytes, key_of_file, recall, stamps_of
from studio.data.plain_files import open_plain
from studio.data.sources.folder_index import FolderIndex
from studio.data.sources.folder_walk import reachable
from studio.data.sources.index_cache import index_folder
from studio.data.sources.source import Source, absolute

USUAL_SIZE = 64  # large enough to see what a photo shows, small enough for a laptop
KEPT_SIZE = 64  # pictures that are all equal and at most this large stay as they are
GUESS_COUNT = 24  # pictures looked into for guesses: a photo takes up to 30 ms

PARAMS = (
    Param(
        "size",
        "Picture size",
        "Height and width, in pixels, that every picture is brought to. Larger shows more detail and "
        "trains slower.",
        Size(2, minimum=4, maximum=1024),
        USUAL_SIZE,
    ),
    Param(
        "colour",
        "Colour",
        "Grey pictures train faster; colour helps where it tells the classes apart.",
        Choice((("rgb", "colour"), ("grey", "grey"))),
        "rgb",
    ),
    Param(
        "fit",
        "Fit",
        "What happens to pictures of another form: cut off the edges, add black margins, or stretch.",
        Choice((("crop", "cut off the edges"), ("pad", "add black margins"), ("stretch", "stretch"))),
        "crop",
    ),
)


class ImageFolder(PictureDataset):
    """An indexed folder of pictures, read when they are wanted."""

    def __init__(self, choice: DatasetChoice) -> None:
        self.root = Path(choice.location)
        self._index = index = index_folder(self.root)
        self._home = str(self.root)
        try:
            options = check_params(PARAMS, choice.options)
        except ParamError as error:
            raise DataError(str(error), "options") from None
        height, width = expand(options["size"], 2)
        channels = 1 if options["colour"] == "grey" else 3
        fit: Fit = options["fit"]  # type: ignore[assignment]  # Choice has checked it
        # Of many files the fingerprint takes longer than all else: it is made later, and until then the
        # one that the project remembers stands in.
        known = choice.facts.fingerprint if choice.facts is not None and not choice.relabelled else ""
        facts = DatasetFacts((channels, height, width), index.classes, len(index), "class", known)
        super().__init__(choice, facts, index.labels, fit, index.parts)
        if len(index) <= SMALL_COUNT:
            self.renew_fingerprint()
            if self.split_needs_keys and self._stamps()[:, 0].sum() <= SMALL_BYTES:
                self.find_keys()

    def path(self, index: int) -> str:
        """Where a picture lies, as the system takes it."""
        return reachable(f"{self._home}{os.sep}{self._index.names[index]}")

    def folders(self) -> list[tuple[str, int]]:
        """The folders that hold pictures, in order, relative to the root, each with its first index."""
        names = self._index.names
        return list(zip(names.folders, names.starts[:-1].tolist(), strict=True))

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return (*self._index.skipped, *super().skipped)

    @property
    def notes(self) -> tuple[str, ...]:
        notes = [*self._index.notes]
        if self.skipped:
            left_out = len(self.skipped)
            notes.append(
                "1 picture could not be read and was left out."
                if left_out == 1
                else f"{left_out:,} pictures could not be read and were left out."
            )
        gone = [name for name, n in zip(self.facts.classes, self.class_counts, strict=True) if not n]
        if gone:
            names = ", ".join(f"“{name}”" for name in gone)
            notes.append(f"No picture could be read, so the network will never see: {names}.")
        return (*notes, *super().notes)

    def name_of(self, index: int) -> str:
        return self._index.names[index]

    def read(self, index: int) -> PictureArray:
        """Where its key is not known yet, that is found on the way: a drive is asked once for each file."""
        path = self.path(index)
        if self.keys.known[index] or not self.split_needs_keys:
            return self.prepare(path)
        try:
            with open_plain(path) as file:
                status = os.fstat(file.fileno())
                data = file.read(WHOLE_BYTES) if status.st_size <= WHOLE_BYTES else b""
        except OSError:
            return self.prepare(path)  # says what is wrong
        if len(data) != status.st_size:
            return self.prepare(path)
        self.keys.put(index, key_of_bytes(data), (status.st_size, status.st_mtime_ns))
        return self.prepare(path, io.BytesIO(data))

    def key_of(self, index: int) -> bytes | None:
        return key_of_file(self.path(index))

    def find_keys(self) -> None:
        names = [self.name_of(index) for index in range(len(self))]
        recall(self.keys, self._home, names, self._stamps())
        if not self.keys.complete:
            super().find_keys()
            keep(self.keys, self._home, names)

    def _stamps(self) -> npt.NDArray[np.int64]:
        return stamps_of([self.path(index) for index in range(len(self))])

    def prepare(self, path: str, file: BinaryIO | None = None) -> PictureArray:
        """A file as the network gets it; `file`: its bytes, if they have been read. Raises PictureError."""
        channels, height, width = self.facts.input_shape
        return picture_array(path, (height, width), channels, self.fit, file)

    def identify(self) -> str:
        paths = [self.path(index) for index in range(len(self))]
        return folder_fingerprint(paths, self._index.names.key())

    def vanished(self, reasons: Mapping[int, str]) -> bool:
        return any(not os.path.exists(self.path(i)) for i in reasons)  # noqa: PTH110

    def refuse(self, reasons: Mapping[int, str], classes_left: int) -> DataError:
        if not self.root.exists():  # some may have been read before it vanished
            return DataError(
                f"The folder “{self.root}” is not there any more. Choose where it is now.", "missing"
            )
        gone = [f for f, _ in self.folders() if not os.path.exists(reachable(f"{self._home}{os.sep}{f}"))]  # noqa: PTH110
        if gone:
            names = ", ".join(f"“{name}”" for name in gone[:5]) + ("" if len(gone) <= 5 else " …")
            what = f"The folder {names}" if len(gone) == 1 else f"The folders {names}"
            verb = "is" if len(gone) == 1 else "are"
            return DataError(
                f"{what} in “{self.root}” {verb} not there any more, and fewer than two classes are left. "
                "Put back what is missing, or choose where the pictures are now.",
                "missing",
            )
        first = min(reasons)
        return DataError(
            f"{len(reasons):,} of {len(self):,} pictures in “{self.root.name}” cannot be read, and fewer "
            f"than two classes are left. “{self.name_of(first)}”: {reasons[first]}",
            "single-class" if classes_left else "empty",
        )


def choose_folder(text: str, options: Params) -> DatasetChoice:
    """The choice with what was not given guessed from a few pictures, and its facts."""
    location = absolute(text)
    index = index_folder(Path(location))
    guessed = {**guess_options(index), **options}
    dataset = ImageFolder(DatasetChoice("image-folder", location, guessed))
    return dataset.choice


def guess_options(index: FolderIndex) -> dict[str, ParamValue]:
    """Size, colour and fit for a folder: small pictures of one size stay as they are."""
    step = max(1, len(index) // GUESS_COUNT)
    return guess_from([index.root / index.names[i] for i in range(0, len(index), step)])


def guess_from(pictures: Sequence[Path]) -> dict[str, ParamValue]:
    """The same for picture files in whatever order."""
    step = max(1, len(pictures) // GUESS_COUNT)
    looked_at = pictures[::step][: GUESS_COUNT + 1]
    sizes: set[tuple[int, int]] = set()
    grey = 0
    readable = 0
    for path in looked_at:
        try:
            size, mode = picture_header(path)
            is_grey = mode in GREY_MODES or _looks_grey(path)
        except PictureError:
            continue
        readable += 1
        sizes.add(size)
        grey += is_grey
    size_option: ParamValue = USUAL_SIZE
    if len(sizes) == 1:
        height, width = next(iter(sizes))
        if min(height, width) >= 4 and max(height, width) <= KEPT_SIZE:
            size_option = height if height == width else (height, width)
    colour = "grey" if readable and grey == readable else "rgb"
    return {"size": size_option, "colour": colour, "fit": "crop"}


def _looks_grey(path: Path) -> bool:
    """Whether a picture saved in colour has none."""
    image = read_picture(path, (32, 32))
    if image.mode == "L":
        return True
    pixels = np.asarray(image.convert("RGB").resize((32, 32), Image.Resampling.BOX), np.int16)
    return bool((pixels.max(axis=2) - pixels.min(axis=2)).max() <= 8)  # JPEG tints grey by a few steps


def _is_folder(text: str) -> bool:
    return Path(text).expanduser().is_dir()


SOURCE = Source(
    "image-folder",
    "Folder of pictures",
    "A folder with one sub-folder per class; the sub-folders' names are the classes.",
    recognises=_is_folder,
    choose=choose_folder,
    open=lambda choice, progress: ImageFolder(choice),
    params=PARAMS,
)
