"""Downloads a whole dataset: looks what is there, fetches the rest, unpacks, and puts it in place at once."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from studio.data.archives.extraction import put_in_place, unpack_into
from studio.data.dataset import Cancelled, DataError
from studio.data.downloads.connection import OFFLINE_S, Cut, DownloadError, Line, anybody_answers
from studio.data.downloads.entry import DownloadableDataset, RemoteFile, size_in_words
from studio.data.downloads.fetching import Fetcher
from studio.data.downloads.finding import at_hand, find, incoming, is_whole, own_folder, state_of

Phase = Literal["connecting", "downloading", "checking", "unpacking"]
_BETWEEN_S = 0.1  # news: more often nobody sees
_RESERVE_BYTES = 500_000_000  # stay free on the disk


@dataclass(frozen=True, slots=True)
class Progress:
    """What a download is doing. `done_bytes` of `total_bytes` for the whole dataset while it is fetched;
    of the file or archive at hand otherwise."""

    phase: Phase
    file: str
    done_bytes: int
    total_bytes: int

    @property
    def fraction(self) -> float:
        return min(1.0, self.done_bytes / max(1, self.total_bytes))


class Download:
    """One download. `run` does it all in the caller's thread; `stop` may be called from any other.

    Stopping keeps what came: running again goes on there. `forget` throws it away.
    """

    def __init__(
        self, entry: DownloadableDataset, tell: Callable[[Progress], None], line: Line | None = None,
        offline_s: float = OFFLINE_S, pauses_s: tuple[float, ...] | None = None,
    ) -> None:  # fmt: skip
        self.entry = entry
        self._tell_of = tell
        self._line = line or Line()
        self._offline_s = offline_s
        self._fetcher = Fetcher(self._line, self._on_news, *([pauses_s] if pauses_s is not None else []))
        self._file = ""
        self._before = 0  # bytes of the files that are whole already
        self._told_s = 0.0
        self._wrong = ""  # a file put there by hand that is another one

    def stop(self) -> None:
        self._line.cut()

    def run(self) -> Path:
        """The place of the dataset. Raises: DataError: what is wrong and what to do; Cancelled: stopped."""
        place = find(self.entry)
        if place is not None:
            return place
        try:
            with _alone(self.entry):
                files = self._gather()
                self._put_in_place(files)
        except Cut:
            raise Cancelled from None
        except DownloadError as error:
            wrong = f" “{self._wrong}” lies there, but it is not the right file." if self._wrong else ""
            raise DownloadError(f"{error}{wrong} {by_hand(self.entry)}", error.code) from error
        place = find(self.entry)
        if place is None:
            raise DataError(
                f"{self.entry.name} was downloaded, but files are missing in it. Download it again.",
                "missing",
            )
        return place

    def _gather(self) -> list[tuple[RemoteFile, Path]]:
        """Every file, whole and checked: found here, or fetched."""
        folder = incoming(self.entry)
        self._check_disk(folder)
        found: list[tuple[RemoteFile, Path]] = []
        wanted: list[RemoteFile] = []
        for file in self.entry.files:
            self._file = file.name
            path = at_hand(self.entry, file)
            if path is not None and self._is_right(path, file):
                found.append((file, path))
                self._before += file.size_bytes
            else:
                wanted.append(file)
                self._wrong = file.name if path is not None else self._wrong
        if wanted:
            self._check_network(wanted)
        for file in wanted:
            self._file = file.name
            target = folder / file.name
            self._fetcher.fetch(file, target)
            found.append((file, target))
            self._before += file.size_bytes
        return found

    def _is_right(self, path: Path, file: RemoteFile) -> bool:
        try:
            return self._fetcher.matches(path, file)
        except OSError:
            return False

    def _check_network(self, wanted: list[RemoteFile]) -> None:
        self._say("connecting", 0, 1, always=True)
        urls = [url for file in wanted for url in file.urls]
        if not anybody_answers(urls, self._line, self._offline_s):
            raise DownloadError(
                "There is no connection to the internet, or to the servers of this dataset. (If your "
                "network has a proxy, set HTTPS_PROXY.)",
                "offline",
            )

    def _check_disk(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(folder).free
        except OSError as error:
            raise DataError(
                f"The folder “{folder}” cannot be made: {error.strerror or error}. Check its permissions.",
                "permission",
            ) from error
        missing = max(0, self.entry.size_bytes - state_of(self.entry).have_bytes)
        packed = any(file.unpack for file in self.entry.files)
        needed = missing + (self.entry.unpacked_bytes if packed else 0) + _RESERVE_BYTES
        if needed > free:
            raise DataError(
                f"{self.entry.name} needs {size_in_words(needed)} of free room on the disk, and there are "
                f"{size_in_words(free)}. Free some room and try again.",
                "disk-full",
            )

    def _put_in_place(self, files: list[tuple[RemoteFile, Path]]) -> None:
        """Unpacks beside the final place; one step makes it the dataset, so it is never half there."""
        target = own_folder() / self.entry.folder
        staging = own_folder() / f".{self.entry.folder}-{uuid.uuid4().hex[:8]}"
        try:
            staging.mkdir(parents=True)
            for file, path in files:
                self._file = file.name
                if file.unpack:
                    unpack_into(path, staging, self._on_unpacking)
                else:
                    _move_or_copy(path, staging / file.name)
            self._refuse_incomplete(staging)
            if target.exists():  # left from elsewhere, without all that is needed
                target.rename(target.with_name(f"{target.name} (old {uuid.uuid4().hex[:6]})"))
            put_in_place(staging, target)
        except OSError as error:
            raise DataError(
                f"{self.entry.name} cannot be put into “{own_folder()}”: {error.strerror or error}. Free "
                "some room on the disk, or check the folder's permissions.",
                "disk-full" if error.errno in (28, 122) else "permission",
            ) from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        forget(self.entry)

    def _refuse_incomplete(self, staging: Path) -> None:
        place = staging / Path(self.entry.places[0]).relative_to(self.entry.folder)
        if not is_whole(place, self.entry):
            raise DataError(
                f"{self.entry.name} was downloaded, but files are missing in it. Download it again.",
                "missing",
            )

    def _on_unpacking(self, fraction: float) -> bool:
        self._say("unpacking", int(fraction * 1000), 1000)
        return not self._line.is_cut

    def _on_news(self, phase: str, done: int, total: int) -> None:
        if self._line.is_cut:
            raise Cut
        if phase == "downloading":
            self._say("downloading", self._before + done, max(self.entry.size_bytes, self._before + total))
        else:
            self._say("checking", done, total)

    def _say(self, phase: Phase, done: int, total: int, always: bool = False) -> None:
        now = time.monotonic()
        if always or now - self._told_s >= _BETWEEN_S or done >= total:
            self._told_s = now
            self._tell_of(Progress(phase, self._file, done, total))


def forget(entry: DownloadableDataset) -> None:
    """Throws away what came so far of a download. A dataset that is in place stays."""
    shutil.rmtree(incoming(entry), ignore_errors=True)


def delete(entry: DownloadableDataset) -> None:
    """Deletes Lantern's own copy, at once as far as anybody can see. Those in other folders stay.

    Raises: DataError: it is in use, or may not be deleted.
    """
    folder = own_folder() / entry.folder
    doomed = own_folder() / f".{entry.folder}-{uuid.uuid4().hex[:8]}.deleted"
    try:
        folder.rename(doomed)
    except FileNotFoundError:
        return
    except OSError as error:
        raise DataError(
            f"“{folder}” cannot be deleted: {error.strerror or error}. Close what uses it and try again.",
            "busy",
        ) from error
    for gone in own_folder().glob(".*.deleted"):  # also what an earlier time left
        shutil.rmtree(gone, ignore_errors=True)


def by_hand(entry: DownloadableDataset) -> str:
    """The way that always works, for a computer without a network."""
    names = ", ".join(f"“{file.name}”" for file in entry.files)
    return (
        f"You can also fetch it on another computer (see {entry.homepage}), copy {names} into "
        f"“{incoming(entry)}” and start the download again."
    )


def _move_or_copy(path: Path, target: Path) -> None:
    """Our own files are moved; those of others, perhaps read-only, are copied."""
    if path.is_relative_to(own_folder() / "files"):
        path.replace(target)
    else:
        shutil.copyfile(path, target)


@contextlib.contextmanager
def _alone(entry: DownloadableDataset) -> Iterator[None]:
    """Two windows must not write the same file. A lock of a program that is gone does not count."""
    import psutil

    lock = incoming(entry).with_name(f"{entry.folder}.lock")
    with contextlib.suppress(OSError, ValueError):
        owner = int(lock.read_text())
        if owner != os.getpid() and psutil.pid_exists(owner):
            raise DataError(
                f"{entry.name} is being downloaded by another window of Lantern. Wait for it.", "busy"
            )
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        lock.write_text(str(os.getpid()))
    except OSError as error:
        raise DataError(
            f"The folder “{lock.parent}” cannot be written to: {error.strerror or error}. Check its "
            "permissions.",
            "permission",
        ) from error
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
