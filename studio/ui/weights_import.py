"""Weights from elsewhere (a `.pth` state dictionary, plain safetensors) into the open project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from studio.engine.events import Event
    from studio.ui.document import Document
    from studio.ui.run_controller import RunController

WEIGHTS_SUFFIXES = (".pth", ".pt", ".bin")


class WeightsImport:
    """Asks the engine for a checkpoint of the open project with the file's weights, then uses it.

    `failed(sentence, details)` and `done(file name)` are called in the window's thread.
    """

    def __init__(
        self,
        document: Document,
        run: RunController,
        done: Callable[[str], None],
        failed: Callable[[str, str], None],
    ) -> None:
        self._document = document
        self._run = run
        self._done = done
        self._failed = failed

    def begin(self, path: Path) -> None:
        from studio.core.places import user_data
        from studio.engine.requests import ImportWeights

        project = self._document.project
        if project is None:
            self._failed(
                QCoreApplication.translate(
                    "WeightsImport",
                    "“{name}” holds weights, but not the network they belong to. Open or make a project "
                    "with the same network first, then load the weights into it.",
                ).format(name=path.name),
                "",
            )
            return
        folder = user_data() / "imported" / project.id
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._failed(
                QCoreApplication.translate(
                    "WeightsImport",
                    "The weights cannot be kept in “{folder}”: {reason}. Make some room there, then try "
                    "again.",
                ).format(folder=folder.parent, reason=error.strerror or error),
                repr(error),
            )
            return
        output = folder / f"{path.stem}.safetensors"

        def answered(event: Event) -> None:
            self._on_answer(event, path)

        self._run.host.ask(ImportWeights(project, str(path), str(output)), answered, key="import weights")

    def _on_answer(self, event: Event, path: Path) -> None:
        from studio.core.problems import LanternError
        from studio.engine.events import Imported, RequestFailed
        from studio.ui.checkpoints import read_model

        if isinstance(event, RequestFailed):
            self._failed(event.message, event.details)
        elif isinstance(event, Imported):
            try:
                self._run.adopt(replace(read_model(Path(event.path)), loaded=True))
            except LanternError as error:
                self._failed(str(error), "")
                return
            self._done(path.name)
