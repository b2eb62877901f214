"""Numbers as people type and read them: "1e-3", "0,5", "3, 5, 7"."""

from __future__ import annotations

import math
import re

from studio.core.params import ParamError

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
_LADDER = (1.0, 2.0, 5.0)  # the steps of a logarithmic editor: 0.001, 0.002, 0.005, 0.01, ...


def format_number(value: float) -> str:
    """A number as short as it can be said without losing digits: 0.001, 1e-5, 12, 2.5e6."""
    if value == 0:
        return "0"
    if float(value).is_integer() and abs(value) < 1e9:
        return str(int(value))
    if 1e-4 <= abs(value) < 1e6:
        return f"{value:.10g}"
    mantissa, exponent = f"{value:.6e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def parse_number(text: str) -> float:
    """The number that was typed. Raises ParamError with the end of a sentence ("expected a number, ...")."""
    typed = text.strip().replace("−", "-")  # a typographic minus, as pasted from a web page
    if not typed:
        raise ParamError("a number is missing")
    if not _NUMBER.fullmatch(typed):
        raise ParamError(f"expected a number such as 0.5 or 1e-3, received “{typed}”")
    number = float(typed.replace(",", "."))
    if not math.isfinite(number):
        raise ParamError(f"“{typed}” is too large")
    return number


def parse_whole(text: str) -> int:
    """The whole number that was typed. Raises ParamError."""
    typed = text.strip()
    if not typed:
        raise ParamError("a number is missing")
    if not re.fullmatch(r"[+-]?\d+", typed):
        raise ParamError(f"expected a whole number, received “{typed}”")
    return int(typed)


def parse_list(text: str, whole: bool) -> tuple[float, ...]:
    """Numbers with commas, semicolons or blanks between them. Raises ParamError."""
    cleaned = text.strip().strip("()[]")
    parts = [part for part in re.split(r"[,;\s×]+", cleaned) if part]
    if not parts:
        raise ParamError("expected numbers with commas between them, such as 3, 5, 7")
    return tuple(parse_whole(part) if whole else parse_number(part) for part in parts)


def format_list(values: tuple[float, ...]) -> str:
    return ", ".join(format_number(value) for value in values)


def ladder_step(value: float, steps: int) -> float:
    """The next value of 1, 2, 5, 10, ... up or down, `steps` times; works at every magnitude."""
    if value <= 0:
        return 1e-6 if steps > 0 else 0.0
    for _ in range(abs(steps)):
        value = _ladder_up(value) if steps > 0 else _ladder_down(value)
    return value


def _ladder_up(value: float) -> float:
    decade = 10.0 ** math.floor(math.log10(value) + 1e-9)
    for rung in _LADDER:
        if rung * decade > value * 1.0001:
            return _clean(rung * decade)
    return _clean(10.0 * decade)


def _ladder_down(value: float) -> float:
    decade = 10.0 ** math.floor(math.log10(value) + 1e-9)
    for rung in reversed(_LADDER):
        if rung * decade < value * 0.9999:
            return _clean(rung * decade)
    return _clean(0.5 * decade)


def _clean(value: float) -> float:
    return float(f"{value:.6g}")  # 0.005 rather than 0.0050000000000000001


def linear_step(value: float, minimum: float, maximum: float) -> float:
    """A step that feels right: 0.05 in shares, 1 among large numbers, a tenth of the magnitude else."""
    if maximum - minimum <= 1:
        return 0.05
    if abs(value) >= 10:
        return 1.0
    return 0.1
