"""What every test stands on: no display, a home of its own, no leftover threads, no Qt warnings."""

from __future__ import annotations

import gc
import itertools
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

# Before anything imports Qt or torch: both read these once.
os.environ["QT_QPA_PLATFORM"] = os.environ.get("LANTERN_TEST_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # spinning threads collapse on a busy machine
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("MKL_NUM_THREADS", "1")
os.environ.setdefault("LANTERN_ENGINE", "window")  # starting a process with torch takes seconds
os.environ["LANTERN_HOME"] = tempfile.mkdtemp(prefix="lantern-tests-")
os.environ["QT_LOGGING_RULES"] = "qt.qpa.fonts=false"  # the offscreen platform has no font database to ask

import pytest

_JOIN_S = 5.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
        # Nothing the program does: the offscreen platform has no sizes to propagate to.
        item.add_marker(
            pytest.mark.qt_log_ignore(
                "This plugin does not support propagateSizeHints", "QFont::setPointSizeF", extend=True
            )
        )


_TESTS_BETWEEN_FULL_ROUNDS = 50  # of the garbage collector: each takes 0.1 to 0.3 s
_rounds = itertools.count(1)


@pytest.fixture(autouse=True)
def garbage_is_collected_in_the_first_thread() -> Iterator[None]:
    """As in the program: a worker's collection must not destroy another test's widgets, which crashes Qt."""
    gc.disable()
    yield
    gc.collect(2 if next(_rounds) % _TESTS_BETWEEN_FULL_ROUNDS == 0 else 1)


@pytest.fixture(autouse=True)
def lantern_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder for settings, recent files and runs; never the user's own."""
    home = tmp_path_factory.mktemp("lantern-home")
    monkeypatch.setenv("LANTERN_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def no_thread_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that leaves a thread running fails, and says which."""
    before = set(threading.enumerate())
    threads_before = set(map(id, _running_qthreads())) if _uses_qt(request) else set()
    yield
    leftover = _still_alive(before)
    if _uses_qt(request):
        from PySide6.QtCore import QThreadPool

        if not QThreadPool.globalInstance().waitForDone(int(_JOIN_S * 1000)):
            leftover.append("QThreadPool.globalInstance()")
        leftover += [repr(t) for t in _running_qthreads() if id(t) not in threads_before]
    if leftover:
        pytest.fail(f"threads left running: {', '.join(leftover)}")


def _uses_qt(request: pytest.FixtureRequest) -> bool:
    return bool({"qtbot", "qapp"} & set(request.fixturenames))


def _still_alive(before: set[threading.Thread]) -> list[str]:
    """Python threads that began in the test and don't end by themselves within a moment."""
    deadline = time.monotonic() + _JOIN_S
    alive = []
    for thread in set(threading.enumerate()) - before:
        if isinstance(thread, threading._DummyThread):
            continue  # a name Python keeps for a foreign thread; QThreads are looked at below
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive() and not _belongs_to_torch(thread):
            alive.append(thread.name)
    return alive


def _belongs_to_torch(thread: threading.Thread) -> bool:
    return thread.daemon and thread.name.startswith(("InductorSubproc", "pydevd"))


def _running_qthreads() -> list[object]:
    from PySide6.QtCore import QThread

    main = QThread.currentThread()
    kinds = _subclasses(QThread)
    running = []
    for thing in gc.get_objects():
        if type(thing) in kinds and thing is not main:
            try:
                if thing.isRunning():
                    running.append(thing)
            except RuntimeError:
                continue  # its C++ side is gone already
    return running


def _subclasses(kind: type) -> set[type]:
    found = {kind}
    for child in kind.__subclasses__():
        found |= _subclasses(child)
    return found
