"""Augmentations of light and colour: values 0..1 in, values 0..1 out, each pixel where it was.

The second half are single changes with a strength for each picture, shared with the policies.
Sources of these functions are copied into exported scripts: they use torch and each other, nothing else.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def colour_jitter(
    pictures: Tensor, generator: torch.Generator, brightness: float, contrast: float, saturation: float
) -> Tensor:
    """Multiplies brightness, contrast and saturation of each picture by random factors around 1."""
    share = torch.rand(3, len(pictures), 1, 1, 1, generator=generator, device=pictures.device) * 2 - 1
    pictures = brightened(pictures, 1 + share[0] * brightness)
    pictures = contrasted(pictures, 1 + share[1] * contrast)
    return saturated(pictures, 1 + share[2] * saturation)


def hue(pictures: Tensor, generator: torch.Generator, amount: float) -> Tensor:
    """Turns the colours of each picture around the axis of greys, 0.5 being half a turn."""
    if pictures.shape[1] != 3:
        return pictures
    share = torch.rand(len(pictures), 1, 1, generator=generator, device=pictures.device) * 2 - 1
    angle = share * (amount * 2 * math.pi)
    # Brightness and two colour differences (YIQ, as television has it); only those two are turned.
    to_yiq = torch.tensor(
        [[0.299, 0.587, 0.114], [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]], device=pictures.device
    )
    bright, turned, across = to_yiq[0:1], to_yiq[1:2], to_yiq[2:3]
    mixed = torch.cat(
        (
            bright.expand(len(pictures), 1, 3),
            angle.cos() * turned - angle.sin() * across,
            angle.sin() * turned + angle.cos() * across,
        ),
        dim=1,
    )
    matrices = (
        torch.tensor(
            [[1, 0.95605, 0.620755], [1, -0.272052, -0.647206], [1, -1.106704, 1.704421]],
            device=pictures.device,
        )
        @ mixed
    )
    return (matrices @ pictures.flatten(2)).view_as(pictures).clamp(0, 1)


def channel_brightness(pictures: Tensor, generator: torch.Generator, amount: float) -> Tensor:
    """Multiplies each channel of each picture by a random factor of its own."""
    shape = (*pictures.shape[:2], 1, 1)
    share = torch.rand(shape, generator=generator, device=pictures.device) * 2 - 1
    return (pictures * (1 + share * amount)).clamp(0, 1)


def greyscale(pictures: Tensor, generator: torch.Generator, p: float) -> Tensor:
    """Takes the colour out of each picture with probability p."""
    chosen = torch.rand(len(pictures), 1, 1, 1, generator=generator, device=pictures.device) < p
    return torch.where(chosen, grey_of(pictures), pictures)


def invert(pictures: Tensor, generator: torch.Generator, p: float) -> Tensor:
    """Makes each picture its negative with probability p."""
    chosen = torch.rand(len(pictures), 1, 1, 1, generator=generator, device=pictures.device) < p
    return torch.where(chosen, 1 - pictures, pictures)


def solarize(pictures: Tensor, generator: torch.Generator, p: float, threshold: float) -> Tensor:
    """Inverts the values from `threshold` on in each picture with probability p."""
    chosen = torch.rand(len(pictures), 1, 1, 1, generator=generator, device=pictures.device) < p
    return torch.where(chosen & (pictures >= threshold), 1 - pictures, pictures)


def posterize(pictures: Tensor, generator: torch.Generator, p: float, bits: int) -> Tensor:
    """Leaves 2 ** bits shades of each channel in each picture with probability p."""
    chosen = torch.rand(len(pictures), 1, 1, 1, generator=generator, device=pictures.device) < p
    return torch.where(chosen, posterized(pictures, 2.0 ** (8 - bits)), pictures)


def auto_contrast(pictures: Tensor, generator: torch.Generator, p: float) -> Tensor:
    """Stretches each channel of each picture to the whole range with probability p."""
    chosen = torch.rand(len(pictures), 1, 1, 1, generator=generator, device=pictures.device) < p
    return torch.where(chosen, stretched(pictures), pictures)


def equalise(pictures: Tensor, generator: torch.Generator, p: float) -> Tensor:
    """Uses all shades equally often in each channel of each picture with probability p."""
    chosen = torch.rand(len(pictures), 1, 1, 1, generator=generator, device=pictures.device) < p
    return torch.where(chosen, evened(pictures), pictures)


def grey_of(pictures: Tensor) -> Tensor:
    """(batch, 1, height, width): the brightness, red, green and blue weighed as the eye does."""
    if pictures.shape[1] != 3:
        return pictures.mean(dim=1, keepdim=True)
    return 0.299 * pictures[:, 0:1] + 0.587 * pictures[:, 1:2] + 0.114 * pictures[:, 2:3]


def brightened(pictures: Tensor, factor: Tensor) -> Tensor:
    """Each picture's values times its factor."""
    return (pictures * factor).clamp(0, 1)


def contrasted(pictures: Tensor, factor: Tensor) -> Tensor:
    """Each picture's distance from its mean brightness times its factor."""
    mean = grey_of(pictures).mean(dim=(1, 2, 3), keepdim=True)
    return torch.lerp(mean, pictures, factor).clamp(0, 1)


def saturated(pictures: Tensor, factor: Tensor) -> Tensor:
    """Each picture's distance from its grey version times its factor."""
    if pictures.shape[1] != 3:
        return pictures
    return torch.lerp(grey_of(pictures), pictures, factor).clamp(0, 1)


def posterized(pictures: Tensor, step: float | Tensor) -> Tensor:
    """Only every `step`-th of the 256 values of each channel."""
    return ((pictures * 255).round() / step).floor() * step / 255


def stretched(pictures: Tensor) -> Tensor:
    """Each channel's darkest value as 0, its brightest as 1; a channel without any difference stays."""
    low, high = pictures.amin(dim=(2, 3), keepdim=True), pictures.amax(dim=(2, 3), keepdim=True)
    spread = high - low
    return torch.where(spread > 0, (pictures - low) / spread.clamp(min=1e-6), pictures).clamp(0, 1)


def evened(pictures: Tensor) -> Tensor:
    """Each channel with its histogram made flat: a value becomes the share of darker pixels, so that the
    darkest is 0 and the brightest 1."""
    values = (pictures * 255).round().long().flatten(2)
    counts = torch.zeros(*values.shape[:2], 256, dtype=torch.int64, device=values.device)
    counts.scatter_add_(2, values, torch.ones_like(values))
    brightest = counts.gather(2, values.amax(dim=2, keepdim=True))
    others = values.shape[2] - brightest
    darker = (counts.cumsum(2) - counts).gather(2, values)
    flat = (darker / others.clamp(min=1)).view_as(pictures)
    return torch.where(others[..., None] > 0, flat, pictures)  # a channel of one value stays
