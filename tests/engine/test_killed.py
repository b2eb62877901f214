"""A run whose process is killed leaves a record and files that can be read."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from studio.engine.checkpoint import read_checkpoint
from studio.engine.runs import list_runs

_RUN = """
import sys
sys.path[:0] = [{root!r}, {here!r}]
from conftest import project_of
from studio.core.project import Setting
from studio.engine.control import Control
from studio.engine.host import serve
from studio.engine.requests import Train
project = project_of("iris", epochs=100_000, schedule=Setting("constant"))
serve(Train(project, {runs!r}), lambda event: None, Control())
"""


@pytest.mark.slow
def test_that_a_killed_run_keeps_its_record_and_its_best_weights(tmp_path: Path) -> None:
    root, here = Path(__file__).parents[2], Path(__file__).parent
    code = _RUN.format(root=str(root), here=str(here), runs=str(tmp_path))
    process = subprocess.Popen([sys.executable, "-c", code])
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            runs = list_runs(tmp_path)
            if runs and len(runs[0].epochs) >= 5:
                break
            time.sleep(0.05)  # another process: there is nothing to wait on
    finally:
        process.kill()
        process.wait()
    (run,) = list_runs(tmp_path)
    assert run.ended == "running"
    assert [line["epoch"] for line in run.epochs] == list(range(len(run.epochs)))
    assert len(run.epochs) >= 5
    assert run.checkpoint is not None
    assert read_checkpoint(run.checkpoint).epoch >= 1
