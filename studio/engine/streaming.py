"""Samples that do not fit into memory: read ahead by other threads, batch by batch, in the same order and
to the same bits as if they did."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from studio.data.dataset import DataError, Samples
from studio.data.pictures.picture_store import ArrayStream
from studio.data.pictures.picture_stream import Order, PictureStream, ReadPictures
from studio.engine.batches import (
    Augment,
    Batch,
    PictureNormalisation,
    Resident,
    ResidentSplit,
    Split,
    batches_of,
    picture_batch,
)
from studio.engine.reading import Reading

Rows = npt.NDArray[np.int64]
_DEVICE_SHARE = 0.6  # of the device's free memory; the network needs the rest
_HOPELESS = 3  # batches in a row of which nothing can be read


def placed(
    samples: Samples, device: torch.device, name_of: Callable[[int], str], reading: Reading
) -> Resident | Streamed:
    """The samples on the device where they are in memory and fit there; else as a stream."""
    inputs = samples.inputs
    if isinstance(inputs, np.ndarray):
        if inputs.dtype != np.uint8 or _fits(inputs.nbytes, device):
            return Resident.of(inputs, samples.targets, device)
        inputs = ArrayStream(inputs.astype(np.uint8, copy=False))
    return Streamed(inputs, samples.targets, device, name_of, reading)


def _fits(needed: int, device: torch.device) -> bool:
    if device.type != "cuda":
        return True  # the CPU's memory is where they are; others do not tell
    free, _ = torch.cuda.mem_get_info(device)
    return needed <= free * _DEVICE_SHARE


class Streamed:
    """A stream of pictures with their targets, for all splits."""

    def __init__(
        self,
        stream: PictureStream,
        targets: npt.NDArray[np.generic],
        device: torch.device,
        name_of: Callable[[int], str],
        reading: Reading,
    ) -> None:
        self.stream = stream
        self.targets = torch.from_numpy(np.ascontiguousarray(targets)).to(device)
        self.device = device
        self._numbers = targets
        self._name_of = name_of
        self._reading = reading
        self._resident: Resident | None = None
        self._hopeless = 0

    def split(
        self,
        rows: Rows,
        normalise: PictureNormalisation | None,
        augment: Augment | None = None,
        channels_last: bool = False,
    ) -> Split:
        return StreamedSplit(self, rows, normalise, augment, channels_last)

    def settled(self) -> Resident | None:
        """All samples on the device, once all have been read and fit there."""
        if self._resident is None and self.stream.complete:
            pictures = self.stream.whole()
            if _fits(pictures.nbytes, self.device):
                self._resident = Resident.of(pictures, self._numbers, self.device)
        return self._resident

    def finish(self, order: Order) -> ReadPictures:
        """Waits for pictures. Raises Cancelled: the run is to stop; DataError: nothing can be read."""
        read = self.stream.finish(order, self._reading.waiting)
        self._reading.answered()
        if read.failed:
            reasons = {self._name_of(index): reason for index, reason in sorted(read.failed.items())}
            self._reading.left_out(reasons)
            self._hopeless = 0 if len(read.places) else self._hopeless + 1
            if self._hopeless >= _HOPELESS:
                name, reason = next(iter(reasons.items()))
                raise DataError(
                    f"The pictures cannot be read any more (“{name}”: {reason}). Look whether the drive or "
                    "folder is still there, then go on from the last checkpoint.",
                    "missing",
                )
        else:
            self._hopeless = 0
        return read

    def close(self) -> None:
        self.stream.close()
        self._resident = None


class StreamedSplit:
    """The rows of one split. Asked for batches in order, it has the next ones read meanwhile."""

    def __init__(
        self,
        streamed: Streamed,
        rows: Rows,
        normalise: PictureNormalisation | None,
        augment: Augment | None,
        channels_last: bool,
    ) -> None:
        self.rows = rows
        self._streamed = streamed
        self._normalise = normalise
        self._augment = augment
        self._channels_last = channels_last
        self._settled: ResidentSplit | None = None
        self._order: list[Tensor] = []
        self._plan: tuple[
            object, ...
        ] = ()  # what is being read ahead: the epoch's batches, or slices of a size
        self._next = 0
        self._coming: deque[Order] = deque()

    def __len__(self) -> int:
        return len(self.rows)

    def order(self, batch_size: int, seed: int, epoch: int, weights: Tensor | None = None) -> list[Tensor]:
        """The epoch's batches as places in this split."""
        self._drop()
        resident = self._streamed.settled()
        if resident is not None and self._settled is None:
            self._settled = ResidentSplit(
                resident, self.rows, self._normalise, self._augment, self._channels_last
            )
        if self._settled is not None:
            return self._settled.order(batch_size, seed, epoch, weights)
        self._order = batches_of(len(self), batch_size, seed, epoch, weights)
        return self._order

    def take(self, index: Tensor, generator: torch.Generator | None = None) -> Batch:
        """A batch for training: read, augmented and normalised as a whole. Empty if none can be read."""
        if self._settled is not None:
            return self._settled.take(index, generator)
        order = self._order
        place = next(i for i in range(self._next, len(order)) if order[i] is index)

        def rows_of(number: int) -> Rows | None:
            return self.rows[order[number].numpy()] if number < len(order) else None

        read, rows = self._fetch(("epoch", id(order)), place, rows_of)
        return self._batch(read, rows, generator)

    def slice(self, start: int, stop: int) -> Batch:
        """Consecutive samples in the dataset's order, for validation and tests; never augmented."""
        if self._settled is not None:
            return self._settled.slice(start, stop)
        size = stop - start

        def rows_of(number: int) -> Rows | None:
            rows = self.rows[start % size :][number * size : (number + 1) * size]
            return rows if len(rows) else None

        read, rows = self._fetch(("slices", size, start % size), start // size, rows_of)
        return self._batch(read, rows, None)

    def close(self) -> None:
        """Gives the memory back, whoever still holds the split."""
        self._drop()
        self._settled = None
        self._streamed.close()

    def _fetch(
        self, plan: tuple[object, ...], number: int, rows_of: Callable[[int], Rows | None]
    ) -> tuple[ReadPictures, Rows]:
        stream = self._streamed.stream
        if plan != self._plan or number != self._next:
            self._drop()
            self._plan, self._next = plan, number
        rows = rows_of(number)
        assert rows is not None
        wanted = 1 + stream.ahead(len(rows))
        while len(self._coming) < wanted:
            coming = rows_of(number + len(self._coming))
            if coming is None:
                break
            self._coming.append(stream.start(coming))
        self._next += 1
        return self._streamed.finish(self._coming.popleft()), rows

    def _batch(self, read: ReadPictures, rows: Rows, generator: torch.Generator | None) -> Batch:
        rows = rows[read.places]
        inputs = torch.from_numpy(read.pixels).to(self._streamed.device)
        targets = self._streamed.targets.index_select(0, torch.from_numpy(rows).to(self._streamed.device))
        if not len(rows):
            return Batch(inputs.float(), targets, rows=rows)
        augment = self._augment if generator is not None else None
        inputs, targets, mixed = picture_batch(
            inputs, targets, self._normalise, augment, generator, self._channels_last
        )
        return Batch(inputs, targets, mixed, rows)

    def _drop(self) -> None:
        """What was being read ahead is not wanted any more."""
        for order in self._coming:
            self._streamed.stream.cancel(order)
        self._coming.clear()
        self._plan, self._next = (), 0
