"""Sorts pictures that no folder and no table names: one after the other, by a click or the keys 1 to 9."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImageReader, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)  # fmt: skip
from typing_extensions import override

from studio.core.safe_write import SaveError, write_text_atomically
from studio.data.pictures.picture_sorting import MOST_CLASSES, Sorting, labels_file, may_write
from studio.ui.buttons import PrimaryButton, QuietButton
from studio.ui.dialogs.file_dialogs import FileDialogs
from studio.ui.forms.editor import wrapped
from studio.ui.labels import Note

_LARGEST = 480  # pixels of a side of the shown picture


class SortDialog(QDialog):
    """`project_folder`: where labels go if the pictures' own folder may not be written."""

    sorted_out = Signal(Path)  # the table with the labels
    boxes_requested = Signal()  # the things in the pictures are to be marked, instead of the pictures sorted

    def __init__(
        self,
        sorting: Sorting,
        dialogs: FileDialogs,
        project_folder: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sortDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Sort pictures into classes"))
        self.sorting = sorting
        self.place = max(0, sorting.next_unsorted(-1))
        self._dialogs = dialogs
        self._project_folder = project_folder
        self._before: list[tuple[Sorting, int]] = []
        self._saved = sorting
        self._whole = QPixmap()
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumSize(160, 140)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.says = Note()
        self.says.setObjectName("sortSays")
        self.problem = Note()
        self.problem.setObjectName("sortProblem")
        self.name = QLineEdit()
        self.name.setObjectName("newClass")
        self.name.setPlaceholderText(self.tr("New class, then Enter"))
        self.name.setAccessibleName(self.tr("Name of a new class"))
        self.name.setMaxLength(60)
        self.undo = self._button(self.tr("Undo"), "undo", "sortUndo")
        self.back = self._button(self.tr("Back"), "arrow-left", "sortBack")
        self.skip = self._button(self.tr("Skip"), "arrow-right", "sortSkip")
        self.draw = self._button(self.tr("Draw boxes instead…"), "", "sortDraw")
        self.draw.setToolTip(self.tr("Mark where in the pictures the things are, so that they can be found."))
        self.use = PrimaryButton(self.tr("Save and use"))
        self.use.setObjectName("sortUse")
        self.use.setAutoDefault(False)
        self.bins: list[QuietButton] = []
        self._lay_out()
        self.name.returnPressed.connect(self._on_new_class)
        self.undo.clicked.connect(self._on_undo)
        self.back.clicked.connect(lambda: self._go(self.place - 1))
        self.skip.clicked.connect(lambda: self._go(self.place + 1))
        self.use.clicked.connect(self._on_use)
        self.draw.clicked.connect(self._on_draw)
        self._show()
        self.name.setFocus()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.resize(640, 460)

    def put(self, number: int) -> None:
        """The shown picture belongs to this class; the next unsorted one is shown."""
        if number >= len(self.sorting.classes):
            return
        self._before.append((self.sorting, self.place))
        self.sorting = self.sorting.with_label(self.sorting.files[self.place], self.sorting.classes[number])
        self.place = self.sorting.next_unsorted(self.place)
        self.setFocus()
        self._show()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() and event.text() in "123456789":
            self.put(int(event.text()) - 1)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._go(self.place + (1 if event.key() == Qt.Key.Key_Right else -1))
        elif event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Z):
            self._on_undo()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The picture is seen whole, however small the dialog is."""
        room = self.picture.size()
        if not self._whole.isNull():
            smooth = Qt.TransformationMode.SmoothTransformation
            self.picture.setPixmap(self._whole.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, smooth))

    @override
    def reject(self) -> None:
        """What was sorted so far is kept: nobody sorts a hundred pictures twice."""
        if self.sorting.labels != self._saved.labels and self._save() is None:
            return
        super().reject()

    # -- what happens -------------------------------------------------------------------------------

    def _on_new_class(self) -> None:
        sorting = self.sorting.with_class(self.name.text())
        self.name.clear()
        if sorting is not self.sorting:
            self._before.append((self.sorting, self.place))
            self.sorting = sorting
            self._show()
        else:
            self.setFocus()  # Enter in the empty field: the keys 1 to 9 are at work

    def _on_undo(self) -> None:
        if self._before:
            self.sorting, self.place = self._before.pop()
            self._show()

    def _go(self, place: int) -> None:
        self.place = place % len(self.sorting.files)
        self._show()

    def _on_use(self) -> None:
        path = self._save()
        if path is not None:
            self.accept()
            self.sorted_out.emit(path)

    def _on_draw(self) -> None:
        self.reject()
        if self.result() == QDialog.DialogCode.Rejected and not self.isVisible():
            self.boxes_requested.emit()

    def _save(self) -> Path | None:
        """The table that was written; None where it was not, which is said."""
        path: Path | None = self.sorting.table or labels_file(self.sorting.folder)
        if not may_write(self.sorting.folder):
            name = f"{self.sorting.folder.name} labels.csv"
            proposed = str(self._project_folder / name) if self._project_folder is not None else name
            title = self.tr("The pictures’ folder is read-only: save the labels elsewhere")
            path = self._dialogs.save_file(self, title, self.tr("Tables (*.csv)"), proposed)
        if path is None:
            return None
        try:
            write_text_atomically(path, self.sorting.csv())
        except SaveError as error:
            self.problem.setText(str(error))
            return None
        if path.parent == self.sorting.folder:
            self.sorting = replace(self.sorting, table=path)
        self._saved = self.sorting
        return path

    # -- what is shown ------------------------------------------------------------------------------

    def _show(self) -> None:
        sorting, file = self.sorting, self.sorting.files[self.place]
        self._whole = _read(sorting.folder / file)
        self._fit()
        if self._whole.isNull():
            self.picture.setText(self.tr("This picture cannot be shown: {name}").format(name=file))
        self.picture.setAccessibleName(file)
        label = sorting.labels.get(file, self.tr("not sorted yet"))
        told = self.tr("{name}: {label}\n{done} of {count} sorted")
        self.says.setText(
            told.format(name=file, label=label, done=len(sorting.labels), count=len(sorting.files))
        )
        self._show_bins()
        self.undo.setEnabled(bool(self._before))
        self.problem.setText(sorting.lacks())
        self.use.setEnabled(not sorting.lacks())
        self.name.setEnabled(len(sorting.classes) < MOST_CLASSES)

    def _show_bins(self) -> None:
        for number, button in enumerate(self.bins):
            button.setVisible(number < len(self.sorting.classes))
        for number, (name, count) in enumerate(zip(self.sorting.classes, self.sorting.counts(), strict=True)):
            shown = name.replace("&", "&&")
            short = self.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideMiddle, 120)
            self.bins[number].setText(f"{number + 1}  {short}  ({count:,})")
            words = self.tr("Put the picture into “{name}” (key {key})").format(name=name, key=number + 1)
            self.bins[number].setToolTip(wrapped(words))

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(4)
        side.addWidget(self.name)
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        area = QScrollArea()  # nine classes on a low screen
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setMinimumHeight(64)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for number in range(MOST_CLASSES):
            button = self._button("", "", f"sortBin{number + 1}")
            button.setMinimumHeight(26)
            button.clicked.connect(lambda _=False, number=number: self.put(number))
            self.bins.append(button)
            rows.addWidget(button)
        rows.addStretch(1)
        side.addWidget(area, 1)
        side.addWidget(self.problem)
        side.addWidget(self.use)
        tools = QWidget()
        tools.setFixedWidth(220)
        tools.setLayout(side)
        below = QHBoxLayout()
        for button in (self.back, self.skip, self.undo):
            below.addWidget(button)
        below.addStretch(1)
        below.addWidget(self.draw)
        left = QVBoxLayout()
        left.addWidget(self.picture, 1)
        left.addWidget(self.says)
        left.addLayout(below)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(12)
        layout.addLayout(left, 1)
        layout.addWidget(tools)

    def _button(self, text: str, icon: str, name: str) -> QuietButton:
        button = QuietButton(text, icon)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys 1 to 9 at work
        return button


def _read(path: Path) -> QPixmap:
    """At most as large as it is shown: a photo is decoded in a smaller size at once."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > _LARGEST:
        reader.setScaledSize(size.scaled(QSize(_LARGEST, _LARGEST), Qt.AspectRatioMode.KeepAspectRatio))
    return QPixmap.fromImage(reader.read())
