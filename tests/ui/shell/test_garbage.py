"""Widgets that refer to themselves are destroyed in the window's thread, whoever else is at work."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from typing import Any

from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from studio.engine.guard import free_memory
from studio.ui.garbage import GarbageCollection


class Busy(QThread):
    """Makes what Python's own collection would be started by, and frees memory as a run does at its end."""

    @override
    def run(self) -> None:
        for _ in range(20):
            rubbish: list[Any] = [[] for _ in range(5000)]
            rubbish.append(rubbish)
        free_memory()


def dropped_widget(destroyed_by: list[str]) -> None:
    widget = QWidget()
    widget.itself = [widget]  # type: ignore[attr-defined]
    QTimer(widget).start(1000)
    weakref.finalize(widget, lambda: destroyed_by.append(threading.current_thread().name))


def test_that_a_worker_never_destroys_a_dropped_widget(qapp: QApplication) -> None:
    collection = GarbageCollection()
    destroyed_by: list[str] = []
    dropped_widget(destroyed_by)
    worker = Busy()
    worker.start()
    assert worker.wait(60_000)
    assert destroyed_by == []
    collection.collect()
    assert destroyed_by == [threading.main_thread().name]
    assert not gc.isenabled()


def test_that_garbage_goes_while_the_window_lives(qtbot: Any) -> None:
    collection = GarbageCollection()
    destroyed_by: list[str] = []
    dropped_widget(destroyed_by)

    def gone() -> bool:
        rubbish: list[Any] = [[] for _ in range(1000)]
        rubbish.append(rubbish)
        collection.look()
        return bool(destroyed_by)

    qtbot.waitUntil(gone, timeout=60_000)
    assert destroyed_by == [threading.main_thread().name]


def test_that_full_rounds_keep_a_distance_a_hundred_times_their_length() -> None:
    collection = GarbageCollection()
    began = time.perf_counter()
    collection.collect()
    took = time.perf_counter() - began
    assert 0 < collection._next_full_s - time.monotonic() <= 100 * took
