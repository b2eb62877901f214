"""Looks into every picture file of a dataset, in the background: which can be read, and what they are."""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections.abc import Callable

import numpy as np
from PIL import Image

from studio.data.dataset import Cancelled
from studio.data.pictures import examined
from studio.data.pictures.decoding import FORMATS, PictureArray, PictureError, why_unreadable
from studio.data.pictures.examined import Examined, sums_of
from studio.data.pictures.file_facts import FileFact, FileFacts, load_facts, path_keys, store_facts
from studio.data.pictures.perceptual import look_of
from studio.data.plain_files import open_plain
from studio.data.sources.image_folder import ImageFolder
from studio.data.sources.labelled_pictures import LabelledPictures

_TELL_S = 0.25
_SAVE_S = 60.0
_LARGEST_BYTES = 400_000_000  # of a file that is read whole; no picture that is accepted is larger
Told = Callable[[float], bool]  # the share that is done; False to stop


def verify(dataset: ImageFolder | LabelledPictures, told: Told) -> FileFacts:
    """Looks into what is new or changed since the last time; small in memory, one file at a time.

    What cannot be read is in `dataset.skipped` as it is found. `told` is called a few times a second.
    Raises Cancelled; DataError: too few pictures can be read.
    """
    count = len(dataset)
    facts = load_facts(str(dataset.root), path_keys([dataset.name_of(i) for i in range(count)]))
    # Normalisation's sums come along where every file is read anyway: the first run need not look again.
    sums = np.zeros((count, dataset.facts.input_shape[0], 2), np.uint64)
    summed = np.zeros(count, np.bool_)
    next_tell, next_save = 0.0, time.monotonic() + _SAVE_S
    found = -1
    try:
        for index in range(count):
            path = dataset.path(index)
            size, mtime_ns = _stamp(path)
            known = facts.get(index)
            if known is None or (known.size, known.mtime_ns) != (size, mtime_ns) or size < 0:
                fact, picture = look_into(path, dataset, size, mtime_ns)
                facts.put(index, fact)
                if picture is not None:
                    sums[index] = sums_of(picture)
                summed[index] = True
            now = time.monotonic()
            if now >= next_tell:
                next_tell = now + _TELL_S
                reasons = facts.unreadable()
                if len(reasons) != found:
                    found = len(reasons)
                    dataset.note_unreadable(reasons)
                if not told(index / count):
                    raise Cancelled
            if now >= next_save:
                next_save = now + _SAVE_S
                store_facts(str(dataset.root), facts)
    finally:
        store_facts(str(dataset.root), facts)
    reasons = facts.unreadable()
    dataset.renew_fingerprint()
    for index in range(count):
        row = facts.rows[index]
        dataset.keys.put(index, bytes(row["digest"]), (int(row["size"]), int(row["mtime_ns"])))
    if summed.all() and not dataset.vanished(reasons):
        examined.store(dataset.cache_key(), Examined(reasons, sums))
    dataset.note_unreadable(reasons, all_looked_at=True)
    told(1.0)
    return facts


def look_into(
    path: str, dataset: ImageFolder | LabelledPictures, size: int, mtime_ns: int
) -> tuple[FileFact, PictureArray | None]:
    """One file, read once: what it is, and its picture as the network gets it."""
    width = height = 0
    mode = form = ""
    digest = b""
    try:
        if size > _LARGEST_BYTES:
            raise PictureError("The file is too large for a picture.")
        with open_plain(path) as file:
            data = file.read()
        digest = hashlib.blake2b(data, digest_size=16).digest()
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            width, height, mode, form = image.width, image.height, image.mode, image.format or ""
        picture = dataset.prepare(path, io.BytesIO(data))
    except PictureError as error:
        return FileFact(size, mtime_ns, width, height, mode, form, digest, str(error)), None
    except Exception as error:  # noqa: BLE001  a decoder may raise anything on a damaged file
        reason = why_unreadable(path, error)
        return FileFact(size, mtime_ns, width, height, mode, form, digest, reason), None
    return FileFact(size, mtime_ns, width, height, mode, form, digest, look=look_of(picture)), picture


def _stamp(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return -1, 0
    return status.st_size, status.st_mtime_ns
