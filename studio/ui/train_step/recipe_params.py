"""The recipe's own numbers as declared parameters, so that the one form of the house shows them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from studio.core.params import Bool, Float, Int, Param


def tr(text: str) -> str:
    return QCoreApplication.translate("RecipeParams", text)


def length_params() -> tuple[Param, ...]:
    """How long and in which bites the network learns."""
    return (
        Param(
            "batch_size",
            tr("Batch size"),
            tr(
                "How many samples the network looks at before it corrects itself once. "
                "Larger is faster and smoother, but needs more memory."
            ),
            Int(1, 65_536),
            64,
        ),
        Param(
            "epochs",
            tr("Epochs"),
            tr("How many times the network goes through all training samples."),
            Int(1, 100_000),
            10,
        ),
        Param(
            "patience",
            tr("Early stopping"),
            tr(
                "Stops when the validation loss has not improved for so many epochs: "
                "saves time and keeps the network from learning by heart."
            ),
            Int(1, 10_000, optional=True, none_label=tr("off"), when_on=5),
            None,
        ),
        Param(
            "seed",
            tr("Seed"),
            tr("Where the dice start: the same seed gives the same training again."),
            Int(0, 2**31 - 1),
            0,
        ),
    )


def restraint_params() -> tuple[Param, ...]:
    """What keeps weights and corrections small."""
    return (
        Param(
            "l1",
            tr("L1 penalty"),
            tr(
                "Charges for every weight that is not zero, so that unimportant ones vanish. 0 is off. "
                "L2 is the optimizer's weight decay."
            ),
            Float(0.0, 10.0, log=True),
            0.0,
        ),
        Param(
            "clip_norm",
            tr("Clip norm"),
            tr("Shortens a correction that is longer than this in all: helps when the loss jumps."),
            Float(0.0, 1e6, above_minimum=True, optional=True, none_label=tr("off"), when_on=1.0),
            None,
        ),
        Param(
            "clip_value",
            tr("Clip value"),
            tr("Cuts every single gradient to at most this size."),
            Float(0.0, 1e6, above_minimum=True, optional=True, none_label=tr("off"), when_on=1.0),
            None,
        ),
    )


def drawing_params() -> tuple[Param, ...]:
    """Which samples an epoch is made of, where there are classes or labels."""
    return (
        Param(
            "balanced",
            tr("Draw rare classes more often"),
            tr(
                "Every class, or label, comes up as often in an epoch: samples of rare ones several times, "
                "some of frequent ones not at all."
            ),
            Bool(),
            False,
        ),
    )


RECIPE_ALIASES = {"batch_size": "batchSize", "epochs": "epochs", "patience": "patience", "seed": "seed"}
