"""What layers are called on the screen: "Conv2d 3", or the user's own label."""

from __future__ import annotations

from collections import Counter

from studio.core.network import Graph
from studio.core.registry import Registry
from studio.graph.layer_type import LayerType
from studio.graph.wiring import Wiring

_LONGEST = 60  # characters of a label that fit into a sentence


def display_names(graph: Graph, layers: Registry[LayerType], wiring: Wiring | None = None) -> dict[str, str]:
    """A name for every node, numbered by type in the order in which they run.

    Labelled layers count too, so that labelling one does not rename the others.
    """
    wiring = wiring or Wiring.of(graph, layers)
    counts: Counter[str] = Counter()
    ends = Counter(node.type for node in wiring.nodes.values() if node.type in ("input", "output"))
    names = {}
    for node_id in wiring.order:
        node = wiring.nodes[node_id]
        layer = layers.get(node.type)
        kind = layer.name if layer is not None else node.type
        counts[kind] += 1  # two blocks may have the same name
        alone = ends.get(node.type) == 1  # "Input" needs no number
        automatic = _plain(kind) if alone else f"{_plain(kind)} {counts[kind]}"
        names[node_id] = _plain(node.label) or automatic
    return names


def _plain(text: str) -> str:
    """One line without control characters: labels come from files, too."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
