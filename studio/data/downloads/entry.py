"""What the catalogue says of a well-known dataset: what it is, whose it is, what to fetch, how to read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from studio.data.downloads.contents import Contents


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file to fetch: the same content at every address. `unpack`: it is an archive to be opened."""

    name: str
    size_bytes: int  # as published; what is shown, not what is checked
    md5: str
    urls: tuple[str, ...]
    unpack: bool = False


@dataclass(frozen=True, slots=True)
class DownloadableDataset:
    """One entry of the catalogue.

    `folder`: where Lantern keeps it, below its folder of datasets. `places`: where it may lie below any
    folder of datasets, Lantern's or torchvision's, the first of them in `folder`. `needs`: what must be
    there, files (which may have .gz behind) or folders. `read`: gives its pictures from such a place; None
    where a source recognises the place by itself. `preview`: the name of a drawn preview.
    """

    id: str
    name: str
    help: str
    good_for: str
    kind: str
    classes: int
    samples: int
    form: str  # of a sample, in words: "28×28, grey"
    licence: str
    credit: str
    homepage: str
    folder: str
    places: tuple[str, ...]
    needs: tuple[str, ...]
    files: tuple[RemoteFile, ...]
    unpacked_bytes: int
    target: str
    preview: str
    read: Callable[[Path], Contents] | None = None

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.files)


def size_in_words(count: int) -> str:
    """170 MB, 2.6 GB: as people say it."""
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= unit:
            value = count / unit
            return f"{value:.1f} {name}" if value < 10 and unit == 10**9 else f"{value:.0f} {name}"
    return f"{count} bytes"
