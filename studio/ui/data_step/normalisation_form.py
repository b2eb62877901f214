"""Which figures bring the inputs to a common scale: one of a few, each explained."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from studio.core.project import DatasetFacts
from studio.data.pictures.normalisation import NORMALISATIONS, Normalisation
from studio.ui.forms.editor import wrapped
from studio.ui.labels import Note


class NormalisationForm(QWidget):
    """Tells `normalisation_chosen(id)`."""

    normalisation_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("normalisation")
        self._buttons: dict[str, QRadioButton] = {}
        group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for way in NORMALISATIONS:
            button = QRadioButton(way.name, self)
            button.setObjectName(f"normalisation.{way.id}")
            button.clicked.connect(lambda _, chosen=way.id: self.normalisation_chosen.emit(chosen))
            group.addButton(button)
            layout.addWidget(button)
            self._buttons[way.id] = button
        self._help = Note("", self)
        self._help.setObjectName("normalisationHelp")
        layout.addWidget(self._help)

    def show_choice(self, chosen: str, facts: DatasetFacts | None) -> None:
        """What cannot be used on these data can be seen and not chosen."""
        pictures = facts is not None and len(facts.input_shape) == 3
        for way in NORMALISATIONS:
            button = self._buttons[way.id]
            button.setChecked(way.id == chosen)
            fits = way.fits(facts)
            button.setVisible(pictures or way.rows)
            button.setEnabled(fits or way.id == chosen)
            button.setToolTip(wrapped(way.help if fits else self._unfit(way)))
            button.setAccessibleDescription(way.help)
        way = NORMALISATIONS[chosen]
        self._help.setText(
            way.help if way.fits(facts) else f"{self._unfit(way)} {self.tr('Choose another one.')}"
        )

    def _unfit(self, way: Normalisation) -> str:
        return self.tr("For colour pictures only: it has figures for red, green and blue.")
