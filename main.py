"""Starts Lantern: the window, or the command line when given a command."""

from __future__ import annotations

import multiprocessing
import sys
from pathlib import Path

WINDOW_SUFFIXES = (".lantern", ".safetensors")


def main(argv: list[str]) -> int:
    """Without arguments, or with the path of a project or checkpoint, the window; else the command line."""
    if not argv or (len(argv) == 1 and Path(argv[0]).suffix.lower() in WINDOW_SUFFIXES):
        from studio.ui import app

        return app.run(sys.argv, Path(argv[0]) if argv else None)
    from studio import cli

    return cli.main(argv)


if __name__ == "__main__":
    multiprocessing.freeze_support()  # first: a frozen program starts its workers by starting itself
    sys.exit(main(sys.argv[1:]))
