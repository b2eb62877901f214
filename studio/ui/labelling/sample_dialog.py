"""One sample in large, with its label, which can be corrected here; the others are leafed through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui.buttons import QuietButton
from studio.ui.document import Document
from studio.ui.labelling.large_sample import LargePicture, LargeText
from studio.ui.labelling.relabelling import Relabelling
from studio.ui.labels import Note


class SampleDialog(QDialog):
    """`samples`: those to leaf through, as they are shown."""

    def __init__(
        self,
        document: Document,
        relabelling: Relabelling,
        dataset: Any,
        samples: Sequence[int],
        place: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sampleDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        is_text = hasattr(dataset, "text")
        self.setWindowTitle(self.tr("Text") if is_text else self.tr("Picture"))
        self._document, self._relabelling = document, relabelling
        self.dataset, self._samples, self.place = dataset, samples, place
        self.large = LargeText(self) if is_text else LargePicture(self)
        self.says = Note()
        self.says.setObjectName("sampleSays")
        self.back = self._button(self.tr("Back"), "arrow-left", "sampleBack", lambda: self.go(self.place - 1))
        self.next = self._button(
            self.tr("Next"), "arrow-right", "sampleNext", lambda: self.go(self.place + 1)
        )
        self.label = self._button(self.tr("Change label…"), "", "sampleLabel", self._on_label)
        self.label.setToolTip(self.tr("Change the label: also by the keys 1 to 9, or F2"))
        below = QHBoxLayout()
        for button in (self.back, self.next, self.label):
            below.addWidget(button)
        below.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(self.large, 1)
        layout.addWidget(self.says)
        layout.addLayout(below)
        document.dataset_changed.connect(self._on_dataset_changed)
        self.resize(620, 460)
        self.go(place)

    @property
    def sample(self) -> int:
        return int(self._samples[self.place])

    def go(self, place: int) -> None:
        self.place = place % len(self._samples)
        self._tell()
        self.large.show_sample(self.dataset, self.sample)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.go(self.place + (1 if event.key() == Qt.Key.Key_Right else -1))
        elif not self._relabelling.on_key(self.dataset, [self.sample], event, self):
            super().keyPressEvent(event)

    @override
    def done(self, result: int) -> None:
        self.large.stop()
        super().done(result)

    # -----------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        dataset, sample = self.dataset, self.sample
        label, name = dataset.label_of(sample), dataset.name_of(sample)
        given = getattr(dataset, "given_label", lambda _: None)(sample)
        was = self.tr(" (the data say “{own}”)").format(own=dataset.own_label_of(sample)) if given else ""
        told = self.tr("{name}: {label}{was}\n{place} of {count}")
        place, count = f"{self.place + 1:,}", f"{len(self._samples):,}"
        self.says.setText(told.format(name=name, label=label, was=was, place=place, count=count))
        self.large.setAccessibleName(f"{name}: {label}")
        self.label.setVisible(self._relabelling.can(dataset))
        for button in (self.back, self.next):
            button.setEnabled(len(self._samples) > 1)

    def _on_label(self) -> None:
        menu = self._relabelling.menu(self.dataset, [self.sample], self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.label.mapToGlobal(self.label.rect().bottomLeft()))

    def _on_dataset_changed(self) -> None:
        """The same samples with other labels; of other data there is nothing to show."""
        dataset = self._document.dataset
        same = getattr(dataset, "same_samples", None)
        if same is not None and same(self.dataset):
            self.dataset = dataset
            self._tell()
        elif dataset is not self.dataset:
            self.reject()

    def _button(self, text: str, icon: str, name: str, pressed: Callable[[], None]) -> QPushButton:
        button = QuietButton(text, icon)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys at work
        button.clicked.connect(pressed)
        return button
