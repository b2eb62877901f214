"""Lets the window, and everything else on this computer, go before what computes."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

_NICE = 5  # more would starve a thread while it holds Python's lock, and the window would wait with it
_BELOW_NORMAL_PROCESS, _BELOW_NORMAL_THREAD = 0x4000, -1  # Windows' own numbers


def stand_back() -> None:
    """The calling thread, and on Linux those that it starts from now on.

    Linux knows no thread priorities for ordinary programs, so QThread's do nothing there, but a niceness
    for each thread.
    """
    with contextlib.suppress(OSError, AttributeError):  # comfort only
        if sys.platform == "win32":
            import ctypes

            kernel = ctypes.windll.kernel32
            kernel.SetThreadPriority(kernel.GetCurrentThread(), _BELOW_NORMAL_THREAD)
        elif sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def stand_back_as_process() -> None:
    """All of this process, for one that does nothing but compute."""
    with contextlib.suppress(OSError, AttributeError):
        if sys.platform == "win32":
            import ctypes

            kernel = ctypes.windll.kernel32
            kernel.SetPriorityClass(kernel.GetCurrentProcess(), _BELOW_NORMAL_PROCESS)
        else:
            os.nice(_NICE)
