"""A dataset's facts as a sentence: "21,500 pictures in 10 classes, 28×28, grey"."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from studio.core.project import DatasetChoice, DatasetFacts


def facts_in_words(facts: DatasetFacts, choice: DatasetChoice) -> str:
    """For the headline of the Data page."""
    count = f"{facts.samples:,}"
    if len(facts.input_shape) == 3:
        channels, height, width = facts.input_shape
        colour = _tr("grey") if channels == 1 else _tr("in colour")
        text = _tr("{count} pictures in {classes} classes, {width}×{height}, {colour}")
        if facts.learns == "labels":
            text = _tr("{count} pictures with {classes} labels, {width}×{height}, {colour}")
        if facts.learns == "boxes":
            text = _tr("{count} pictures with boxes of {classes} classes, {width}×{height}, {colour}")
        if facts.learns == "numbers":
            what = ", ".join(f"“{name}”" for name in facts.numbers[:3]) + (", …" if facts.numbers[3:] else "")
            text = _tr("{count} pictures, {width}×{height}, {colour}, predicting {what}")
            return text.format(count=count, width=width, height=height, colour=colour, what=what)
        return text.format(count=count, classes=len(facts.classes), width=width, height=height, colour=colour)
    if facts.vocabulary:
        return _tr("{count} texts in {classes} classes").format(count=count, classes=len(facts.classes))
    features = sum(column.role == "feature" for column in choice.columns) or facts.input_shape[0]
    if features == 1 and facts.classes:
        return _tr("{count} rows in {classes} classes, 1 column to learn from").format(
            count=count, classes=len(facts.classes)
        )
    if features == 1:
        return _tr("{count} rows, 1 column to learn from, predicting the number “{target}”").format(
            count=count, target=facts.target
        )
    if facts.classes:
        return _tr("{count} rows in {classes} classes, {features} columns to learn from").format(
            count=count, classes=len(facts.classes), features=features
        )
    return _tr("{count} rows, {features} columns to learn from, predicting the number “{target}”").format(
        count=count, features=features, target=facts.target
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("DatasetWords", text)
