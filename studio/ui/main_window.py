"""The window: steps on the left, a page in the middle, menus above. It only puts parts together."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QWidget
from typing_extensions import override

from studio.ui import steps
from studio.ui.actions import ActionSet
from studio.ui.arriving_blocks import ArrivingBlocks
from studio.ui.clipboard_actions import ClipboardActions
from studio.ui.dialogs.file_dialogs import FileDialogs, NativeFileDialogs
from studio.ui.dialogs.questions import MessageBoxes, Questions
from studio.ui.document import Document
from studio.ui.examples import examples
from studio.ui.help_actions import HelpActions
from studio.ui.pages.welcome_page import WelcomePage
from studio.ui.project_files import ProjectFiles
from studio.ui.recent_networks import RecentNetworks
from studio.ui.recent_projects import RecentProjects
from studio.ui.run_actions import RunActions
from studio.ui.run_controller import RunController
from studio.ui.run_state import RunState
from studio.ui.status_line import StatusLine
from studio.ui.step_area import StepArea
from studio.ui.step_bar import StepBar
from studio.ui.view_menu import ViewMenu
from studio.ui.window_drops import WindowDrops
from studio.ui.window_memory import WindowMemory
from studio.ui.workers.engine import Engine, place
from studio.ui.workers.engine_host import EngineHost

if TYPE_CHECKING:
    from studio.ui.pages.use_page import UsePage

WELCOME = ""  # the id of no step: the welcome page


class MainWindow(QMainWindow):
    """`show_step` goes to a step; its page is made at its first visit or by `make_all_pages`."""

    step_changed = Signal(str)

    def __init__(self, dialogs: FileDialogs | None = None, questions: Questions | None = None) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setAcceptDrops(True)
        self.setMinimumSize(640, 340)  # a 1366x768 screen at 200 % is 683x384
        self.memory = WindowMemory()
        self.document = Document(self)
        self.host = EngineHost(parent=self, engine=Engine(place()))
        self.run = RunController(self.document, self.host, parent=self)
        self.run.state_changed.connect(lambda: self.document.hold_check(self.run.state.active))
        self.files = ProjectFiles(
            self, self.document, self.run, dialogs or NativeFileDialogs(), questions or MessageBoxes()
        )
        self.recent = RecentProjects(self.memory, self)
        self.networks = RecentNetworks(self)
        self._drops = WindowDrops(self, self.files, self.run, self._use_page, ArrivingBlocks(self).take)
        self._areas: dict[str, StepArea] = {}
        self._current = WELCOME
        self._lay_out()
        self._actions = ActionSet(self, self._handlers())
        self._view = ViewMenu(self, self._actions.menu("view"), self.memory)
        self._follow()
        self.memory.restore_window(self)
        self.recent.tell()
        self._refresh()

    # -- parts --------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.step_bar = StepBar(steps.steps(), self)
        self.welcome = WelcomePage(examples(), self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.welcome)
        middle = QWidget(self)
        layout = QHBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.step_bar)
        layout.addWidget(self.stack, 1)
        self.setCentralWidget(middle)
        self.status = StatusLine(self.document, self.run, self)
        self.setStatusBar(self.status)
        for number, step_id in enumerate(steps.STEP_IDS, start=1):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            shortcut.activated.connect(lambda step_id=step_id: self._on_step_chosen(step_id))

    def _handlers(self) -> dict[str, Callable[[], None]]:
        """What the actions of actions.py do."""
        files = self.files
        run = RunActions(self, self.document, self.run, files, self._train_page, self.status.say)
        clipboard, help_ = ClipboardActions(self.current_page), HelpActions(self)
        return {
            "new": lambda: self.show_step(WELCOME),
            "open": files.open,
            "save": lambda: _ignore(files.save()),
            "save_as": lambda: _ignore(files.save_as()),
            "load_checkpoint": files.load_checkpoint,
            "save_checkpoint": files.save_checkpoint,
            "export": run.export,
            "close_project": self._on_close_project,
            "quit": lambda: _ignore(self.close()),
            "undo": self.document.undo_stack.undo,
            "redo": self.document.undo_stack.redo,
            "cut": clipboard.cut,
            "copy": clipboard.copy,
            "paste": clipboard.paste,
            "delete": clipboard.delete,
            "select_all": clipboard.select_all,
            "reset_layout": self._on_reset_layout,
            "train": run.train,
            "pause": run.pause,
            "stop": run.stop,
            "quick_start": help_.quick_start,
            "shortcuts": help_.shortcuts,
            "about": help_.about,
            "settings": help_.settings,
        }

    def _follow(self) -> None:
        self.step_bar.chosen.connect(self._on_step_chosen)
        self.welcome.example_requested.connect(self.files.new_from)
        self.welcome.more_requested.connect(self.files.new_from_gallery)
        self.welcome.points_requested.connect(self.files.new_from_points)
        self.welcome.folder_requested.connect(self.files.new_from_folder)
        self.welcome.table_requested.connect(self.files.new_from_table)
        self.welcome.collect_requested.connect(self.files.new_from_collected)
        self.welcome.open_requested.connect(self.files.open)
        self.welcome.path_requested.connect(self.files.open_path)
        self.welcome.network_requested.connect(self.files.checkpoints.open_left)
        self.welcome.forget_requested.connect(self.recent.forget)
        self.welcome.forget_network_requested.connect(self.networks.forget)
        self.networks.found.connect(self.welcome.set_networks)
        self.files.opened.connect(lambda: self.show_step("data"))
        self.files.restored.connect(lambda: self.show_step("use"))
        self.files.used.connect(lambda model: self._use_page().use_guest(model))
        self.files.remembered.connect(self.recent.remember)
        self.files.vanished.connect(self.recent.forget)
        self.recent.changed.connect(self.welcome.set_recent)
        self.recent.changed.connect(lambda paths: self._actions.show_recent(paths, self.files.open_path))
        self.files.busy_changed.connect(self.welcome.set_busy)
        self.status.follow_looking(self.files)
        self.files.said.connect(self.status.say)
        doc, run, stack = self.document, self.run, self.document.undo_stack
        for changed in (
            doc.analysis_changed, doc.dataset_changed, doc.dataset_failed, doc.path_changed,
            run.state_changed, run.model_changed, stack.cleanChanged, stack.indexChanged,
        ):  # fmt: skip
            changed.connect(self._refresh)

    # -- steps --------------------------------------------------------------------------------------

    @property
    def current_step(self) -> str:
        """The id of the step that is shown, empty on the welcome page."""
        return self._current

    def current_page(self) -> QWidget | None:
        area = self._areas.get(self._current)
        return area.page if area is not None else None

    def page(self, step_id: str) -> QWidget:
        """The page of a step, made now if it was not yet."""
        return self._area(step_id).page

    def show_step(self, step_id: str) -> None:
        """Goes to a step, or to the welcome page for the empty id."""
        area = self._area(step_id) if step_id else None
        self._current = step_id
        self.stack.setCurrentWidget(area or self.welcome)
        self.step_bar.set_current(step_id)
        self._view.show_toggles(area)
        if area is not None:
            area.page.entered()  # type: ignore[attr-defined]
        else:
            self.networks.look()  # what was just left may be among them
        self._refresh()
        self.step_changed.emit(step_id)

    def make_all_pages(self) -> None:
        """So that the first visit to a step need not wait."""
        for step_id in steps.STEP_IDS:
            self._area(step_id)
        for page in (area.page for area in self._areas.values()):
            if hasattr(page, "make_plots"):
                page.make_plots()

    def make_next_page(self) -> bool:
        """Makes one page that is missing; False when all are there. For idle moments after the start."""
        missing = next((step_id for step_id in steps.STEP_IDS if step_id not in self._areas), None)
        if missing is not None:
            self._area(missing)
        return missing is not None

    def _area(self, step_id: str) -> StepArea:
        if step_id not in self._areas:
            page = steps.make_page(step_id, self.document, self.run, self.files)
            area = StepArea(step_id, page, self)
            page.next_requested.connect(  # type: ignore[attr-defined]
                lambda: self._on_step_chosen(steps.after(step_id))
            )
            for wish, step in (("step_requested", None), ("data_requested", "data")):
                signal = getattr(page, wish, None)  # a problem's place, an empty page's way out
                if signal is not None:
                    signal.connect(partial(self._on_step_chosen, step) if step else self._on_step_chosen)
            self.memory.restore_area(area)
            self._areas[step_id] = area
            self.stack.addWidget(area)
        return self._areas[step_id]

    def _on_step_chosen(self, step_id: str) -> None:
        if self.document.project is not None:
            self.show_step(step_id)
        else:
            self.step_bar.set_current(self._current)

    def _on_close_project(self) -> None:
        if self.files.close_project():
            self.show_step(WELCOME)

    def _train_page(self) -> QWidget:
        self.show_step("train")
        return self.page("train")

    def _use_page(self) -> UsePage:
        self.show_step("use")
        return cast("UsePage", self.page("use"))

    def _on_reset_layout(self) -> None:
        if self._current:
            self._areas[self._current].reset()

    # -- what is known and shown --------------------------------------------------------------------

    def _refresh(self) -> None:
        has_project = self.document.project is not None
        self.setWindowModified(self.document.modified)
        self.setWindowTitle(f"{self.files.name()}[*] — Lantern" if has_project else "Lantern")
        self.step_bar.setEnabled(has_project)
        for step_id, badge in steps.step_states(self.document, self.run).items():
            self.step_bar.set_state(step_id, badge)
        stack, state = self.document.undo_stack, self.run.state
        whole = not any(problem.severity == "error" for problem in self.document.problems)
        self._actions.enable(
            {
                "project": has_project,
                "undo": stack.canUndo(),
                "redo": stack.canRedo(),
                "ready": has_project and (state is RunState.PAUSED or (whole and not state.active)),
                "running": state.active and state is not RunState.STOPPING,
                "weights": self.run.last_checkpoint is not None
                or state in (RunState.RUNNING, RunState.PAUSED),
            }
        )
        self._actions.name_undo(stack.undoText(), stack.redoText())

    # -- the window itself --------------------------------------------------------------------------

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._drops.enter(event)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._drops.drop(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.files.may_leave():
            event.ignore()
            return
        self.memory.keep(self, self._areas.values())
        self.hide()  # a thread that imports torch can be waited for, but not hurried
        self.shut_down()
        event.accept()

    def shut_down(self) -> None:
        """Joins every thread; nothing is asked any more."""
        self.run.close()
        for part in (self.files, self.networks, self.document):
            part.stop()
        for area in self._areas.values():
            stop = getattr(area.page, "stop", None)
            if callable(stop):
                stop()
        self.host.close()


def _ignore(answer: object) -> None:
    """Actions don't care whether something was saved."""
