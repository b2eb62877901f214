"""The network's PyTorch code beside its picture, always as it is now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QMouseEvent, QShowEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui import theme
from studio.ui.buttons import QuietButton
from studio.ui.canvas.editor import NetworkEditor
from studio.ui.canvas.selection import NetworkSelection
from studio.ui.labels import Note
from studio.ui.panels.network_code import NetworkCode, network_code
from studio.ui.panels.python_colours import PythonColours

_COPIED_MS = 1500


class CodeView(QWidget):
    """Read-only. The selected layers' lines are marked; a click on a line selects its layer."""

    def __init__(
        self, editor: NetworkEditor, selection: NetworkSelection, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("codeView")
        self.setAccessibleName(self.tr("PyTorch code of the network"))
        self._editor = editor
        self._selection = selection
        self._code = NetworkCode("", {})
        self._stale = True
        self.text = _CodeText()
        self.text.setAccessibleName(self.tr("PyTorch code of the network"))
        self.text.line_clicked.connect(self._on_line_clicked)
        self._colours = PythonColours(self.text.document())
        self.note = Note(self.tr("This is what is trained. It changes as you build."))
        self.copy = QuietButton(self.tr("Copy"), "copy")
        self.copy.setObjectName("copyCode")
        self.copy.clicked.connect(self._on_copy)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 8, 8, 8)
        bar.addWidget(self.note, 1)
        bar.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self.text, 1)
        editor.document.analysis_changed.connect(self.refresh)
        editor.place.changed.connect(self.refresh)
        selection.changed.connect(self._mark)
        theme.theme().theme_changed.connect(self._mark)

    @property
    def code(self) -> str:
        return self._code.source

    def refresh(self) -> None:
        """New code, unless nobody sees it; the place on screen stays."""
        self._stale = True
        if self.isVisible():
            self._show_code()

    def _show_code(self) -> None:
        self._stale = False
        code = network_code(self._editor)
        if code.source != self._code.source:
            bar = self.text.verticalScrollBar()
            place = bar.value()
            self.text.setPlainText(code.source)
            bar.setValue(place)
        self._code = code
        self.note.setText(
            self.tr("Some parts are left open until the problems are mended.")
            if code.partial
            else self.tr("This is what is trained. It changes as you build.")
        )
        self._mark()

    def _mark(self) -> None:
        lines = [line for node in self._selection.nodes for line in self._code.lines.get(node, ())]
        self.text.mark_lines(lines)

    def _on_line_clicked(self, line: int) -> None:
        for node, lines in self._code.lines.items():
            if line in lines:
                self._selection.select([node])
                self._selection.focus_requested.emit(node)
                return

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._code.source)
        self.copy.setText(self.tr("Copied"))
        QTimer.singleShot(_COPIED_MS, self.copy, lambda: self.copy.setText(self.tr("Copy")))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._show_code()


class _CodeText(QPlainTextEdit):
    """Code that can be read, selected and clicked. Lines count from 0."""

    line_clicked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("codeText")
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(theme.font("mono"))
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(12)

    def mark_lines(self, lines: Sequence[int]) -> None:
        wash = QColor(theme.colours().accent)
        wash.setAlpha(48)
        marks = []
        for line in lines:
            block = self.document().findBlockByNumber(line)
            if block.isValid():
                mark = QTextEdit.ExtraSelection()
                mark.cursor = QTextCursor(block)
                mark.format.setBackground(wash)
                mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
                marks.append(mark)
        self.setExtraSelections(marks)
        if lines and not self.hasFocus():
            self._reveal(min(lines))

    def _reveal(self, line: int) -> None:
        """Scrolls only if the line is out of sight."""
        first = self.firstVisibleBlock().blockNumber()
        shown = max(1, self.viewport().height() // max(1, self.fontMetrics().lineSpacing()))
        if not first <= line < first + shown - 1:
            self.verticalScrollBar().setValue(max(0, line - 2))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if not self.textCursor().hasSelection():
            self.line_clicked.emit(self.cursorForPosition(event.position().toPoint()).blockNumber())
