"""Memory that a run took is there again afterwards, on the processor and on a card."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest
import torch

from studio.core.project import Setting
from studio.engine import run as run_module
from studio.engine.control import Control
from studio.engine.events import Event

from .conftest import Run, project_of

WILD = {"optimizer": Setting("sgd", {"lr": 900.0, "momentum": 0.99}), "schedule": Setting("constant")}


def on_processor() -> int:
    """Bytes of all tensors that somebody holds, each storage once."""
    tensors = [thing for thing in gc.get_objects() if type(thing) in (torch.Tensor, torch.nn.Parameter)]
    return sum({t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in tensors}.values())


METERS: dict[str, Callable[[], int]] = {"cpu": on_processor, "cuda:0": torch.cuda.memory_allocated}
DEVICES = [
    "cpu",
    pytest.param(
        "cuda:0", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA card")
    ),
]


def growth(run: Run, device: str, **recipe: Any) -> tuple[int, int]:
    """How many bytes more are held after a run than before it, and how many more there were meanwhile."""
    meter = METERS[device]
    run(project_of("digits", device=device, epochs=1))  # what torch itself keeps from its first run
    before, meanwhile = meter(), 0

    def watch(event: Event, control: Control) -> None:
        nonlocal meanwhile
        meanwhile = max(meanwhile, meter() - before)

    run(project_of("digits", device=device, **recipe), watch=watch)
    return meter() - before, meanwhile


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("how", ["finished", "failed"])
def test_that_a_run_leaves_no_tensor_behind(how: str, device: str, run: Run) -> None:
    left, meanwhile = growth(run, device, **({} if how == "finished" else WILD))
    assert meanwhile > 100_000  # 1,797 pictures of 64 bytes, and weights: the meter sees them
    assert left == 0


@pytest.mark.parametrize("device", DEVICES)
def test_that_the_meter_notices_a_run_that_somebody_holds_on_to(
    device: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[object] = []
    plain = run_module.open_session

    def keep(*arguments: Any, **named: Any) -> Any:
        held.append(plain(*arguments, **named))
        return held[-1]

    with monkeypatch.context() as patched:
        run(project_of("digits", device=device, epochs=1))
        patched.setattr(run_module, "open_session", keep)
        before = METERS[device]()
        run(project_of("digits", device=device))
        assert METERS[device]() - before > 50_000  # of weights; the run itself lets go of the pictures
