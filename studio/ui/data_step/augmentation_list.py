"""Random changes of training pictures: each on or off, with its parameters."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from studio.core.params import ParamValue
from studio.core.project import Setting
from studio.data.augmentation_entries.entry import Augmentation
from studio.data.augmentations import AUGMENTATIONS
from studio.ui.forms.param_form import ParamForm
from studio.ui.labels import Note


class AugmentationList(QWidget):
    """Tells `augmentations_changed(settings, final, which)`; the order is the catalogue's."""

    augmentations_changed = Signal(object, bool, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("augmentationList")
        self._settings: dict[str, Setting] = {}
        self._rows: dict[str, tuple[QCheckBox, ParamForm]] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(
            Note(
                self.tr(
                    "Each time a training picture is shown, it is changed a little at random. The network "
                    "then learns what matters, and needs fewer pictures."
                )
            )
        )
        for entry in AUGMENTATIONS:
            layout.addLayout(self._row(entry))

    def show_augmentations(self, settings: tuple[Setting, ...]) -> None:
        self._settings = {setting.type: setting for setting in settings}
        for name, (box, form) in self._rows.items():
            chosen = self._settings.get(name)
            box.blockSignals(True)
            box.setChecked(chosen is not None)
            box.blockSignals(False)
            form.setVisible(chosen is not None)
            if chosen is not None:
                form.set_params(AUGMENTATIONS[name].params, chosen.params, prefix=f"augmentation.{name}")

    def _row(self, entry: Augmentation) -> QVBoxLayout:
        box = QCheckBox(entry.name, self)
        box.setObjectName(f"augmentation.{entry.id}")
        box.setToolTip(entry.help)
        form = ParamForm(self)
        form.setContentsMargins(24, 0, 0, 0)
        form.hide()
        box.toggled.connect(lambda on, name=entry.id: self._on_toggled(name, on))
        form.value_changed.connect(
            lambda param, value, final, name=entry.id: self._on_value_changed(name, param, value, final)
        )
        self._rows[entry.id] = (box, form)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(box)
        column.addWidget(form)
        return column

    def _on_toggled(self, name: str, on: bool) -> None:
        if on:
            self._settings[name] = Setting(name, AUGMENTATIONS[name].defaults)
        else:
            self._settings.pop(name, None)
        self._tell(True, name)

    def _on_value_changed(self, name: str, param: str, value: ParamValue, final: bool) -> None:
        chosen = self._settings.get(name)
        if chosen is not None:
            self._settings[name] = Setting(name, {**chosen.params, param: value})
            self._tell(final, f"{name}.{param}")

    def _tell(self, final: bool, which: str) -> None:
        ordered = tuple(self._settings[name] for name in self._rows if name in self._settings)
        self.augmentations_changed.emit(ordered, final, which)
