"""Asking the engine one thing and waiting for its one answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from studio.cli.output import complain
from studio.core.problems import LanternError
from studio.engine import events
from studio.engine.control import Control
from studio.engine.requests import Question, Request, Unreadable

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


def predict_inputs(texts: Sequence[str], checkpoint: str) -> tuple[Question, ...]:
    """Inputs as the engine takes them: folders are opened up, rows in braces are read as JSON. To a network
    that reads texts, they go as they are."""
    reads = _reads(checkpoint)
    if reads == "text":
        return tuple(texts)
    inputs: list[Question] = []
    for text in texts:
        if text.lstrip().startswith("{") and not _is_file(text):
            inputs.append(_row(text))
        elif reads == "picture" and Path(text).is_dir():
            inputs += _pictures_in(text)
        else:
            inputs.append(text)
    return tuple(inputs)


def _reads(checkpoint: str) -> object:
    """What the network takes, "picture", "row" or "text", as far as its file says so."""
    from studio.engine.checkpoint_file import peek_about

    prepared = peek_about(Path(checkpoint)).get("preprocessing")
    return prepared.get("input") if isinstance(prepared, dict) else None


def kind_of(checkpoint: str) -> object:
    """The kind of the project that the network was trained for, as far as its file says so."""
    from studio.engine.checkpoint_file import peek_about

    project = peek_about(Path(checkpoint)).get("project")
    return project.get("kind") if isinstance(project, dict) else None


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except OSError:  # too long for a name
        return False


def _pictures_in(folder: str) -> Sequence[Question]:
    found = sorted(str(path) for path in Path(folder).rglob("*") if path.suffix.lower() in PICTURES)
    return found or [Unreadable(folder, "There are no pictures in this folder. Choose another.")]


def _row(text: str) -> Question:
    form = 'Write a row as {"column": value, ...}.'
    try:
        row = json.loads(text)
    except json.JSONDecodeError as error:
        return Unreadable(text, f"This is no JSON: {error.msg} at character {error.pos + 1}. {form}")
    except (RecursionError, ValueError):  # lists within lists without end; a number of thousands of digits
        return Unreadable(text, f"This is no row. {form}")
    if not isinstance(row, dict) or any(isinstance(value, dict | list) for value in row.values()):
        return Unreadable(text, f"A cell holds one number or one text. {form}")
    return row
