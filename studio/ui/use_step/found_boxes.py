"""What a detector found, with a threshold: which boxes are shown, and their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from studio.engine.detection.found_files import sure_boxes

if TYPE_CHECKING:
    from studio.data.boxes.box import Box
    from studio.engine.events import FoundBox

__all__ = ["THRESHOLD", "counted", "drawn", "sure_boxes"]

THRESHOLD = 0.3  # of what is written to files, and where the slider begins


def counted(boxes: Sequence[FoundBox], nothing: str) -> str:
    """As people count: "2 × Bag, Sandal"."""
    counts = Counter(box.label for box in boxes)
    return ", ".join(f"{n} × {name}" if n > 1 else name for name, n in sorted(counts.items())) or nothing


def drawn(boxes: Sequence[FoundBox], classes: Sequence[str]) -> list[tuple[Box, str]]:
    """Boxes to paint, with a name and a percentage each."""
    from studio.data.boxes.box import Box

    return [
        (
            Box(classes.index(b.label), b.left, b.top, b.right, b.bottom),
            f"{b.label} {100 * b.probability:.0f} %",
        )
        for b in boxes
        if b.label in classes
    ]
