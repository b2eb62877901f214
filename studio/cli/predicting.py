"""What `predict` says of each input, and the file it writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from studio.cli.output import complain, say, write_json
from studio.cli.output_files import refuse_to_replace_work
from studio.core.problems import LanternError

if TYPE_CHECKING:
    from studio.engine.events import Prediction


def refuse_output(output: str, checkpoint: str, kind: object) -> None:
    """Raises LanternError: predictions of this kind of project cannot be written there."""
    suffixes = (".csv", ".json") if kind == "object-detection" else (".csv",)
    path = Path(output)
    if path.suffix.lower() not in suffixes:
        forms = " or ".join(suffixes)
        raise LanternError(f"“{path.name}” does not end in {forms}. Name it so, for example: -o found.csv")
    refuse_to_replace_work(checkpoint, output)


def write_predictions(predictions: Sequence[Prediction], output: str, threshold: float) -> None:
    """A table; of a detector one with a line a box, or COCO's JSON. Raises SaveError."""
    from studio.core.safe_write import write_text_atomically
    from studio.engine.detection.found_files import boxes_text
    from studio.engine.prediction_csv import csv_text

    path = Path(output)
    boxes = any(p.boxes is not None for p in predictions)
    text = boxes_text(predictions, threshold, path.suffix) if boxes else csv_text(predictions)
    write_text_atomically(path, text)


def tell(prediction: Prediction, threshold: float, as_json: bool) -> None:
    """One input's answer, to standard output; what is wrong or odd with it to standard error."""
    if prediction.problem is not None:
        complain(f"{prediction.input}: {prediction.problem}")
    for remark in prediction.remarks:
        complain(f"{prediction.input}: {remark}")
    if as_json:
        write_json(_row(prediction, threshold))
    elif prediction.boxes is not None:
        _tell_boxes(prediction, threshold)
    elif prediction.problem is None:
        single = prediction.labels is None
        chance = prediction.probabilities.get(str(prediction.prediction)) if single else None
        sure = f"  ({100 * chance:.1f} %)" if chance is not None else ""
        say(f"{prediction.input}: {prediction.prediction}{sure}")


def _row(prediction: Prediction, threshold: float) -> dict[str, object]:
    from studio.engine.detection.found_files import sure_boxes

    row: dict[str, object] = {"input": prediction.input, "prediction": prediction.prediction}
    if prediction.boxes is None:
        row["probabilities"] = prediction.probabilities
    else:  # edges in the picture's pixels, counted from its upper left corner
        row["boxes"] = [
            {
                "class": box.label,
                "probability": box.probability,
                "box": [box.left, box.top, box.right, box.bottom],
            }
            for box in sure_boxes(prediction, threshold)
        ]
    if prediction.labels is not None:
        row["labels"] = list(prediction.labels)
    if prediction.numbers:
        row["numbers"] = dict(prediction.numbers)
    if prediction.problem is not None:
        row["problem"] = prediction.problem
    return row


def _tell_boxes(prediction: Prediction, threshold: float) -> None:
    from studio.engine.detection.found_files import sure_boxes

    found = sure_boxes(prediction, threshold)
    boxes = "1 box" if len(found) == 1 else f"{len(found):,} boxes"
    say(f"{prediction.input}: {boxes if found else 'nothing'}")
    for box in found:
        place = ", ".join(f"{edge:.0f}" for edge in (box.left, box.top, box.right, box.bottom))
        say(f"  {box.label} ({100 * box.probability:.1f} %) at {place}")
