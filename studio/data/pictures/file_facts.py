"""What a look into each picture file told: form, content, damage. Kept on disk, a few bytes a file."""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core import places
from studio.data.pictures.decoding import FORMATS
from studio.data.pictures.perceptual import LOOK_BYTES

MODES = ("", "1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "LAB", "HSV",
         "I", "I;16", "I;16B", "I;16L", "F")  # fmt: skip
KNOWN_FORMATS = ("", *FORMATS, "MPO")
DIGEST_BYTES = 16
_ROW = np.dtype(
    [("path", "<u8"), ("size", "<i8"), ("mtime_ns", "<i8"), ("width", "<i4"), ("height", "<i4"),
     ("mode", "u1"), ("format", "u1"), ("reason", "<u2"), ("digest", "V16"), ("look", "<u8", 2)]
)  # fmt: skip
_VERSION = 2
_MOST_REASONS = 60_000
_MOST_KEPT = 40
_DAMAGE = (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True, slots=True)
class FileFact:
    """One file: `width` and `height` in pixels as stored, 0 where unknown; Pillow's `mode` and `format`;
    `digest` of all its bytes; `look`: see studio.data.pictures.perceptual; `reason`: why it cannot be read, a
    sentence, or empty."""

    size: int
    mtime_ns: int
    width: int = 0
    height: int = 0
    mode: str = ""
    format: str = ""
    digest: bytes = b""
    reason: str = ""
    look: bytes = b""


class FileFacts:
    """Facts on the files of one dataset, 76 bytes each, by index. Not for two writing threads at once."""

    def __init__(self, count: int) -> None:
        self.rows = np.zeros(count, _ROW)
        self.known = np.zeros(count, np.bool_)
        self.reasons: list[str] = [""]
        self._number: dict[str, int] = {"": 0}

    def __len__(self) -> int:
        return len(self.rows)

    def put(self, index: int, fact: FileFact) -> None:
        mode = MODES.index(fact.mode) if fact.mode in MODES else 0
        form = KNOWN_FORMATS.index(fact.format) if fact.format in KNOWN_FORMATS else 0
        path = self.rows["path"][index]
        self.rows[index] = (
            path, fact.size, fact.mtime_ns, fact.width, fact.height, mode, form,
            self._reason_number(fact.reason), fact.digest.ljust(DIGEST_BYTES, b"\0"),
            np.frombuffer(fact.look.ljust(LOOK_BYTES, b"\0"), "<u8"),
        )  # fmt: skip
        self.known[index] = True

    def get(self, index: int) -> FileFact | None:
        """None: nobody has looked yet."""
        if not self.known[index]:
            return None
        row = self.rows[index]
        return FileFact(
            int(row["size"]), int(row["mtime_ns"]), int(row["width"]), int(row["height"]),
            MODES[int(row["mode"])], KNOWN_FORMATS[int(row["format"])], bytes(row["digest"]),
            self.reasons[int(row["reason"])], row["look"].tobytes(),
        )  # fmt: skip

    def unreadable(self) -> dict[int, str]:
        """Why files cannot be read, by index, as far as known."""
        places_ = np.flatnonzero(self.known & (self.rows["reason"] > 0))
        return {int(i): self.reasons[int(self.rows["reason"][i])] for i in places_}

    def _reason_number(self, reason: str) -> int:
        if reason not in self._number:
            if len(self.reasons) >= _MOST_REASONS:
                reason = self.reasons[1]
            else:
                self._number[reason] = len(self.reasons)
                self.reasons.append(reason)
        return self._number[reason]


def path_keys(names: Sequence[str]) -> npt.NDArray[np.uint64]:
    """A number for each path, by which facts are found again."""
    digest = hashlib.blake2b
    joined = b"".join(digest(n.encode("utf-8", "surrogatepass"), digest_size=8).digest() for n in names)
    return np.frombuffer(joined, "<u8").astype(np.uint64)


def load_facts(root: str, keys: npt.NDArray[np.uint64]) -> FileFacts:
    """What is known of these files from before. Whether they changed since is for the reader to see."""
    facts = FileFacts(len(keys))
    facts.rows["path"] = keys
    path = _file(root)
    try:
        with np.load(path, allow_pickle=False) as arrays:
            rows, reasons = arrays["rows"], [str(reason) for reason in arrays["reasons"]]
            version = int(arrays["version"])
        if version != _VERSION or rows.dtype != _ROW or not reasons or reasons[0]:
            return facts
        limits = (("reason", len(reasons)), ("mode", len(MODES)), ("format", len(KNOWN_FORMATS)))
        if len(rows) == 0 or any(int(rows[name].max()) >= limit for name, limit in limits):
            return facts
        os.utime(path)
    except FileNotFoundError:
        return facts
    except _DAMAGE:
        with contextlib.suppress(OSError):
            path.unlink()
        return facts
    rows = rows[np.argsort(rows["path"], kind="stable")]
    places_ = np.minimum(np.searchsorted(rows["path"], keys), len(rows) - 1)
    found = rows["path"][places_] == keys
    facts.rows[found] = rows[places_[found]]
    facts.known[:] = found
    facts.reasons = reasons
    facts._number = {reason: number for number, reason in enumerate(reasons)}
    return facts


def store_facts(root: str, facts: FileFacts) -> None:
    """Keeps what is known for the next time. Never raises: this is a convenience."""
    path = _file(root)
    temporary = path.with_name(f"{uuid.uuid4().hex}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = sorted(((e.stat().st_mtime, e.path) for e in os.scandir(path.parent)), reverse=True)
        for _, old in kept[_MOST_KEPT:]:
            Path(old).unlink(missing_ok=True)
        with temporary.open("wb") as file:
            np.savez(
                file, rows=facts.rows[facts.known], reasons=np.array(facts.reasons, np.str_), version=_VERSION
            )
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _file(root: str) -> Path:
    name = hashlib.sha256(root.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return places.cache() / "checked" / f"{name}.npz"
