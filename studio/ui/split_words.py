"""The three parts of the samples, by the same names and in the same words everywhere."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

SPLITS = ("train", "validation", "test")


def tr(text: str) -> str:
    return QCoreApplication.translate("SplitWords", text)


def split_name(split: str) -> str:
    """ "Training", "Validation", "Test"; "All" for everything at once."""
    return {
        "train": tr("Training"),
        "validation": tr("Validation"),
        "test": tr("Test"),
    }.get(split, tr("All"))


def split_samples(split: str) -> str:
    """In the middle of a sentence: "test samples"."""
    return {
        "train": tr("training samples"),
        "validation": tr("validation samples"),
        "test": tr("test samples"),
    }.get(split, tr("samples"))


def split_help(split: str) -> str:
    """What they are for, in a sentence or two that need no knowledge of the field."""
    return {
        "train": tr(
            "Training samples are what the network learns from, like exercises whose answers are given. "
            "Being good at them does not prove much."
        ),
        "validation": tr(
            "Validation samples are not learnt from, but looked at after every epoch, like a mock exam: "
            "they show whether more training still helps."
        ),
        "test": tr(
            "Test samples were kept aside: the network never saw them while it trained, like the questions "
            "of an exam. They tell how it will do on something new."
        ),
    }.get(split, tr("All samples there are."))
