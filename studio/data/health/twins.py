"""Samples that are the same: groups of them, and what a group means for training and test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.data.dataset import SplitIndices
from studio.data.health.finding import MOST_SAMPLES, Finding, plural
from studio.data.health.mending import leave_out

Rows = npt.NDArray[np.int64]
_SAME_NUMBER = 0.02  # share of a number's spread by which two measurements of one thing may differ
_PART_NAMES = ("training", "validation", "test")


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """`members`: indices of samples, group after group; `group`: which group each belongs to."""

    members: Rows
    group: Rows

    @staticmethod
    def of(samples: Rows, content: npt.NDArray[Any]) -> Groups:
        """Of samples with the same content (n,), those that are not alone; in order within each group."""
        order = np.argsort(content, kind="stable")
        same = content[order][1:] == content[order][:-1]
        inside = np.zeros(len(order), bool)
        inside[1:] |= same
        inside[:-1] |= same
        begins = np.ones(len(order), bool)
        begins[1:] = ~same
        numbers = np.cumsum(begins) - 1
        group = np.unique(numbers[inside], return_inverse=True)[1]
        return Groups(samples[order][inside], group.astype(np.int64))

    @property
    def count(self) -> int:
        return int(self.group.max()) + 1 if len(self.group) else 0

    @property
    def extra(self) -> int:
        """How many samples repeat another one."""
        return len(self.members) - self.count

    def several(self, values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        """Per group, whether its members differ in these values (one per member)."""
        if not self.count:
            return np.zeros(0, bool)
        lowest = np.full(self.count, np.iinfo(np.int64).max)
        highest = np.full(self.count, np.iinfo(np.int64).min)
        np.minimum.at(lowest, self.group, values)
        np.maximum.at(highest, self.group, values)
        differ: npt.NDArray[np.bool_] = lowest != highest
        return differ

    def chosen(self, which: npt.NDArray[np.bool_]) -> Groups:
        """Only the groups for which `which` is true."""
        inside = which[self.group]
        numbers = np.cumsum(which) - 1
        return Groups(self.members[inside], numbers[self.group[inside]])

    def repeats(self, preferred: Rows | None = None) -> list[int]:
        """All members but one of each group: the one with the highest `preferred` stays, or the first."""
        rank = np.zeros(len(self.members), np.int64) if preferred is None else -preferred
        order = np.lexsort((self.members, rank, self.group))
        first = np.ones(len(order), bool)
        first[1:] = self.group[order][1:] != self.group[order][:-1]
        return sorted(self.members[order][~first].tolist())


def split_of(dataset: Any) -> SplitIndices:
    """The split as it will be, without decoding pictures that nobody has decoded."""
    split: SplitIndices = getattr(dataset, "sure_split", dataset.planned_split)()
    return split


def parts_of(split: SplitIndices, count: int) -> Rows:
    """Per sample 0 training, 1 validation, 2 test, -1 none."""
    parts = np.full(count, -1, np.int64)
    for number, rows in enumerate((split.train, split.validation, split.test)):
        parts[rows] = number
    return parts


def same_samples(dataset: Any, groups: Groups, noun: str, cause: str) -> tuple[Finding, ...]:
    """Findings on samples that are exactly the same. `noun`: "picture"; `cause`: how they became the same."""
    found: list[Finding] = []
    differ = _differ(dataset, groups)
    if differ is not None:
        found += _contradictions(dataset, groups.chosen(differ), noun)
        groups = groups.chosen(~differ)
    parts = parts_of(split_of(dataset), len(dataset))
    crossing = groups.several(parts[groups.members])
    found += leaks(dataset, groups.chosen(crossing), parts, f"the same {noun}", noun, "duplicates-in-splits")
    groups = groups.chosen(~crossing)
    if groups.count:
        extra = plural(groups.extra, noun)
        repeats = "repeats another one" if groups.extra == 1 else "repeat others"
        sentence = f"{extra} {repeats} exactly{cause}. What is there twice counts twice in training."
        fix = leave_out(dataset, groups.repeats(), "Keep one of each")
        found.append(Finding("duplicates", "note", sentence, shown(groups), fixes=fix))
    return tuple(found)


def _differ(dataset: Any, groups: Groups) -> npt.NDArray[np.bool_] | None:
    """Per group, whether its members are answered differently; None where there is nothing to tell."""
    values = getattr(dataset, "values", None)
    if not isinstance(values, np.ndarray):
        labels: Rows | None = getattr(dataset, "labels", None)
        return None if labels is None else groups.several(labels[groups.members])
    # Of pictures with several labels, or numbers, which may be measured twice and differ by a little.
    slack = 0.0 if dataset.facts.classes else _SAME_NUMBER
    differ = np.zeros(groups.count, bool)
    for column in values.T:
        lowest, highest = np.full(groups.count, np.inf), np.full(groups.count, -np.inf)
        np.minimum.at(lowest, groups.group, column[groups.members])
        np.maximum.at(highest, groups.group, column[groups.members])
        differ |= highest - lowest > slack * float(column.std())
    return differ


def leaks(dataset: Any, groups: Groups, parts: Rows, same: str, noun: str, code: str) -> tuple[Finding, ...]:
    """Groups whose members lie in different parts. What stays is what the results are measured on."""
    if not groups.count:
        return ()
    here = parts[groups.members]
    named = [_PART_NAMES[part] for part in range(3) if (here == part).any()]
    where = " and ".join(named) if len(named) < 3 else "training, validation and test"
    times = {1: "once", 2: "twice"}.get(groups.count, f"{groups.count:,} times")
    sentence = (
        f"{same[0].upper()}{same[1:]} is in {where}, {times}. The network is then tested on what it has "
        "seen, and the results look better than they are."
    )
    fix = leave_out(dataset, groups.repeats(here), "Keep one of each")
    return (Finding(code, "warning", sentence, shown(groups), fixes=fix),)


def _contradictions(dataset: Any, groups: Groups, noun: str) -> tuple[Finding, ...]:
    if not groups.count:
        return ()
    example = groups.members[groups.group == 0]
    names = list(dict.fromkeys(dataset.label_of(int(i)) for i in example[:50]))
    times = f"1 {noun} is" if groups.count == 1 else f"{groups.count:,} {noun}s are"
    sentence = (
        f"{times} there several times with different answers, for instance as “{names[0]}” and as "
        f"“{names[1]}”. One of them is wrong, and the network cannot know which. Correct the label, or leave "
        "all of them out."
    )
    fix = leave_out(dataset, sorted(groups.members.tolist()), f"Leave out {len(groups.members):,}")
    return (Finding("contradictions", "warning", sentence, shown(groups), fixes=fix),)


def shown(groups: Groups) -> tuple[int, ...]:
    return tuple(groups.members[:MOST_SAMPLES].tolist())


def joined(pairs: Sequence[tuple[int, int]]) -> Groups:
    """Groups of samples that are connected by pairs."""
    leader: dict[int, int] = {}

    def find(one: int) -> int:
        while leader.setdefault(one, one) != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for a, b in pairs:
        first, second = sorted((find(a), find(b)))
        leader[second] = first
    members = np.array(sorted(leader), np.int64)
    heads = np.array([find(int(i)) for i in members], np.int64)
    return Groups.of(members, heads) if len(members) else Groups(members, members)
