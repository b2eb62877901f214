"""What the code view shows: the generated source and which of its lines belong to which layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studio.graph.codegen import network_source
from studio.ui.canvas.editor import NetworkEditor


@dataclass(frozen=True, slots=True)
class NetworkCode:
    """`lines`: line numbers from 0 by node id. `partial`: problems leave gaps."""

    source: str
    lines: Mapping[str, Sequence[int]]
    partial: bool = False


def network_code(editor: NetworkEditor) -> NetworkCode:
    """The code of the network as it is now; what a problem leaves open is a comment in it."""
    graph, analysis = editor.place.root, editor.document.analysis
    if graph is None or analysis is None:
        return NetworkCode("", {})
    source = network_source(graph, analysis, editor.layers)
    inside = editor.place.block
    start = f"{inside.id}/" if inside is not None else ""
    shown = {node.id for node in graph.nodes}
    lines = {
        node.removeprefix(start): [line - 1 for first, last in ranges for line in range(first, last + 1)]
        for node, ranges in source.lines.items()
        if node.startswith(start) and (inside is not None or node in shown)
    }
    return NetworkCode(source.text, lines, not analysis.ok)
