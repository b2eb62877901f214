"""How the selected columns become inputs of the network: gaps, scaling, coding, parts of a date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from studio.core.project import Column
from studio.data.tables.cells import Cells
from studio.ui.buttons import QuietButton
from studio.ui.data_step.column_examples import ColumnExamples
from studio.ui.data_step.column_words import role_help
from studio.ui.forms.editor import wrapped
from studio.ui.labels import Heading, Note
from studio.ui.layouts import clear
from studio.ui.train_step.entry_choice import CalmComboBox
from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    from studio.data.tables.gap_filling import GapFilling
    from studio.data.tables.table_dataset import TableDataset

Change = Callable[[Column], Column]
_MOST_RARE = 1_000_000


class ColumnDetails(QWidget):
    """Shows one column, or what several of one type have in common; tells how to change all of them."""

    change_wanted = Signal(object)  # Change

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("columnDetails")
        self._figures = Worker("figures of empty cells", self)
        self._title = Heading("")
        self._evidence = Note("")
        self._evidence.setObjectName("columnEvidence")
        self.proposals = QVBoxLayout()
        self._form = QFormLayout()
        self._form.setSpacing(8)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self._evidence)
        layout.addLayout(self.proposals)
        layout.addLayout(self._form)
        self.examples = ColumnExamples(self)
        layout.addWidget(self.examples)

    def show_selected(
        self,
        columns: Sequence[Column],
        cells: Cells | None,
        decimal: Any,
        dataset: TableDataset | None = None,
    ) -> None:
        """`cells` of the only selected column, and the dataset they are of, if its data are open."""
        self._clear()
        self._figures.cancel()
        single = columns[0] if len(columns) == 1 and columns[0].role == "feature" else None
        self.examples.show_column(dataset, single)
        self.setVisible(bool(columns))
        if not columns:
            return
        column = columns[0]
        many = self.tr("{count} columns").format(count=len(columns))
        self._title.setText(column.name if len(columns) == 1 else many)
        self._evidence.setText("")
        summary = None
        if cells is not None:
            from studio.data.tables.column_summary import summary_of

            self._show_evidence(column, cells, decimal)
            summary = summary_of(column, cells, decimal)
        if column.role in ("group", "time", "split") and all(c.role == column.role for c in columns):
            self._evidence.setText(f"{role_help(column.role)} {self._evidence.text()}".strip())
        self._evidence.setVisible(bool(self._evidence.text()))
        if column.role == "feature" and all(c.role == "feature" and c.type == column.type for c in columns):
            self._show_gaps(column, summary)
            if dataset is not None and len(columns) == 1:
                self._figure_out(dataset, column)
            {"number": self._show_number, "category": self._show_category, "date": self._show_date}.get(
                column.type, lambda column: None
            )(column)

    def _show_evidence(self, column: Column, cells: Cells, decimal: Any) -> None:
        from studio.data.tables.column_guess import guess_column

        guess = guess_column(column.name, cells, decimal)
        words = [guess.evidence]
        if guess.reason:
            words.append(self.tr("Better ignored: it {reason}.").format(reason=guess.reason))
        self._evidence.setText(" ".join(filter(None, words)))
        if guess.column.role == "split" and column.role not in ("split", "target"):
            self._propose(self.tr("Use it as the parts"), lambda c: replace(c, role="split"))
        new = [code for code in guess.codes if code not in column.missing_codes]
        if new and column.type == "number" and column.role == "feature":
            words_ = self.tr("Count {codes} as empty").format(codes=", ".join(new))
            self._propose(words_, lambda c: replace(c, missing_codes=(*c.missing_codes, *new)))
        if guess.log and not column.log and column.type == "number" and column.role == "feature":
            words_ = self.tr("Take the logarithm (skewness {number:.1f})").format(number=guess.log)
            self._propose(words_, lambda c: replace(c, log=True))

    def _propose(self, words: str, change: Change) -> None:
        button = QuietButton(words, "wand")
        button.setToolTip(words)
        button.clicked.connect(lambda: self.change_wanted.emit(change))
        self.proposals.addWidget(button)

    def _show_gaps(self, column: Column, summary: Any) -> None:
        count = summary.missing if summary is not None else 0
        ways = self._ways(column)
        box = self._choice("columnMissing", ways, column.missing, lambda v: lambda c: replace(c, missing=v))
        self._gaps = box
        words = (
            self.tr("Empty cells ({count})").format(count=f"{count:,}") if count else self.tr("Empty cells")
        )
        self._form.addRow(words, box)
        self._gap_words = Note("")
        self._gap_words.setObjectName("columnMissingWords")
        self._gap_words.hide()
        self._form.addRow(self._gap_words)
        extra = self._tick(
            "columnMissingInput",
            self.tr("Tell the network which were empty"),
            column.missing_input,
            lambda v: lambda c: replace(c, missing_input=v),
        )
        extra.setToolTip(self.tr("One more input: 1 where the cell was empty, else 0."))
        self._form.addRow(extra)
        codes = QLineEdit(", ".join(column.missing_codes))
        codes.setObjectName("columnMissingCodes")
        codes.setPlaceholderText(self.tr("such as -999"))
        codes.editingFinished.connect(lambda: self._on_codes(codes))
        self._form.addRow(self.tr("Also empty"), codes)

    def _ways(self, column: Column) -> dict[str, str]:
        ways = {"fill": self.tr("mean")}
        if column.type == "category":
            ways = {
                "fill": self.tr("a category of their own"),
                "most_frequent": self.tr("most frequent"),
            }
        elif column.type == "number":
            ways["median"] = self.tr("median")
            ways["most_frequent"] = self.tr("most frequent number")
        elif column.type == "boolean":
            ways = {"fill": self.tr("usual answer")}
        return ways | {"drop": self.tr("leave out the row")}

    def _figure_out(self, dataset: TableDataset, column: Column) -> None:
        """What each way does, in figures of the training rows: beside the window, there may be a million."""

        def work(progress: Callable[[float], bool]) -> object:
            from studio.data.tables.gap_filling import gap_fillings

            return gap_fillings(dataset, column)

        self._figures.start(work, lambda found: self._on_figures(column, found), lambda *_: None)

    def _on_figures(self, column: Column, found: object) -> None:
        fillings = cast("dict[str, GapFilling]", found)
        for row in range(self._gaps.count()):
            filling = fillings.get(self._gaps.itemData(row))
            if filling is None:
                continue
            words = self._ways(column)[self._gaps.itemData(row)]
            self._gaps.setItemText(row, f"{words} ({filling.figure})" if filling.figure else words)
            self._gaps.setItemData(row, wrapped(filling.words), Qt.ItemDataRole.ToolTipRole)
        if column.missing in fillings:
            self._gap_words.setText(fillings[column.missing].words)
            self._gap_words.show()

    def stop(self) -> None:
        """Joins the thread that looks for figures."""
        self._figures.stop()
        self.examples.stop()

    def _on_codes(self, line: QLineEdit) -> None:
        if line.isModified():
            line.setModified(False)
            found = tuple(dict.fromkeys(code.strip() for code in line.text().split(",") if code.strip()))
            self.change_wanted.emit(lambda c: replace(c, missing_codes=found))

    def _show_number(self, column: Column) -> None:
        from studio.data.tables.column_transforms import SCALINGS
        from studio.data.tables.units import KINDS

        if column.unit:
            units = next((list(units) for units in KINDS.values() if column.unit in units), [column.unit])
            if len(units) > 1:
                names = {unit: unit for unit in units}
                box = self._choice("columnUnit", names, column.unit, lambda v: lambda c: replace(c, unit=v))
                self._form.addRow(self.tr("Unit"), box)
        ways = {"": self.tr("as for all columns")} | {entry.id: entry.name for entry in SCALINGS}
        scaling = self._choice(
            "columnScaling", ways, column.scaling, lambda v: lambda c: replace(c, scaling=v)
        )
        for row, entry in enumerate(SCALINGS, 1):
            scaling.setItemData(row, entry.help, 3)  # Qt.ItemDataRole.ToolTipRole
        self._form.addRow(self.tr("Scaling"), scaling)
        log = self._tick("columnLog", self.tr("Logarithm"), column.log, lambda v: lambda c: replace(c, log=v))
        log.setToolTip(self.tr("For numbers of which a few are far larger than the others, such as prices."))
        self._form.addRow(log)

    def _show_category(self, column: Column) -> None:
        from studio.data.tables.column_transforms import OTHER_TRANSFORMS

        ways = {
            "one_hot": self.tr("one input per value"),
            "embedding": self.tr("a few learnt numbers (embedding)"),
            "ordinal": self.tr("one number, in order"),
        }
        coding = self._choice("columnCoding", ways, column.coding, lambda v: lambda c: replace(c, coding=v))
        for row, way in enumerate(ways):
            coding.setItemData(row, OTHER_TRANSFORMS[way].help, Qt.ItemDataRole.ToolTipRole)
        self._form.addRow(self.tr("Becomes"), coding)
        rare = QSpinBox()
        rare.setObjectName("columnRare")
        rare.setRange(0, _MOST_RARE)
        rare.setSpecialValueText(self.tr("keep all"))
        rare.setSuffix(self.tr(" rows"))
        rare.setValue(column.rare)
        rare.setKeyboardTracking(False)
        rare.setToolTip(self.tr("Values in fewer rows than this count as one, “another”; so do new ones."))
        rare.valueChanged.connect(lambda v: self.change_wanted.emit(lambda c: replace(c, rare=v)))
        self._form.addRow(self.tr("Rare below"), rare)

    def _show_date(self, column: Column) -> None:
        from studio.data.tables.dates import DATE_PARTS

        first = self._tick(
            "columnDayFirst",
            self.tr("03/04 is the 3rd of April"),
            column.day_first,
            lambda v: lambda c: replace(c, day_first=v),
        )
        self._form.addRow(first)
        automatic = not column.date_parts
        for part in DATE_PARTS:
            box = self._tick(
                f"datePart.{part.id}",
                part.name,
                part.id in column.date_parts or automatic,
                _part_change(part.id),
            )
            box.setToolTip(part.help)
            self._form.addRow(box)
        if automatic:
            self._form.addRow(Note(self.tr("Of these, the ones that differ from row to row are used.")))

    def _choice(
        self, name: str, ways: dict[str, str], value: str, change: Callable[[Any], Change]
    ) -> QComboBox:
        box = CalmComboBox()
        box.setObjectName(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(10)
        for key, words in ways.items():
            box.addItem(words, key)
        box.setCurrentIndex(max(0, box.findData(value)))
        box.activated.connect(lambda _: self.change_wanted.emit(change(box.currentData())))
        return box

    def _tick(self, name: str, words: str, value: bool, change: Callable[[Any], Change]) -> QCheckBox:
        box = QCheckBox(words)
        box.setObjectName(name)
        box.setChecked(value)
        box.clicked.connect(lambda checked: self.change_wanted.emit(change(bool(checked))))
        return box

    def _clear(self) -> None:
        while self._form.rowCount():
            self._form.removeRow(0)
        clear(self.proposals)


def _part_change(part: str) -> Callable[[Any], Change]:
    return lambda wanted: lambda c: replace(c, date_parts=_with_part(c.date_parts, part, wanted))


def _with_part(parts: tuple[str, ...], part: str, wanted: bool) -> tuple[str, ...]:
    """In the entries' order; from none, which means all."""
    from studio.data.tables.dates import DATE_PARTS

    chosen = set(parts or DATE_PARTS.ids)
    chosen = chosen | {part} if wanted else chosen - {part}
    return tuple(known for known in DATE_PARTS.ids if known in chosen) or parts
