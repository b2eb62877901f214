"""What to say where torch itself cannot be loaded: a library is missing, or no memory is left."""

from __future__ import annotations

import sys

_TOLD_BEFORE = "can only be initialized once"  # torch's own words at every further try


def torch_trouble(error: BaseException) -> str:
    """A sentence if `error` is that torch could not be loaded, else an empty text. Imports no torch."""
    loaded = hasattr(sys.modules.get("torch"), "Tensor")
    if loaded or not isinstance(error, ImportError | OSError):
        return ""
    lines = str(error).strip().splitlines()
    reason = f" ({lines[0].rstrip('.')})" if lines and _TOLD_BEFORE not in lines[0] else ""
    on_windows = (
        " Often Microsoft's “Visual C++ Redistributable” is what is missing."
        if sys.platform == "win32"
        else ""
    )
    return (
        f"PyTorch, which does the computing, could not be loaded{reason}. Close other programs and "
        f"start Lantern again; if that does not help, install it anew.{on_windows}"
    )
