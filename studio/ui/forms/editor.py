"""What all editors of a parameter share: their signals, their names, the switch of optional values."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from studio.core.params import Param, ParamValue


class Editor(QWidget):
    """The base of all editors. `edited(value, final)`, `refused(message)`; `inputs` are the widgets
    that take the focus, the first of which carries the parameter's object name."""

    edited = Signal(object, bool)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(4)

        self.switch: QCheckBox | None = None  # in front of an optional value
        self.off_words = ""

    @property
    def inputs(self) -> Sequence[QWidget]:
        raise NotImplementedError

    def set_value(self, value: ParamValue) -> None:
        raise NotImplementedError

    def finish(self) -> None:
        """Completes an edit that is under way."""

    def name_inputs(self, object_name: str, param: Param) -> None:
        """Object names, accessible names and help on everything that can be focused."""
        for index, widget in enumerate(self.inputs):
            widget.setObjectName(object_name if index == 0 else f"{object_name}.{index}")
            widget.setAccessibleName(param.label)
            widget.setAccessibleDescription(param.help)
            widget.setToolTip(wrapped(param.help))
            widget.setWhatsThis(param.help)
        if self.switch is not None:
            self.switch.setObjectName(f"{object_name}.on")
            self.switch.setAccessibleName(
                QCoreApplication.translate("Editor", "{label}: on").format(label=param.label)
            )
            self.switch.setAccessibleDescription(param.help)
            self.switch.setToolTip(wrapped(param.help))
        # No focus proxy: Qt's Tab would come back here from wherever this frame lies in its chain.

    # -- optional values ------------------------------------------------------------------------------

    def add_switch(self, off_words: str) -> None:
        """A tick in front: with it the value counts; without it the field says `off_words`."""
        self.off_words = off_words
        self.switch = QCheckBox()
        self.switch.toggled.connect(self._on_switched)
        self.row.insertWidget(0, self.switch)

    def show_switched(self, on: bool) -> None:
        """Shows an optional value as on or off, and tells nobody."""
        if self.switch is not None:
            blocked = self.switch.blockSignals(True)
            self.switch.setChecked(on)
            self.switch.blockSignals(blocked)
            self.enable_inputs(on)

    def enable_inputs(self, enabled: bool) -> None:
        """Off: the fields are grey, and say what holds in their place."""

    def current(self) -> ParamValue:
        """What the fields hold, whether it counts or not."""
        raise NotImplementedError

    def _on_switched(self, on: bool) -> None:
        self.enable_inputs(on)
        self.edited.emit(self.current() if on else None, True)


def wrapped(text: str) -> str:
    """A tooltip that wraps: Qt breaks lines in rich text only."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
    return f"<p>{escaped}</p>"
