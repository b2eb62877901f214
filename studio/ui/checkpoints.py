"""Checkpoint files as the window needs them: what is in one, and a copy elsewhere. Without torch."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.core.project import Project


@dataclass(frozen=True, slots=True)
class Model:
    """A trained network that can be used: a checkpoint, and the project it was trained in.

    `step`: optimizer updates done. `loaded`: from a file the user chose, not from the run history.
    `classes` and `preprocessing` are filled once the file was read.
    """

    path: str
    project: Project
    step: int = 0
    epochs_done: int = 0
    run_id: str = ""
    loaded: bool = False


def read_model(path: Path) -> Model:
    """What a checkpoint holds, after its whole file was verified: big ones take seconds, so not in the
    window's thread. Raises LanternError with a sentence."""
    from studio.engine.checkpoint_file import read_about

    return _model(path, read_about(path))


def peek_model(path: Path) -> Model:
    """What a checkpoint of our own says it holds, at once. Raises LanternError with a sentence."""
    from studio.engine.checkpoint_file import peek_about

    return _model(path, peek_about(path))


def _model(path: Path, about: Mapping[str, Any]) -> Model:
    from studio.core.project_file import project_from_json
    from studio.engine.checkpoint_file import CheckpointError

    try:
        return Model(
            path=str(path),
            project=project_from_json(about["project"]),
            step=int(about.get("step") or 0),
            epochs_done=int(about.get("epoch") or 0),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(
            f"“{path.name}” lacks something a checkpoint must have ({error}). Choose an earlier one.",
            "damaged",
        ) from error


def read_model_if_whole(path: Path) -> Model | None:
    """What a checkpoint holds; None for a file with weights alone. Raises LanternError."""
    from studio.engine.checkpoint_file import CheckpointError

    try:
        return read_model(path)
    except CheckpointError as error:
        if error.code == "no-project":
            return None
        raise


def read_preprocessing(path: str) -> Mapping[str, Any]:
    """How the checkpoint prepares an input, as studio.data.preprocessing describes it."""
    from studio.engine.checkpoint_file import peek_about

    found = peek_about(Path(path)).get("preprocessing")
    return found if isinstance(found, dict) else {}


def copy_checkpoint(source: Path, target: Path) -> None:
    """A copy that is whole or not there; an old file of that name stays until then. Raises LanternError."""
    from studio.core.problems import LanternError
    from studio.core.safe_write import write_atomically

    try:
        with source.open("rb") as original:
            write_atomically(target, lambda file: shutil.copyfileobj(original, file, 1 << 20))
    except OSError as error:
        raise LanternError(
            f"The checkpoint “{source}” could not be read: {error.strerror or error}. "
            "Train again to make a new one."
        ) from error
