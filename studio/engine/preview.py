"""What augmentations and schedules will do, shown before training."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from studio.core.project import DatasetChoice, Project, Recipe, Setting
from studio.data.boxes.detection_dataset import DetectionDataset
from studio.data.dataset import DataError, Dataset
from studio.data.opening import open_dataset
from studio.data.pictures.decoding import PictureArray, PictureError
from studio.data.pictures.picture_dataset import PictureDataset
from studio.engine import augmentation
from studio.engine.batches import Mixed
from studio.engine.building import build_scheduler
from studio.engine.events import AugmentationsPreviewed, SchedulePreviewed
from studio.optim.code import learning_rate

MOST_STEPS = 20_000  # schedules longer than this are shown in fewer, longer steps
POINTS = 500


def preview_augmentations(
    project: Project, samples: tuple[int, ...], variants: int, seed: int
) -> AugmentationsPreviewed:
    """Each sample as it is and `variants` times as training may see it. Raises DataError."""
    if project.dataset is None:
        raise DataError("The project has no dataset yet. Choose one on the Data page.", "missing")
    dataset = _dataset_of(project.dataset)
    if len(dataset.facts.input_shape) != 3 or not isinstance(dataset, PictureDataset):
        raise DataError("Augmentations change pictures; this dataset is a table.", "columns")
    shown, names, indices = _samples_of(dataset, samples)
    originals = torch.from_numpy(shown).permute(0, 3, 1, 2).float() / 255
    boxes = isinstance(dataset, DetectionDataset)
    augment = augmentation.augmenter(project.dataset.augmentations, boxes=boxes)
    generator = torch.Generator().manual_seed(seed)  # its own: a run's random numbers stay untouched
    targets = torch.arange(len(names))
    if isinstance(dataset, DetectionDataset):
        targets = _boxes_of(dataset, indices)
    columns, labels = [_outlined(originals, targets)], [names]
    for _ in range(variants):
        changed, mixed, moved = originals, None, targets
        if augment is not None:
            changed, moved, mixed = augment(originals, targets, generator)
        columns.append(_outlined(changed, moved))
        labels.append(names if mixed is None else _mixed_names(names, mixed))
    pictures = (torch.stack(columns, dim=1) * 255).round().clamp(0, 255).byte()
    return AugmentationsPreviewed(
        pictures.permute(0, 1, 3, 4, 2).contiguous().numpy(), tuple(zip(*labels, strict=True))
    )


def _boxes_of(dataset: DetectionDataset, samples: Sequence[int]) -> Tensor:
    """(samples, most, 5), edges as shares of the picture."""
    _, height, width = dataset.facts.input_shape
    boxes = torch.from_numpy(dataset.targets()[list(samples)].astype(np.float32))
    return boxes / torch.tensor([1, width, height, width, height])


def _outlined(pictures: Tensor, targets: Tensor) -> Tensor:
    """Pictures with their boxes drawn in, light; class numbers draw nothing."""
    if targets.ndim != 3:
        return pictures
    drawn = pictures.clone()
    height, width = pictures.shape[2:]
    for picture, boxes in zip(drawn, targets, strict=True):
        for _, left, top, right, bottom in boxes[boxes[:, 0] >= 0].tolist():
            x = [min(width - 1, round(edge * (width - 1))) for edge in (left, right)]
            y = [min(height - 1, round(edge * (height - 1))) for edge in (top, bottom)]
            picture[:, y[0] : y[1] + 1, x] = 1.0
            picture[:, y, x[0] : x[1] + 1] = 1.0
    return drawn


@dataclass(frozen=True)
class _Reading:
    """A dataset choice as a key of the cache: it holds dictionaries, which cannot be one."""

    choice: DatasetChoice

    def __hash__(self) -> int:
        return hash((self.choice.source, self.choice.location))


@functools.lru_cache(maxsize=1)
def _opened_once(reading: _Reading) -> Dataset:
    return open_dataset(reading.choice)


def _dataset_of(choice: DatasetChoice) -> Dataset:
    """Opened once for all the previews of a slider's drag: only the augmentations differ."""
    return _opened_once(_Reading(replace(choice, augmentations=(), facts=None)))


def _samples_of(dataset: PictureDataset, samples: Sequence[int]) -> tuple[PictureArray, list[str], list[int]]:
    """uint8 (samples, height, width, channels), class names and indices; unreadable pictures are passed
    over."""
    shown, names, indices = [], [], []
    for index in samples:
        if 0 <= index < len(dataset):
            try:
                shown.append(dataset.picture(index))
            except PictureError:
                continue
            names.append(dataset.label_of(index))
            indices.append(index)
    if not shown:
        _opened_once.cache_clear()  # the files may have moved since
        raise DataError("None of these pictures can be read. Choose other ones.", "empty")
    return np.stack(shown), names, indices


def _mixed_names(names: Sequence[str], mixed: Mixed) -> list[str]:
    share = round(100 * float(mixed.share))
    others = [names[place] for place in mixed.targets.tolist()]
    return [
        f"{share} % {name}, {100 - share} % {other}"
        if name != other and 0 < share < 100
        else (name if share else other)
        for name, other in zip(names, others, strict=True)
    ]


def preview_schedule(recipe: Recipe, steps_per_epoch: int) -> SchedulePreviewed:
    """The learning rate over the run, from the very schedule that will run.

    Reduce-on-plateau waits for losses that nobody knows yet: it is shown as the rate it begins with.
    """
    from studio.engine.session import advances

    steps_per_epoch = max(1, steps_per_epoch)
    shown = _shortened(recipe, min(recipe.epochs, MOST_STEPS))
    scale = max(1, -(-steps_per_epoch * shown.epochs // MOST_STEPS))  # real steps a shown one
    shown_per_epoch = max(1, steps_per_epoch // scale)
    parameter = torch.nn.Parameter(torch.zeros(1))
    # A momentum and betas, for the schedules that cycle them; their values are of no matter here.
    optimizer = torch.optim.AdamW([parameter], lr=learning_rate(recipe.optimizer))
    scheduler = build_scheduler(shown, optimizer, shown_per_epoch)
    rule = advances(recipe)
    rates = []
    for _ in range(shown.epochs):
        for _ in range(shown_per_epoch):
            rates.append(float(optimizer.param_groups[0]["lr"]))
            optimizer.step()
            if scheduler is not None and rule == "step":
                scheduler.step()
        if scheduler is not None and rule == "epoch":
            scheduler.step()
    picked = np.unique(np.linspace(0, len(rates) - 1, min(POINTS, len(rates))).round().astype(int))
    factor = steps_per_epoch * recipe.epochs / (shown_per_epoch * shown.epochs)
    return SchedulePreviewed(
        tuple(round(int(i) * factor) for i in picked), tuple(rates[int(i)] for i in picked)
    )


def _shortened(recipe: Recipe, epochs: int) -> Recipe:
    """The recipe squeezed into fewer epochs: what its schedule counts in epochs shrinks with them.

    A million epochs simulated one by one would hold up every other request for a minute.
    """
    if epochs == recipe.epochs:
        return recipe
    shrink = epochs / recipe.epochs
    params = dict(recipe.schedule.params)
    for name in ("warmup_epochs", "step_size", "T_0", "milestones"):
        value = params.get(name)
        if isinstance(value, tuple):
            params[name] = tuple(max(1, round(one * shrink)) for one in value)
        elif isinstance(value, int | float):
            params[name] = value * shrink if name == "warmup_epochs" else max(1, round(value * shrink))
    gamma, every = params.get("gamma"), recipe.schedule.params.get("step_size", 1)
    if isinstance(gamma, int | float) and isinstance(every, int | float) and "milestones" not in params:
        # One shown fall stands for all the real falls in its time.
        shown_every = params.get("step_size", 1)
        assert isinstance(shown_every, int | float)
        params["gamma"] = float(gamma) ** (shown_every / shrink / every)
    return replace(recipe, epochs=epochs, schedule=Setting(recipe.schedule.type, params))
