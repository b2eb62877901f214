"""Pictures with boxes in Pascal VOC's XML."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from studio.data.boxes.boxed_pictures import choose_boxed, open_boxed
from studio.data.boxes.detection_dataset import PARAMS
from studio.data.boxes.voc_reading import looks_like_voc, read_voc
from studio.data.sources.source import Source


def _recognises(text: str) -> bool:
    place = Path(text).expanduser()
    return place.is_dir() and looks_like_voc(place)


SOURCE = Source(
    "pascal-voc",
    "Pictures with boxes (Pascal VOC)",
    "Pictures, and an XML file in Pascal VOC's format for each that says where in it which thing is.",
    recognises=_recognises,
    choose=partial(choose_boxed, "pascal-voc", read_voc),
    open=partial(open_boxed, read_voc),
    params=PARAMS,
)
