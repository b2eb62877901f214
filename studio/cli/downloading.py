"""Downloads a dataset for `new --download`, with a progress line for people."""

from __future__ import annotations

import time

from studio.cli.output import ProgressLine, complain, duration
from studio.core.problems import LanternError
from studio.data.downloads.catalogue import DOWNLOADS
from studio.data.downloads.downloading import Download, Progress
from studio.data.downloads.entry import size_in_words
from studio.data.points.point_sets import POINT_SETS
from studio.data.sources.bundled import BUNDLED

_VERBS = {"connecting": "connecting", "checking": "checking", "unpacking": "unpacking"}


def download_dataset(name: str) -> None:
    """Sees to it that the dataset is here. Raises LanternError: unknown, offline, disk full, ..."""
    key = name.strip().lower()
    if key in BUNDLED or key in POINT_SETS:
        return
    if key not in DOWNLOADS:
        raise LanternError(
            f"“{name}” is no dataset that can be downloaded. There are: {', '.join(DOWNLOADS.ids)}."
        )
    entry = DOWNLOADS[key]
    line = ProgressLine()
    clock = _Clock()
    try:
        Download(entry, lambda progress: line.show(progress.fraction, _words(progress, clock))).run()
    except KeyboardInterrupt:
        line.clear()
        complain(f"What came of {entry.name} so far is kept; the same command goes on there.")
        raise
    finally:
        line.clear()


class _Clock:
    """How fast it goes, from what came since the beginning."""

    def __init__(self) -> None:
        self._began_s: float | None = None
        self._first = 0

    def left_s(self, done: int, total: int) -> float | None:
        now = time.monotonic()
        if self._began_s is None:
            self._began_s, self._first = now, done
            return None
        came, took = done - self._first, now - self._began_s
        return (total - done) * took / came if came > 0 and took > 1 else None


def _words(progress: Progress, clock: _Clock) -> str:
    if progress.phase != "downloading":
        return f"{_VERBS[progress.phase]} {progress.file}"
    left = clock.left_s(progress.done_bytes, progress.total_bytes)
    rest = f", {duration(left)} left" if left is not None else ""
    return f"{size_in_words(progress.done_bytes)} of {size_in_words(progress.total_bytes)}{rest}"
