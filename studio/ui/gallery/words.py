"""The gallery's sentences: what a dataset is, whether it is here, how far its download is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from studio.data.downloads.downloading import Progress
    from studio.data.downloads.entry import DownloadableDataset
    from studio.data.downloads.finding import State


def state_in_words(entry: DownloadableDataset, state: State | None) -> str:
    """For the list, in a few words; of None only the size is known yet."""
    from studio.data.downloads.entry import size_in_words

    size = size_in_words(entry.size_bytes)
    if state is None:
        return size
    if state.kind == "downloaded":
        return _tr("on this computer")
    if state.kind == "at-hand":
        return _tr("here, to be unpacked")
    if state.kind == "partial":
        return _tr("{have} of {size} here").format(have=size_in_words(state.have_bytes), size=size)
    return _tr("{size} to download").format(size=size)


def progress_in_words(progress: Progress, left_s: float | None) -> str:
    from studio.data.downloads.entry import size_in_words

    if progress.phase == "connecting":
        return _tr("Connecting…")
    if progress.phase == "checking":
        return _tr("Checking “{file}”…").format(file=progress.file)
    if progress.phase == "unpacking":
        return _tr("Unpacking “{file}”…").format(file=progress.file)
    words = _tr("{done} of {total}").format(
        done=size_in_words(progress.done_bytes), total=size_in_words(progress.total_bytes)
    )
    if left_s is None:
        return words
    return _tr("{words}, {time} left").format(words=words, time=time_in_words(left_s))


def time_in_words(seconds: float) -> str:
    if seconds < 60:
        return _tr("less than a minute")
    if seconds < 90 * 60:
        return _tr("about {n} min").format(n=max(1, round(seconds / 60)))
    return _tr("about {n} h").format(n=round(seconds / 3600))


class Pace:
    """How long a download will still take, from what came in the last half minute."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, int]] = []

    def left_s(self, done: int, total: int) -> float | None:
        now = time.monotonic()
        if self._seen and done < self._seen[-1][1]:
            self._seen.clear()  # it began again
        self._seen = [(at, came) for at, came in self._seen if now - at < 30] + [(now, done)]
        first_s, first = self._seen[0]
        took, came = now - first_s, done - first
        return (total - done) * took / came if took > 2 and came > 0 else None


def _tr(text: str) -> str:
    return QCoreApplication.translate("DatasetGallery", text)
