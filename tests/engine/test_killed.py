"""A run whose process is killed leaves a record, and files from which training goes on."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from studio.core.project import Setting
from studio.engine import saving
from studio.engine.checkpoint import read_checkpoint
from studio.engine.metrics import ClassTally
from studio.engine.runs import RunRecord, list_runs, new_run_folder
from studio.engine.saving import Saver
from studio.engine.session import open_session

from .conftest import Run, finished, losses_of, project_of

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


def test_that_a_run_killed_in_its_first_seconds_goes_on_as_if_it_had_not_been(
    tmp_path: Path, run: Run
) -> None:
    root, here = Path(__file__).parents[2], Path(__file__).parent
    code = _RUN.format(root=str(root), here=str(here), runs=str(tmp_path / "killed"))
    process = subprocess.Popen([sys.executable, "-c", code])
    saved = None
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None and saved is None:
            saved = next((tmp_path / "killed").glob("*/last.safetensors"), None)
            time.sleep(0.05)  # another process: there is nothing to wait on
    finally:
        process.kill()
        process.wait()
    (killed,) = list_runs(tmp_path / "killed")
    assert killed.ended == "running"
    assert [line["epoch"] for line in killed.epochs] == list(range(len(killed.epochs)))
    assert saved is not None
    checkpoint = read_checkpoint(saved)
    assert checkpoint.state is not None

    to_the_end = project_of("iris", epochs=checkpoint.epoch + 2, schedule=Setting("constant"))
    resumed = losses_of(run(to_the_end, resume_from=str(saved)))
    uninterrupted = run(dataclasses.replace(to_the_end, id="another"))
    assert finished(uninterrupted).steps == checkpoint.step + len(resumed)
    assert losses_of(uninterrupted)[checkpoint.step :] == resumed


def test_that_checkpoints_come_soon_at_first_and_never_take_much_of_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, takes_s = 100.0, 0.0
    monkeypatch.setattr(saving, "time", SimpleNamespace(monotonic=lambda: now))

    def write(*_: object) -> None:
        nonlocal now
        now += takes_s

    monkeypatch.setattr(saving, "write_checkpoint", write)
    session = open_session(project_of("iris"), lambda fraction: True)
    saver = Saver(session, tmp_path, lambda event: None, RunRecord(tmp_path))
    tally = session.tally()
    assert isinstance(tally, ClassTally)

    def seconds_until_due() -> float:
        nonlocal now
        saved_at = now
        while not saver.autosave_due():
            now += 0.25
        return now - saved_at

    waits = [seconds_until_due()]
    for _ in range(6):
        saver.save("last", tally)
        waits.append(seconds_until_due())
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]

    slow = Saver(session, tmp_path, lambda event: None, RunRecord(tmp_path))
    takes_s = 0.25
    slow.save("last", tally)
    saver = slow
    assert seconds_until_due() == 12.5  # 2 % of it is the quarter of a second


def test_that_the_next_run_removes_what_a_killed_one_left_half_written(tmp_path: Path) -> None:
    earlier = new_run_folder(tmp_path)
    half, whole = earlier / ".last-0123abcd.tmp", earlier / "last.safetensors"
    for path in (half, whole):
        path.write_bytes(b"weights")
        os.utime(path, (0, 0))
    new_run_folder(tmp_path)
    assert list(earlier.iterdir()) == [whole]
