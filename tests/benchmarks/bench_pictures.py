"""Pictures at any size: ratios against plain references, measured side by side in one process.

    uv run python tests/benchmarks/bench_pictures.py [index] [samples] [training] [--files 100000]

index: indexing and reopening against a bare walk with os.scandir, and the memory of an index.
samples: from choosing a folder in the window to pictures on screen, then scrolling through it.
training: one epoch of JPEGs of 256x256 that are streamed, against the slower of decoding alone and
training alone; once with all of them fitting into the memory, once with a budget for a tenth.
Without a name, all three. Ratios need a computer at rest; they are printed and never fail a build.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 9
DISTINCT = 300


def make_folder(root: Path, files: int, classes: int, side: int) -> None:
    """Some hundred different pictures, linked under very many names."""
    random = np.random.default_rng(0)
    sources = root.with_name(root.name + " originals")
    sources.mkdir()
    for i in range(DISTINCT):
        suffix = "png" if i % 3 == 0 and side < 200 else "jpg"
        coarse = random.integers(0, 255, (side // 12 + 2, side // 12 + 2, 3)).astype(np.uint8)
        Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC).save(sources / f"{i}.{suffix}")
    originals = sorted(sources.iterdir())
    for number in range(files):
        folder = root / f"class {number % classes}"
        if number < classes:
            folder.mkdir(parents=True)
        original = originals[number * 7 % DISTINCT]
        os.link(original, folder / f"IMG_{number * 37 % (10 * files)}{original.suffix}")


def bare_walk(folder: str) -> int:
    """The reference: what any program needs to see every name once."""
    count = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            count += bare_walk(entry.path) if entry.is_dir() else 1
    return count


def side_by_side(works: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Median seconds of each, one after the other, many times."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()
    for _ in range(rounds):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def bench_index(folder: Path, files: int) -> None:
    import psutil

    from studio.data.opening import open_dataset, recognise
    from studio.data.sources import index_cache
    from studio.data.sources.folder_index import read_folder

    process = psutil.Process()
    read_folder(folder)  # what Python and numpy take for themselves is taken now
    before = process.memory_info().rss
    held = [read_folder(folder) for _ in range(3)]
    growth = (process.memory_info().rss - before) / 3 / files
    del held
    choice = recognise(folder)

    def reopen() -> None:
        index_cache._RECENT.clear()
        open_dataset(choice)

    seconds = side_by_side(
        {"walk": lambda: bare_walk(str(folder)), "index": lambda: read_folder(folder), "reopen": reopen}
    )
    walk = seconds["walk"]
    print(f"{files:,} files; bare scandir walk {1000 * walk:.0f} ms")
    print(f"  indexing   {seconds['index'] / walk:.2f} x the walk  (aim 1.5)")
    print(f"  reopening  {seconds['reopen'] / walk:.3f} x the walk  (aim 0.1)")
    print(f"  memory     {growth:.0f} bytes a file  (aim 300)")


def bench_samples(folder: Path) -> None:
    """In the real window: time to the first pictures, then delays of the event loop while scrolling."""
    from bench_window import DelayMeter, prepare

    prepare()
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    from studio.ui.app import open_window

    app = QApplication.instance() or QApplication(["lantern"])
    window: Any = open_window()
    window.resize(1366, 720)
    loop = QEventLoop()

    def wait(done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 120
        while not done() and time.monotonic() < deadline:
            loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)

    def pause(seconds: float) -> None:
        end = time.monotonic() + seconds
        wait(lambda: time.monotonic() > end)

    def tell(what: str) -> None:
        delays = sorted(meter.delays_s)
        at_99 = delays[int(0.99 * (len(delays) - 1))]
        late = sum(delay > 0.016 for delay in delays)
        print(
            f"  {what}: {late} of {len(delays)} delays over 16 ms, 99th {1000 * at_99:.1f} ms, "
            f"longest {1000 * delays[-1]:.0f} ms"
        )
        meter.delays_s.clear()

    warm: list[bool] = []
    window.host.warmed_up.connect(lambda: warm.append(True))
    window.host.warm_up()
    window.files.new_from("digits")  # the pages exist, numpy and Pillow are there: as after any other data
    wait(lambda: bool(warm) and window.document.dataset is not None)
    pause(1.0)
    meter = DelayMeter()
    meter.start()
    start = time.perf_counter()
    window.files.new_from(str(folder))
    wait(
        lambda: window.document.dataset is not None and window.document.dataset.name_of(0).startswith("class")
    )
    grid = window.page("data").samples.pictures
    wait(lambda: len(grid.model._pictures) >= 20)
    print(f"first pictures of {grid.model.rowCount():,} on screen after "
          f"{1000 * (time.perf_counter() - start):.0f} ms  (aim 300)")  # fmt: skip
    tell("choosing")
    bar = grid.view.verticalScrollBar()
    for step in range(200):
        bar.setValue(bar.maximum() * step // 200)
        pause(0.02)
    tell("dragging the bar from end to end")
    for _ in range(200):
        bar.setValue(bar.value() - 40)
        pause(0.02)
    tell("scrolling line by line")
    for number in (1, 2, 3, 0):
        grid.filter.label.setCurrentIndex(number)
        grid.filter.label.activated.emit(number)
        pause(0.3)
    tell("filtering by class")
    window.document.close_project()
    window.close()
    del app


def bench_training(folder: Path, files: int) -> None:
    from dataclasses import replace

    from studio.core.project import Setting
    from studio.data.opening import open_dataset, recognise
    from studio.data.pictures.decoding_pool import DecodingPool, Task
    from studio.data.pictures.picture_memory import VARIABLE
    from studio.engine.control import Control
    from studio.engine.events import EpochFinished, RunFailed
    from studio.engine.host import serve
    from studio.engine.requests import Train
    from studio.kinds.new_project import infer_kind, new_project

    choice = recognise(folder, {"size": 64})
    assert choice.facts is not None
    choice = replace(choice, splits=replace(choice.splits, train=1.0, validation=0.0, test=0.0))
    project = new_project(infer_kind(choice.facts, choice.source), choice)
    recipe = replace(project.recipe, epochs=2, patience=None, device="cpu", schedule=Setting("constant"))
    project = replace(project, recipe=recipe)

    def run(budget_mib: int) -> list[float]:
        """Seconds of each epoch; training's own are the second ones, with all pictures in memory."""
        os.environ[VARIABLE] = str(budget_mib)
        ends: list[float] = []

        def emit(event: object) -> None:
            if isinstance(event, EpochFinished):
                ends.append(event.elapsed_s)
            if isinstance(event, RunFailed):
                raise SystemExit(event.message)

        with tempfile.TemporaryDirectory() as runs:
            serve(Train(project, runs), emit, Control())
        return [end - start for start, end in zip([0.0, *ends], ends, strict=False)]

    dataset: Any = open_dataset(choice)
    needed_mib = len(dataset) * 3 * 64 * 64 // 2**20 + 1
    run(needed_mib // 10)  # looks at every picture once; figures are known from now on
    pool = DecodingPool()
    start = time.perf_counter()
    pool.finish(pool.start(Task(lambda place: dataset.read(place) is None, len(dataset))))
    decoding = time.perf_counter() - start
    first, training = run(2 * needed_mib)
    streamed = run(needed_mib // 10)[1]
    slower = max(decoding, training)
    print(f"{files:,} JPEGs of 256x256 as 64x64: decoding alone {decoding:.1f} s, training {training:.1f} s")
    print(f"  first epoch, pictures kept as they come  {first / slower:.2f} x the slower  (aim 1.05)")
    print(f"  an epoch with memory for a tenth         {streamed / slower:.2f} x the slower  (aim 1.05)")


def main() -> None:
    parser = argparse.ArgumentParser(description="Pictures: index, first samples, training from disk.")
    parser.add_argument("what", nargs="*", choices=["index", "samples", "training", []], default=[])
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--jpegs", type=int, default=20_000)
    arguments = parser.parse_args()
    wanted = arguments.what or ["index", "samples", "training"]
    with tempfile.TemporaryDirectory() as place:
        os.environ["LANTERN_HOME"] = str(Path(place) / "home")
        small, large = Path(place) / "small", Path(place) / "large"
        if {"index", "samples"} & set(wanted):
            make_folder(small, arguments.files, 20, 96)
            time.sleep(0.3)  # an index of a folder in which somebody works right now is not kept
        if "index" in wanted:
            bench_index(small, arguments.files)
        if "samples" in wanted:
            bench_samples(small)
        if "training" in wanted:
            make_folder(large, arguments.jpegs, 4, 256)
            time.sleep(0.3)
            bench_training(large, arguments.jpegs)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
