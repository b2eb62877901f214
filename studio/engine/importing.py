"""Weights that were trained elsewhere, made into a checkpoint of a project."""

from __future__ import annotations

from pathlib import Path

from studio.core.project import Project
from studio.data.dataset import DataError
from studio.data.opening import open_dataset
from studio.engine import randomness
from studio.engine.building import build_network, checked_analysis
from studio.engine.checkpoint import Checkpoint, load_weights, read_weights, write_checkpoint
from studio.kinds.catalogue import KINDS


def import_weights(project: Project, weights: str, output: str) -> str:
    """Writes the checkpoint and returns its path. Resuming from it begins at the first epoch.

    The project's dataset is opened for the figures that inputs are prepared with.
    Raises: LanternError: no dataset, a network with problems, weights of another network, not weights.
    """
    if project.dataset is None:
        raise DataError("The project has no dataset yet. Choose one on the Data page first.", "missing")
    path = Path(weights)
    dataset = open_dataset(project.dataset)
    dataset.split()  # reads what there is to read, and keeps no more than that
    kind = KINDS[project.kind]
    checked_analysis(project, kind, dataset.facts)
    with randomness.borrowed():  # the first weights are drawn and thrown away
        _, model = build_network(project, kind, dataset.facts)
    load_weights(model, read_weights(path), path.name)
    checkpoint = Checkpoint(
        project,
        model.state_dict(),
        dataset.facts.classes,
        dataset.preprocessing(),
        about={"imported_from": path.name},
    )
    write_checkpoint(Path(output), checkpoint)
    return output
