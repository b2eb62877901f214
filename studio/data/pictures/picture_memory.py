"""How much memory decoded pictures may take."""

from __future__ import annotations

import os

from studio.core.settings import load_settings

MEMORY_SHARE = 0.4  # of the free memory; training needs some, too
VARIABLE = "LANTERN_PICTURE_MEMORY"  # MiB; for servers and tests


def picture_budget() -> int:
    """Bytes that decoded pictures may take: LANTERN_PICTURE_MEMORY or the setting `picture_memory_mib`
    where one is given, else a share of what is free."""
    given = _given()
    if given:
        return given * 2**20
    import psutil  # a tenth of a second that the window's start does not need

    return int(psutil.virtual_memory().available * MEMORY_SHARE)


def _given() -> int:
    text = os.environ.get(VARIABLE, "").strip()
    if text.isdecimal() and int(text) > 0:
        return int(text)
    return max(0, load_settings().picture_memory_mib)
