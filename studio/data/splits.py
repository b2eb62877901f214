"""Which samples train, which validate, which test: seeded, stratified, in a few lines of numpy."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from studio.core.problems import Fix
from studio.core.project import Project, Splits
from studio.data.dataset import DataError, SplitIndices

Labels = npt.NDArray[np.int64]


def split_indices(count: int, labels: Labels | None, splits: Splits) -> SplitIndices:
    """Cuts `count` samples into train, validation and test; every sample is in exactly one.

    Args:
        labels: (count,) class numbers; with them and `splits.stratified` every class is cut by itself,
            otherwise all samples are one group (regression).
    Raises: DataError: the shares do not add up to 1, or are negative.

    The algorithm, which exported scripts write out again. `random` is numpy's `default_rng(seed)`, and
    `late_*` carries what rounding owes from one class to the next, so that the totals come out right
    also with many small classes:

        train, validation, test = [], [], []
        late_validation = late_test = 0.0
        for label in range(labels.max() + 1):
            members = random.permutation(np.flatnonzero(labels == label))
            wanted_validation = splits.validation * len(members) + late_validation
            wanted_test = splits.test * len(members) + late_test
            n_test = max(0, min(int(wanted_test + 0.5), len(members) - 1))
            n_validation = max(0, min(int(wanted_validation + 0.5), len(members) - 1 - n_test))
            late_validation = min(max(wanted_validation - n_validation, -0.5), 0.5)
            late_test = min(max(wanted_test - n_test, -0.5), 0.5)
            test.append(members[:n_test])
            validation.append(members[n_test : n_test + n_validation])
            train.append(members[n_test + n_validation :])

    Each part is then sorted. At least one sample of every class trains. Where nothing at all is left
    for training by a share of 0, that stays so only for a share that was asked for.
    """
    check_splits(splits)
    random = np.random.default_rng(splits.seed)
    grouped = labels is not None and splits.stratified and count > 0
    groups = labels if grouped and labels is not None else np.zeros(count, np.int64)
    train: list[Labels] = []
    validation: list[Labels] = []
    test: list[Labels] = []
    late_validation = late_test = 0.0
    for label in range(int(groups.max()) + 1 if count else 0):
        members = random.permutation(np.flatnonzero(groups == label))
        wanted_validation = splits.validation * len(members) + late_validation
        wanted_test = splits.test * len(members) + late_test
        n_test = max(0, min(int(wanted_test + 0.5), len(members) - 1))
        n_validation = max(0, min(int(wanted_validation + 0.5), len(members) - 1 - n_test))
        late_validation = min(max(wanted_validation - n_validation, -0.5), 0.5)
        late_test = min(max(wanted_test - n_test, -0.5), 0.5)
        test.append(members[:n_test])
        validation.append(members[n_test : n_test + n_validation])
        train.append(members[n_test + n_validation :])
    return SplitIndices(_sorted(train), _sorted(validation), _sorted(test))


def check_splits(splits: Splits) -> None:
    """Raises DataError "splits", with a fix, when the shares make no sense."""
    shares = (splits.train, splits.validation, splits.test)
    if not all(math.isfinite(share) for share in shares) or min(shares) < 0 or splits.train <= 0:
        raise DataError(
            "The shares of training, validation and test must not be negative, and something must be left "
            "for training.",
            "splits",
            (_usual_shares(),),
        )
    if abs(sum(shares) - 1) > 1e-6:
        raise DataError(
            f"The shares of training, validation and test add up to {sum(shares):.0%} instead of 100%. "
            "Change one of them.",
            "splits",
            (_usual_shares(),),
        )
    if splits.seed < 0:
        raise DataError("The seed of the split must be 0 or a positive whole number.", "splits")


def split_notes(parts: SplitIndices, splits: Splits) -> tuple[str, ...]:
    """Sentences on parts that came out empty although they were asked for, or were not asked for."""
    notes = []
    if not len(parts.validation):
        notes.append(
            "There are too few samples for a validation part, so nothing shows during training how well "
            "the network does on new samples. Add samples."
            if splits.validation > 0
            else "Nothing is set aside for validation, so there is no validation curve and no early stopping."
        )
    if not len(parts.test):
        notes.append(
            "There are too few samples for a test part; the results are those of other parts. Add samples."
            if splits.test > 0
            else "No samples are set aside for the test; the results are those of other parts."
        )
    return tuple(notes)


def _usual_shares() -> Fix:
    def edit(project: Project) -> Project:
        if project.dataset is None:
            return project
        usual = replace(Splits(), seed=max(0, project.dataset.splits.seed))
        return replace(project, dataset=replace(project.dataset, splits=usual))

    return Fix("Use 70% for training, 15% for validation and 15% for the test", edit)


def _sorted(parts: list[Labels]) -> Labels:
    return np.sort(np.concatenate(parts)).astype(np.int64) if parts else np.zeros(0, np.int64)
