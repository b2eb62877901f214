"""Declared parameters: one declaration gives the form, the check, the help and the code."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

ParamValue = None | bool | int | float | str | tuple[int, ...] | tuple[float, ...]
Params = Mapping[str, ParamValue]
Number = TypeVar("Number", int, float)


class ParamError(ValueError):
    """A value that a parameter does not take; the message is a sentence for the user."""

    def __init__(self, message: str, param: str = "") -> None:
        super().__init__(message)
        self.param = param


@dataclass(frozen=True, slots=True)
class Int:
    """A whole number. `optional` also takes None, shown as `none_label`; `when_on` is proposed else."""

    minimum: int = 0
    maximum: int = 1_000_000
    optional: bool = False
    none_label: str = "none"
    when_on: int | None = None

    def check(self, value: object) -> ParamValue:
        if value is None and self.optional:
            return None
        number = _whole(value)
        return _within(number, self.minimum, self.maximum)


@dataclass(frozen=True, slots=True)
class Float:
    """A finite number. `log` asks the form for a logarithmic step (learning rates)."""

    minimum: float = 0.0
    maximum: float = 1e9
    above_minimum: bool = False  # the minimum itself is refused, as for a learning rate of 0
    optional: bool = False
    none_label: str = "off"
    log: bool = False
    when_on: float | None = None

    def check(self, value: object) -> ParamValue:
        if value is None and self.optional:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ParamError(f"expected a number, received {value!r}")
        number = float(value)
        if not math.isfinite(number):
            raise ParamError(f"expected a finite number, received {number}")
        if self.above_minimum and number <= self.minimum:
            raise ParamError(f"must be more than {self.minimum:g}, received {number:g}")
        return _within(number, self.minimum, self.maximum)


@dataclass(frozen=True, slots=True)
class Bool:
    """Yes or no."""

    def check(self, value: object) -> ParamValue:
        if not isinstance(value, bool):
            raise ParamError(f"expected yes or no, received {value!r}")
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few named values, as (value, label) pairs."""

    options: tuple[tuple[str, str], ...]

    def check(self, value: object) -> ParamValue:
        if not isinstance(value, str) or value not in {key for key, _ in self.options}:
            allowed = ", ".join(key for key, _ in self.options)
            raise ParamError(f"expected one of {allowed}, received {value!r}")
        return value


@dataclass(frozen=True, slots=True)
class Several:
    """Any of a few named values, such as columns of a table; as one text with tabs between them."""

    options: tuple[str, ...]

    def check(self, value: object) -> ParamValue:
        if not isinstance(value, str):
            raise ParamError(f"expected names, received {value!r}")
        chosen = [name for name in value.split("\t") if name]
        unknown = [name for name in chosen if name not in self.options]
        if unknown:
            raise ParamError(f"there is no “{unknown[0]}”")
        return "\t".join(dict.fromkeys(chosen))


@dataclass(frozen=True, slots=True)
class Text:
    """A short line of text, such as a column name."""

    max_length: int = 1000

    def check(self, value: object) -> ParamValue:
        if not isinstance(value, str):
            raise ParamError(f"expected text, received {value!r}")
        if len(value) > self.max_length:
            raise ParamError(f"expected at most {self.max_length} characters, received {len(value)}")
        return value


@dataclass(frozen=True, slots=True)
class Size:
    """One whole number for every dimension, or one for each (kernel_size=3 or (3, 5))."""

    dims: int
    minimum: int = 1
    maximum: int = 10_000
    optional: bool = False  # None means "as torch chooses", e.g. a pooling stride equal to the kernel
    none_label: str = "same as kernel"

    def check(self, value: object) -> ParamValue:
        if value is None and self.optional:
            return None
        if isinstance(value, list | tuple):
            if len(value) != self.dims:
                raise ParamError(f"expected {self.dims} numbers, received {len(value)}")
            numbers = tuple(int(_within(_whole(v), self.minimum, self.maximum)) for v in value)
            return numbers[0] if len(set(numbers)) == 1 else numbers
        return _within(_whole(value), self.minimum, self.maximum)


@dataclass(frozen=True, slots=True)
class Ints:
    """A list of whole numbers: a shape, an order of dimensions, milestones."""

    min_length: int = 1
    max_length: int = 20
    minimum: int = 0
    maximum: int = 1_000_000

    def check(self, value: object) -> ParamValue:
        items = _items(value, self.min_length, self.max_length)
        return tuple(int(_within(_whole(v), self.minimum, self.maximum)) for v in items)


@dataclass(frozen=True, slots=True)
class Floats:
    """A fixed count of numbers, such as Adam's two betas."""

    length: int
    minimum: float = 0.0
    maximum: float = 1.0
    below_maximum: bool = False

    def check(self, value: object) -> ParamValue:
        rule = Float(self.minimum, self.maximum)
        numbers = []
        for item in _items(value, self.length, self.length):
            number = rule.check(item)
            assert isinstance(number, float)
            if self.below_maximum and number >= self.maximum:
                raise ParamError(f"must be less than {self.maximum:g}, received {number:g}")
            numbers.append(number)
        return tuple(numbers)


ParamType = Int | Float | Bool | Choice | Several | Text | Size | Ints | Floats


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of a layer, optimizer, schedule, loss, transform or source.

    `name` is torch's spelling, `label` and `help` are for people. `advanced` ones are folded away.
    """

    name: str
    label: str
    help: str
    type: ParamType
    default: ParamValue
    advanced: bool = False

    def check(self, value: object) -> ParamValue:
        """The value in its normal form. Raises ParamError with a sentence that names the label."""
        try:
            return self.type.check(value)
        except ParamError as error:
            raise ParamError(f"{self.label}: {error}.", self.name) from None


def defaults(params: Iterable[Param]) -> dict[str, ParamValue]:
    """Every parameter at its default."""
    return {param.name: param.default for param in params}


def check_params(declared: Iterable[Param], values: Mapping[str, object]) -> dict[str, ParamValue]:
    """All declared parameters, checked; those left out take their default, unknown ones are dropped.

    Raises: ParamError: the first value that is refused.
    """
    return {p.name: p.check(values[p.name]) if p.name in values else p.default for p in declared}


def expand(value: ParamValue, dims: int) -> tuple[int, ...]:
    """A Size value as one whole number per dimension: 3 -> (3, 3)."""
    if isinstance(value, tuple):
        return tuple(int(v) for v in value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"not a size: {value!r}")
    return (value,) * dims


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise ParamError(f"expected a whole number, received {value!r}")
    if isinstance(value, float) and not value.is_integer():
        raise ParamError(f"expected a whole number, received {value:g}")
    return int(value)


def _within(number: Number, minimum: Number, maximum: Number) -> Number:
    if number < minimum:
        raise ParamError(f"must be at least {minimum:g}, received {number:g}")
    if number > maximum:
        raise ParamError(f"must be at most {maximum:g}, received {number:g}")
    return number


def _items(value: object, min_length: int, max_length: int) -> tuple[object, ...]:
    if not isinstance(value, list | tuple):
        raise ParamError(f"expected a list of numbers, received {value!r}")
    if not min_length <= len(value) <= max_length:
        wanted = f"{min_length}" if min_length == max_length else f"{min_length} to {max_length}"
        raise ParamError(f"expected {wanted} numbers, received {len(value)}")
    return tuple(value)
