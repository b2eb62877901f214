"""Answers for new inputs: pictures, rows, whole tables. One bad input does not spoil the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from studio.core.params import ParamValue
from studio.data.dataset import DataError
from studio.data.opening import read_new_table, settled_row
from studio.data.preprocessing import (
    Cell,
    PicturePreprocessing,
    Preprocessing,
    TablePreprocessing,
    TextPreprocessing,
    number_scale,
)
from studio.data.tables.remarks import remarks
from studio.engine.asked import Input, texts_given
from studio.engine.control import Control
from studio.engine.detection.finding import found_boxes, summary, upright_size
from studio.engine.evaluate import probabilities
from studio.engine.events import Event, Predicted, Prediction, Preparing
from studio.engine.requests import Predict, Question, Unreadable
from studio.engine.threads import using_threads
from studio.engine.trained import Trained, load_trained

Row = Mapping[str, ParamValue]
Emit = Callable[[Event], None]
NO_LABEL = "none"  # the answer where no label is likely enough
_TELL_S = 0.1  # between two words about how far it is
_GROUP = 256  # inputs prepared before the network answers them: bounds the memory


def predict(request: Predict, emit: Emit, control: Control) -> Predicted:
    """One prediction an input (a table gives one a row), in order; tells how far it is.

    Raises CheckpointError, DeviceError.
    """
    trained = load_trained(request.checkpoint, request.device)
    answers: list[Prediction] = []
    waiting: list[Input] = []
    told_s = time.monotonic()
    with using_threads(trained.threads):
        for done, of_all in _prepared(trained, request.inputs):
            waiting.append(done)
            if len(waiting) >= _GROUP:
                answers += _answer(trained, waiting)
                waiting = []
            if control.stop_requested:
                answers += _answer(trained, waiting)
                return Predicted(tuple(answers), complete=False)
            if time.monotonic() - told_s > _TELL_S:
                told_s = time.monotonic()
                emit(Preparing("Predicting", of_all))
        answers += _answer(trained, waiting)
    return Predicted(tuple(answers))


def _prepared(trained: Trained, inputs: Sequence[Question]) -> Iterator[tuple[Input, float]]:
    """Each input with the fraction of the whole that it completes."""
    preprocessing = trained.preprocessing
    for number, given in enumerate(inputs):
        if isinstance(given, Unreadable):
            yield Input(given.text, None, given.problem), (number + 1) / len(inputs)
        elif isinstance(given, str) and not isinstance(preprocessing, TextPreprocessing) and _is_gone(given):
            missing = f"There is no file “{given}”. Check the name and the folder."
            yield Input(given, None, missing), (number + 1) / len(inputs)
        elif isinstance(preprocessing, PicturePreprocessing):
            yield _picture(preprocessing, given, trained.kind.target == "boxes"), (number + 1) / len(inputs)
        elif isinstance(preprocessing, TextPreprocessing):
            for prepared, fraction in texts_given(preprocessing, given):
                yield prepared, (number + fraction) / len(inputs)
        elif isinstance(given, str):
            for prepared, fraction in _table(preprocessing, given):
                yield prepared, (number + fraction) / len(inputs)
        else:
            yield _row(preprocessing, given, _row_name(given)), (number + 1) / len(inputs)


def _is_gone(path: str) -> bool:
    try:
        return not Path(path).expanduser().exists()
    except (OSError, ValueError, RuntimeError):  # a name no file can have; who reads it says so
        return False


def _picture(preprocessing: PicturePreprocessing, given: str | Row, boxes: bool) -> Input:
    if not isinstance(given, str):
        return Input(_row_name(given), None, "This network looks at pictures; give it a picture file.")
    try:
        array = preprocessing.prepare_picture(given)
        return Input(given, array, size=upright_size(given) if boxes else None)
    except (DataError, OSError) as error:
        return Input(given, None, str(error))


def _table(preprocessing: TablePreprocessing, path: str) -> Iterator[tuple[Input, float]]:
    """Its rows, named by their lines, those that cannot be used at their place among the others."""
    name = Path(path).name
    try:
        table = read_new_table(path)
        arrays, problems = preprocessing.prepare_table(table)
    except DataError as error:
        yield Input(path, None, str(error)), 1.0
        return
    bad = sorted((int(skipped.name.removeprefix("line ")), skipped.reason) for skipped in table.skipped)
    for place, line in enumerate(table.lines):
        number = place + 1
        while bad and bad[0][0] < line:
            bad_line, reason = bad.pop(0)
            yield Input(f"{name}, line {bad_line}", None, reason, columns=table.names), number / len(table)
        problem = problems.get(place)
        array = None if problem is not None else arrays[place]
        prepared = Input(f"{name}, line {line}", array, problem, columns=table.names)
        cells = tuple(column.text(place) for column in table.columns)
        said = () if array is None else remarks(preprocessing, settled_row(table, place))
        yield replace(prepared, remarks=said, cells=cells), number / len(table)
    for bad_line, reason in bad:
        yield Input(f"{name}, line {bad_line}", None, reason, columns=table.names), 1.0


def _row(preprocessing: TablePreprocessing, row: Mapping[str, ParamValue | Cell], name: str) -> Input:
    cells: dict[str, Cell] = {}
    for column, value in row.items():
        if isinstance(value, tuple):
            return Input(name, None, f"The column “{column}” holds a list; it takes one value.")
        cells[column] = value
    try:
        return Input(name, preprocessing.prepare_row(cells), remarks=remarks(preprocessing, cells))
    except DataError as error:
        return Input(name, None, str(error))


def _row_name(row: Row | str) -> str:
    if isinstance(row, str):
        return row
    return ", ".join(f"{column}={value}" for column, value in row.items()) or "a row without cells"


def _answer(trained: Trained, inputs: list[Input]) -> list[Prediction]:
    arrays: list[npt.NDArray[Any]] = [given.array for given in inputs if given.array is not None]
    outputs = iter(trained.outputs(np.stack(arrays))) if arrays else iter(())
    answers = []
    for given in inputs:
        if given.array is None:
            answer = Prediction(given.name, None, {}, given.problem)
        else:
            answer = replace(_prediction(trained, given, next(outputs)), remarks=given.remarks)
        answers.append(replace(answer, columns=given.columns, cells=given.cells))
    return answers


def _prediction(trained: Trained, given: Input, output: torch.Tensor) -> Prediction:
    name = given.name
    preprocessing = trained.preprocessing
    if not bool(torch.isfinite(output).all()):
        return Prediction(
            name,
            None,
            {},
            "The network's answer is no number. Its weights may have diverged in training: use an earlier "
            "checkpoint.",
        )
    if given.size is not None and isinstance(preprocessing, PicturePreprocessing):
        boxes = found_boxes(output, given.size, preprocessing)
        return Prediction(name, summary(boxes), {}, boxes=boxes, size=given.size)
    if trained.kind.target == "numbers":
        return _numbers(preprocessing, name, output)
    if trained.kind.target == "labels":
        each = torch.sigmoid(output.flatten().double()).tolist()
        by_label = dict(zip(preprocessing.classes, each, strict=True))
        there = tuple(label for label, share in by_label.items() if share > 0.5)
        return Prediction(name, ", ".join(there) or NO_LABEL, by_label, labels=there)
    shares = probabilities(output.flatten()[None])[0].tolist()
    by_class = dict(zip(preprocessing.classes, shares, strict=True))
    return Prediction(name, max(by_class, key=lambda key: by_class[key]), by_class)


def _numbers(preprocessing: Preprocessing, name: str, output: torch.Tensor) -> Prediction:
    scale = number_scale(preprocessing)
    assert scale is not None  # of a kind that predicts numbers
    told = scale.told(output.flatten().double().numpy()[None])[0].tolist()
    if len(told) == 1:
        return Prediction(name, told[0], {}, numbers={scale.names[0]: told[0]}, units=scale.units)
    rows = zip(scale.names, told, scale.units, strict=True)
    words = ", ".join(f"{column} {value:.6g} {unit}".rstrip() for column, value, unit in rows)
    return Prediction(name, words, {}, numbers=dict(zip(scale.names, told, strict=True)), units=scale.units)
