"""The losses: what training makes small."""

from __future__ import annotations

from studio.core.params import Bool, Float, Param, Params
from studio.optim.entries import LossType


def _url(name: str) -> str:
    return f"https://docs.pytorch.org/docs/stable/generated/torch.nn.{name}.html"


def class_weights(class_counts: tuple[int, ...]) -> tuple[float, ...]:
    """Weights with which every class counts the same: samples / (classes * samples of the class).

    A class without a training sample gets 1; it never enters the loss.
    """
    total, classes = sum(class_counts), len(class_counts)
    return tuple(float(f"{total / (classes * n):.6g}") if n else 1.0 for n in class_counts)


def _weight(params: Params, class_counts: tuple[int, ...]) -> list[str]:
    if not params["class_weights"] or not class_counts:
        return []
    return [f"weight=torch.tensor({list(class_weights(class_counts))})"]


def _cross_entropy(params: Params, class_counts: tuple[int, ...]) -> str:
    arguments = _weight(params, class_counts)
    if params["label_smoothing"]:
        arguments.append(f"label_smoothing={params['label_smoothing']!r}")
    return f"nn.CrossEntropyLoss({', '.join(arguments)})"


def _nll(params: Params, class_counts: tuple[int, ...]) -> str:
    return f"nn.NLLLoss({', '.join(_weight(params, class_counts))})"


def _bce_with_logits(params: Params, class_counts: tuple[int, ...]) -> str:
    return "nn.BCEWithLogitsLoss()"


def _mse(params: Params, class_counts: tuple[int, ...]) -> str:
    return "nn.MSELoss()"


def _l1(params: Params, class_counts: tuple[int, ...]) -> str:
    return "nn.L1Loss()"


def _huber(params: Params, class_counts: tuple[int, ...]) -> str:
    return "nn.HuberLoss()" if params["delta"] == 1.0 else f"nn.HuberLoss(delta={params['delta']!r})"


_CLASS_WEIGHTS = Param(
    "class_weights",
    "Balance the classes",
    "Makes mistakes on rare classes count more, so that every class matters the same.",
    Bool(),
    False,
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
        "Asks a yes-or-no question for each class by itself, instead of having the classes compete.",
        _url("BCEWithLogitsLoss"),
        (),
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
)
