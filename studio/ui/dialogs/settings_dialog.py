"""What holds for the whole program on this computer: how it looks, and how much memory pictures may take."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QRadioButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from studio.ui import theme
from studio.ui.buttons import QuietButton
from studio.ui.labels import Heading, Note, Title
from studio.ui.window_memory import WindowMemory
from studio.ui.workers.engine import VARIABLE as ENGINE_VARIABLE
from studio.ui.workers.engine import forced_place, place

_LEAST_MIB, _MOST_MIB, _STEP_MIB = 64, 1_048_576, 256


class SettingsDialog(QDialog):
    """Every choice holds at once and is kept; there is nothing to confirm."""

    def __init__(
        self,
        memory: WindowMemory,
        parent: QWidget | None = None,
        show_archives: Callable[[QWidget], object] | None = None,
    ) -> None:
        """`show_archives`: opens the list of unpacked archives, above this dialog."""
        super().__init__(parent)
        self._memory = memory
        self.setObjectName("settingsDialog")
        self.setWindowTitle(self.tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(520, 560)
        inside = QWidget()
        parts = QVBoxLayout(inside)
        parts.setContentsMargins(0, 0, 8, 0)
        parts.setSpacing(8)
        self._add_appearance(parts)
        parts.addSpacing(12)
        self._add_picture_memory(parts)
        parts.addSpacing(12)
        self._add_engine(parts)
        if show_archives is not None:
            parts.addSpacing(12)
            self._add_archives(parts, show_archives)
        parts.addStretch(1)
        area = QScrollArea(self)  # on a low screen everything can be reached
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        box.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(Title(self.tr("Settings")))
        layout.addWidget(area, 1)
        layout.addWidget(box)

    # -- appearance ---------------------------------------------------------------------------------

    def _add_appearance(self, parts: QVBoxLayout) -> None:
        parts.addWidget(Heading(self.tr("Appearance")))
        row = QHBoxLayout()
        row.setSpacing(16)
        group = QButtonGroup(self)
        chosen = self._memory.scheme()
        for scheme, words in (
            ("system", self.tr("As the system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ):
            button = QRadioButton(words)
            button.setObjectName(f"scheme.{scheme}")
            button.setChecked(scheme == chosen)
            button.clicked.connect(lambda _=False, one=scheme: self._on_scheme(one))
            group.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        parts.addLayout(row)

    def _on_scheme(self, scheme: str) -> None:
        theme.theme().choose(cast(theme.Scheme, scheme))
        self._memory.keep_scheme(cast(theme.Scheme, scheme))

    # -- room on the disk ---------------------------------------------------------------------------

    def _add_archives(self, parts: QVBoxLayout, show_archives: Callable[[QWidget], object]) -> None:
        parts.addWidget(Heading(self.tr("Room on the disk")))
        words = self.tr("Archives that you opened were unpacked into Lantern’s own folder.")
        parts.addWidget(Note(words))
        self.archives = QuietButton(self.tr("Unpacked archives…"))
        self.archives.setObjectName("settingsArchives")
        self.archives.setAutoDefault(False)
        self.archives.clicked.connect(lambda: show_archives(self))
        parts.addWidget(self.archives, 0, Qt.AlignmentFlag.AlignLeft)

    # -- memory for pictures ------------------------------------------------------------------------

    def _add_picture_memory(self, parts: QVBoxLayout) -> None:
        from studio.data.pictures.picture_memory import VARIABLE, automatic_budget, given_by_variable

        free, forced = automatic_budget() // 2**20, given_by_variable()
        kept = self._memory.picture_memory_mib()
        parts.addWidget(Heading(self.tr("Memory for pictures")))
        help_ = self.tr(
            "Pictures are kept ready in memory, so that they need not be read again in every epoch. What "
            "does not fit is read from the disk while the network trains, which can be slower. Give less "
            "where other programs need room, more where the computer is there for training alone."
        )
        parts.addWidget(Note(help_))
        self.automatic = QRadioButton(
            self.tr("Automatic: a part of what is free, now {amount}").format(amount=_amount(free))
        )
        self.automatic.setObjectName("pictureMemoryAutomatic")
        self.fixed = QRadioButton(self.tr("At most"))
        self.fixed.setObjectName("pictureMemoryFixed")
        self.amount = QSpinBox()
        self.amount.setObjectName("pictureMemory")
        self.amount.setAccessibleName(self.tr("Memory for pictures in megabytes"))
        self.amount.setRange(_LEAST_MIB, _MOST_MIB)
        self.amount.setSingleStep(_STEP_MIB)
        self.amount.setSuffix(" MB")
        self.amount.setGroupSeparatorShown(True)
        self.amount.setKeyboardTracking(False)
        self.amount.setValue(forced or kept or max(_LEAST_MIB, free))
        group = QButtonGroup(self)
        group.addButton(self.automatic)
        group.addButton(self.fixed)
        (self.fixed if forced or kept else self.automatic).setChecked(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.fixed)
        row.addWidget(self.amount)
        row.addStretch(1)
        parts.addWidget(self.automatic)
        parts.addLayout(row)
        self.told = Note(self.tr("This counts from the next time that pictures are read."))
        self.told.setObjectName("pictureMemoryNote")
        if forced:
            self.told.setText(
                self.tr(
                    "Whoever set up this computer chose {amount}, by the variable {name}; it cannot be "
                    "changed here."
                ).format(amount=_amount(forced), name=VARIABLE)
            )
        parts.addWidget(self.told)
        for widget in (self.automatic, self.fixed):
            widget.setEnabled(not forced)
        self.amount.setEnabled(self.fixed.isChecked() and not forced)
        self.fixed.toggled.connect(self._on_amount)
        self.amount.valueChanged.connect(self._on_amount)

    def _on_amount(self) -> None:
        fixed = self.fixed.isChecked()
        self.amount.setEnabled(fixed)
        self._memory.keep_picture_memory(self.amount.value() if fixed else 0)

    # -- where training runs ------------------------------------------------------------------------

    def _add_engine(self, parts: QVBoxLayout) -> None:
        parts.addWidget(Heading(self.tr("Training")))
        chosen, forced = place(), forced_place()
        group = QButtonGroup(self)
        for where, words, help_ in (
            (
                "process",
                self.tr("In its own process"),
                self.tr(
                    "The window stays smooth, all memory comes back after training, and when the memory is "
                    "full, the training ends, not Lantern."
                ),
            ),
            (
                "window",
                self.tr("In the window's process"),
                self.tr("Takes less memory. For computers that allow no second process."),
            ),
        ):
            button = QRadioButton(words)
            button.setObjectName(f"engine.{where}")
            button.setChecked(where == chosen)
            button.setEnabled(not forced)
            button.clicked.connect(lambda _=False, one=where: self._memory.keep_engine(one))
            group.addButton(button)
            parts.addWidget(button)
            parts.addWidget(Note(help_))
        told = self.tr("This counts from the next start of Lantern.")
        if forced:
            told = self.tr(
                "Whoever set up this computer chose this, by the variable {name}; it cannot be changed here."
            ).format(name=ENGINE_VARIABLE)
        parts.addWidget(Note(told))


def _amount(mib: int) -> str:
    return f"{mib / 1024:.1f} GB" if mib >= 1024 else f"{mib:,} MB"
