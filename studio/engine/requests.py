"""Everything that can be asked of the engine's host, as plain picklable values. No torch here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from studio.core.params import ParamValue
from studio.core.project import Project, Recipe

Split = Literal["train", "validation", "test", "all"]


@dataclass(frozen=True, slots=True)
class Train:
    """Train a project. Answered by run events, ending in RunFinished or RunFailed.

    `runs_folder`: where the run's own folder is made (record.jsonl, last.safetensors, best.safetensors).
    `resume_from`: a checkpoint to go on from; the project's recipe decides how far.
    `output`: where the final checkpoint is also written, if anywhere.
    """

    project: Project
    runs_folder: str
    resume_from: str | None = None
    output: str | None = None


@dataclass(frozen=True, slots=True)
class ListDevices:
    """Answered by DevicesListed."""


@dataclass(frozen=True, slots=True)
class Evaluate:
    """Answered by Evaluation.

    `dataset`: another dataset (a bundled name or a path) than the checkpoint's own. `split`: a part of it,
    drawn as the checkpoint's project says; None: the test split of its own dataset, all of another.
    """

    checkpoint: str
    split: Split | None = None
    dataset: str | None = None
    device: str = "auto"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An input that whoever asks could not read; the answer keeps its place and says why."""

    text: str
    problem: str


Question = str | Mapping[str, ParamValue] | Unreadable


@dataclass(frozen=True, slots=True)
class Predict:
    """Answered by Predicted. An input is a path (picture, CSV whose rows are each predicted)
    or a row of a table by column name."""

    checkpoint: str
    inputs: tuple[Question, ...]
    device: str = "auto"


@dataclass(frozen=True, slots=True)
class Export:
    """Answered by Exported. `source` is a project or the path of a checkpoint."""

    source: Project | str
    to: Literal["script", "onnx", "pth"]
    file: str


@dataclass(frozen=True, slots=True)
class ImportWeights:
    """Answered by Imported: a checkpoint at `output` of this project with the weights of a file, which
    may be a `.pth` state dictionary or any safetensors file of the same network."""

    project: Project
    weights: str
    output: str


@dataclass(frozen=True, slots=True)
class PreviewAugmentations:
    """Answered by AugmentationsPreviewed: `variants` augmented versions of each sample."""

    project: Project
    samples: tuple[int, ...]
    variants: int = 4
    seed: int = 0


@dataclass(frozen=True, slots=True)
class PreviewSchedule:
    """Answered by SchedulePreviewed."""

    recipe: Recipe
    steps_per_epoch: int


Request = (
    Train | ListDevices | Evaluate | Predict | Export | ImportWeights | PreviewAugmentations | PreviewSchedule
)  # fmt: skip
