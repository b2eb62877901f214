"""Takes a plot home: its numbers as CSV, its picture as PNG."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QPoint, QSize
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from studio.core.safe_write import write_atomically, write_text_atomically
from studio.ui.plots.curves import RunCurves

PNG_SCALE = 2  # sharp on paper and on a beamer


def write_csv(run: RunCurves, quantity: str, path: Path, per_step: bool) -> None:
    """All numbers behind a plot, none left out.

    Per step: step, training, validation (where it was measured). Per epoch: epoch, step, both.
    Raises SaveError.
    """
    rows = _step_rows(run, quantity) if per_step else _epoch_rows(run, quantity)
    header = ["step"] if per_step else ["epoch", "step"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*header, f"training_{quantity}", f"validation_{quantity}"])
    writer.writerows(rows)
    write_text_atomically(path, text.getvalue())


def write_png(widget: QWidget, path: Path) -> None:
    """The widget as it is seen, in twice its resolution. Raises SaveError."""
    size = widget.size()
    picture = QPixmap(QSize(size.width() * PNG_SCALE, size.height() * PNG_SCALE))
    picture.setDevicePixelRatio(PNG_SCALE)
    picture.fill(widget.palette().color(widget.backgroundRole()))
    painter = QPainter(picture)
    widget.render(painter, QPoint())
    painter.end()
    data = QBuffer()
    data.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(data, "PNG")
    png = data.data().data()

    def write(file: BinaryIO) -> None:
        file.write(png)

    write_atomically(path, write)


def _step_rows(run: RunCurves, quantity: str) -> list[list[object]]:
    curve = run.steps_of(quantity) if quantity in ("loss", run.metric) else None
    train = dict(enumerate(curve.values.tolist(), curve.first)) if curve is not None else {}
    measured = run.validation.get(quantity)
    validation: dict[int, float] = {}
    if measured is not None:
        # A validation after n steps belongs to the last of them, number n - 1.
        steps = np.maximum(measured.steps.astype(int) - 1, 0)
        validation = dict(zip(steps.tolist(), measured.values.tolist(), strict=True))
    return [
        [step, _cell(train.get(step)), _cell(validation.get(step))] for step in sorted({*train, *validation})
    ]


def _epoch_rows(run: RunCurves, quantity: str) -> list[list[object]]:
    rows: dict[int, list[object]] = {}
    for column, curves in ((2, run.train), (3, run.validation)):
        curve = curves.get(quantity)
        if curve is None:
            continue
        for epoch, step, value in zip(curve.epochs, curve.steps, curve.values, strict=True):
            row = rows.setdefault(int(epoch), [int(epoch), int(step), "", ""])
            row[column] = _cell(float(value))
    return [rows[epoch] for epoch in sorted(rows)]


def _cell(value: float | None) -> object:
    return "" if value is None or math.isnan(value) else repr(value)
