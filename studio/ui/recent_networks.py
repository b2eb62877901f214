"""Looks for trained networks that were never saved, away from the window's thread, and says them in words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QDateTime, QLocale, QObject, Signal

from studio.ui.examples import examples
from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    from studio.ui.left_networks import LeftNetwork


@dataclass(frozen=True, slots=True)
class RecentNetwork:
    """One line of the welcome page."""

    checkpoint: Path
    project_id: str
    text: str


class RecentNetworks(QObject):
    """`look` is answered by `found`, later."""

    found = Signal(tuple)  # of RecentNetwork, the newest first

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = Worker("recent networks", self)

    def look(self) -> None:
        from studio.ui.left_networks import left_networks

        self._worker.start(lambda progress: left_networks(), self._on_found, lambda sentence, details: None)

    def forget(self, project_id: str) -> None:
        """Its files stay, its line goes."""
        from studio.ui.left_networks import unlist

        unlist(project_id)
        self.look()

    def stop(self) -> None:
        """Joins the thread."""
        self._worker.stop()

    def _on_found(self, networks: object) -> None:
        found = cast("tuple[LeftNetwork, ...]", networks)
        self.found.emit(tuple(RecentNetwork(n.checkpoint, n.project_id, self._words(n)) for n in found))

    def _words(self, network: LeftNetwork) -> str:
        names = {example.id: example.name for example in examples()}
        name = names.get(network.location) or Path(network.location).stem or self.tr("Untitled")
        trained = QDateTime.fromSecsSinceEpoch(int(network.trained_s))
        short = QLocale.FormatType.ShortFormat
        today = trained.date() == QDateTime.currentDateTime().date()
        when = QLocale().toString(trained.time() if today else trained.date(), short)
        if network.accuracy is not None:
            how_well = self.tr("{share} % right").format(share=f"{100 * network.accuracy:.0f}")
        elif network.epochs == 1:
            how_well = self.tr("1 epoch")
        else:
            how_well = self.tr("{count} epochs").format(count=network.epochs)
        parts = (name, how_well, when)
        return "  ·  ".join(parts)
