"""Names for what flows through forward: a chain reuses x, branches get names that are freed again."""

from __future__ import annotations

from collections.abc import Collection, Sequence


class Variables:
    """Hands out variable names along the running order; each value keeps its name until its last use."""

    def __init__(self, steps: Sequence[tuple[str, Sequence[str]]], joins: Collection[str]) -> None:
        """Args: steps: (node, the nodes whose values it takes), in running order."""
        self._inputs: dict[str, tuple[str, ...]] = {node: tuple(sources) for node, sources in steps}
        self._waiting: dict[str, list[str]] = {}  # value -> nodes that still take it
        for node, sources in steps:
            for source in dict.fromkeys(sources):
                self._waiting.setdefault(source, []).append(node)
        self._joins = set(joins)
        self._names: dict[str, str] = {}  # value -> variable

    def define(self, value: str, name: str) -> None:
        self._names[value] = name

    def use(self, node: str) -> list[str]:
        """The variables that a node takes, by port; those that nobody takes later are free again."""
        sources = self._inputs[node]
        arguments = [self._names.get(source, "...") for source in sources]
        for source in dict.fromkeys(sources):
            self._waiting[source].remove(node)
            if not self._waiting[source]:
                self._names.pop(source, None)
        return arguments

    def step(self, node: str) -> tuple[list[str], list[str], str]:
        """Lines to write before, the variables the node takes, and the one for its result."""
        before = self._set_aside(node)
        arguments = self.use(node)
        in_use = set(self._names.values())
        free = [name for name in arguments if name != "..." and name not in in_use]
        if "x" in free:
            target = "x"
        elif free:
            target = free[0]
        else:
            target = self._fresh("x", in_use) if arguments or "x" in in_use else "x"
        self._names[node] = target
        return before, arguments, target

    def _set_aside(self, node: str) -> list[str]:
        """`skip = x`, where x goes on changing while only joining layers want its old value."""
        sources = self._inputs[node]
        if len(sources) != 1 or self._names.get(sources[0]) != "x":
            return []
        later = [other for other in self._waiting[sources[0]] if other != node]
        if not later or not all(other in self._joins for other in later):
            return []
        skip = self._fresh("skip", set(self._names.values()), bare=True)
        self._names[sources[0]] = skip
        # The node itself still reads x: both names hold the value now.
        self._inputs[node] = ("\0x",)
        self._waiting[sources[0]].remove(node)
        self._waiting["\0x"] = [node]
        self._names["\0x"] = "x"
        return [f"{skip} = x"]

    @staticmethod
    def _fresh(stem: str, in_use: Collection[str], bare: bool = False) -> str:
        if bare and stem not in in_use:
            return stem
        number = 2 if bare else 1
        while f"{stem}{number}" in in_use:
            number += 1
        return f"{stem}{number}"
