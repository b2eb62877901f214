"""Answering Evaluate: a checkpoint on its own splits, or on other data brought into its form."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.params import ParamValue
from studio.core.problems import LanternError
from studio.core.project import DatasetChoice
from studio.data.boxes.detection_dataset import DetectionDataset
from studio.data.dataset import Cancelled, DataError, Dataset, Samples
from studio.data.opening import open_dataset, read_new_table, recognise, relink
from studio.data.pictures.decoding import PictureArray
from studio.data.pictures.picture_dataset import PictureDataset
from studio.data.pictures.picture_memory import picture_budget
from studio.data.pictures.picture_store import PictureStore
from studio.data.preprocessing import (
    PicturePreprocessing,
    TablePreprocessing,
    TextPreprocessing,
    number_scale,
)
from studio.data.sources.catalogue import SOURCES
from studio.data.splits import SPLIT_RULE
from studio.data.tables.column_values import categories_of, numbers_of
from studio.data.tables.table import Table
from studio.data.tables.table_dataset import TableDataset
from studio.data.texts.text_dataset import TextDataset
from studio.engine.answers_of_others import learning_options, targets_like
from studio.engine.batches import channels_last_pays
from studio.engine.building import build_criterion
from studio.engine.control import Control
from studio.engine.counting import counts_in
from studio.engine.detection.targets import in_shares
from studio.engine.evaluate import evaluation_batch_size, evaluation_of, measure
from studio.engine.events import Evaluation, Event, Notice, Preparing
from studio.engine.reading import Reading
from studio.engine.requests import Evaluate
from studio.engine.session import new_tally
from studio.engine.streaming import placed
from studio.engine.threads import using_threads
from studio.engine.trained import Trained, load_trained
from studio.optim.catalogue import LOSSES
from studio.optim.entries import Counts

Emit = Callable[[Event], None]


class Stopped(LanternError):
    """Whoever asked does not want the answer any more."""


@dataclass(frozen=True, slots=True)
class _Material:
    """Samples in the checkpoint's form, and which of them to use."""

    samples: Samples
    rows: npt.NDArray[np.int64]
    name_of: Callable[[int], str] = "sample {}".format
    train: npt.NDArray[np.int64] | None = None  # rows of the training split, where that is known


def evaluate(request: Evaluate, emit: Emit, control: Control) -> Evaluation:
    """Raises LanternError and its kin: a sentence."""
    trained = load_trained(request.checkpoint, request.device)
    try:
        if request.dataset is None:
            choice = trained.project.dataset
            material, split_name = _parted(trained, choice, request.split or "test", emit, control)
        elif request.split in (None, "all"):
            material, split_name = _other(trained, request.dataset, emit, control), "all"
        else:
            choice = _put_in_place(trained.project.dataset, request.dataset)
            material, split_name = _parted(trained, choice, request.split, emit, control)
    except Cancelled:
        raise Stopped("The evaluation was stopped.") from None
    if not len(material.rows):
        raise DataError(f"The {split_name} split has no samples. Choose another split.", "empty")
    if trained.kind.target == "boxes":
        shares = in_shares(material.samples, trained.preprocessing.input_shape)
        material = replace(material, samples=shares)
    place = placed(material.samples, trained.device, material.name_of, Reading(emit, control))
    split = place.split(
        material.rows, trained.normalise, channels_last=channels_last_pays(trained.model, trained.device)
    )
    recipe = trained.project.recipe
    # Class weights belong to training; a loss on other data is told without them.
    criterion = build_criterion(trained.project, _at_least_one(_counts(trained, material, material.rows)))
    criterion = criterion.to(trained.device)
    with using_threads(trained.threads), contextlib.closing(split):
        measured = measure(
            trained.model,
            criterion,
            LOSSES[recipe.loss.type].target,
            split,
            new_tally(trained.kind, trained.preprocessing, trained.device, criterion),
            evaluation_batch_size(recipe.batch_size),
            keep_going=lambda: not control.stop_requested,
            keep_outputs=True,
        )
    if measured is None:
        raise Stopped("The evaluation was stopped.")
    counts = _counts(trained, material, material.train)
    return evaluation_of(measured, split_name, trained.preprocessing, train_counts=counts)


_DRAWN_ANOTHER_WAY = (
    "When this checkpoint was trained, samples were drawn another way, so it may have learnt from some that "
    "are measured now. Train it anew for a fair result."
)


def _put_in_place(choice: DatasetChoice | None, location: str) -> DatasetChoice | None:
    """The project's dataset, at another place: read and split in the same way.

    Raises: DataError: what lies there is of another form.
    """
    found = recognise(location)
    if choice is None or found.location == choice.location:
        return choice
    way_out = "Leave out --split to measure all of it."
    if found.source != choice.source:
        raise DataError(f"“{location}” is no dataset that can be split as the checkpoint's was. {way_out}")
    try:
        return relink(choice, found.location)
    except DataError as error:
        raise DataError(f"{error} {way_out}", error.code) from None


def _parted(
    trained: Trained, choice: DatasetChoice | None, split: str, emit: Emit, control: Control
) -> tuple[_Material, str]:
    """A split of the checkpoint's dataset. Where there is no test split, validation and then training stand
    in."""
    if choice is None:
        raise DataError("The checkpoint does not say which dataset it was trained on. Name one.", "missing")
    dataset = _opened(choice, emit, control)
    samples = dataset.samples(_progress(emit, control))
    _check_form(trained, dataset)
    if trained.checkpoint.about.get("fingerprint") not in (None, "", dataset.facts.fingerprint):
        emit(Notice("The data changed since this checkpoint was trained: the splits may be others now."))
    elif getattr(dataset, "fixed_split", None) is None and (
        trained.checkpoint.about.get("fingerprint")  # not of weights from elsewhere
        and trained.checkpoint.about.get("split_rule") != SPLIT_RULE
    ):
        emit(Notice(_DRAWN_ANOTHER_WAY))
    if split == "all":
        train = dataset.split().train
        return _Material(samples, _usable(dataset), dataset.name_of, train), "all"
    parts = dataset.split()
    by_name = {"test": parts.test, "validation": parts.validation, "train": parts.train}
    if split == "test" and not len(parts.test):
        split = "validation" if len(parts.validation) else "train"
        emit(Notice(f"There is no test split, so the {split} split is measured instead."))
    return _Material(samples, by_name[split], dataset.name_of, parts.train), split


def _other(trained: Trained, location: str, emit: Emit, control: Control) -> _Material:
    """Another dataset, all of it, brought into the checkpoint's form."""
    if isinstance(trained.preprocessing, PicturePreprocessing):
        if trained.kind.target == "boxes":
            return _other_boxes(trained.preprocessing, location, emit, control)
        return _other_pictures(trained.preprocessing, location, emit, control)
    if isinstance(trained.preprocessing, TextPreprocessing):
        return _other_texts(trained.preprocessing, location, emit, control)
    samples = _other_rows(trained, trained.preprocessing, location, emit)
    return _Material(samples, np.arange(len(samples.targets), dtype=np.int64))


def _other_pictures(
    preprocessing: PicturePreprocessing, location: str, emit: Emit, control: Control
) -> _Material:
    choice = recognise(location)
    if choice.source in ("image-folder", "labelled-pictures"):
        options: dict[str, ParamValue] = {
            **choice.options,
            "size": (preprocessing.height, preprocessing.width),
            "colour": "grey" if preprocessing.channels == 1 else "rgb",
            "fit": preprocessing.fit,
        }
        if choice.source == "labelled-pictures":
            options |= learning_options(preprocessing, options)
        choice = DatasetChoice(choice.source, choice.location, options)
    dataset = _opened(choice, emit, control)
    if not isinstance(dataset, PictureDataset):
        raise DataError("This network looks at pictures, and that dataset is a table.", "columns")
    samples = dataset.samples(_progress(emit, control))
    rows, labels = dataset.usable, samples.targets
    if preprocessing.multi_label or preprocessing.numbers is not None:
        labels = targets_like(preprocessing, dataset)
    else:
        labels = _labels_by_name(dataset.facts.classes, labels, preprocessing.classes, emit)
        rows = rows[labels[rows] >= 0]
    if dataset.facts.input_shape == preprocessing.input_shape:
        return _Material(Samples(samples.inputs, labels), rows, dataset.name_of)

    def brought(index: int) -> PictureArray:
        return preprocessing.prepare_picture(dataset.picture(index))

    channels, height, width = preprocessing.input_shape
    shape = (len(dataset), channels, height, width)
    store = PictureStore(brought, dataset.name_of, shape, picture_budget())
    return _Material(Samples(store, labels), rows, dataset.name_of)


def _other_boxes(
    preprocessing: PicturePreprocessing, location: str, emit: Emit, control: Control
) -> _Material:
    choice = recognise(location)
    if any(param.name == "size" for param in SOURCES[choice.source].declared(choice)):
        options: dict[str, ParamValue] = {
            **choice.options,
            "size": (preprocessing.height, preprocessing.width),
            "colour": "grey" if preprocessing.channels == 1 else "rgb",
            "fit": preprocessing.fit,
        }
        choice = DatasetChoice(choice.source, choice.location, options)
    dataset = _opened(choice, emit, control)
    if not isinstance(dataset, DetectionDataset):
        raise DataError("This network finds boxes, and that dataset has none to compare with.", "columns")
    if dataset.facts.input_shape != preprocessing.input_shape:
        raise DataError("These pictures have another size or colour than the network takes.", "columns")
    samples = dataset.samples(_progress(emit, control))
    boxes = samples.targets.astype(np.float32)
    real = boxes[:, :, 0] >= 0
    labels = _labels_by_name(dataset.classes, boxes[real][:, 0], preprocessing.classes, emit, "Boxes")
    boxes[:, :, 0][real] = labels
    return _Material(Samples(samples.inputs, boxes), dataset.usable, dataset.name_of)


def _other_texts(preprocessing: TextPreprocessing, location: str, emit: Emit, control: Control) -> _Material:
    dataset = _opened(recognise(location), emit, control)
    if not isinstance(dataset, TextDataset):
        raise DataError("This network reads texts, and that dataset holds none with classes.", "columns")
    labels = _labels_by_name(dataset.facts.classes, dataset.labels, preprocessing.classes, emit)
    inputs = preprocessing.prepare_texts(dataset.text(index) for index in range(len(dataset)))
    return _Material(Samples(inputs, labels), np.flatnonzero(labels >= 0), dataset.name_of)


def _opened(choice: DatasetChoice, emit: Emit, control: Control) -> Dataset:
    dataset = open_dataset(choice, _progress(emit, control))
    if isinstance(dataset, PictureDataset):
        dataset.on_stall = Reading(emit, control).waiting
    return dataset


def _usable(dataset: Dataset) -> npt.NDArray[np.int64]:
    if isinstance(dataset, PictureDataset):
        return dataset.usable
    return np.arange(len(dataset.samples().targets), dtype=np.int64)


def _labels_by_name(
    found: tuple[str, ...],
    targets: npt.NDArray[np.generic],
    known: tuple[str, ...],
    emit: Emit,
    what: str = "Samples",
) -> npt.NDArray[np.int64]:
    """Labels in the checkpoint's order, -1 for classes that it does not know."""
    numbers = {name: number for number, name in enumerate(known)}
    if not set(found) & set(known):
        shown = ", ".join(f"“{name}”" for name in found[:5])
        raise DataError(
            f"The data have other classes ({shown}) than this network knows "
            f"({', '.join(f'“{name}”' for name in known[:5])}). Choose data with the same class names.",
            "columns",
        )
    mapping = np.array([numbers.get(name, -1) for name in found], dtype=np.int64)
    labels = mapping[targets.astype(np.int64)]
    unknown = [name for name in found if name not in numbers]
    if unknown:
        shown = ", ".join(f"“{name}”" for name in unknown[:5])
        emit(Notice(f"{what} of classes that this network does not know are left out: {shown}."))
    return labels


def _other_rows(trained: Trained, preprocessing: TablePreprocessing, location: str, emit: Emit) -> Samples:
    table = _table_at(location)
    if preprocessing.target not in table.names:
        raise DataError(
            f"There is no column “{preprocessing.target}” in “{Path(location).name}”, so the predictions "
            "cannot be compared with anything. Choose a table that has it.",
            "columns",
        )
    inputs, problems = preprocessing.prepare_table(table)
    targets, left_out = _other_targets(trained, preprocessing, table)
    left_out = {row: f"{reason[0].lower()}{reason[1:]}" for row, reason in problems.items()} | left_out
    if left_out:
        count = "1 row was" if len(left_out) == 1 else f"{len(left_out):,} rows were"
        told = [f"row {row + 1}: {left_out[row]}" for row in sorted(left_out)[:100]]
        emit(Notice(f"{count} left out.", tuple(told)))
    kept = np.setdiff1d(np.arange(len(table)), np.array(sorted(left_out), np.int64))
    if not len(kept):
        raise DataError(f"“{Path(location).name}” has no row that can be measured.", "empty")
    if preprocessing.classes:
        return Samples(inputs[kept], targets[kept].astype(np.int64))
    return Samples(inputs[kept], targets[kept].astype(np.float32)[:, None])


def _other_targets(
    trained: Trained, preprocessing: TablePreprocessing, table: Table
) -> tuple[npt.NDArray[np.float64], dict[int, str]]:
    """What is to be predicted, as the network says it; and what is wrong with it, by row."""
    cells, decimal = table.column(preprocessing.target), table.dialect.decimal
    if preprocessing.classes:
        places = {name: place for place, name in enumerate(preprocessing.classes)}
        found = categories_of(cells, decimal)
        known = np.array([places.get(name, -1) for name in found.names] + [-1], np.float64)
        labels = known[found.codes]  # code -1 is the last
        wrong = np.flatnonzero(labels < 0).tolist()
        return labels, {row: f"its class, “{found.text(row) or ''}”, is not known." for row in wrong}
    dataset = trained.project.dataset
    columns = dataset.columns if dataset is not None else ()
    unit = next((column.unit for column in columns if column.name == preprocessing.target), "")
    numbers, _ = numbers_of(cells, decimal, unit)
    wrong = np.flatnonzero(~np.isfinite(numbers)).tolist()
    scaled = (numbers - preprocessing.target_mean) / preprocessing.target_std
    return scaled, dict.fromkeys(wrong, f"“{preprocessing.target}” is no number.")


def _table_at(location: str) -> Table:
    if Path(location).expanduser().is_file():
        return read_new_table(location)
    dataset = open_dataset(recognise(location))
    if not isinstance(dataset, TableDataset):
        raise DataError("This network reads the rows of a table, and that dataset holds pictures.", "columns")
    return dataset.table


def _check_form(trained: Trained, dataset: Dataset) -> None:
    scale = number_scale(trained.preprocessing)
    if dataset.facts.input_shape != trained.preprocessing.input_shape or (
        dataset.facts.classes != trained.preprocessing.classes
        or (dataset.facts.numbers and scale is not None and dataset.facts.numbers != scale.names)
    ):
        raise DataError(
            "The dataset has other columns or classes than when this checkpoint was trained. Choose the data "
            "it was trained on.",
            "columns",
        )


def _at_least_one(counts: Counts) -> Counts:
    return Counts(tuple(max(1, n) for n in counts.classes), counts.samples)


def _counts(trained: Trained, material: _Material, rows: npt.NDArray[np.int64] | None) -> Counts:
    """How many of these samples each class has; none where `rows` are not known, or things are in boxes."""
    if rows is None or trained.kind.target == "boxes":
        return Counts()
    return counts_in(material.samples.targets, rows, len(trained.preprocessing.classes))


def _progress(emit: Emit, control: Control) -> Callable[[float], bool]:
    def progress(fraction: float) -> bool:
        emit(Preparing("Reading the data", fraction))
        return not control.stop_requested

    return progress
