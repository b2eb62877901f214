"""The evaluations that the Results page has seen: the last few, so that looking again needs no wait."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.engine.events import Evaluation

Key = tuple[str, int, str]  # checkpoint, step, split
MOST_KEPT = 24  # three splits of eight networks; what is dropped is in the run's record, or measured again


class KnownResults:
    """Drops what was not looked at for longest: with every mistake in it, an evaluation can be large."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[Key, Evaluation] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Key) -> Evaluation | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def keep(self, key: Key, evaluation: Evaluation) -> None:
        self._kept[key] = evaluation
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def keep_first(self, key: Key, evaluation: Evaluation) -> None:
        """Unless a newer one of that key is there."""
        if key not in self._kept:
            self.keep(key, evaluation)

    def of(self, path: str, step: int | None = None) -> tuple[Evaluation, ...]:
        """Of one checkpoint; without a step, of all its states."""
        return tuple(
            evaluation
            for (of_path, of_step, _), evaluation in self._kept.items()
            if of_path == path and step in (None, of_step)
        )
