"""Closed registries: the only way from a name in a file to something that runs."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar

from studio.core.problems import LanternError


class Entry(Protocol):
    @property
    def id(self) -> str: ...


E = TypeVar("E", bound=Entry)


class UnknownEntryError(LanternError, KeyError):
    """A name that is in no registry."""

    def __str__(self) -> str:
        return str(self.args[0])


class Registry(Generic[E]):
    """Entries by id, in the order in which people should meet them."""

    def __init__(self, noun: str, entries: Iterable[E]) -> None:
        self.noun = noun
        self._entries: dict[str, E] = {}
        for entry in entries:
            if entry.id in self._entries:
                raise ValueError(f"two entries are called {entry.id!r}")
            self._entries[entry.id] = entry

    def __getitem__(self, entry_id: str) -> E:
        """The entry. Raises UnknownEntryError, which suggests the nearest name."""
        try:
            return self._entries[entry_id]
        except KeyError:
            raise UnknownEntryError(self._unknown(entry_id)) from None

    def get(self, entry_id: str) -> E | None:
        return self._entries.get(entry_id)

    def __contains__(self, entry_id: object) -> bool:
        return entry_id in self._entries

    def __iter__(self) -> Iterator[E]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._entries)

    def _unknown(self, entry_id: str) -> str:
        near = difflib.get_close_matches(entry_id, self._entries, n=1)
        if near:
            return f"There is no {self.noun} called “{entry_id}”. Did you mean “{near[0]}”?"
        return f"There is no {self.noun} called “{entry_id}”. Known: {', '.join(self._entries)}."
