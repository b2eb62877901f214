"""The first thing people see: examples, their own data, and what they worked on last."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui.buttons import PrimaryButton, QuietButton
from studio.ui.labels import Heading, Note, Title
from studio.ui.pages.example_card import Example, ExampleCard
from studio.ui.pages.recent_list import RecentList
from studio.ui.recent_networks import RecentNetwork

_WIDTH = 1120  # wider lines are hard to read
_MARGIN = 24
_TWO_CARDS = 700  # own data and recent projects side by side
_CARD_WIDTH = 166  # with the space between two


class WelcomePage(QScrollArea):
    """Knows no project: it tells what was wished for."""

    example_requested = Signal(str)  # a bundled dataset's name
    more_requested = Signal()  # the gallery of datasets to download
    points_requested = Signal()  # ready-made points, and painting
    folder_requested = Signal()
    table_requested = Signal()
    collect_requested = Signal()  # pictures, into classes
    open_requested = Signal()
    path_requested = Signal(Path)  # a recent project
    network_requested = Signal(Path)  # the checkpoint of a network that was never saved
    forget_requested = Signal(Path)  # a recent project
    forget_network_requested = Signal(str)  # the id of its project

    def __init__(self, examples: tuple[Example, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcomePage")
        self.setAccessibleName(self.tr("Welcome"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._cards = tuple(ExampleCard(example, self) for example in examples)
        self._columns = 0  # of cards; as many as the width has room for
        self._grid = QGridLayout()
        self._recent = RecentList(self)
        self._recent.chosen.connect(self.path_requested)
        self._recent.network_chosen.connect(self.network_requested)
        self._recent.forgotten.connect(self.forget_requested)
        self._recent.network_forgotten.connect(self.forget_network_requested)

        column = QWidget()
        column.setMaximumWidth(_WIDTH)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(_MARGIN, 28, _MARGIN, 24)
        layout.setSpacing(8)
        layout.addWidget(Title(self.tr("What shall the computer learn?")))
        layout.addWidget(
            Note(self.tr("Choose an example to start with. Everything is ready: a click, then “Train”."))
        )
        layout.addSpacing(12)
        self._follow_cards(examples)
        layout.addLayout(self._grid)
        layout.addWidget(self._more_datasets(), 0, Qt.AlignmentFlag.AlignLeft)
        layout.addSpacing(12)
        lower = self._lower = QHBoxLayout()
        lower.setSpacing(24)
        lower.addWidget(self._own_data(), 3)
        lower.addWidget(self._recent_projects(), 2)
        layout.addLayout(lower)
        layout.addStretch(1)

        outer = self._content = QWidget()
        centre = QHBoxLayout(outer)
        centre.setContentsMargins(0, 0, 0, 0)
        centre.addStretch(1)
        centre.addWidget(column, 100)
        centre.addStretch(1)
        self.setWidget(outer)

    def set_recent(self, paths: tuple[Path, ...]) -> None:
        """The projects opened last, newest first."""
        self._recent.set_paths(paths)

    def set_networks(self, networks: tuple[RecentNetwork, ...]) -> None:
        """Trained networks that were never saved, newest first."""
        self._recent.set_networks(networks)

    def set_busy(self, busy: bool) -> None:
        """While a dataset is being looked at, a second click would only confuse."""
        self._content.setEnabled(not busy)
        if busy:
            self.setCursor(Qt.CursorShape.BusyCursor)
        else:
            self.unsetCursor()

    def _more_datasets(self) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        points = QuietButton(self.tr("Play with points…"), "dice")
        points.setObjectName("playWithPoints")
        points.setToolTip(self.tr("Moons, spirals, waves and others to try networks on; or paint your own"))
        points.clicked.connect(self.points_requested)
        more = QuietButton(self.tr("More datasets…"), "data")
        more.setObjectName("moreDatasets")
        more.setToolTip(
            self.tr("MNIST, CIFAR-10, pets, flowers, food, traffic signs and others, to download")
        )
        more.clicked.connect(self.more_requested)
        layout.addWidget(more)
        layout.addWidget(points)
        return row

    def _follow_cards(self, examples: tuple[Example, ...]) -> None:
        for card, example in zip(self._cards, examples, strict=True):
            card.clicked.connect(lambda _=False, name=example.id: self.example_requested.emit(name))
        self._grid.setSpacing(16)
        self._place_cards(len(self._cards))

    def _place_cards(self, columns: int) -> None:
        """In as many columns as leave each card wide enough for its words."""
        if self._columns == columns:
            return
        for number, card in enumerate(self._cards):
            self._grid.addWidget(card, *divmod(number, columns))
            self._grid.setColumnStretch(number, 1 if number < columns else 0)
        self._columns = columns

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        width = min(self.viewport().width(), _WIDTH) - 2 * _MARGIN
        rows = math.ceil(len(self._cards) / max(1, width // _CARD_WIDTH))
        self._place_cards(math.ceil(len(self._cards) / rows))  # as even rows as can be
        direction = QBoxLayout.Direction
        self._lower.setDirection(direction.LeftToRight if width > _TWO_CARDS else direction.TopToBottom)
        super().resizeEvent(event)

    def _own_data(self) -> QWidget:
        area = DropArea(self)
        area.pictures.clicked.connect(self.folder_requested)
        area.table.clicked.connect(self.table_requested)
        area.collect.clicked.connect(self.collect_requested)
        return area

    def _recent_projects(self) -> QWidget:
        card = QFrame()
        card.setProperty("card", True)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(20, 16, 20, 16)
        top = QHBoxLayout()
        top.addWidget(Heading(self.tr("Recent projects")), 1)
        browse = QuietButton(self.tr("Open…"), "open")
        browse.setObjectName("openProject")
        browse.clicked.connect(self.open_requested)
        top.addWidget(browse)
        layout.addLayout(top)
        layout.addWidget(self._recent, 1)
        return card


class DropArea(QFrame):
    """The user's own data, by button. What is dropped here is the window's, as everywhere else."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dropArea")
        self.setProperty("card", True)
        self.pictures = PrimaryButton(self.tr("Use my own pictures…"))
        self.pictures.setObjectName("ownPictures")
        self.table = QuietButton(self.tr("Use my own table…"), "table")
        self.table.setObjectName("ownTable")
        self.collect = QuietButton(self.tr("Collect pictures…"), "camera")
        self.collect.setObjectName("collectPictures")
        self.collect.setToolTip(
            self.tr("Drop pictures into classes, or take them with the camera: no folders to prepare")
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 20)
        layout.setSpacing(8)
        layout.addWidget(Heading(self.tr("Your own data")))
        layout.addWidget(
            Note(
                self.tr(
                    "Pictures: a folder with one sub-folder for each class, such as “cats” and “dogs”, or "
                    "with a CSV table of file names and classes.\n"
                    "Table: a CSV or Excel file with a column to predict.\n"
                    "Texts: a folder of .txt files for each class, or a table with a column of texts.\n"
                    "You can also drop any of them here, also as a ZIP or TAR archive.\n"
                    "Nothing prepared? Collect pictures here, by dropping them or with the camera."
                )
            )
        )
        layout.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addWidget(self.pictures)
        buttons.addWidget(self.table)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        layout.addWidget(self.collect, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)
