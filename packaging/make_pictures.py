"""Takes the README's pictures of the real window: uv run python packaging/make_pictures.py

Trains the bundled example with its default recipe (a minute or two) and writes resources/readme/*.png.
Run it again whenever the window has changed its looks.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LANTERN_HOME"] = tempfile.mkdtemp(prefix="lantern-pictures-")

FOLDER = ROOT / "resources" / "readme"
WIDTH, HEIGHT = 1366, 740


def main() -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

    from studio.ui.app import open_window
    from studio.ui.run_state import RunState

    app = QApplication([])
    window = open_window()
    window.resize(WIDTH, HEIGHT)
    FOLDER.mkdir(parents=True, exist_ok=True)

    def look(seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            app.processEvents()
            time.sleep(0.005)  # lets the other threads have Python's lock

    def wait(true: Callable[[], bool]) -> None:
        while not true():
            look(0.1)

    def click(name: str) -> None:
        widget = next(w for w in window.findChildren(QWidget, name) if w.isVisible())
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def take(name: str) -> None:
        look(1.5)
        window.grab().save(str(FOLDER / f"{name}.png"))
        print(f"took {name}.png")

    look(1)
    click("example.fashion-mnist")
    wait(lambda: window.document.dataset is not None)
    take("data")
    click("step.network")
    take("network")
    click("step.train")
    look(0.5)
    click("trainButton")
    wait(lambda: window.run.last_steps is not None and window.run.last_steps.epoch >= 5)
    take("train")
    wait(lambda: window.run.state is RunState.FINISHED)
    click("step.results")
    take("results")
    click("step.use")
    look(0.5)
    dice = next(b for b in window.findChildren(QAbstractButton, "randomSample") if b.isVisible())
    QTest.mouseClick(dice, Qt.MouseButton.LeftButton)
    look(3)
    take("use")
    window.close()
    look(1)


if __name__ == "__main__":
    main()
