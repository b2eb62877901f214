"""Brings torch into memory before it is needed, so that Train answers at once."""

from __future__ import annotations

import threading

_LOCK = threading.Lock()
_done = False


def warm_up() -> None:
    """Imports torch and trains a tiny network for one step. Takes seconds once; safe from any thread.

    The first optimizer step imports much of torch, and the first backward pass starts its machinery.
    """
    global _done
    with _LOCK:
        if _done:
            return
        from studio.engine.threads import prepare_process

        prepare_process()
        import torch
        from torch import nn

        import studio.engine.host
        import studio.engine.session  # noqa: F401

        # Built without random numbers: a run in another thread owns torch's global generator.
        network = nn.Linear(4, 2, device="meta").to_empty(device="cpu")
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.zero_()
        for fused in (False, True):
            optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, fused=fused)
            loss = nn.functional.cross_entropy(network(torch.zeros(2, 4)), torch.tensor([0, 1]))
            torch.autograd.backward(loss)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        _done = True
