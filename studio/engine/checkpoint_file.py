"""The checkpoint file without torch: its header, its checksum, and refusals in plain sentences.

A checkpoint is one safetensors file. Tensors whose names begin with "lantern:" are for resuming
(optimizer, random numbers); all others are the network's weights under their plain names, so that any
program that reads safetensors can use them. The header's metadata hold two texts: "lantern", a JSON
object, and "checksum", SHA-256 of the whole file with the checksum itself written as zeros.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.core.problems import LanternError

FORMAT = 1
PRIVATE = "lantern:"  # begins the names of tensors that are no weights
NO_CHECKSUM = "0" * 64
_CHECKSUM = re.compile(rb'"checksum"\s*:\s*"([0-9a-f]{64})"')
_LARGEST_HEADER = 100_000_000  # safetensors' own limit


class CheckpointError(LanternError):
    """A checkpoint that cannot be used; the message says why and what to do.

    `code`: "missing", "not-one", "truncated", "damaged", "newer", "no-project", "other-network".
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class RawCheckpoint:
    """A file that passed all checks: its bytes, and what its header says."""

    path: Path
    content: bytes
    about: Mapping[str, Any]


def read_raw(path: Path) -> RawCheckpoint:
    """The file, verified. Raises CheckpointError."""
    content = _read(path)
    header = _header(path, content, len(content))
    about = _about(path, header)
    verify_checksum(path, content)
    return RawCheckpoint(path, content, about)


def _about(path: Path, header: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = header.get("__metadata__")
    if not isinstance(metadata, dict) or "lantern" not in metadata:
        raise CheckpointError(
            f"“{path.name}” holds weights, but Lantern did not write it: the network and its classes are "
            "not in it. Open a project with the same network and import the weights there.",
            "no-project",
        )
    try:
        about = json.loads(metadata["lantern"])
    except (ValueError, TypeError):
        raise _damaged(path) from None
    if not isinstance(about, dict):
        raise _damaged(path)
    version = about.get("format")
    if isinstance(version, int) and version > FORMAT:
        raise CheckpointError(
            f"“{path.name}” was written by a newer Lantern (checkpoint format {version}, this one reads up "
            f"to {FORMAT}). Update Lantern to open it.",
            "newer",
        )
    return about


def read_about(path: Path) -> Mapping[str, Any]:
    """What the header says: project, classes, preprocessing, metrics, step, versions. Verified."""
    return read_raw(path).about


def peek_about(path: Path) -> Mapping[str, Any]:
    """As `read_about`, but at once, however big the file is: its weights are not read, so the checksum is
    not verified. Whoever uses the weights does that."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            start = file.read(8)
            start += file.read(min(_header_length(start), _LARGEST_HEADER))
    except OSError as error:
        raise _unreadable(path, error) from None
    return _about(path, _header(path, start, size))


def sealed(content: bytes) -> bytes:
    """The file's bytes with the checksum filled in, where `NO_CHECKSUM` stood."""
    found = _CHECKSUM.search(content, 8, 8 + _header_length(content))
    if found is None:
        raise ValueError("the header has no room for a checksum")
    digest = hashlib.sha256(content).hexdigest().encode("ascii")
    return b"".join((content[: found.start(1)], digest, content[found.end(1) :]))


def verify_checksum(path: Path, content: bytes) -> None:
    """Raises CheckpointError: a bit changed since the file was written."""
    found = _CHECKSUM.search(content, 8, 8 + _header_length(content))
    if found is None:
        raise _damaged(path)
    digest = hashlib.sha256()
    view = memoryview(content)
    digest.update(view[: found.start(1)])
    digest.update(NO_CHECKSUM.encode("ascii"))
    digest.update(view[found.end(1) :])
    if digest.hexdigest().encode("ascii") != found.group(1):
        raise _damaged(path)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> CheckpointError:
    if isinstance(error, FileNotFoundError):
        return CheckpointError(
            f"There is no file “{path}”. It was moved or deleted: choose it where it is now.", "missing"
        )
    if isinstance(error, IsADirectoryError):
        return CheckpointError(f"“{path}” is a folder. Choose a checkpoint file (*.safetensors).", "not-one")
    reason = error.strerror or type(error).__name__
    return CheckpointError(
        f"“{path.name}” could not be read ({reason}). Check that you may open it, then try again.", "missing"
    )


def _header(path: Path, content: bytes, size: int) -> Mapping[str, Any]:
    """`content`: the file, or its beginning with the whole header; `size`: of the whole file, in bytes."""
    not_one = CheckpointError(
        f"“{path.name}” is not a checkpoint. Choose a *.safetensors file that Lantern wrote.", "not-one"
    )
    if content[:1] == b"{" and b'"format"' in content[:200]:
        raise CheckpointError(
            f"“{path.name}” is a project, not a checkpoint. Train it: that writes a checkpoint, a "
            "*.safetensors file.",
            "not-one",
        )
    if not content:
        raise CheckpointError(
            f"“{path.name}” is empty: it was cut off while it was copied or saved. Copy it again, or choose "
            "an earlier checkpoint.",
            "truncated",
        )
    length = _header_length(content)
    if len(content) < 9 or not 2 <= length <= _LARGEST_HEADER or content[8:9] != b"{":
        raise not_one
    if len(content) < 8 + length:
        raise _truncated(path, size, None)
    try:
        header = json.loads(content[8 : 8 + length])
        if not isinstance(header, dict):
            raise not_one
        ends = [int(entry["data_offsets"][1]) for name, entry in header.items() if name != "__metadata__"]
    except (ValueError, KeyError, TypeError, IndexError):
        raise _damaged(path) from None
    whole = 8 + length + max(ends, default=0)
    if size < whole:
        raise _truncated(path, size, whole)
    return header


def _header_length(content: bytes) -> int:
    return int.from_bytes(content[:8], "little")


def _truncated(path: Path, found: int, whole: int | None) -> CheckpointError:
    of = f" of {whole:,}" if whole else ""
    return CheckpointError(
        f"“{path.name}” is cut off: only {found:,}{of} bytes are there. Copy it again, or choose an earlier "
        "checkpoint.",
        "truncated",
    )


def _damaged(path: Path) -> CheckpointError:
    return CheckpointError(
        f"“{path.name}” is damaged: its contents changed since they were written. Copy it again, or choose "
        "an earlier checkpoint.",
        "damaged",
    )
