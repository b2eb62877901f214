"""Pictures within a budget of memory: decoded once and kept where they fit, decoded anew where not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from studio.data.pictures.decoding import PictureArray, PictureError
from studio.data.pictures.decoding_pool import DecodingPool, Task
from studio.data.pictures.picture_stream import Indices, KeepWaiting, Order, ReadPictures

_IN_FLIGHT = 256 * 2**20  # bytes decoded ahead at most: more does not make anything faster
_MOST_AHEAD = 6  # batches


class PictureStore:
    """A PictureStream over anything that can read one picture by its index."""

    def __init__(
        self,
        read: Callable[[int], PictureArray],
        name_of: Callable[[int], str],
        shape: tuple[int, int, int, int],
        budget_bytes: int,
    ) -> None:
        """`read` gives uint8 (channels, height, width) or raises PictureError; called from many threads."""
        self._read = read
        self._name_of = name_of
        self.shape = shape
        self._picture_bytes = int(np.prod(shape[1:], dtype=np.int64))
        needed = self._picture_bytes * shape[0]
        # Where all fit they are kept as they come; else some memory is for what is on its way.
        self._in_flight = min(_IN_FLIGHT, max(0, budget_bytes) // 2)
        room = needed if needed <= budget_bytes else budget_bytes - self._in_flight
        self._capacity = min(shape[0], max(0, room) // max(1, self._picture_bytes))
        self._kept: PictureArray = np.zeros((self._capacity, *shape[1:]), np.uint8)
        self._has = np.zeros(self._capacity, np.bool_)
        self._pool = DecodingPool()
        self.most_bytes = 0  # that were ever held at once, kept and on their way
        self._on_its_way = 0

    @property
    def complete(self) -> bool:
        return self._capacity == self.shape[0] and bool(self._has.all())

    @property
    def keeps_all(self) -> bool:
        """Whether all will be in memory once they have been read."""
        return self._capacity == self.shape[0]

    def whole(self) -> PictureArray:
        """All pictures, uint8 (n, channels, height, width); black where one could not be read."""
        return self._kept

    def forgive(self, indices: Indices) -> None:
        """These cannot be read and will not be asked for: nothing is missing without them."""
        inside = indices[indices < self._capacity]
        self._has[inside] = True

    def ahead(self, count: int) -> int:
        fitting = self._in_flight // max(1, count * self._picture_bytes) - 1
        return max(0, min(_MOST_AHEAD, int(fitting)))

    def portion(self) -> int:
        """How many pictures to read in one go, where three goes are on their way at a time."""
        return max(1, min(64, self._in_flight // max(1, 3 * self._picture_bytes)))

    def start(self, indices: Indices, seen: Callable[[int, PictureArray], None] | None = None) -> Order:
        """Begins to read; `seen(index, pixels)` is called for each picture, in the decoding threads."""
        order = Order(indices, np.empty((len(indices), *self.shape[1:]), np.uint8))
        self._on_its_way += order.pixels.nbytes
        self.most_bytes = max(
            self.most_bytes, self._on_its_way + int(np.count_nonzero(self._has)) * self._picture_bytes
        )
        inside = bool(len(indices)) and int(indices.max()) < self._capacity
        if seen is None and inside and self._has[indices].all():
            np.take(self._kept, indices, axis=0, out=order.pixels)
            return order

        def work(place: int) -> None:
            index = int(indices[place])
            try:
                picture = self._one(index)
            except PictureError as error:
                order.failed[index] = str(error)
                return
            order.pixels[place] = picture
            if seen is not None:
                seen(index, picture)

        order.task = self._pool.start(Task(work, len(indices)))
        return order

    def finish(self, order: Order, waiting: KeepWaiting | None = None) -> ReadPictures:
        """The pictures, once they are there. Raises what `waiting` raises."""
        if order.task is not None:

            def look(place: int | None, seconds: float) -> None:
                if waiting is not None:
                    name = self._name_of(int(order.indices[place])) if place is not None else ""
                    waiting(name, seconds)

            try:
                self._pool.finish(order.task, look)
            except BaseException:
                self._on_its_way -= order.pixels.nbytes
                raise
        self._on_its_way -= order.pixels.nbytes
        if not order.failed:
            return ReadPictures(order.pixels, np.arange(len(order.indices), dtype=np.int64), {})
        good = np.array([int(i) not in order.failed for i in order.indices], np.bool_)
        places = np.flatnonzero(good).astype(np.int64)
        return ReadPictures(order.pixels[places], places, dict(order.failed))

    def read(self, indices: Indices, waiting: KeepWaiting | None = None) -> ReadPictures:
        return self.finish(self.start(indices), waiting)

    def cancel(self, order: Order) -> None:
        """Nobody wants it any more."""
        if order.task is not None:
            self._pool.cancel(order.task)
        self._on_its_way -= order.pixels.nbytes

    def close(self) -> None:
        """Lets go of the threads and of what was kept."""
        self._pool.close()
        self._kept, self._has = self._kept[:0], self._has[:0]
        self._capacity = 0

    def _one(self, index: int) -> PictureArray:
        if index < self._capacity and self._has[index]:
            kept: PictureArray = self._kept[index]
            return kept
        picture = self._read(index)
        if index < self._capacity:
            self._kept[index] = picture
            self._has[index] = True
        return picture


class ArrayStream:
    """A PictureStream over pictures that are in memory, for where they do not fit onto the device."""

    def __init__(self, pictures: PictureArray) -> None:
        self._pictures = pictures

    @property
    def shape(self) -> tuple[int, int, int, int]:
        count, channels, height, width = self._pictures.shape
        return count, channels, height, width

    @property
    def complete(self) -> bool:
        return False  # it stays a stream

    def whole(self) -> PictureArray:
        return self._pictures

    def ahead(self, count: int) -> int:
        return 0

    def start(self, indices: Indices) -> Order:
        return Order(indices, self._pictures[indices])

    def finish(self, order: Order, waiting: KeepWaiting | None = None) -> ReadPictures:
        return ReadPictures(order.pixels, np.arange(len(order.indices), dtype=np.int64), {})

    def read(self, indices: Indices, waiting: KeepWaiting | None = None) -> ReadPictures:
        return self.finish(self.start(indices), waiting)

    def cancel(self, order: Order) -> None:
        pass

    def close(self) -> None:
        self._pictures = self._pictures[:0]
