"""Trained networks whose project was never saved: their runs lie on the disk, and shall be found again."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.core import places
from studio.core.problems import LanternError

_HOME = "project.path"  # in the folder of a project's runs: where the project itself was saved last
_UNLISTED = "unlisted"  # an empty file: the user does not want to see it any more
_CHECKPOINTS = ("last.safetensors", "best.safetensors")
MOST = 6


@dataclass(frozen=True, slots=True)
class LeftNetwork:
    """`location`: of the dataset, a bundled name or a path. `accuracy`: 0..1, None for regression."""

    checkpoint: Path
    project_id: str
    location: str
    epochs: int
    accuracy: float | None
    trained_s: float  # when, in seconds since 1970


def note_home(project_id: str, path: Path) -> None:
    """The project is saved there: its runs are found through it."""
    from studio.core.safe_write import write_text_atomically

    with contextlib.suppress(LanternError, OSError, ValueError):
        write_text_atomically(places.runs_folder(project_id) / _HOME, str(path.absolute()))


def unlist(project_id: str) -> None:
    """Leaves the runs where they are, but does not list them any more."""
    with contextlib.suppress(OSError, ValueError):
        (places.runs_folder(project_id) / _UNLISTED).touch()


def left_networks(most: int = MOST) -> tuple[LeftNetwork, ...]:
    """The latest of each project, newest first. Reads many small things: not in the window's thread."""
    folders: list[Path] = []
    with contextlib.suppress(OSError):
        folders = [folder for folder in (places.user_data() / "runs").iterdir() if folder.is_dir()]
    newest = [found for folder in folders if not _has_home(folder) for found in _newest(folder)]
    networks: list[LeftNetwork] = []
    for _, checkpoint in sorted(newest, reverse=True):
        network = _read(checkpoint)
        if network is not None:
            networks.append(network)
        if len(networks) == most:
            break
    return tuple(networks)


def _has_home(folder: Path) -> bool:
    if (folder / _UNLISTED).exists():
        return True
    try:
        return Path((folder / _HOME).read_text(encoding="utf-8")).is_file()
    except (OSError, ValueError):
        return False


def _newest(folder: Path) -> list[tuple[float, Path]]:
    """The latest checkpoint of a project's runs with its time; none where no run left one."""
    found: list[tuple[float, Path]] = []
    with contextlib.suppress(OSError):
        for run in folder.iterdir():
            for name in _CHECKPOINTS:
                with contextlib.suppress(OSError):
                    found.append(((run / name).stat().st_mtime, run / name))
                    break
    return [max(found)] if found else []


def _read(checkpoint: Path) -> LeftNetwork | None:
    """None for what is damaged: nobody could use it."""
    from studio.engine.checkpoint_file import peek_about

    try:
        about = peek_about(checkpoint)
        project = about["project"]
        return LeftNetwork(
            checkpoint=checkpoint,
            project_id=checkpoint.parent.parent.name,
            location=str((project.get("dataset") or {}).get("location") or ""),
            epochs=int(about.get("epoch") or 0),
            accuracy=_accuracy(about.get("metrics")),
            trained_s=checkpoint.stat().st_mtime,
        )
    except (LanternError, OSError, KeyError, TypeError, ValueError, AttributeError):
        return None


def _accuracy(metrics: Any) -> float | None:
    if isinstance(metrics, Mapping):
        for split in ("test", "validation", "train"):
            found = metrics.get(split)
            value = found.get("accuracy") if isinstance(found, Mapping) else None
            if isinstance(value, int | float) and math.isfinite(value):
                return float(value)
    return None
