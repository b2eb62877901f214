"""A network with weights, ready to leave Lantern."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from studio.core.problems import LanternError
from studio.core.project import DatasetFacts, Project
from studio.data.preprocessing import Preprocessing, from_json
from studio.engine.building import build_network
from studio.engine.checkpoint import load_weights, read_checkpoint
from studio.engine.randomness import borrowed
from studio.kinds.catalogue import KINDS


@dataclass(frozen=True, slots=True)
class Exportable:
    """What is exported. `preprocessing` is known for checkpoints only."""

    project: Project
    facts: DatasetFacts
    model: nn.Module
    preprocessing: Preprocessing | None


def load_exportable(source: Project | str) -> Exportable:
    """From a checkpoint, or from a project with the weights it would begin training with."""
    checkpoint = None if isinstance(source, Project) else read_checkpoint(source)
    project = source if isinstance(source, Project) else checkpoint.project if checkpoint else None
    assert project is not None
    facts = project.dataset.facts if project.dataset is not None else None
    if facts is None:
        raise LanternError("The project has no dataset yet, so the size of its network is unknown.")
    with borrowed():
        torch.manual_seed(project.recipe.seed)
        _, model = build_network(project, KINDS[project.kind], facts)
    preprocessing = None
    if checkpoint is not None:
        load_weights(model, checkpoint.weights, Path(str(source)).name)
        preprocessing = from_json(checkpoint.preprocessing)
    return Exportable(project, facts, model.eval(), preprocessing)
