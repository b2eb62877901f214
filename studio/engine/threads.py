"""How many processor threads a run computes with: a rule, so that the same run gives the same bits.

A measured choice could differ between two runs of one project; sums would then be split differently
and losses would differ in their last digits.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

# Multiply-adds a batch for which one more thread pays. With fewer, waking it up again for each of some
# hundred small operations costs what it saves: a small convolutional network (28x28, batch size 64) has 70
# million; on two cores at rest an epoch took 8 % less time with one thread than with two, and about a
# quarter less where other programs wanted the cores.
MULTIPLY_ADDS_PER_THREAD = 200_000_000


def prepare_process() -> None:
    """Sets what torch reads only once. Call at the start of `main`, before torch is imported.

    Idle threads that spin for work would take the processor from the window.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("KMP_BLOCKTIME", "0")  # the same wish, in the words of Intel's OpenMP


def physical_cores() -> int:
    """Cores this process may use, at least 1; OMP_NUM_THREADS is respected."""
    import psutil

    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):  # a container or a teacher may allow fewer
        cores = min(cores, len(os.sched_getaffinity(0)))
    limit = os.environ.get("OMP_NUM_THREADS", "").split(",")[0]
    if limit.isdigit() and int(limit) > 0:
        cores = min(cores, int(limit))
    return max(1, cores)


def threads_for(multiply_adds: int, batch_size: int) -> int:
    """One thread for small networks, more as there is work for them, at most all physical cores."""
    return max(1, min(physical_cores(), multiply_adds * batch_size // MULTIPLY_ADDS_PER_THREAD))


@contextmanager
def using_threads(count: int) -> Iterator[None]:
    """torch computes with `count` threads inside; the earlier number is put back."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
