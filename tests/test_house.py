"""The house rules that show only when something is missing: no Qt on servers, no torch in the window."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TORCH_FREE_ENGINE = (
    "control",
    "events",
    "requests",
    "runs",
    "checkpoint_file",
    "threads",
    "host",
    "prediction_csv",
    "detection.found_files",
)


def modules(*rooms: str) -> list[str]:
    """Every module of these rooms, by its full name."""
    paths = [p for room in rooms for p in sorted((ROOT / "studio" / room).rglob("*.py"))]
    names = [".".join(p.relative_to(ROOT).with_suffix("").parts) for p in paths]
    return [name.removesuffix(".__init__") for name in names]


def import_with_blocked(names: list[str], *blocked: str) -> subprocess.CompletedProcess[str]:
    """Imports the modules in a fresh process in which the blocked packages cannot be found."""
    code = (
        "import importlib, sys\n"
        f"for name in {blocked!r}: sys.modules[name] = None\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        f"print('imported', len({names!r}))\n"
    )
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
    )


@pytest.mark.parametrize(
    ("names", "blocked"),
    [
        pytest.param(
            modules("core", "graph", "layers", "optim", "data", "kinds", "engine", "cli"),
            ("PySide6", "pyqtgraph"),
            id="everything but the window runs without Qt",
        ),
        pytest.param(
            modules("core", "graph", "layers", "optim", "data", "kinds", "cli"),
            ("torch", "PySide6"),
            id="everything below the engine runs without torch",
        ),
        pytest.param(
            [f"studio.engine.{name}" for name in TORCH_FREE_ENGINE],
            ("torch",),
            id="what the window takes from the engine needs no torch",
        ),
    ],
)
def test_that_rooms_import_without_what_they_may_not_need(names: list[str], blocked: tuple[str, ...]) -> None:
    result = import_with_blocked(names, *blocked)
    assert result.returncode == 0, result.stderr
    assert result.stdout == f"imported {len(names)}\n"
    assert len(names) >= len(TORCH_FREE_ENGINE)
