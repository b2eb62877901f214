"""The window with chosen answers, as for its own tests."""

from __future__ import annotations

from tests.ui.shell.conftest import answers, window

__all__ = ["answers", "window"]
