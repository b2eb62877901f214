"""What a source of data declares: how it is recognised, which options it has, how it is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from studio.core.params import Param, Params
from studio.core.project import DatasetChoice
from studio.data.dataset import Dataset, Progress


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of the source registry.

    `recognises(text)`: whether this source is the one for what the user named; cheap, never raises.
    `choose(text, options)`: looks at it and fills in the choice, facts included; options that are left
    out are guessed. `open(choice, progress)`: the dataset, indexed. Both raise DataError.
    """

    id: str
    name: str
    help: str
    recognises: Callable[[str], bool]
    choose: Callable[[str, Params], DatasetChoice]
    open: Callable[[DatasetChoice, Progress | None], Dataset]
    params: tuple[Param, ...] = ()
    params_of: Callable[[DatasetChoice], tuple[Param, ...]] | None = None  # where they differ by location
    reads_packed: bool = False  # a .gz is read as it is; other archives are unpacked first

    def declared(self, choice: DatasetChoice) -> tuple[Param, ...]:
        """The options of one of its datasets."""
        return self.params_of(choice) if self.params_of is not None else self.params


def absolute(text: str) -> str:
    """A path as it is written into a project: absolute, with ~ resolved, links left alone."""
    return str(Path(text).expanduser().absolute())
