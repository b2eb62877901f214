"""The editor of a size: one number for every direction, or one for each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel, QToolButton, QWidget
from typing_extensions import override

from studio.core.params import Int, Param, ParamValue, Size, expand
from studio.ui import theme
from studio.ui.forms.editor import Editor
from studio.ui.forms.number_box import NumberBox


class SizeEditor(Editor):
    """One number for every dimension, or (unlinked) one for each."""

    def __init__(self, rule: Size, fallback: ParamValue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rule = rule
        number = Int(rule.minimum, rule.maximum)
        self.boxes = tuple(NumberBox(number) for _ in range(rule.dims))
        self.crosses = tuple(QLabel("×") for _ in range(rule.dims - 1))
        self.link = QToolButton(self)
        for index, box in enumerate(self.boxes):
            box.setMinimumWidth(44)
            if index:
                self.row.addWidget(self.crosses[index - 1])
            self.row.addWidget(box, 1)
            box.value_edited.connect(self._on_value_edited)
            box.refused.connect(self.refused)
            box.set_value(max(rule.minimum, 1))
        self._add_link_button()
        if rule.optional:
            self.add_switch(rule.none_label)
        if fallback is not None:
            self._show(fallback)
        self._show_linked(True)

    def _add_link_button(self) -> None:
        self.link.setCheckable(True)
        self.link.setChecked(True)
        self.link.setAutoRaise(True)
        self._show_link_icon()
        self.link.setVisible(self._rule.dims > 1)
        self.link.setToolTip(
            QCoreApplication.translate(
                "SizeEditor", "The same in every direction. Release to set each by itself."
            )
        )
        self.link.toggled.connect(self._on_linked_toggled)
        self.row.addWidget(self.link)

    @property
    def inputs(self) -> Sequence[QWidget]:
        return self.boxes

    def set_value(self, value: ParamValue) -> None:
        self.show_switched(value is not None)
        if value is not None:
            self._show(value)

    def finish(self) -> None:
        for box in self.boxes:
            box.finish()

    def name_inputs(self, object_name: str, param: Param) -> None:
        super().name_inputs(object_name, param)
        for box, side in zip(self.boxes, self._sides(), strict=True):
            if self._rule.dims > 1:
                box.setAccessibleName(f"{param.label}, {side}")
        self.link.setObjectName(f"{object_name}.link")
        self.link.setAccessibleName(
            QCoreApplication.translate("SizeEditor", "{label}: same in every direction").format(
                label=param.label
            )
        )

    def _sides(self) -> tuple[str, ...]:
        translate = QCoreApplication.translate
        if self._rule.dims == 4:  # torch's order for the edges of a picture
            return (
                translate("SizeEditor", "left"),
                translate("SizeEditor", "right"),
                translate("SizeEditor", "top"),
                translate("SizeEditor", "bottom"),
            )
        names = (
            translate("SizeEditor", "depth"),
            translate("SizeEditor", "height"),
            translate("SizeEditor", "width"),
        )
        return names[-self._rule.dims :]

    def _show(self, value: ParamValue) -> None:
        numbers = expand(value, self._rule.dims)
        if len(set(numbers)) > 1:
            self._set_linked(False)
        for box, number in zip(self.boxes, numbers, strict=True):
            box.set_value(number)

    def _set_linked(self, linked: bool) -> None:
        blocked = self.link.blockSignals(True)
        self.link.setChecked(linked)
        self.link.blockSignals(blocked)
        self._show_linked(linked)

    def _show_link_icon(self) -> None:
        self.link.setIcon(theme.icon("link" if self.link.isChecked() else "unlink"))

    def _show_linked(self, linked: bool) -> None:
        self._show_link_icon()
        for widget in (*self.boxes[1:], *self.crosses):
            widget.setVisible(not linked)

    @override
    def enable_inputs(self, enabled: bool) -> None:
        self.link.setEnabled(enabled)
        self.link.setVisible(enabled and self._rule.dims > 1)
        self._show_linked(self.link.isChecked() or not enabled)
        self.boxes[0].set_words("" if enabled else self.off_words)
        for box in self.boxes[1:]:
            box.setEnabled(enabled)

    @override
    def current(self) -> ParamValue:
        if self.link.isChecked():
            return int(self.boxes[0].value)
        return self._rule.check(tuple(int(box.value) for box in self.boxes))

    def _on_value_edited(self, value: object, final: bool) -> None:
        self.edited.emit(self.current(), final)

    def _on_linked_toggled(self, linked: bool) -> None:
        for box in self.boxes[1:]:
            box.set_value(self.boxes[0].value)
        self._show_linked(linked)
        if linked:
            self.edited.emit(self.current(), True)
