"""Answers for new inputs: pictures, rows, whole tables. One bad input does not spoil the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from studio.core.params import ParamValue
from studio.data.dataset import DataError
from studio.data.opening import read_rows
from studio.data.preprocessing import Cell, PicturePreprocessing, TablePreprocessing
from studio.engine.control import Control
from studio.engine.evaluate import probabilities
from studio.engine.events import Prediction
from studio.engine.requests import Predict
from studio.engine.threads import using_threads
from studio.engine.trained import Trained, load_trained

Row = Mapping[str, ParamValue]
_GROUP = 256  # inputs prepared before the network answers them: bounds the memory


@dataclass(frozen=True, slots=True)
class _Input:
    """One thing to answer: a name for people, and either its array or what is wrong with it."""

    name: str
    array: npt.NDArray[np.uint8] | npt.NDArray[np.float32] | None
    problem: str | None = None


def predict(request: Predict, control: Control) -> tuple[Prediction, ...]:
    """One prediction an input (a table gives one a row), in order. Raises CheckpointError, DeviceError."""
    trained = load_trained(request.checkpoint, request.device)
    answers: list[Prediction] = []
    waiting: list[_Input] = []
    with using_threads(trained.threads):
        for given in request.inputs:
            for prepared in _prepare(trained, given):
                waiting.append(prepared)
                if len(waiting) >= _GROUP:
                    answers += _answer(trained, waiting)
                    waiting = []
                if control.stop_requested:
                    return tuple(answers)
        answers += _answer(trained, waiting)
    return tuple(answers)


def _prepare(trained: Trained, given: str | Row) -> list[_Input]:
    preprocessing = trained.preprocessing
    if isinstance(preprocessing, PicturePreprocessing):
        return [_picture(preprocessing, given)]
    if isinstance(given, str):
        return _table(preprocessing, given)
    return [_row(preprocessing, given, _row_name(given))]


def _picture(preprocessing: PicturePreprocessing, given: str | Row) -> _Input:
    if not isinstance(given, str):
        return _Input(_row_name(given), None, "This network looks at pictures; give it a picture file.")
    try:
        return _Input(given, preprocessing.prepare_picture(given))
    except DataError as error:
        return _Input(given, None, str(error))


def _table(preprocessing: TablePreprocessing, path: str) -> list[_Input]:
    try:
        rows = read_rows(path)
    except DataError as error:
        return [_Input(path, None, str(error))]
    name = Path(path).name
    return [_row(preprocessing, row, f"{name}, row {number}") for number, row in enumerate(rows, 1)]


def _row(preprocessing: TablePreprocessing, row: Mapping[str, ParamValue | Cell], name: str) -> _Input:
    cells: dict[str, Cell] = {}
    for column, value in row.items():
        if isinstance(value, tuple):
            return _Input(name, None, f"The column “{column}” holds a list; it takes one value.")
        cells[column] = value
    try:
        return _Input(name, preprocessing.prepare_row(cells))
    except DataError as error:
        return _Input(name, None, str(error))


def _row_name(row: Row | str) -> str:
    if isinstance(row, str):
        return row
    return ", ".join(f"{column}={value}" for column, value in row.items())


def _answer(trained: Trained, inputs: list[_Input]) -> list[Prediction]:
    arrays: list[npt.NDArray[Any]] = [given.array for given in inputs if given.array is not None]
    outputs = iter(trained.outputs(np.stack(arrays))) if arrays else iter(())
    return [
        Prediction(given.name, None, {}, given.problem)
        if given.array is None
        else _prediction(trained, given.name, next(outputs))
        for given in inputs
    ]


def _prediction(trained: Trained, name: str, output: torch.Tensor) -> Prediction:
    preprocessing = trained.preprocessing
    if not bool(torch.isfinite(output).all()):
        return Prediction(
            name,
            None,
            {},
            "The network's answer is no number. Its weights may have diverged in training: use an earlier "
            "checkpoint.",
        )
    if trained.kind.target == "numbers":
        mean, std = 0.0, 1.0
        if isinstance(preprocessing, TablePreprocessing):
            mean, std = preprocessing.target_mean, preprocessing.target_std
        return Prediction(name, float(output.flatten()[0]) * std + mean, {})
    shares = probabilities(output.flatten()[None])[0].tolist()
    by_class = dict(zip(preprocessing.classes, shares, strict=True))
    return Prediction(name, max(by_class, key=lambda key: by_class[key]), by_class)
