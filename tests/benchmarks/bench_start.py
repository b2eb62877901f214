"""How long people wait for the window: from the start of the process to its first painted frame.

    uv run python tests/benchmarks/bench_start.py [--repeats 7]

The real main.py, each time in a fresh process; on the display where there is one, else drawn into memory.
The first start reads everything from the disk and is not counted. The frame has to come within a second and
without torch: that is imported behind it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOAL_S = 1.0
RESULT = "RESULT "


def first_frame(began: float) -> None:
    """In a process of its own: starts the window, tells when it was first painted, and ends."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication

    class FirstPaint(QObject):
        seen = False

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and not self.seen:
                self.seen = True
                QTimer.singleShot(0, tell)  # once everything of this frame has been painted
            return False

    def tell() -> None:
        found = {"seconds": time.time() - began, "torch": "torch" in sys.modules}
        print(RESULT + json.dumps(found), flush=True)
        os._exit(0)  # what it goes on with, importing torch, is not waited for

    def show_and_watch(*_: object) -> int:
        watcher = FirstPaint()
        for widget in QApplication.topLevelWidgets():
            if widget.isVisible():
                widget.installEventFilter(watcher)
        return int(begin_loop())

    begin_loop = QApplication.exec
    QApplication.exec = show_and_watch  # type: ignore[method-assign]
    import main as lantern

    sys.exit(lantern.main([]))


def one_start() -> tuple[float, bool]:
    """(seconds, whether torch had been imported by then)."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        environment["LANTERN_HOME"] = home
        command = [sys.executable, __file__, "--only", str(time.time())]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    for line in done.stdout.splitlines():
        if line.startswith(RESULT):
            found = json.loads(line.removeprefix(RESULT))
            return found["seconds"], found["torch"]
    raise SystemExit(f"The window did not come up:\n{done.stdout}\n{done.stderr}")


def main() -> None:
    parser = argparse.ArgumentParser(description="From the start of the process to the first frame.")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--only", type=float, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        first_frame(arguments.only)
        return
    one_start()
    starts = [one_start() for _ in range(arguments.repeats)]
    seconds = sorted(s for s, _ in starts)
    print(
        f"first frame after {statistics.median(seconds):.2f} s ({seconds[0]:.2f} to {seconds[-1]:.2f}, "
        f"{len(seconds)} starts; goal {GOAL_S} s); torch imported by then: "
        f"{'yes' if any(torch for _, torch in starts) else 'no'}"
    )


if __name__ == "__main__":
    main()
