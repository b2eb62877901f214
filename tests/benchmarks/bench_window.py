"""Training in the real window: seconds an epoch, and how long the window's event loop is held up.

    uv run python tests/benchmarks/bench_window.py [--case mlp] [--epochs 4] [--runs 1]

`measure` is what bench_training.py --window calls. The window is the one that people get, on the display
where there is one, else drawn into memory. PyTorch is warm: that Train has to wait for it on the first
seconds of a first start is another matter (bench_start.py). With `--runs 5` the memory after each run is
printed, too: what a finished run held has to be given back.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studio.core.project import Project
    from studio.ui.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[2]
TICK_MS = 5
FAR_TOO_LONG_S = 900.0


class DelayMeter:
    """A timer that should fire every 5 ms; each time that it comes late is a delay of the event loop."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.delays_s: list[float] = []
        self.at_s: list[float] = []  # when each ended, since the start
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)

    def start(self) -> None:
        self._began = self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _on_tick(self) -> None:
        now = time.perf_counter()
        self.delays_s.append(max(0.0, now - self._last - TICK_MS / 1000))
        self.at_s.append(now - self._began)
        self._last = now


class Bench:
    """One window with one project in it, ready to train."""

    def __init__(self, project: Project) -> None:
        from PySide6.QtCore import QEventLoop
        from PySide6.QtWidgets import QApplication

        from studio.ui.app import open_window

        self._app = QApplication.instance() or QApplication(["lantern"])
        self._loop = QEventLoop()
        self.window: MainWindow = open_window()
        self.window.resize(1366, 720)
        warm: list[bool] = []
        self.window.host.warmed_up.connect(lambda: warm.append(True))
        self.window.host.warm_up()
        self.window.document.open_project(project, None)
        self.window.show_step("train")
        self.wait(lambda: bool(warm) and self.window.document.dataset is not None)
        self.wait_s(0.5)  # the first paint and the previews are done

    def wait(self, done: Callable[[], bool]) -> None:
        """Lets the window live until `done`."""
        from PySide6.QtCore import QEventLoop

        deadline = time.monotonic() + FAR_TOO_LONG_S
        while not done():
            if time.monotonic() > deadline:
                raise SystemExit("The window did not get there in time.")
            self._loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def wait_s(self, seconds: float) -> None:
        from PySide6.QtCore import QTimer

        over: list[bool] = []
        QTimer.singleShot(round(1000 * seconds), lambda: over.append(True))
        self.wait(lambda: bool(over))

    def train(self, metered: bool = True) -> dict[str, Any]:
        """Presses Train and waits for the end. `metered`: also measures delays, which slows the training:
        200 times a second the timer takes Python's lock away from it (10 % of the 784-128-10 network)."""
        from PySide6.QtWidgets import QPushButton

        from studio.engine.events import EpochFinished

        run = self.window.run
        ends_s: list[float] = []
        over: list[bool] = []

        def note(events: list[Any]) -> None:
            ends_s.extend(event.elapsed_s for event in events if isinstance(event, EpochFinished))

        def finished() -> None:
            over.append(True)

        run.events_arrived.connect(note)
        run.finished.connect(finished)
        names = ("startAgainButton", "trainButton")  # the first is there after a stopped run only
        buttons = [self.window.page("train").findChild(QPushButton, name) for name in names]
        button = next(b for b in buttons if b is not None and b.isVisible() and b.isEnabled())
        meter = DelayMeter()
        if metered:
            meter.start()
        button.click()
        self.wait(lambda: bool(over))
        meter.stop()
        run.events_arrived.disconnect(note)
        run.finished.disconnect(finished)
        if run.failure is not None:
            raise SystemExit(run.failure.message + "\n" + run.failure.details)
        epochs_s = [b - a for a, b in zip([0.0, *ends_s], ends_s, strict=False)]
        return {"epochs_s": epochs_s, "delays_s": meter.delays_s, "at_s": meter.at_s}

    def close(self) -> None:
        self.window.document.close_project()  # nothing unsaved, so nothing is asked
        self.window.close()


def prepare() -> None:
    """Before Qt and torch: memory instead of a display where there is none."""
    from studio.engine.threads import prepare_process

    prepare_process()
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def measure(project: Project, metered: bool) -> dict[str, Any]:
    """`epochs_s`: seconds of each epoch; `delays_s`: of the event loop, from pressing Train on, if
    `metered`."""
    prepare()
    bench = Bench(project)
    answer = bench.train(metered)
    bench.close()
    return answer


def resident_mib() -> float:
    import psutil

    return float(psutil.Process().memory_info().rss) / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description="Training in the window: epochs, delays, memory.")
    parser.add_argument("--case", default="mlp")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--runs", type=int, default=1)
    arguments = parser.parse_args()
    from bench_training import project_for

    prepare()
    with tempfile.TemporaryDirectory() as home:
        os.environ["LANTERN_HOME"] = home
        bench = Bench(project_for(arguments.case, arguments.epochs))
        print(f"ready: {resident_mib():.0f} MiB")
        for number in range(1, arguments.runs + 1):
            answer = bench.train()
            bench.wait_s(1)
            delays = sorted(answer["delays_s"])
            share = sum(delay < 0.02 for delay in delays) / len(delays)
            at_99 = delays[int(0.99 * (len(delays) - 1))]
            print(
                f"run {number}: epochs {' '.join(f'{s:.2f}' for s in answer['epochs_s'])} s, "
                f"{share:.2%} of {len(delays)} delays under 20 ms, 99th {1000 * at_99:.1f} ms, "
                f"longest {1000 * delays[-1]:.0f} ms, then {resident_mib():.0f} MiB"
            )
            worst = sorted(zip(answer["delays_s"], answer["at_s"], strict=True), reverse=True)[:8]
            print("   longest: " + ", ".join(f"{1000 * d:.0f} ms at {at:.1f} s" for d, at in worst))
        bench.close()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
