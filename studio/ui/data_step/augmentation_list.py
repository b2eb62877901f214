"""Random changes of training pictures: which, in which order, how strong; ready-made sets of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from studio.core.params import ParamValue
from studio.core.problems import Problem
from studio.core.project import Setting
from studio.data.pictures.augmentation_sets import AUGMENTATION_SETS
from studio.data.pictures.augmentations import AUGMENTATIONS
from studio.ui.buttons import QuietButton
from studio.ui.data_step.augmentation_row import AugmentationRow
from studio.ui.data_step.row_drag import RowDrag
from studio.ui.forms.editor import wrapped
from studio.ui.labels import Note

_SETS_IN_A_ROW = 3


class AugmentationList(QWidget):
    """Tells `augmentations_changed(settings, final, which)`. Each is there once, in the user's order."""

    augmentations_changed = Signal(object, bool, str)
    fix_chosen = Signal(object)  # a Fix

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("augmentationList")
        self._settings: tuple[Setting, ...] = ()
        self._boxes = False
        self._focus_place: int | None = None  # the row that was moved keeps the focus
        self.rows: list[AugmentationRow] = []
        self._sets: dict[str, QPushButton] = {}
        self._area = QWidget(self)
        self._column = QVBoxLayout(self._area)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._drag = RowDrag(self._area)
        self._drag.dropped.connect(self._move_to)
        self._empty = Note(
            self.tr(
                "Training sees every picture as it is. Changed a little at random, each time anew, the same "
                "pictures teach more: the network learns what matters, and needs fewer of them."
            )
        )
        self.add = QuietButton(self.tr("Add a change"), "add")
        self.add.setObjectName("addAugmentation")
        self._menu = self._make_menu()
        self.add.setMenu(self._menu)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self._make_sets())
        layout.addWidget(self.add)
        layout.addWidget(self._empty)
        layout.addWidget(self._area)

    def show_augmentations(
        self,
        settings: tuple[Setting, ...],
        advice: Mapping[int, Problem] | None = None,
        boxes: bool = False,
    ) -> None:
        """`advice`: by place, what cannot be or is probably not meant; `boxes`: only
        what boxes can follow is offered."""
        self._settings, self._boxes = settings, boxes
        if [row.type for row in self.rows] != [setting.type for setting in settings]:
            self._rebuild()
        for place, (row, setting) in enumerate(zip(self.rows, settings, strict=True)):
            row.show_setting(setting, place)
            row.show_advice((advice or {}).get(place))
        self._empty.setVisible(not any(setting.enabled for setting in settings))
        for entry in AUGMENTATION_SETS:
            self._sets[entry.id].setChecked(entry.settings == settings)
            fits = not boxes or all(AUGMENTATIONS[s.type].fits_boxes for s in entry.settings)
            self._sets[entry.id].setEnabled(fits)
        if self._focus_place is not None and self._focus_place < len(self.rows):
            self.rows[self._focus_place].grip.setFocus(Qt.FocusReason.OtherFocusReason)
        self._focus_place = None

    # -- parts --------------------------------------------------------------------------------------

    def _make_sets(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(6)
        for number, entry in enumerate(AUGMENTATION_SETS):
            button = QPushButton(entry.name, self)
            button.setObjectName(f"augmentationSet.{entry.id}")
            button.setProperty("quiet", True)
            button.setCheckable(True)
            button.setToolTip(wrapped(entry.help))
            button.setAccessibleDescription(entry.help)
            button.clicked.connect(lambda _, chosen=entry: self._choose_set(chosen.id))
            self._sets[entry.id] = button
            grid.addWidget(button, number // _SETS_IN_A_ROW, number % _SETS_IN_A_ROW)
        return grid

    def _make_menu(self) -> QMenu:
        """One sub-menu for each family."""
        menu = QMenu(self)
        families: dict[str, QMenu] = {}
        for entry in AUGMENTATIONS:
            if entry.family not in families:
                families[entry.family] = menu.addMenu(self._family_name(entry.family))
                families[entry.family].setToolTipsVisible(True)
            action = families[entry.family].addAction(entry.name)
            action.setObjectName(f"add.{entry.id}")
            action.setToolTip(wrapped(entry.help))
            action.setCheckable(True)
            action.triggered.connect(lambda _, chosen=entry.id: self.add_augmentation(chosen))
        menu.aboutToShow.connect(self._mark_chosen)
        return menu

    def _family_name(self, family: str) -> str:
        names = {
            "Movement": self.tr("Place and form"),
            "Colour": self.tr("Light and colour"),
            "Detail": self.tr("Sharpness and detail"),
            "All at once": self.tr("Many at once"),
            "Mixing": self.tr("Mixing pictures"),
        }
        return names[family]

    def _mark_chosen(self) -> None:
        chosen = {setting.type for setting in self._settings if setting.enabled}
        for family in self._menu.actions():
            for action in family.menu().actions():  # type: ignore[attr-defined]
                name = action.objectName().removeprefix("add.")
                action.setChecked(name in chosen)
                action.setVisible(not self._boxes or AUGMENTATIONS[name].fits_boxes)

    def _rebuild(self) -> None:
        old, self.rows = self.rows, []
        for place, setting in enumerate(self._settings):
            row = next(
                (r for r in old if r.type == setting.type and r.grip.objectName() == f"grip.{place}"), None
            )
            if row is not None:
                old.remove(row)
            else:
                row = AugmentationRow(setting, place, self._area)
                row.toggled.connect(lambda on, place=place: self._on_toggled(place, on))
                row.value_changed.connect(
                    lambda name, value, final, place=place: self._on_value(place, name, value, final)
                )
                row.move_requested.connect(lambda step, place=place: self._move_to(place, place + step))
                row.fix_chosen.connect(self.fix_chosen)
                row.remove_requested.connect(lambda place=place: self._remove(place))
            self.rows.append(row)
            self._column.removeWidget(row)
            self._column.insertWidget(place, row)
            row.show()  # at once: a layout would wait for the event loop, and the row takes the focus now
        for row in old:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._drag.watch(self.rows, [row.grip for row in self.rows])

    # -- wishes -------------------------------------------------------------------------------------

    def add_augmentation(self, name: str) -> None:
        """Puts it at the end; one that is there already is switched on instead."""
        for place, setting in enumerate(self._settings):
            if setting.type == name:
                self._focus_place = place
                self._tell(_replaced(self._settings, place, replace(setting, enabled=True)), True, name)
                return
        self._focus_place = len(self._settings)
        self._tell((*self._settings, Setting(name, AUGMENTATIONS[name].defaults)), True, name)

    def _choose_set(self, name: str) -> None:
        self._tell(AUGMENTATION_SETS[name].settings, True, f"set.{name}")
        self._sets[name].setChecked(AUGMENTATION_SETS[name].settings == self._settings)

    def _on_toggled(self, place: int, on: bool) -> None:
        setting = replace(self._settings[place], enabled=on)
        self._tell(_replaced(self._settings, place, setting), True, f"{place}.on")

    def _on_value(self, place: int, name: str, value: ParamValue, final: bool) -> None:
        setting = self._settings[place]
        changed = replace(setting, params={**setting.params, name: value})
        self._tell(_replaced(self._settings, place, changed), final, f"{place}.{name}")

    def _move_to(self, place: int, target: int) -> None:
        if not 0 <= target < len(self._settings) or place == target:
            return
        settings = list(self._settings)
        settings.insert(target, settings.pop(place))
        self._focus_place = target
        self._tell(tuple(settings), True, "order")

    def _remove(self, place: int) -> None:
        self._focus_place = min(place, len(self._settings) - 2) if len(self._settings) > 1 else None
        self._tell((*self._settings[:place], *self._settings[place + 1 :]), True, "remove")

    def _tell(self, settings: tuple[Setting, ...], final: bool, which: str) -> None:
        self.augmentations_changed.emit(settings, final, which)


def _replaced(settings: tuple[Setting, ...], place: int, setting: Setting) -> tuple[Setting, ...]:
    return (*settings[:place], setting, *settings[place + 1 :])
