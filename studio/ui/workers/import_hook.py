"""Keeps PySide6 from reading the source of every module that anybody imports.

PySide6 looks for the words "PySide6" in each imported module's source, to know where its optional
`snake_case` feature is switched on. Lantern uses no such feature. The search doubles the time that
torch takes to import, keeps 100 MB of source text in memory, and breaks pydantic when a thread imports
it (the search touches attributes that pydantic imports on demand).
"""

from __future__ import annotations

import importlib

_SEARCH = "_mod_uses_pyside"


def stop_source_search() -> None:
    """Switches the search off; does nothing where PySide6 has no such search."""
    try:
        feature = importlib.import_module("shibokensupport.feature")
    except ImportError:
        return
    if callable(getattr(feature, _SEARCH, None)):
        setattr(feature, _SEARCH, lambda module: False)
