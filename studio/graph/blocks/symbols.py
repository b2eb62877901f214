"""Numbers that remember their name: how a block's class is written with arguments in place of numbers.

A layer writes its code from numbers. Given these, it writes the names instead, and what it works out from
them as a formula. Where a formula gets lost (a comparison, a library call), a plain number stands in the
code: right for this use of the block, and the writer makes another class for a use where it is not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import SupportsIndex

from typing_extensions import override

_LONGEST = 48  # characters; longer formulas are no help to a reader


class Named(int):
    """A whole number with the expression that it stands for in the code."""

    expression: str
    simple: bool  # a name: needs no brackets

    def __new__(cls, value: int, expression: str, simple: bool = True) -> Named:
        number = super().__new__(cls, value)
        number.expression = expression
        number.simple = simple
        return number

    @override
    def __repr__(self) -> str:
        return self.expression

    @override
    def __str__(self) -> str:
        return self.expression if self.simple else f"({self.expression})"

    @override
    def __format__(self, spec: str) -> str:
        return str(self)

    @override
    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[object, ...]:
        return (Named, (int(self), self.expression, self.simple))

    # -- what layers work out ---------------------------------------------------------------------------

    def __add__(self, other: int) -> int:
        return _calculated(int.__add__, self, "+", other)

    def __radd__(self, other: int) -> int:
        return _calculated(int.__add__, other, "+", self)

    def __sub__(self, other: int) -> int:
        return _calculated(int.__sub__, self, "-", other)

    def __rsub__(self, other: int) -> int:
        return _calculated(int.__sub__, other, "-", self)

    def __mul__(self, other: int) -> int:
        return _calculated(int.__mul__, self, "*", other)

    def __rmul__(self, other: int) -> int:
        return _calculated(int.__mul__, other, "*", self)

    def __floordiv__(self, other: int) -> int:
        return _calculated(int.__floordiv__, self, "//", other)

    def __rfloordiv__(self, other: int) -> int:
        return _calculated(int.__floordiv__, other, "//", self)


class NamedFloat(float):
    """A number with the name that it has in the code."""

    expression: str

    def __new__(cls, value: float, expression: str) -> NamedFloat:
        number = super().__new__(cls, value)
        number.expression = expression
        return number

    @override
    def __repr__(self) -> str:
        return self.expression

    @override
    def __str__(self) -> str:
        return self.expression

    @override
    def __format__(self, spec: str) -> str:
        return self.expression


def is_named(value: object) -> bool:
    return isinstance(value, Named | NamedFloat)


def _calculated(rule: Callable[[int, int], int], left: int, sign: str, right: int) -> int:
    if not isinstance(left, int) or not isinstance(right, int):
        return NotImplemented
    value = rule(int(left), int(right))
    neutral = {"+": 0, "-": 0, "*": 1, "//": 1}[sign]
    if not isinstance(right, Named) and right == neutral:
        return left
    if not isinstance(left, Named) and left == neutral and sign in "+*":
        return right
    text = f"{left} {sign} {right}"
    return Named(value, text, simple=False) if len(text) <= _LONGEST else value
