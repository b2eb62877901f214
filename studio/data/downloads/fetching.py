"""Fetches one file: goes on where it stopped, tries again, tries the next mirror, checks what came."""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import urllib.error
from collections.abc import Callable
from pathlib import Path

from studio.data.downloads.connection import Cut, DownloadError, Line, in_words
from studio.data.downloads.entry import RemoteFile
from studio.data.downloads.finding import PART

ATTEMPTS = 4  # without a single new byte
_PAUSES_S = (0.5, 2.0, 5.0)  # between them
_CHUNK = 1 << 16
_BROKEN = (OSError, http.client.HTTPException, ValueError)

Tell = Callable[[str, int, int], None]  # "downloading" or "checking", bytes done, bytes in all; may raise Cut


class Fetcher:
    """Fetches files over one line. `pauses_s`: how long to wait before trying again."""

    def __init__(self, line: Line, tell: Tell, pauses_s: tuple[float, ...] = _PAUSES_S) -> None:
        self._line = line
        self._tell = tell
        self._pauses_s = pauses_s

    def fetch(self, file: RemoteFile, target: Path) -> None:
        """The whole, checked file at `target`. What came so far stays beside it, with .part behind.

        Raises: DownloadError: no mirror has it right; Cut: stopped.
        """
        failures: list[DownloadError] = []
        part = target.with_name(target.name + PART)
        for url in file.urls:
            for _ in range(2):  # a second time from the beginning, if what was there before is no good
                begun = _size(part)
                try:
                    self._transfer(url, file, part)
                except DownloadError as error:
                    failures.append(error)
                    break
                if self.matches(part, file):
                    part.replace(target)
                    return
                part.unlink()
                failures.append(_wrong_content(file))
                if not begun:
                    break
        raise _most_telling(failures)

    def matches(self, path: Path, file: RemoteFile) -> bool:
        """Whether the content is what it should be."""
        size, done = max(1, _size(path)), 0
        digest = hashlib.md5(usedforsecurity=False)  # against accidents; torchvision publishes no other
        with path.open("rb") as source:
            while chunk := source.read(1 << 20):
                digest.update(chunk)
                done += len(chunk)
                self._tell("checking", done, size)
        return digest.hexdigest() == file.md5

    def _transfer(self, url: str, file: RemoteFile, part: Path) -> None:
        """All of it into the .part file; what is there already is kept."""
        left = ATTEMPTS
        while True:
            before = _size(part)
            try:
                if self._once(url, file, part):
                    return
                trouble = in_words(ConnectionError(), url)
            except (Cut, DownloadError):
                raise
            except urllib.error.HTTPError as error:
                trouble = in_words(error, url)
                if error.code < 500 and error.code != 429:
                    raise trouble from error
            except _BROKEN as error:
                if self._line.is_cut:
                    raise Cut from None
                _refuse_full_disk(error, part)
                trouble = in_words(error, url)
            left = ATTEMPTS - 1 if _size(part) > before else left - 1
            if left <= 0:
                raise trouble
            self._line.wait(self._pauses_s[min(ATTEMPTS - 1 - left, len(self._pauses_s) - 1)])

    def _once(self, url: str, file: RemoteFile, part: Path) -> bool:
        """One request. True: the server sent all it has."""
        start = _size(part)
        try:
            answer = self._line.open(url, start)
        except urllib.error.HTTPError as error:
            if error.code == 416 and start:  # there is nothing behind what we have
                return True
            raise
        with answer:
            start = _start_of(answer, start)
            _refuse_page(answer, file, url)
            length = answer.headers.get("Content-Length")
            total = start + int(length) if length and length.isdigit() else 0
            most = max(file.size_bytes * 2, file.size_bytes + 10_000_000)
            done = start
            with part.open("r+b" if start else "wb") as target:
                target.seek(start)
                target.truncate()
                while chunk := answer.read1(_CHUNK):
                    target.write(chunk)
                    done += len(chunk)
                    if done > most:
                        raise DownloadError("The server sends far more than the file has.", "server")
                    self._tell("downloading", done, total or file.size_bytes)
                target.flush()
                os.fsync(target.fileno())
        if self._line.is_cut:
            raise Cut
        return done >= total if total else True


def _start_of(answer: http.client.HTTPResponse, wanted: int) -> int:
    """Where the answer begins: servers may ignore the wish to go on in the middle."""
    if answer.status != 206:
        return 0
    found = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    if found is None or int(found.group(1)) != wanted:
        raise ConnectionError("the server goes on at another place")
    return wanted


def _refuse_page(answer: http.client.HTTPResponse, file: RemoteFile, url: str) -> None:
    if answer.headers.get_content_type() == "text/html" and not file.name.endswith((".html", ".htm")):
        host = url.split("/")[2]
        raise DownloadError(
            f"A web page came in place of the file from “{host}”: perhaps the network wants you to log in. "
            "Open a browser, log in there, and try again.", "page"
        )  # fmt: skip


def _refuse_full_disk(error: BaseException, part: Path) -> None:
    if isinstance(error, OSError) and error.errno in (28, 122):  # ENOSPC, EDQUOT
        raise DownloadError(
            "The disk is full. Free some room and press “Resume”; what came so far is kept.", "disk-full"
        ) from error
    if isinstance(error, PermissionError):
        raise DownloadError(f"The folder “{part.parent}” may not be written to.", "permission") from error


def _wrong_content(file: RemoteFile) -> DownloadError:
    return DownloadError(
        f"“{file.name}” came, but its checksum is wrong: it was damaged on the way, or it is another file by "
        "now. It was thrown away.", "checksum"
    )  # fmt: skip


def _most_telling(failures: list[DownloadError]) -> DownloadError:
    """Of several mirrors' failures the one that says most: a wrong content before a silent server."""
    order = ("disk-full", "permission", "proxy", "page", "checksum", "missing", "server", "offline")
    return min(failures, key=lambda error: order.index(error.code) if error.code in order else len(order))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
