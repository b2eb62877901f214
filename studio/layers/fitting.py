"""What shape rules share: demands on dimensions, and how far a sliding window gets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from studio.graph.layer_type import Shape, ShapeError
from studio.layers.reading import collapsed

DIMENSIONS = {
    1: "channels and length",
    2: "channels, height and width",
    3: "channels, depth, height and width",
}
Sides = tuple[tuple[int, int], ...]  # padding before and after, one pair for each dimension


def size_text(shape: Sequence[int]) -> str:
    """(1, 28, 28) -> "1×28×28"."""
    return "×".join(str(n) for n in shape)


def counted(count: int, noun: str) -> str:
    """counted(1, "channel") -> "1 channel"; counted(3, "channel") -> "3 channels"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def arrived(shape: Shape) -> str:
    """What comes in, for the beginning of a message."""
    return f"what arrives has {counted(len(shape), 'dimension')} ({size_text(shape)})"


def demand_rank(
    shape: Shape, ranks: tuple[int, ...], wanted: str, instead: Mapping[int, str] | None = None
) -> None:
    """Refuses a shape whose number of dimensions is not among `ranks`.

    Args: wanted: what the dimensions are, e.g. "channels, height and width".
        instead: the sibling layer that takes another number of dimensions, by that number.
    Raises: ShapeError: with `wants_rank` filled.
    """
    if len(shape) in ranks:
        return
    numbers = listed(ranks) if len(ranks) <= 3 else f"at least {min(ranks)}"
    sibling = (instead or {}).get(len(shape))
    use = f"Use {sibling} instead, or put" if sibling else "Put"
    raise ShapeError(
        f"{arrived(shape)}, but this layer wants {numbers}: {wanted}. "
        f"{use} an Unflatten layer in front of it to rearrange the numbers.",
        wants_rank=ranks,
    )


def extent_text(sizes: Sequence[int]) -> str:
    """A size, stride or padding as short as it can be: (3, 3) -> "3", (3, 5) -> "3×5"."""
    return str(sizes[0]) if len(set(sizes)) == 1 else size_text(sizes)


def at_most(noun: str, sizes: Sequence[int]) -> str:
    """at_most("padding", (1, 1)) -> "a padding of 1 or less"; with zeros "no padding"."""
    return f"{with_article(noun)} of {extent_text(sizes)} or less" if any(sizes) else f"no {noun}"


def with_article(words: str) -> str:
    """with_article("8×8 picture") -> "an 8×8 picture": as the first word is spoken."""
    first = re.split(r"[^0-9a-z]", words)[0]
    spoken_with_vowel = first[0] in "aeio8" or first in ("11", "18")
    return f"{'an' if spoken_with_vowel else 'a'} {words}"


def divisors(number: int) -> tuple[int, ...]:
    """All divisors, smallest first."""
    small = [n for n in range(1, int(number**0.5) + 1) if number % n == 0]
    return tuple(sorted({*small, *(number // n for n in small)}))


def near_divisors(number: int, wish: int, count: int = 3) -> tuple[int, ...]:
    """The divisors of a number that are nearest to a wish, nearest first."""
    return tuple(sorted(divisors(number), key=lambda n: (abs(n - wish), -n))[:count])


def listed(numbers: Sequence[int]) -> str:
    """(1, 2, 4) -> "1, 2 or 4"."""
    words = [str(n) for n in numbers]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


@dataclass(frozen=True, slots=True)
class Window:
    """A kernel that slides over a picture (or sequence, or volume), as torch counts it."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    sides: Sides
    dilation: tuple[int, ...]
    ceil_mode: bool = False

    @property
    def span(self) -> tuple[int, ...]:
        """How much of the picture the kernel covers, with its dilation."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))

    def positions(self, space: Shape) -> tuple[int, ...]:
        """How many positions the kernel takes along each dimension; less than 1: it does not fit.

        Source: torch.nn.Conv2d and torch.nn.MaxPool2d, "Shape"; ATen's pooling_output_shape.
        """
        return tuple(self._positions(i, size) for i, size in enumerate(space))

    def _positions(self, i: int, size: int) -> int:
        before, after = self.sides[i]
        stride = self.stride[i]
        room = size + before + after - self.span[i]
        if not self.ceil_mode:
            return room // stride + 1
        count = -(-room // stride) + 1
        # The last window must begin inside the picture or in the padding before it.
        return count - 1 if (count - 1) * stride >= size + before else count

    def demand_fit(self, space: Shape) -> tuple[int, ...]:
        """The positions. Raises ShapeError when the kernel does not fit anywhere."""
        positions = self.positions(space)
        if min(positions) >= 1:
            return positions
        padded = tuple(n + sum(side) for n, side in zip(space, self.sides, strict=True))
        largest = tuple((n - 1) // d + 1 for n, d in zip(padded, self.dilation, strict=True))
        smaller = tuple(min(k, n) for k, n in zip(self.kernel, largest, strict=True))
        with_padding = f", {size_text(padded)} with its padding" if padded != space else ""
        spread = f" spread over {size_text(self.span)} by its dilation" if self.span != self.kernel else ""
        repairs = self._repairs(smaller, space)
        or_padding = ", or add padding" if "padding" in dict(repairs) else ""
        raise ShapeError(
            f"{kernel_text(self.kernel)}{spread} does not fit into {space_text(space)}{with_padding}. "
            f"Use a kernel of {extent_text(smaller)} or less{or_padding}.",
            param="kernel_size",
            suggestions=repairs,
        )

    def _repairs(self, smaller: tuple[int, ...], space: Shape) -> tuple[tuple[str, object], ...]:
        repairs: list[tuple[str, object]] = [("kernel_size", collapsed(smaller))]
        if self.span != self.kernel and all(
            n + sum(side) >= k for n, side, k in zip(space, self.sides, self.kernel, strict=True)
        ):
            repairs.append(("dilation", 1))
        padding = tuple(
            max(side[0], -(-(span - n) // 2))
            for n, side, span in zip(space, self.sides, self.span, strict=True)
        )
        if all(p <= k // 2 for p, k in zip(padding, self.kernel, strict=True)):  # all that pooling allows
            repairs.append(("padding", collapsed(padding)))
        return tuple(repairs)


def kernel_text(kernel: tuple[int, ...]) -> str:
    if len(kernel) == 1:
        return f"a kernel of length {kernel[0]}"
    return with_article(f"{size_text(kernel)} kernel")


def space_text(space: Shape) -> str:
    if len(space) == 1:
        return f"a sequence of length {space[0]}"
    return with_article(f"{size_text(space)} {'picture' if len(space) == 2 else 'volume'}")


def numbers_in(shape: Shape) -> int:
    """How many numbers a shape holds; 1 for the empty shape."""
    return prod(shape)


def page(name: str) -> str:
    """The address of a class or function in torch's documentation: page("nn.Conv2d")."""
    return f"https://docs.pytorch.org/docs/stable/generated/torch.{name}.html"
