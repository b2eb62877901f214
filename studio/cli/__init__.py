"""The command line: the same engine and the same project files, without a window."""

from studio.cli.commands import main

__all__ = ["main"]
