"""Finds out which arrays are the samples, which are their labels, and which part they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from studio.data.arrays.array_files import ArrayHead, by_name, heads_of, plain, read_array
from studio.data.dataset import DataError
from studio.data.fixed_split import TEST, TRAIN, VALIDATION
from studio.data.sources.array_pictures import layout_of

_INPUTS = ("x", "data", "images", "image", "pictures", "imgs", "inputs", "features", "samples", "arr_0")
_LABELS = ("y", "labels", "label", "targets", "target", "classes", "t", "arr_1")
_CLASS_NAMES = ("class_names", "classes", "label_names", "target_names", "categories", "names")
_FEATURE_NAMES = ("feature_names", "columns", "column_names", "features_names")
_PARTS = {"train": TRAIN, "training": TRAIN, "val": VALIDATION, "valid": VALIDATION, "validation": VALIDATION,
          "test": TEST, "testing": TEST}  # fmt: skip
_PART_WORD = re.compile(r"(^|[-_. ])(training|train|validation|valid|val|testing|test)(?=$|[-_. ])")


@dataclass(frozen=True, slots=True)
class Pair:
    """Samples and their labels; `part` is None where the names say none."""

    inputs: ArrayHead
    labels: ArrayHead
    part: int | None


@dataclass(frozen=True, slots=True)
class Found:
    pairs: tuple[Pair, ...]
    class_names: tuple[str, ...] = ()
    feature_names: tuple[str, ...] = ()


def find_pairs(path: Path) -> Found:
    """The samples and labels in a file, or for a .npy file in the files beside it.

    Raises: DataError: no labels, or more than one way to read it; the sentence lists the arrays.
    """
    heads = heads_of(path) if path.suffix.lower() == ".npz" else _with_neighbours(path)
    usable = tuple(head for head in heads if plain(head))
    pairs = _named(usable) or _by_form(usable)
    if not pairs:
        raise _cannot_tell(path, heads)
    _check(path, pairs)
    names = by_name(usable)
    taken = {pair.labels.name for pair in pairs}
    return Found(pairs, _texts(names, _CLASS_NAMES, taken), _texts(names, _FEATURE_NAMES, taken))


def is_samples_name(name: str) -> bool:
    """Whether an array of that name holds samples, not their labels: X, x_train, images."""
    return _split_name(name)[0] in _INPUTS


def _named(heads: tuple[ArrayHead, ...]) -> tuple[Pair, ...]:
    """Pairs whose names say what they are: X and y, x_train and y_train, train_images and train_labels."""
    inputs: dict[int | None, ArrayHead] = {}
    labels: dict[int | None, ArrayHead] = {}
    for head in sorted(heads, key=lambda head: _rank(head.name), reverse=True):  # the best name comes last
        base, part = _split_name(head.name)
        if base in _INPUTS and len(head.shape) >= 2:
            inputs[part] = head
        elif base in _LABELS and len(head.shape) in (1, 2):
            labels[part] = head
    order = (None, TRAIN, VALIDATION, TEST)
    pairs = [Pair(inputs[part], labels[part], part) for part in order if part in inputs and part in labels]
    marked = [pair for pair in pairs if pair.part is not None]
    return tuple(marked if any(pair.part == TRAIN for pair in marked) else pairs[:1])


def _rank(name: str) -> int:
    base, _ = _split_name(name)
    names = (*_INPUTS, *_LABELS)
    return names.index(base) if base in names else len(names)


def _split_name(name: str) -> tuple[str, int | None]:
    """x_train -> ("x", TRAIN); Train Images -> ("images", TRAIN); X -> ("x", None)."""
    plain_name = name.casefold().rpartition("/")[2]
    found = _PART_WORD.search(plain_name)
    if found is None:
        base = next((b for p in _PARTS for b in [plain_name.removesuffix(p)] if b != plain_name), plain_name)
        part = _PARTS.get(plain_name[len(base) :]) if base in ("x", "y") else None  # xtrain, ytest
        return (base, part) if part is not None else (plain_name, None)
    rest = plain_name[: found.start()] + plain_name[found.end() :]
    return rest.strip("-_. "), _PARTS[found.group(2)]


def _by_form(heads: tuple[ArrayHead, ...]) -> tuple[Pair, ...]:
    """The only array of samples and the only one of labels, whatever they are called."""
    samples = [h for h in heads if layout_of(h.shape) is not None and h.dtype.kind in "biuf"]
    if not samples:
        samples = [h for h in heads if len(h.shape) == 2 and h.dtype.kind in "biuf" and h.shape[1] > 1]
    if len(samples) != 1:
        return ()
    count = samples[0].shape[0]
    labels = [h for h in heads if len(h.shape) == 1 and h.shape[0] == count and h is not samples[0]]
    labels = labels or [h for h in heads if len(h.shape) == 2 and h.shape[0] == count and h is not samples[0]]
    return (Pair(samples[0], labels[0], None),) if len(labels) == 1 else ()


def _check(path: Path, pairs: Iterable[Pair]) -> None:
    for pair in pairs:
        if pair.inputs.shape[0] != pair.labels.shape[0]:
            raise DataError(
                f"In “{path.name}”, {pair.inputs} and {pair.labels} have different lengths, so nobody can "
                "tell which label belongs to which sample. Save them again.",
                "structure",
            )
    if len({pair.inputs.shape[1:] for pair in pairs}) > 1:
        raise DataError(
            f"The parts in “{path.name}” have samples of different sizes. Bring them to one size and save "
            "them again.",
            "structure",
        )


def _with_neighbours(path: Path) -> tuple[ArrayHead, ...]:
    """The .npy files of a folder that belong together with this one by their names."""
    heads = list(heads_of(path))
    base, _ = _split_name(path.stem)
    if base not in (*_INPUTS, *_LABELS):
        return tuple(heads)
    for other in sorted(path.parent.glob("*.npy")):
        if other != path and _split_name(other.stem)[0] in (*_INPUTS, *_LABELS, *_CLASS_NAMES):
            try:
                heads.extend(heads_of(other))
            except DataError:
                continue  # the user did not point at it
    return tuple(heads)


def _texts(names: Mapping[str, ArrayHead], wanted: tuple[str, ...], taken: set[str]) -> tuple[str, ...]:
    for name in wanted:
        head = names.get(name)
        if head is not None and head.dtype.kind in "US" and len(head.shape) == 1 and head.name not in taken:
            values = read_array(head)
            if values.dtype.kind == "S":
                return tuple(bytes(value).decode("utf-8", "replace") for value in values)
            return tuple(str(value) for value in np.asarray(values))
    return ()


def _cannot_tell(path: Path, heads: tuple[ArrayHead, ...]) -> DataError:
    listed = ", ".join(str(head) for head in heads[:6]) + (", …" if len(heads) > 6 else "")
    if path.suffix.lower() == ".npy":
        hint = "Put the labels beside it: “X.npy” with “y.npy”, or “images.npy” with “labels.npy”."
    else:
        hint = "Name the samples “X” and their labels “y” (or “x_train”, “y_train”, “x_test”, “y_test”)."
    return DataError(f"In “{path.name}” there are samples without labels, or it is not clear which array is "
                     f"which: {listed}. {hint}", "structure")  # fmt: skip
