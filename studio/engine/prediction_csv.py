"""Predictions as a table to take home: all that came in, in its order, then what the network said."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.engine.events import Prediction


def columns_of(predictions: Iterable[Prediction]) -> tuple[str, ...]:
    """The columns that came in, of all tables together."""
    known: dict[tuple[str, ...], None] = {}
    for prediction in predictions:
        known[prediction.columns] = None
    return tuple(dict.fromkeys(name for columns in known for name in columns))


def csv_text(predictions: Sequence[Prediction]) -> str:
    """One line a prediction. Of pictures the file comes first; of a table its columns as they were.

    After them: prediction, its probability, one column a class, remarks, problem.
    """
    given = columns_of(predictions)
    classes = next((list(p.probabilities) for p in predictions if p.probabilities), [])
    single = all(p.labels is None for p in predictions)  # one answer, whose probability is worth a column
    said = ["prediction"]
    if classes:
        said += ["probability"] * single
        said += [f"probability of {name}" for name in classes]
    numbers = next((list(p.numbers) for p in predictions if len(p.numbers) > 1), [])
    said += numbers
    said += ["remarks"] * any(p.remarks for p in predictions)
    said += ["problem"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*(given or ("input",)), *_distinct(said, given)])
    remarked = "remarks" in said
    for p in predictions:
        row: list[object] = _cells(p, given) if given else [p.input]
        row.append("" if p.prediction is None else p.prediction)
        if classes:
            if single:
                row.append(repr(float(max(p.probabilities.values()))) if p.probabilities else "")
            row += [repr(float(p.probabilities[c])) if c in p.probabilities else "" for c in classes]
        row += [repr(float(p.numbers[n])) if n in p.numbers else "" for n in numbers]
        if remarked:
            row.append(" ".join(p.remarks))
        row.append(_problem(p, given))
        writer.writerow(row)
    return text.getvalue()


def _cells(prediction: Prediction, given: tuple[str, ...]) -> list[object]:
    if prediction.columns == given:
        return list(prediction.cells or ("",) * len(given))
    cells = dict(zip(prediction.columns, prediction.cells, strict=False))
    return [cells.get(name, "") for name in given]


def _problem(prediction: Prediction, given: tuple[str, ...]) -> str:
    if prediction.problem is None:
        return ""
    named = given and not prediction.cells  # such a row has nothing else that tells which it is
    return f"{prediction.input}: {prediction.problem}" if named else prediction.problem


def _distinct(said: list[str], given: tuple[str, ...]) -> list[str]:
    """A table may have a column called “prediction” already."""
    names: list[str] = []
    for name in said:
        unique, number = name, 2
        while unique in given or unique in names:
            unique, number = f"{name} ({number})", number + 1
        names.append(unique)
    return names
