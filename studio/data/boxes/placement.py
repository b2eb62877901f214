"""Where a picture comes to lie in the network's input, so that its boxes move along, there and back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from studio.data.boxes.box import Box

BoxFit = Literal["pad", "stretch"]  # of studio.data.pictures.decoding: nothing may be cut off
Numbers = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Placement:
    """x becomes x * scale_x + shift_x, y likewise."""

    scale_x: float
    scale_y: float
    shift_x: float = 0.0
    shift_y: float = 0.0

    def box(self, box: Box) -> Box:
        """From the picture's pixels to those of the network's input."""
        return replace(
            box,
            left=box.left * self.scale_x + self.shift_x,
            top=box.top * self.scale_y + self.shift_y,
            right=box.right * self.scale_x + self.shift_x,
            bottom=box.bottom * self.scale_y + self.shift_y,
        )

    def edges(self, edges: Numbers) -> Numbers:
        """(n, 4) left, top, right, bottom from the picture's pixels to those of the network's input."""
        scale = np.array([self.scale_x, self.scale_y] * 2)
        moved: Numbers = edges * scale + np.array([self.shift_x, self.shift_y] * 2)
        return moved

    def inverse(self) -> Placement:
        """From the network's input back to the picture."""
        return Placement(
            1 / self.scale_x, 1 / self.scale_y, -self.shift_x / self.scale_x, -self.shift_y / self.scale_y
        )


def placement(picture: tuple[int, int], target: tuple[int, int], fit: BoxFit) -> Placement:
    """How `fit_picture` brings a picture to a size.

    Args: picture, target: (height, width); fit: "pad" (all of it, in proportion, with margins) or "stretch".
    """
    left, top, width, height = _content(picture, target, fit)
    return Placement(width / picture[1], height / picture[0], left, top)


def placements(pictures: npt.NDArray[np.int64], target: tuple[int, int], fit: BoxFit) -> Numbers:
    """(n, 4): scale_x, scale_y, shift_x and shift_y of many pictures (n, 2), most of which have few sizes."""
    sizes, which = np.unique(pictures, axis=0, return_inverse=True)
    each = (placement((height, width), target, fit) for height, width in sizes.tolist())
    table = np.array([(p.scale_x, p.scale_y, p.shift_x, p.shift_y) for p in each], np.float64)
    moves: Numbers = table.reshape(-1, 4)[which.reshape(-1)]
    return moves


def _content(picture: tuple[int, int], target: tuple[int, int], fit: BoxFit) -> tuple[int, int, int, int]:
    """(left, top, width, height) of the picture in the target, in the whole numbers that Pillow comes to.

    Source: PIL.ImageOps.contain and pad; studio.data.pictures.decoding.fit_picture.
    """
    (height, width), (target_height, target_width) = picture, target
    if fit == "stretch" or picture == target:
        return 0, 0, target_width, target_height
    if max(picture) > 2 * max(target) * min(picture):
        width, height = min(width, target_width), min(height, target_height)
    inner_width, inner_height = target_width, target_height
    if width / height > target_width / target_height:
        inner_height = round(height / width * target_width)
    elif width / height < target_width / target_height:
        inner_width = round(width / height * target_height)
    if inner_width != target_width:
        return round((target_width - inner_width) * 0.5), 0, inner_width, inner_height
    return 0, round((target_height - inner_height) * 0.5), inner_width, inner_height
