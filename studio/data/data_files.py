"""Single files with data in a folder: what people mean by a folder, or an archive, that holds no pictures."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from studio.data.dataset import DataError

TABLES = frozenset({".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".parquet", ".pq"})
OTHERS = frozenset({".jsonl", ".ndjson", ".json", ".npz"})
_PACKED = (".csv.gz", ".tsv.gz")
_TO_LEARN = frozenset({"train", "training", "train_data", "training_data"})  # the one of several to take
_NAMED = 4


def data_files(folder: Path) -> tuple[Path, ...]:
    """Those directly in a folder, in order; not what Lantern itself wrote beside data. Never raises."""
    found = []
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            name = entry.name.lower()
            ours = ".lantern." in name or name.startswith((".", "~$"))
            wanted = Path(name).suffix in TABLES | OTHERS or name.endswith(_PACKED)
            if wanted and not ours and entry.is_file():
                found.append(Path(entry.path))
    return tuple(sorted(found))


def only_data_file(folder: Path) -> Path | None:
    """The only one, or the one of several that is called “train”."""
    found = data_files(folder)
    if len(found) > 1:
        found = tuple(path for path in found if path.name.split(".")[0].casefold() in _TO_LEARN)
    return found[0] if len(found) == 1 else None


def choose_one_of(folder: Path) -> DataError | None:
    """What to say of a folder with several; None where there are none."""
    found = data_files(folder)
    if len(found) < 2:
        return None
    names = ", ".join(f"“{path.name}”" for path in found[:_NAMED]) + (", …" if len(found) > _NAMED else "")
    return DataError(
        f"“{folder.name}” holds no pictures, but {len(found):,} files with data: {names}. A project learns "
        "from one of them: choose that file.",
        "structure",
    )
