"""Taking a network out of Lantern: as a script, as ONNX, as a `.pth` state dictionary."""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO, Literal

import torch

from studio.core.project import Project
from studio.core.safe_write import write_atomically
from studio.engine.checkpoint import read_checkpoint
from studio.engine.export.exportable import load_exportable


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
    exportable = load_exportable(source)
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
