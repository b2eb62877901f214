"""The table that was read last: a change of what its columns are for must not read the file again."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from studio.data.dataset import Progress
from studio.data.tables.table import Table
from studio.data.tables.table_reading import read_table

_SMALL_BYTES = 1_000_000  # read again in a moment, so nothing is kept


class TableMemory:
    """Holds one table. A file that was changed since is read anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: object = None
        self._table: Table | None = None

    def table(self, path: Path, options: Mapping[str, object], progress: Progress | None = None) -> Table:
        """Raises DataError, Cancelled."""
        try:
            status = path.stat()
        except OSError:
            return read_table(path, options, progress=progress)  # says what is wrong
        if status.st_size < _SMALL_BYTES:
            return read_table(path, options, progress=progress)
        key = (str(path), status.st_size, status.st_mtime_ns, tuple(sorted(options.items())))
        with self._lock:
            if key == self._key and self._table is not None:
                return self._table
        table = read_table(path, options, progress=progress)
        with self._lock:
            self._key, self._table = key, table
        return table


_LAST = TableMemory()


def remembered_table(path: Path, options: Mapping[str, object], progress: Progress | None = None) -> Table:
    """The table in a file, as `read_table` reads it. Raises DataError, Cancelled."""
    return _LAST.table(path, options, progress)
