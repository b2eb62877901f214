"""Where the command line's words go: JSON for programs, lines and a progress bar for people."""

from __future__ import annotations

import dataclasses
import json
import math
import re
import shutil
import sys
from collections.abc import Mapping
from typing import TextIO

import numpy as np

from studio.engine import events


def say(text: str) -> None:
    """One line for people, on standard output."""
    print(text, flush=True)


def complain(text: str) -> None:
    """One sentence for people, on standard error, so that standard output stays parseable."""
    print(text, file=sys.stderr, flush=True)


def write_json(value: object) -> None:
    """One line of strict JSON on standard output."""
    print(json.dumps(jsonable(value), ensure_ascii=False, allow_nan=False), flush=True)


def jsonable(value: object) -> object:
    """Plain JSON values; NaN and infinity, which JSON lacks, become null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: jsonable(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return jsonable(value.tolist())
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    if isinstance(value, np.generic):
        return jsonable(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def event_json(event: events.Event) -> dict[str, object]:
    """An event with its name first: {"event": "run_started", ...}."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
    fields = jsonable(event)
    assert isinstance(fields, dict)
    if isinstance(event, events.RunFailed) and event.code != "unexpected":
        del fields["details"]  # the message says it all; where the code was, is for what nobody expected
    return {"event": name, **fields}


def duration(seconds: float) -> str:
    """7 s, 3 min 05 s, 2 h 10 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def metric_text(name: str, value: float) -> str:
    """accuracy 91.2 % where the metric is a share, rmse 3.14 elsewhere."""
    shares = ("accuracy", "top", "f1", "precision", "recall", "balanced", "mean_average", "exact", "map")
    if name.startswith(shares) and 0 <= value <= 1:
        return f"{name.replace('_', ' ')} {100 * value:.1f} %"
    return f"{name.replace('_', ' ')} {value:.4g}"


class ProgressLine:
    """One line at the bottom of a terminal that is written over; silent when output goes to a file."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._shown = ""

    def show(self, fraction: float, text: str) -> None:
        if not self._live:
            return
        width = shutil.get_terminal_size().columns - 1
        bar_width = 24
        filled = round(bar_width * max(0.0, min(1.0, fraction)))
        line = f"[{'#' * filled}{'.' * (bar_width - filled)}] {100 * fraction:3.0f} %  {text}"[:width]
        self._stream.write("\r" + line.ljust(len(self._shown)))
        self._stream.flush()
        self._shown = line

    def clear(self) -> None:
        if self._shown:
            self._stream.write("\r" + " " * len(self._shown) + "\r")
            self._stream.flush()
            self._shown = ""
