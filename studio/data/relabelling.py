"""Labels that the user corrected: the edits, and how they are laid over a dataset's own labels."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from studio.core.project import Project, Relabelled
from studio.data.sample_keys import KEY_BYTES
from studio.data.sources.folder_walk import natural_key

Labels = npt.NDArray[np.int64]
_NAMED = 3  # samples that a note names


@dataclass(frozen=True, slots=True)
class Relabel:
    """The edit that gives these samples a label of the user's, in place of any given before."""

    changes: tuple[Relabelled, ...]

    def __call__(self, project: Project) -> Project:
        if project.dataset is None:
            return project
        kept = {one.sample: one for one in project.dataset.relabelled}
        kept |= {one.sample: one for one in self.changes}
        return replace(project, dataset=replace(project.dataset, relabelled=tuple(kept.values())))


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The edit after which these samples have the label that the data give them."""

    samples: tuple[str, ...]

    def __call__(self, project: Project) -> Project:
        if project.dataset is None:
            return project
        gone = frozenset(self.samples)
        kept = tuple(one for one in project.dataset.relabelled if one.sample not in gone)
        return replace(project, dataset=replace(project.dataset, relabelled=kept))


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """`labels` and `classes` with the user's own in them; `given`: by index; `changed`: those indices, in
    order; `left_over`: what belongs to no sample that is there."""

    labels: Labels
    classes: tuple[str, ...]
    given: Mapping[int, Relabelled]
    changed: Labels
    left_over: tuple[Relabelled, ...]


def lay_over(
    labels: Labels,
    classes: tuple[str, ...],
    own: Sequence[Relabelled],
    name_of: Callable[[int], str],
    keys: npt.NDArray[np.uint64] | None = None,
) -> Overlay:
    """`keys`: of the samples' content, where all are known: then a renamed file keeps its label."""
    if not own:
        return Overlay(labels, classes, {}, np.zeros(0, np.int64), ())
    wanted = {one.sample: one for one in own}
    found: dict[int, Relabelled] = {}
    for index in range(len(labels)):
        one = wanted.get(name_of(index))
        if one is not None:
            found[index] = one
            del wanted[one.sample]
    left_over = []
    for one in wanted.values():
        place = _same_content(one, keys)
        if place is None or place in found:
            left_over.append(one)
        else:
            found[place] = one
    new = sorted({one.label for one in found.values()} - set(classes), key=natural_key)
    classes = (*classes, *new)
    number = {name: code for code, name in enumerate(classes)}
    changed = np.array(sorted(found), np.int64)
    laid = labels.copy()
    laid[changed] = [number[found[index].label] for index in changed.tolist()]
    return Overlay(laid, classes, found, changed, tuple(left_over))


def _same_content(one: Relabelled, keys: npt.NDArray[np.uint64] | None) -> int | None:
    """The only sample of this content."""
    if keys is None or not one.content:
        return None
    try:
        key = int.from_bytes(bytes.fromhex(one.content)[:KEY_BYTES], "little")
    except ValueError:
        return None
    same = np.flatnonzero(keys == np.uint64(key))
    return int(same[0]) if key and len(same) == 1 else None


def marked(fingerprint: str, own: Sequence[Relabelled]) -> str:
    """The fingerprint of data with these labels: 16 hexadecimal digits, whatever their order."""
    if not own or not fingerprint:
        return fingerprint
    told = "\0".join(sorted(f"{one.sample}\0{one.label}" for one in own))
    digest = hashlib.sha256(f"{fingerprint}\0{told}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def notes_on(overlay: Overlay) -> tuple[str, ...]:
    """What is worth knowing of them, in sentences."""
    notes = []
    count = len(overlay.changed)
    if count:
        labels = "1 label was" if count == 1 else f"{count:,} labels were"
        notes.append(f"{labels} changed by you.")
    left = overlay.left_over
    if left:
        names = ", ".join(f"“{one.sample}”" for one in left[:_NAMED]) + (", …" if len(left) > _NAMED else "")
        belongs = "1 label of yours belongs" if len(left) == 1 else f"{len(left):,} labels of yours belong"
        notes.append(f"{belongs} to no sample that is here any more: {names}.")
    return tuple(notes)
