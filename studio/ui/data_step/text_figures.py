"""How long the texts are, how much of them the network reads and knows, and which words tell a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui import theme
from studio.ui.labels import Note
from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    from studio.data.texts.text_dataset import TextDataset
    from studio.data.texts.text_profile import TextProfile

_HEIGHT = 84


class TextFigures(QWidget):
    """Counted beside the window: a million texts take a while."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("textFigures")
        self._worker = Worker("text figures", self)
        self._dataset: TextDataset | None = None
        self._class = ""
        self.profile: TextProfile | None = None
        self.lengths = _Lengths(self)
        self.coverage = Note("", self)
        self.coverage.setObjectName("textCoverage")
        self.words = Note("", self)
        self.words.setObjectName("tellingWords")
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self.coverage)
        column.addWidget(self.words)
        column.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(self.lengths, 2)
        layout.addLayout(column, 3)

    def show_dataset(self, dataset: TextDataset | None) -> None:
        self._dataset, self.profile = dataset, None
        self._show()
        if dataset is None:
            self._worker.cancel()
            return
        self._worker.start(lambda progress: _profile(dataset), self._on_counted, lambda *_: None)

    def show_class(self, name: str) -> None:
        """The words of this class; of all where it is empty."""
        self._class = name
        self._show()

    def stop(self) -> None:
        """Joins the thread."""
        self._worker.stop()

    def _on_counted(self, found: object) -> None:
        self.profile = cast("TextProfile", found)
        self._show()

    def _show(self) -> None:
        profile, dataset = self.profile, self._dataset
        self.setVisible(dataset is not None)
        self.lengths.show_profile(profile, dataset.fitted().tokens if dataset is not None else "words")
        if profile is None or dataset is None:
            self.coverage.setText(self.tr("Counting words…") if dataset is not None else "")
            self.words.setText("")
            return
        self.coverage.setText(self._coverage(profile, dataset.fitted().tokens))
        if self._class:
            words = ", ".join(profile.frequent.get(self._class, ()))
            text = self.tr("Frequent in “{name}”: {words}") if words else ""
        else:
            pairs = [(name, words[0]) for name, words in profile.frequent.items() if words]
            words = ", ".join(f"{name}: {word}" for name, word in pairs[:6])
            text = self.tr("Telling words: {words}") if words else ""
        self.words.setText(text.format(name=self._class, words=words))

    def _coverage(self, profile: TextProfile, tokens: str) -> str:
        pieces = {
            "words": self.tr("words"),
            "characters": self.tr("characters"),
            "byte_pairs": self.tr("byte pairs"),
        }[tokens]
        known = self.tr("The network knows {count} different {pieces}").format(
            count=f"{profile.tokens - 2:,}", pieces=pieces
        )
        if tokens == "byte_pairs" or profile.unknown < 0.0005:
            known += self.tr("; nothing in new texts is unknown to it.")
        else:
            known += self.tr("; {share} of those in new texts are unknown to it.").format(
                share=_percent(profile.unknown)
            )
        if not profile.cut:
            return known + " " + self.tr("Every text is read whole.")
        cut = self.tr(
            "It reads the first {length} of a text: {share} of the texts are longer and are cut off."
        )
        return known + " " + cut.format(length=f"{profile.length:,}", share=_percent(profile.cut))


def _profile(dataset: TextDataset) -> object:
    from studio.data.texts.text_profile import text_profile

    return text_profile(dataset)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"


class _Lengths(QWidget):
    """A histogram of lengths; what is cut off stands behind a dashed line."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._profile: TextProfile | None = None
        self._tokens = "words"
        self.setObjectName("textLengths")
        self.setFixedHeight(_HEIGHT)
        self.setMinimumWidth(140)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.theme().theme_changed.connect(self.update)

    def show_profile(self, profile: TextProfile | None, tokens: str) -> None:
        self._profile, self._tokens = profile, tokens
        self.setAccessibleName(self._title())
        self.update()

    def _title(self) -> str:
        return {
            "words": self.tr("Words in a text"),
            "characters": self.tr("Characters in a text"),
            "byte_pairs": self.tr("Byte pairs in a text"),
        }[self._tokens]

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, _HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = theme.colours()
        line = self.fontMetrics().height()
        painter.setPen(colours.muted)
        painter.drawText(0, self.fontMetrics().ascent(), self._title())
        profile = self._profile
        if profile is None or len(profile.edges) < 2:
            return
        top, bottom = line + 4.0, self.height() - line - 2.0
        first, last = profile.edges[0], profile.edges[-1]
        scale = self.width() / max(1, last - first)
        most = max(1, *profile.bars)
        painter.setPen(Qt.PenStyle.NoPen)
        for bar, start, end in zip(profile.bars, profile.edges, profile.edges[1:], strict=False):
            height = (bottom - top) * bar / most
            painter.setBrush(colours.accent if start < profile.length else colours.muted)
            left, width = (start - first) * scale, max(1.0, (end - start) * scale - 1)
            painter.drawRect(QRectF(left, bottom - height, width, height))
        painter.setPen(colours.muted)
        painter.drawText(QRectF(0, bottom + 1, self.width(), line), Qt.AlignmentFlag.AlignLeft, f"{first:,}")
        painter.drawText(QRectF(0, bottom + 1, self.width(), line), Qt.AlignmentFlag.AlignRight, f"{last:,}")
        if profile.length < last:
            at = (profile.length - first) * scale
            painter.setPen(QPen(colours.text, 1, Qt.PenStyle.DashLine))
            painter.drawLine(round(at), round(top), round(at), round(bottom))
            painter.drawText(
                QRectF(at - 40, bottom + 1, 80, line), Qt.AlignmentFlag.AlignHCenter, f"{profile.length:,}"
            )
