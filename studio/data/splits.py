"""Which samples train, which validate, which test: by content and seed, in a few lines of numpy.

Samples come in an order that follows from their content and the seed. The test part is the beginning of
that order, the validation part comes next, the rest trains; class by class, where the mix of classes is
to be the same in each. So a new sample takes its place, at most one other crosses each border for it, and
nothing else moves. What is equal stands together and stays together.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from studio.core.problems import Fix
from studio.core.project import Project, Splits
from studio.data.dataset import DataError, SplitIndices
from studio.data.sample_keys import Keys, drawn

Labels = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]
Parts = npt.NDArray[np.uint8]  # per sample TRAIN, VALIDATION or TEST
TRAIN, VALIDATION, TEST = 0, 1, 2
SPLIT_RULE = "content"  # noted in checkpoints: raise it to another word when samples are drawn another way
# Where a class's count is rounded up: spread evenly over the classes, so that the totals come out right
# also with many small ones, and without one class's count depending on another's. The multiples of these
# two fill a square evenly ("R2" of M. Roberts); the first class is rounded as at school.
TEST_STEP, VALIDATION_STEP = 0.7548776662466927, 0.5698402909980532
ROUNDING = 1e-9  # 0.29 * 100 is a little less than 29


def split_by_keys(
    keys: Keys, labels: Labels | None, splits: Splits, *, together: bool = False
) -> SplitIndices:
    """Cuts samples into train, validation and test; every sample is in exactly one, equal keys in the same.

    Args:
        keys: (n,) of studio.data.sample_keys.
        labels: (n,) class numbers; with them and `splits.stratified` every class is cut by itself,
            otherwise all samples are one (regression). Equal keys count for their most frequent class.
        together: keys stand for groups of samples: each part that has a share gets one, if there are enough.
    Raises: DataError: the shares do not add up to 1, or are negative.

    At least one sample, or group, of every class trains. Exported scripts write the same out again.
    """
    check_splits(splits)
    if not len(keys):
        return parts_to_rows(np.zeros(0, np.uint8))
    _, unit, sizes = np.unique(drawn(keys, splits.seed), return_inverse=True, return_counts=True)
    if labels is None or not splits.stratified:
        labels = np.zeros(len(keys), np.int64)
    parts = _cut(sizes, _majority(unit, labels, len(sizes)), splits)
    asked = [part for part, share in ((VALIDATION, splits.validation), (TEST, splits.test)) if share > 0]
    if together and not np.isin(asked, parts).all() and len(sizes) > len(asked):
        parts = _cut(sizes, np.zeros(len(sizes), np.int64), splits, least=1)
    return parts_to_rows(parts[unit])


def split_by_time(times: npt.NDArray[np.float64], splits: Splits) -> SplitIndices:
    """The oldest samples train, the newest test; what is of one time stays together.

    Args: times: (n,), NaN where it is not known: these train.
    """
    check_splits(splits)
    parts = np.zeros(len(times), np.uint8)
    known = np.isfinite(times)
    if known.any():
        _, unit, sizes = np.unique(-times[known], return_inverse=True, return_counts=True)  # newest first
        parts[known] = _cut(sizes, np.zeros(len(sizes), np.int64), splits)[unit]
    return parts_to_rows(parts)


def parts_to_rows(parts: Parts) -> SplitIndices:
    return SplitIndices(*(np.flatnonzero(parts == part).astype(np.int64) for part in range(3)))


def _cut(sizes: Rows, classes: Labels, splits: Splits, least: int = 0) -> Parts:
    """A part for each unit of `sizes` samples that stay together; the units come in order."""
    parts = np.zeros(len(sizes), np.uint8)
    for label in np.unique(classes).tolist():
        units = np.flatnonzero(classes == label)
        sized = sizes[units]
        test = _filled(sized, splits.test * sized.sum(), (0.5 + label * TEST_STEP) % 1)
        test = min(max(test, least if splits.test else 0), len(units) - 1)
        wanted = splits.validation * sized.sum()
        validation = _filled(sized[test:], wanted, (0.5 + label * VALIDATION_STEP) % 1)
        validation = min(max(validation, least if splits.validation else 0), len(units) - 1 - test)
        parts[units[:test]] = TEST
        parts[units[test : test + validation]] = VALIDATION
    return parts


def _filled(sizes: Rows, wanted: float, round_up: float) -> int:
    """How many of the units make so many samples; one more where less than this share of it is too much."""
    return int(np.count_nonzero(np.cumsum(sizes) - round_up * sizes <= wanted + ROUNDING))


def _majority(unit: Rows, labels: Labels, units: int) -> Labels:
    """The most frequent class of each unit, the smaller number of equals."""
    found = np.zeros(units, np.int64)
    if units == len(unit):
        found[unit] = labels
        return found
    width = int(labels.max()) + 1
    pairs, counts = np.unique(unit * width + labels, return_counts=True)
    order = np.lexsort((-pairs, counts))  # what is written last stays
    found[pairs[order] // width] = pairs[order] % width
    return found


def equal_samples(keys: Keys) -> tuple[str, ...]:
    """A sentence where samples have the same content."""
    _, counts = np.unique(keys, return_counts=True)
    alike = int(counts[counts > 1].sum())
    if not alike:
        return ()
    return (f"{alike:,} samples are equal to another one; equal samples are in the same part.",)


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
