"""Boxes that go home, and what a threshold lets through."""

from __future__ import annotations

import json

from studio.engine.detection.found_files import boxes_coco, boxes_csv
from studio.engine.events import FoundBox, PrecisionCurve, Prediction
from studio.ui.results_step.detection_card import rates_at
from studio.ui.use_step.found_boxes import counted, sure_boxes

SEEN = Prediction(
    "/photos/desk.png",
    "Cup",
    {},
    boxes=(FoundBox("Cup", 0.75, 10, 20, 30, 60), FoundBox("Pen", 0.25, 0, 0, 5, 5)),
    size=(80, 100),
)
BAD = Prediction("/photos/no.png", None, {}, "The file is damaged.")


def test_that_a_table_has_a_line_a_box_and_names_what_could_not_be_read() -> None:
    assert boxes_csv((SEEN, BAD), 0.3).splitlines() == [
        "input,class,probability,left,top,right,bottom,problem",
        "/photos/desk.png,Cup,0.75,10.00,20.00,30.00,60.00,",
        "/photos/no.png,,,,,,,The file is damaged.",
    ]


def test_that_coco_has_corner_and_size_of_each_box() -> None:
    whole = json.loads(boxes_coco((SEEN, BAD), 0.3))
    assert whole["images"] == [{"id": 1, "file_name": "desk.png", "width": 100, "height": 80}]
    (box,) = whole["annotations"]
    assert (box["bbox"], box["area"], box["score"]) == ([10, 20, 20, 40], 800, 0.75)
    assert {"id": box["category_id"], "name": "Cup"} in whole["categories"]


def test_that_the_threshold_decides_what_is_counted() -> None:
    assert counted(sure_boxes(SEEN, 0.2), "nothing") == "Cup, Pen"
    assert counted(sure_boxes(SEEN, 0.3), "nothing") == "Cup"
    assert counted(sure_boxes(SEEN, 0.8), "nothing") == "nothing"


def test_that_rates_are_those_of_all_boxes_that_are_sure_enough() -> None:
    curve = PrecisionCurve(recall=(0.2, 0.5, 0.9), precision=(1.0, 0.8, 0.4), threshold=(0.9, 0.5, 0.1))
    assert rates_at(curve, 0.5) == (0.5, 0.8)
    assert rates_at(curve, 0.3) == (0.5, 0.8)
    assert rates_at(curve, 0.95) == (0.0, 0.0)
