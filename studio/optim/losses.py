"""The losses: what training makes small."""

from __future__ import annotations

from studio.core.params import Bool, Choice, Float, Param, Params
from studio.optim.entries import Counts, LossType


def _url(name: str) -> str:
    return f"https://docs.pytorch.org/docs/stable/generated/torch.nn.{name}.html"


def class_weights(class_counts: tuple[int, ...]) -> tuple[float, ...]:
    """Weights with which every class counts the same: samples / (classes * samples of the class).

    A class without a training sample gets 1; it never enters the loss.
    """
    total, classes = sum(class_counts), len(class_counts)
    return tuple(float(f"{total / (classes * n):.6g}") if n else 1.0 for n in class_counts)


def positive_weights(counts: Counts) -> tuple[float, ...]:
    """Weights with which having a label counts as much as not having it: samples without / samples with.

    A label that no training sample has, or all have, gets 1: there is nothing to balance.
    """
    found = []
    for n in counts.classes:
        without = counts.samples - n
        found.append(float(f"{without / n:.6g}") if n and without > 0 else 1.0)
    return tuple(found)


def _weight(params: Params, counts: Counts) -> list[str]:
    if not params["class_weights"] or not counts.classes:
        return []
    return [f"weight=torch.tensor({list(class_weights(counts.classes))})"]


def _cross_entropy(params: Params, counts: Counts) -> str:
    arguments = _weight(params, counts)
    if params["label_smoothing"]:
        arguments.append(f"label_smoothing={params['label_smoothing']!r}")
    return f"nn.CrossEntropyLoss({', '.join(arguments)})"


def _nll(params: Params, counts: Counts) -> str:
    return f"nn.NLLLoss({', '.join(_weight(params, counts))})"


def _bce_with_logits(params: Params, counts: Counts) -> str:
    if not params["pos_weight"] or not counts.classes:
        return "nn.BCEWithLogitsLoss()"
    return f"nn.BCEWithLogitsLoss(pos_weight=torch.tensor({list(positive_weights(counts))}))"


def _mse(params: Params, counts: Counts) -> str:
    return "nn.MSELoss()"


def _l1(params: Params, counts: Counts) -> str:
    return "nn.L1Loss()"


def _huber(params: Params, counts: Counts) -> str:
    return "nn.HuberLoss()" if params["delta"] == 1.0 else f"nn.HuberLoss(delta={params['delta']!r})"


_CLASS_WEIGHTS = Param(
    "class_weights",
    "Balance the classes",
    "Makes mistakes on rare classes count more, so that every class matters the same.",
    Bool(),
    False,
)


def _detection_focal(params: Params, counts: Counts) -> str:
    generalised = params["boxes"] == "giou"
    return (
        f"DetectionLoss(gamma={params['gamma']!r}, alpha={params['alpha']!r}, generalised={generalised!r}, "
        f"box_weight={params['box_weight']!r})"
    )


def _detection_bce(params: Params, counts: Counts) -> str:
    generalised = params["boxes"] == "giou"
    return f"DetectionLoss(gamma=0.0, generalised={generalised!r}, box_weight={params['box_weight']!r})"


_BOXES = (
    Param(
        "boxes",
        "Boxes are judged by",
        "Overlap is the share that the found box and the true one have in common. The generalised one also "
        "tells boxes apart that do not touch, and so learns faster.",
        Choice((("giou", "generalised overlap (GIoU)"), ("iou", "overlap (IoU)"))),
        "giou",
    ),
    Param(
        "box_weight",
        "Weight of the boxes",
        "How much the place of a box counts beside its class. More makes boxes fit better.",
        Float(0.0, 100.0, above_minimum=True),
        2.0,
    ),
)

LOSSES_IN_ORDER = (
    LossType(
        "cross_entropy",
        "Cross-entropy",
        "How surprised the network is by the right class. The usual choice for classes.",
        _url("CrossEntropyLoss"),
        (
            Param(
                "label_smoothing",
                "Label smoothing",
                "Tells the network never to be quite sure: 0.1 asks for 90 % instead of 100 %.",
                Float(0.0, 0.9),
                0.0,
            ),
            _CLASS_WEIGHTS,
        ),
        "classes",
        _cross_entropy,
        "logits",
    ),
    LossType(
        "bce_with_logits",
        "Binary cross-entropy",
        "Asks a yes-or-no question for each class or label by itself, instead of having them compete.",
        _url("BCEWithLogitsLoss"),
        (
            Param(
                "pos_weight",
                "Balance yes and no",
                "Makes a missed label count more where few samples have it, so that rare ones are found too.",
                Bool(),
                False,
            ),
        ),
        "binary",
        _bce_with_logits,
        "logits",
    ),
    LossType(
        "nll",
        "Negative log-likelihood",
        "Cross-entropy for networks that end in a LogSoftmax layer.",
        _url("NLLLoss"),
        (_CLASS_WEIGHTS,),
        "classes",
        _nll,
        "log_probabilities",
    ),
    LossType(
        "mse",
        "Mean squared error",
        "The average squared distance between prediction and truth: large mistakes count a lot.",
        _url("MSELoss"),
        (),
        "numbers",
        _mse,
        "values",
    ),
    LossType(
        "l1",
        "Mean absolute error (L1)",
        "The average distance between prediction and truth. Single odd values do little harm.",
        _url("L1Loss"),
        (),
        "numbers",
        _l1,
        "values",
    ),
    LossType(
        "huber",
        "Huber",
        "Squared for small mistakes, plain for large ones: the best of both.",
        _url("HuberLoss"),
        (
            Param(
                "delta",
                "Delta",
                "Mistakes larger than this (in standard deviations of the target) count plainly.",
                Float(0.0, 1000.0, above_minimum=True),
                1.0,
            ),
        ),
        "numbers",
        _huber,
        "values",
    ),
    LossType(
        "detection_focal",
        "Boxes: focal loss",
        "Asks each place of the picture what lies there, and how far it reaches. Places that are right "
        "already, nearly all of them empty, hardly count. The usual choice for boxes.",
        _url("BCEWithLogitsLoss"),
        (
            Param(
                "gamma",
                "Focus",
                "How little the places count that are right already; 0 counts all alike.",
                Float(0.0, 10.0),
                2.0,
            ),
            Param(
                "alpha",
                "Weight of things",
                "How much places with a thing count beside empty ones: 0.5 is alike.",
                Float(0.0, 1.0, above_minimum=True),
                0.25,
                advanced=True,
            ),
            *_BOXES,
        ),
        "boxes",
        _detection_focal,
        "logits",
    ),
    LossType(
        "detection_bce",
        "Boxes: binary cross-entropy",
        "As the focal loss, but all places count alike. Simpler; good to compare with.",
        _url("BCEWithLogitsLoss"),
        _BOXES,
        "boxes",
        _detection_bce,
        "logits",
    ),
)
