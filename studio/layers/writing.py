"""Writes the constructor call of a layer as a person would: torch's defaults are left out."""

from __future__ import annotations

from studio.core.params import Params
from studio.graph.blocks.symbols import is_named
from studio.layers.reading import collapsed


def call(name: str, *positional: object, **keywords: object) -> str:
    """`call("nn.Conv2d", 1, 16, kernel_size=3)` -> "nn.Conv2d(1, 16, kernel_size=3)"."""
    arguments = [literal(value) for value in positional]
    arguments += [f"{key}={literal(value)}" for key, value in keywords.items()]
    return f"{name}({', '.join(arguments)})"


def changed(params: Params, **torch_defaults: object) -> dict[str, object]:
    """The named parameters that differ from torch's own default, in the given order. Those that a block's
    class takes as arguments differ sometimes."""
    return {
        name: params[name]
        for name, default in torch_defaults.items()
        if _normal(params[name]) != _normal(default) or is_named(params[name])
    }


def literal(value: object) -> str:
    """A value as Python source, in double quotes and with sizes as short as they can be."""
    if isinstance(value, str):
        return f'"{value}"'  # choices only, so there is nothing to escape
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"{value:.1f}"
    if isinstance(value, list):
        return repr(tuple(value))
    return repr(value)


def short(values: object) -> object:
    """(3, 3) -> 3 for arguments that take one number for every dimension."""
    return collapsed(tuple(values)) if isinstance(values, tuple | list) and values else values


def _normal(value: object) -> object:
    return short(value)
