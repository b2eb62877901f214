"""How much memory decoded pictures may take."""

from __future__ import annotations

import os

from studio.core.settings import load_settings

MEMORY_SHARE = 0.4  # of the free memory; training needs some, too
VARIABLE = "LANTERN_PICTURE_MEMORY"  # MiB; for servers and tests


def picture_budget() -> int:
    """Bytes that decoded pictures may take: LANTERN_PICTURE_MEMORY or the setting `picture_memory_mib`
    where one is given, else a share of what is free."""
    given = given_by_variable() or max(0, load_settings().picture_memory_mib)
    return given * 2**20 if given else automatic_budget()


def automatic_budget() -> int:
    """Bytes, where nobody said how many: a share of what is free now."""
    import psutil  # a tenth of a second that the window's start does not need

    return int(psutil.virtual_memory().available * MEMORY_SHARE)


def given_by_variable() -> int:
    """MiB; 0 where the variable says nothing."""
    text = os.environ.get(VARIABLE, "").strip()
    return int(text) if text.isdecimal() else 0
