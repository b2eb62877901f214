"""How long an epoch takes, kind by kind: the exported script, which is the loop a person would write, against
Lantern, side by side.

    uv run python tests/benchmarks/bench_kinds.py [--repeats 3] [--epochs 4] [--kind object-detection]

Each contestant runs in a process of its own, in turns; the medians' ratios are printed. Both measure the
validation part after each epoch; Lantern also keeps checkpoints, and tells of every step and, for detectors,
of what is found in a few pictures. Nothing here ever fails for being slow.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
DATASETS = {
    "image-classification": "digits",
    "tabular-classification": "penguins",
    "text-classification": "udhr-languages",
    "object-detection": "clothes-scenes",
}
GOAL = 1.05


def project_for(kind: str, epochs: int) -> Any:
    """As Lantern proposes it, on the processor, without an early end."""
    from studio.data.opening import recognise
    from studio.kinds.new_project import new_project

    project = new_project(kind, recognise(DATASETS[kind]))
    return replace(project, recipe=replace(project.recipe, epochs=epochs, patience=None, device="cpu"))


def script(kind: str, epochs: int) -> list[float]:
    """Seconds an epoch of the exported script, by when it tells of each."""
    from studio.engine.export.script import training_script

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.py"
        path.write_text(training_script(project_for(kind, epochs), path.name), encoding="utf-8")
        told = []
        command = [sys.executable, "-u", str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder) as running:
            assert running.stdout is not None
            for line in running.stdout:
                if line.startswith("epoch "):
                    told.append(time.perf_counter())
        if running.returncode:
            raise SystemExit(f"The script for {kind} failed.")
    return [b - a for a, b in pairwise(told)]


def lantern(kind: str, epochs: int) -> list[float]:
    """Seconds an epoch of a run as the command line does it."""
    import json

    from studio.core.project_file import save_project

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.lantern"
        save_project(path, project_for(kind, epochs))
        command = [sys.executable, str(ROOT / "main.py"), "train", str(path), "--json"]
        environment = {**os.environ, "LANTERN_HOME": folder}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    ends = [event["elapsed_s"] for event in events if event["event"] == "epoch_finished"]
    return [b - a for a, b in pairwise(ends)]


def compare(kind: str, repeats: int, epochs: int) -> None:
    """Both in turns; prints the medians and their ratio. The first epoch of each warms up."""
    theirs: list[float] = []
    own: list[float] = []
    for _ in range(repeats):
        theirs += script(kind, epochs)
        own += lantern(kind, epochs)
    slow, fast = statistics.median(theirs), statistics.median(own)
    print(f"{kind} ({DATASETS[kind]}), {len(own)} epochs each")
    print(f"  script   {slow:7.3f} s an epoch")
    print(f"  Lantern  {fast:7.3f} s   {fast / slow:.2f} of it (goal {GOAL})", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Lantern's epochs against those of its exported scripts.")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--kind", choices=DATASETS)
    arguments = parser.parse_args()
    for kind in (arguments.kind,) if arguments.kind else DATASETS:
        compare(kind, arguments.repeats, arguments.epochs)


if __name__ == "__main__":
    main()
