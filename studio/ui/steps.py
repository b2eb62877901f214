"""The five steps: their titles, how their pages are made, and what state each is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from studio.ui.document import Document
from studio.ui.run_controller import RunController
from studio.ui.run_state import RunState
from studio.ui.step_bar import Step, StepState
from studio.ui.translator import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from studio.ui.project_files import ProjectFiles

_TITLES = (
    ("data", QT_TRANSLATE_NOOP("Steps", "Data")),
    ("network", QT_TRANSLATE_NOOP("Steps", "Network")),
    ("train", QT_TRANSLATE_NOOP("Steps", "Train")),
    ("results", QT_TRANSLATE_NOOP("Steps", "Results")),
    ("use", QT_TRANSLATE_NOOP("Steps", "Use")),
)
STEP_IDS = tuple(step_id for step_id, _ in _TITLES)


def steps() -> tuple[Step, ...]:
    """In the order in which people go through them."""
    return tuple(Step(step_id, QCoreApplication.translate("Steps", title)) for step_id, title in _TITLES)


def make_page(step_id: str, document: Document, run: RunController, files: ProjectFiles) -> QWidget:
    """Imported here, not above: the first frame shows the welcome page and waits for none of them."""
    if step_id == "data":
        from studio.ui.pages.data_page import DataPage

        return DataPage(document, run.host, files)
    if step_id == "network":
        from studio.ui.pages.network_page import NetworkPage

        return NetworkPage(document, files.dialogs)
    if step_id == "train":
        from studio.ui.pages.train_page import TrainPage

        return TrainPage(document, run, files.dialogs)
    if step_id == "results":
        from studio.ui.pages.results_page import ResultsPage

        return ResultsPage(document, run, files.dialogs, relabelling=files.relabelling)
    from studio.ui.pages.use_page import UsePage
    from studio.ui.use_step.drawn_label import DrawnLabel

    page = UsePage(document, run, files.dialogs)
    DrawnLabel(document, files.relabelling, page.dice, page.uses, page)
    return page


def step_states(document: Document, run: RunController) -> dict[str, StepState]:
    """What each step's badge says."""
    project = document.project
    if project is None:
        return dict.fromkeys(STEP_IDS, "todo")
    errors = [problem for problem in document.problems if problem.severity == "error"]
    of_data = [problem for problem in errors if problem.code.startswith("data-")]
    of_network = document.analysis is not None and not document.analysis.ok
    states: dict[str, StepState] = dict.fromkeys(STEP_IDS, "todo")
    states["data"] = "problem" if of_data else "busy" if document.opening_dataset else _done(project.dataset)
    states["network"] = "problem" if of_network else _done(document.analysis)
    if run.state.active:
        states["train"] = "busy"
    elif run.state is RunState.FAILED:
        states["train"] = "problem"
    else:
        states["train"] = "done" if run.belongs else "todo"
    states["results"] = "done" if run.belongs and not run.state.active else "todo"
    return states


def _done(thing: object) -> StepState:
    return "todo" if thing is None else "done"


def after(step_id: str) -> str:
    """The next step; the last one's next is itself."""
    return STEP_IDS[min(STEP_IDS.index(step_id) + 1, len(STEP_IDS) - 1)]
