"""What is said of lines that are no rows of the table: titles above it, too few or too many cells."""

from __future__ import annotations

from studio.data.dataset import Skipped

MAX_LISTED = 1_000  # bad rows told one by one


def uneven(line: int, cells: int, width: int) -> Skipped:
    return Skipped(f"line {line}", f"It has {cells} cells instead of {width}.")


def title_notes(titles: int) -> list[str]:
    if not titles:
        return []
    lines = "1 line above the table was" if titles == 1 else f"{titles} lines above the table were"
    return [f"{lines} taken for a title or a remark and left out."]


def skipped_notes(skipped: list[Skipped]) -> list[str]:
    """Shortens a long list of bad rows and tells how many there were."""
    if not skipped:
        return []
    rows = "1 row was" if len(skipped) == 1 else f"{len(skipped):,} rows were"
    del skipped[MAX_LISTED:]
    return [f"{rows} left out for having too few or too many cells, the first at {skipped[0].name}."]
