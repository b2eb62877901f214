"""One text as the network reads it: its tokens with their numbers, below the texts of the Data page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QHelpEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QToolTip, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui import theme
from studio.ui.forms.editor import wrapped
from studio.ui.labels import Note

if TYPE_CHECKING:
    from studio.data.texts.text_dataset import TextDataset
    from studio.data.texts.token_view import Token, TokenView

_LINES = 2.4  # rows of tokens in sight: half a one tells that there are more
_PAD, _GAP = 6, 4
_WIDEST = 220


class TokenStrip(QWidget):
    """`show_text`: what of it the network reads, knows, fills up and cuts off, in a sentence and as chips."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tokenPreview")
        self.says = Note("", self)
        self.says.setObjectName("tokenWords")
        self.chips = _Chips(self)
        self._area = QScrollArea(self)
        self._area.setObjectName("tokenChips")
        self._area.setAccessibleName(self.tr("How the network reads the text"))
        self._area.setWidget(self.chips)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.says)
        layout.addWidget(self._area)

    def show_text(self, dataset: TextDataset | None, sample: int) -> None:
        """None, or a sample below 0: nothing."""
        self.setVisible(dataset is not None and sample >= 0)
        if dataset is None or sample < 0:
            self.chips.show_view(None, False)
            return
        from studio.data.texts.token_view import token_view
        from studio.ui.data_step.text_grid import runs_from_right

        fitted = dataset.fitted()
        text = dataset.text(sample)
        view = token_view(fitted, text)
        self.chips.show_view(view, runs_from_right(text))
        self.says.setText(self._sentence(view, fitted.tokens))
        self._area.setAccessibleDescription(self.says.text())
        self._area.verticalScrollBar().setValue(0)
        self._fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as its tokens need, and not much of the page."""
        most = round(_LINES * self.chips.row_height)
        self._area.setFixedHeight(min(most, self.chips.heightForWidth(max(1, self.width()))))

    def _sentence(self, view: TokenView, tokens: str) -> str:
        one, many = {
            "characters": (self.tr("character"), self.tr("characters")),
            "byte_pairs": (self.tr("byte pair"), self.tr("byte pairs")),
        }.get(tokens, (self.tr("word"), self.tr("words")))
        count = f"{view.count:,}"
        words = one if view.count == 1 and not view.more else many
        if view.more:
            said = self.tr("How the network reads it: more than {count} {words}.")
        else:
            said = self.tr("How the network reads it: {count} {words}.")
        parts = [said.format(count=count, words=words)]
        if view.cut or view.more:
            parts.append(
                self.tr("Only the first {length} are read, the rest is cut off.").format(
                    length=f"{view.length:,}"
                )
            )
        if view.unknown:
            known = self.tr("{count} of them it does not know: too rare in training (marked).")
            parts.append(known.format(count=f"{view.unknown:,}"))
        if view.filled:
            empty = self.tr("{count} empty places are filled up with 0, to {length}.")
            last = self.tr("1 empty place is filled up with 0, to {length}.")
            text = last if view.filled == 1 else empty
            parts.append(text.format(count=f"{view.filled:,}", length=f"{view.length:,}"))
        return " ".join(parts)


class _Chips(QWidget):
    """Word above number, beside each other, from the right where the script runs so."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._view: TokenView | None = None
        self._from_right = False
        self._places: list[QRect] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.theme().theme_changed.connect(self.update)

    @property
    def tokens(self) -> tuple[Token, ...]:
        return self._view.tokens if self._view is not None else ()

    @property
    def row_height(self) -> int:
        return 2 * self.fontMetrics().height() + _GAP

    def show_view(self, view: TokenView | None, from_right: bool) -> None:
        self._view, self._from_right = view, from_right
        self.setMinimumHeight(self.heightForWidth(max(1, self.width())))
        self.updateGeometry()
        self.update()

    def words(self, token: Token) -> str:
        """What is told of a token under the mouse."""
        if token.state == "padding":
            return self.tr("An empty place: all texts get the same length, and 0 says that nothing is there.")
        if token.state == "cut":
            return self.tr("“{text}” is cut off: the network does not read so far.").format(text=token.text)
        if token.state == "unknown":
            unknown = self.tr(
                "“{text}” is not known: the network reads 1, which stands for all unknown ones."
            )
            return unknown.format(text=token.text)
        return self.tr("“{text}” is number {number} for the network.").format(
            text=token.text, number=f"{token.number:,}"
        )

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        places = self._laid_out(width)
        return places[-1].bottom() + 1 if places else self.row_height

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(200, self.width())))

    def _laid_out(self, width: int) -> list[QRect]:
        metrics = self.fontMetrics()
        places: list[QRect] = []
        x = y = 0
        for token in self.tokens:
            text = max(metrics.horizontalAdvance(token.text), 6 * len(str(token.number)))
            wide = min(_WIDEST, max(14, width), text + 2 * _PAD)
            if x and x + wide > width:
                x, y = 0, y + self.row_height
            left = width - x - wide if self._from_right else x
            places.append(QRect(left, y, wide, self.row_height - _GAP))
            x += wide + _GAP
        return places

    def _small_font(self) -> QFont:
        small = QFont(self.font())
        small.setPointSizeF(max(6.0, small.pointSizeF() * 0.75))
        return small

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._places = self._laid_out(self.width())
        for token, place in zip(self.tokens, self._places, strict=True):
            if place.intersects(event.rect()):
                self._paint_chip(painter, token, place)

    def _paint_chip(self, painter: QPainter, token: Token, place: QRect) -> None:
        colours = theme.colours()
        edge = {"unknown": colours.warning, "known": colours.grid}.get(token.state, colours.grid)
        dashed = token.state in ("padding", "cut")
        painter.setPen(QPen(edge, 1.5 if token.state == "unknown" else 1.0,
                            Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine))  # fmt: skip
        painter.setBrush(Qt.BrushStyle.NoBrush if dashed else colours.raised)
        painter.drawRoundedRect(QRectF(place).adjusted(0.75, 0.75, -0.75, -0.75), 4, 4)
        upper = QRect(place.x(), place.y(), place.width(), self.fontMetrics().height() + 2)
        font = QFont(self.font())
        font.setStrikeOut(token.state == "cut")
        painter.setFont(font)
        painter.setPen(colours.muted if dashed else colours.text)
        text = self.fontMetrics().elidedText(
            token.text, Qt.TextElideMode.ElideRight, place.width() - 2 * _PAD + 2
        )
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, text)
        lower = QRect(place.x(), upper.bottom(), place.width(), place.bottom() - upper.bottom())
        painter.setFont(self._small_font())
        painter.setPen(colours.warning if token.state == "unknown" else colours.muted)
        number = "" if token.state == "cut" else str(token.number)
        painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, number)

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            token = self._at(event.pos())
            QToolTip.showText(
                event.globalPos(), wrapped(self.words(token)) if token is not None else "", self
            )
            return True
        return super().event(event)

    def _at(self, point: QPoint) -> Token | None:
        hit = (t for t, place in zip(self.tokens, self._places, strict=False) if place.contains(point))
        return next(hit, None)
