"""A form that follows from declared parameters: of a layer, an optimizer, a loss, a source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.core.params import Param, Params, ParamValue
from studio.ui import theme
from studio.ui.forms.editor import Editor, wrapped
from studio.ui.forms.editors import BoolEditor, editor_for
from studio.ui.forms.tab_order import order_by_layout


@dataclass(slots=True)
class _Row:
    """One parameter on screen."""

    param: Param
    label: QLabel | None  # a check box is its own label
    editor: Editor
    error: QLabel
    typed_wrong: bool = False


class ParamForm(QWidget):
    """Editors for declared parameters, advanced ones folded under "More options".

    `value_changed(name, value, final)`: `final` is False while typing, stepping or dragging goes on,
    so that the caller can merge these into one undo step; a last one with True follows.
    Values told are always checked. `focused(name)`: the user went into an editor.
    """

    value_changed = Signal(str, object, bool)
    wrong_typed = Signal(str, str)  # name, sentence; nothing was changed
    rebuilt = Signal()  # its widgets are new: who cares for the tab order sets it again

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._declared: tuple[Param, ...] = ()
        self._prefix = ""
        self._rows: dict[str, _Row] = {}
        self._body: QWidget | None = None
        self._more: QToolButton | None = None
        self._folded: QWidget | None = None
        self._unfolded = False
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def set_params(
        self,
        declared: Sequence[Param],
        values: Params,
        prefix: str = "",
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        """Shows `values`. The widgets stay, with focus and text, while the same `declared` is shown.

        `prefix`: object names become "prefix.name"; `aliases` gives a parameter another object name
        ({"lr": "learningRate"}).
        """
        if tuple(declared) != self._declared or prefix != self._prefix or self._body is None:
            self._rebuild(tuple(declared), prefix, aliases or {})
        for name, row in self._rows.items():
            row.editor.set_value(values.get(name, row.param.default))

    def set_error(self, name: str, message: str, *, said_elsewhere: bool = False) -> None:
        """Says under an editor what is wrong with its value; an empty message takes it away.

        `said_elsewhere`: the sentence stands beside the form already; the editor only turns red.
        """
        row = self._rows.get(name)
        if row is None or (row.typed_wrong and not message):
            return
        self._show_error(row, message, said_elsewhere)

    def clear_errors(self) -> None:
        for name in self._rows:
            self.set_error(name, "")

    def error(self, name: str) -> str:
        """The sentence shown under an editor, empty if none."""
        row = self._rows[name]
        return row.error.text() if not row.error.isHidden() else ""

    def editor(self, name: str) -> QWidget:
        """The widget that takes the focus for a parameter. Raises KeyError."""
        return self._rows[name].editor.inputs[0]

    def focus_param(self, name: str) -> bool:
        """Puts the cursor into a parameter's editor, unfolding it first; False if there is none."""
        row = self._rows.get(name)
        if row is None:
            return False
        if row.param.advanced and self._more is not None:
            self._more.setChecked(True)
        widget = row.editor.inputs[0]
        if not widget.isEnabled() and row.editor.switch is not None:
            widget = row.editor.switch
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        if hasattr(widget, "selectAll"):
            widget.selectAll()
        return True

    def focus_first(self) -> bool:
        return next((self.focus_param(name) for name in self._rows), False)

    def finish_editing(self) -> None:
        """Completes an edit that is under way, before another form takes this one's place."""
        for row in self._rows.values():
            row.editor.finish()

    def _rebuild(self, declared: tuple[Param, ...], prefix: str, aliases: Mapping[str, str]) -> None:
        self.finish_editing()
        if self._body is not None:
            self._layout.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
        self._declared, self._prefix, self._rows = declared, prefix, {}
        self._body = QWidget()
        box = QVBoxLayout(self._body)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        usual = [param for param in declared if not param.advanced]
        advanced = [param for param in declared if param.advanced]
        if usual:
            box.addWidget(self._section(usual, prefix, aliases))
        self._more, self._folded = None, None
        if advanced:
            self._folded = self._section(advanced, prefix, aliases)
            self._more = self._more_button(prefix)
            box.addWidget(self._more)
            box.addWidget(self._folded)
            self._on_more_toggled(self._unfolded)
        self._layout.addWidget(self._body)
        order_by_layout(self)
        self.rebuilt.emit()

    def _more_button(self, prefix: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"{prefix}.more" if prefix else "more")
        button.setText(self.tr("More options"))
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setChecked(self._unfolded)
        button.toggled.connect(self._on_more_toggled)
        return button

    def _on_more_toggled(self, unfolded: bool) -> None:
        self._unfolded = unfolded
        if self._more is not None and self._folded is not None:
            self._more.setArrowType(Qt.ArrowType.DownArrow if unfolded else Qt.ArrowType.RightArrow)
            self._folded.setVisible(unfolded)

    def _section(self, params: Sequence[Param], prefix: str, aliases: Mapping[str, str]) -> QWidget:
        section = QWidget()
        grid = QGridLayout(section)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for index, param in enumerate(params):
            row = self._row(param)
            name = f"{prefix}.{param.name}" if prefix else param.name
            row.editor.name_inputs(aliases.get(param.name, name), param)
            if row.label is None:
                grid.addWidget(row.editor, 2 * index, 0, 1, 2)
            else:
                row.label.setBuddy(row.editor.switch or row.editor.inputs[0])
                grid.addWidget(row.label, 2 * index, 0)
                grid.addWidget(row.editor, 2 * index, 1)
            grid.addWidget(row.error, 2 * index + 1, 0, 1, 2)
            self._rows[param.name] = row
        return section

    def _row(self, param: Param) -> _Row:
        editor = editor_for(param)
        label = None
        if not isinstance(editor, BoolEditor):
            label = QLabel(param.label)
            label.setToolTip(wrapped(param.help))
            label.setWordWrap(True)
            label.setMinimumWidth(84)
        error = QLabel()
        error.setWordWrap(True)
        error.hide()
        row = _Row(param, label, editor, error)
        editor.edited.connect(lambda value, final: self._on_edited(row, value, final))
        editor.refused.connect(lambda message: self._on_refused(row, message))
        return row

    def _on_edited(self, row: _Row, value: ParamValue, final: bool) -> None:
        row.typed_wrong = False
        self._show_error(row, "")
        self.value_changed.emit(row.param.name, value, final)

    def _on_refused(self, row: _Row, message: str) -> None:
        row.typed_wrong = True
        sentence = f"{row.param.label}: {message}."
        self._show_error(row, sentence)
        self.wrong_typed.emit(row.param.name, sentence)

    def _show_error(self, row: _Row, message: str, said_elsewhere: bool = False) -> None:
        row.error.setText(message)
        row.error.setVisible(bool(message) and not said_elsewhere)
        colours = theme.colours()
        palette = QPalette()
        if message:
            palette.setColor(QPalette.ColorRole.Text, colours.error)
            palette.setColor(QPalette.ColorRole.WindowText, colours.error)
            if row.param.advanced and self._more is not None:
                self._more.setChecked(True)
        for widget in (row.error, *row.editor.inputs):
            widget.setPalette(palette)
            if isinstance(widget, QAbstractSpinBox):
                widget.lineEdit().setPalette(palette)
        if row.label is not None:
            row.label.setAccessibleDescription(message)
        row.editor.inputs[0].setAccessibleDescription(f"{message} {row.param.help}".strip())
