"""What the run came to, or what keeps it from starting: a sentence, buttons, and the details on demand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.ui import theme
from studio.ui.buttons import PrimaryButton, QuietButton
from studio.ui.labels import Note
from studio.ui.layouts import clear

Tone = Literal["success", "error", "warning", "info"]
_ICONS: dict[Tone, str] = {"success": "done", "error": "error", "warning": "warning", "info": "info"}

_ROOMY, _THIN = (14, 10, 14, 10), (10, 3, 10, 3)  # pixels around what it says
_MOST_FOR_BUTTONS = 0.5  # of the card's width


@dataclass(frozen=True, slots=True)
class Offer:
    """A button of the card. `primary`: the obvious one."""

    text: str
    action: Callable[[], object]
    name: str = ""
    primary: bool = False


class OutcomeCard(QFrame):
    """Hidden until it has something to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("outcomeCard")
        self._tone: Tone = "info"
        self._details_text = ""
        self._offers: tuple[Offer, ...] = ()
        self._told: object = None
        self._thin = False
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._sentence = QLabel()
        self._sentence.setObjectName("outcomeSentence")
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._more = Note()
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._details = QPlainTextEdit()
        self._details.setObjectName("outcomeDetails")
        self._details.setReadOnly(True)
        self._details.setFont(theme.font("mono"))
        self._details.setMaximumHeight(150)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._sentence)
        words.addWidget(self._more)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._icon)
        head.addLayout(words, 1)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(8)
        self._top.addLayout(head, 1)
        self._top.addLayout(self._buttons)
        self._top.setAlignment(self._buttons, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        layout = self._inside = QVBoxLayout(self)
        layout.setContentsMargins(*_ROOMY)
        layout.addLayout(self._top)
        layout.addWidget(self._details)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        theme.theme().theme_changed.connect(self._retint)
        self.hide()

    @property
    def sentence(self) -> str:
        return self._sentence.text()

    @property
    def tone(self) -> Tone:
        return self._tone

    def tell(
        self, tone: Tone, sentence: str, offers: Sequence[Offer] = (), more: str = "", details: str = ""
    ) -> None:
        """Told the same again it stands as it is: a button that is just being pressed stays, Details stay
        open, the focus stays where it is."""
        self._offers = tuple(offers)
        words = tuple((offer.text, offer.name, offer.primary) for offer in offers)
        told = (tone, sentence, words, more, details)
        if told == self._told and not self.isHidden():
            return
        self._told = told
        self._tone = tone
        self._sentence.setText(sentence)
        self._more.setText(more)
        self._place_more()
        self._details_text = details
        self._details.hide()
        self._details.setPlainText(details)
        clear(self._buttons)
        for number, offer in enumerate(offers):
            button = PrimaryButton(offer.text) if offer.primary else QuietButton(offer.text)
            button.setObjectName(offer.name)
            button.clicked.connect(lambda _=False, number=number: self._offers[number].action())
            self._buttons.addWidget(button)
        if details:
            self._add_details_buttons()
        self.setAccessibleName(sentence)
        self._retint()
        self.show()
        self._fit()

    def set_thin(self, thin: bool) -> None:
        """For low windows, where each line counts: what explains good news goes into a tooltip."""
        self._thin = thin
        self._inside.setContentsMargins(*(_THIN if thin else _ROOMY))
        self._place_more()

    def _place_more(self) -> None:
        more, aside = self._more.text(), self._thin and self._tone in ("success", "info")
        self._more.setVisible(bool(more) and not aside)
        self._sentence.setToolTip(more if aside else "")
        self.setAccessibleDescription(more)

    def _fit(self) -> None:
        """Buttons that would leave the sentence less than half of the card go below it."""
        below = self._buttons.sizeHint().width() > self.width() * _MOST_FOR_BUTTONS
        direction = QBoxLayout.Direction
        self._top.setDirection(direction.TopToBottom if below else direction.LeftToRight)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _add_details_buttons(self) -> None:
        copy = QuietButton(self.tr("Copy"), "copy")
        copy.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(f"{self.sentence}\n\n{self._details_text}")
        )
        copy.hide()
        details = QuietButton(self.tr("Details"))
        details.setObjectName("outcomeDetailsButton")
        details.setCheckable(True)
        details.toggled.connect(self._details.setVisible)
        details.toggled.connect(copy.setVisible)
        self._buttons.addWidget(details)
        self._buttons.addWidget(copy)

    def _retint(self) -> None:
        colours = theme.colours()
        colour: QColor = {
            "success": colours.success,
            "error": colours.error,
            "warning": colours.warning,
            "info": colours.accent,
        }[self._tone]
        self._icon.setPixmap(theme.icon(_ICONS[self._tone], colour).pixmap(QSize(24, 24)))
        r, g, b = colour.red(), colour.green(), colour.blue()
        self.setStyleSheet(
            f"#outcomeCard {{ background: rgba({r},{g},{b},28); border: 1px solid rgba({r},{g},{b},110);"
            "border-radius: 8px; }"
        )
