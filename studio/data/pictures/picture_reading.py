"""What has been read of a dataset's pictures so far."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from studio.core.project import DatasetFacts
from studio.data.dataset import Samples, Skipped
from studio.data.pictures.examined import Examined, channel_figures
from studio.data.pictures.picture_keys import SampleKeys


@dataclass(slots=True)
class PictureReading:
    """Shared by all splits of the same pictures. `facts`: of the data alone, without what the user says of
    them; `usable`: the indices of the pictures that can be read, None while all can as far as is known."""

    facts: DatasetFacts
    keys: SampleKeys
    samples: Samples | None = None
    examined: Examined | None = None
    skipped: tuple[Skipped, ...] = ()
    usable: npt.NDArray[np.int64] | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)

    def kept(self, index: int) -> npt.NDArray[np.generic] | None:
        """A picture (channels, height, width), where it is in memory."""
        samples = self.samples  # another thread may set it meanwhile
        lost = self.examined is not None and index in self.examined.reasons
        if samples is None or not isinstance(samples.inputs, np.ndarray) or lost:
            return None
        picture: npt.NDArray[np.generic] = samples.inputs[index]
        return picture

    def figures(self, rows: npt.NDArray[np.int64]) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
        """Mean and spread per channel of these pictures, where their sums are known."""
        if self.examined is None or self.examined.sums is None:
            return None
        _, height, width = self.facts.input_shape
        return channel_figures(self.examined.sums[rows], height * width)

    def identified(self, fingerprint: str) -> None:
        """The data are these now."""
        self.facts = replace(self.facts, fingerprint=fingerprint)

    def leave_out(self, skipped: Mapping[int, Skipped], usable: npt.NDArray[np.int64]) -> None:
        """These cannot be read, by index; those others can."""
        self.usable = usable if skipped else None
        self.skipped = tuple(skipped[i] for i in sorted(skipped))
        self.facts = replace(self.facts, samples=len(usable))
