"""Labels that the user corrected, as edits of a project; what they make of a fingerprint; what to tell."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from studio.core.project import DatasetChoice, DatasetFacts, Project, Relabelled
from studio.data.label_overlay import Overlay
from studio.data.left_out import name_in

_NAMED = 3  # samples that a note names


@dataclass(frozen=True, slots=True)
class Relabel:
    """The edit that gives these samples a label of the user's, in place of any given before."""

    changes: tuple[Relabelled, ...]

    def __call__(self, project: Project) -> Project:
        if project.dataset is None:
            return project
        kept = {_meant(one): one for one in project.dataset.relabelled}
        kept |= {_meant(one): one for one in self.changes}
        return replace(project, dataset=replace(project.dataset, relabelled=tuple(kept.values())))


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The edit after which the samples of these have the label that the data give them."""

    given: tuple[Relabelled, ...]

    def __call__(self, project: Project) -> Project:
        if project.dataset is None:
            return project
        gone = {_meant(one) for one in self.given}
        kept = tuple(one for one in project.dataset.relabelled if _meant(one) not in gone)
        return replace(project, dataset=replace(project.dataset, relabelled=kept))


def _meant(one: Relabelled) -> tuple[str, str]:
    return one.sample, one.answers


def corrections(choice: DatasetChoice, answers: str, learns_classes: bool = True) -> tuple[Relabelled, ...]:
    """Those of the labels that are learnt now; others are kept for when their column is chosen again.

    What names no column, as in a table that somebody wrote by hand, is a class of whichever is learnt.
    """
    own = tuple(one for one in choice.relabelled if one.answers == answers)
    if not answers or not learns_classes:
        return own
    said = {one.sample for one in own}
    return (*own, *(one for one in choice.relabelled if not one.answers and one.sample not in said))


def marked(fingerprint: str, own: Sequence[Relabelled]) -> str:
    """The fingerprint of data with these labels: 16 hexadecimal digits, whatever their order."""
    if not own or not fingerprint:
        return fingerprint
    told = "\0".join(sorted(f"{one.sample}\0{one.label}" for one in own))
    digest = hashlib.sha256(f"{fingerprint}\0{told}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def corrected_facts(
    facts: DatasetFacts, choice: DatasetChoice, own: Sequence[Relabelled], classes: tuple[str, ...]
) -> DatasetFacts:
    """What is known of data with these labels, which are of those classes."""
    if not own:
        return facts
    # Of many files the mark is not known yet; until then the one in the project stands in.
    known = choice.facts.fingerprint if choice.facts is not None else ""
    return replace(facts, fingerprint=marked(facts.fingerprint, own) or known, classes=classes)


def notes_on(overlay: Overlay) -> tuple[str, ...]:
    """What is worth knowing of them, in sentences."""
    notes = []
    count = len(overlay.changed)
    if count:
        labels = "1 label was" if count == 1 else f"{count:,} labels were"
        notes.append(f"{labels} changed by you.")
    left = overlay.left_over
    if left:
        belongs = "1 label of yours belongs" if len(left) == 1 else f"{len(left):,} labels of yours belong"
        notes.append(f"{belongs} to no sample that is here any more: {_names(left)}.")
    misread = overlay.misread
    if misread:
        fits = "1 label of yours does" if len(misread) == 1 else f"{len(misread):,} labels of yours do"
        notes.append(f"{fits} not fit what is learnt, and say nothing: {_names(misread)}.")
    return tuple(notes)


def _names(samples: Sequence[Relabelled]) -> str:
    names = ", ".join(f"“{name_in(one.sample)[:100]}”" for one in samples[:_NAMED])
    return names + (", …" if len(samples) > _NAMED else "")
