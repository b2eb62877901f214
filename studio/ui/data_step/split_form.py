"""Shares of training, validation and test: a bar to drag, numbers to type, a seed."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLabel, QSizePolicy, QSpinBox, QVBoxLayout, QWidget
from typing_extensions import override

from studio.core.project import Splits
from studio.ui import theme
from studio.ui.forms.number_box import TEXT_MARGINS
from studio.ui.labels import Note

_LEAST = 5  # percent; a smaller training split teaches nothing
_MAX_SEED = 2_147_483_647


class SplitForm(QWidget):
    """Tells `splits_changed(splits, final)`; `final` is False while a handle is dragged."""

    splits_changed = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("splitForm")
        self._splits = Splits()
        self._sizes = (0, 0, 0)
        self._fixed = False
        self._showing = False
        self.bar = SplitBar(self)
        self.bar.dragged.connect(self._on_dragged)
        self.train = QLabel("", self)  # what the other two leave
        self.train.setObjectName("splitTrain")
        self.validation = self._percent("splitValidation", self.tr("Validation"))
        self.test = self._percent("splitTest", self.tr("Test"))
        self.stratified = QCheckBox(self.tr("Same mix of classes in every part"), self)
        self.stratified.setObjectName("splitStratified")
        self.stratified.setToolTip(
            self.tr("Stratified: a rare class then appears in training, validation and test alike.")
        )
        self.stratified.toggled.connect(self._on_edited)
        self.seed = _Box(self)
        self.seed.setObjectName("splitSeed")
        self.seed.setRange(0, _MAX_SEED)
        self.seed.setKeyboardTracking(False)
        self.seed.setToolTip(self.tr("The same samples and seed always give the same parts."))
        self.seed.valueChanged.connect(self._on_edited)
        form = QFormLayout()
        form.setSpacing(8)
        form.addRow(self.tr("Training"), self.train)
        form.addRow(self.tr("Validation"), self.validation)
        form.addRow(self.tr("Test"), self.test)
        form.addRow(self.tr("Seed"), self.seed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.bar)
        self._count = Note("")
        self._count.setObjectName("splitSizes")
        layout.addLayout(form)
        layout.addWidget(self._count)
        layout.addWidget(self.stratified)
        self._rule = Note("")
        self._rule.setObjectName("splitRule")
        layout.addWidget(self._rule)
        self._note = Note("")
        layout.addWidget(self._note)
        self.explain(fixed=False)

    def explain(
        self,
        fixed: bool,
        sizes: tuple[int, int, int] = (0, 0, 0),
        cut: bool = False,
        words: tuple[str, ...] = (),
        by_time: bool = False,
    ) -> None:
        """`sizes`: samples that train, validate and test, 0 while unknown. `fixed`: the dataset comes
        with its own parts, so there is nothing to choose, and these are shown; `cut`: but for the
        validation part, which is taken from the training part by the seed. `words`: what the rule did;
        `by_time`: the order is that of time, so there is nothing to draw."""
        self._fixed, self._sizes = fixed, sizes
        for widget in (self.bar, self.validation, self.test, self.train, self.seed, self.stratified):
            widget.setEnabled(not fixed)
        for widget in (self.seed, self.stratified):
            widget.setEnabled((not fixed or cut) and not by_time)
        drawn = self.tr(
            "Drawn by what is in a sample and by the seed: new, renamed or sorted samples leave the others "
            "in their part."
        )
        plain = not fixed and not by_time
        self._rule.setText("\n".join((*words, drawn) if plain else words))
        self._rule.setVisible(bool(self._rule.text()))
        self._note.setText(
            self.tr("This dataset comes with its own parts, so that results can be compared with others’.")
            if fixed
            else self.tr(
                "The network learns from the training part. The validation part shows while it trains "
                "how it does on samples it has not seen. The test part is kept for the very end."
            )
        )
        self._show()

    def show_splits(self, splits: Splits, classes: bool) -> None:
        """`classes`: whether there are any, to be mixed evenly."""
        self._splits = splits
        self.stratified.setVisible(classes)
        self._show()

    def _show(self) -> None:
        self._showing = True
        shares, splits = _percents(self._splits), self._splits
        whole = sum(self._sizes)
        if self._fixed and whole:
            validation, test = (round(100 * size / whole) for size in self._sizes[1:])
            shares = (100 - validation - test, validation, test)
        self.bar.show_shares(shares)
        # Each may take what training can spare.
        self.validation.setMaximum(100 - _LEAST - shares[2])
        self.test.setMaximum(100 - _LEAST - shares[1])
        self.train.setText(f"{shares[0]} %")
        self._count.setText(
            self.tr("{0} samples train, {1} validate, {2} test.").format(*(f"{n:,}" for n in self._sizes))
        )
        self._count.setVisible(bool(sum(self._sizes)))
        self.validation.setValue(shares[1])
        self.test.setValue(shares[2])
        self.stratified.setChecked(splits.stratified)
        self.seed.setValue(splits.seed)
        self._showing = False

    def _percent(self, name: str, label: str) -> QSpinBox:
        box = _Box(self)
        box.setObjectName(name)
        box.setAccessibleName(label)
        box.setRange(0, 100)
        box.setSuffix(" %")
        box.setKeyboardTracking(False)
        box.valueChanged.connect(self._on_edited)
        return box

    def _on_edited(self) -> None:
        if self._showing:
            return
        validation, test = self.validation.value(), self.test.value()
        changed = replace(self._splits, stratified=self.stratified.isChecked(), seed=self.seed.value())
        if (validation, test) != _percents(self._splits)[1:]:
            changed = _with_percents(changed, validation, test)
        self.splits_changed.emit(changed, True)

    def _on_dragged(self, validation: int, test: int, final: bool) -> None:
        self.splits_changed.emit(_with_percents(self._splits, validation, test), final)


class _Box(QSpinBox):
    """Scrolling the panel must not change the numbers that pass by."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().setTextMargins(*TEXT_MARGINS)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class SplitBar(QWidget):
    """Three coloured parts with two handles between them."""

    dragged = Signal(int, int, bool)  # validation and test in percent; whether the mouse was let go

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("splitBar")
        self.setFixedHeight(34)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._shares = (70, 15, 15)
        self._held: int | None = None  # which handle
        self._start = self._shares

    def show_shares(self, shares: tuple[int, int, int]) -> None:
        self._shares = shares
        self.setAccessibleName(self.tr("Training {0} %, validation {1} %, test {2} %").format(*shares))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, 34)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.colours()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setOpacity(1.0 if self.isEnabled() else 0.35)
        left = 0
        parts = zip(self._shares, (colours.train, colours.validation, colours.success), strict=True)
        for share, colour in parts:
            width = round(self.width() * share / 100)
            box = QRect(left, 4, max(0, width - 2), 26)
            painter.setBrush(colour)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box, 5, 5)
            if width > 34:
                painter.setPen(colours.accent_text)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{share} %")
            left += width

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._held = self._handle_at(event.position().toPoint())
        self._start = self._shares

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            near = self._handle_at(event.position().toPoint()) is not None
            self.setCursor(Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor)
            return
        self.dragged.emit(*self._moved(event.position().x()), False)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self.dragged.emit(*self._moved(event.position().x()), True)
            self._held = None

    def _handle_at(self, point: QPoint) -> int | None:
        edges = (self._shares[0], self._shares[0] + self._shares[1])
        distances = [abs(point.x() - self.width() * edge / 100) for edge in edges]
        nearest = distances.index(min(distances))
        return nearest if distances[nearest] <= 10 else None

    def _moved(self, x: float) -> tuple[int, int]:
        at = round(100 * x / max(1, self.width()))
        train, _, test = self._start
        if self._held == 0:
            train = min(max(at, _LEAST), 100 - test)
            return 100 - train - test, test
        edge = min(max(at, train), 100)
        return edge - train, 100 - edge


def _percents(splits: Splits) -> tuple[int, int, int]:
    validation, test = round(splits.validation * 100), round(splits.test * 100)
    return 100 - validation - test, validation, test


def _with_percents(splits: Splits, validation: int, test: int) -> Splits:
    train = 100 - validation - test
    return replace(splits, train=train / 100, validation=validation / 100, test=test / 100)
