"""Starts the window: checks that there is a display, shows the first frame, warms up behind it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Qt is imported once it is known that there is a display
    from PySide6.QtWidgets import QApplication

    from studio.ui.dialogs.file_dialogs import FileDialogs
    from studio.ui.dialogs.questions import Questions
    from studio.ui.main_window import MainWindow

WRONG_USAGE = 2
_NEXT_PAGE_MS = 30  # between the pages that are made after the first frame


def run(argv: Sequence[str], path: Path | None = None) -> int:
    """The window until it is closed. Returns the exit code; 2 without a display, after a sentence."""
    trouble = no_display(os.environ, sys.platform)
    if trouble:
        print(trouble, file=sys.stderr)
        return WRONG_USAGE

    from PySide6.QtWidgets import QApplication

    QApplication.setApplicationName("Lantern")
    QApplication.setApplicationDisplayName("")  # the window writes its own title
    QApplication.setDesktopFileName("lantern")
    app = QApplication([*argv[:1]] or ["lantern"])
    window = _window()
    window.memory.fit_to_screen(window)
    window.show()
    _let_python_hear_ctrl_c(app, window)
    _continue_after_first_frame(window, path)
    return int(app.exec())


def open_window(
    path: Path | str | None = None,
    dialogs: FileDialogs | None = None,
    questions: Questions | None = None,
    all_pages: bool = True,
) -> MainWindow:
    """The whole window, shown, in a running QApplication: for tests and scripts.

    Args: path: a project, a checkpoint, a folder or a table to open in it. `dialogs`, `questions`:
    answers in place of the system's dialogs (studio.ui.dialogs.file_dialogs, .questions).
    `all_pages`: make those of all five steps now, not at their first visit.
    Returns: MainWindow.
    """
    window = _window(dialogs, questions)
    if all_pages:
        window.make_all_pages()
    window.show()
    window.networks.look()
    if path is not None:
        window.files.open_path(Path(path))
    return window


def no_display(environ: Mapping[str, str], platform: str) -> str:
    """Why no window can be shown, in a sentence that names the way out; empty where one can.

    Asked before Qt is: Qt would abort the process.
    """
    if not platform.startswith("linux"):
        return ""
    chosen = environ.get("QT_QPA_PLATFORM", "")
    if chosen and not chosen.startswith(("xcb", "wayland")):
        return ""  # offscreen, vnc, ...: somebody knows what they want
    way_out = "Use the command line instead: main.py --help"
    if not environ.get("DISPLAY") and not environ.get("WAYLAND_DISPLAY"):
        return f"Lantern cannot open its window: there is no display here. {way_out}"
    on_wayland = bool(environ.get("WAYLAND_DISPLAY")) and not chosen.startswith("xcb")
    if not on_wayland and _library("libxcb-cursor.so.0") is None:
        return (
            "Lantern cannot open its window: the system library “libxcb-cursor” is missing. "
            f"Install the package libxcb-cursor0 (Fedora: xcb-util-cursor). {way_out}"
        )
    if not on_wayland and not _x_server_answers(environ["DISPLAY"]):
        return (
            f"Lantern cannot open its window: the display “{environ['DISPLAY']}” does not answer. {way_out}"
        )
    return ""


def _x_server_answers(display: str) -> bool:
    """Opens and closes a connection with the library that Qt itself uses; True where that is missing."""
    xcb = _library("libxcb.so.1")
    if xcb is None:
        return True  # Qt has its own words for that
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    broken = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not broken


def _library(name: str) -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(name)
    except OSError:
        return None


def _window(dialogs: FileDialogs | None = None, questions: Questions | None = None) -> MainWindow:
    from PySide6.QtWidgets import QApplication

    from studio.ui import theme
    from studio.ui.garbage import GarbageCollection
    from studio.ui.main_window import MainWindow
    from studio.ui.translator import install_translations

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    if app.property("lantern") is None:
        app.setProperty("lantern", True)
        GarbageCollection(app)
        install_translations(app)
        theme.theme()
        app.setWindowIcon(theme.icon("lantern", theme.colours().accent))
    return MainWindow(dialogs, questions)


def _continue_after_first_frame(window: MainWindow, path: Path | None) -> None:
    """Opens what was asked for, makes the pages one by one, then lets the host import torch."""
    from PySide6.QtCore import QTimer

    def next_page() -> None:
        if window.make_next_page():
            QTimer.singleShot(_NEXT_PAGE_MS, window, next_page)
        else:
            window.host.warm_up()

    def begin() -> None:
        if path is not None:
            window.files.open_path(path)
        next_page()
        window.networks.look()

    QTimer.singleShot(0, window, lambda: QTimer.singleShot(_NEXT_PAGE_MS, window, begin))


def _let_python_hear_ctrl_c(app: QApplication, window: MainWindow) -> None:
    """Ctrl+C in the terminal closes the window; Python only hears it while Python code runs."""
    from PySide6.QtCore import QTimer

    signal.signal(signal.SIGINT, lambda *_: window.close())
    heartbeat = QTimer(app)
    heartbeat.timeout.connect(lambda: None)
    heartbeat.start(500)
