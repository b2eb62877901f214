"""What a dataset with a table learns, with the evidence: it may be chosen otherwise."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from studio.core.project import DatasetFacts
from studio.data.tables.numbers import number_text


class _Answers(Protocol):
    @property
    def facts(self) -> DatasetFacts: ...
    @property
    def values(self) -> npt.NDArray[np.float64] | None: ...
    @property
    def units(self) -> tuple[str, ...]: ...
    def label_of(self, index: int) -> str: ...


def learning_notes(dataset: _Answers) -> list[str]:
    """One sentence; none where each picture is of one class, which needs no words."""
    values, facts = dataset.values, dataset.facts
    if values is None or not len(values):
        return []
    if facts.multi_label:
        most = int(values.sum(axis=1).argmax())
        bare = int((~values.any(axis=1)).sum())
        none = "has none of them" if bare == 1 else "have none of them"
        without = f" {bare:,} {none}." if bare else ""
        return [
            f"A picture may have several of the {len(facts.classes):,} labels, such as "
            f"“{dataset.label_of(most)}”: each is learnt by itself.{without} "
            "“What is learnt” under Preparation changes this."
        ]
    ranges = []
    for place, (name, unit) in enumerate(zip(facts.numbers, dataset.units, strict=True)):
        low, high = (number_text(float(v)) for v in (values[:, place].min(), values[:, place].max()))
        ranges.append(f"“{name}”, from {low} to {high} {unit}".rstrip())
    what = "A number is learnt" if len(ranges) == 1 else "Numbers are learnt"
    return [f"{what}: {'; '.join(ranges)}. “What is learnt” under Preparation changes this."]
