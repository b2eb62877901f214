"""The forms of the Use page, one for each sort of input, made when they are first needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.ui.dialogs.file_dialogs import FileDialogs

if TYPE_CHECKING:
    from studio.ui.use_step.picture_use import PictureUse
    from studio.ui.use_step.row_use import RowUse
    from studio.ui.use_step.text_use import TextUse


class Uses(QObject):
    """Their wishes come out as signals; files are chosen here."""

    made = Signal(QWidget)
    chosen = Signal(list)  # paths
    random_wanted = Signal()
    row_given = Signal(dict)  # a row by column, or {"text": ...}: a string alone might name a file
    texts_given = Signal(list)

    def __init__(self, dialogs: FileDialogs, parent: QWidget) -> None:
        super().__init__(parent)
        self._dialogs = dialogs
        self._window = parent
        self.pictures: PictureUse | None = None
        self.rows: RowUse | None = None
        self.texts: TextUse | None = None

    def of(self, kind: str) -> PictureUse | RowUse | TextUse | None:
        """The one for networks of this kind, if it was made."""
        if kind.startswith("text"):
            return self.texts
        return self.rows if kind.startswith("tabular") else self.pictures

    def picture_use(self) -> PictureUse:
        if self.pictures is None:
            from studio.ui.use_step.picture_use import PictureUse

            self.pictures = PictureUse()
            self.pictures.files_wanted.connect(self._choose_pictures)
            self.pictures.folder_wanted.connect(self._choose_folder)
            self.pictures.random_wanted.connect(self.random_wanted)
            self.made.emit(self.pictures)
        return self.pictures

    def row_use(self) -> RowUse:
        if self.rows is None:
            from studio.ui.use_step.row_use import RowUse

            self.rows = RowUse()
            self.rows.row_given.connect(self.row_given)
            self.rows.file_wanted.connect(self._choose_table)
            self.rows.random_wanted.connect(self.random_wanted)
            self.made.emit(self.rows)
        return self.rows

    def text_use(self) -> TextUse:
        if self.texts is None:
            from studio.ui.use_step.text_use import TextUse

            self.texts = TextUse()
            self.texts.text_given.connect(lambda text: self.row_given.emit({"text": text}))
            self.texts.texts_given.connect(self.texts_given)
            self.texts.file_wanted.connect(self._choose_texts)
            self.texts.random_wanted.connect(self.random_wanted)
            self.made.emit(self.texts)
        return self.texts

    def _choose_pictures(self) -> None:
        from studio.data.pictures.decoding import SUFFIXES
        from studio.ui.use_step.film_frames import SUFFIXES as FILMS

        endings = " ".join(sorted(f"*{suffix}" for suffix in SUFFIXES | FILMS))
        filters = self.tr("Pictures and films ({endings});;All files (*)").format(endings=endings)
        found = self._dialogs.open_files(self._window, self.tr("Choose pictures"), filters)
        self.chosen.emit(list(found))

    def _choose_folder(self) -> None:
        self._give(self._dialogs.open_folder(self._window, self.tr("Folder with pictures")))

    def _choose_table(self) -> None:
        filters = self.tr("Tables (*.csv *.tsv *.tab *.txt *.xlsx *.xlsm *.parquet *.csv.gz);;All files (*)")
        self._give(self._dialogs.open_file(self._window, self.tr("Choose a table"), filters))

    def _choose_texts(self) -> None:
        filters = self.tr("Texts (*.txt *.csv *.tsv *.xlsx *.xlsm *.parquet);;All files (*)")
        self._give(self._dialogs.open_file(self._window, self.tr("Choose a file of texts"), filters))

    def _give(self, path: Path | None) -> None:
        self.chosen.emit([path] if path is not None else [])
