"""How the script draws the splits: as studio.data.splits does, whose algorithm it writes out."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

from studio.core.project import Splits
from studio.data.fixed_split import validation_of_train
from studio.data.sample_keys import scattered
from studio.data.splits import ROUNDING, TEST_STEP, VALIDATION_STEP


def split_section(
    splits: Splits,
    stratified: bool,
    by: str = "keys",
    own_parts: bool = False,
    least: int = 0,
    own_classes: Mapping[int, int] | None = None,
) -> str:
    """cut() and split_rows(targets, ...), whose other arguments are what load_data() gives besides.

    Args: by: "keys", or "times", where the newest test; own_parts: there are parts already, and only a
        validation part is cut; least: groups that validation and test get at least; own_classes: of the
        samples whose label was corrected, by place: they stay in the part that the data's own class gives.
    """
    shares = validation_of_train(splits) if own_parts else splits
    what = {"keys": "drawn by content and seed", "times": "the newest test"}[by]
    classes = "targets" if stratified else "np.zeros(len(targets), int)"
    lines = [f"def split_rows(targets, {by}{', parts' if own_parts else ''}):"]
    if own_parts:
        lines += ['    """Row numbers for training, validation and test; validation is cut from training."""']
    else:
        lines += [f'    """Row numbers for training, validation and test: {what}."""']
    if by == "keys":
        lines += [f"    order = scattered(keys ^ scattered(np.array([{splits.seed % 2**64}], np.uint64)))"]
        rows = "parts == 0" if own_parts else ""
    else:
        lines += ["    order = -times"]
        rows = "np.isfinite(times)" + (" & (parts == 0)" if own_parts else "")
    if own_classes and stratified:
        places, own = list(own_classes), list(own_classes.values())
        lines += ["    classes = targets.copy()"]
        lines += [f"    classes[{places!r}] = {own!r}  # a corrected label moves no sample to another part"]
    else:
        lines += [f"    classes = {classes}"]
    call = f"{shares.validation!r}, {shares.test!r}{f', {least}' if least else ''})"
    if rows:
        lines += [] if own_parts else ["    parts = np.zeros(len(targets), int)"]
        lines += [f"    rows = {rows}", f"    parts[rows] = cut(order[rows], classes[rows], {call}"]
    else:
        lines += [f"    parts = cut(order, classes, {call}"]
    lines += ["    return [np.flatnonzero(parts == part) for part in range(3)]"]
    text = "\n".join(lines)
    first = "" if by == "times" else f"\n\n{scattered_source()}"
    return f"{first}\n\n{_cut_source(least)}\n\n{text}\n"


def scattered_source() -> str:
    return inspect.getsource(scattered).replace("Keys", "np.ndarray")


def _cut_source(least: int) -> str:
    argument, floor, end = (", least", "max(least, ", ")") if least else ("", "", "")
    return f'''def cut(order, classes, validation, test{argument}):
    """The part of each sample: the first in the order test (2), the next validate (1), the rest train (0).

    Every class is cut by itself; equal samples are in the same part.
    """
    _, unit, sizes = np.unique(order, return_inverse=True, return_counts=True)
    counts = np.zeros((len(sizes), classes.max(initial=0) + 1), int)
    np.add.at(counts, (unit, classes), 1)
    of_unit = counts.argmax(axis=1)
    parts = np.zeros(len(sizes), int)
    for label in np.unique(of_unit):
        units = np.flatnonzero(of_unit == label)
        size, total = sizes[units], sizes[units].sum()
        # Rounded up at another place in every class, so that small classes do not all round the same way.
        a, b = (0.5 + label * {TEST_STEP!r}) % 1, (0.5 + label * {VALIDATION_STEP!r}) % 1
        a = min({floor}(np.cumsum(size) - a * size <= test * total + {ROUNDING!r}).sum(){end}, len(units) - 1)
        size = size[a:]
        b = {floor}(np.cumsum(size) - b * size <= validation * total + {ROUNDING!r}).sum(){end}
        b = min(a + b, len(units) - 1)
        parts[units[:a]], parts[units[a:b]] = 2, 1
    return parts[unit]
'''
