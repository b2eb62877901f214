"""The samples of a run: decoded once, resident on the device, indexed and normalised batch by batch.

The order of an epoch is a formula, not a state: `torch.randperm` with a generator seeded with
`seed * 1_000_000 + epoch`. Any script can repeat it, and a run can resume in the middle of an epoch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from studio.data.dataset import Samples
from studio.data.preprocessing import PicturePreprocessing, Preprocessing

Augment = Callable[[Tensor, torch.Generator], Tensor]


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


def steps_per_epoch(n: int, batch_size: int) -> int:
    """How many batches `epoch_batches` makes."""
    steps = -(-n // batch_size)
    return steps - 1 if steps > 1 and n % batch_size == 1 else steps


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step learns from: normalised inputs (batch, ...) and targets, on the device."""

    inputs: Tensor
    targets: Tensor


class PictureNormalisation:
    """uint8 pictures (batch, channels, height, width) as the network takes them: (x / 255 - mean) / std.

    mean and std are per channel, of values in 0..1.
    """

    def __init__(self, mean: tuple[float, ...], std: tuple[float, ...], device: torch.device) -> None:
        means = torch.tensor(mean, dtype=torch.float64).view(1, -1, 1, 1)
        stds = torch.tensor(std, dtype=torch.float64).view(1, -1, 1, 1)
        # One multiply-add instead of a division, a subtraction and a division.
        self._scale, self._shift = (1 / stds).float().to(device), (-means / stds).float().to(device)
        self._byte_scale = (1 / (255 * stds)).float().to(device)

    def __call__(self, pictures: Tensor) -> Tensor:
        return torch.addcmul(self._shift, pictures.float(), self._byte_scale)

    def augmented(self, pictures: Tensor, augment: Augment, generator: torch.Generator) -> Tensor:
        """The same with random changes of the values 0..1 in between."""
        changed = augment(pictures.float().div_(255), generator)
        return torch.addcmul(self._shift, changed, self._scale)


def picture_normalisation(preprocessing: Preprocessing, device: torch.device) -> PictureNormalisation | None:
    """How pictures become numbers; None for tables, whose numbers are ready."""
    if isinstance(preprocessing, PicturePreprocessing):
        return PictureNormalisation(preprocessing.mean, preprocessing.std, device)
    return None


class ResidentSplit:
    """One split on the device. Pictures stay uint8 until they are used: a quarter of the memory."""

    def __init__(
        self,
        samples: Samples,
        rows: npt.NDArray[np.int64],
        device: torch.device,
        normalise: PictureNormalisation | None,
        augment: Augment | None = None,
    ) -> None:
        self.rows = rows
        self._inputs = torch.from_numpy(np.ascontiguousarray(samples.inputs[rows])).to(device)
        self._targets = torch.from_numpy(np.ascontiguousarray(samples.targets[rows])).to(device)
        self._normalise = normalise
        self._augment = augment
        self._device = device

    def __len__(self) -> int:
        return len(self.rows)

    def order(self, batch_size: int, seed: int, epoch: int) -> list[Tensor]:
        """The epoch's batches as indices on the device."""
        batches = epoch_batches(len(self), batch_size, seed, epoch)
        return batches if self._device.type == "cpu" else [b.to(self._device) for b in batches]

    def take(self, index: Tensor, generator: torch.Generator | None = None) -> Batch:
        """A batch for training: picked, augmented and normalised as a whole."""
        inputs = self._inputs.index_select(0, index)
        if self._normalise is not None:
            if self._augment is not None and generator is not None:
                inputs = self._normalise.augmented(inputs, self._augment, generator)
            else:
                inputs = self._normalise(inputs)
        return Batch(inputs, self._targets.index_select(0, index))

    def slice(self, start: int, stop: int) -> Batch:
        """Consecutive samples in the dataset's order, for validation and tests."""
        inputs = self._inputs[start:stop]
        return Batch(
            self._normalise(inputs) if self._normalise is not None else inputs, self._targets[start:stop]
        )

    def all_targets(self) -> Tensor:
        """Every target in the dataset's order, on the CPU."""
        return self._targets.cpu()

    def close(self) -> None:
        """Gives the memory back, whoever still holds the split."""
        self._inputs = self._inputs.new_empty(0)
        self._targets = self._targets.new_empty(0)
