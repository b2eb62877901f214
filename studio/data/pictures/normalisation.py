"""The ways to bring inputs to a common scale: declared here for the form, training, the script and files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from studio.core.project import DatasetFacts
from studio.core.registry import Registry
from studio.data.dataset import DataError

Figures = tuple[tuple[float, ...], tuple[float, ...]]
NormalisationId = Literal["training", "imagenet", "none"]


@dataclass(frozen=True, slots=True)
class Normalisation:
    """`pictures`, `rows`: what it is for. `mean`, `std`: fixed figures per channel, of values 0..1; where
    there are none, they are measured on the training split, or 0 and 1 for "none"."""

    id: NormalisationId
    name: str
    help: str
    pictures: bool = True
    rows: bool = True
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()

    def fits(self, facts: DatasetFacts | None) -> bool:
        """Whether it can be used on this dataset; True while that is not known."""
        if facts is None:
            return True
        if len(facts.input_shape) != 3:
            return self.rows
        return self.pictures and (not self.mean or facts.input_shape[0] == len(self.mean))

    def figures(self, facts: DatasetFacts, measure: Callable[[], Figures]) -> Figures:
        """Mean and spread per channel of pictures; `measure` gives those of the training split.

        Raises: DataError: it has figures for pictures of another sort.
        """
        if self.id == "training":
            return measure()
        channels = facts.input_shape[0]
        if not self.fits(facts):
            raise DataError(
                f"Normalisation “{self.name}” has figures for {len(self.mean)} colour channels; these "
                f"pictures have {channels}. Choose “{NORMALISATIONS['training'].name}”.",
                "normalisation",
            )
        return (self.mean, self.std) if self.mean else ((0.0,) * channels, (1.0,) * channels)


NORMALISATIONS: Registry[Normalisation] = Registry(
    "normalisation",
    (
        Normalisation(
            "training",
            "From the training part",
            "All inputs get mean 0 and spread 1, with figures of the training part only. The usual choice: "
            "networks learn faster from numbers around 0.",
        ),
        Normalisation(
            "imagenet",
            "ImageNet's",
            "The fixed figures of ImageNet, a collection of a million photos. Right for networks that were "
            "trained on it before; fine for all colour photos.",
            rows=False,
            mean=(0.485, 0.456, 0.406),
            std=(0.229, 0.224, 0.225),
        ),
        Normalisation(
            "none",
            "None",
            "Inputs stay as they are: pictures from 0 to 1, numbers of a table as they stand there. Good for "
            "trying out what normalisation does.",
        ),
    ),
)
