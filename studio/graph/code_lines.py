"""Lines of code as a formatter would break them."""

from __future__ import annotations

import textwrap

WIDTH = 88  # black's


def wrapped(statement: str, indent: str) -> list[str]:
    """A statement "target = call(...)" on one line, or broken at its outermost bracket."""
    if len(indent) + len(statement) <= WIDTH:
        return [indent + statement]
    opening = _outermost(statement)
    if opening is None:
        target, _, value = statement.partition(" = ")
        terms = _split(value, (" + ", " * "))
        if len(terms) == 1:
            return [indent + statement]
        return [f"{indent}{target} = (", *(f"{indent}    {term}" for term in terms), f"{indent})"]
    head, inside, tail = statement[: opening + 1], statement[opening + 1 : -1], statement[-1]
    deeper = indent + "    "
    if len(deeper) + len(inside) <= WIDTH:
        return [indent + head, deeper + inside, indent + tail]
    lines = [indent + head]
    for argument in _arguments(inside):
        lines += [*wrapped(argument, deeper)[:-1], wrapped(argument, deeper)[-1] + ","]
    return [*lines, indent + tail]


def commented(text: str, indent: str) -> list[str]:
    """A text as comment lines; whatever it holds, it cannot end the comment."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return [f"{indent}# {line}" for line in textwrap.wrap(plain, WIDTH - len(indent) - 2)]


def _outermost(statement: str) -> int | None:
    """Where the bracket opens that the statement's last character closes."""
    if not statement or statement[-1] not in ")]":
        return None
    depth, quoted = 0, False
    opened: list[int] = []
    for i, c in enumerate(statement):
        if c == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif c in "([{":
            opened.append(i)
            depth += 1
        elif c in ")]}":
            if not opened:
                return None
            start = opened.pop()
            if i == len(statement) - 1:
                return start
    return None


def _arguments(text: str) -> list[str]:
    """The text between brackets, split at the commas of its own level."""
    parts: list[str] = []
    depth, quoted, start = 0, False, 0
    for i, c in enumerate(text):
        if c == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif c == "," and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    return [*parts, text[start:].strip()] if text[start:].strip() else parts


def _split(value: str, signs: tuple[str, ...]) -> list[str]:
    """Terms of a sum or product, each but the first with its sign in front."""
    for sign in signs:
        if sign in value:
            first, *others = value.split(sign)
            return [first, *(f"{sign.strip()} {term}" for term in others)]
    return [value]
