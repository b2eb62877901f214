"""Pictures below a folder, found again by whatever a table calls them: path, file name, or name alone."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable
from pathlib import Path

from studio.data.pictures.decoding import SUFFIXES

MAX_DEPTH = 4  # of folders below the table's; deeper belongs to something else
LOOKED_AT = 20_000  # names, to tell whether there are such pictures at all


class PictureNames:
    """`files`: paths relative to `home`, with "/" between the parts, in order of their code points."""

    def __init__(self, home: Path, most: int | None = None) -> None:
        self.home = home
        self.files = tuple(sorted(pictures_below(home, most)))
        self._exact = frozenset(self.files)
        self._places: dict[str, str | None] = {}
        for way in (_whole, _without_suffix, _last, _stem):  # the more a name says, the more it counts
            found: dict[str, str | None] = {}
            for file in self.files:
                key = way(file)
                found[key] = None if key in found else file  # two of that name: it tells neither
            for key, named in found.items():
                self._places.setdefault(key, named)

    def exact(self, file: str) -> str | None:
        """The file of exactly this path, with or without its ending."""
        if file in self._exact:
            return file
        found = self._places.get(file.casefold())
        return found if found is not None and _without_suffix(found) == file.casefold() else None

    def find(self, cell: str) -> str | None:
        """The file that a cell names; None where there is none, or more than one."""
        name = cell.strip().replace("\\", "/").removeprefix("./").casefold()
        if not name:
            return None
        if name in self._places:
            return self._places[name]
        last = _last(name)  # a path of the computer that the table was made on
        return self._places.get(last) if "/" in name else None

    def share(self, cells: Iterable[str]) -> float:
        """How many of these cells name a picture; cells that repeat one another do not count."""
        looked = list(cells)
        found = {file for cell in looked if (file := self.find(cell)) is not None}
        return len(found) / len(looked) if looked else 0.0


def _whole(file: str) -> str:
    return file.casefold()


def _without_suffix(file: str) -> str:
    return os.path.splitext(file.casefold())[0]  # noqa: PTH122  relative and many


def _last(file: str) -> str:
    return file.casefold().rpartition("/")[2]


def _stem(file: str) -> str:
    return _last(_without_suffix(file))


def pictures_below(home: Path, most: int | None = None, suffixes: Container[str] = SUFFIXES) -> Iterable[str]:
    """Relative paths in any order. Folders that cannot be read are passed over, links to folders not
    followed."""
    told, stack = 0, [("", 0)]
    while stack:
        relative, depth = stack.pop()
        try:
            with os.scandir(home / relative) as entries:
                for entry in entries:
                    told += 1
                    if most is not None and told > most:
                        return
                    name = f"{relative}/{entry.name}" if relative else entry.name
                    if entry.name[0] == ".":
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        if depth < MAX_DEPTH:
                            stack.append((name, depth + 1))
                    elif os.path.splitext(name)[1].lower() in suffixes:  # noqa: PTH122
                        yield name
        except OSError:
            continue
