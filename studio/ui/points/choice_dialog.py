"""Play with points: every ready-made set as a small picture to choose, and the way to painting one's own."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListView,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.data.points.point_sets import POINT_SETS, PointSet, made
from studio.ui import theme
from studio.ui.buttons import PrimaryButton, QuietButton
from studio.ui.labels import Note

_SIDE = 84  # of a small picture, in pixels
_SHOWN = 160  # points in it


class PointsDialog(QDialog):
    """One click tells what a set is, a second one, Enter or the button chooses it."""

    points_chosen = Signal(str)
    painting_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pointsDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Play with points"))
        self.list = QListWidget(self)
        self.list.setObjectName("pointSets")
        self.list.setAccessibleName(self.tr("Ready-made points"))
        self.list.setViewMode(QListView.ViewMode.IconMode)
        self.list.setMovement(QListView.Movement.Static)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setIconSize(QSize(_SIDE, _SIDE))
        self.list.setGridSize(QSize(_SIDE + 28, _SIDE + 36))
        for entry in POINT_SETS:
            item = QListWidgetItem(QIcon(_picture(entry)), entry.name)
            item.setData(Qt.ItemDataRole.UserRole, entry.id)
            item.setToolTip(entry.help)
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            self.list.addItem(item)
        self.help = Note()
        self.help.setObjectName("pointsHelp")
        self.paint = QuietButton(self.tr("Paint your own points…"))
        self.paint.setObjectName("paintPoints")
        self.paint.setAutoDefault(False)
        self.use = PrimaryButton(self.tr("Use these"))
        self.use.setObjectName("usePoints")
        row = QHBoxLayout()
        row.addWidget(self.paint)
        row.addStretch(1)
        row.addWidget(self.use)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.help)
        layout.addLayout(row)
        self.list.currentItemChanged.connect(lambda item, _: self.help.setText(item.toolTip()))
        self.list.itemActivated.connect(lambda _: self._on_use())
        self.use.clicked.connect(self._on_use)
        self.paint.clicked.connect(self._on_paint)
        self.list.setCurrentRow(0)
        self.resize(620, 400)

    def _on_use(self) -> None:
        chosen = str(self.list.currentItem().data(Qt.ItemDataRole.UserRole))
        self.accept()
        self.points_chosen.emit(chosen)

    def _on_paint(self) -> None:
        self.accept()
        self.painting_requested.emit()


def _picture(entry: PointSet) -> QPixmap:
    colours = theme.colours()
    x, y, codes = made(entry, {"points": _SHOWN})
    picture = QPixmap(_SIDE, _SIDE)
    picture.fill(colours.surface)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    room = _SIDE - 12
    across = 6 + (x - x.min()) / (x.max() - x.min()) * room
    down = 6 + (y.max() - y) / (y.max() - y.min()) * room
    for left, top, code in zip(across.tolist(), down.tolist(), codes.tolist(), strict=True):
        painter.setBrush(colours.series(code))
        painter.drawEllipse(int(left) - 2, int(top) - 2, 4, 4)
    painter.end()
    return picture
