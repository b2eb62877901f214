"""From the network's output to boxes with names: the surest of each heap that lies on one thing.

Copied into exported scripts: uses torch and the functions of loss.py, nothing else.
"""

from __future__ import annotations

import torch
from torch import Tensor

from studio.engine.detection.loss import boxes_of


def detections(
    outputs: Tensor, lowest: float = 0.02, most: int = 100, same: float = 0.5
) -> list[tuple[Tensor, Tensor, Tensor]]:
    """For each picture: boxes (n, 4) as shares of the picture, their classes and their scores, the surest
    first, and at most as many as COCO's rules count. Two boxes of a class that share `same` of their area are
    taken to be of one thing. A score is the chance that it is one times how well the box will fit."""
    outputs = outputs.float()
    scores = (outputs[:, :-5].sigmoid() * outputs[:, -1:].sigmoid()).flatten(2)
    boxes = boxes_of(outputs).flatten(1, 2).clamp(0, 1)
    found = []
    for score, box in zip(scores, boxes, strict=True):
        flat = score.flatten()
        best, place = flat.topk(min(4 * most, len(flat)))
        place, best = place[best >= lowest], best[best >= lowest]
        label, cell = place // score.shape[1], place % score.shape[1]
        kept = without_doubles(box[cell], label, same)[:most]
        found.append((box[cell][kept], label[kept], best[kept]))
    return found


def without_doubles(boxes: Tensor, labels: Tensor, same: float) -> Tensor:
    """Non-maximum suppression, class by class: the places of the boxes that stay. `boxes` (n, 4) come
    with the surest first."""
    low = torch.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = torch.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    both = (high - low).clamp(min=0).prod(dim=-1)
    area = (boxes[:, 2:] - boxes[:, :2]).prod(dim=-1)
    union = area[:, None] + area[None] - both
    doubles = (both > same * union) & (labels[:, None] == labels[None])
    rows: list[list[bool]] = doubles.tolist()
    gone = [False] * len(rows)
    kept = []
    for place, row in enumerate(rows):
        if gone[place]:
            continue
        kept.append(place)
        gone = [was or now for was, now in zip(gone, row, strict=True)]
    return torch.tensor(kept, dtype=torch.int64, device=boxes.device)
