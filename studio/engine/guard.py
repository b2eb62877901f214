"""What keeps a run from losing its weights: a copy of the last good ones, and reasons in plain words."""

from __future__ import annotations

import threading
import time

import torch
from torch import Tensor

from studio.engine.session import Session
from studio.optim.checks import calmer_rate

_INTERVAL_S = 5.0
_TRIED = 64  # samples


class LastGood:
    """A copy of weights that were finite, taken every few seconds after finite losses."""

    def __init__(self, session: Session) -> None:
        self.weights: dict[str, Tensor] | None = None
        self.step = 0
        self._next = 0.0
        self.remember_now_and_then(session)

    def remember_now_and_then(self, session: Session) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _INTERVAL_S
        if weights_finite(session):
            try:
                # On the CPU: the device's memory is the scarce one.
                self.weights = {
                    name: tensor.detach().to("cpu", copy=True)
                    for name, tensor in session.model.state_dict().items()
                }
                self.step = session.position.step
            except (RuntimeError, MemoryError):  # no memory for a copy: the run is worth more
                self.weights = None


def weights_finite(session: Session) -> bool:
    """Whether no weight is NaN or infinite."""
    checks = [torch.isfinite(p).all() for p in session.model.state_dict().values() if p.is_floating_point()]
    return bool(torch.stack([check.to("cpu") for check in checks]).all()) if checks else True


def answers_with_numbers(session: Session) -> bool:
    """Whether the network, with the weights it has now, answers some samples with numbers."""
    if not weights_finite(session):
        return False
    split = session.validation if len(session.validation) else session.train
    session.model.eval()
    with torch.inference_mode():
        outputs = session.model(split.slice(0, min(_TRIED, len(split))).inputs)
    return bool(torch.isfinite(outputs).all())


def why_not_finite(session: Session) -> str:
    """The likeliest reason for a NaN loss, and what to do, in a sentence or two."""
    start = "Training was stopped, because the loss was no longer a number (NaN or infinite). "
    rate, calmer = session.recipe.optimizer.params.get("lr"), calmer_rate(session.recipe.optimizer)
    if session.position.step == 0:
        inputs = session.train.slice(0, min(1024, len(session.train))).inputs
        if not bool(torch.isfinite(inputs).all()):
            return start + "Some inputs are no numbers. Look at the columns on the Data page."
        if session.project.recipe.loss.type == "nll":
            return start + (
                "The loss “NLL” wants a network that ends in LogSoftmax. Add that layer, or choose "
                "cross-entropy as the loss."
            )
        return start + (
            "It was so from the first step on. Check the network's last layers and the loss; a network that "
            "ends in Softmax or has no normalisation can do this."
        )
    if calmer is not None:
        return start + (
            f"Most often the learning rate is too high: it is {rate:g}. Try {calmer:g}, or switch on "
            "gradient clipping."
        )
    return start + "Most often the learning rate is too high. Try a tenth of it, or gradient clipping."


_MEMORY_WORDS = ("out of memory", "can't allocate memory", "not enough memory", "failed to allocate")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether torch or Python ran out of memory; on the CPU torch says so in a plain RuntimeError."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(word in str(error).lower() for word in _MEMORY_WORDS)


def free_memory() -> None:
    """Gives back what a finished or failed run held. Call outside `except`: a traceback holds tensors.

    In another thread than the program's first it leaves what refers to itself to that one: with a window
    there may be widgets among it, which only that thread may destroy.
    """
    import gc

    if threading.current_thread() is threading.main_thread():
        gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if hasattr(torch, "xpu") and torch.xpu.is_available():
        torch.xpu.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()
