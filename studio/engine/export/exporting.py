"""Taking a network out of Lantern: as a script, as ONNX, as a `.pth` state dictionary."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import torch
from torch import nn

from studio.core.problems import LanternError
from studio.core.project import DatasetFacts, Project
from studio.core.safe_write import write_atomically
from studio.data.preprocessing import Preprocessing, from_json
from studio.engine.building import build_network
from studio.engine.checkpoint import load_weights, read_checkpoint
from studio.engine.randomness import borrowed
from studio.kinds.catalogue import KINDS


@dataclass(frozen=True, slots=True)
class Exportable:
    """What is exported. `preprocessing` is known for checkpoints only."""

    project: Project
    facts: DatasetFacts
    model: nn.Module
    preprocessing: Preprocessing | None


def export(source: Project | str, to: Literal["script", "onnx", "pth"], file: str) -> str:
    """Writes the file and returns its path. A project's weights are those it would begin training with.

    Raises: LanternError: a sentence (a broken network, an unreadable checkpoint, a full disk, ...).
    """
    path = Path(file).expanduser().absolute()
    if to == "script":
        from studio.engine.export.script import training_script

        project = source if isinstance(source, Project) else read_checkpoint(source).project
        _write(path, training_script(project, path.name).encode())
        return str(path)
    exportable = _load(source)
    if to == "pth":
        buffer = io.BytesIO()
        torch.save(exportable.model.state_dict(), buffer)
        _write(path, buffer.getvalue())
    else:
        from studio.engine.export.onnx_model import onnx_bytes

        _write(path, onnx_bytes(exportable))
    return str(path)


def _write(path: Path, content: bytes) -> None:
    def write(file: BinaryIO) -> None:
        file.write(content)

    write_atomically(path, write)


def _load(source: Project | str) -> Exportable:
    checkpoint = None if isinstance(source, Project) else read_checkpoint(source)
    project = source if isinstance(source, Project) else checkpoint.project if checkpoint else None
    assert project is not None
    facts = project.dataset.facts if project.dataset is not None else None
    if facts is None:
        raise LanternError("The project has no dataset yet, so the size of its network is unknown.")
    with borrowed():
        torch.manual_seed(project.recipe.seed)
        _, model = build_network(project, KINDS[project.kind], facts)
    preprocessing = None
    if checkpoint is not None:
        load_weights(model, checkpoint.weights, Path(str(source)).name)
        preprocessing = from_json(checkpoint.preprocessing)
    return Exportable(project, facts, model.eval(), preprocessing)
