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
    graph, analysis = editor.graph, editor.document.analysis
    if graph is None or analysis is None:
        return NetworkCode("", {})
    source = network_source(graph, analysis, editor.layers)
    lines = {
        node: [line - 1 for first, last in ranges for line in range(first, last + 1)]
        for node, ranges in source.lines.items()
    }
    return NetworkCode(source.text, lines, not analysis.ok)
