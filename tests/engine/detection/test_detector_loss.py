"""What a detector's output means, and what its loss asks of it."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from studio.core.project import Setting
from studio.engine.augmentation import augmenter
from studio.engine.augmentations.movement import moved_boxes, places_of
from studio.engine.detection.decoding import detections
from studio.engine.detection.loss import DetectionLoss, boxes_of, overlap, responsible

NOBODY = [-1.0, 0.0, 0.0, 0.0, 0.0]


def outputs_for(box: tuple[float, float, float, float], label: int, cell: tuple[int, int]) -> Tensor:
    """Two classes, a grid of 8x8; one cell is sure of one box."""
    outputs = torch.full((1, 7, 8, 8), -8.0)
    row, column = cell
    outputs[0, label, row, column] = 8.0
    left, top, right, bottom = (8 * edge for edge in box)
    x, y = column + 0.5, row + 0.5
    outputs[0, 2:6, row, column] = torch.tensor([x - left, y - top, right - x, bottom - y]).log()
    outputs[0, 6, row, column] = 8.0
    return outputs


def test_that_distances_from_a_cell_become_the_box_and_the_box_is_found_again() -> None:
    box = (0.25, 0.125, 0.5, 0.75)
    outputs = outputs_for(box, 1, (3, 2))
    assert boxes_of(outputs)[0, 3, 2].tolist() == pytest.approx(box)
    ((boxes, labels, scores),) = detections(outputs)
    assert boxes.tolist() == [pytest.approx(box)]
    assert labels.tolist() == [1]
    assert scores.item() == pytest.approx(1.0, abs=1e-3)


def test_that_of_a_heap_of_boxes_the_surest_stays_and_other_classes_stay_too() -> None:
    outputs = outputs_for((0.25, 0.25, 0.5, 0.5), 0, (3, 3))
    again = outputs_for((0.25, 0.25, 0.5, 0.52), 0, (3, 2))
    other = outputs_for((0.25, 0.25, 0.5, 0.5), 1, (2, 2))
    heap = outputs.maximum(again).maximum(other)
    heap[0, 2:6] = outputs[0, 2:6]
    heap[0, 2:6, 3, 2], heap[0, 2:6, 2, 2] = again[0, 2:6, 3, 2], other[0, 2:6, 2, 2]
    heap[0, 0, 3, 2] = 2.0
    ((boxes, labels, scores),) = detections(heap, lowest=0.1)
    assert sorted(labels.tolist()) == [0, 1]
    assert scores.min() > 0.99
    assert boxes[0].tolist() == pytest.approx([0.25, 0.25, 0.5, 0.5])


def test_that_cells_near_the_middle_answer_and_of_two_things_the_smaller_is_asked_for() -> None:
    outputs = torch.zeros(1, 7, 8, 8)
    truth = torch.tensor([[[0, 0.0, 0.0, 1.0, 1.0], [1, 0.4, 0.4, 0.6, 0.6], NOBODY]])
    number = responsible(outputs, truth, 1.5)[0]
    assert number[3, 3].item() == 1
    assert number[2, 3].item() == 0  # within 1.5 cells of the large one's middle, outside the small one
    assert number[0, 0].item() == -1
    tiny = torch.tensor([[[0, 0.01, 0.01, 0.02, 0.02], NOBODY, NOBODY]])
    assert (responsible(outputs, tiny, 1.5)[0] == 0).nonzero().tolist() == [[0, 0]]


def test_that_overlaps_of_boxes_are_the_papers() -> None:
    iou, generalised = overlap(torch.tensor([0.0, 0.0, 1.0, 1.0]), torch.tensor([2.0, 0.0, 3.0, 1.0]))
    assert (iou.item(), generalised.item()) == (0.0, pytest.approx(-1 / 3))  # the hull is 3, 2 of it are used
    iou, generalised = overlap(torch.tensor([0.0, 0.0, 2.0, 1.0]), torch.tensor([1.0, 0.0, 2.0, 1.0]))
    assert (iou.item(), generalised.item()) == (0.5, 0.5)


def test_that_the_loss_is_small_for_the_right_answer_and_counts_pictures_without_boxes() -> None:
    box = (0.3, 0.3, 0.42, 0.42)  # only the cell of its middle answers
    truth = torch.tensor([[[1, *box]]])
    loss = DetectionLoss()
    right = loss(outputs_for(box, 1, (2, 2)), truth)
    parts = loss.parts.tolist()
    assert right.item() == pytest.approx(sum(parts))
    assert max(parts) < 0.01
    assert loss(outputs_for(box, 0, (2, 2)), truth) > 10 * right
    empty = loss(outputs_for(box, 1, (2, 2)), torch.tensor([[NOBODY]]))
    assert loss.parts[1:].tolist() == [0.0, 0.0]
    assert empty.item() > 1


def test_that_without_focus_each_cell_counts_as_binary_cross_entropy() -> None:
    torch.manual_seed(0)
    logits, asked = torch.randn(2, 3, 3, 4), (torch.rand(2, 3, 3, 4) > 0.7).float()
    plain = DetectionLoss(gamma=0.0).surprise(logits, asked)
    assert plain.equal(F.binary_cross_entropy_with_logits(logits, asked, reduction="none"))
    p = torch.tensor(0.9)
    focal = DetectionLoss(gamma=2.0, alpha=0.25).surprise(torch.logit(p), torch.tensor(1.0))
    assert focal.item() == pytest.approx(0.25 * 0.1**2 * -math.log(0.9), rel=1e-4)


def one_box(*edges: float) -> Tensor:
    return torch.tensor([[[2.0, *edges]]])


def test_that_boxes_move_with_their_pictures() -> None:
    zero, one = torch.zeros(1), torch.ones(1)
    mirrored = moved_boxes(one_box(0.1, 0.2, 0.4, 0.6), places_of(-one, zero, zero, one, zero, zero), 10, 20)
    assert mirrored[0, 0].tolist() == pytest.approx([2.0, 0.6, 0.2, 0.9, 0.6])
    shifted = moved_boxes(one_box(0.1, 0.2, 0.4, 0.6), places_of(one, zero, zero, one, one * 4, zero), 10, 20)
    assert shifted[0, 0].tolist() == pytest.approx([2.0, 0.0, 0.2, 0.2, 0.6])  # 4 of 20 pixels to the left
    gone = moved_boxes(one_box(0.1, 0.2, 0.2, 0.6), places_of(one, zero, zero, one, one * 4, zero), 10, 20)
    assert gone[0, 0, 0].item() == -1


@pytest.mark.parametrize(
    "name", ["horizontal_flip", "vertical_flip", "random_crop", "affine", "random_resized_crop"]
)
def test_that_a_white_box_is_still_where_its_box_is_after(name: str) -> None:
    pictures, boxes = torch.zeros(8, 1, 40, 40), torch.zeros(8, 1, 5)
    pictures[:, :, 10:20, 14:30] = 1
    boxes[:, 0] = torch.tensor([0, 14 / 40, 10 / 40, 30 / 40, 20 / 40])
    params = {"shear": 0.0, "degrees": 0.0} if name == "affine" else {}
    augment = augmenter((Setting(name, params), Setting("colour_jitter")), boxes=True)
    assert augment is not None
    changed, moved, _ = augment(pictures, boxes, torch.Generator().manual_seed(1))
    for picture, box in zip(changed, moved[:, 0], strict=True):
        rows, columns = (picture[0] > 0.25).nonzero().unbind(1)
        seen = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        assert (box[1:] * 40).tolist() == pytest.approx([float(edge) for edge in seen], abs=1.01)


def test_that_what_boxes_cannot_follow_is_left_out() -> None:
    assert augmenter((Setting("rotate"), Setting("mixup")), boxes=True) is None
