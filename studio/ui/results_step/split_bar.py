"""Which part of the samples the results are of: three buttons with what each reached, each explained."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from studio.ui import theme
from studio.ui.plots.quantities import count_text
from studio.ui.split_words import split_help, split_name

ORDER = ("test", "validation", "train")


class SplitBar(QWidget):
    """`chosen` is emitted when the user picks another part."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("splitSelector")
        self.setAccessibleName(self.tr("Samples the results are of"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QPushButton] = {}
        for split in ORDER:
            button = QPushButton(split_name(split))
            button.setObjectName(f"split.{split}")
            button.setCheckable(True)
            button.setProperty("split", True)
            button.clicked.connect(lambda _=False, split=split: self.chosen.emit(split))
            self._group.addButton(button)
            self._buttons[split] = button
            layout.addWidget(button)
        layout.addStretch(1)
        self._buttons["test"].setChecked(True)
        theme.theme().theme_changed.connect(self._retint)
        self._retint()

    @property
    def current(self) -> str:
        return next(split for split, button in self._buttons.items() if button.isChecked())

    def choose(self, split: str) -> None:
        self._buttons[split].setChecked(True)

    def tell(self, values: Mapping[str, str], sizes: Mapping[str, int], rough: bool = False) -> None:
        """`values`: what each part reached, as text; `sizes`: its samples; a part of size 0 is empty.

        `rough`: the training figure was taken while it learnt, not with the finished network.
        """
        for split, button in self._buttons.items():
            empty = sizes.get(split) == 0
            value = values.get(split, "")
            words = [split_name(split)]
            if empty:
                words.append(self.tr("none"))
            elif value:
                words.append(f"≈ {value}" if rough and split == "train" else value)
            button.setText("   ".join(words))
            button.setEnabled(not empty)
            tip = [split_help(split)]
            if split in sizes:
                tip.append(self.tr("Samples: {count}.").format(count=count_text(sizes[split])))
            if empty:
                tip.append(self.tr("The project has none; the Data step gives them a share."))
            elif rough and value and split == "train":
                tip.append(self.tr("≈: measured while it was still learning."))
            button.setToolTip("\n".join(tip))
            button.setAccessibleDescription(" ".join(tip))

    def _retint(self) -> None:
        c = theme.colours()
        self.setStyleSheet(
            f"""
            QPushButton[split="true"] {{ background: {c.surface.name()}; color: {c.text.name()};
                border: 1px solid {c.border.name()}; border-radius: 6px; padding: 5px 12px; }}
            QPushButton[split="true"]:hover {{ border-color: {c.accent.name()}; }}
            QPushButton[split="true"]:focus {{ border: 2px solid {c.accent.name()}; padding: 4px 11px; }}
            QPushButton[split="true"]:checked {{ background: {c.raised.name()};
                border-color: {c.accent.name()}; }}
            QPushButton[split="true"]:disabled {{ color: {c.muted.name()};
                background: {c.background.name()}; }}
            """
        )
