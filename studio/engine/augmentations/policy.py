"""RandAugment and TrivialAugment: each picture of a batch gets changes of its own, drawn from 14.

Pictures that drew the same change are changed together, so a batch takes a few large operations, not
many small ones. All turning and moving is done at the end, in one resampling.
Sources of these functions are copied into exported scripts: they use torch and each other, nothing else.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from studio.engine.augmentations.colour import (
    brightened,
    contrasted,
    evened,
    posterized,
    saturated,
    stretched,
)
from studio.engine.augmentations.detail import sharpened
from studio.engine.augmentations.movement import places_of, resample


def rand_augment(pictures: Tensor, generator: torch.Generator, magnitude: int, number: int) -> Tensor:
    """`number` of 14 changes for each picture, all at a strength of magnitude / 30 (Cubuk et al. 2019)."""
    n = len(pictures)
    choices = torch.randint(14, (number, n), generator=generator, device=pictures.device)
    signs = torch.randint(2, (number, n), generator=generator, device=pictures.device) * 2 - 1
    places = torch.eye(3, device=pictures.device).expand(n, 3, 3)
    for choice, sign in zip(choices, signs, strict=True):
        strength = sign * (magnitude / 30)
        pictures = recoloured(pictures, choice, strength, colour=0.9, bits=4)
        places = places @ moved(pictures, choice, strength, shear=0.3, degrees=30)
    return resample_some(pictures, places, ((choices >= 1) & (choices <= 5)).any(dim=0))


def trivial_augment(pictures: Tensor, generator: torch.Generator, strength: float, p: float) -> Tensor:
    """One of 14 changes for each picture, at a random strength (Müller and Hutter 2021)."""
    n = len(pictures)
    choice = torch.randint(14, (n,), generator=generator, device=pictures.device)
    share, chance = torch.rand(2, n, generator=generator, device=pictures.device).unbind()
    choice = torch.where(chance < p, choice, 0)
    signed = (share * 2 - 1) * strength
    pictures = recoloured(pictures, choice, signed, colour=0.99, bits=6)
    places = moved(pictures, choice, signed, shear=0.99, degrees=135)
    return resample_some(pictures, places, (choice >= 1) & (choice <= 5))


def moved(pictures: Tensor, choice: Tensor, strength: Tensor, shear: float, degrees: float) -> Tensor:
    """Places for changes 1 to 5: slant along x and y, shift along x and y, turn."""
    height, width = pictures.shape[2:]
    lean_x, lean_y, x, y, turn = [torch.where(choice == k, strength, 0.0) for k in range(1, 6)]
    angle = turn * math.radians(degrees)
    largest = 150 / 331  # of a side, as in the paper
    return places_of(
        angle.cos(),
        lean_x * shear - angle.sin(),
        lean_y * shear + angle.sin(),
        angle.cos(),
        x * (largest * width),
        y * (largest * height),
    )


def recoloured(pictures: Tensor, choice: Tensor, strength: Tensor, colour: float, bits: int) -> Tensor:
    """Changes 6 to 13: brightness, saturation, contrast, sharpness, fewer shades, solarised, stretched
    contrast, evened shades. 0 changes nothing."""
    pictures = pictures.clone()
    factor = (1 + strength * colour)[:, None, None, None]
    size = strength.abs()[:, None, None, None]
    choice = choice.cpu()  # asked of the device once, instead of for each change
    for number in range(6, 14):
        rows = (choice == number).nonzero().flatten().to(pictures.device)
        if len(rows) == 0:
            continue
        old = pictures[rows]
        if number == 6:
            new = brightened(old, factor[rows])
        elif number == 7:
            new = saturated(old, factor[rows])
        elif number == 8:
            new = contrasted(old, factor[rows])
        elif number == 9:
            new = sharpened(old, factor[rows])
        elif number == 10:
            new = posterized(old, 2.0 ** (size[rows] * bits).round())
        elif number == 11:
            new = torch.where(old >= 1 - size[rows], 1 - old, old)
        elif number == 12:
            new = stretched(old)
        else:
            new = evened(old)
        pictures[rows] = new
    return pictures


def resample_some(pictures: Tensor, places: Tensor, which: Tensor) -> Tensor:
    """The pictures with those that `which` names seen at their places."""
    rows = which.nonzero().flatten()
    if len(rows) == 0:
        return pictures
    pictures = pictures.clone()
    pictures[rows] = resample(pictures[rows], places[rows])
    return pictures
