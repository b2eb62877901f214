"""The loss of a one-stage, anchor-free detector, and what its output means.

The network gives one tensor (batch, classes + 5, rows, columns): the picture under a grid of cells. For
each cell it says how sure it is of each class (logits), how far the edges of the thing lie from the cell's
middle (left, top, right, bottom, as logarithms, counted in cells), and how well that box will fit (a logit).

Boxes of the truth are (batch, most, 5): class number, then left, top, right, bottom as shares of the
picture's width and height; class -1 fills up pictures with fewer boxes.

Sources: Tian et al., "FCOS", 2019 (cells and distances); Lin et al., "Focal Loss", 2017; Rezatofighi et
al., "Generalized Intersection over Union", 2019; Wu et al., "IoU-aware Single-stage Detector", 2019.

The sources of this file's functions are copied into exported scripts: they use torch and each other.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def boxes_of(outputs: Tensor) -> Tensor:
    """The box that each cell proposes, (batch, rows, columns, 4): edges as shares of the picture."""
    rows, columns = outputs.shape[2:]
    distances = outputs[:, -5:-1].permute(0, 2, 3, 1).clamp(max=5).exp()
    size = outputs.new_tensor([columns, rows])
    middles = cell_middles(outputs)
    return torch.cat((middles - distances[..., :2], middles + distances[..., 2:]), dim=-1) / size.repeat(2)


def cell_middles(outputs: Tensor) -> Tensor:
    """(rows, columns, 2): x and y of each cell's middle, counted in cells."""
    rows, columns = outputs.shape[2:]
    y = torch.arange(rows, device=outputs.device) + 0.5
    x = torch.arange(columns, device=outputs.device) + 0.5
    return torch.stack((x.expand(rows, columns), y[:, None].expand(rows, columns)), dim=-1).to(outputs.dtype)


def responsible(outputs: Tensor, truth: Tensor, radius: float) -> Tensor:
    """The number of the true box that each cell is to find, (batch, rows, columns); -1: none.

    A cell answers for a box if its middle lies in the box and within `radius` cells of the box's middle;
    the cell that holds the box's middle always does. Of several boxes it takes the smallest.
    """
    rows, columns = outputs.shape[2:]
    size = outputs.new_tensor([columns, rows])
    corners = truth[:, None, None, :, 1:] * size.repeat(2)  # (batch, 1, 1, most, 4), in cells
    low, high = corners[..., :2], corners[..., 2:]
    middle = (low + high) / 2
    cells = cell_middles(outputs)[None, :, :, None]  # (1, rows, columns, 1, 2)
    inside = ((cells > low) & (cells < high)).all(dim=-1)
    near = ((cells - middle).abs() <= radius).all(dim=-1)
    holds = (middle.minimum(size - 0.5).floor() == cells.floor()).all(dim=-1)
    answers = ((inside & near) | holds) & (truth[:, None, None, :, 0] >= 0)
    area = (high - low).prod(dim=-1).masked_fill(~answers, float("inf"))
    smallest, number = area.min(dim=-1)
    return torch.where(torch.isfinite(smallest), number, -1)


def overlap(boxes: Tensor, others: Tensor) -> tuple[Tensor, Tensor]:
    """IoU and generalised IoU of boxes (..., 4) with others, pair by pair."""
    low = torch.maximum(boxes[..., :2], others[..., :2])
    high = torch.minimum(boxes[..., 2:], others[..., 2:])
    both = (high - low).clamp(min=0).prod(dim=-1)
    areas = (boxes[..., 2:] - boxes[..., :2]).prod(dim=-1) + (others[..., 2:] - others[..., :2]).prod(dim=-1)
    union = areas - both
    hull = torch.maximum(boxes[..., 2:], others[..., 2:]) - torch.minimum(boxes[..., :2], others[..., :2])
    around = hull.prod(dim=-1)
    iou = both / union.clamp(min=1e-9)
    return iou, iou - (around - union) / around.clamp(min=1e-9)


class DetectionLoss(nn.Module):
    """What is in each cell (focal loss or binary cross-entropy), how well the boxes lie (IoU), and how well
    the network knows that. All are summed over the cells and divided by the number of cells with a thing.

    `gamma` 0 is plain binary cross-entropy; `alpha` weighs things against background. `parts` holds the
    last batch's three parts: class, box, fit.
    """

    def __init__(
        self,
        gamma: float = 2.0,
        alpha: float = 0.25,
        generalised: bool = True,
        box_weight: float = 2.0,
        radius: float = 1.5,
    ) -> None:
        super().__init__()
        self.gamma, self.alpha = gamma, alpha
        self.generalised, self.box_weight, self.radius = generalised, box_weight, radius
        self.parts = torch.zeros(3)

    def forward(self, outputs: Tensor, truth: Tensor) -> Tensor:
        number = responsible(outputs, truth, self.radius)
        found = number >= 0
        count = found.sum().clamp(min=1)
        true = torch.take_along_dim(truth, number.clamp(min=0).flatten(1)[..., None], dim=1)
        true = true.view(*number.shape, 5)
        classes = outputs.shape[1] - 5
        logits = outputs[:, :classes].permute(0, 2, 3, 1)
        asked = F.one_hot(true[..., 0].clamp(min=0).long(), classes) * found[..., None]
        class_loss = self.surprise(logits, asked.to(logits.dtype)).sum() / count

        iou, generalised = overlap(boxes_of(outputs)[found], true[..., 1:][found])
        box_loss = (1 - (generalised if self.generalised else iou)).sum() / count * self.box_weight
        fit = outputs[:, -1][found]
        fit_loss = F.binary_cross_entropy_with_logits(fit, iou.detach(), reduction="sum") / count
        self.parts = torch.stack((class_loss, box_loss, fit_loss)).detach()
        return class_loss + box_loss + fit_loss

    def surprise(self, logits: Tensor, asked: Tensor) -> Tensor:
        """Focal loss: cells that are right already, most of them background, hardly count."""
        loss = F.binary_cross_entropy_with_logits(logits, asked, reduction="none")
        if self.gamma == 0:
            return loss
        missed = torch.where(asked > 0, 1 - logits.sigmoid(), logits.sigmoid())
        weight = torch.where(asked > 0, self.alpha, 1 - self.alpha)
        return weight * missed**self.gamma * loss
