"""What pictures are to be answered with: one class each, several labels, or numbers; and what the user
corrected of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from studio.core.project import DatasetFacts, Relabelled
from studio.data.label_overlay import Overlay, lay_over
from studio.data.label_places import placed
from studio.data.number_scale import NumberScale, answer_text
from studio.data.sample_keys import Keys

Labels = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PictureAnswers:
    """`own`: as the source gives them; `overlay`: those with the user's own in them. Numbers have `units`."""

    own: Overlay
    units: tuple[str, ...]
    overlay: Overlay

    @classmethod
    def of(
        cls,
        labels: Labels,
        classes: tuple[str, ...],
        values: Values | None = None,
        units: tuple[str, ...] = (),
    ) -> PictureAnswers:
        """As the source gives them, with nothing corrected.

        `values`: (n, k), where numbers are predicted; or 1 for each label that a picture has. Then the labels
        only say which pictures a split is to mix evenly.
        """
        own = Overlay(labels, classes, values)
        return cls(own, units, own)

    @property
    def labels(self) -> Labels:
        return self.overlay.labels

    @property
    def own_labels(self) -> Labels:
        return self.own.labels

    @property
    def classes(self) -> tuple[str, ...]:
        return self.overlay.classes

    @property
    def values(self) -> Values | None:
        return self.overlay.values

    @property
    def lacks_samples(self) -> bool:
        """Whether a label of the user's belongs to no sample; a renamed file may be found by its content."""
        return any(one.content for one in self.overlay.left_over)

    def corrected(
        self,
        own: Sequence[Relabelled],
        name_of: Callable[[int], str],
        keys: Keys | None,
        numbered: Callable[[int], bytes | None] | None,
    ) -> PictureAnswers:
        """With these labels of the user's and no others; see `placed`."""
        if not own:
            return replace(self, overlay=self.own)
        wanted = {one.sample for one in own}
        found = {name: i for i in range(len(self.own.labels)) if (name := name_of(i)) in wanted}
        return replace(self, overlay=lay_over(self.own, placed(own, found.get, keys, numbered=numbered)))

    def text(self, index: int, facts: DatasetFacts) -> str:
        """For people."""
        return self._text(self.overlay, index, facts)

    def own_text(self, index: int, facts: DatasetFacts) -> str:
        """What the data say of it, for people."""
        return self._text(self.own, index, replace(facts, classes=self.own.classes))

    def _text(self, overlay: Overlay, index: int, facts: DatasetFacts) -> str:
        if overlay.values is None:
            return overlay.classes[int(overlay.labels[index])]
        return answer_text(facts, overlay.values[index], self.units)

    def members(self, label: int) -> npt.NDArray[np.int64]:
        """The indices of the pictures of a class, or with a label."""
        here = self.labels == label if self.values is None else self.values[:, label] > 0
        return np.flatnonzero(here)

    def counts(self, usable: npt.NDArray[np.int64], facts: DatasetFacts) -> tuple[int, ...]:
        """How many of these pictures each class or label has; empty where numbers are predicted."""
        if self.values is None:
            return tuple(np.bincount(self.labels[usable], minlength=len(facts.classes)).tolist())
        present = self.values[usable].sum(axis=0).astype(np.int64)
        return tuple(present.tolist()) if facts.multi_label else ()

    def scale(self, train: npt.NDArray[np.int64], facts: DatasetFacts) -> NumberScale | None:
        """What brings numbers to mean 0 and spread 1 in the training part; None where none are learnt."""
        if self.values is None or facts.multi_label:
            return None
        return NumberScale.of(facts.numbers, self.units, self.values[train])

    def learnt(self, scale: NumberScale | None) -> npt.NDArray[np.float32] | None:
        """(n, k) for the network: 1 and 0 for labels, else numbers on that scale. None where classes are
        learnt: then the labels are it."""
        if self.values is None:
            return None
        return self.values.astype(np.float32) if scale is None else scale.scaled(self.values)
