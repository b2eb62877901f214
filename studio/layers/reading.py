"""Typed reading of checked parameters, so that shape rules stay short and strict."""

from __future__ import annotations

from studio.core.params import Params, expand


def whole(params: Params, name: str) -> int:
    value = params[name]
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} is not a whole number: {value!r}")
    return value


def flag(params: Params, name: str) -> bool:
    value = params[name]
    if not isinstance(value, bool):
        raise TypeError(f"{name} is neither yes nor no: {value!r}")
    return value


def word(params: Params, name: str) -> str:
    value = params[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text: {value!r}")
    return value


def number(params: Params, name: str) -> float:
    value = params[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} is no number: {value!r}")
    return float(value)


def wholes(params: Params, name: str) -> tuple[int, ...]:
    """A list of whole numbers, such as a shape."""
    value = params[name]
    if not isinstance(value, tuple | list):
        raise TypeError(f"{name} is no list of whole numbers: {value!r}")
    return tuple(int(item) for item in value)


def sizes(params: Params, name: str, dims: int) -> tuple[int, ...]:
    """A Size as one whole number for each dimension: 3 -> (3, 3)."""
    return expand(params[name], dims)


def sizes_or_none(params: Params, name: str, dims: int) -> tuple[int, ...] | None:
    return None if params[name] is None else sizes(params, name, dims)


def collapsed(values: tuple[int, ...]) -> int | tuple[int, ...]:
    """The shortest way to write a Size: (3, 3) -> 3, (3, 5) stays."""
    return values[0] if len(set(values)) == 1 else values
