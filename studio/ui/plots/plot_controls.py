"""How the curves are looked at: per step or epoch, smoothed, on a logarithmic scale; and taken home."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSlider,
    QToolButton,
    QWidget,
)

from studio.ui import theme

SLIDER_STEPS = 100
AT_FIRST = 30  # some eight steps: the trend shows, and the raw numbers stay visible behind it


def smoothing_weight(position: int) -> float:
    """From the slider's position to the average's memory: finer towards the strong end.

    0 is off; 50 averages about 10 steps, 100 about 1,000.
    """
    return 0.0 if position <= 0 else 1 - 10 ** (-3 * position / SLIDER_STEPS * 0.99 - 0.02)


class PlotControls(QWidget):
    axis_changed = Signal(str)  # "step" or "epoch"
    smoothing_changed = Signal(float)
    log_changed = Signal(bool)
    export_requested = Signal(str, str)  # "loss" or "metric", "png" or "csv"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._add_axis_switch(layout)
        layout.addSpacing(8)
        self._add_smoothing(layout)
        self.log = QCheckBox(self.tr("Log scale"))
        self.log.setObjectName("plotLogScale")
        self.log.setToolTip(
            self.tr("Spreads small losses apart: each line of the grid is ten times the one below.")
        )
        self.log.toggled.connect(self.log_changed)
        layout.addSpacing(8)
        layout.addWidget(self.log)
        layout.addStretch(1)
        layout.addWidget(self._export_button())
        theme.theme().theme_changed.connect(self._retint)
        self._retint()

    def _retint(self) -> None:
        colours = theme.colours()
        a = colours.accent
        self.setStyleSheet(
            f"QToolButton {{ border: 1px solid {colours.border.name()}; border-radius: 5px; padding: 4px 9px;"
            f" background: {colours.surface.name()}; }}"
            f"QToolButton:hover, QToolButton:focus {{ border-color: {a.name()}; }}"
            f"QToolButton:checked {{ border-color: {a.name()}; color: {a.name()};"
            f" background: rgba({a.red()}, {a.green()}, {a.blue()}, 34); }}"
            "QToolButton::menu-indicator { image: none; }"
        )

    def _add_axis_switch(self, layout: QHBoxLayout) -> None:
        self._switch = QButtonGroup(self)
        for axis, text, tip in (
            ("step", self.tr("Per step"), self.tr("One point for each batch the network learnt from.")),
            ("epoch", self.tr("Per epoch"), self.tr("One point for each pass over all training samples.")),
        ):
            button = QToolButton()
            button.setObjectName(f"plotPer{axis.title()}")
            button.setText(text)
            button.setToolTip(tip)
            button.setCheckable(True)
            button.setChecked(axis == "step")
            button.toggled.connect(lambda on, axis=axis: self._on_axis(axis) if on else None)
            self._switch.addButton(button)
            layout.addWidget(button)

    def _on_axis(self, axis: str) -> None:
        self.smoothing.setEnabled(axis == "step")
        self._smoothing_label.setEnabled(axis == "step")
        self.axis_changed.emit(axis)

    def _add_smoothing(self, layout: QHBoxLayout) -> None:
        self._smoothing_label = QLabel(self.tr("Smoothing"))
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setObjectName("plotSmoothing")
        self.smoothing.setAccessibleName(self.tr("Smoothing"))
        self.smoothing.setRange(0, SLIDER_STEPS)
        self.smoothing.setFixedWidth(110)
        self.smoothing.setValue(AT_FIRST)
        self.smoothing.setToolTip(
            self.tr("Averages over neighbouring steps, so that the trend shows through the noise.")
        )
        self._smoothing_label.setBuddy(self.smoothing)
        self.smoothing.valueChanged.connect(
            lambda position: self.smoothing_changed.emit(smoothing_weight(position))
        )
        layout.addWidget(self._smoothing_label)
        layout.addWidget(self.smoothing)

    def _export_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("plotExport")
        button.setText(self.tr("Export"))
        button.setIcon(theme.icon("export"))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for what, name in (("loss", self.tr("Loss")), ("metric", self.tr("Metric"))):
            for form, text in (("png", self.tr("{plot} as picture…")), ("csv", self.tr("{plot} as table…"))):
                action = QAction(text.format(plot=name), menu)
                action.setObjectName(f"export{what.title()}{form.upper()}")
                action.triggered.connect(
                    lambda _=False, what=what, form=form: self.export_requested.emit(what, form)
                )
                menu.addAction(action)
        button.setMenu(menu)
        return button
