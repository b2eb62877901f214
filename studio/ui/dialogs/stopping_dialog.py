"""Ending a run before something else can happen: the window stays alive, and nothing else can be pressed."""

from __future__ import annotations

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QDialog, QLabel, QProgressBar, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui.run_controller import RunController

BRIEF_MS = 300  # what ends sooner needs no words


class StoppingDialog(QDialog):
    """Stays until the run has ended; `accept` is what ends it."""

    def __init__(self, parent: QWidget, begun: bool) -> None:
        """`begun`: something was learnt."""
        super().__init__(parent)
        self.setObjectName("stoppingDialog")
        self.setWindowTitle(self.tr("Stopping"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowFlag(Qt.WindowType.WindowCloseButtonHint, False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        sentence = self.tr("Stopping… This takes a few seconds.")
        if begun:
            sentence += " " + self.tr("What was learnt so far is kept.")
        words = QLabel(sentence, self)
        layout.addWidget(words)
        busy = QProgressBar(self)
        busy.setRange(0, 0)  # nobody knows how long
        busy.setTextVisible(False)
        busy.setAccessibleName(words.text())
        layout.addWidget(busy)

    @override
    def reject(self) -> None:
        """Esc and the window's cross: there is nothing to go back to."""


def stop_and_wait(run: RunController, window: QWidget) -> None:
    """Ends the run and comes back once it has; the window goes on painting meanwhile."""
    if not run.state.active:
        return  # it ended while the question was open
    moment = QEventLoop()
    run.finished.connect(moment.quit)
    run.stop()
    QTimer.singleShot(BRIEF_MS, moment, moment.quit)
    moment.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    run.finished.disconnect(moment.quit)
    if run.state.active:
        dialog = StoppingDialog(window, begun=run.started is not None)
        run.finished.connect(dialog.accept)
        dialog.exec()
        run.finished.disconnect(dialog.accept)
        dialog.deleteLater()
