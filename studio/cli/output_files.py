"""Where a command writes: under a name that says what the file is, and never over the user's work."""

from __future__ import annotations

from pathlib import Path

from studio.cli.output import complain
from studio.core.problems import LanternError

_WORK = {".lantern": "a project", ".safetensors": "a checkpoint"}


def with_suffix(output: str, suffix: str) -> Path:
    """`output`, ending in `suffix`; where that had to be added, so it is said.

    Raises: LanternError: there is no name in `output`.
    """
    path = Path(output)
    if not path.name:
        raise LanternError(f"“{output}” names no file. Say where to write, for example: -o mine{suffix}")
    if path.suffix.lower() == suffix or path.is_dir():
        return path
    named = path.with_name(path.name + suffix)
    complain(f"“{path.name}” does not end in “{suffix}”, so the file is called “{named.name}”.")
    return named


def refuse_to_replace_work(source: str, output: str) -> None:
    """Raises LanternError: what is to be exported, or another project or checkpoint, lies at `output`."""
    path = Path(output)
    if not path.is_file():
        return
    same = path.samefile(source) if Path(source).is_file() else False
    what = _WORK.get(path.suffix.lower())
    if same or what is not None:
        is_what = "the file that is to be exported" if same else what
        raise LanternError(f"“{path.name}” is {is_what}, and would be lost. Choose another name for -o.")
