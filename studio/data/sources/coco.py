"""Pictures with boxes in COCO's JSON, Lantern's own annotations among them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from studio.data.boxes.boxed_pictures import choose_boxed, open_boxed
from studio.data.boxes.coco_reading import coco_files, read_coco
from studio.data.boxes.detection_dataset import PARAMS
from studio.data.sources.source import Source


def _recognises(text: str) -> bool:
    place = Path(text).expanduser()
    return (place.is_dir() or place.suffix.lower() == ".json") and bool(coco_files(place))


SOURCE = Source(
    "coco",
    "Pictures with boxes (COCO)",
    "Pictures, and a JSON file in COCO's format that says where in them which thing is.",
    recognises=_recognises,
    choose=partial(choose_boxed, "coco", read_coco),
    open=partial(open_boxed, read_coco),
    params=PARAMS,
)
