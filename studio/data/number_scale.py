"""Numbers to predict: what they are called, and how they become targets that a network learns easily."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.core.project import DatasetFacts
from studio.data.json_values import as_numbers, as_texts
from studio.data.tables.column_transforms import mean_and_deviation
from studio.data.tables.numbers import number_text

Numbers = npt.NDArray[np.float64]
_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True, slots=True)
class NumberScale:
    """One of each for every number. A prediction is output * std + mean, in the unit."""

    names: tuple[str, ...]
    units: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]

    @staticmethod
    def of(names: tuple[str, ...], units: tuple[str, ...], train: Numbers) -> NumberScale:
        """With the figures of the training samples (n, numbers)."""
        figures = [mean_and_deviation(train[:, place]) for place in range(len(names))]
        return NumberScale(names, units, tuple(m for m, _ in figures), tuple(s for _, s in figures))

    def scaled(self, numbers: Numbers) -> npt.NDArray[np.float32]:
        """(n, numbers) as a network learns them."""
        shares = (numbers - np.array(self.mean)) / np.array(self.std)
        within: npt.NDArray[np.float32] = np.clip(shares, -_LARGEST, _LARGEST).astype(np.float32)
        return within

    def told(self, outputs: Numbers) -> Numbers:
        """Outputs (n, numbers) as people say them."""
        numbers: Numbers = outputs * np.array(self.std) + np.array(self.mean)
        return numbers

    def to_json(self) -> dict[str, object]:
        return {
            "names": list(self.names),
            "units": list(self.units),
            "mean": list(self.mean),
            "std": list(self.std),
        }


def scale_from_json(value: object) -> NumberScale | None:
    """What `to_json` wrote, checked: it may come from a stranger's file.

    Raises: TypeError, ValueError, KeyError.
    """
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise TypeError(value)
    names, units = as_texts(value["names"]), as_texts(value["units"])
    mean, std = as_numbers(value["mean"]), as_numbers(value["std"])
    if not names or not len(names) == len(units) == len(mean) == len(std) or min(std) <= 0:
        raise ValueError(value)
    return NumberScale(names, units, mean, std)


def number_of(value: float, unit: str) -> str:
    """ "12 cm" """
    return f"{number_text(value)} {unit}".rstrip()


def answer_text(facts: DatasetFacts, values: Sequence[float] | Numbers, units: Sequence[str]) -> str:
    """Several labels, or numbers, as people write them: “cat, dog”, “12 cm”, “x 3, y 4.5”."""
    if facts.multi_label:
        told = [name for name, value in zip(facts.classes, values, strict=True) if value > 0]
        return ", ".join(told) or "none"
    written = [number_of(float(value), unit) for value, unit in zip(values, units, strict=True)]
    if len(written) == 1:
        return written[0]
    return ", ".join(f"{name} {text}" for name, text in zip(facts.numbers, written, strict=True))
