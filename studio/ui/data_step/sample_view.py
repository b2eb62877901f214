"""The samples of whatever dataset is open: pictures, rows, texts, or why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from studio.core.problems import Fix
from studio.data.sifting import Wanted
from studio.ui import theme
from studio.ui.buttons import PrimaryButton, QuietButton
from studio.ui.data_step.picture_grid import PictureGrid
from studio.ui.data_step.sample_filter import SampleFilter
from studio.ui.data_step.table_grid import TableGrid
from studio.ui.data_step.text_grid import TextGrid
from studio.ui.labels import Heading, Paragraph
from studio.ui.layouts import clear
from studio.ui.points.rows_view import RowsView

if TYPE_CHECKING:
    from studio.data.dataset import DataError, Dataset
    from studio.data.health.finding import Finding

_ERROR_WIDTH = 340


class SampleView(QStackedWidget):
    """`show_dataset`, `show_loading` or `show_error`: always one of them."""

    relink_requested = Signal()
    retry_requested = Signal()
    cancel_requested = Signal()
    fix_chosen = Signal(object)  # the Fix of an error

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sampleGrid")
        self.setAccessibleName(self.tr("Samples"))
        self.pictures = PictureGrid(self)
        self.table = TableGrid(self)
        self.rows = RowsView(self.table, self)
        self.texts = TextGrid(self)
        self._loading = _Loading(self)
        self._error = _Error(self)
        for view in (self._loading, self._error, self.pictures, self.rows, self.texts):
            self.addWidget(view)
        self._loading.cancel.clicked.connect(self.cancel_requested)
        self._error.relink.clicked.connect(self.relink_requested)
        self._error.retry.clicked.connect(self.retry_requested)
        self._error.fix_chosen.connect(self.fix_chosen)

    def show_dataset(self, dataset: Dataset) -> None:
        table = getattr(dataset, "table", None)
        texts = dataset if hasattr(dataset, "text") else None
        self.texts.show_dataset(texts)  # type: ignore[arg-type]
        if texts is not None:
            self.table.show_table(None, ())
            self.pictures.show_dataset(None)
            self.setCurrentWidget(self.texts)
        elif table is not None:
            self.pictures.show_dataset(None)
            self.rows.show_dataset(dataset)  # type: ignore[arg-type]  # it has a table
            self.setCurrentWidget(self.rows)
        else:
            self.table.show_table(None, ())
            self.pictures.show_dataset(dataset)
            self.setCurrentWidget(self.pictures)

    @property
    def filters(self) -> tuple[SampleFilter, ...]:
        return self.pictures.filter, self.table.filter, self.texts.filter

    def forget_choices(self) -> None:
        """Another project: all samples are shown."""
        for one in self.filters:
            one.forget()

    def show_findings(self, findings: tuple[Finding, ...] | None) -> None:
        """By which samples can be chosen; None: not known yet."""
        for one in self.filters:
            one.show_findings(findings)

    def show_evidence(self, finding: Finding) -> None:
        """Only the samples that it is about, and of a table its columns in sight."""
        wanted = Wanted(problem=finding.key) if finding.samples else None
        if self.currentWidget() is self.rows:
            self.rows.as_table.setChecked(True)
            self.table.show_evidence(wanted, tuple(finding.columns))
        elif wanted is not None:
            shown = self.pictures if self.currentWidget() is self.pictures else self.texts
            shown.filter.choose(wanted)

    def show_loading(self, what: str, fraction: float) -> None:
        """Fraction below 0: how long it takes is not known."""
        self._loading.bar.setRange(0, 0 if fraction < 0 else 1000)
        if fraction >= 0:
            self._loading.bar.setValue(round(fraction * 1000))
        self._loading.words.setText(f"{what} …")
        self.setCurrentWidget(self._loading)

    def show_error(self, error: DataError) -> None:
        self._error.words.setText(str(error))
        self._error.offer(error.fixes)
        self._error.relink.setVisible(error.code in ("missing", "not-downloaded"))
        self._error.relink.setText(
            self.tr("Download it…") if error.code == "not-downloaded" else self.tr("Show where it is now…")
        )
        self.setCurrentWidget(self._error)

    def stop(self) -> None:
        self.pictures.stop()
        self.table.stop()
        self.texts.stop()


class _Loading(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.words = Paragraph("", _ERROR_WIDTH, self)
        self.bar = QProgressBar(self)
        self.bar.setObjectName("datasetProgress")
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(280)
        self.cancel = QuietButton(self.tr("Cancel"), "close")
        self.cancel.setObjectName("cancelOpening")
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(1)
        for widget in (self.words, self.bar, self.cancel):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)


class _Error(QWidget):
    fix_chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._picture = QLabel(self)
        self._picture.setPixmap(theme.icon("warning", theme.colours().warning).pixmap(48, 48))
        title = Heading(self.tr("These data cannot be shown"), self)
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title.setWordWrap(False)  # wrapped, a centred label gets the height of one line only
        self.words = Paragraph("", _ERROR_WIDTH, self)
        self.words.setObjectName("datasetError")
        self.words.setForegroundRole(QPalette.ColorRole.WindowText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.relink = PrimaryButton(self.tr("Show where it is now…"))
        self.relink.setObjectName("relinkButton")
        self.retry = QuietButton(self.tr("Read again"), "refresh")
        self.retry.setObjectName("retryButton")
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(1)
        for widget in (self._picture, title, self.words):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        self._fixes = QVBoxLayout()
        self._fixes.setSpacing(8)
        layout.addLayout(self._fixes)
        for button in (self.relink, self.retry):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)

    def offer(self, fixes: Sequence[Fix]) -> None:
        """A button for each way out."""
        clear(self._fixes)
        for fix in fixes:
            button = PrimaryButton(fix.text)
            button.setObjectName("dataFix")
            button.clicked.connect(lambda _=False, one=fix: self.fix_chosen.emit(one))
            self._fixes.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
