from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from studio.core.project import DatasetChoice
from studio.data.boxes.box import Box, BoxTable
from studio.data.boxes.detection_dataset import DetectionDataset, rarest_classes
from studio.data.opening import open_dataset
from studio.data.sources.catalogue import SOURCES


@pytest.fixture(scope="module")
def scenes() -> DetectionDataset:
    dataset = open_dataset(DatasetChoice("bundled", "clothes-scenes"))
    assert isinstance(dataset, DetectionDataset)
    return dataset


def test_that_the_example_is_the_same_on_every_computer(scenes) -> None:
    assert scenes.facts.fingerprint == "250ed40efb14004f"
    assert scenes.facts.input_shape == (3, 96, 96)
    assert scenes.classes == ("T-shirt/top", "Trouser", "Sneaker", "Bag", "Ankle boot")
    assert scenes.class_counts == (294, 297, 280, 298, 303)
    assert scenes.facts.boxes == 4


def test_that_the_example_can_be_read_in_other_sizes() -> None:
    choice = DatasetChoice("bundled", "clothes-scenes")
    params = SOURCES["bundled"].declared(choice)
    assert {param.name: param.default for param in params} == {"size": 96, "colour": "rgb", "fit": "pad"}
    assert SOURCES["bundled"].declared(DatasetChoice("bundled", "digits")) == ()
    small = open_dataset(replace(choice, options={"size": 48, "colour": "grey"}))
    assert small.facts.input_shape == (1, 48, 48)


def test_that_the_example_keeps_its_parts(scenes) -> None:
    split = scenes.split()
    assert (len(split.train), len(split.validation), len(split.test)) == (440, 80, 80)


def test_that_the_boxes_are_exact(scenes) -> None:
    """A lone thing stands out from the floor at each of the four sides of its box, and nowhere outside."""
    lone = [i for i in range(len(scenes)) if len(scenes.boxes(i)) == 1][:20]
    for index in lone:
        (box,) = scenes.boxes(index)
        left, top, right, bottom = (int(edge) for edge in (box.left, box.top, box.right, box.bottom))
        bright = scenes.full_picture(index).max(axis=2) > 95
        outside = bright.copy()
        outside[top:bottom, left:right] = False
        assert outside.mean() < 0.01
        assert bright[top:bottom, left:right].mean() > 0.25


def test_that_targets_are_boxes_in_pixels_of_the_networks_input() -> None:
    choice = DatasetChoice("bundled", "clothes-scenes", {"size": (48, 96), "fit": "pad", "colour": "grey"})
    dataset = open_dataset(choice)
    assert isinstance(dataset, DetectionDataset)
    samples = dataset.samples()
    assert (samples.inputs.shape, samples.targets.shape) == ((600, 1, 48, 96), (600, 4, 5))
    boxes = dataset.boxes(0)
    for box, row in zip(boxes, samples.targets[0].tolist(), strict=False):
        edges = [box.left / 2 + 24, box.top / 2, box.right / 2 + 24, box.bottom / 2]
        assert row == pytest.approx([box.class_index, *edges])
    single = next(i for i in range(len(dataset)) if len(dataset.boxes(i)) == 1)
    assert samples.targets[single, 1:].tolist() == [[-1, 0, 0, 0, 0]] * 3


def test_that_a_picture_is_told_by_what_is_in_it(scenes) -> None:
    assert scenes.label_of(0) == "T-shirt/top, 2 × Sneaker, Ankle boot"


def test_that_a_split_goes_by_the_rarest_class_in_each_picture() -> None:
    box = [Box(number, 0, 0, 1, 1) for number in range(3)]
    table = BoxTable.of([[box[0]], [box[0], box[1]], [], [box[0], box[2], box[2]], [box[1], box[0]]])
    assert rarest_classes(table, 3).tolist() == [0, 1, 3, 2, 1]
    assert table.boxes(3) == (box[0], box[2], box[2])
    assert np.array_equal(table.pictures, [0, 1, 1, 3, 3, 3, 4, 4])
