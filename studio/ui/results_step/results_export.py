"""Takes the results home as one table."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from studio.core.safe_write import write_text_atomically

if TYPE_CHECKING:
    from studio.engine.events import Evaluation


def write_results(evaluation: Evaluation, path: Path) -> None:
    """Metrics, then the confusion matrix or the pairs, parted by empty lines. Raises SaveError."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["split", evaluation.split])
    writer.writerow(["samples", evaluation.samples])
    writer.writerow([])
    writer.writerow(["metric", "value"])
    writer.writerows([name, repr(float(value))] for name, value in evaluation.metrics.items())
    if evaluation.confusion is not None:
        writer.writerow([])
        writer.writerow(["true \\ predicted", *evaluation.classes])
        for name, row in zip(evaluation.classes, evaluation.confusion.tolist(), strict=True):
            writer.writerow([name, *row])
    for name, numbers in (evaluation.per_class or {}).items():
        if name == evaluation.classes[0]:
            writer.writerow([])
            writer.writerow(["class", *numbers])
        writer.writerow([name, *(repr(float(value)) for value in numbers.values())])
    if len(evaluation.numbers) > 1:
        for one in evaluation.numbers:
            writer.writerow([])
            writer.writerow([f"true {one.name}", f"predicted {one.name}"])
            writer.writerows(zip(one.targets.tolist(), one.predictions.tolist(), strict=True))
    elif evaluation.predictions is not None and evaluation.targets is not None:
        writer.writerow([])
        writer.writerow(["true", "predicted"])
        writer.writerows(zip(evaluation.targets.tolist(), evaluation.predictions.tolist(), strict=True))
    write_text_atomically(path, text.getvalue())
