"""Small pieces that several sections of the script need."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def data_path_line(path: Path) -> str:
    """DATA: where the data are; the first argument may name another place."""
    return f"DATA = Path(sys.argv[1] if len(sys.argv) > 1 else {str(path)!r})"


def listed(name: str, values: Sequence[object]) -> str:
    """A list constant, one value a line once it is long."""
    line = f"{name} = [{', '.join(repr(v) for v in values)}]"
    if len(line) <= 100:
        return line
    return "\n".join((f"{name} = [", *(f"    {v!r}," for v in values), "]"))
