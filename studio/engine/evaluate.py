"""Measuring a network on a split: loss, metrics, confusion matrix, the samples it got most wrong."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from studio.data.dataset import Cancelled
from studio.data.preprocessing import NumberScale, Preprocessing, number_scale
from studio.engine.batches import Split
from studio.engine.detection.report import detection_report
from studio.engine.detection.tally import DetectionTally
from studio.engine.events import Evaluation, NumberResult
from studio.engine.guessing import guessed_classes, guessed_numbers
from studio.engine.label_metrics import MIDDLE, LabelTally, guessed_labels, label_curves, most_wrong, rates
from studio.engine.metrics import ClassTally, NumberTally, per_class_metrics
from studio.engine.steps import target_for
from studio.optim.entries import Counts, Target

MOST_PAIRS = 2000  # of predictions and targets in an Evaluation
MOST_WORST = 24
MOST_OF_A_CELL = 12  # examples of one cell of the confusion matrix
MOST_CELLS = 400  # with examples: all of them up to 20 classes
KeepGoing = Callable[[], bool]
AnyTally = ClassTally | LabelTally | NumberTally | DetectionTally


@dataclass(slots=True)
class Measured:
    """One pass over a split. `outputs`, with their `targets` and `rows`, only where they were asked for."""

    loss: float
    tally: AnyTally
    samples: int
    outputs: list[Tensor] = field(default_factory=list)
    targets: list[Tensor] = field(default_factory=list)
    rows: list[npt.NDArray[np.int64]] = field(default_factory=list)

    @property
    def metrics(self) -> dict[str, float]:
        return {"loss": self.loss, **self.tally.results()}


def measure(
    model: nn.Module,
    criterion: nn.Module | None,
    target: Target,
    split: Split,
    tally: AnyTally,
    batch_size: int,
    keep_going: KeepGoing = lambda: True,
    keep_outputs: bool = False,
) -> Measured | None:
    """Runs the whole split through the network in evaluation mode. None when it is to stop.

    Pictures that cannot be read any more do not count. Raises DataError: none can be read.
    """
    was_training = model.training
    model.eval()
    loss_sum = 0.0
    measured = Measured(0.0, tally, 0)
    try:
        with torch.inference_mode():
            for start in range(0, len(split), batch_size):
                if not keep_going():
                    return None
                batch = split.slice(start, start + batch_size)
                if not len(batch.targets):
                    continue
                measured.samples += len(batch.targets)
                outputs = model(batch.inputs)
                if criterion is not None:
                    loss = criterion(outputs, target_for(target, outputs, batch.targets))
                    loss_sum += loss.item() * len(batch.targets)
                tally.add(outputs[None], batch.targets[None])
                if isinstance(tally, DetectionTally) and batch.rows is not None:
                    tally.rows.append(batch.rows)
                if keep_outputs:
                    measured.outputs.append(outputs.float().cpu())
                    measured.targets.append(batch.targets.cpu())
                    assert batch.rows is not None
                    measured.rows.append(batch.rows)
    except Cancelled:
        return None
    finally:
        model.train(was_training)
    measured.loss = loss_sum / max(1, measured.samples)
    return measured


def evaluation_batch_size(batch_size: int) -> int:
    """Larger than in training, because nothing is kept for a backward pass; the same for every run."""
    return min(1024, 4 * batch_size)


def evaluation_of(
    measured: Measured,
    split_name: str,
    preprocessing: Preprocessing,
    loss_known: bool = True,
    train_counts: Counts = Counts(),  # noqa: B008  a frozen value
) -> Evaluation:
    """Everything the Results page shows, from a pass with `keep_outputs`.

    `train_counts`: of the training split, for what guessing would reach.
    """
    metrics = measured.metrics
    if not loss_known:
        del metrics["loss"]
    outputs = torch.cat(measured.outputs) if measured.outputs else torch.empty(0, 1)
    targets = torch.cat(measured.targets) if measured.targets else torch.empty(0, dtype=torch.int64)
    rows = np.concatenate(measured.rows) if measured.rows else np.empty(0, np.int64)
    tally = measured.tally
    if isinstance(tally, DetectionTally):
        report, per_class = detection_report(tally.seen, rows, preprocessing.classes)
        return Evaluation(
            metrics=metrics,
            split=split_name,
            samples=measured.samples,
            classes=preprocessing.classes,
            per_class=per_class,
            detection=report,
        )
    if isinstance(tally, ClassTally):
        confusion = tally.confusion()
        shares = probabilities(outputs)
        guess, guessed = guessed_classes(confusion.sum(axis=1), train_counts.classes)
        return Evaluation(
            metrics=metrics,
            split=split_name,
            samples=measured.samples,
            classes=preprocessing.classes,
            confusion=confusion,
            worst=_worst(shares, targets, rows),
            per_class=per_class_metrics(confusion, preprocessing.classes),
            by_cell=_by_cell(shares, targets, rows),
            guess=guess,
            guess_class=preprocessing.classes[guessed] if guessed >= 0 else "",
        )
    if isinstance(tally, LabelTally):
        part = Evaluation(metrics, split_name, measured.samples, preprocessing.classes)
        return _with_labels(part, outputs, targets, rows, train_counts)
    results = _number_results(tally, outputs, targets, rows, preprocessing)
    first = results[0]
    guess = {name: sum(one.guess[name] for one in results) / len(results) for name in first.guess}
    return Evaluation(
        metrics=metrics,
        split=split_name,
        samples=measured.samples,
        predictions=first.predictions,
        targets=first.targets,
        guess=guess,
        furthest=first.furthest,
        numbers=results,
    )


def _with_labels(
    part: Evaluation, outputs: Tensor, targets: Tensor, rows: npt.NDArray[np.int64], train_counts: Counts
) -> Evaluation:
    shares, truth = torch.sigmoid(outputs.double()).numpy(), (targets > 0.5).numpy().reshape(outputs.shape)
    curves = label_curves(shares, truth)
    precision, recall, f1 = rates(curves.hits[MIDDLE], curves.said[MIDDLE], curves.present)
    return replace(
        part,
        labels=curves,
        wrong_labels=most_wrong(shares, truth, rows, MOST_WORST),
        guess=guessed_labels(truth, train_counts.classes, train_counts.samples),
        per_class={
            name: {
                "precision": float(precision[i]),
                "recall": float(recall[i]),
                "f1": float(f1[i]),
                "samples": float(curves.present[i]),
                "average_precision": float(curves.precisions[i]),
            }
            for i, name in enumerate(part.classes)
        },
    )


def _number_results(
    tally: NumberTally,
    outputs: Tensor,
    targets: Tensor,
    rows: npt.NDArray[np.int64],
    preprocessing: Preprocessing,
) -> tuple[NumberResult, ...]:
    scale = number_scale(preprocessing) or NumberScale(("",), ("",), (0.0,), (1.0,))
    count = len(scale.names)
    predicted = scale.told(outputs.double().numpy().reshape(-1, count))
    true = _as_given(scale.told(targets.double().numpy().reshape(-1, count)), scale.std)
    # Evenly spaced where there are more than can be looked at.
    shown = np.linspace(0, len(true) - 1, min(MOST_PAIRS, len(true))).round().astype(np.int64)
    return tuple(
        NumberResult(
            name,
            unit,
            metrics,
            predicted[shown, place].astype(np.float32),
            true[shown, place].astype(np.float32),
            guessed_numbers(true[:, place], mean),
            _furthest(predicted[:, place], true[:, place], rows),
        )
        for place, (name, unit, mean, metrics) in enumerate(
            zip(scale.names, scale.units, scale.mean, tally.each(), strict=True)
        )
    )


def _as_given(numbers: npt.NDArray[np.float64], std: tuple[float, ...]) -> npt.NDArray[np.float64]:
    """Truths without what single precision left of them: 0 instead of 2e-7, as it stands in the data."""
    digits = [6 - math.floor(math.log10(one)) for one in std]
    columns = [np.round(numbers[:, place], min(300, max(-300, count))) for place, count in enumerate(digits)]
    return np.stack(columns, axis=1)


def _furthest(
    predicted: npt.NDArray[np.float64], true: npt.NDArray[np.float64], rows: npt.NDArray[np.int64]
) -> tuple[tuple[int, float, float], ...]:
    """The predictions that are furthest off, the worst first; those that are no numbers stand last."""
    error = np.nan_to_num(np.abs(predicted - true), nan=-1.0)
    order = np.argsort(-error, kind="stable")[:MOST_WORST]
    return tuple((int(rows[i]), float(true[i]), float(predicted[i])) for i in order.tolist())


def probabilities(outputs: Tensor) -> Tensor:
    """Scores (n, classes) as shares that add up to 1; one score a row is that of class 1.

    Networks that end in Softmax or LogSoftmax give shares (or their logarithms) already.
    """
    outputs = outputs.double()
    if outputs.shape[-1] == 1:
        second = torch.sigmoid(outputs)
        return torch.cat((1 - second, second), dim=-1)
    sums = outputs.sum(dim=-1)
    if bool((outputs >= 0).all()) and bool(torch.isclose(sums, torch.ones_like(sums), atol=1e-4).all()):
        return outputs / sums[..., None]
    return torch.softmax(outputs, dim=-1)


Example = tuple[int, int, int, float]  # index into the dataset, true, predicted, probability


def _worst(shares: Tensor, targets: Tensor, rows: npt.NDArray[np.int64]) -> tuple[Example, ...]:
    """Confidently wrong samples, the most confident first."""
    if not len(targets):
        return ()
    confidence, predicted = shares.max(dim=-1)
    wrong = torch.nonzero(predicted != targets).flatten()
    order = wrong[torch.argsort(confidence[wrong], descending=True, stable=True)][:MOST_WORST]
    return tuple(
        (int(rows[i]), int(targets[i]), int(predicted[i]), float(confidence[i])) for i in order.tolist()
    )


def _by_cell(
    shares: Tensor, targets: Tensor, rows: npt.NDArray[np.int64]
) -> dict[tuple[int, int], tuple[Example, ...]]:
    """Examples of each kind of answer: the surest mistakes, and the right answers it was least sure of.

    Where there are more cells than can be kept, those with the most mistakes are.
    """
    if not len(targets):
        return {}
    confidence, predicted = (part.numpy() for part in shares.max(dim=-1))
    true = targets.flatten().numpy().astype(np.int64)
    wrong = predicted != true
    by_interest = np.argsort(np.where(wrong, -confidence, confidence), kind="stable")
    cells: dict[tuple[int, int], list[int]] = {}
    for i in by_interest.tolist():
        cells.setdefault((int(true[i]), int(predicted[i])), []).append(i)
    kept = sorted(cells, key=lambda cell: (cell[0] == cell[1], -len(cells[cell])))[:MOST_CELLS]
    return {
        cell: tuple((int(rows[i]), *cell, float(confidence[i])) for i in cells[cell][:MOST_OF_A_CELL])
        for cell in kept
    }
