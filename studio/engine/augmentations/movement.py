"""Augmentations that move pixels.

Those that turn, bend or enlarge do not touch pictures themselves: they give *places*, (batch, 3, 3)
matrices that tell where in the old picture each point of the new one lies, in pixels from the centre.
Several of them in a row are multiplied, and the picture is resampled once: twice would blur it twice.
Flips and shifts by whole pixels, which blur nothing, can do either.

Sources of these functions are copied into exported scripts: they use torch and each other, nothing else.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F


def horizontal_flip(pictures: Tensor, generator: torch.Generator, p: float) -> Tensor:
    """Mirrors each picture left to right with probability p."""
    chosen = torch.rand(len(pictures), 1, 1, 1, generator=generator, device=pictures.device) < p
    return torch.where(chosen, pictures.flip(3), pictures)


def horizontal_flip_places(pictures: Tensor, generator: torch.Generator, p: float) -> Tensor:
    """Places that mirror each picture left to right with probability p."""
    chosen = torch.rand(len(pictures), generator=generator, device=pictures.device) < p
    sign, zero = 1 - 2 * chosen.to(pictures.dtype), torch.zeros_like(chosen, dtype=pictures.dtype)
    return places_of(sign, zero, zero, torch.ones_like(sign), zero, zero)


def vertical_flip(pictures: Tensor, generator: torch.Generator, p: float) -> Tensor:
    """Turns each picture upside down with probability p."""
    chosen = torch.rand(len(pictures), 1, 1, 1, generator=generator, device=pictures.device) < p
    return torch.where(chosen, pictures.flip(2), pictures)


def vertical_flip_places(pictures: Tensor, generator: torch.Generator, p: float) -> Tensor:
    """Places that turn each picture upside down with probability p."""
    chosen = torch.rand(len(pictures), generator=generator, device=pictures.device) < p
    sign, zero = 1 - 2 * chosen.to(pictures.dtype), torch.zeros_like(chosen, dtype=pictures.dtype)
    return places_of(torch.ones_like(sign), zero, zero, sign, zero, zero)


def random_crop(pictures: Tensor, generator: torch.Generator, padding: int) -> Tensor:
    """Shifts each picture by up to `padding` pixels; what comes in from outside is black."""
    n, _, height, width = pictures.shape
    padded = F.pad(pictures, (padding, padding, padding, padding))
    top, left = torch.randint(
        0, 2 * padding + 1, (2, n), generator=generator, device=pictures.device
    ).unbind()
    rows = top[:, None] + torch.arange(height, device=pictures.device)  # (batch, height)
    columns = left[:, None] + torch.arange(width, device=pictures.device)  # (batch, width)
    sample = torch.arange(n, device=pictures.device)[:, None, None]
    cropped = padded.permute(0, 2, 3, 1)[sample, rows[:, :, None], columns[:, None, :]]
    return cropped.permute(0, 3, 1, 2).contiguous()


def random_crop_places(pictures: Tensor, generator: torch.Generator, padding: int) -> Tensor:
    """Places that shift each picture by up to `padding` whole pixels."""
    steps = torch.randint(
        -padding, padding + 1, (2, len(pictures)), generator=generator, device=pictures.device
    )
    y, x = steps.to(pictures.dtype).unbind()
    zero, one = torch.zeros_like(x), torch.ones_like(x)
    return places_of(one, zero, zero, one, x, y)


def rotate(pictures: Tensor, generator: torch.Generator, degrees: float) -> Tensor:
    """Places that turn each picture around its centre by up to `degrees` to either side."""
    share = torch.rand(len(pictures), generator=generator, device=pictures.device) * 2 - 1
    angle = share * math.radians(degrees)
    zero = torch.zeros_like(angle)
    return places_of(angle.cos(), -angle.sin(), angle.sin(), angle.cos(), zero, zero)


def affine(
    pictures: Tensor, generator: torch.Generator, shift: float, zoom: float, shear: float, degrees: float
) -> Tensor:
    """Places that shift (share of a side), zoom (1 - zoom to 1 + zoom), slant and turn each picture."""
    n, _, height, width = pictures.shape
    shares = torch.rand(5, n, generator=generator, device=pictures.device) * 2 - 1
    x, y = shares[0] * shift * width, shares[1] * shift * height
    size = 1 / (1 + shares[2] * zoom)
    lean = torch.tan(shares[3] * math.radians(shear))
    angle = shares[4] * math.radians(degrees)
    zero, one = torch.zeros_like(x), torch.ones_like(x)
    slanted = places_of(size, size * lean, zero, size, zero, zero)
    turned = places_of(angle.cos(), -angle.sin(), angle.sin(), angle.cos(), zero, zero)
    return slanted @ turned @ places_of(one, zero, zero, one, x, y)


def random_resized_crop(pictures: Tensor, generator: torch.Generator, cut: float, stretch: float) -> Tensor:
    """Places that show a random part of each picture: at least 1 - cut of its area, sides up to `stretch`
    times as long in proportion."""
    n, _, height, width = pictures.shape
    area, ratio, x, y = torch.rand(4, n, generator=generator, device=pictures.device).unbind()
    area = 1 - area * cut
    ratio = torch.exp((ratio * 2 - 1) * math.log(stretch))
    across, down = (area * ratio).sqrt().clamp(max=1), (area / ratio).sqrt().clamp(max=1)
    zero = torch.zeros_like(x)
    return places_of(
        across, zero, zero, down, (x - 0.5) * (1 - across) * width, (y - 0.5) * (1 - down) * height
    )


def perspective(pictures: Tensor, generator: torch.Generator, distortion: float, p: float) -> Tensor:
    """Places that tilt each picture in space: its corners lie inside the old one, by up to `distortion`
    times half a side."""
    n, _, height, width = pictures.shape
    inwards = torch.rand(2, 4, n, generator=generator, device=pictures.device) * (distortion / 2)
    inwards = inwards * (torch.rand(n, generator=generator, device=pictures.device) < p)
    x = inwards[0] * inwards.new_tensor([1, -1, -1, 1])[:, None] + inwards.new_tensor([0, 1, 1, 0])[:, None]
    y = inwards[1] * inwards.new_tensor([1, 1, -1, -1])[:, None] + inwards.new_tensor([0, 0, 1, 1])[:, None]
    # The projective map of the unit square to these corners (Heckbert 1989).
    across, down = x[0] - x[1] + x[2] - x[3], y[0] - y[1] + y[2] - y[3]
    x1, x3, y1, y3 = x[1] - x[2], x[3] - x[2], y[1] - y[2], y[3] - y[2]
    below = x1 * y3 - x3 * y1
    g, h = (across * y3 - x3 * down) / below, (x1 * down - across * y1) / below
    rows = (
        (x[1] - x[0] + g * x[1], x[3] - x[0] + h * x[3], x[0]),
        (y[1] - y[0] + g * y[1], y[3] - y[0] + h * y[3], y[0]),
        (g, h, torch.ones_like(g)),
    )
    square = torch.stack([torch.stack(row, dim=1) for row in rows], dim=1)
    to_square = square.new_tensor([[1 / width, 0, 0.5], [0, 1 / height, 0.5], [0, 0, 1]])
    to_pixels = square.new_tensor([[width, 0, -width / 2], [0, height, -height / 2], [0, 0, 1]])
    return to_pixels @ square @ to_square


def places_of(a: Tensor, b: Tensor, c: Tensor, d: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """(batch, 3, 3) matrices with rows (a, b, x), (c, d, y), (0, 0, 1)."""
    zero, one = torch.zeros_like(a), torch.ones_like(a)
    return torch.stack((a, b, x, c, d, y, zero, zero, one), dim=1).view(-1, 3, 3)


def resample(pictures: Tensor, places: Tensor) -> Tensor:
    """Each picture seen at its places, weighted between pixels; outside of a picture it is black."""
    height, width = pictures.shape[2:]
    x = torch.arange(width, device=pictures.device) + (0.5 - width / 2)
    y = torch.arange(height, device=pictures.device)[:, None] + (0.5 - height / 2)
    rows = [
        m[:, 0, None, None] * x + (m[:, 1, None, None] * y + m[:, 2, None, None]) for m in places.unbind(1)
    ]
    grid = torch.stack((rows[0] * (2 / width), rows[1] * (2 / height)), dim=3) / rows[2][..., None]
    return F.grid_sample(pictures, grid, align_corners=False)


def moved_boxes(boxes: Tensor, places: Tensor, height: int, width: int) -> Tensor:
    """Boxes (batch, most, 5), edges as shares of the picture, after `resample` at these places.

    Each becomes the upright box around its moved corners, cut off at the picture's edge; where less than a
    quarter of it is left, or hardly a pixel, it is a box no more (class -1).
    """
    sides = boxes.new_tensor([width, height])
    left, top, right, bottom = boxes[..., 1:].unbind(dim=-1)
    x, y = torch.stack((left, right, left, right), dim=-1), torch.stack((top, top, bottom, bottom), dim=-1)
    corners = (torch.stack((x, y), dim=-1) - 0.5) * sides  # (batch, most, 4, 2), in pixels from the centre
    flat = torch.cat((corners, torch.ones_like(corners[..., :1])), dim=-1).flatten(1, 2)
    moved = (flat @ torch.linalg.inv(places.float()).transpose(1, 2)).view(*corners.shape[:3], 3)
    moved = moved[..., :2] / moved[..., 2:] / sides + 0.5
    low, high = moved.amin(dim=2), moved.amax(dim=2)
    cut_low, cut_high = low.clamp(0, 1), high.clamp(0, 1)
    whole, left_over = (high - low).prod(dim=-1), (cut_high - cut_low).prod(dim=-1)
    stays = (left_over >= 0.25 * whole) & (((cut_high - cut_low) * sides) >= 2).all(dim=-1)
    known = torch.where(stays & (boxes[..., 0] >= 0), boxes[..., 0], -1.0)
    return torch.cat((known[..., None], cut_low, cut_high), dim=-1)
