"""What the mouse does to a box from press to release, one class each; none changes anything by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.data.boxes.box_drawing import drawn, moved, resized

if TYPE_CHECKING:
    from studio.data.boxes.box import Box

Point = tuple[float, float]  # x, y in pixels of the picture


class BoxGesture:
    """`box`: as it would be now; `index`: of the box that changes, -1 for a new one."""

    index = -1
    box: Box | None = None
    changed = False

    def move(self, point: Point) -> None:
        raise NotImplementedError


class DrawBox(BoxGesture):
    """From one corner to the other."""

    def __init__(self, size: tuple[int, int], class_index: int, start: Point) -> None:
        self._size, self._class_index, self._start = size, class_index, start

    def move(self, point: Point) -> None:
        self.box = drawn(self._class_index, self._start, point, self._size)
        self.changed = self.box is not None


class MoveBox(BoxGesture):
    """All of it, as far as the picture goes."""

    def __init__(self, size: tuple[int, int], index: int, box: Box, start: Point) -> None:
        self._size, self._before, self._start = size, box, start
        self.index, self.box = index, box

    def move(self, point: Point) -> None:
        across, down = point[0] - self._start[0], point[1] - self._start[1]
        self.box = moved(self._before, across, down, self._size)
        self.changed = self.box != self._before


class ResizeBox(BoxGesture):
    """One edge, or the two of a corner."""

    def __init__(self, size: tuple[int, int], index: int, box: Box, edges: str) -> None:
        self._size, self._before, self._edges = size, box, edges
        self.index, self.box = index, box

    def move(self, point: Point) -> None:
        self.box = resized(self._before, self._edges, *point, self._size)
        self.changed = self.box != self._before
