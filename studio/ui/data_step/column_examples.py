"""A few cells of a column before and after they become inputs of the network; others at a click."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.ui.buttons import QuietButton
from studio.ui.forms.editor import wrapped
from studio.ui.labels import Note
from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    from studio.core.project import Column
    from studio.data.tables.table_dataset import TableDataset

_ROWS = 4
_CELL = 110  # pixels of a cell; a long text is cut there


class ColumnExamples(QWidget):
    """Drawn from the training rows, beside the window: figures of a million rows take a while."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("columnExamples")
        self._worker = Worker("examples of a column", self)
        self._of: tuple[TableDataset, Column] | None = None
        self._seed = 0
        self.again = QuietButton(self.tr("Other rows"), "dice")
        self.again.setObjectName("otherExamples")
        self.again.setToolTip(self.tr("Shows other training rows"))
        self.again.clicked.connect(self._on_again)
        top = QHBoxLayout()
        top.addWidget(Note(self.tr("In the table, and as the network gets it:")), 1)
        top.addWidget(self.again)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self.rows: list[tuple[QLabel, QLabel]] = []
        for row in range(_ROWS):
            before, after = QLabel(), QLabel(wordWrap=True)
            before.setTextFormat(Qt.TextFormat.PlainText)
            before.setAlignment(Qt.AlignmentFlag.AlignTop)
            after.setTextFormat(Qt.TextFormat.PlainText)
            self._grid.addWidget(before, row, 0)
            self._grid.addWidget(after, row, 1)
            self.rows.append((before, after))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addLayout(self._grid)
        self.hide()

    @property
    def shown(self) -> list[tuple[str, str]]:
        told = [(before.text(), after.text()) for before, after in self.rows if not after.isHidden()]
        return told if not self.isHidden() else []

    def show_column(self, dataset: TableDataset | None, column: Column | None) -> None:
        """None, or a column that the data do not have like this yet: nothing."""
        self._worker.cancel()
        if dataset is None or column is None or column not in dataset.choice.columns:
            self._of = None
            self.hide()
            return
        if self._of is None or self._of[1].name != column.name:
            self.hide()  # until there is news of this one
        self._of = dataset, column
        self._start()

    def stop(self) -> None:
        """Joins the thread."""
        self._worker.stop()

    def _on_again(self) -> None:
        self._seed += 1
        self._start()

    def _start(self) -> None:
        if self._of is None:
            return
        (dataset, column), seed = self._of, self._seed

        def work(progress: object) -> object:
            from studio.data.tables.encoded_examples import encoded_examples, feature_of

            feature = feature_of(dataset, column.name)
            if feature is None:
                return ()
            found = encoded_examples(dataset, feature, seed, _ROWS)
            return tuple((one.cell, one.words(feature)) for one in found)

        self._worker.start(work, self._on_found, lambda *_: self.hide())

    def _on_found(self, found: object) -> None:
        pairs = cast("tuple[tuple[str, str], ...]", found)
        for number, (before, after) in enumerate(self.rows):
            there = number < len(pairs)
            before.setVisible(there)
            after.setVisible(there)
            if there:
                cell, inputs = pairs[number]
                cut = before.fontMetrics().elidedText(cell, Qt.TextElideMode.ElideRight, _CELL)
                before.setText(cut or self.tr("(empty)"))
                before.setToolTip(wrapped(cell) if cell else "")
                after.setText(f"→ {inputs}")
        self.setVisible(bool(pairs))
