"""Asking the engine one thing and waiting for its one answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from studio.cli.output import complain
from studio.core.params import ParamValue
from studio.core.problems import LanternError
from studio.engine import events
from studio.engine.control import Control
from studio.engine.requests import Request

A = TypeVar("A")
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm"})


def ask(request: Request, wanted: type[A]) -> A:
    """The engine's answer. Raises LanternError with the engine's sentence when it has none."""
    from studio.engine.host import serve

    answers: list[events.Event] = []
    serve(request, answers.append, Control())
    for answer in answers:
        if isinstance(answer, wanted):
            return answer
        if isinstance(answer, events.RequestFailed | events.RunFailed):
            raise LanternError(answer.message)
        if isinstance(answer, events.Notice):
            complain(answer.message)
    raise LanternError("The engine gave no answer. Please report this.")


def predict_inputs(texts: Sequence[str], checkpoint: str) -> tuple[str | Mapping[str, ParamValue], ...]:
    """Inputs as the engine takes them: folders are opened up, rows in braces are read as JSON. To a network
    that reads texts, they go as they are."""
    reads = _reads(checkpoint)
    if reads == "text":
        return tuple(texts)
    inputs: list[str | Mapping[str, ParamValue]] = []
    for text in texts:
        path = Path(text)
        if text.lstrip().startswith("{"):
            inputs.append(_row(text))
        elif path.is_dir() and reads == "picture":
            pictures = sorted(str(p) for p in path.rglob("*") if p.suffix.lower() in PICTURES)
            if not pictures:
                raise LanternError(f"There are no pictures in the folder “{text}”.")
            inputs.extend(pictures)
        else:
            inputs.append(text)
    return tuple(inputs)


def _reads(checkpoint: str) -> object:
    """What the network takes, "picture", "row" or "text", as far as its file says so."""
    from studio.engine.checkpoint_file import peek_about

    prepared = peek_about(Path(checkpoint)).get("preprocessing")
    return prepared.get("input") if isinstance(prepared, dict) else None


def _row(text: str) -> Mapping[str, ParamValue]:
    try:
        row = json.loads(text)
    except json.JSONDecodeError as error:
        raise LanternError(f"“{text}” is not a row in JSON: {error.msg} at character {error.pos}.") from None
    if not isinstance(row, dict) or any(isinstance(v, dict | list) for v in row.values()):
        raise LanternError(f'“{text}” is not a row. Write it as {{"column": value, ...}}.')
    return row
