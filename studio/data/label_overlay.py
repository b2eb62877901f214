"""The user's own labels laid over those of the data: classes, several labels a sample, or numbers."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from studio.core.project import Relabelled
from studio.data.label_places import Placed
from studio.data.sources.folder_walk import natural_key
from studio.data.tables.columns import MAX_CLASSES
from studio.data.tables.numbers import number_text

Labels = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]
LONGEST = 60  # letters of a class


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """What is learnt of each sample, with the user's own in it.

    `labels`: class numbers (n,); `values`: (n, k), 1 for each label that a sample has, or its numbers; None
    where classes are learnt. `given`: the user's own by index; `left_over`: what belongs to no sample that
    is there; `misread`: what is no such answer.
    """

    labels: Labels
    classes: tuple[str, ...]
    values: Values | None = None
    given: Mapping[int, Relabelled] = field(default_factory=dict)
    left_over: tuple[Relabelled, ...] = ()
    misread: tuple[Relabelled, ...] = ()

    @property
    def changed(self) -> Labels:
        """The indices of the samples whose label is the user's own, in order."""
        return np.array(sorted(self.given), np.int64)


def answer_of(overlay: Overlay, index: int) -> str:
    """As it is kept: a class, “cat;dog”, “3;4.5”."""
    if overlay.values is None:
        return overlay.classes[int(overlay.labels[index])]
    values = overlay.values[index]
    if not overlay.classes:
        return numbers_text(values.tolist())
    return labels_text([name for name, value in zip(overlay.classes, values, strict=True) if value > 0])


def lay_over(own: Overlay, placed: Placed) -> Overlay:
    """`own`: as the data have it. New classes come after those of the data, so that no number moves."""
    if not placed.given:
        return replace(own, left_over=placed.left_over)
    if own.values is None:
        return _classes(own, placed)
    return _labels(own, placed) if own.classes else _numbers(own, placed)


# -- as one text --------------------------------------------------------------------------------------


def labels_text(names: Sequence[str]) -> str:
    """Several labels: “cat;dog”. A name with a semicolon stands in quotes."""
    text = io.StringIO()
    odd = any("\r" in name or "\n" in name for name in names)  # which csv would leave unquoted
    csv.writer(
        text, delimiter=";", lineterminator="", quoting=csv.QUOTE_ALL if odd else csv.QUOTE_MINIMAL
    ).writerow(names)
    return text.getvalue() if any(names) else ""


def labels_in(text: str, classes: Collection[str] = ()) -> tuple[str, ...]:
    """Raises ValueError: quotes that do not close."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))
    except csv.Error as error:
        raise ValueError(text) from error
    found = (known_or_tidy(name, classes) for row in rows for name in row)
    return tuple(dict.fromkeys(name for name in found if name))


def numbers_text(numbers: Sequence[float]) -> str:
    """“12.5”, “3;4.5”: always with a point."""
    return ";".join(number_text(float(number)) for number in numbers)


def numbers_in(text: str, count: int) -> tuple[float, ...]:
    """Raises ValueError: not so many numbers."""
    numbers = tuple(float(part) for part in text.split(";"))
    if len(numbers) != count or not all(math.isfinite(number) for number in numbers):
        raise ValueError(text)
    return numbers


def known_or_tidy(label: str, classes: Collection[str]) -> str:
    """A class that is there as it is; a new one on one line, and not endless."""
    return label if label in classes else " ".join(label.split())[:LONGEST].strip()


# -- laying over --------------------------------------------------------------------------------------


def _classes(own: Overlay, placed: Placed) -> Overlay:
    said = {index: known_or_tidy(one.label, own.classes) for index, one in placed.given.items()}
    classes = _with_new(own.classes, [(name,) for name in said.values()])
    number = {name: code for code, name in enumerate(classes)}
    fits = {index: one for index, one in placed.given.items() if said[index] in number}
    labels = own.labels.copy()
    labels[list(fits)] = [number[said[index]] for index in fits]
    return _laid(own, placed, fits, labels=labels, classes=classes)


def _labels(own: Overlay, placed: Placed) -> Overlay:
    assert own.values is not None
    read: dict[int, tuple[str, ...]] = {}
    for index, one in placed.given.items():
        try:
            read[index] = labels_in(one.label, own.classes)
        except ValueError:
            continue
    classes = _with_new(own.classes, list(read.values()))
    number = {name: code for code, name in enumerate(classes)}
    fits = {index: names for index, names in read.items() if all(name in number for name in names)}
    values = np.zeros((len(own.values), len(classes)))
    values[:, : own.values.shape[1]] = own.values
    for index, names in fits.items():
        values[index] = 0
        values[index, [number[name] for name in names]] = 1
    return _laid(own, placed, {i: placed.given[i] for i in fits}, values=values, classes=classes)


def _numbers(own: Overlay, placed: Placed) -> Overlay:
    assert own.values is not None
    values, fits = own.values.copy(), {}
    for index, one in placed.given.items():
        try:
            values[index] = numbers_in(one.label, values.shape[1])
        except ValueError:
            continue
        fits[index] = one
    return _laid(own, placed, fits, values=values)


def _with_new(classes: tuple[str, ...], answers: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """None that are not there, where a damaged file would make thousands."""
    new = sorted({name for names in answers for name in names if name} - set(classes), key=natural_key)
    return (*classes, *new) if len(classes) + len(new) <= MAX_CLASSES else classes


def _laid(
    own: Overlay,
    placed: Placed,
    fits: Mapping[int, Relabelled],
    labels: Labels | None = None,
    values: Values | None = None,
    classes: tuple[str, ...] | None = None,
) -> Overlay:
    return Overlay(
        own.labels if labels is None else labels,
        own.classes if classes is None else classes,
        own.values if values is None else values,
        fits,
        placed.left_over,
        tuple(one for index, one in placed.given.items() if index not in fits),
    )
