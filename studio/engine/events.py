"""Everything the engine says: frozen, picklable values. Importing this imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

Metrics = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Preparing:
    """Something slow before the first step, e.g. "Reading pictures". `fraction` is None if unknown."""

    message: str
    fraction: float | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Worth knowing, not stopping anything: pictures that were skipped, and so on."""

    message: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunStarted:
    """`first_step` is more than 0 when the run resumes. Steps count optimizer updates from 0."""

    run_id: str
    folder: str
    device: str
    device_name: str
    threads: int
    epochs: int
    steps_per_epoch: int
    first_step: int
    train_samples: int
    validation_samples: int
    test_samples: int
    parameters: int
    metric: str  # the headline metric of the kind: "accuracy", "rmse", ...


@dataclass(frozen=True, slots=True)
class StepsDone:
    """A handful of steps since the last such event, at most about 10 to 20 events a second."""

    first_step: int
    losses: tuple[float, ...]  # one per step, training batch
    metrics: tuple[float, ...]  # the headline metric per step, training batch; may be empty
    epoch: int  # from 0
    learning_rate: float
    samples_per_s: float
    time_left_s: float | None


@dataclass(frozen=True, slots=True)
class EpochFinished:
    """`train` and `validation` hold "loss" and the kind's metrics; validation may be empty."""

    epoch: int  # from 0
    step: int  # steps done so far
    train: Metrics
    validation: Metrics
    learning_rate: float
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class Paused:
    step: int


@dataclass(frozen=True, slots=True)
class Resumed:
    step: int


@dataclass(frozen=True, slots=True)
class CheckpointWritten:
    path: str
    step: int
    reason: Literal["last", "best", "asked", "stopped"]


@dataclass(frozen=True, slots=True)
class LabelCurves:
    """Every label at every threshold t: `hits[t, label]` samples have it and were said to, `said[t, label]`
    were said to, `present[label]` have it; in `exact[t]` samples all labels are right.

    `precisions[label]`: average precision, which needs no threshold; NaN where no sample has the label.
    """

    thresholds: tuple[float, ...]
    hits: npt.NDArray[np.int64]
    said: npt.NDArray[np.int64]
    present: npt.NDArray[np.int64]
    exact: npt.NDArray[np.int64]
    precisions: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NumberResult:
    """One of the numbers that are predicted; what it means is as in `Evaluation`."""

    name: str
    unit: str
    metrics: Metrics
    predictions: npt.NDArray[np.float32]
    targets: npt.NDArray[np.float32]
    guess: Metrics
    furthest: tuple[tuple[int, float, float], ...]


@dataclass(frozen=True, slots=True)
class BoxShown:
    """A box in a picture, its edges as shares of the network's input; `score` 1 for true boxes."""

    label: int
    left: float
    top: float
    right: float
    bottom: float
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class PictureShown:
    """`index` into the dataset; the true boxes, and the found ones, the surest first."""

    index: int
    truth: tuple[BoxShown, ...]
    found: tuple[BoxShown, ...]


@dataclass(frozen=True, slots=True)
class PicturesSeen:
    """What a detector finds in a few validation pictures after an epoch: in the same ones each time."""

    epoch: int  # from 0
    pictures: tuple[PictureShown, ...]


@dataclass(frozen=True, slots=True)
class PrecisionCurve:
    """Of all boxes found with at least `threshold`: the share that is right, and the share of the true boxes
    that they find. The highest threshold first."""

    recall: tuple[float, ...]
    precision: tuple[float, ...]
    threshold: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class DetectionReport:
    """Of a detector: some pictures, the curve of all boxes, and that of each class that occurs."""

    pictures: tuple[PictureShown, ...]
    curve: PrecisionCurve
    curves: Mapping[str, PrecisionCurve]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Metrics on one split. `confusion[true, predicted]` counts samples; None for regression.

    For regression `predictions` and `targets` hold at most 2,000 pairs, in the target's own units.
    `worst`: samples that were confidently wrong, as (index into the dataset, true, predicted, probability).
    `by_cell`: the same for the cells of the confusion matrix, some samples each; of right answers the
    least sure ones.
    `guess`: the metrics that guessing would reach on these samples: always the class that is most frequent
    in training, `guess_class`, or always the training split's mean. Empty where nobody knows.
    `furthest`: for regression, the predictions that are furthest off, as (index into the dataset, true,
    predicted), in the target's own units.
    `numbers`: the same for each of the numbers; those above are the first one's, `metrics` the mean of all.
    `labels`: where a sample may have several of the classes; `wrong_labels` are then the single labels that
    were surely wrong, as (index into the dataset, label, whether it is there, probability).
    `detection`: of object detection only; `per_class` then holds "ap50", "ap" and "boxes".
    """

    metrics: Metrics
    split: str
    samples: int
    classes: tuple[str, ...] = ()
    confusion: npt.NDArray[np.int64] | None = None
    predictions: npt.NDArray[np.float32] | None = None
    targets: npt.NDArray[np.float32] | None = None
    worst: tuple[tuple[int, int, int, float], ...] = ()
    per_class: Mapping[str, Metrics] | None = None
    by_cell: Mapping[tuple[int, int], tuple[tuple[int, int, int, float], ...]] = field(default_factory=dict)
    guess: Metrics = field(default_factory=dict)
    guess_class: str = ""
    furthest: tuple[tuple[int, float, float], ...] = ()
    numbers: tuple[NumberResult, ...] = ()
    labels: LabelCurves | None = None
    wrong_labels: tuple[tuple[int, int, bool, float], ...] = ()
    detection: DetectionReport | None = None


@dataclass(frozen=True, slots=True)
class RunFinished:
    """`ended`: all epochs done, stopped by the user, or early stopping. `metrics` is the test split's
    (validation's where there is no test split). `checkpoint` is the file to go on with."""

    metrics: Metrics
    checkpoint: str
    ended: Literal["completed", "stopped", "early"]
    steps: int
    elapsed_s: float
    evaluation: Evaluation | None = None


@dataclass(frozen=True, slots=True)
class RunFailed:
    """`message` is a sentence with a way out; `details` a traceback for the curious.

    `code`: "out-of-memory", "not-finite", "data", "device", "disk", "problem" or "unexpected".
    `checkpoint`: the last good weights, if there are any. `batch_size`: a smaller one to try.
    """

    message: str
    code: str
    details: str = ""
    checkpoint: str | None = None
    batch_size: int | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """A place to compute. `problem` says why it is not offered; None where it works."""

    id: str  # "cpu", "cuda:0", "mps", "xpu:0"
    name: str
    memory_bytes: int | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class DevicesListed:
    devices: tuple[Device, ...]


@dataclass(frozen=True, slots=True)
class FoundBox:
    """One thing in a picture: its class, how sure the network is, and its edges in the picture's pixels."""

    label: str
    probability: float
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """One input's answer. `prediction` is a class name, or a number as text-free float.

    `probabilities` by class name, all classes, adding up to 1; empty for regression. `labels`: where several
    labels may be there, those with a probability above 0.5; probabilities then stand for themselves.
    `numbers`, where numbers are predicted, by name, in `units`; a single one is also the prediction.
    `problem`: a sentence when this input could not be used; prediction and probabilities are then empty.
    `remarks`: sentences about values that training never saw: the answer is then a guess.
    `boxes`: what a detector found, the surest first, in a picture of `size` (height, width).
    `columns`, `cells`: of a table's row, all of it as it stands in the file, in the file's order.
    """

    input: str
    prediction: str | float | None
    probabilities: Mapping[str, float]
    problem: str | None = None
    remarks: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    labels: tuple[str, ...] | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)
    units: tuple[str, ...] = ()
    boxes: tuple[FoundBox, ...] | None = None
    size: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Predicted:
    """`complete` is False where the question was stopped: the rest of the inputs were not looked at."""

    predictions: tuple[Prediction, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Exported:
    path: str


@dataclass(frozen=True, slots=True)
class Imported:
    """A checkpoint was made of somebody else's weights."""

    path: str


@dataclass(frozen=True, slots=True)
class AugmentationsPreviewed:
    """uint8 pictures, (samples, columns, height, width, channels): column 0 is the original.

    `labels`: what training asks for, for each of them; for mixed pictures "70 % cat, 30 % dog".
    """

    pictures: npt.NDArray[np.uint8]
    labels: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class SchedulePreviewed:
    """The learning rate at evenly spaced steps of the whole run."""

    steps: tuple[int, ...]
    learning_rates: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class RequestFailed:
    """A request other than training could not be answered; `message` is a sentence."""

    message: str
    details: str = ""


RunEvent = (
    Preparing | Notice | RunStarted | StepsDone | EpochFinished | PicturesSeen | Paused | Resumed
    | CheckpointWritten | RunFinished | RunFailed
)  # fmt: skip
Answer = (
    DevicesListed | Evaluation | Predicted | Exported | Imported | AugmentationsPreviewed | SchedulePreviewed
    | RequestFailed
)  # fmt: skip
Event = RunEvent | Answer
