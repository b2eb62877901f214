"""Takes a list of predictions home: asks where, writes it beside the window, says how it went."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.ui.dialogs.file_dialogs import FileDialogs
from studio.ui.document import Document
from studio.ui.use_step.prediction_list import PredictionList
from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    pass


class ExportPredictions(QObject):
    """Follows the list's wish to be exported."""

    def __init__(
        self, shown: PredictionList, dialogs: FileDialogs, document: Document, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._shown = shown
        self._dialogs = dialogs
        self._document = document
        self._worker = Worker("export of predictions", self, writes=True)
        shown.export_requested.connect(self._on_requested)

    def stop(self) -> None:
        """Waits for the file that is being written."""
        self._worker.stop()

    def _on_requested(self) -> None:
        path = self._document.path
        proposed = f"{path.stem} predictions.csv" if path is not None else "predictions.csv"
        boxes = any(p.boxes is not None for p in self._shown.predictions)
        filters = self.tr("Tables (*.csv)")
        if boxes:
            filters = self.tr("Table, one line a box (*.csv);;COCO (*.json)")
        chosen = self._dialogs.save_file(self._shown, self.tr("Export predictions"), filters, proposed)
        if chosen is None:
            return
        predictions, target, threshold = self._shown.predictions, chosen, self._shown.threshold.value

        def work(progress: object) -> Path:
            from studio.core.safe_write import write_text_atomically
            from studio.engine.detection.found_files import boxes_text
            from studio.engine.prediction_csv import csv_text

            home = boxes_text(predictions, threshold, target.suffix) if boxes else csv_text(predictions)
            write_text_atomically(target, home)
            return target

        self._worker.start(work, self._on_written, lambda sentence, details: self._shown.show_note(sentence))

    def _on_written(self, path: object) -> None:
        self._shown.show_note(self.tr("Exported to “{path}”.").format(path=path))
