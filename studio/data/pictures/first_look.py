"""The one look at every picture: which can be read, and the sums that normalisation needs."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Mapping

import numpy as np

from studio.data.dataset import Cancelled, Progress
from studio.data.pictures import decoded_cache, examined
from studio.data.pictures.decoding import PictureArray
from studio.data.pictures.examined import Examined, sums_of
from studio.data.pictures.picture_memory import picture_budget
from studio.data.pictures.picture_store import PictureStore

OnStall = Callable[[str, float], None]  # the file that a drive does not deliver, for how many seconds already
_PORTIONS = 3  # being read at a time: one is waited for, the others keep all threads busy


def examined_or_looked_at(
    store: PictureStore,
    key: str,
    progress: Progress | None,
    on_stall: OnStall | None,
    vanished: Callable[[Mapping[int, str]], bool],
) -> Examined:
    """What was kept on disk under `key`, or else a look at every picture, which is kept if it took long.

    `vanished`: whether any of those pictures is not there any more. Raises Cancelled.
    """
    count, channels = store.shape[:2]
    found = examined.load(key, count, channels)
    if found is not None:
        return found
    began = time.monotonic()
    found = look_at_all(store, progress, on_stall)
    took_s = time.monotonic() - began
    if not vanished(found.reasons):  # a drive that was unplugged meanwhile says nothing about the pictures
        if took_s > examined.WORTH_S:
            examined.store(key, found)
        if store.keeps_all and took_s > decoded_cache.WORTH_S:
            decoded_cache.store(key, store.whole(), found.reasons)
    return found


def all_pictures(
    read: Callable[[int], PictureArray],
    name_of: Callable[[int], str],
    shape: tuple[int, int, int, int],
    key: str,
    progress: Progress | None,
    on_stall: OnStall | None,
    vanished: Callable[[Mapping[int, str]], bool],
) -> tuple[PictureArray | PictureStore, Examined]:
    """Pictures of `shape` (n, channels, height, width), as they were kept on disk under `key`, or read now.

    Returns: one array where they fit into the budget, else the store that reads them again and again; and
    which of them cannot be read. Raises Cancelled.
    """
    budget = picture_budget()
    if math.prod(shape) <= budget:
        kept = decoded_cache.load(key, shape[0], shape[1:])
        if kept is not None:
            return kept[0], Examined(kept[1])
    store = PictureStore(read, name_of, shape, budget)
    found = examined_or_looked_at(store, key, progress, on_stall, vanished)
    store.forgive(np.fromiter(found.reasons, np.int64, len(found.reasons)))
    return store.whole() if store.complete else store, found


def look_at_all(store: PictureStore, progress: Progress | None, on_stall: OnStall | None) -> Examined:
    """Every picture once, in all threads; what fits into the budget stays in the store. Raises Cancelled."""
    count, channels = store.shape[:2]
    sums = np.zeros((count, channels, 2), np.uint64)
    reasons: dict[int, str] = {}
    done = 0

    def seen(index: int, picture: PictureArray) -> None:
        sums[index] = sums_of(picture)

    def waiting(name: str, seconds: float) -> None:
        if on_stall is not None:
            on_stall(name, seconds)
        if progress is not None and not progress(done / count):
            raise Cancelled

    parts = np.array_split(np.arange(count, dtype=np.int64), -(-count // store.portion()))
    coming = deque(store.start(part, seen) for part in parts[:_PORTIONS])
    try:
        for number in range(len(parts)):
            order = coming.popleft()
            reasons |= store.finish(order, waiting).failed
            done += len(order.indices)
            if progress is not None and not progress(min(1.0, done / count)):
                raise Cancelled
            if number + _PORTIONS < len(parts):
                coming.append(store.start(parts[number + _PORTIONS], seen))
    except BaseException:
        store.close()
        raise
    return Examined(reasons, sums)
