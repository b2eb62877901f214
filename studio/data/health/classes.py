"""Classes with hardly any samples, and classes of very different size."""

from __future__ import annotations

import numpy as np

from studio.core.problems import Fix
from studio.data.dataset import Dataset
from studio.data.health.finding import Finding, Known, named
from studio.data.health.mending import DrawEvenly, WeighClasses
from studio.data.pictures.learning_problems import SetOptions
from studio.data.pictures.picture_dataset import PictureDataset

TINY = 10  # samples of a class from which hardly anything can be learnt
RARE = 12  # times as many pictures as have a label
UNEVEN = 5  # times as many samples


def small_classes(dataset: Dataset, known: Known) -> tuple[Finding, ...]:
    if dataset.facts.learns == "labels":
        return labels_of_no_use(dataset)
    if dataset.facts.boxes:
        return ()  # boxes are counted, see boxes.py
    counts, classes = dataset.class_counts, dataset.facts.classes
    empty = [name for name, count in zip(classes, counts, strict=True) if not count]
    tiny = [i for i, count in enumerate(counts) if 0 < count < TINY]
    found = []
    if empty:
        what = "The class" if len(empty) == 1 else f"{len(empty):,} classes"
        has = "has" if len(empty) == 1 else "have"
        sentence = f"{what} {named(empty)} {has} no sample that can be used, so the network cannot learn it. "
        found.append(Finding("empty-class", "warning", sentence + "Add samples, or remove the class."))
    if tiny:
        shown = ", ".join(f"“{classes[i]}” ({counts[i]})" for i in tiny[:4]) + (", …" if tiny[4:] else "")
        sentence = (
            f"Fewer than {TINY} samples: {shown}. The network will hardly learn what they have in common, "
            "and tests of so few say little. Add samples."
        )
        found.append(Finding("tiny-class", "advice", sentence, _members(dataset, tiny)))
    return tuple(found)


def uneven_classes(dataset: Dataset, known: Known) -> tuple[Finding, ...]:
    if dataset.facts.learns == "labels":
        return rare_labels(dataset)
    if dataset.facts.boxes:
        return ()
    counts, classes = dataset.class_counts, dataset.facts.classes
    filled = [i for i, count in enumerate(counts) if count]
    if len(filled) < 2:
        return ()
    small, large = min(filled, key=lambda i: counts[i]), max(filled, key=lambda i: counts[i])
    times = counts[large] / counts[small]
    if times < UNEVEN:
        return ()
    sentence = (
        f"“{classes[large]}” has {counts[large]:,} samples, “{classes[small]}” only {counts[small]:,}: "
        f"{times:.0f} times fewer. The network may do well by rarely answering the latter. Add samples, or "
        "let mistakes on rare classes count more, or draw them more often."
    )
    fixes = (
        Fix("Balance the classes in the loss", WeighClasses()),
        Fix("Draw rare classes more often", DrawEvenly()),
    )
    return (Finding("uneven-classes", "advice", sentence, _members(dataset, [small]), fixes=fixes),)


def labels_of_no_use(dataset: Dataset) -> tuple[Finding, ...]:
    """Labels that no sample has, that all have, or so few that they can hardly be learnt."""
    counts, labels, samples = dataset.class_counts, dataset.facts.classes, dataset.facts.samples
    never = [name for name, count in zip(labels, counts, strict=True) if not count]
    always = [name for name, count in zip(labels, counts, strict=True) if count and count == samples]
    tiny = [i for i, count in enumerate(counts) if 0 < count < TINY]
    found = []
    for names, code, what in (
        (never, "label-never", "No picture has the label"),
        (always, "label-always", "Every picture has the label"),
    ):
        if names:
            many = what if len(names) == 1 else f"{what}s"
            sentence = (
                f"{many} {named(names)}, so there is nothing to tell apart. Add pictures, or leave it out."
            )
            found.append(Finding(code, "warning", sentence, fixes=_without_labels(dataset, names)))
    if tiny:
        shown = ", ".join(f"“{labels[i]}” ({counts[i]})" for i in tiny[:4]) + (", …" if tiny[4:] else "")
        sentence = (
            f"Fewer than {TINY} pictures: {shown}. The network will hardly learn what they have in common, "
            "and tests of so few say little. Add pictures."
        )
        found.append(Finding("tiny-class", "advice", sentence, _members(dataset, tiny)))
    return tuple(found)


def rare_labels(dataset: Dataset) -> tuple[Finding, ...]:
    counts, labels, samples = dataset.class_counts, dataset.facts.classes, dataset.facts.samples
    rare = [i for i, count in enumerate(counts) if count and count * RARE < samples]
    if not rare:
        return ()
    least = min(rare, key=lambda i: counts[i])
    sentence = (
        f"Only {counts[least]:,} of {samples:,} pictures have “{labels[least]}”. The network may do well by "
        "never answering it. Add pictures, let a missed label count more, or draw it more often."
    )
    fixes = (
        Fix("Balance yes and no in the loss", WeighClasses()),
        Fix("Draw rare labels more often", DrawEvenly()),
    )
    return (Finding("rare-labels", "advice", sentence, _members(dataset, rare), fixes=fixes),)


def _without_labels(dataset: Dataset, names: list[str]) -> tuple[Fix, ...]:
    """A fix where labels are columns of their own."""
    columns = str(dataset.choice.options.get("label_columns", "")).split("\t")
    left = [name for name in columns if name not in names]
    if len(columns) < 2 or not left or len(left) == len(columns):
        return ()
    text = f"Leave “{names[0]}” out" if len(names) == 1 else f"Leave {len(names)} labels out"
    return (Fix(text, SetOptions((("label_columns", "\t".join(left)),))),)


def _members(dataset: Dataset, classes: list[int]) -> tuple[int, ...]:
    labels = getattr(dataset, "labels", None)
    if labels is None:
        return ()
    here = np.isin(labels, classes)
    if isinstance(dataset, PictureDataset) and dataset.values is not None:
        here = (dataset.values[:, classes] > 0).any(axis=1).astype(bool)
    usable = getattr(dataset, "usable", None)
    rows = np.flatnonzero(here) if usable is None else usable[here[usable]]
    return tuple(rows[:1000].tolist())
