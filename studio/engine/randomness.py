"""Who may use torch's global random numbers, so that a run stays reproducible beside other work.

Dropout draws from the one generator that torch keeps for the whole process. A run holds the lock
during each step; whoever builds a network meanwhile (a prediction, an export) borrows the generator
and puts it back as it was.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

GLOBAL = threading.RLock()


@contextmanager
def seed_everything(seed: int) -> Iterator[None]:
    """Inside, the run's own weights are drawn; the generators go on from there."""
    with GLOBAL:
        torch.manual_seed(seed)
        yield


@contextmanager
def borrowed() -> Iterator[None]:
    """Inside, random numbers may be drawn from the CPU's global generator without trace."""
    with GLOBAL:
        before = torch.get_rng_state()
        try:
            yield
        finally:
            torch.set_rng_state(before)


def states(device: torch.device, augmentation: torch.Generator | None) -> dict[str, Any]:
    """All generators' states, for a checkpoint."""
    return {
        "device": device.type,
        "cpu": torch.get_rng_state(),
        "global": _device_state(device),
        "augmentation": None if augmentation is None else augmentation.get_state(),
    }


def restore(saved: dict[str, Any], device: torch.device, augmentation: torch.Generator | None) -> bool:
    """Puts the generators back. False where the checkpoint comes from another type of device: the
    run then goes on with other random numbers, which is no harm, only not the same bits."""
    torch.set_rng_state(saved["cpu"])
    if saved["device"] != device.type:
        return False
    if saved["global"] is not None:
        _set_device_state(device, saved["global"])
    if augmentation is not None and saved["augmentation"] is not None:
        augmentation.set_state(saved["augmentation"])
    return True


def _device_state(device: torch.device) -> torch.Tensor | None:
    if device.type == "cuda":
        return torch.cuda.get_rng_state(device)
    if device.type == "xpu":
        return torch.xpu.get_rng_state(device)
    if device.type == "mps":
        return torch.mps.get_rng_state()
    return None


def _set_device_state(device: torch.device, state: torch.Tensor) -> None:
    if device.type == "cuda":
        torch.cuda.set_rng_state(state, device)
    elif device.type == "xpu":
        torch.xpu.set_rng_state(state, device)
    elif device.type == "mps":
        torch.mps.set_rng_state(state)
