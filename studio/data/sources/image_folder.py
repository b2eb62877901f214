"""Pictures in a folder with one sub-folder per class."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from studio.core.params import Choice, Param, ParamError, Params, ParamValue, Size, check_params, expand
from studio.core.problems import Fix
from studio.core.project import DatasetChoice, DatasetFacts, Project
from studio.data import decoded_cache
from studio.data.dataset import Cancelled, DataError, Progress, Skipped
from studio.data.fingerprint import fingerprint
from studio.data.picture_dataset import PictureDataset
from studio.data.pictures import (
    GREY_MODES,
    Fit,
    PictureArray,
    PictureError,
    picture_array,
    picture_header,
    read_picture,
)
from studio.data.sources.folder_index import FolderIndex, index_folder
from studio.data.sources.source import Source, absolute

USUAL_SIZE = 64  # large enough to see what a photo shows, small enough for a laptop
KEPT_SIZE = 64  # pictures that are all equal and at most this large stay as they are
SMALLER_SIZES = (512, 384, 256, 224, 192, 160, 128, 96, 64, 48, 32, 16)
MEMORY_SHARE = 0.4  # of the free memory; training needs some, too
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
    """An indexed folder of pictures; `samples` decodes them in threads, once."""

    def __init__(self, choice: DatasetChoice) -> None:
        root = Path(choice.location)
        self._index = index_folder(root)
        try:
            options = check_params(PARAMS, choice.options)
        except ParamError as error:
            raise DataError(str(error), "options") from None
        height, width = expand(options["size"], 2)
        channels = 1 if options["colour"] == "grey" else 3
        self._paths = self._index.paths
        self._unreadable: tuple[Skipped, ...] = ()
        facts = DatasetFacts(
            (channels, height, width),
            self._index.classes,
            len(self._paths),
            "class",
            fingerprint(self._paths, root),
        )
        fit: Fit = options["fit"]  # type: ignore[assignment]  # Choice has checked it
        super().__init__(choice, facts, np.array(self._index.labels, np.int64), fit)

    @property
    def paths(self) -> tuple[Path, ...]:
        return self._paths

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return (*self._index.skipped, *self._unreadable)

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
        return self._paths[index].relative_to(self._index.root).as_posix()

    def _decode_one(self, index: int) -> PictureArray:
        channels, height, width = self.facts.input_shape
        return picture_array(self._paths[index], (height, width), channels, self.fit)

    def _decode(self, progress: Progress | None) -> PictureArray:
        self._check_memory()
        shape = self.facts.input_shape
        key = decoded_cache.cache_key(self.facts.fingerprint, shape, self.fit)
        kept = decoded_cache.load(key, len(self._paths), shape)
        if kept is None:
            start = time.monotonic()
            kept = self._read_all(progress)
            gone = any(not self._paths[i].exists() for i in kept[1])
            if time.monotonic() - start > decoded_cache.WORTH_S and not gone:
                decoded_cache.store(key, *kept)
        elif progress is not None and not progress(1.0):
            raise Cancelled
        pictures, reasons = kept
        return self._leave_out(pictures, reasons) if reasons else pictures

    def _read_all(self, progress: Progress | None) -> tuple[PictureArray, dict[int, str]]:
        """Every picture decoded, and why some could not be, by index."""
        pictures = np.zeros((len(self._paths), *self.facts.input_shape), np.uint8)
        reasons: dict[int, str] = {}

        def read(index: int) -> None:
            try:
                pictures[index] = self._decode_one(index)
            except PictureError as error:
                reasons[index] = str(error)

        _in_threads(read, range(len(self._paths)), progress)
        return pictures, reasons

    def _leave_out(self, pictures: PictureArray, reasons: dict[int, str]) -> PictureArray:
        """Drops unreadable pictures from everything at once, so that labels stay aligned."""
        missing = [i for i in reasons if not self._paths[i].exists()]
        if len(missing) == len(self._paths):
            root = self._index.root
            raise DataError(f"The folder “{root}” is not there any more. Choose where it is now.", "missing")
        kept = np.array([i for i in range(len(self._paths)) if i not in reasons], np.int64)
        remaining = set(self.labels[kept].tolist())
        if len(remaining) < 2:
            first = reasons[min(reasons)]
            raise DataError(
                f"{len(reasons):,} of {len(self._paths):,} pictures in “{self._index.root.name}” cannot be "
                f"read, and fewer than two classes are left. “{self.name_of(min(reasons))}”: {first}",
                "single-class" if remaining else "empty",
            )
        self._unreadable = tuple(Skipped(self.name_of(i), reasons[i]) for i in sorted(reasons))
        self._paths = tuple(self._paths[i] for i in kept)
        self.labels = self.labels[kept]
        return pictures[kept]

    def _check_memory(self) -> None:
        """Raises DataError "too-large", with a size that fits, before the memory is full."""
        import psutil  # a tenth of a second that the window's start does not need

        channels, height, width = self.facts.input_shape
        budget = int(psutil.virtual_memory().available * MEMORY_SHARE)
        needed = len(self._paths) * channels * height * width
        if needed <= budget:
            return
        fitting = [s for s in SMALLER_SIZES if len(self._paths) * channels * s * s <= budget]
        message = (
            f"{len(self._paths):,} pictures of {height}×{width} pixels need {needed / 1e9:.1f} GB of memory, "
            f"and {budget / 1e9:.1f} GB can be used. "
        )
        if not fitting or fitting[0] >= min(height, width):
            raise DataError(message + "Use fewer pictures, or close other programs.", "too-large")
        size = fitting[0]
        fix = Fix(f"Use pictures of {size}×{size} pixels", lambda project: with_size(project, size))
        raise DataError(message + f"Choose a picture size of {size} or less.", "too-large", (fix,))


def with_size(project: Project, size: int) -> Project:
    """The project with pictures brought to another size."""
    dataset = project.dataset
    if dataset is None:
        return project
    facts = dataset.facts
    if facts is not None:
        facts = replace(facts, input_shape=(facts.input_shape[0], size, size))
    options = {**dataset.options, "size": size}
    return replace(project, dataset=replace(dataset, options=options, facts=facts))


def choose_folder(text: str, options: Params) -> DatasetChoice:
    """The choice with what was not given guessed from a few pictures, and its facts."""
    location = absolute(text)
    index = index_folder(Path(location))
    guessed = {**guess_options(index), **options}
    dataset = ImageFolder(DatasetChoice("image-folder", location, guessed))
    return dataset.choice


def guess_options(index: FolderIndex) -> dict[str, ParamValue]:
    """Size, colour and fit for a folder: small pictures of one size stay as they are."""
    step = max(1, len(index.paths) // GUESS_COUNT)
    looked_at = index.paths[::step][: GUESS_COUNT + 1]
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


def _in_threads(work: Callable[[int], None], indices: Iterable[int], progress: Progress | None) -> None:
    """Does `work` for every index; Pillow's decoders let other threads run. Raises Cancelled."""
    items = list(indices)
    workers = min(8, os.cpu_count() or 1)
    part = max(16, workers * 8)  # small enough that cancelling is felt at once
    with ThreadPoolExecutor(workers, thread_name_prefix="decoding") as pool:
        for start in range(0, len(items), part):
            list(pool.map(work, items[start : start + part]))
            if progress is not None and not progress(min(1.0, (start + part) / len(items))):
                raise Cancelled


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
