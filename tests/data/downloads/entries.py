"""Entries like those of the catalogue, with small files on a server of the test's own."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from studio.data.downloads.catalogue import DOWNLOADS
from studio.data.downloads.entry import DownloadableDataset, RemoteFile
from tests.data.downloads.server import Site
from tests.data.idx_samples import write_mnist

NOISE = bytes((i * 7919) >> 3 & 255 for i in range(300_000))


def remote(
    site: Site, name: str, content: bytes, mirrors: tuple[str, ...] = (), unpack: bool = False
) -> RemoteFile:
    """A file that the site has; `mirrors` are asked before it."""
    site.files[f"/{name}"] = content
    urls = (*mirrors, f"{site.url}/{name}")
    return RemoteFile(name, len(content), hashlib.md5(content).hexdigest(), urls, unpack)


def small_mnist(site: Site, folder: Path) -> DownloadableDataset:
    """MNIST with thirty pictures, on the site."""
    write_mnist(folder, ending=".gz")
    files = tuple(remote(site, path.name, path.read_bytes()) for path in sorted(folder.iterdir()))
    return replace(DOWNLOADS["mnist"], files=files)
