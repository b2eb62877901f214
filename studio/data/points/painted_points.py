"""Points that somebody paints: a value with every change, and the CSV text that they become."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, replace

from studio.data.points.point_sets import CLASS_NAMES, MOST_POINTS


@dataclass(frozen=True, slots=True)
class PaintedPoint:
    """`x` and `y` lie between -1 and 1; `code` is the class's place in CLASS_NAMES."""

    x: float
    y: float
    code: int


@dataclass(frozen=True, slots=True)
class Painting:
    """`add` and `without` give another painting: undo is the one before."""

    points: tuple[PaintedPoint, ...] = ()

    def add(self, x: float, y: float, code: int) -> Painting:
        """With one more point; outside the square, or on a full painting, nothing is added."""
        if not (-1 <= x <= 1 and -1 <= y <= 1) or len(self.points) >= MOST_POINTS:
            return self
        return replace(self, points=(*self.points, PaintedPoint(round(x, 4), round(y, 4), code)))

    def without(self, x: float, y: float, radius: float) -> Painting:
        """Without the points around a place."""
        kept = tuple(p for p in self.points if (p.x - x) ** 2 + (p.y - y) ** 2 > radius**2)
        return self if len(kept) == len(self.points) else Painting(kept)

    def counts(self) -> dict[str, int]:
        """Points per class that has any, in the order of the classes."""
        found = Counter(point.code for point in self.points)
        return {CLASS_NAMES[code]: found[code] for code in sorted(found)}

    def lacks(self) -> str:
        """What keeps it from being learnt from, in a sentence; empty if nothing does."""
        counts = self.counts()
        if len(counts) < 2:
            return "Paint points of at least two classes: with one there is nothing to tell apart."
        few = [name for name, count in counts.items() if count < 5]
        if few:
            return f"Paint at least five points of each class; {', '.join(few)} has fewer."
        return ""

    def csv(self) -> str:
        """An ordinary table with the columns x, y and class."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("x", "y", "class"))
        writer.writerows((f"{p.x:.4f}", f"{p.y:.4f}", CLASS_NAMES[p.code]) for p in self.points)
        return text.getvalue()
