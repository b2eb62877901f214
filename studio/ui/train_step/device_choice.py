"""Where to compute: every device the engine found, the broken ones with the reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from studio.ui.buttons import QuietButton
from studio.ui.forms.editor import wrapped
from studio.ui.labels import Note
from studio.ui.train_step.entry_choice import CalmComboBox

if TYPE_CHECKING:
    from studio.engine.events import Device

_BEST_FIRST = ("cuda", "xpu", "mps", "cpu")


class DeviceChoice(QWidget):
    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._devices: tuple[Device, ...] = ()
        self._wish = "auto"
        self.combo = CalmComboBox()
        self.combo.setObjectName("deviceSelector")
        self.combo.setAccessibleName(self.tr("Device"))
        label = QLabel(self.tr("Device"))
        label.setBuddy(self.combo)
        explained = self.tr(
            "The part of the computer that does the sums: the processor (CPU), or a graphics card (GPU), "
            "which is often many times faster."
        )
        label.setToolTip(wrapped(explained))
        self.combo.setToolTip(wrapped(explained))
        font = label.font()
        font.setBold(True)
        label.setFont(font)
        self._note = Note(self.tr("Looking for devices…"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(label)
        layout.addWidget(self.combo)
        layout.addWidget(self._note)
        self.combo.activated.connect(lambda index: self.chosen.emit(str(self.combo.itemData(index))))
        self._automatic = QuietButton(self.tr("Choose automatically"))
        self._automatic.setObjectName("deviceAutomatic")
        self._automatic.clicked.connect(lambda: self.chosen.emit("auto"))
        layout.addWidget(self._automatic, 0, Qt.AlignmentFlag.AlignLeft)
        self._fill()

    @property
    def known(self) -> bool:
        return bool(self._devices)

    def set_devices(self, devices: Sequence[Device]) -> None:
        self._devices = tuple(devices)
        self._fill()

    def set_problem(self, message: str) -> None:
        """The devices could not be listed."""
        self._note.setText(message)

    def select(self, wish: str) -> None:
        self._wish = f"{wish}:0" if wish in ("cuda", "xpu") else wish  # as the engine reads it
        self._show_choice()

    def _fill(self) -> None:
        self.combo.clear()
        best = self._best()
        if best is None:
            self.combo.addItem(self.tr("Automatic"), "auto")
        else:
            self.combo.addItem(self.tr("Automatic: {name}").format(name=_title(best)), "auto")
        for device in self._devices:
            self.combo.addItem(_title(device), device.id)
            row = self.combo.count() - 1
            tip = device.problem or _memory(device)
            self.combo.setItemData(row, tip, Qt.ItemDataRole.ToolTipRole)
            if device.problem is not None:
                self.combo.setItemText(row, self.tr("{name} – cannot be used").format(name=_title(device)))
                item = cast(QStandardItemModel, self.combo.model()).item(row)
                item.setEnabled(False)
        self._show_choice()

    def _show_choice(self) -> None:
        while self.combo.count() > 1 + len(self._devices):  # what an earlier project asked for
            self.combo.removeItem(self.combo.count() - 1)
        index = self.combo.findData(self._wish)
        if index < 0 and self._devices:
            self.combo.addItem(self.tr("{id} – not on this computer").format(id=self._wish), self._wish)
            index = self.combo.count() - 1
        self.combo.setCurrentIndex(index)
        self._note.setText(self._sentence())
        self._note.setVisible(bool(self._note.text()))
        self._automatic.setVisible(bool(self._devices) and not self._works())

    def _chosen(self) -> Device | None:
        if self._wish == "auto":
            return self._best()
        return next((d for d in self._devices if d.id == self._wish), None)

    def _works(self) -> bool:
        chosen = self._chosen()
        return chosen is not None and chosen.problem is None

    def _sentence(self) -> str:
        if not self._devices:
            return self.tr("Looking for devices…")
        chosen = self._chosen()
        if chosen is None:
            return self.tr("This computer has no device called “{id}”. Choose another one.").format(
                id=self._wish
            )
        if chosen.problem is not None:
            return self.tr("It cannot be used: {reason}").format(reason=chosen.problem)
        broken = [d for d in self._devices if d.problem is not None]
        if broken and self._wish == "auto":
            return self.tr("{name} cannot be used: {reason}").format(
                name=_title(broken[0]), reason=broken[0].problem
            )
        return _memory(chosen)

    def _best(self) -> Device | None:
        working = [device for device in self._devices if device.problem is None]
        return min(working, key=_rank, default=None)


def _rank(device: Device) -> tuple[int, int]:
    """As the engine ranks them: graphics cards first, of several the one with most memory."""
    kind = device.id.split(":")[0]
    place = _BEST_FIRST.index(kind) if kind in _BEST_FIRST else len(_BEST_FIRST)
    return place, -(device.memory_bytes or 0)


def _title(device: Device) -> str:
    """“CPU · Intel Core i5”, “GPU · NVIDIA RTX 3060 · 12.0 GB (cuda:0)”."""
    kind = device.id.split(":")[0]
    if kind == "cpu":
        return f"CPU · {device.name}"
    memory = "" if device.memory_bytes is None else f" · {_gigabytes(device.memory_bytes)}"
    return f"GPU · {device.name}{memory} ({device.id})"


def _gigabytes(size_bytes: int) -> str:
    return f"{size_bytes / 2**30:.1f} GB"


def _memory(device: Device) -> str:
    from PySide6.QtCore import QCoreApplication

    if device.memory_bytes is None:
        return ""
    text = QCoreApplication.translate("DeviceChoice", "{size} of memory.")
    return text.format(size=_gigabytes(device.memory_bytes))
