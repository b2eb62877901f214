"""How many processor threads a run computes with: a rule, so that the same run gives the same bits.

A measured choice could differ between two runs of one project; sums would then be split differently
and losses would differ in their last digits.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

# Below this many multiply-adds a batch, handing work to a second thread costs more than it saves: the
# 784-128-10 network at batch size 64 has 6.5 million, a small convolutional network 100 million.
ONE_THREAD_MULTIPLY_ADDS = 20_000_000


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
    """One thread for tiny networks, all physical cores for others."""
    return 1 if multiply_adds * batch_size < ONE_THREAD_MULTIPLY_ADDS else physical_cores()


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
