"""Starting: quick, without torch, and with a sentence where there is no display."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from studio.ui.app import no_display

ROOT = Path(__file__).resolve().parents[3]
FIRST_FRAME = """
import sys, time
begin = time.process_time()
sys.argv = ["main.py"]
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
from studio.ui.app import _window
app = QApplication(["lantern"])
window = _window()
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            heavy = {"torch", "torchvision", "pandas"} & set(sys.modules)
            print(f"{time.process_time() - begin:.3f} {sorted(heavy)}", flush=True)
            QTimer.singleShot(0, lambda: (window.shut_down(), app.quit()))
            window.welcome.widget().removeEventFilter(self)
        return False
watch = Watch()
window.welcome.widget().installEventFilter(watch)
window.show()
app.exec()
"""


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **environment},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_that_the_first_frame_comes_quickly_and_without_torch() -> None:
    run(FIRST_FRAME)  # the first start of all compiles the sources
    seconds, heavy = run(FIRST_FRAME).stdout.strip().split(" ", 1)
    assert heavy == "[]"
    # Of the processor: others that keep it busy do not count. 0.4 where a frame comes after half a second.
    assert float(seconds) < 2.5


def test_that_without_a_display_a_sentence_names_the_command_line() -> None:
    environment = {
        k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    done = subprocess.run(
        [sys.executable, "main.py"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.strip() == (
        "Lantern cannot open its window: there is no display here. "
        "Use the command line instead: main.py --help"
    )
    assert done.stdout == ""


def test_that_a_display_that_does_not_answer_is_named() -> None:
    done = run("import sys; from studio.ui import app; sys.exit(app.run(['main.py']))",
               DISPLAY=":987", QT_QPA_PLATFORM="", WAYLAND_DISPLAY="")  # fmt: skip
    assert done.returncode == 2
    assert "main.py --help" in done.stderr
    assert "Traceback" not in done.stderr


def test_that_other_systems_and_platforms_are_not_asked_for_a_display() -> None:
    assert no_display({}, "win32") == ""
    assert no_display({}, "darwin") == ""
    assert no_display({"QT_QPA_PLATFORM": "offscreen"}, "linux") == ""
    assert no_display({}, "linux").startswith("Lantern cannot open its window: there is no display here.")


def test_that_a_few_thousand_qt_calls_lose_no_reference_to_none() -> None:
    code = """
import sys
from PySide6.QtCore import QObject
thing = QObject()
before = sys.getrefcount(None)
for _ in range(5000):
    thing.setParent(None); thing.setObjectName("a"); thing.parent()
print(abs(sys.getrefcount(None) - before))
"""
    assert int(run(code).stdout) < 100
