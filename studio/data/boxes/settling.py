"""What annotation files say, held against the pictures: upright, cut at the edges, the useless named."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.data.boxes.box import Box, BoxTable
from studio.data.boxes.picture_forms import picture_forms
from studio.data.boxes.reading import Edges, Marked, Reading, boxes_that, boxes_words
from studio.data.dataset import DataError, Progress, Skipped
from studio.data.fixed_split import TRAIN, Parts

MOST_BOXES = 1000  # in one picture: a network of this kind finds fewer, and every target has room for them
UNDRAWN = "undrawn"  # code of the error that says so
_FINE = 1.5  # pixels by which a box may stick out without a word: formats differ in where they count from
_SMALLEST = 1e-3  # pixels


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """`names`: pictures below the root, in order; `sizes`: (n, 2) height and width, upright; `reasons`: why
    pictures cannot be used, by index; `skipped`: all that was left out."""

    names: tuple[str, ...]
    classes: tuple[str, ...]
    table: BoxTable
    sizes: npt.NDArray[np.int64]
    parts: Parts | None
    reasons: Mapping[int, str]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]


def settled(reading: Reading, progress: Progress | None = None) -> Settled:
    """Raises DataError: no picture, or no box is left; Cancelled."""
    names = tuple(sorted(reading.pictures))
    if not names:
        raise DataError(
            f"None of the pictures that the annotations in “{reading.root.name}” name are there. Put the "
            "pictures into the same folder, then choose it again.",
            "missing",
        )
    forms = picture_forms(reading.root, names, progress)
    settling = _Settling(reading)
    boxes, sizes, reasons = list[tuple[Box, ...]](), list[tuple[int, int]](), dict[int, str]()
    for index, name in enumerate(names):
        form = forms[index]
        if isinstance(form, str):
            reasons[index] = form
            boxes.append(())
            sizes.append((1, 1))
            continue
        size, turn = form
        sizes.append(size)
        found = settling.boxes(reading.pictures[name], size, turn)
        if isinstance(found, str):
            reasons[index] = found
        boxes.append(() if isinstance(found, str) else found)
    table = BoxTable.of(boxes)
    if not len(table.rows):
        raise DataError(
            f"The annotations in “{reading.root.name}” leave no box to learn from."
            f"{_first_reason(names, reasons, reading)} Draw some, or choose another folder.",
            UNDRAWN,
        )
    return Settled(
        names, tuple(reading.classes), table, np.array(sizes, np.int64), _parts(reading, names), reasons,
        tuple(reading.skipped), (*reading.notes, *settling.notes()),
    )  # fmt: skip


def _first_reason(names: tuple[str, ...], reasons: Mapping[int, str], reading: Reading) -> str:
    """Why one of them is not there, for example; empty where there were none."""
    if reasons:
        return f" “{names[min(reasons)]}”: {reasons[min(reasons)]}"
    lost = next((one for one in reading.skipped if "box" in one.reason.split(".")[0]), None)
    return f" “{lost.name}”: {lost.reason}" if lost is not None else ""


def _parts(reading: Reading, names: tuple[str, ...]) -> Parts | None:
    """Kept where training and at least one other part are told; what is in none trains."""
    told = [reading.pictures[name].part for name in names]
    found = {part for part in told if part is not None}
    if TRAIN not in found or len(found) < 2:
        return None
    return np.array([TRAIN if part is None else part for part in told], np.uint8)


class _Settling:
    """Counts what was done to the boxes, so that it can be told in a sentence each."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.cut = self.twice = self.rescaled = self.turned = 0

    def boxes(self, marked: Marked, size: tuple[int, int], turn: int) -> tuple[Box, ...] | str:
        """In pixels of the upright picture; or why the picture cannot be used."""
        height, width = size
        scale = (float(width), float(height)) if marked.relative else (1.0, 1.0)
        stored = 1
        if marked.size is not None and marked.size != size and not marked.relative:
            if turn > 4 and marked.size == (width, height):
                stored = turn  # made on the picture as the camera stored it
                self.turned += 1
            elif abs(math.log(marked.size[1] / marked.size[0]) - math.log(width / height)) < 0.02:
                scale = (width / marked.size[1], height / marked.size[0])
                self.rescaled += 1
            else:
                return (
                    f"The annotations are for a picture of {marked.size[1]}×{marked.size[0]} pixels, but "
                    f"this one has {width}×{height}. Put the right picture there."
                )
        bad: Counter[str] = Counter()
        found: dict[Box, None] = {}
        for number, edges in marked.boxes:
            box = self._box(number, _upright(edges, stored, size), scale, size)
            if isinstance(box, str):
                bad[box] += 1
            elif box in found:
                self.twice += 1
            else:
                found[box] = None
        kept = sorted(found, key=lambda box: -box.area) if len(found) > MOST_BOXES else list(found)
        if len(kept) > MOST_BOXES:
            bad[f"are beyond the {MOST_BOXES:,} that one picture may have"] = len(kept) - MOST_BOXES
        for reason, count in bad.items():
            self.reading.skip(marked.name, f"{boxes_that(count, reason)}.")
        return tuple(kept[:MOST_BOXES])

    def _box(self, number: int, edges: Edges, scale: tuple[float, float], size: tuple[int, int]) -> Box | str:
        """One box, cut at the picture's edges; or what is wrong with it, in the plural."""
        height, width = size
        left, top, right, bottom = (edge * scale[place % 2] for place, edge in enumerate(edges))
        if not all(map(math.isfinite, (left, top, right, bottom))):
            return "have no corners that are numbers"
        if right - left <= _SMALLEST or bottom - top <= _SMALLEST:
            return "have no size"
        inside = Box(
            number, max(0.0, left), max(0.0, top), min(float(width), right), min(float(height), bottom)
        )
        if inside.width <= _SMALLEST or inside.height <= _SMALLEST:
            return "lie outside the picture"
        if max(-left, -top, right - width, bottom - height) > _FINE:
            self.cut += 1
        return inside

    def notes(self) -> list[str]:
        notes = []
        if self.cut:
            stick = (
                "sticks out of its picture and was"
                if self.cut == 1
                else "stick out of their pictures and were"
            )
            notes.append(f"{boxes_words(self.cut)} {stick} cut off at the edge.")
        if self.twice:
            stood = "stands" if self.twice == 1 else "stand"
            notes.append(f"{boxes_words(self.twice)} {stood} there twice; each counts once.")
        for count, why in (
            (self.rescaled, "made on copies of another size"),
            (self.turned, "made on pictures lying on their side"),
        ):
            if count:
                of = "1 picture" if count == 1 else f"{count:,} pictures"
                notes.append(f"The boxes of {of} were {why} and moved along.")
        return notes


def _upright(edges: Edges, orientation: int, size: tuple[int, int]) -> Edges:
    """From the picture as the camera stored it, lying on its side, to the upright one of this size."""
    left, top, right, bottom = edges
    height, width = size
    across = (width - bottom, width - top) if orientation in (6, 7) else (top, bottom)
    down = (height - right, height - left) if orientation in (7, 8) else (left, right)
    return edges if orientation <= 4 else (across[0], down[0], across[1], down[1])
