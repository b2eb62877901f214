"""Pictures with boxes in YOLO's texts."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from studio.data.boxes.boxed_pictures import choose_boxed, open_boxed
from studio.data.boxes.detection_dataset import PARAMS
from studio.data.boxes.yolo_reading import is_yolo, read_yolo
from studio.data.sources.source import Source


def _recognises(text: str) -> bool:
    place = Path(text).expanduser()
    return place.is_dir() and is_yolo(place)


SOURCE = Source(
    "yolo",
    "Pictures with boxes (YOLO)",
    "Pictures, and a text file in YOLO's format for each that says where in it which thing is.",
    recognises=_recognises,
    choose=partial(choose_boxed, "yolo", read_yolo),
    open=partial(open_boxed, read_yolo),
    params=PARAMS,
)
