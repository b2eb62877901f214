"""Takes a list of predictions home: asks where, writes it beside the window, says how it went."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.ui.dialogs.file_dialogs import FileDialogs
from studio.ui.document import Document
from studio.ui.use_step.prediction_list import PredictionList
from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    from studio.engine.events import Prediction


class ExportPredictions(QObject):
    """Follows the list's wish to be exported."""

    def __init__(
        self, shown: PredictionList, dialogs: FileDialogs, document: Document, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._shown = shown
        self._dialogs = dialogs
        self._document = document
        self._worker = Worker("export of predictions", self)
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
        predictions, target = self._shown.predictions, chosen

        def work(progress: object) -> Path:
            from studio.core.safe_write import write_text_atomically
            from studio.ui.use_step.prediction_csv import csv_text

            write_text_atomically(target, _text(predictions, target) if boxes else csv_text(predictions))
            return target

        self._worker.start(work, self._on_written, lambda sentence, details: self._shown.show_note(sentence))

    def _on_written(self, path: object) -> None:
        self._shown.show_note(self.tr("Exported to “{path}”.").format(path=path))


def _text(predictions: Sequence[Prediction], target: Path) -> str:
    """Boxes as the file's ending asks for them."""
    from studio.ui.use_step.found_boxes import THRESHOLD, boxes_coco, boxes_csv

    write = boxes_coco if target.suffix.lower() == ".json" else boxes_csv
    return write(predictions, THRESHOLD)
