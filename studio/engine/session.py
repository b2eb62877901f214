"""Everything a run stands on, built from a project: samples on the device, network, optimizers, loss."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from studio.core.epochs import steps_per_epoch
from studio.core.project import DatasetFacts, Project, Recipe
from studio.data.dataset import Cancelled, DataError, Dataset, SplitIndices
from studio.data.opening import open_dataset
from studio.data.pictures.picture_dataset import PictureDataset
from studio.data.preprocessing import Preprocessing, from_json, number_scale
from studio.engine import augmentation
from studio.engine.batches import (
    Split,
    channels_last_pays,
    drawing_weights,
    label_drawing_weights,
    picture_normalisation,
)
from studio.engine.building import (
    build_criterion,
    build_network,
    build_optimizers,
    build_scheduler,
    check_recipe,
    checked_analysis,
)
from studio.engine.control import Control
from studio.engine.counting import counts_in
from studio.engine.detection.tally import WATCHED, DetectionTally, PartsTally
from studio.engine.detection.targets import in_shares
from studio.engine.devices import choose_device
from studio.engine.evaluate import AnyTally
from studio.engine.events import Device
from studio.engine.label_metrics import LabelTally
from studio.engine.metrics import ClassTally, NumberTally, Tally
from studio.engine.randomness import seed_everything
from studio.engine.reading import Reading
from studio.engine.steps import SupervisedStep
from studio.engine.streaming import placed
from studio.engine.threads import threads_for
from studio.graph.analysis import Analysis
from studio.kinds.catalogue import KINDS
from studio.kinds.kind import BALANCED, Kind
from studio.optim.catalogue import LOSSES, SCHEDULES
from studio.optim.entries import Counts

Scheduler = LRScheduler | ReduceLROnPlateau
Progress = Callable[[float], bool]


@dataclass(slots=True)
class Position:
    """Where a run stands. `step` counts updates from 0; `epoch` and `step_in_epoch` are the next ones."""

    epoch: int = 0
    step_in_epoch: int = 0
    step: int = 0
    best_loss: float = math.inf
    best_epoch: int = -1
    epochs_without_progress: int = 0


@dataclass(slots=True)
class EpochSums:
    """What the running epoch has added up so far: losses weighted by batch size."""

    loss: float = 0.0
    samples: int = 0


@dataclass(slots=True)
class Session:
    """One run's things. Mutable: the loop moves `position` and everything trains in place."""

    project: Project
    kind: Kind
    analysis: Analysis
    dataset: Dataset
    facts: DatasetFacts
    preprocessing: Preprocessing
    split: SplitIndices
    device: Device
    threads: int
    source: str
    model: nn.Module
    criterion: nn.Module
    optimizers: Sequence[Optimizer]
    schedulers: Sequence[Scheduler]
    train_step: SupervisedStep
    train: Split
    validation: Split
    test: Split
    augmentation_rng: torch.Generator | None
    train_counts: Counts = field(default_factory=Counts)
    weights: torch.Tensor | None = None  # by which training samples are drawn; None: each once an epoch
    position: Position = field(default_factory=Position)
    sums: EpochSums = field(default_factory=EpochSums)
    best_weights: dict[str, torch.Tensor] | None = None

    @property
    def recipe(self) -> Recipe:
        return self.project.recipe

    @property
    def steps_per_epoch(self) -> int:
        return steps_per_epoch(len(self.train), self.recipe.batch_size)

    @property
    def learning_rate(self) -> float:
        return float(self.optimizers[0].param_groups[0]["lr"])

    @property
    def torch_device(self) -> torch.device:
        return torch.device(self.device.id)

    def tally(self, *, watching: bool = False) -> AnyTally:
        """For a whole split; `watching`: after each epoch, so that it must not take long."""
        return new_tally(
            self.kind, self.preprocessing, self.torch_device, self.criterion, WATCHED if watching else None
        )

    def step_tally(self) -> Tally:
        """For the training batches."""
        return PartsTally() if self.kind.target == "boxes" else self.tally()

    def close(self) -> None:
        """Gives the device's memory back, whoever still holds the session."""
        for split in (self.train, self.validation, self.test):
            split.close()
        self.best_weights = None
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
            optimizer.state.clear()


def new_tally(
    kind: Kind,
    preprocessing: Preprocessing,
    device: torch.device,
    criterion: nn.Module | None = None,
    most: int | None = None,
) -> AnyTally:
    """An empty count of the kind's metrics. `criterion`, `most`: see DetectionTally."""
    if kind.target == "boxes":
        return DetectionTally(len(preprocessing.classes), criterion, most)
    if kind.target == "numbers":
        scale = number_scale(preprocessing)
        return NumberTally(device, scale.std if scale is not None else 1.0)
    if kind.target == "labels":
        return LabelTally(len(preprocessing.classes), device)
    return ClassTally(len(preprocessing.classes), device)


def open_session(project: Project, progress: Progress, reading: Reading | None = None) -> Session:
    """Builds everything for a run. `progress` hears of the slow part, decoding; `reading` of drives that do
    not answer, then and later.

    Raises: DataError, DeviceError, LanternError: a sentence; Cancelled: `progress` returned False.
    """
    if project.dataset is None:
        raise DataError("The project has no dataset yet. Choose one on the Data page.", "missing")
    check_recipe(project)
    reading = reading or Reading(lambda event: None, Control())
    device = choose_device(project.recipe.device)
    torch_device = torch.device(device.id)
    dataset = open_dataset(project.dataset, progress)
    if isinstance(dataset, PictureDataset):
        dataset.on_stall = reading.waiting
    samples = dataset.samples(progress)
    if not progress(1.0):
        raise Cancelled
    facts, split = dataset.facts, dataset.split()
    kind = KINDS[project.kind]
    _check_samples(kind, dataset, split)
    if kind.target == "boxes":
        samples = in_shares(samples, facts.input_shape)
    analysis = checked_analysis(project, kind, facts)
    recipe = project.recipe

    with seed_everything(recipe.seed):
        source, model = build_network(project, kind, facts)
    model.to(torch_device)
    counts = Counts()
    if kind.target != "boxes":
        counts = counts_in(samples.targets, split.train, len(facts.classes))
    criterion = build_criterion(project, counts).to(torch_device)
    optimizers = build_optimizers(recipe, model)
    steps = steps_per_epoch(len(split.train), recipe.batch_size)
    schedulers = [s for o in optimizers if (s := build_scheduler(recipe, o, steps)) is not None]

    preprocessing = from_json(dataset.preprocessing())
    place = placed(samples, torch_device, dataset.name_of, reading)
    channels_last = channels_last_pays(model, torch_device)
    normalise = picture_normalisation(preprocessing, torch_device)
    augment = None
    if normalise is not None:
        augment = augmentation.augmenter(project.dataset.augmentations, boxes=kind.target == "boxes")
    augmentation_rng = None
    if augment is not None:
        augmentation_rng = torch.Generator(torch_device)
        augmentation_rng.manual_seed(augmentation.augmentation_seed(recipe.seed))
    return Session(
        project=project,
        kind=kind,
        analysis=analysis,
        dataset=dataset,
        facts=facts,
        preprocessing=preprocessing,
        split=split,
        device=device,
        threads=threads_for(analysis.multiply_adds, recipe.batch_size),
        source=source,
        model=model,
        criterion=criterion,
        optimizers=optimizers,
        schedulers=schedulers,
        train_step=SupervisedStep(
            model,
            criterion,
            optimizers,
            LOSSES[recipe.loss.type].target,
            recipe.l1,
            recipe.clip_norm,
            recipe.clip_value,
            check_each=torch_device.type == "cpu",
        ),
        train=place.split(split.train, normalise, augment, channels_last),
        validation=place.split(split.validation, normalise, None, channels_last),
        test=place.split(split.test, normalise, None, channels_last),
        augmentation_rng=augmentation_rng,
        train_counts=counts,
        weights=_weights(recipe, kind, torch.from_numpy(samples.targets[split.train])),
    )


def _weights(recipe: Recipe, kind: Kind, targets: torch.Tensor) -> torch.Tensor | None:
    if not recipe.balanced or kind.target not in BALANCED:
        return None
    return drawing_weights(targets) if kind.target == "classes" else label_drawing_weights(targets)


def advances(recipe: Recipe) -> str:
    """When the learning-rate schedule moves: "step", "epoch" or "validation"."""
    return SCHEDULES[recipe.schedule.type].advances


def _check_samples(kind: Kind, dataset: Dataset, split: SplitIndices) -> None:
    if not len(split.train):
        raise DataError(
            "No samples are left for training. Add samples, or give the training split a larger share.",
            "empty",
        )
    if kind.target == "labels" and not any(dataset.class_counts):
        raise DataError(
            "No picture that can be read has a label. Add pictures, or choose other columns.", "empty"
        )
    if kind.target == "classes" and sum(1 for n in dataset.class_counts if n) < 2:
        only = next((c for c, n in zip(dataset.facts.classes, dataset.class_counts, strict=True) if n), "")
        raise DataError(
            f"All samples belong to one class, “{only}”, so there is nothing to tell apart. Add samples of "
            "at least one other class.",
            "single-class",
        )
