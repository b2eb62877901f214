"""Picture files: which cannot be read, which are the same, which look alike, and what form they have."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.problems import Fix
from studio.data.dataset import DataError
from studio.data.health.finding import MOST_SAMPLES, Finding, Known, plural
from studio.data.health.mending import MakeGrey, leave_out
from studio.data.health.twins import Groups, joined, leaks, parts_of, same_samples, shown, split_of
from studio.data.pictures.decoding import GREY_MODES
from studio.data.pictures.file_facts import MODES, FileFacts
from studio.data.pictures.perceptual import alike, look_of

LOOKED_AT = 600  # pairs of pictures that are read to see whether they look alike indeed
_NEAR_BITS = 6  # of 128
_NEAR_STEPS = 9.0  # mean difference of two pictures' pixels, in steps of 255
_SMALLEST = 48  # side, in pixels, from which a look says enough to tell two pictures apart
_SMALL_SHARE = 2  # times enlarged from which a picture gets blurred
_MOST_LOOKS = 30_000  # pictures of an array that are looked at, some seconds
_MOST_BYTES = 2_000_000_000  # of an array that is looked through for pictures that are the same


def unreadable_files(dataset: Any, known: Known) -> tuple[Finding, ...]:
    names = [one.name for one in getattr(dataset, "unreadable", dataset.skipped)]
    if not names or hasattr(dataset, "box_table"):  # there, boxes are left out, too: see boxes.py
        return ()
    left = "is left out" if len(names) == 1 else "are left out"
    sentence = (
        f"{plural(len(names), 'file')} cannot be read and {left}. “Left out” says why, file by file: "
        "download them again, or save them anew with a program that opens them."
    )
    facts = known.files
    samples = tuple(facts.unreadable()) if facts is not None else ()
    return (Finding("unreadable-files", "note", sentence, samples[:MOST_SAMPLES]),)


def same_pictures(dataset: Any, known: Known) -> tuple[Finding, ...]:
    rows = dataset.usable
    if known.files is not None:
        seen = rows[known.files.known[rows]]
        content = np.frombuffer(known.files.rows["digest"][seen].tobytes(), "<u8").reshape(-1, 2)
    elif hasattr(dataset, "box_table") and dataset.keys.complete:
        seen, content = rows, dataset.keys.values[rows].reshape(-1, 1)
    else:
        arrays = getattr(dataset, "arrays", None)
        pictures = arrays.pictures if arrays is not None else dataset.whole()
        if pictures is None or pictures.nbytes > _MOST_BYTES:
            return ()
        seen, content = rows, _digests(pictures, rows)
    ids = np.unique(content, axis=0, return_inverse=True)[1].reshape(-1)
    return same_samples(dataset, Groups.of(seen, ids), "picture", "")


def _digests(pictures: npt.NDArray[np.generic], rows: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """Two numbers for each picture's content."""
    digest = hashlib.blake2b
    joint = b"".join(
        digest(np.ascontiguousarray(pictures[i]).tobytes(), digest_size=16).digest() for i in rows
    )
    return np.frombuffer(joint, "<u8").reshape(-1, 2)


def similar_pictures(dataset: Any, known: Known) -> tuple[Finding, ...]:
    """Pictures that differ by a little: taken in one go, made smaller, saved anew."""
    if min(dataset.facts.input_shape[1:]) < 24:
        return ()
    rows, looks, digests = _looks(dataset, known)
    pairs = alike(looks, _NEAR_BITS) if len(rows) else np.zeros((0, 2), np.int64)
    pairs = rows[pairs[[digests[a] != digests[b] for a, b in pairs]]] if len(pairs) else pairs
    groups = joined(_alike_indeed(dataset, pairs))
    parts = parts_of(split_of(dataset), len(dataset))
    crossing = groups.several(parts[groups.members])
    found = leaks(
        dataset, groups.chosen(crossing), parts, "nearly the same picture", "picture", "similar-in-splits"
    )
    groups = groups.chosen(~crossing)
    if not groups.count:
        return found
    sentence = (
        f"{plural(len(groups.members), 'picture')} look nearly like another one, as if taken in one go or "
        "saved anew. They teach the network little that is new; keep them if they were meant to be so."
    )
    fix = leave_out(dataset, groups.repeats(), "Keep one of each")
    return (*found, Finding("similar-pictures", "note", sentence, shown(groups), fixes=fix))


def _looks(dataset: Any, known: Known) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64], list[bytes]]:
    """Pictures large enough to be told apart by a look: which, their looks, and digests of their content."""
    rows, facts = dataset.usable, known.files
    if facts is not None:
        sides = np.minimum(facts.rows["width"][rows], facts.rows["height"][rows])
        rows = rows[facts.known[rows] & (sides >= _SMALLEST)]
        looks = np.ascontiguousarray(facts.rows["look"][rows]).astype(np.uint64)
        return rows, looks, [bytes(digest) for digest in facts.rows["digest"][rows]]
    arrays = getattr(dataset, "arrays", None)
    if arrays is None or min(arrays.shape[1:]) < _SMALLEST or len(rows) > _MOST_LOOKS:
        return rows[:0], np.zeros((0, 2), np.uint64), []
    looks = np.frombuffer(b"".join(look_of(dataset.read(int(i))) for i in rows), "<u8").reshape(-1, 2)
    return rows, looks, [one.tobytes() for one in _digests(arrays.pictures, rows)]


def _alike_indeed(dataset: Any, pairs: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Those whose pixels hardly differ; only so many are read."""
    kept: list[tuple[int, int]] = []
    read: dict[int, npt.NDArray[np.float32]] = {}
    for a, b in pairs[:LOOKED_AT].tolist():
        try:
            for one in (a, b):
                if one not in read:
                    read[one] = dataset.picture(one).astype(np.float32)
        except DataError:
            continue
        first, second = read[a], read[b]
        if float(np.abs(first - second).mean()) <= _NEAR_STEPS:
            kept.append((a, b))
    return kept


def picture_forms(dataset: Any, known: Known) -> tuple[Finding, ...]:
    """Small pictures that get blurred, and classes that are told apart by being grey."""
    if known.files is None:
        return ()
    facts, rows = known.files, dataset.usable
    rows = rows[facts.known[rows] & (facts.rows["width"][rows] > 0)]
    if not len(rows):
        return ()
    return (*_enlarged(dataset, facts, rows), *_grey_classes(dataset, facts, rows))


def _enlarged(dataset: Any, facts: FileFacts, rows: npt.NDArray[np.int64]) -> tuple[Finding, ...]:
    _, height, width = dataset.facts.input_shape
    here = facts.rows[rows]
    small = rows[
        (here["width"].astype(np.int64) * _SMALL_SHARE <= width)
        & (here["height"].astype(np.int64) * _SMALL_SHARE <= height)
    ]
    if not len(small) or len(small) == len(rows):
        return ()
    are = "is" if len(small) == 1 else "are"
    sentence = (
        f"{plural(len(small), 'picture')} {are} at most half as large as the network's {width}×{height} "
        "pixels and get blurred when enlarged. Choose a smaller picture size, or find larger ones."
    )
    fix = leave_out(dataset, small.tolist(), f"Leave out {plural(len(small), 'picture')}")
    return (Finding("small-pictures", "note", sentence, tuple(small[:MOST_SAMPLES].tolist()), fixes=fix),)


def _grey_classes(dataset: Any, facts: FileFacts, rows: npt.NDArray[np.int64]) -> tuple[Finding, ...]:
    if dataset.facts.input_shape[0] == 1 or dataset.facts.learns != "classes":
        return ()
    modes = [i for i, mode in enumerate(MODES) if mode in GREY_MODES]
    grey = np.isin(facts.rows["mode"][rows], modes)
    labels = dataset.labels[rows]
    count = np.bincount(labels, minlength=len(dataset.facts.classes))
    share = np.bincount(labels, grey, minlength=len(count)) / np.maximum(count, 1)
    classes = dataset.facts.classes
    all_grey = [classes[i] for i in np.flatnonzero((share >= 0.9) & (count >= 5))]
    in_colour = [classes[i] for i in np.flatnonzero((share <= 0.1) & (count >= 5))]
    if not all_grey or not in_colour:
        return ()
    sentence = (
        f"Nearly all pictures of “{all_grey[0]}” are grey, those of “{in_colour[0]}” in colour. The network "
        "may learn this instead of what they show. Choose “grey” under Colour, so that all are alike."
    )
    evidence = rows[grey & np.isin(labels, [classes.index(name) for name in all_grey])]
    return (
        Finding(
            "grey-classes",
            "warning",
            sentence,
            tuple(evidence[:MOST_SAMPLES].tolist()),
            fixes=(Fix("Make all pictures grey", MakeGrey()),),
        ),
    )
