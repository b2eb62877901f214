"""Lets a training keep the memory that it frees and takes again at every step, and give it back."""

from __future__ import annotations

import contextlib
import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h
_KEPT_BYTES = 2**30
_FROM_HEAP_BYTES = 2**25  # the most that glibc allows


def keep_freed_memory() -> None:
    """Call once, in a process that does nothing but train: freed memory then goes back to the system when
    the process ends, or by `give_back_freed_memory`.

    glibc gives the large blocks of a step back as soon as they are free, and gets them again page by page,
    each cleared by the system: hundreds of page faults a step, a tenth of a small convolutional network's
    time. It does so in a process's first thread only, so that the window's runs need nothing of the kind.
    """
    if sys.platform != "linux":
        return
    with contextlib.suppress(AttributeError, OSError):  # another C library than glibc; it is comfort only
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, _FROM_HEAP_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)


def give_back_freed_memory() -> None:
    """After a run: what the heap kept for a next step that will not come."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):  # another C library than glibc
            ctypes.CDLL(None).malloc_trim(0)
