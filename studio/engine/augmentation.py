"""Augmentations: random changes of whole batches of pictures, on the device.

Each function takes pictures (batch, channels, height, width) with values 0..1 and the generator that
all its random numbers come from, and stands alone: its source is copied into exported scripts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional as F

from studio.core.params import check_params
from studio.core.project import Setting
from studio.data.augmentations import AUGMENTATIONS


def horizontal_flip(pictures: Tensor, generator: torch.Generator, p: float) -> Tensor:
    """Mirrors each picture left to right with probability p."""
    chosen = torch.rand(len(pictures), 1, 1, 1, generator=generator, device=pictures.device) < p
    return torch.where(chosen, pictures.flip(3), pictures)


def vertical_flip(pictures: Tensor, generator: torch.Generator, p: float) -> Tensor:
    """Turns each picture upside down with probability p."""
    chosen = torch.rand(len(pictures), 1, 1, 1, generator=generator, device=pictures.device) < p
    return torch.where(chosen, pictures.flip(2), pictures)


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


def rotate(pictures: Tensor, generator: torch.Generator, degrees: float) -> Tensor:
    """Turns each picture around its centre by up to `degrees` to either side; corners become black."""
    n, _, height, width = pictures.shape
    share = torch.rand(n, generator=generator, device=pictures.device) * 2 - 1
    angle = share * (degrees * torch.pi / 180)
    cos, sin, zero = angle.cos(), angle.sin(), torch.zeros_like(angle)
    # grid_sample measures both sides from -1 to 1: the ratio keeps wide pictures from being sheared.
    first = torch.stack((cos, -sin * (height / width), zero), dim=1)
    second = torch.stack((sin * (width / height), cos, zero), dim=1)
    grid = F.affine_grid(torch.stack((first, second), dim=1), list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, grid, align_corners=False)


def colour_jitter(
    pictures: Tensor, generator: torch.Generator, brightness: float, contrast: float, saturation: float
) -> Tensor:
    """Multiplies brightness, contrast and saturation of each picture by random factors around 1."""
    share = torch.rand(3, len(pictures), 1, 1, 1, generator=generator, device=pictures.device) * 2 - 1
    pictures = (pictures * (1 + share[0] * brightness)).clamp(0, 1)
    mean = pictures.mean(dim=(1, 2, 3), keepdim=True)
    pictures = (mean + (pictures - mean) * (1 + share[1] * contrast)).clamp(0, 1)
    if pictures.shape[1] == 3:
        weights = torch.tensor([0.299, 0.587, 0.114], device=pictures.device).view(1, 3, 1, 1)
        grey = (pictures * weights).sum(dim=1, keepdim=True)  # as the eye weighs red, green and blue
        pictures = (grey + (pictures - grey) * (1 + share[2] * saturation)).clamp(0, 1)
    return pictures


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


def noise(pictures: Tensor, generator: torch.Generator, amount: float) -> Tensor:
    """Adds normal noise of standard deviation `amount` to every value."""
    grain = torch.randn(pictures.shape, generator=generator, device=pictures.device)
    return (pictures + amount * grain).clamp(0, 1)


FUNCTIONS: dict[str, Callable[..., Tensor]] = {
    "horizontal_flip": horizontal_flip,
    "vertical_flip": vertical_flip,
    "random_crop": random_crop,
    "rotate": rotate,
    "colour_jitter": colour_jitter,
    "random_erasing": random_erasing,
    "noise": noise,
}


def augmentation_seed(seed: int) -> int:
    """Where the augmentations' own generator begins; not where the weights begin."""
    return seed + 1


def chain(settings: Sequence[Setting]) -> Callable[[Tensor, torch.Generator], Tensor] | None:
    """All chosen augmentations, one after the other; None where there are none."""
    if not settings:
        return None
    changes = []
    for setting in settings:
        params = check_params(AUGMENTATIONS[setting.type].params, setting.params)
        changes.append(partial(FUNCTIONS[setting.type], **params))

    def augment(pictures: Tensor, generator: torch.Generator) -> Tensor:
        for change in changes:
            pictures = change(pictures, generator)
        return pictures

    return augment
