"""Where torch cannot be loaded, everybody is told so in a sentence, at the first try and at later ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BROKEN = """
import sys
from importlib.abc import MetaPathFinder
class Broken(MetaPathFinder):
    tries = 0
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            Broken.tries += 1
            again = "`torch` can only be initialized once per process"
            raise ImportError(again if Broken.tries > 1 else "libtorch_cpu.so: cannot open it")
sys.meta_path.insert(0, Broken())
"""
SAID = "PyTorch, which does the computing, could not be loaded (libtorch_cpu.so: cannot open it). Close"
LATER = "PyTorch, which does the computing, could not be loaded. Close other programs and start"


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BROKEN + code], cwd=ROOT, env={**os.environ}, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip


def test_that_the_command_line_says_that_torch_is_broken() -> None:
    done = run("from studio.cli import main; sys.exit(main(['train', '--demo', '--json']))")
    assert done.returncode == 1, done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert last["event"] == "run_failed"
    assert last["message"].startswith(SAID)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("way", ["training", "asking"])
def test_that_the_window_says_that_torch_is_broken_however_often_it_is_tried(way: str) -> None:
    done = run(f"""
from PySide6.QtCore import QCoreApplication
app = QCoreApplication([])
def training():
    from studio.data.opening import recognise
    from studio.engine.requests import Train
    from studio.kinds.new_project import new_project
    from studio.ui.workers.training_thread import TrainingThread
    thread = TrainingThread(Train(new_project("tabular-classification", recognise("iris")), "runs"))
    thread.run()
    return thread.buffer.drain()[-1].message
def asking():
    from studio.engine.requests import ListDevices
    from studio.ui.workers.engine_host import EngineHost
    host, said = EngineHost(), []
    host.ask(ListDevices(), lambda answer: (said.append(answer.message), app.quit()))
    app.exec()
    host.close()
    return said[0]
for number in range(2):
    print({way}(), flush=True)
""")
    first, second = done.stdout.splitlines()
    assert first.startswith(SAID), done.stderr
    assert second.startswith(LATER), done.stderr
