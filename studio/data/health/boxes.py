"""Pictures with boxes: boxes of no use, too small to be found, there twice, or of classes that have few."""

from __future__ import annotations

import math

import numpy as np

from studio.core.problems import Fix
from studio.data.boxes.box_profile import SMALL, shorter_sides
from studio.data.boxes.detection_dataset import DetectionDataset
from studio.data.health.finding import MOST_SAMPLES, Finding, Known, named, plural
from studio.data.health.twins import split_of
from studio.data.pictures.learning_problems import SetOptions

FEW = 20  # boxes of a class from which hardly anything can be learnt
UNEVEN = 10  # times as many boxes
SAME = 0.9  # of the area of both together that two boxes of one class share
_LARGEST = 512  # pixels of a side that a fix goes to: larger pictures take too long on a laptop


def boxes_left_out(dataset: DetectionDataset, known: Known) -> tuple[Finding, ...]:
    count = len(dataset.skipped)
    if not count:
        return ()
    sentence = (
        f"{plural(count, 'entry', 'entries')} of the annotations or pictures could not be used. “Left out” "
        "says why, one by one: correct the boxes in large, by a double click on a picture, or mend the files."
    )
    return (Finding("left-out-boxes", "note", sentence),)


def tiny_boxes(dataset: DetectionDataset, known: Known) -> tuple[Finding, ...]:
    usable = np.isin(dataset.box_table.pictures, dataset.usable)
    sides = shorter_sides(dataset)
    tiny = usable & (sides < SMALL)
    if tiny.sum() * 20 < usable.sum() or not tiny.any():  # a few are in every set
        return ()
    pictures = np.unique(dataset.box_table.pictures[tiny])
    _, height, width = dataset.facts.input_shape
    are = "is" if tiny.sum() == 1 else "are"
    sentence = (
        f"{plural(int(tiny.sum()), 'box', 'boxes')} of {int(usable.sum()):,} {are} less than {SMALL:.0f} "
        f"points wide or high once the pictures have {width}×{height} pixels. The network will hardly find "
        "such things. Use larger pictures, or cut the pictures into parts."
    )
    wanted = math.ceil(max(height, width) * SMALL / max(1.0, float(np.median(sides[tiny]))) / 32) * 32
    larger = min(_LARGEST, wanted)
    fixes: tuple[Fix, ...] = ()
    if larger > max(height, width):
        fixes = (Fix(f"Use pictures of {larger}×{larger} pixels", SetOptions((("size", larger),))),)
    return (Finding("tiny-boxes", "advice", sentence, tuple(pictures[:MOST_SAMPLES].tolist()), fixes=fixes),)


def repeated_boxes(dataset: DetectionDataset, known: Known) -> tuple[Finding, ...]:
    counts = dataset.box_table.counts
    found = [int(i) for i in dataset.usable if counts[i] > 1 and _has_twins(dataset, int(i))]
    if not found:
        return ()
    sentence = (
        f"In {plural(len(found), 'picture')}, two boxes of the same class lie almost exactly on top of each "
        "other, as if one thing had been marked twice. Delete one of them: a double click on the picture "
        "shows it in large, and leads to the boxes."
    )
    return (Finding("repeated-boxes", "advice", sentence, tuple(found[:MOST_SAMPLES])),)


def boxless_parts(dataset: DetectionDataset, known: Known) -> tuple[Finding, ...]:
    """Parts of the data in which there is nothing to find, or not all of it."""
    split, table = split_of(dataset), dataset.box_table
    classes = {
        part: frozenset(table.classes[np.isin(table.pictures, rows)].tolist())
        for part, rows in (("training", split.train), ("validation", split.validation), ("test", split.test))
        if len(rows)
    }
    trained = classes.pop("training", frozenset())
    found = []
    if not trained:
        sentence = (
            "No picture of the training part has a box, so there is nothing to learn from. Draw boxes on "
            "some of its pictures, or have other pictures train."
        )
        found.append(Finding("boxless-training", "warning", sentence))
    elif unseen := sorted(frozenset().union(*classes.values()) - trained):
        names = named([dataset.classes[label] for label in unseen])
        sentence = (
            f"No picture of the training part shows {names}, so the network cannot learn to find it. Draw "
            "boxes on some of its pictures, or have other pictures train."
        )
        found.append(Finding("unseen-class", "warning", sentence))
    for part, shown in classes.items():
        if not shown:
            sentence = (
                f"No picture of the {part} part has a box, so it cannot show how much is found. Draw some."
            )
            found.append(Finding("boxless-part", "advice", sentence, subject=part))
    return tuple(found)


def few_boxes(dataset: DetectionDataset, known: Known) -> tuple[Finding, ...]:
    counts, classes = dataset.class_counts, dataset.classes
    empty = [name for name, count in zip(classes, counts, strict=True) if not count]
    few = [i for i, count in enumerate(counts) if 0 < count < FEW]
    found = []
    if empty:
        what = "The class" if len(empty) == 1 else f"{len(empty):,} classes"
        has = "has" if len(empty) == 1 else "have"
        sentence = f"{what} {named(empty)} {has} no box, so the network cannot learn to find it. "
        found.append(Finding("empty-class", "warning", sentence + "Draw some."))
    if few:
        shown = ", ".join(f"“{classes[i]}” ({counts[i]})" for i in few[:4]) + (", …" if few[4:] else "")
        sentence = (
            f"Fewer than {FEW} boxes: {shown}. The network will hardly learn what they have in common, and "
            "tests of so few say little. Add pictures with more of them."
        )
        members = np.unique(np.concatenate([dataset.members(i) for i in few]))
        found.append(Finding("few-boxes", "advice", sentence, tuple(members[:MOST_SAMPLES].tolist())))
    most, least = max(counts), min((c for c in counts if c), default=0)
    if least >= FEW and most > UNEVEN * least:
        small = counts.index(least)
        sentence = (
            f"“{classes[counts.index(most)]}” has {most:,} boxes, “{classes[small]}” only {least:,}. The "
            "network may do well by rarely finding the latter. Add pictures with more of them."
        )
        members = dataset.members(small)
        found.append(Finding("uneven-boxes", "advice", sentence, tuple(members[:MOST_SAMPLES].tolist())))
    return tuple(found)


def _has_twins(dataset: DetectionDataset, index: int) -> bool:
    """Whether two boxes of one class in this picture share nearly all they cover."""
    rows = dataset.box_table.of_picture(index)[:200]  # of a crowd the first: the count of pairs is its square
    corner = np.maximum(rows[:, None, 1:3], rows[None, :, 1:3])
    end = np.minimum(rows[:, None, 3:5], rows[None, :, 3:5])
    both = np.clip(end - corner, 0, None).prod(axis=2)
    areas = (rows[:, 3:5] - rows[:, 1:3]).prod(axis=1)
    share = both / np.maximum(areas[:, None] + areas[None, :] - both, 1e-9)
    same_class = rows[:, None, 0] == rows[None, :, 0]
    return bool(np.triu((share > SAME) & same_class, 1).any())
