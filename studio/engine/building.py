"""From the source that people see to the objects that train: network, optimizers, schedule, loss."""

from __future__ import annotations

import linecache
import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from studio.core.problems import LanternError
from studio.core.project import DatasetFacts, Project, Recipe
from studio.engine.detection.loss import DetectionLoss
from studio.graph import codegen
from studio.graph.analysis import Analysis, analyse
from studio.kinds.kind import Kind
from studio.layers.catalogue import LAYERS
from studio.optim.checks import recipe_problems
from studio.optim.code import learning_rate, loss_code, optimizer_code, schedule_code
from studio.optim.entries import Counts

Scheduler = LRScheduler | ReduceLROnPlateau
_FILE = "<network>"  # what tracebacks call the generated source


class ProjectError(LanternError):
    """The project cannot train as it is; the message is its first problem's."""


def checked_analysis(project: Project, kind: Kind, facts: DatasetFacts) -> Analysis:
    """The network's analysis. Raises ProjectError: it has errors."""
    analysis = analyse(project.graph, LAYERS, kind.surroundings(facts))
    errors = [problem for problem in analysis.problems if problem.severity == "error"]
    if errors:
        more = "" if len(errors) == 1 else f" ({len(errors) - 1} more: see the network's problems.)"
        raise ProjectError(errors[0].message + more)
    return analysis


def check_recipe(project: Project) -> None:
    """Raises ProjectError: a setting of the recipe cannot be, in the words of its parameter."""
    splits = project.dataset.splits if project.dataset is not None else None
    for problem in recipe_problems(project.recipe, splits):
        if problem.severity == "error":
            raise ProjectError(problem.message)


def network_source(project: Project, kind: Kind, facts: DatasetFacts) -> str:
    """The source of the network's class, as the code panel shows it."""
    return codegen.network_source(
        project.graph, analyse(project.graph, LAYERS, kind.surroundings(facts)), LAYERS
    ).text


def build_network(project: Project, kind: Kind, facts: DatasetFacts) -> tuple[str, nn.Module]:
    """(source, network): the source is compiled and executed, so that what is shown is what trains.

    The text comes from our own generator, which lets through checked identifiers and typed values only.
    """
    source = network_source(project, kind, facts)
    # So that a traceback in "Details" shows the line.
    linecache.cache[_FILE] = (len(source), None, source.splitlines(keepends=True), _FILE)
    names: dict[str, Any] = {"__name__": "network"}
    exec(compile(source, _FILE, "exec"), names)
    network = names["Network"]()
    assert isinstance(network, nn.Module)
    return source, network


def build_criterion(project: Project, counts: Counts) -> nn.Module:
    criterion = _evaluated(loss_code(project.recipe.loss, counts))
    assert isinstance(criterion, nn.Module)
    return criterion


def build_optimizers(recipe: Recipe, model: nn.Module) -> Sequence[Optimizer]:
    """One optimizer, or two where one takes matrices only. Fused: one kernel instead of hundreds."""
    if not any(True for _ in model.parameters()):
        raise ProjectError(
            "The network has nothing to learn: none of its layers has weights. Add a Linear or a "
            "convolution layer."
        )
    built = _evaluated(optimizer_code(recipe.optimizer, "model", fused=fused_for(model)), model=model)
    optimizers = list(built) if isinstance(built, list) else [built]
    assert all(isinstance(optimizer, Optimizer) for optimizer in optimizers)
    return optimizers


def fused_for(model: nn.Module) -> bool:
    """Whether torch's fused optimizers run where the model is."""
    return all(parameter.device.type in ("cpu", "cuda", "mps", "xpu") for parameter in model.parameters())


def build_scheduler(recipe: Recipe, optimizer: Optimizer, steps_per_epoch: int) -> Scheduler | None:
    """The learning-rate schedule of one optimizer; None where the rate stays."""
    rate = learning_rate(recipe.optimizer)
    code = schedule_code(recipe.schedule, rate, recipe.epochs, steps_per_epoch)
    if code is None:
        return None
    scheduler = _evaluated(code, optimizer=optimizer)
    assert isinstance(scheduler, LRScheduler | ReduceLROnPlateau)
    return scheduler


def _evaluated(code: str, **names: Any) -> Any:
    """The value of an expression that our own registries wrote."""
    return eval(code, {"torch": torch, "nn": nn, "math": math, "DetectionLoss": DetectionLoss, **names})
