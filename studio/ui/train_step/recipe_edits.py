"""Edits of the recipe that mean more than putting a value in its place. Pure functions."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from studio.core.epochs import steps_per_epoch
from studio.core.params import Param, ParamError, ParamValue, check_params, defaults
from studio.core.project import Project, Recipe, Setting
from studio.optim.entries import OptimizerType

if TYPE_CHECKING:
    from studio.data.dataset import Dataset


def with_optimizer(
    recipe: Recipe, old: OptimizerType | None, new: OptimizerType, remembered: Mapping[str, Setting]
) -> Recipe:
    """The recipe with another optimizer, whose learning rate is as bold or careful as the old one was.

    Learning rates don't carry over as they are: 0.1 is usual for SGD and ruin for Adam. What the user
    had set for this optimizer before comes back.
    """
    from dataclasses import replace

    if new.id in remembered:
        return replace(recipe, optimizer=remembered[new.id])
    params = dict(defaults(new.params))
    if old is not None:
        params["lr"] = _as_bold(recipe.optimizer.params, old, new)
        decay = recipe.optimizer.params.get("weight_decay")
        if decay is not None and "weight_decay" in params and decay != _default(old, "weight_decay"):
            params["weight_decay"] = decay
    return replace(recipe, optimizer=Setting(new.id, _legal(new.params, params)))


def _as_bold(params: Mapping[str, ParamValue], old: OptimizerType, new: OptimizerType) -> ParamValue:
    usual, wanted = _default(old, "lr"), _default(new, "lr")
    chosen = params.get("lr", usual)
    if not all(isinstance(v, int | float) and v for v in (usual, wanted, chosen)):
        return wanted
    ratio = float(chosen) / float(usual)  # type: ignore[arg-type]
    return float(f"{float(wanted) * min(max(ratio, 0.01), 100.0):.3g}")  # type: ignore[arg-type]


def _default(entry: OptimizerType, name: str) -> ParamValue:
    return defaults(entry.params).get(name)


def _legal(declared: tuple[Param, ...], values: Mapping[str, ParamValue]) -> dict[str, ParamValue]:
    try:
        return check_params(declared, values)
    except ParamError:
        return dict(defaults(declared))


def recommended(project: Project) -> Recipe | None:
    """The kind's recipe for this dataset; seed and device stay as chosen. None without a dataset."""
    from dataclasses import replace

    from studio.kinds.catalogue import KINDS

    facts = project.dataset.facts if project.dataset is not None else None
    if facts is None:
        return None
    recipe = KINDS[project.kind].default_recipe(facts)
    return replace(recipe, seed=project.recipe.seed, device=project.recipe.device)


def planned_steps(project: Project, dataset: Dataset | None) -> int:
    """Optimizer updates in one pass over the training split; at least 1.

    `dataset`: None while it is being opened; then by the share alone, which may be a step off.
    """
    facts = project.dataset.facts if project.dataset is not None else None
    if facts is None or project.dataset is None:
        return 100
    if dataset is not None:
        from studio.data.profile import split_sizes

        samples = split_sizes(dataset).train
    else:
        samples = round(facts.samples * project.dataset.splits.train)
    return steps_per_epoch(max(1, samples), project.recipe.batch_size)


@lru_cache(maxsize=1)
def _optimizers_of_torch() -> frozenset[str] | None:
    """The classes torch.optim names, read from its source: importing torch would take seconds."""
    spec = importlib.util.find_spec("torch")
    folders = spec.submodule_search_locations if spec is not None else None
    if not folders:
        return None
    try:
        text = (Path(next(iter(folders))) / "optim" / "__init__.py").read_text(encoding="utf-8")
    except OSError:
        return None  # a frozen program: offer all, the engine says what is missing
    return frozenset(re.findall(r"\b[A-Z]\w+\b", text))


def offered(optimizer: OptimizerType) -> bool:
    """This torch has it."""
    known = _optimizers_of_torch()
    return known is None or optimizer.torch_name in known
