"""A trained network out of a checkpoint, ready to answer: no project file and no dataset needed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from studio.core.project import DatasetFacts, Project
from studio.data.preprocessing import (
    PicturePreprocessing,
    Preprocessing,
    TablePreprocessing,
    TextPreprocessing,
    from_json,
)
from studio.data.tables.row_features import embedded_inputs
from studio.engine import randomness
from studio.engine.batches import PictureNormalisation, picture_normalisation
from studio.engine.building import build_network, checked_analysis
from studio.engine.checkpoint import Checkpoint, load_weights, read_checkpoint
from studio.engine.devices import choose_device
from studio.engine.threads import threads_for
from studio.graph.analysis import Analysis
from studio.kinds.catalogue import KINDS
from studio.kinds.kind import Kind

_CHUNK = 64  # inputs answered at once


@dataclass(slots=True)
class Trained:
    """A network in evaluation mode on a device, with all that its answers mean."""

    checkpoint: Checkpoint
    kind: Kind
    analysis: Analysis
    model: nn.Module
    preprocessing: Preprocessing
    normalise: PictureNormalisation | None
    device: torch.device

    @property
    def project(self) -> Project:
        return self.checkpoint.project

    @property
    def threads(self) -> int:
        return threads_for(self.analysis.multiply_adds, self.project.recipe.batch_size)

    def outputs(self, inputs: npt.NDArray[Any]) -> Tensor:
        """The network's raw outputs for prepared inputs (n, ...), on the CPU."""
        answers = []
        with torch.inference_mode():
            for start in range(0, len(inputs), _CHUNK):
                chunk = torch.from_numpy(np.ascontiguousarray(inputs[start : start + _CHUNK])).to(self.device)
                answers.append(self.model(self.normalise(chunk) if self.normalise else chunk).float().cpu())
        return torch.cat(answers) if answers else torch.empty(0, 1)


def facts_of(project: Project, preprocessing: Preprocessing) -> DatasetFacts:
    """What the network was built for: from the project, or from the preprocessing where it lacks them."""
    if project.dataset is not None and project.dataset.facts is not None:
        return project.dataset.facts
    target = "class" if isinstance(preprocessing, PicturePreprocessing) else preprocessing.target
    vocabulary = preprocessing.size if isinstance(preprocessing, TextPreprocessing) else 0
    pictures = preprocessing if isinstance(preprocessing, PicturePreprocessing) else None
    table = preprocessing if isinstance(preprocessing, TablePreprocessing) else None
    numbers = pictures.numbers if pictures is not None else None
    return DatasetFacts(
        preprocessing.input_shape,
        preprocessing.classes,
        target=target,
        vocabulary=vocabulary,
        multi_label=pictures is not None and pictures.multi_label,
        numbers=numbers.names if numbers is not None else (),
        embedded=embedded_inputs(table.features) if table is not None else (),
    )


def load_trained(path: str, device: str = "auto") -> Trained:
    """The network of a checkpoint. Raises CheckpointError, DeviceError, DataError."""
    checkpoint = read_checkpoint(path)
    place = torch.device(choose_device(device).id)
    kind = KINDS[checkpoint.project.kind]
    preprocessing = from_json(checkpoint.preprocessing)
    facts = facts_of(checkpoint.project, preprocessing)
    analysis = checked_analysis(checkpoint.project, kind, facts)
    with randomness.borrowed():  # its first weights are drawn and thrown away
        _, model = build_network(checkpoint.project, kind, facts)
    load_weights(model, checkpoint.weights, Path(path).name)
    model.to(place).eval().requires_grad_(False)
    normalise = picture_normalisation(preprocessing, place)
    return Trained(checkpoint, kind, analysis, model, preprocessing, normalise, place)
