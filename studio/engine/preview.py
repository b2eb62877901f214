"""What augmentations and schedules will do, shown before training."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from studio.core.project import Project, Recipe, Setting
from studio.data.dataset import DataError
from studio.data.opening import open_dataset
from studio.engine import augmentation
from studio.engine.batches import Augment
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
    dataset = open_dataset(project.dataset)
    inputs = dataset.samples().inputs
    if inputs.ndim != 4:
        raise DataError("Augmentations change pictures; this dataset is a table.", "columns")
    chosen = [index for index in samples if 0 <= index < len(inputs)]
    augment = augmentation.chain(project.dataset.augmentations)
    originals = torch.from_numpy(np.ascontiguousarray(inputs[chosen])).float() / 255
    rows = [originals, *_variants(originals, augment, variants, seed)]
    pictures = (torch.stack(rows, dim=1) * 255).round().clamp(0, 255).byte()
    return AugmentationsPreviewed(pictures.permute(0, 1, 3, 4, 2).contiguous().numpy())


def _variants(originals: torch.Tensor, augment: Augment | None, count: int, seed: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)  # its own: a run's random numbers stay untouched
    return [originals if augment is None else augment(originals, generator) for _ in range(count)]


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
