"""Samples by class, part and problem: which they are, in which order, and how many of each."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from studio.core.project import DatasetChoice
from studio.data.dataset import DataError, SplitIndices
from studio.data.health.finding import Finding
from studio.data.health.titles import TITLES, title_of
from studio.data.opening import open_dataset
from studio.data.sifting import ANY_PROBLEM, CHANGED, NO_PROBLEM, Sifted, Wanted, sift


class Facts:
    classes: tuple[str, ...] = ("cat", "dog")


class Twelve:
    """0 to 5 are cats, 6 to 11 dogs; even ones train, 1, 5 and 9 validate, 3 and 7 test, 11 has no part."""

    facts = Facts()
    labels = np.repeat([0, 1], 6)
    relabelled = np.array([2, 3])

    def __len__(self) -> int:
        return 12

    def planned_split(self) -> SplitIndices:
        return SplitIndices(np.arange(0, 12, 2), np.array([1, 5, 9]), np.array([3, 7]))


TWINS = Finding("duplicates", "note", "…", (7, 2, 3))
SMALL = Finding("small-pictures", "note", "…", (2, 11))


def rows(found: Sifted) -> list[int] | None:
    return found.samples.tolist() if found.samples is not None else None


def test_that_without_a_choice_all_are_shown_and_counted() -> None:
    found = sift(Twelve(), Wanted(), (TWINS, SMALL))
    assert rows(found) is None
    assert found.labels == {"": 12, CHANGED: 2, "cat": 6, "dog": 6}
    assert found.parts == {"": 12, "train": 6, "validation": 3, "test": 2, "none": 1}
    assert found.problems == {
        "": 12, ANY_PROBLEM: 4, NO_PROBLEM: 8, "duplicates": 3, "small-pictures": 2,
    }  # fmt: skip


def test_that_choices_hold_at_once_and_counts_follow_the_other_two() -> None:
    found = sift(Twelve(), Wanted("cat", "train"), (TWINS, SMALL))
    assert rows(found) == [0, 2, 4]
    assert found.labels == {"": 6, CHANGED: 1, "cat": 3, "dog": 3}  # of those that train
    assert found.parts == {"": 6, "train": 3, "validation": 2, "test": 1, "none": 0}  # of the cats
    assert found.problems == {
        "": 3, ANY_PROBLEM: 1, NO_PROBLEM: 2, "duplicates": 1, "small-pictures": 1,
    }  # fmt: skip


def test_that_evidence_comes_in_its_own_order_and_all_else_in_the_given_one() -> None:
    order = np.arange(12)[::-1].copy()
    assert rows(sift(Twelve(), Wanted(problem="duplicates"), (TWINS,), order)) == [7, 2, 3]
    assert rows(sift(Twelve(), Wanted("cat", problem="duplicates"), (TWINS,), order)) == [2, 3]
    assert rows(sift(Twelve(), Wanted(problem=ANY_PROBLEM), (TWINS, SMALL), order)) == [11, 7, 3, 2]
    assert rows(sift(Twelve(), Wanted("dog", problem=NO_PROBLEM), (TWINS, SMALL), order)) == [10, 9, 8, 6]
    assert rows(sift(Twelve(), Wanted(CHANGED, "test"), (), order)) == [3]
    assert rows(sift(Twelve(), Wanted(part="none"), (), order)) == [11]


def test_that_what_is_gone_is_not_asked_for() -> None:
    found = sift(Twelve(), Wanted("cow", "train", "outliers: mass"), (TWINS,))
    assert rows(found) == [0, 2, 4, 6, 8, 10]
    assert sift(Twelve(), Wanted(problem=ANY_PROBLEM), ()).samples is None


def test_that_parts_cannot_be_chosen_while_they_are_not_known() -> None:
    class Unknown(Twelve):
        split_is_known = False

    class Refused(Twelve):
        def planned_split(self) -> SplitIndices:
            raise DataError("The column is gone.")

    for dataset in (Unknown(), Refused()):
        found = sift(dataset, Wanted("dog", "train"), ())
        assert found.parts == {}
        assert rows(found) == [6, 7, 8, 9, 10, 11]


def test_that_a_sample_with_several_labels_is_found_under_each() -> None:
    class Several(Twelve):
        values = np.array([[1, 0], [1, 1], [0, 1]] * 4, np.float64)
        relabelled = np.zeros(0, np.int64)

        def members(self, label: int) -> np.ndarray:
            return np.flatnonzero(self.values[:, label])

    assert sift(Several(), Wanted(), ()).labels == {"": 12, "cat": 8, "dog": 8}
    found = sift(Several(), Wanted("dog", "train"), ())
    assert rows(found) == [2, 4, 8, 10]
    assert found.labels == {"": 6, "cat": 4, "dog": 4}


@pytest.mark.parametrize("name", ["penguins", "iris", "digits", "clothes-scenes"])
def test_that_bundled_data_are_sifted_as_their_class_counts_say(name: str) -> None:
    dataset = open_dataset(DatasetChoice("bundled", name))
    found = sift(dataset, Wanted(), ())
    if not hasattr(dataset, "box_table"):  # there, counts are of boxes
        assert tuple(found.labels[c] for c in dataset.facts.classes) == dataset.class_counts
    assert sum(found.parts[part] for part in ("train", "validation", "test")) == len(dataset)
    last = dataset.facts.classes[-1]
    shown = rows(sift(dataset, Wanted(last, "validation"), ())) or []
    assert len(shown) == sift(dataset, Wanted(last), ()).parts["validation"]
    assert all(last in dataset.label_of(i) for i in shown)


def test_that_every_finding_has_a_short_title() -> None:
    told = set()
    for path in Path("studio/data/health").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                told |= {node.args[0].value} if isinstance(node.args[0], ast.Constant) else set()
    assert len(told) > 15
    assert told <= set(TITLES)
    assert title_of(Finding("outliers", "advice", "…", subject="mass")) == "Far from all others: mass"
    assert title_of(TWINS) == "There twice"
