"""Which layers are selected: shared by canvas, inspector, code and problem list."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from studio.core.network import Edge


class NetworkSelection(QObject):
    """Selected layers in the order in which they were chosen, and selected wires.

    `current` is where the keyboard is. `focus_requested(node)` asks the canvas to centre a layer,
    `edit_requested(node, param)` asks the inspector for the cursor in a parameter ("" for the first).
    """

    changed = Signal()
    focus_requested = Signal(str)
    edit_requested = Signal(str, str)
    rename_requested = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._nodes: tuple[str, ...] = ()
        self._edges: tuple[Edge, ...] = ()

    @property
    def nodes(self) -> tuple[str, ...]:
        return self._nodes

    @property
    def edges(self) -> tuple[Edge, ...]:
        return self._edges

    @property
    def current(self) -> str | None:
        return self._nodes[-1] if self._nodes else None

    def select(self, nodes: Iterable[str] = (), edges: Iterable[Edge] = ()) -> None:
        chosen = tuple(dict.fromkeys(nodes)), tuple(dict.fromkeys(edges))
        if chosen != (self._nodes, self._edges):
            self._nodes, self._edges = chosen
            self.changed.emit()

    def toggle(self, node: str) -> None:
        if node in self._nodes:
            self.select([n for n in self._nodes if n != node], self._edges)
        else:
            self.select([*self._nodes, node], self._edges)

    def clear(self) -> None:
        self.select()

    def keep(self, nodes: frozenset[str], edges: frozenset[Edge]) -> None:
        """Forgets what is no longer in the network."""
        self.select([n for n in self._nodes if n in nodes], [e for e in self._edges if e in edges])
