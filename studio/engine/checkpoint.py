"""Checkpoints: weights, and all that is needed to use them again or to go on training."""

from __future__ import annotations

import json
import math
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import safetensors.torch
import torch
from torch import Tensor, nn

from studio.core.project import Project
from studio.core.project_file import project_from_json, project_to_json
from studio.core.safe_write import write_atomically
from studio.engine.checkpoint_file import FORMAT, NO_CHECKSUM, PRIVATE, CheckpointError, read_raw, sealed

Weights = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One checkpoint in memory.

    `weights` are for use, on the CPU after reading. `state` is what resuming needs: nested dicts,
    lists, numbers and tensors; None where only the weights are known. `classes`, `preprocessing` and
    `metrics` are as the run had them; `about` holds versions, device and the like, for people.
    """

    project: Project
    weights: Weights
    classes: tuple[str, ...] = ()
    preprocessing: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    step: int = 0
    epoch: int = 0
    state: Mapping[str, Any] | None = None
    about: Mapping[str, Any] = field(default_factory=dict)


def versions() -> dict[str, str]:
    """What computed: for the record and for whoever looks for a difference."""
    import studio

    return {
        "lantern": str(getattr(studio, "__version__", "0.1.0")),
        "torch": torch.__version__,
        "python": platform.python_version(),
    }


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Writes atomically: a failed save leaves the old file as it was. Raises SaveError."""
    tensors = {name: _plain(tensor) for name, tensor in checkpoint.weights.items()}
    about = {
        **checkpoint.about,
        "format": FORMAT,
        "written": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "versions": versions(),
        "project": project_to_json(checkpoint.project),
        "classes": list(checkpoint.classes),
        "preprocessing": dict(checkpoint.preprocessing),
        "metrics": {split: _finite(values) for split, values in checkpoint.metrics.items()},
        "step": checkpoint.step,
        "epoch": checkpoint.epoch,
        "state": None if checkpoint.state is None else _pack(checkpoint.state, PRIVATE + "state", tensors),
    }
    metadata = {"lantern": json.dumps(about, ensure_ascii=False), "checksum": NO_CHECKSUM}
    content = sealed(safetensors.torch.save(tensors, metadata))
    write_atomically(path, lambda file: _write_all(file, content))


def read_checkpoint(path: Path | str) -> Checkpoint:
    """The checkpoint, verified. Raises CheckpointError with a sentence."""
    raw = read_raw(Path(path))
    about = dict(raw.about)
    tensors = safetensors.torch.load(raw.content)
    try:
        return Checkpoint(
            project=project_from_json(about["project"], f"“{raw.path.name}”"),
            weights={name: t for name, t in tensors.items() if not name.startswith(PRIVATE)},
            classes=tuple(str(name) for name in about["classes"]),
            preprocessing=about["preprocessing"],
            metrics=about["metrics"],
            step=int(about["step"]),
            epoch=int(about["epoch"]),
            state=None if about["state"] is None else _unpack(about["state"], tensors),
            about={k: v for k, v in about.items() if k not in ("project", "state", "preprocessing")},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(
            f"“{raw.path.name}” lacks something a checkpoint must have ({error}). Choose an earlier one.",
            "damaged",
        ) from error


def read_weights(path: Path | str) -> Weights:
    """Only the weights, from a checkpoint of Lantern, any safetensors file, or a `.pth` state dictionary.

    Raises: CheckpointError.
    """
    path = Path(path)
    if path.suffix.lower() in (".pth", ".pt", ".bin"):
        return _read_pth(path)
    try:
        raw = read_raw(path)
    except CheckpointError as error:
        if error.code != "no-project":
            raise
        return safetensors.torch.load(path.read_bytes())
    tensors = safetensors.torch.load(raw.content)
    return {name: tensor for name, tensor in tensors.items() if not name.startswith(PRIVATE)}


def load_weights(model: nn.Module, weights: Weights, name: str) -> None:
    """Puts the weights into the model. Raises CheckpointError that names the first differences."""
    expected = model.state_dict()
    differences = []
    for key, tensor in expected.items():
        if key not in weights:
            differences.append(f"“{key}” is missing in the file")
        elif weights[key].shape != tensor.shape:
            differences.append(
                f"“{key}” is {_shape(weights[key])} in the file and {_shape(tensor)} in this network"
            )
    differences += [f"“{key}” is in the file only" for key in weights if key not in expected]
    if differences:
        more = f", and {len(differences) - 3} more differences" if len(differences) > 3 else ""
        raise CheckpointError(
            f"“{name}” belongs to another network: {'; '.join(differences[:3])}{more}. Open the project it "
            "was trained with, or train this network anew.",
            "other-network",
        )
    model.load_state_dict(dict(weights))


def _read_pth(path: Path) -> Weights:
    try:
        # Never without weights_only: a pickle may run anything.
        value = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise CheckpointError(f"There is no file “{path}”. Choose it where it is now.", "missing") from None
    except Exception as error:
        raise CheckpointError(
            f"“{path.name}” could not be read as a PyTorch state dictionary. It is damaged, or holds a whole "
            "program object, which Lantern does not open for safety. Save it with "
            "torch.save(model.state_dict(), ...) and try again.",
            "not-one",
        ) from error
    for key in ("state_dict", "model_state_dict", "model"):
        if isinstance(value, Mapping) and isinstance(value.get(key), Mapping):
            value = value[key]
    if not isinstance(value, Mapping) or not all(isinstance(t, Tensor) for t in value.values()):
        raise CheckpointError(
            f"“{path.name}” holds no state dictionary: no named weights are in it.", "not-one"
        )
    # DistributedDataParallel puts "module." before every name.
    return {str(name).removeprefix("module."): tensor for name, tensor in value.items()}


def _plain(tensor: Tensor) -> Tensor:
    """A copy of its own on the CPU: safetensors takes no views and no shared memory."""
    return tensor.detach().to("cpu", copy=True).contiguous()


def _pack(value: Any, name: str, tensors: dict[str, Tensor]) -> Any:
    """Nested values as JSON; tensors go to `tensors` and leave their name behind."""
    if isinstance(value, Tensor):
        tensors[name] = _plain(value)
        return {"$tensor": name}
    if isinstance(value, Mapping):
        return {"$map": [[key, _pack(v, f"{name}.{key}", tensors)] for key, v in value.items()]}
    if isinstance(value, tuple):
        return {"$tuple": [_pack(v, f"{name}.{i}", tensors) for i, v in enumerate(value)]}
    if isinstance(value, list):
        return [_pack(v, f"{name}.{i}", tensors) for i, v in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        return {"$float": str(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"a checkpoint cannot hold {type(value).__name__} at {name}")


def _unpack(value: Any, tensors: Mapping[str, Tensor]) -> Any:
    if isinstance(value, list):
        return [_unpack(v, tensors) for v in value]
    if not isinstance(value, dict):
        return value
    if "$tensor" in value:
        return tensors[value["$tensor"]]
    if "$map" in value:
        return {key: _unpack(v, tensors) for key, v in value["$map"]}
    if "$tuple" in value:
        return tuple(_unpack(v, tensors) for v in value["$tuple"])
    return float(value["$float"])


def _write_all(file: BinaryIO, content: bytes) -> None:
    view = memoryview(content)
    while view:  # a raw file may take only a part at a time
        view = view[file.write(view) :]


def _finite(values: Mapping[str, float]) -> dict[str, float | None]:
    return {name: v if math.isfinite(v) else None for name, v in values.items()}


def _shape(tensor: Tensor) -> str:
    return "×".join(str(size) for size in tensor.shape) or "a single number"
