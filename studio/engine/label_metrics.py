"""Metrics of several labels a sample: F1, all labels right, average precision; and all per threshold."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from studio.engine.events import LabelCurves

Shares = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]
THRESHOLDS = tuple(round(0.01 * step, 2) for step in range(1, 100))
MIDDLE = THRESHOLDS.index(0.5)


class LabelTally:
    """Outputs are scores (steps, batch, labels): a label with more than 0 is said to be there.

    Scores are kept until the end of the split, because average precision needs their order.
    """

    def __init__(self, labels: int, device: torch.device) -> None:
        self._labels = labels
        self._scores: list[Tensor] = []
        self._truth: list[Tensor] = []

    def add(self, outputs: Tensor, targets: Tensor) -> list[float]:
        scores, truth = outputs.float().cpu(), (targets > 0.5).cpu()
        self._scores.append(scores.flatten(0, 1))
        self._truth.append(truth.flatten(0, 1))
        said = scores > 0
        hits = (said & truth).sum(dim=1).double()
        both = said.sum(dim=1).double() + truth.sum(dim=1).double()
        f1 = torch.where(both > 0, 2 * hits / both.clamp(min=1), torch.zeros_like(both))
        seen = (both > 0).sum(dim=1).clamp(min=1)
        shares: list[float] = (f1.sum(dim=1) / seen).tolist()
        return shares

    def results(self) -> dict[str, float]:
        if not self._scores:
            return {}
        scores, truth = torch.cat(self._scores), torch.cat(self._truth)
        return label_metrics(scores.double().numpy(), truth.numpy())

    def state(self) -> Any:
        if not self._scores:
            return []
        return [torch.cat(self._scores), torch.cat(self._truth)]

    def load_state(self, state: Any) -> None:
        self._scores = [state[0].float()] if state else []
        self._truth = [state[1].bool()] if state else []


def label_metrics(scores: Shares, truth: Truth) -> dict[str, float]:
    """Over (n, labels) scores, of which those above 0 mean yes, held against the truth.

    F1 is averaged over the labels that occur or were said, average precision over those that occur.
    """
    if not len(scores):
        return {}
    said = scores > 0
    precision, recall, f1 = rates((said & truth).sum(axis=0), said.sum(axis=0), truth.sum(axis=0))
    seen = said.any(axis=0) | truth.any(axis=0)
    precisions = average_precisions(scores, truth)
    known = precisions[np.isfinite(precisions)]
    return {
        "f1": float(f1[seen].mean()) if seen.any() else 0.0,
        "mean_average_precision": float(known.mean()) if len(known) else float("nan"),
        "exact_match": float((said == truth).all(axis=1).mean()),
        "precision": float(precision[seen].mean()) if seen.any() else 0.0,
        "recall": float(recall[seen].mean()) if seen.any() else 0.0,
    }


def rates(
    hits: npt.NDArray[Any], said: npt.NDArray[Any], present: npt.NDArray[Any]
) -> tuple[Shares, Shares, Shares]:
    """(precision, recall, F1); 0 where there is nothing to divide by."""
    hits = hits.astype(np.float64)
    precision = np.divide(hits, said, out=np.zeros_like(hits), where=said > 0)
    recall = np.divide(hits, present, out=np.zeros_like(hits), where=present > 0)
    both = (said + present).astype(np.float64)
    return precision, recall, np.divide(2 * hits, both, out=np.zeros_like(hits), where=both > 0)


def average_precisions(scores: Shares, truth: Truth) -> Shares:
    """(labels,): the mean precision over the places of the true samples, in the order of the scores.

    NaN for a label that no sample has. Samples with equal scores stand together, as in scikit-learn.
    """
    found = np.full(scores.shape[1], np.nan)
    for label in range(scores.shape[1]):
        order = np.argsort(-scores[:, label], kind="stable")
        right, ranked = truth[order, label], scores[order, label]
        if not right.any():
            continue
        ends = np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), len(ranked) - 1)
        hits = np.cumsum(right)[ends]
        steps = np.diff(hits, prepend=0) / hits[-1]
        found[label] = float((steps * hits / (ends + 1)).sum())
    return found


def label_curves(shares: Shares, truth: Truth) -> LabelCurves:
    """How every label does at every threshold, from probabilities (n, labels)."""
    hits = np.empty((len(THRESHOLDS), shares.shape[1]), np.int64)
    said, exact = np.empty_like(hits), np.empty(len(THRESHOLDS), np.int64)
    for place, threshold in enumerate(THRESHOLDS):
        yes = shares > threshold
        hits[place], said[place] = (yes & truth).sum(axis=0), yes.sum(axis=0)
        exact[place] = (yes == truth).all(axis=1).sum()
    precisions = average_precisions(shares, truth)
    return LabelCurves(THRESHOLDS, hits, said, truth.sum(axis=0).astype(np.int64), exact, precisions)


def guessed_labels(truth: Truth, train_counts: tuple[int, ...], train_samples: int) -> dict[str, float]:
    """The metrics of always answering with the labels that most training samples have."""
    if not len(truth):
        return {}
    counts = np.array(train_counts if train_samples else truth.sum(axis=0), np.float64)
    often = counts * 2 > (train_samples or len(truth))
    return label_metrics(np.broadcast_to(np.where(often, 1.0, -1.0), truth.shape), truth)


def most_wrong(
    shares: Shares, truth: Truth, rows: npt.NDArray[np.int64], most: int
) -> tuple[tuple[int, int, bool, float], ...]:
    """Single labels that were surely wrong: (index into the dataset, label, is it there, probability)."""
    if not len(shares):
        return ()
    error = np.where(np.isfinite(shares), np.abs(shares - truth), -1.0)
    order = np.argsort(-error, axis=None, kind="stable")[:most]
    places = [divmod(int(flat), shares.shape[1]) for flat in order.tolist()]
    return tuple(
        (int(rows[i]), label, bool(truth[i, label]), float(shares[i, label]))
        for i, label in places
        if error[i, label] > 0.5
    )
