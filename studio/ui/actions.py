"""Every menu action as one declarative entry, and the menus that follow from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from studio.ui import theme
from studio.ui.forms.editor import wrapped
from studio.ui.translator import QT_TRANSLATE_NOOP

Menu = Literal["file", "edit", "view", "train", "help"]
Condition = Literal["always", "project", "path", "undo", "redo", "idle", "running", "ready", "weights"]
Key = QKeySequence.StandardKey


@dataclass(frozen=True, slots=True)
class ActionEntry:
    """`handler` is called by this name on the window's handlers; `when` says when it can be used."""

    id: str
    text: str
    menu: Menu
    handler: str
    when: Condition = "always"
    shortcut: Key | str | None = None
    icon: str = ""
    tip: str = ""
    separator: bool = False  # a line above it
    also: tuple[str, ...] = ()  # more keys for the same, where systems differ in their habits


ACTIONS: tuple[ActionEntry, ...] = (
    ActionEntry(
        "actionNew",
        QT_TRANSLATE_NOOP("Actions", "&New project…"),
        "file",
        "new",
        shortcut=Key.New,
        icon="new",
        tip=QT_TRANSLATE_NOOP("Actions", "Go to the welcome page and choose a dataset"),
    ),
    ActionEntry(
        "actionOpen",
        QT_TRANSLATE_NOOP("Actions", "&Open project…"),
        "file",
        "open",
        shortcut=Key.Open,
        icon="open",
        tip=QT_TRANSLATE_NOOP("Actions", "Open a project from a file"),
    ),
    ActionEntry(
        "actionSave",
        QT_TRANSLATE_NOOP("Actions", "&Save"),
        "file",
        "save",
        "project",
        Key.Save,
        "save",
        QT_TRANSLATE_NOOP("Actions", "Save the project into its file"),
        separator=True,
    ),
    ActionEntry(
        "actionSaveAs",
        QT_TRANSLATE_NOOP("Actions", "Save &as…"),
        "file",
        "save_as",
        "project",
        "Ctrl+Shift+S",
        "save-as",
        QT_TRANSLATE_NOOP("Actions", "Save the project into another file"),
    ),
    ActionEntry(
        "actionLoadCheckpoint",
        QT_TRANSLATE_NOOP("Actions", "&Load checkpoint…"),
        "file",
        "load_checkpoint",
        shortcut="Ctrl+Shift+O",
        icon="checkpoint-load",
        separator=True,
        tip=QT_TRANSLATE_NOOP(
            "Actions", "Load a trained network from a file, to use it or to train it further"
        ),
    ),
    ActionEntry(
        "actionSaveCheckpoint",
        QT_TRANSLATE_NOOP("Actions", "Save &checkpoint…"),
        "file",
        "save_checkpoint",
        "weights",
        "Ctrl+Shift+C",
        "checkpoint-save",
        QT_TRANSLATE_NOOP("Actions", "Save the trained network with its weights into a file"),
    ),
    ActionEntry(
        "actionExport",
        QT_TRANSLATE_NOOP("Actions", "&Export…"),
        "file",
        "export",
        "project",
        "Ctrl+E",
        "export",
        QT_TRANSLATE_NOOP(
            "Actions", "Take it home: as a PyTorch script, as ONNX, or as a .pth file with the weights"
        ),
    ),
    ActionEntry(
        "actionClose",
        QT_TRANSLATE_NOOP("Actions", "Close &project"),
        "file",
        "close_project",
        "project",
        Key.Close,
        "close",
        separator=True,
    ),
    ActionEntry(
        "actionQuit", QT_TRANSLATE_NOOP("Actions", "&Quit"), "file", "quit", shortcut="Ctrl+Q", icon="quit"
    ),
    ActionEntry(
        "actionUndo", QT_TRANSLATE_NOOP("Actions", "&Undo"), "edit", "undo", "undo", Key.Undo, "undo"
    ),
    ActionEntry(
        "actionRedo",
        QT_TRANSLATE_NOOP("Actions", "&Redo"),
        "edit",
        "redo",
        "redo",
        Key.Redo,
        "redo",
        also=("Ctrl+Shift+Z", "Ctrl+Y"),
    ),
    ActionEntry(
        "actionCut",
        QT_TRANSLATE_NOOP("Actions", "Cu&t"),
        "edit",
        "cut",
        "project",
        Key.Cut,
        "cut",
        separator=True,
    ),
    ActionEntry(
        "actionCopy", QT_TRANSLATE_NOOP("Actions", "&Copy"), "edit", "copy", "project", Key.Copy, "copy"
    ),
    ActionEntry(
        "actionPaste", QT_TRANSLATE_NOOP("Actions", "&Paste"), "edit", "paste", "project", Key.Paste, "paste"
    ),
    ActionEntry(
        "actionDelete", QT_TRANSLATE_NOOP("Actions", "&Delete"), "edit", "delete", "project", None, "delete"
    ),
    ActionEntry(
        "actionSelectAll",
        QT_TRANSLATE_NOOP("Actions", "Select &all"),
        "edit",
        "select_all",
        "project",
        Key.SelectAll,
    ),
    ActionEntry(
        "actionSettings",
        QT_TRANSLATE_NOOP("Actions", "&Settings…"),
        "edit",
        "settings",
        shortcut="Ctrl+,",
        icon="settings",
        tip=QT_TRANSLATE_NOOP("Actions", "Light or dark, and how much memory pictures may take"),
        separator=True,
    ),
    ActionEntry(
        "actionResetLayout",
        QT_TRANSLATE_NOOP("Actions", "&Reset layout"),
        "view",
        "reset_layout",
        icon="layout",
        tip=QT_TRANSLATE_NOOP("Actions", "Put all panels of this step back where they were at first"),
    ),
    ActionEntry(
        "actionTrain",
        QT_TRANSLATE_NOOP("Actions", "&Train"),
        "train",
        "train",
        "ready",
        "F5",
        "play",
        QT_TRANSLATE_NOOP("Actions", "Start training, or go on where it was paused"),
    ),
    ActionEntry(
        "actionPause", QT_TRANSLATE_NOOP("Actions", "&Pause"), "train", "pause", "running", "F6", "pause"
    ),
    ActionEntry(
        "actionStop",
        QT_TRANSLATE_NOOP("Actions", "&Stop"),
        "train",
        "stop",
        "running",
        "Shift+F5",
        "stop",
        QT_TRANSLATE_NOOP("Actions", "Stop after this batch; a checkpoint is kept"),
    ),
    ActionEntry(
        "actionQuickStart",
        QT_TRANSLATE_NOOP("Actions", "&Quick start"),
        "help",
        "quick_start",
        shortcut="F1",
        icon="help",
    ),
    ActionEntry(
        "actionShortcuts",
        QT_TRANSLATE_NOOP("Actions", "&Keyboard shortcuts"),
        "help",
        "shortcuts",
        icon="keyboard",
    ),
    ActionEntry(
        "actionAbout",
        QT_TRANSLATE_NOOP("Actions", "&About Lantern"),
        "help",
        "about",
        icon="about",
        separator=True,
    ),
)

MENUS: tuple[tuple[Menu, str], ...] = (
    ("file", QT_TRANSLATE_NOOP("Actions", "&File")),
    ("edit", QT_TRANSLATE_NOOP("Actions", "&Edit")),
    ("view", QT_TRANSLATE_NOOP("Actions", "&View")),
    ("train", QT_TRANSLATE_NOOP("Actions", "&Train")),
    ("help", QT_TRANSLATE_NOOP("Actions", "&Help")),
)


class ActionSet(QObject):
    """The QActions of ACTIONS, in their menus, enabled by conditions."""

    def __init__(self, window: QMainWindow, handlers: Mapping[str, Callable[[], None]]) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self._menus: dict[str, QMenu] = {}
        for menu_id, title in MENUS:
            menu = window.menuBar().addMenu(_tr(title))
            menu.setObjectName(f"menu.{menu_id}")
            menu.setToolTipsVisible(True)
            self._menus[menu_id] = menu
        self._recent = QMenu(_tr("Open &recent"), window)
        self._recent.setObjectName("menu.recent")
        self._recent.setToolTipsVisible(True)
        for entry in ACTIONS:
            menu = self._menus[entry.menu]
            if entry.separator:
                menu.addSeparator()
            menu.addAction(self._make(window, entry, handlers[entry.handler]))
            if entry.id == "actionOpen":
                menu.addMenu(self._recent)

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def menu(self, menu_id: Menu) -> QMenu:
        return self._menus[menu_id]

    def enable(self, conditions: Mapping[Condition, bool]) -> None:
        """What holds now decides what can be used."""
        for entry in ACTIONS:
            self._actions[entry.id].setEnabled(entry.when == "always" or conditions.get(entry.when, False))

    def name_undo(self, undo: str, redo: str) -> None:
        """What would be undone: "Undo Add Conv2d"."""
        for action_id, word, what in (
            ("actionUndo", _tr("&Undo"), undo),
            ("actionRedo", _tr("&Redo"), redo),
        ):
            self._actions[action_id].setText(f"{word} {what}".strip())

    def show_recent(self, paths: tuple[Path, ...], open_path: Callable[[Path], None]) -> None:
        """The projects opened last, below "Open"."""
        self._recent.clear()
        for path in paths:
            action = self._recent.addAction(path.stem)
            action.setToolTip(wrapped(str(path)))
            action.triggered.connect(lambda _=False, path=path: open_path(path))
        self._recent.setEnabled(bool(paths))

    def _make(self, window: QMainWindow, entry: ActionEntry, handler: Callable[[], None]) -> QAction:
        action = QAction(_tr(entry.text), window)
        action.setObjectName(entry.id)
        action.setMenuRole(_ROLES.get(entry.id, QAction.MenuRole.NoRole))
        if entry.icon:
            action.setIcon(theme.icon(entry.icon))
        if entry.shortcut is not None:
            keys = [QKeySequence(entry.shortcut), *map(QKeySequence, entry.also)]
            action.setShortcuts(list({key.toString(): key for key in keys}.values()))
        if entry.tip:
            action.setToolTip(_tr(entry.tip))
            action.setStatusTip(_tr(entry.tip))
        action.triggered.connect(lambda _=False: handler())
        self._actions[entry.id] = action
        return action


_ROLES = {"actionQuit": QAction.MenuRole.QuitRole, "actionAbout": QAction.MenuRole.AboutRole}


def _tr(text: str) -> str:
    return QCoreApplication.translate("Actions", text)
