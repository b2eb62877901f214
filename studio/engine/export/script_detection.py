"""What scripts of detectors need besides: the loss, how outputs become boxes, and their average precision."""

from __future__ import annotations

import inspect
import re

from studio.engine.detection import decoding, loss
from studio.engine.export import script_precision

_PARTS = (
    loss.boxes_of,
    loss.cell_middles,
    loss.responsible,
    loss.overlap,
    loss.DetectionLoss,
    decoding.detections,
    decoding.without_doubles,
    script_precision.average_precision,
    script_precision.hits,
)


def detection_section() -> str:
    """The very functions that the run uses, after a few words on what they work with."""
    meaning = (loss.__doc__ or "").split("\n\n")[1:4]  # outputs, boxes of the truth, sources
    words = "\n".join(f"# {line}".rstrip() for line in "\n\n".join(meaning).splitlines())
    text = "\n\n".join(inspect.getsource(part) for part in _PARTS)
    return f"{words}\n\n\n" + re.sub(r"(?<!torch\.)\bTensor\b", "torch.Tensor", text)
