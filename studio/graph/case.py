"""A network under examination: all that the search for problems and fixes leans on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studio.core.network import Edge, Graph
from studio.core.problems import Fix
from studio.core.project import MAIN
from studio.core.registry import Registry
from studio.graph.blocks.types import with_blocks
from studio.graph.changes import GraphChange
from studio.graph.facts import Surroundings
from studio.graph.flow import Flow, flow_through
from studio.graph.layer_type import LayerType, Shape
from studio.graph.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Case:
    graph: Graph
    layers: Registry[LayerType]
    around: Surroundings | None
    wiring: Wiring
    flow: Flow
    names: Mapping[str, str]

    def name(self, node_id: str) -> str:
        """The display name in quotes, for messages."""
        return f"“{self.names.get(node_id, node_id)}”"

    def layer(self, node_id: str) -> LayerType | None:
        return self.layers.get(self.wiring.nodes[node_id].type)

    def shape(self, node_id: str) -> Shape | None:
        """What the layer gives; None where that is not known."""
        return self.flow.facts[node_id].output

    def sources(self, node_id: str) -> tuple[str, ...]:
        return tuple(edge.source for edge in self.wiring.incoming[node_id])

    def fix(self, text: str, after: Graph) -> Fix:
        return Fix(text, GraphChange.between(self.graph, after, self.graph_name))

    @property
    def graph_name(self) -> str:
        return self.around.graph if self.around is not None else MAIN

    @property
    def in_block(self) -> bool:
        return self.around is not None and self.around.in_block

    @property
    def noun(self) -> str:
        return "block" if self.in_block else "network"

    @property
    def fixable(self) -> bool:
        """Whether edits can be told apart by node id."""
        return not self.wiring.duplicates

    def try_out(self, graph: Graph) -> Flow:
        """The flow through a changed network."""
        layers = with_blocks(self.layers, graph.blocks)
        wiring = Wiring.of(graph, layers)
        return flow_through(wiring, layers, self.around, excused_nodes(wiring), (self.wiring, self.flow))


def excused_nodes(wiring: Wiring) -> frozenset[str]:
    """Nodes that lack a wire because of a problem that is told elsewhere."""
    wires: list[Edge] = [cycle.edge for cycle in wiring.cycles]
    wires += [*wiring.dangling, *wiring.misplaced]
    return frozenset(edge.target for edge in wires if edge.target in wiring.nodes)
