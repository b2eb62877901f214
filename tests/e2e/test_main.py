"""The real main(), in a process of its own, driven by the mouse."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DRIVER = """
import sys
import main
from studio.ui import app

started = app._continue_after_first_frame

def follow(window, path):
    started(window, path)
    from PySide6.QtCore import QTimer, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QWidget
    from studio.ui.run_state import RunState

    def click(name):
        QTest.mouseClick(window.findChild(QWidget, name), Qt.MouseButton.LeftButton)

    def story():
        click("example.iris")
        yield lambda: window.document.dataset is not None
        click("step.train")
        yield lambda: window.findChild(QWidget, "trainButton").isVisible()
        click("trainButton")
        yield lambda: window.run.state in (RunState.FINISHED, RunState.FAILED)
        print("accuracy", round(window.run.result.metrics["accuracy"], 2), flush=True)
        QTimer.singleShot(0, window.close)  # which asks about the network, since nobody saved it
        yield lambda: window.findChild(QWidget, "trainedQuestion") is not None
        box = window.findChild(QWidget, "trainedQuestion")
        next(b for b in box.buttons() if b.text() == "Discard").click()

    steps = story()
    waiting = [lambda: window.isVisible()]
    timer = QTimer(window)

    def tick():
        if waiting[0]():
            waiting[0] = next(steps, lambda: False)

    timer.timeout.connect(tick)
    timer.start(50)

app._continue_after_first_frame = follow
sys.exit(main.main([]))
"""


def test_that_main_opens_trains_and_closes_without_a_word_of_complaint() -> None:
    done = subprocess.run(
        [sys.executable, "-c", DRIVER], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True,
        timeout=200, check=False,
    )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if "propagateSizeHints" not in line]
    assert said == []
    assert done.returncode == 0
    word, accuracy = done.stdout.split()
    assert word == "accuracy"
    assert float(accuracy) > 0.8


def test_that_a_command_goes_to_the_command_line_without_a_window() -> None:
    done = subprocess.run(
        [sys.executable, "main.py", "list", "kinds"], cwd=ROOT, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert "image-classification" in done.stdout
