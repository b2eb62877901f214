"""Augmentations of detail: blur, sharpness, grain, covered patches.

Sources of these functions are copied into exported scripts: they use torch and each other, nothing else.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F


def blur(pictures: Tensor, generator: torch.Generator, radius: float, p: float) -> Tensor:
    """Blurs each picture by a Gaussian of up to `radius` pixels, with probability p."""
    n, channels, height, width = pictures.shape
    strength, chance = torch.rand(2, n, generator=generator, device=pictures.device).unbind()
    sigma = torch.where(chance < p, strength * radius, 0).clamp(min=0.05)  # 0.05: nothing but the pixel
    reach = math.ceil(3 * radius)
    distance = torch.arange(-reach, reach + 1, device=pictures.device)
    kernel = torch.softmax(-(distance**2) / (2 * sigma[:, None] ** 2), dim=1)  # (batch, 2 reach + 1)
    kernel = kernel.repeat_interleave(channels, dim=0)
    rows = pictures.reshape(1, n * channels, height, width)  # each channel with a kernel of its own
    rows = F.pad(rows, (reach, reach, reach, reach), mode="replicate")
    rows = F.conv2d(rows, kernel[:, None, None, :], groups=n * channels)
    return F.conv2d(rows, kernel[:, None, :, None], groups=n * channels).view_as(pictures).clamp(0, 1)


def sharpen(pictures: Tensor, generator: torch.Generator, amount: float, p: float) -> Tensor:
    """Makes the edges of each picture stronger by up to `amount`, with probability p."""
    strength, chance = torch.rand(
        2, len(pictures), 1, 1, 1, generator=generator, device=pictures.device
    ).unbind()
    return sharpened(pictures, 1 + torch.where(chance < p, strength * amount, 0))


def noise(pictures: Tensor, generator: torch.Generator, amount: float) -> Tensor:
    """Adds normal noise of standard deviation `amount` to every value."""
    grain = torch.randn(pictures.shape, generator=generator, device=pictures.device)
    return (pictures + amount * grain).clamp(0, 1)


def random_erasing(pictures: Tensor, generator: torch.Generator, p: float, area: float) -> Tensor:
    """Covers a rectangle of up to `area` of each picture with its mean grey, with probability p."""
    n, _, height, width = pictures.shape
    chance, size, aspect, y, x = torch.rand(
        5, n, 1, 1, 1, generator=generator, device=pictures.device
    ).unbind()
    stretch = torch.exp((aspect * 2 - 1) * 0.7)  # sides between 1:2 and 2:1
    patch_height = ((size * area).sqrt() * stretch * height).clamp(1, height)
    patch_width = ((size * area).sqrt() / stretch * width).clamp(1, width)
    top, left = y * (height - patch_height), x * (width - patch_width)
    rows = torch.arange(height, device=pictures.device).view(1, 1, -1, 1)
    columns = torch.arange(width, device=pictures.device).view(1, 1, 1, -1)
    inside = (rows >= top) & (rows < top + patch_height)
    inside = inside & (columns >= left) & (columns < left + patch_width)
    return torch.where(inside & (chance < p), pictures.mean(dim=(2, 3), keepdim=True), pictures)


def sharpened(pictures: Tensor, factor: Tensor) -> Tensor:
    """Each picture's distance from a smoother version times its factor: 0 smooth, 1 as it is, 2 sharp."""
    height, width = pictures.shape[2:]
    if height < 3 or width < 3:
        return pictures
    inner = pictures[:, :, 1:-1, 1:-1]  # the border, where the window does not fit, stays as it is
    smooth = (9 * F.avg_pool2d(pictures, 3, stride=1) + 4 * inner) / 13  # 5 times the middle, 8 neighbours
    changed = pictures.clone()
    changed[:, :, 1:-1, 1:-1] = torch.lerp(smooth, inner, factor)
    return changed.clamp(0, 1)
