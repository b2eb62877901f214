"""Rows of a table that the network got wrong: truth, answer, how sure, and the columns that tell most."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.ui import theme
from studio.ui.labelling.by_hand import LabelsByHand
from studio.ui.labels import Note
from studio.ui.results_step.samples import MeasuredSamples

ROWS_SEEN = 9  # without scrolling inside the table
TIP_ROWS = 30  # columns of a row that fit into a tooltip
LONGEST_CELL = 60  # letters
ROOM = 14  # pixels between two columns


@dataclass(frozen=True, slots=True)
class MistakenRow:
    """`cells`: the whole row by column name, empty where the data are not there any more.

    `measure`: how sure in percent, or by how much it is off; rows that are not `right` are tinted. `index`:
    of the sample; `now`: the label that it was given since, or nothing.
    """

    name: str
    true: str
    predicted: str
    measure: str
    right: bool
    cells: Mapping[str, str]
    index: int = -1
    now: str = ""


class MistakeTable(QWidget):
    """`show_rows` fills it; the whole of the selected row stands below it, of any row in its tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mistakeTable")
        self._rows: tuple[MistakenRow, ...] = ()
        self._target = ""
        self._telling: tuple[str, ...] = ()
        self.table = QTableWidget(0, 0)
        self.table.setObjectName("mistakeRows")
        self.table.setAccessibleName(self.tr("Mistakes"))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setWordWrap(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.itemSelectionChanged.connect(self._on_selected)
        self.whole = Note()
        self.whole.setObjectName("wholeRow")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.table)
        layout.addWidget(self.whole)
        theme.theme().theme_changed.connect(self._tint)

    def follow_labels(self, samples: MeasuredSamples) -> None:
        """The labels of these samples can be corrected, where the open project has the same data."""
        if samples.relabelling is not None:
            LabelsByHand(self.table, samples.open_twin, self._chosen, samples.relabelling)
            self.setToolTip(self.tr("A right click, a key 1 to 9, or F2, corrects a wrong label"))

    def _chosen(self) -> list[int]:
        places = sorted({index.row() for index in self.table.selectedIndexes()})
        return [index for place in places if (index := self._rows[place].index) >= 0]

    def show_rows(
        self, rows: Sequence[MistakenRow], target: str, telling: Sequence[str], measure_title: str
    ) -> None:
        """`telling`: the columns that are shown of each row; those that no row has are left out."""
        again = [row.index for row in rows] == [row.index for row in self._rows]
        self._rows = tuple(rows)
        self._target = target
        self._telling = tuple(name for name in telling if any(name in row.cells for row in rows))
        titles = (self.tr("Row"), self.tr("Truth"), self.tr("Prediction"), measure_title, *self._telling)
        current = self.table.currentRow()
        self.table.clear()
        self.table.setColumnCount(len(titles))
        self.table.setHorizontalHeaderLabels([_short(title, 24) for title in titles])
        self.table.setRowCount(len(rows))
        for number, row in enumerate(rows):
            true = self.tr("{true}, now {now}").format(true=row.true, now=row.now) if row.now else row.true
            shown = (row.name, true, row.predicted, row.measure)
            self._fill(number, row, (*shown, *(row.cells.get(name, "") for name in self._telling)))
        header = self.table.horizontalHeader()
        for column in range(len(titles)):
            wanted = max(self.table.sizeHintForColumn(column), header.sectionSizeHint(column))
            header.resizeSection(column, wanted + ROOM)
        self._fit_height()
        self._tint()
        self.whole.setText(self._hint())
        if again and 0 <= current < len(rows):
            self.table.selectRow(current)  # whose label was corrected just now

    def _fill(self, number: int, row: MistakenRow, cells: Sequence[str]) -> None:
        tip = _tip(row, self._target)
        for column, text in enumerate(cells):
            item = QTableWidgetItem(_short(text, LONGEST_CELL))
            item.setToolTip(tip)
            if column == 3 or (column and _is_number(text)):
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(number, column, item)
        for column, text in enumerate(cells):
            header = self.table.horizontalHeaderItem(column)
            if header is not None and column and (column == 3 or _is_number(text)):
                header.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _hint(self) -> str:
        if not self._rows or not any(row.cells for row in self._rows):
            return ""
        return self.tr("Choose a row to see all of its columns. Shown are those that tell most.")

    def _on_selected(self) -> None:
        chosen = {index.row() for index in self.table.selectedIndexes()}
        if not chosen or not self._rows[min(chosen)].cells:
            self.whole.setText(self._hint())
            return
        row = self._rows[min(chosen)]
        parts = [f"{name}: {_short(text, LONGEST_CELL) or '–'}" for name, text in row.cells.items()]
        self.whole.setText(f"{row.name}  ·  " + "  ·  ".join(parts))

    def _fit_height(self) -> None:
        """As high as its rows, up to a limit: a table of three rows has no empty half."""
        seen = min(len(self._rows), ROWS_SEEN)
        line = self.table.verticalHeader().defaultSectionSize()
        bar = self.table.horizontalScrollBar().sizeHint().height()
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + seen * line + bar + 4)

    def _tint(self) -> None:
        """The answer in the colour of right or wrong; read off the row, too, for who sees no colours."""
        colours = theme.colours()
        for number, row in enumerate(self._rows[: self.table.rowCount()]):
            item = self.table.item(number, 2)
            if item is not None:
                item.setForeground(colours.text if row.right else colours.error)


def rows_of_classes(
    mistakes: Sequence[tuple[int, int, int, float]],
    classes: tuple[str, ...],
    name: Callable[[int], str],
    cells: Callable[[int], Mapping[str, str]],
    now: Callable[[int], str] = lambda index: "",
) -> list[MistakenRow]:
    """Of samples as (index into the dataset, true, predicted, probability)."""
    return [
        MistakenRow(
            name(index), classes[true], classes[predicted], f"{100 * share:.0f} %", true == predicted,
            cells(index), index, now(index),
        )
        for index, true, predicted, share in mistakes
    ]  # fmt: skip


def _tip(row: MistakenRow, target: str) -> str:
    """The whole row as a small table; cells may hold anything, also what looks like HTML."""
    if not row.cells:
        return ""
    shown = list(row.cells.items())[:TIP_ROWS]
    lines = "".join(
        f"<tr><td>{html.escape(_short(name, 30))}&nbsp;&nbsp;</td><td><b>{html.escape(_short(text, 60))}</b>"
        f"</td></tr>"
        for name, text in shown
        if name != target
    )
    more = len(row.cells) - len(shown)
    rest = f"<tr><td>… {more}</td></tr>" if more else ""
    return f"<b>{html.escape(row.name)}</b><table>{lines}{rest}</table>"


def _short(text: str, letters: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= letters else text[: letters - 1] + "…"


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
