"""Pictures with numbers that cannot be right, pictures that show nothing, and damaged ones in arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from studio.data.health.finding import MOST_SAMPLES, Finding, Known, named, plural
from studio.data.health.mending import leave_out
from studio.data.health.odd_numbers import is_few, odd_numbers
from studio.data.number_scale import number_of
from studio.data.pictures import examined
from studio.data.tables.column_guess import stand_ins

_AT_ONCE = 1024  # pictures of an array looked through at a time
_MOST_BYTES = 2_000_000_000  # of an array that is looked through
Rows = npt.NDArray[np.int64]


def strange_numbers(dataset: Any, known: Known) -> tuple[Finding, ...]:
    """What is to be predicted, number by number."""
    if dataset.facts.learns != "numbers" or dataset.values is None:
        return ()
    found = []
    rows = dataset.usable
    for place, name in enumerate(dataset.facts.numbers):
        values = dataset.values[rows, place]
        unit = dataset.units[place] if place < len(dataset.units) else ""
        told = _codes(values) or odd_numbers(name, values)
        if told is None:
            continue
        code, odd, what = told
        samples = rows[odd]
        texts = list(dict.fromkeys(number_of(float(value), unit) for value in values[odd][:200]))
        is_code = code == "stand-in-numbers"
        why = "Such numbers often stand for “not known”; as numbers they mislead the network."
        if not is_code:
            why = "A slip of the pen can mislead the network: correct the number, or leave them out."
        count = plural(len(samples), "picture")
        sentence = f"“{name}” is {what} for {count}: {named(texts)}. {why}"
        fix = leave_out(dataset, samples.tolist(), f"Leave out {count}")
        evidence = tuple(samples[:MOST_SAMPLES].tolist())
        found.append(Finding(code, "advice", sentence, evidence, {name: ", ".join(texts[:6])}, fix, name))
    return tuple(found)


def _codes(values: npt.NDArray[np.float64]) -> tuple[str, npt.NDArray[np.bool_], str] | None:
    """Numbers such as -999, far from all others and there more than once."""
    codes = stand_ins(values)
    if not codes:
        return None
    return "stand-in-numbers", np.isin(values, codes), "far from all other values"


def plain_pictures(dataset: Any, known: Known) -> tuple[Finding, ...]:
    """Pictures of one colour throughout: a lens with its cap on, a file that was saved before it was full."""
    rows = dataset.usable
    flat = _flat(dataset, rows)
    if flat is None or not is_few(flat):
        return ()
    samples = rows[flat]
    show = "is of one colour throughout and shows" if len(samples) == 1 else "are of one colour and show"
    sentence = (
        f"{plural(len(samples), 'picture')} {show} nothing. Often the camera was covered, or a file was "
        "saved too early. Leave them out, or put in the right ones."
    )
    fix = leave_out(dataset, samples.tolist(), f"Leave out {plural(len(samples), 'picture')}")
    return (Finding("plain-pictures", "advice", sentence, tuple(samples[:MOST_SAMPLES].tolist()), fixes=fix),)


def broken_values(dataset: Any, known: Known) -> tuple[Finding, ...]:
    """Of pictures in an array: values that are no numbers, which are shown as black."""
    arrays = getattr(dataset, "arrays", None)
    if arrays is None or arrays.pictures.dtype.kind != "f" or arrays.pictures.nbytes > _MOST_BYTES:
        return ()
    rows = dataset.usable
    broken = np.zeros(len(rows), np.bool_)
    for start in range(0, len(rows), _AT_ONCE):
        part = np.asarray(arrays.pictures[rows[start : start + _AT_ONCE]])
        broken[start : start + _AT_ONCE] = ~np.isfinite(part.reshape(len(part), -1)).all(axis=1)
    samples = rows[broken]
    if not len(samples):
        return ()
    hold = "holds" if len(samples) == 1 else "hold"
    sentence = (
        f"{plural(len(samples), 'picture')} {hold} values that are no numbers (NaN or infinite). They count "
        "as black or white. Leave these pictures out, or save the array anew without them."
    )
    fix = leave_out(dataset, samples.tolist(), f"Leave out {plural(len(samples), 'picture')}")
    return (Finding("broken-values", "advice", sentence, tuple(samples[:MOST_SAMPLES].tolist()), fixes=fix),)


def _flat(dataset: Any, rows: Rows) -> npt.NDArray[np.bool_] | None:
    """Which of these are of one colour; None where that takes a look at every file that nobody has taken."""
    arrays = getattr(dataset, "arrays", None)
    if arrays is None:
        _, height, width = dataset.facts.input_shape
        kept = examined.load(dataset.cache_key(), len(dataset), dataset.facts.input_shape[0])
        if kept is None or kept.sums is None:
            return None
        total, squares = kept.sums[rows, :, 0], kept.sums[rows, :, 1]
        equal: npt.NDArray[np.bool_] = (np.uint64(height * width) * squares == total * total).all(axis=1)
        return equal
    if arrays.pictures.nbytes > _MOST_BYTES:
        return None
    flat = np.zeros(len(rows), np.bool_)
    corner = {"nhw": np.s_[:, :1, :1], "nhwc": np.s_[:, :1, :1, :], "nchw": np.s_[:, :, :1, :1]}
    for start in range(0, len(rows), _AT_ONCE):
        part = np.asarray(arrays.pictures[rows[start : start + _AT_ONCE]])
        same = part == part[corner[arrays.layout]]
        flat[start : start + _AT_ONCE] = same.reshape(len(part), -1).all(axis=1)
    return flat
