"""How the script reads pictures of formats that are not its business: from one .npz file made for it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.problems import LanternError
from studio.core.safe_write import write_atomically
from studio.data.archives.unpacked import unpacked_folder
from studio.data.fixed_split import TEST, TRAIN, VALIDATION
from studio.data.pictures.picture_dataset import PictureDataset
from studio.data.pictures.picture_memory import picture_budget
from studio.data.pictures.picture_stream import PictureStream
from studio.engine.detection.targets import in_shares
from studio.engine.export.script_lines import data_path_line, listed

_PORTION = 64  # pictures read in one go


def prepared_section(dataset: PictureDataset) -> tuple[str, set[str], set[str]]:
    """load_data() and split_rows() from a file with the pictures as the network gets them."""
    fitted = dataset.fitted()
    what, targets = "their class numbers", 'arrays["labels"]'
    if dataset.facts.learns == "labels":
        what = "1 for each label that they have"
    elif dataset.facts.learns == "numbers":
        what = "their numbers, scaled for training"
        targets = '((arrays["labels"] - TARGET_MEAN) / TARGET_STD).astype(np.float32)'
    elif dataset.facts.learns == "boxes":
        what = (
            "boxes (n, most, 5): class number, then left, top, right\n"
            "    and bottom as shares of the picture; class -1 where a picture has no more of them"
        )
        targets = 'arrays["boxes"]'
    text = f'''# The pictures as the network gets them, written by Lantern. Take this file along.
{data_path_line(prepared_file(dataset))}
{_answers(dataset)}
# Of the training pictures, one number a channel:
MEAN = {list(fitted.mean)!r}
STD = {list(fitted.std)!r}


def load_data():
    """Pictures as bytes (n, channels, height, width), and {what}."""
    with np.load(DATA) as arrays:
        return arrays["pictures"], {targets}


def split_rows(targets):
    """Row numbers for training, validation and test, as they were when the script was written."""
    with np.load(DATA) as arrays:
        return [np.flatnonzero(arrays["split"] == part) for part in range(3)]
'''
    return text, {"from pathlib import Path", "import sys"}, set()


def _answers(dataset: PictureDataset) -> str:
    scale = dataset.fitted().numbers
    if scale is None:
        return listed("CLASSES", dataset.facts.classes)
    return f"""{listed("NUMBERS", scale.names)}
# Of the training pictures, one number each:
TARGET_MEAN = {list(scale.mean)!r}
TARGET_STD = {list(scale.std)!r}"""


def prepared_file(dataset: PictureDataset) -> Path:
    """The file, made where it is not there yet; its name follows from all that it depends on."""
    choice, split = dataset.choice, dataset.split()
    marks = b"|".join(part.tobytes() for part in (split.train, split.validation, split.test))
    parts_mark = hashlib.sha256(marks)
    what = repr((dataset.facts.fingerprint, dataset.facts.input_shape, dataset.fit, parts_mark.hexdigest()))
    mark = hashlib.sha256(what.encode()).hexdigest()[:16]
    path = unpacked_folder() / mark / f"{Path(choice.location).stem} for the script.npz"
    if not path.is_file():
        samples = dataset.samples()
        pictures = _in_memory(samples.inputs)
        raw = dataset.values if dataset.facts.learns == "numbers" else None
        labels = samples.targets if raw is None else raw
        if dataset.facts.learns == "boxes":
            labels = in_shares(samples, dataset.facts.input_shape).targets
        parts = np.full(len(labels), 255, np.uint8)  # 255: in no part
        for part, rows in ((TRAIN, split.train), (VALIDATION, split.validation), (TEST, split.test)):
            parts[rows] = part
        name = "boxes" if dataset.facts.learns == "boxes" else "labels"
        arrays: dict[str, Any] = {"pictures": pictures, name: labels, "split": parts}
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, lambda file: np.savez(file, **arrays))
    return path


def _in_memory(pictures: npt.NDArray[Any] | PictureStream) -> npt.NDArray[Any]:
    """All of them. A stream may have read none so far, because it was known already which can be read.

    Raises: LanternError: they are too many.
    """
    if isinstance(pictures, np.ndarray):
        return pictures
    if int(np.prod(pictures.shape, dtype=np.int64)) > picture_budget():
        raise LanternError(
            "These pictures are too many for the memory, and so for the one file that the script would "
            "read. Choose a smaller picture size, then export again."
        )
    everything = np.zeros(pictures.shape, np.uint8)
    for part in np.array_split(np.arange(len(everything), dtype=np.int64), -(-len(everything) // _PORTION)):
        read = pictures.read(part)
        everything[part[read.places]] = read.pixels
    return everything
