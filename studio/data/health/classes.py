"""Classes with hardly any samples, and classes of very different size."""

from __future__ import annotations

import numpy as np

from studio.core.problems import Fix
from studio.data.dataset import Dataset
from studio.data.health.finding import Finding, Known, named
from studio.data.health.mending import WeighClasses

TINY = 10  # samples of a class from which hardly anything can be learnt
UNEVEN = 5  # times as many samples


def small_classes(dataset: Dataset, known: Known) -> tuple[Finding, ...]:
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
        "let mistakes on rare classes count more."
    )
    fix = Fix("Balance the classes in the loss", WeighClasses())
    return (Finding("uneven-classes", "advice", sentence, _members(dataset, [small]), fixes=(fix,)),)


def _members(dataset: Dataset, classes: list[int]) -> tuple[int, ...]:
    labels = getattr(dataset, "labels", None)
    if labels is None:
        return ()
    here = np.isin(labels, classes)
    usable = getattr(dataset, "usable", None)
    rows = np.flatnonzero(here) if usable is None else usable[here[usable]]
    return tuple(rows[:1000].tolist())
