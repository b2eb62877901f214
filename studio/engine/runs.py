"""The history of runs: one folder a run, whose record is appended line by line as it happens.

A line that was being written when the power went is torn; readers leave it out and keep the rest.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.core.problems import LanternError
from studio.core.safe_write import clear_away

if TYPE_CHECKING:
    from studio.core.project import Project

RECORD = "record.jsonl"


class RunRecord:
    """Appends to one run's record. A full disk stops the record, never the run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.complete = True  # False once a line could not be written
        self._file = (folder / RECORD).open("a", encoding="utf-8")

    def append(self, event: str, **values: object) -> None:
        """Writes one line and hands it to the system, so that it survives the end of this process."""
        line = json.dumps(
            {"event": event, "time": round(time.time(), 3), **_plain(values)}, ensure_ascii=False
        )
        try:
            self._file.write(line + "\n")
            self._file.flush()
        except (OSError, ValueError):
            self.complete = False

    def sync(self) -> None:
        """Waits until the disk has it, so that it survives a power cut; for the rare, important lines."""
        with contextlib.suppress(OSError, ValueError):
            os.fsync(self._file.fileno())

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._file.close()


def new_run_folder(runs_folder: Path) -> Path:
    """A fresh folder whose name sorts by time, e.g. "2026-11-23_21-04-55_3fa9". What a crash left half
    written in earlier ones goes.

    Raises OSError: it cannot be made.
    """
    name = time.strftime("%Y-%m-%d_%H-%M-%S") + "_" + secrets.token_hex(2)
    folder = runs_folder / name
    for earlier in runs_folder.glob("*"):
        clear_away(earlier)
    folder.mkdir(parents=True)
    return folder


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the history. `ended` is "running" also for a run whose process was killed.

    `epochs`: one mapping an epoch with "epoch", "step", "train", "validation", "learning_rate",
    "elapsed_s". `losses`: (step, mean training loss) points, about one a second.
    """

    id: str
    folder: Path
    started: Mapping[str, Any]
    epochs: tuple[Mapping[str, Any], ...] = ()
    losses: tuple[tuple[int, float], ...] = ()
    notices: tuple[str, ...] = ()
    ended: str = "running"  # "completed", "stopped", "early", "failed"
    finished: Mapping[str, Any] = field(default_factory=dict)

    @property
    def checkpoint(self) -> Path | None:
        """The file to go on with, if it is still there."""
        for name in (self.finished.get("checkpoint"), "last.safetensors", "best.safetensors"):
            if name and (path := self.folder / Path(str(name)).name).is_file():
                return path
        return None

    @property
    def metrics(self) -> Mapping[str, float]:
        """The result's; where the run was cut off, those of its last epoch."""
        found = self.finished.get("metrics") or (self.epochs[-1].get("validation") if self.epochs else {})
        return _numbers(found)

    @property
    def split(self) -> str:
        """What `metrics` were measured on."""
        return str(self.finished.get("split", "validation")) if self.finished.get("metrics") else "validation"

    @property
    def epochs_done(self) -> int:
        return int(self.epochs[-1]["epoch"]) + 1 if self.epochs else 0

    @property
    def elapsed_s(self) -> float | None:
        """Of training, without pauses; None for a run that was cut off in its first epoch."""
        found = self.finished.get("elapsed_s")
        if found is None and self.epochs:
            found = self.epochs[-1].get("elapsed_s")
        return float(found) if isinstance(found, int | float) else None

    @property
    def project(self) -> Project | None:
        """As it was trained; None where the record is of a newer Lantern or damaged."""
        from studio.core.project_file import project_from_json

        with contextlib.suppress(LanternError, KeyError, TypeError, ValueError):
            return project_from_json(self.started["project"])
        return None


def _numbers(values: object) -> dict[str, float]:
    """A record writes what is not finite as nothing."""
    if not isinstance(values, Mapping):
        return {}
    return {str(k): math.nan if v is None else float(v) for k, v in values.items()}


def list_runs(runs_folder: Path) -> tuple[Run, ...]:
    """The runs of a project, latest first. Folders without a readable record are left out."""
    if not runs_folder.is_dir():
        return ()
    runs = [read_run(folder) for folder in runs_folder.iterdir() if folder.is_dir()]
    found = [run for run in runs if run is not None]
    return tuple(sorted(found, key=_began, reverse=True))


def _began(run: Run) -> tuple[float, str]:
    """By the record's time, to the millisecond; folders are named to the second only."""
    time = run.started.get("time")
    return (float(time) if isinstance(time, int | float) else 0.0, run.id)


def read_run(folder: Path) -> Run | None:
    """The run in a folder; None where there is no record or it does not begin with a start."""
    lines = _lines(folder / RECORD)
    if not lines or lines[0].get("event") != "run_started":
        return None
    end = next((line for line in lines if line["event"] in ("run_finished", "run_failed")), {})
    ended = "running"
    if end:
        ended = "failed" if end["event"] == "run_failed" else str(end.get("ended", "completed"))
    return Run(
        id=folder.name,
        folder=folder,
        started=lines[0],
        epochs=tuple(line for line in lines if line["event"] == "epoch_finished"),
        losses=tuple((line["step"], line["loss"]) for line in lines if line["event"] == "steps_done"),
        notices=tuple(line["message"] for line in lines if line["event"] == "notice"),
        ended=ended,
        finished=end,
    )


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    lines = []
    for line in text.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue  # torn
        if isinstance(value, dict) and "event" in value:
            lines.append(value)
    return lines


def _plain(value: Any) -> Any:
    """JSON has no NaN and no infinity: they become null, numpy's and torch's numbers become plain."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    if hasattr(value, "item"):
        return _plain(value.item())
    return str(value)
