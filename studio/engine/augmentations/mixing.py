"""Augmentations that mix each picture with another one of its batch.

Each gives the share of the picture's own that every pixel keeps, (1, 1, height, width) for the whole
batch: one share a batch, as in the papers, so that the loss is a sum of two ordinary ones.
Sources of these functions are copied into exported scripts: they use torch and each other, nothing else.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def mixup(pictures: Tensor, generator: torch.Generator, p: float, alpha: float) -> Tensor:
    """The same share for every pixel (Zhang et al. 2018), with probability p."""
    own = random_share(generator, alpha, pictures.device)
    mixed = torch.rand((), generator=generator, device=pictures.device) < p
    return torch.where(mixed, own, 1.0).expand(1, 1, *pictures.shape[2:])


def cutmix(pictures: Tensor, generator: torch.Generator, p: float, alpha: float) -> Tensor:
    """0 inside of a random rectangle, 1 outside (Yun et al. 2019), with probability p."""
    height, width = pictures.shape[2:]
    side = (1 - random_share(generator, alpha, pictures.device)).sqrt()
    y, x, chance = torch.rand(3, generator=generator, device=pictures.device).unbind()
    rows = torch.arange(height, device=pictures.device)[:, None] + 0.5
    columns = torch.arange(width, device=pictures.device) + 0.5
    inside = (rows - y * height).abs() < side * height / 2
    inside = inside & ((columns - x * width).abs() < side * width / 2) & (chance < p)
    return 1 - inside.to(pictures.dtype)[None, None]


def random_share(generator: torch.Generator, alpha: float, device: torch.device) -> Tensor:
    """A number from 0 to 1 of the distribution Beta(alpha, alpha)."""
    first, second = torch.rand(2, generator=generator, device=device).unbind()
    # By way of Student's t with 2 alpha degrees of freedom, which takes no rejection (Bailey 1994).
    cosine = torch.cos(2 * math.pi * second)
    square = (first ** (-1 / alpha) - 1) * cosine**2
    return 0.5 + 0.5 * cosine.sign() / (1 + 1 / square).sqrt()
