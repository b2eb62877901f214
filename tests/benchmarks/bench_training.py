"""How long an epoch takes: the textbook loop against Lantern, side by side.

    uv run python tests/benchmarks/bench_training.py [--repeats 5] [--epochs 3] [--window]

Each contestant runs in a process of its own, in turns, on the bundled Fashion-MNIST at batch size 64; the
medians' ratios are printed. The textbook loop prepares each sample by itself (ToTensor, Normalize) in a
DataLoader and reads `loss.item()` at every step; it gets the number of threads that is best for it, because
with torch's own choice it collapses whenever something else runs. Lantern's epochs have the validation in
them, too.
With `--window`, Lantern also trains with its window open, once as it is, and once more while the delays of
the window's event loop are measured: measuring them costs time of its own. Nothing here ever fails for
being slow.
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
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CASES = {"mlp": "784-128-10", "small-cnn": "small CNN"}
GOALS = {"mlp": 0.2, "small-cnn": 0.7}  # of the textbook epoch, headless
RESULT = "RESULT "


def project_for(case: str, epochs: int) -> Any:
    """The bundled Fashion-MNIST with a template's network; Adam, batch size 64, no extras."""
    from studio.core.project import Setting
    from studio.data.opening import recognise
    from studio.kinds.new_project import new_project

    project = new_project("image-classification", recognise("fashion-mnist"), case)
    recipe = replace(
        project.recipe,
        optimizer=Setting("adam", {"lr": 1e-3}),
        schedule=Setting("constant"),
        batch_size=64,
        epochs=epochs,
        patience=None,
        clip_norm=None,
        device="cpu",
    )
    assert project.dataset is not None
    return replace(project, recipe=recipe, dataset=replace(project.dataset, augmentations=()))


def textbook(case: str, epochs: int) -> list[float]:
    """Seconds an epoch, as tutorials write it. The same network, from the same generated source."""
    from studio.engine.threads import physical_cores, prepare_process

    prepare_process()
    import numpy as np
    import torch
    from PIL import Image
    from torch import nn
    from torch.utils.data import DataLoader, Dataset

    from studio.data.opening import open_dataset
    from studio.engine.building import build_network
    from studio.kinds.catalogue import KINDS

    project = project_for(case, epochs)
    opened = open_dataset(project.dataset)
    samples, split = opened.samples(), opened.split()
    mean, std = (torch.tensor(opened.preprocessing()[name]) for name in ("mean", "std"))

    class Pictures(Dataset):  # type: ignore[type-arg]
        def __len__(self) -> int:
            return len(split.train)

        def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
            row = split.train[index]
            picture = Image.fromarray(samples.inputs[row, 0])  # as torchvision's datasets do
            tensor = torch.from_numpy(np.array(picture, copy=True)).view(28, 28, 1)
            tensor = tensor.permute(2, 0, 1).contiguous().to(torch.float32).div(255)  # ToTensor
            tensor = tensor.clone().sub_(mean.view(-1, 1, 1)).div_(std.view(-1, 1, 1))  # Normalize
            return tensor, int(samples.targets[row])

    torch.set_num_threads(1 if case == "mlp" else physical_cores())
    torch.manual_seed(0)
    _, model = build_network(project, KINDS[project.kind], opened.facts)
    loader = DataLoader(Pictures(), batch_size=64, shuffle=True)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    times = []
    for _ in range(epochs):
        began = time.perf_counter()
        running = 0.0
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss = criterion(model(inputs), targets)
            loss.backward()
            optimizer.step()
            running += loss.item()
        times.append(time.perf_counter() - began)
    return times


def lantern(case: str, epochs: int) -> list[float]:
    """Seconds an epoch of a run as the command line does it, validation included."""
    from studio.engine.heap import keep_freed_memory
    from studio.engine.threads import prepare_process

    prepare_process()
    keep_freed_memory()
    from studio.engine.control import Control
    from studio.engine.events import EpochFinished, Event, RunFailed
    from studio.engine.host import serve
    from studio.engine.requests import Train

    finished: list[float] = []

    def note(event: Event) -> None:
        if isinstance(event, EpochFinished):
            finished.append(event.elapsed_s)
        if isinstance(event, RunFailed):
            raise SystemExit(event.message + "\n" + event.details)

    with tempfile.TemporaryDirectory() as folder:
        serve(Train(project_for(case, epochs), folder), note, Control())
    return [b - a for a, b in zip([0.0, *finished], finished, strict=False)]


def lantern_with_window(case: str, epochs: int) -> list[float]:
    """The same run started by the window's Train button."""
    import bench_window  # beside this file; it knows Qt, this file does not

    times: list[float] = bench_window.measure(project_for(case, epochs), metered=False)["epochs_s"]
    return times


def window_delays(case: str, epochs: int) -> list[float]:
    """The same again: how late, in seconds, the window's event loop comes to a timer."""
    import bench_window

    delays: list[float] = bench_window.measure(project_for(case, epochs), metered=True)["delays_s"]
    return delays


def in_own_process(contestant: str, case: str, epochs: int) -> Any:
    """Runs one contestant in a fresh process and returns what it prints after RESULT."""
    command = [sys.executable, __file__, "--only", contestant, "--case", case, "--epochs", str(epochs)]
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "LANTERN_HOME": home}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    for line in done.stdout.splitlines():
        if line.startswith(RESULT):
            return json.loads(line.removeprefix(RESULT))
    raise SystemExit(f"{contestant} {case} gave no result:\n{done.stdout}\n{done.stderr}")


def compare(case: str, repeats: int, epochs: int, window: bool) -> None:
    """Runs the contestants in turns and prints the medians and their ratios."""
    book: list[float] = []
    own: list[float] = []
    open_: list[float] = []
    delays: list[float] = []
    for _ in range(repeats):
        book += in_own_process("textbook", case, epochs)[1:]  # the first epoch warms up
        own += in_own_process("lantern", case, epochs)[1:]
        if window:
            open_ += in_own_process("window", case, epochs)[1:]
            delays += in_own_process("delays", case, epochs)
    slow, fast = statistics.median(book), statistics.median(own)
    print(f"{CASES[case]}, {len(own)} epochs each")
    print(f"  textbook loop      {slow:7.3f} s an epoch")
    print(f"  Lantern, headless  {fast:7.3f} s   {fast / slow:.2f} of it (goal {GOALS[case]})")
    if open_:
        seen = statistics.median(open_)
        print(f"  Lantern, window    {seen:7.3f} s   {seen / fast - 1:+.0%} on headless (goal +15%)")
    if delays:
        delays.sort()
        share = sum(delay < 0.02 for delay in delays) / len(delays)
        at_99 = delays[int(0.99 * (len(delays) - 1))]
        print(f"  event loop: {share:.1%} of delays under 20 ms, 99th {1000 * at_99:.1f} ms (goal 99%)")


def main() -> None:
    parser = argparse.ArgumentParser(description="Lantern's training speed against the textbook loop.")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--case", choices=CASES)
    parser.add_argument("--window", action="store_true", help="also with the window open")
    parser.add_argument("--only", choices=("textbook", "lantern", "window", "delays"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        contestants = {
            "textbook": textbook,
            "lantern": lantern,
            "window": lantern_with_window,
            "delays": window_delays,
        }
        result = contestants[arguments.only](arguments.case, arguments.epochs)
        print(RESULT + json.dumps(result))
        return
    for case in [arguments.case] if arguments.case else CASES:
        compare(case, arguments.repeats, arguments.epochs, arguments.window)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
