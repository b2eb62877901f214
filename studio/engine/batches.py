"""The samples of a run: resident on the device, indexed and normalised batch by batch. What does not fit
there is streamed, see streaming.py.

The order of an epoch is a formula, not a state: `torch.randperm` with a generator seeded with
`seed * 1_000_000 + epoch`. Any script can repeat it, and a run can resume in the middle of an epoch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from studio.data.preprocessing import PicturePreprocessing, Preprocessing


@dataclass(frozen=True, slots=True)
class Mixed:
    """What mixup or CutMix put into a batch: the targets of the other pictures, and the share (a number
    on the device, one for the batch) that is each picture's own."""

    targets: Tensor
    share: Tensor


# From pictures with values 0..1, their targets and the source of all randomness: changed pictures, their
# targets (boxes move along), and what was mixed in.
Augment = Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor, Mixed | None]]


def epoch_batches(n: int, batch_size: int, seed: int, epoch: int) -> list[Tensor]:
    """The sample numbers of each batch of one epoch, in order.

    The order depends on the seed and the epoch alone. A last batch of a single sample joins the one
    before it, because batch normalisation cannot be computed from one sample.
    """
    generator = torch.Generator().manual_seed(seed * 1_000_000 + epoch)
    batches = list(torch.split(torch.randperm(n, generator=generator), batch_size))
    if batch_size > 1 and len(batches) > 1 and len(batches[-1]) == 1:
        batches[-2:] = [torch.cat(batches[-2:])]
    return batches


def balanced_batches(weights: Tensor, batch_size: int, seed: int, epoch: int) -> list[Tensor]:
    """The sample numbers of each batch of one epoch, drawn by weight: some several times, others not at all.

    As many as there are samples; which ones depends on the seed and the epoch alone.
    """
    generator = torch.Generator().manual_seed(seed * 1_000_000 + epoch)
    drawn = torch.multinomial(weights, len(weights), replacement=True, generator=generator)
    batches = list(torch.split(drawn, batch_size))
    if batch_size > 1 and len(batches) > 1 and len(batches[-1]) == 1:
        batches[-2:] = [torch.cat(batches[-2:])]
    return batches


def batches_of(n: int, batch_size: int, seed: int, epoch: int, weights: Tensor | None) -> list[Tensor]:
    """One epoch: every sample once, or drawn by weight where there are weights."""
    if weights is None:
        return epoch_batches(n, batch_size, seed, epoch)
    return balanced_batches(weights, batch_size, seed, epoch)


def drawing_weights(targets: Tensor) -> Tensor:
    """How often each sample is drawn, so that every class comes up as often: 1 / samples of its class."""
    return 1 / torch.bincount(targets)[targets].double()


def label_drawing_weights(targets: Tensor) -> Tensor:
    """The same for several labels a sample: it goes by its rarest; those without any are one group."""
    has = targets > 0.5
    rarest = torch.where(has, has.sum(dim=0), len(targets) + 1).argmin(dim=1)
    return drawing_weights(torch.where(has.any(dim=1), rarest, targets.shape[1]))


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step learns from: normalised inputs (batch, ...) and targets, on the device.

    `rows`: the samples' indices in the dataset. Of pictures that are streamed, some may have become
    unreadable and be missing; then even all may.
    """

    inputs: Tensor
    targets: Tensor
    mixed: Mixed | None = None
    rows: npt.NDArray[np.int64] | None = None

    @property
    def shown(self) -> Tensor:
        """What each input shows most of, for the metrics: the class with the larger share."""
        if self.mixed is None:
            return self.targets
        if self.targets.is_floating_point():
            return torch.lerp(self.mixed.targets, self.targets, self.mixed.share.to(self.targets.dtype))
        return torch.where(self.mixed.share >= 0.5, self.targets, self.mixed.targets)


class Split(Protocol):
    """The rows of one split, taken batch by batch."""

    @property
    def rows(self) -> npt.NDArray[np.int64]: ...
    def __len__(self) -> int: ...
    def order(
        self, batch_size: int, seed: int, epoch: int, weights: Tensor | None = None
    ) -> list[Tensor]: ...
    def take(self, index: Tensor, generator: torch.Generator | None = None) -> Batch: ...
    def slice(self, start: int, stop: int) -> Batch: ...
    def close(self) -> None: ...


class PictureNormalisation:
    """uint8 pictures (batch, channels, height, width) as the network takes them: (x / 255 - mean) / std.

    mean and std are per channel, of values in 0..1.
    """

    def __init__(self, mean: tuple[float, ...], std: tuple[float, ...], device: torch.device) -> None:
        means = torch.tensor(mean, dtype=torch.float64).view(1, -1, 1, 1)
        stds = torch.tensor(std, dtype=torch.float64).view(1, -1, 1, 1)
        # One multiplication and one addition instead of a division, a subtraction and a division.
        self._scale, self._shift = (1 / stds).float().to(device), (-means / stds).float().to(device)
        self._byte_scale = (1 / (255 * stds)).float().to(device)

    def __call__(self, pictures: Tensor) -> Tensor:
        # In place, in two passes: torch.addcmul with a number for each channel takes three times as long.
        return pictures.float().mul_(self._byte_scale).add_(self._shift)

    def of_shares(self, pictures: Tensor) -> Tensor:
        """The same for pictures whose values are 0..1 already, as augmentations leave them."""
        return pictures.mul(self._scale).add_(self._shift)


def picture_normalisation(preprocessing: Preprocessing, device: torch.device) -> PictureNormalisation | None:
    """How pictures become numbers; None for tables, whose numbers are ready."""
    if isinstance(preprocessing, PicturePreprocessing):
        return PictureNormalisation(preprocessing.mean, preprocessing.std, device)
    return None


@dataclass(frozen=True, slots=True)
class Resident:
    """All samples on the device, once, for all splits. Pictures stay uint8 until they are used: a
    quarter of the memory, and on the CPU no copy of what the dataset holds."""

    inputs: Tensor
    targets: Tensor

    @staticmethod
    def of(
        inputs: npt.NDArray[np.generic], targets: npt.NDArray[np.generic], device: torch.device
    ) -> Resident:
        on_device = torch.from_numpy(np.ascontiguousarray(inputs)).to(device)
        return Resident(on_device, torch.from_numpy(np.ascontiguousarray(targets)).to(device))

    def split(
        self,
        rows: npt.NDArray[np.int64],
        normalise: PictureNormalisation | None,
        augment: Augment | None = None,
        channels_last: bool = False,
    ) -> Split:
        return ResidentSplit(self, rows, normalise, augment, channels_last)


class ResidentSplit:
    """The rows of one split, taken batch by batch."""

    def __init__(
        self,
        resident: Resident,
        rows: npt.NDArray[np.int64],
        normalise: PictureNormalisation | None,
        augment: Augment | None = None,
        channels_last: bool = False,
    ) -> None:
        self.rows = rows
        self._resident: Resident | None = resident
        self._device = resident.inputs.device
        self._rows = torch.from_numpy(np.ascontiguousarray(rows)).to(self._device)
        self._normalise = normalise
        self._augment = augment
        self._channels_last = channels_last

    def __len__(self) -> int:
        return len(self.rows)

    def order(self, batch_size: int, seed: int, epoch: int, weights: Tensor | None = None) -> list[Tensor]:
        """The epoch's batches as places in this split, on the device; `weights`: drawn by these."""
        batches = batches_of(len(self), batch_size, seed, epoch, weights)
        return batches if self._device.type == "cpu" else [b.to(self._device) for b in batches]

    def take(self, index: Tensor, generator: torch.Generator | None = None) -> Batch:
        """A batch for training: picked, augmented and normalised as a whole."""
        return self._batch(self._rows.index_select(0, index), generator)

    def slice(self, start: int, stop: int) -> Batch:
        """Consecutive samples in the dataset's order, for validation and tests; never augmented."""
        batch = self._batch(self._rows[start:stop], None)
        return Batch(batch.inputs, batch.targets, rows=self.rows[start:stop])

    def _batch(self, rows: Tensor, generator: torch.Generator | None) -> Batch:
        resident = self._resident
        assert resident is not None, "the run is over"
        inputs = resident.inputs.index_select(0, rows)
        targets = resident.targets.index_select(0, rows)
        augment = self._augment if generator is not None else None
        inputs, targets, mixed = picture_batch(
            inputs, targets, self._normalise, augment, generator, self._channels_last
        )
        return Batch(inputs, targets, mixed)

    def close(self) -> None:
        """Gives the memory back, whoever still holds the split."""
        self._resident = None


def picture_batch(
    inputs: Tensor,
    targets: Tensor,
    normalise: PictureNormalisation | None,
    augment: Augment | None,
    generator: torch.Generator | None,
    channels_last: bool,
) -> tuple[Tensor, Tensor, Mixed | None]:
    """Inputs as the network takes them, and their targets; `normalise` None: they are so already."""
    if normalise is None:
        return inputs, targets, None
    mixed: Mixed | None = None
    if augment is not None and generator is not None:
        inputs, targets, mixed = augment(inputs.float().div_(255), targets, generator)
        inputs = normalise.of_shares(inputs)
    else:
        inputs = normalise(inputs)
    # Afterwards: numbers for each channel are slow to apply where channels lie side by side.
    return to_channels_last(inputs) if channels_last else inputs, targets, mixed


def to_channels_last(pictures: Tensor) -> Tensor:
    """The same values, colours of a pixel side by side in memory: the CPU's convolutions, normalisation
    and pooling take two thirds of the time then."""
    _, channels, height, width = pictures.shape
    if channels == 1:  # both layouts are one, and torch has to be told which is meant
        return pictures.contiguous().as_strided(pictures.shape, (height * width, 1, width, 1))
    return pictures.contiguous(memory_format=torch.channels_last)


def channels_last_pays(model: nn.Module, device: torch.device) -> bool:
    """On the CPU, for networks with 2-D convolutions. GPUs gain in half precision only."""
    return device.type == "cpu" and any(isinstance(m, nn.Conv2d) for m in model.modules())
