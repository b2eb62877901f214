"""Edits of the network as the user makes them: each one named, each one undo step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from studio.core.network import Edge, Graph, Node, Position
from studio.core.params import ParamValue
from studio.core.problems import Fix
from studio.core.project import MAIN, Project
from studio.core.registry import Registry
from studio.ui.canvas import wiring
from studio.graph.layer_type import LayerType
from studio.ui.canvas.arrange import STEP_Y, free_place, moved, tidy, with_room_for
from studio.ui.canvas.card import Port
from studio.ui.canvas.mime import copied_layers, pasted_layers
from studio.ui.canvas.selection import NetworkSelection
from studio.ui.document import Document

_PASTE_SHIFT = 32.0


class NetworkEditor(QObject):
    """All changes of the network go through here into `document.push`; selects what it adds."""

    def __init__(
        self,
        document: Document,
        selection: NetworkSelection,
        layers: Registry[LayerType],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.document = document
        self.selection = selection
        self.layers = layers
        self._gesture = 0  # counts finished form edits, so that the next one does not merge into them

    @property
    def graph(self) -> Graph | None:
        project = self.document.project
        return project.graphs.get(MAIN) if project is not None else None

    def name(self, node_id: str) -> str:
        """The layer's name as shown everywhere."""
        analysis = self.document.analysis
        if analysis is not None and node_id in analysis.names:
            return analysis.names[node_id]
        graph = self.graph
        if graph is None or node_id not in graph:
            return node_id
        node = graph.node(node_id)
        layer = self.layers.get(node.type)
        return node.label or (layer.name if layer is not None else node.type)

    def _push(self, graph: Graph, text: str, merge: str = "") -> None:
        project = self.document.project
        assert project is not None
        self.document.push(project.with_graph(graph), text, merge)

    def _names(self, nodes: Sequence[str]) -> str:
        if len(nodes) == 1:
            return f"“{self.name(nodes[0])}”"
        return self.tr("{n} layers").format(n=len(nodes))

    # -- what can be done -----------------------------------------------------------------------------

    def refusal(self, source: str, target: str, port: int, lifted: Edge | None = None) -> str:
        """Why a wire cannot go there; empty if it can."""
        graph = self.graph
        if graph is None:
            return ""
        edge = Edge(source, target, port)
        if lifted is not None:
            graph = wiring.without_edges(graph, [lifted])
        return wiring.refusal(graph, self.layers, edge)

    def best_input(self, source: str, target: str) -> tuple[int, str]:
        """The port of `target` that a wire from `source` should take, and why it cannot."""
        graph = self.graph
        assert graph is not None
        layer = self.layers.get(graph.node(target).type)
        taken = {edge.port for edge in graph.inputs_of(target)}
        most = (
            layer.max_inputs
            if layer is not None and layer.max_inputs is not None
            else max(taken, default=-1) + 2
        )
        free = [port for port in range(most) if port not in taken]
        port = free[0] if free else 0
        return port, self.refusal(source, target, port)

    def add_refusal(self, layer: str) -> str:
        """Why a layer cannot be added at all."""
        graph = self.graph
        if graph is not None and layer in ("input", "output") and any(n.type == layer for n in graph.nodes):
            name = self.layers[layer].name
            return self.tr("The network has its “{name}” already; there is only one.").format(name=name)
        return ""

    def append_refusal(self, layer: str, after: str) -> str:
        graph = self.graph
        entry = self.layers[layer]
        if graph is not None and graph.node(after).type == "output":
            return self.tr("Nothing can follow the output. Drop the layer onto the wire above it.")
        if entry.max_inputs == 0:
            return self.tr("“{name}” has no input to connect.").format(name=entry.name)
        return ""

    def layer_splice_refusal(self, layer: str) -> str:
        entry = self.layers[layer]
        if entry.max_inputs == 0 or layer == "output":
            return self.tr("“{name}” cannot stand in the middle of a wire.").format(name=entry.name)
        return ""

    def splice_refusal(self, node: str, edge: Edge) -> str:
        graph = self.graph
        assert graph is not None
        if node in (edge.source, edge.target):
            return self.tr("The wire belongs to this layer.")
        return self.layer_splice_refusal(graph.node(node).type)

    def unconnected(self, node: str) -> bool:
        graph = self.graph
        return graph is not None and not any(node in (e.source, e.target) for e in graph.edges)

    def output_is_free(self, node: str) -> bool:
        graph = self.graph
        return graph is not None and not graph.outputs_of(node)

    def takes_one_input(self, layer: str) -> bool:
        entry = self.layers[layer]
        return entry.max_inputs != 0

    # -- adding ---------------------------------------------------------------------------------------

    def add_at(self, layer: str, position: Position, feeder: str | None = None) -> str:
        """Adds a layer at a place, wired to `feeder` if given. Returns its id."""
        graph, node = self._added(layer, position)
        if feeder is not None:
            graph = wiring.connected(graph, Edge(feeder, node, 0))
        return self._finish_adding(graph, node, self.tr("Add {name}"))

    def add_at_wire(self, layer: str, position: Position, port: Port) -> str:
        """Adds a layer at the loose end of a wire that was drawn into the open."""
        graph, node = self._added(layer, position)
        edge = Edge(port.node, node, 0) if port.side == "output" else Edge(node, port.node, port.index)
        if not wiring.refusal(graph, self.layers, edge):
            graph = wiring.connected(graph, edge)
        return self._finish_adding(graph, node, self.tr("Add {name}"))

    def insert(self, layer: str, edge: Edge) -> str:
        """Adds a layer into a wire; what follows moves down to make room."""
        assert self.graph is not None
        source, target = self.graph.node(edge.source).position, self.graph.node(edge.target).position
        aligned = (
            target
            if abs(source[0] - target[0]) > 1 and len(self.graph.outputs_of(edge.source)) > 1
            else source
        )
        place = (aligned[0], source[1] + STEP_Y)
        graph, node = self._added(layer, place)
        graph = with_room_for(wiring.spliced(graph, node, edge), node)
        return self._finish_adding(graph, node, self.tr("Insert {name}"))

    def append(self, layer: str, after: str) -> str:
        """Adds a layer after another one: it takes over what that one fed."""
        assert self.graph is not None
        x, y = self.graph.node(after).position
        graph, node = self._added(layer, (x, y + STEP_Y))
        graph = with_room_for(wiring.appended(graph, node, after), node)
        text = self.tr("Add {name} after “{other}”").replace("{other}", self.name(after))
        return self._finish_adding(graph, node, text)

    def add_after_selection(self, layer: str, fallback: Position) -> str:
        """Where a double click or Enter puts a layer: into the selected wire, after the selected
        layer, before the output, or at `fallback`. Returns its id, empty if it was refused."""
        graph = self.graph
        if graph is None or self.add_refusal(layer):
            return ""
        splices = not self.layer_splice_refusal(layer)
        if self.selection.edges and splices:
            return self.insert(layer, self.selection.edges[-1])
        current = self.selection.current
        if current is None:
            return self._add_before_output(layer, fallback)
        if self.append_refusal(layer, current):
            return self._add_before_output(layer, fallback, current)
        return self.append(layer, current)

    def _add_before_output(self, layer: str, fallback: Position, sink: str | None = None) -> str:
        assert self.graph is not None
        ends = [sink] if sink is not None else [n.id for n in self.graph.nodes if n.type == "output"]
        into = self.graph.inputs_of(ends[0]) if ends else ()
        if into and not self.layer_splice_refusal(layer):
            return self.insert(layer, into[0])
        return self.add_at(layer, fallback)

    def _added(self, layer: str, position: Position) -> tuple[Graph, str]:
        assert self.graph is not None
        return wiring.with_layer(self.graph, self.layers[layer], position)

    def _finish_adding(self, graph: Graph, node: str, text: str) -> str:
        place = free_place(graph, graph.node(node).position, ignore=[node])
        graph = moved(graph, {node: place})
        self._push(graph, text.format(name=self.layers[graph.node(node).type].name))
        self.selection.select([node])
        self.selection.focus_requested.emit(node)
        return node

    # -- wires ----------------------------------------------------------------------------------------

    def connect_ports(self, source: str, target: str, port: int, lifted: Edge | None = None) -> None:
        """Draws a wire, or moves the `lifted` one there."""
        assert self.graph is not None
        edge = Edge(source, target, port)
        if edge == lifted:
            return
        text = self.tr("Connect “{a}” to “{b}”") if lifted is None else self.tr("Move the wire to “{b}”")
        graph = wiring.connected(self.graph, edge, lifted)
        self._push(graph, text.format(a=self.name(source), b=self.name(target)))
        self.selection.select(self.selection.nodes)

    def disconnect(self, edges: Sequence[Edge]) -> None:
        if self.graph is not None and edges:
            text = self.tr("Delete a wire") if len(edges) == 1 else self.tr("Delete wires")
            self._push(wiring.without_edges(self.graph, edges), text)

    def disconnect_nodes(self, nodes: Iterable[str]) -> None:
        """Takes all wires off some layers."""
        chosen = set(nodes)
        if self.graph is not None:
            self.disconnect([e for e in self.graph.edges if {e.source, e.target} & chosen])

    def splice_node(self, node: str, edge: Edge) -> None:
        """Puts a layer that is already there into a wire."""
        assert self.graph is not None
        x, y = self.graph.node(edge.source).position
        text = self.tr("Insert {name}").format(name=self._names([node]))
        graph = moved(wiring.spliced(self.graph, node, edge), {node: (x, y + STEP_Y)})
        self._push(with_room_for(graph, node), text)

    # -- layers ---------------------------------------------------------------------------------------

    def delete(self, nodes: Sequence[str], edges: Sequence[Edge] = ()) -> None:
        """Deletes layers (their wires are joined up) and wires. Input and output stay."""
        graph = self.graph
        if graph is None:
            return
        gone = [n for n in nodes if n in graph and graph.node(n).type not in ("input", "output")]
        if not gone:
            self.disconnect(edges)
            return
        following = self._neighbour(gone)
        text = self.tr("Delete {names}").format(names=self._names(gone))
        self._push(wiring.without_nodes(wiring.without_edges(graph, edges), gone), text)
        self.selection.select([following] if following is not None else [])

    def _neighbour(self, gone: Sequence[str]) -> str | None:
        """Which layer is selected once these are gone: the one that fed them."""
        assert self.graph is not None
        for node in gone:
            for edge in self.graph.inputs_of(node):
                if edge.source not in gone:
                    return edge.source
        return None

    def move(self, positions: Mapping[str, Position], merge: str = "") -> None:
        if self.graph is not None and positions:
            text = self.tr("Move {names}").format(names=self._names(tuple(positions)))
            self._push(moved(self.graph, positions), text, merge and f"{merge}:{sorted(positions)}")

    def tidy(self) -> None:
        """Lays the whole network out anew."""
        if self.graph is not None:
            self._push(moved(self.graph, tidy(self.graph)), self.tr("Tidy up the layout"))

    def rename(self, node: str, label: str) -> None:
        assert self.graph is not None
        label = label.strip()[:200]
        if self.graph.node(node).label != label:
            text = self.tr("Rename {names}").format(names=self._names([node]))
            self._change(node, lambda n: replace(n, label=label), text)

    def set_param(self, node: str, name: str, value: ParamValue, final: bool) -> None:
        """One parameter's new value; edits up to a final one are one undo step."""
        graph = self.graph
        if graph is None or node not in graph:
            return
        layer = self.layers[graph.node(node).type]
        label = next((p.label for p in layer.params if p.name == name), name)
        text = self.tr("Change {label} of {name}").format(label=label.lower(), name=self._names([node]))
        merge = f"param:{node}:{name}:{self._gesture}"
        self._change(node, lambda n: replace(n, params={**n.params, name: value}), text, merge)
        if final:
            self._gesture += 1

    def reset_params(self, node: str) -> None:
        assert self.graph is not None
        layer = self.layers[self.graph.node(node).type]
        text = self.tr("Reset {names}").format(names=self._names([node]))
        self._change(node, lambda n: replace(n, params=dict(layer.defaults)), text)  # type: ignore[arg-type]

    def _change(self, node: str, change: Callable[[Node], Node], text: str, merge: str = "") -> None:
        assert self.graph is not None
        nodes = tuple(change(n) if n.id == node else n for n in self.graph.nodes)
        self._push(replace(self.graph, nodes=nodes), text, merge)

    # -- copies ---------------------------------------------------------------------------------------

    def copy(self, nodes: Sequence[str]) -> bool:
        part = self._part(nodes)
        if part is None:
            return False
        QGuiApplication.clipboard().setMimeData(copied_layers(part.nodes, part.edges))
        return True

    def cut(self, nodes: Sequence[str]) -> None:
        if self.copy(nodes):
            self.delete(nodes)

    def can_paste(self) -> bool:
        return pasted_layers(QGuiApplication.clipboard().mimeData(), self.layers) is not None

    def paste(self, place: Position | None = None) -> None:
        part = pasted_layers(QGuiApplication.clipboard().mimeData(), self.layers)
        if part is not None and self.graph is not None:
            self._paste(part, self.tr("Paste {names}"), place)

    def duplicate(self, nodes: Sequence[str]) -> None:
        part = self._part(nodes)
        if part is not None:
            self._paste(part, self.tr("Duplicate {names}"), None)

    def _part(self, nodes: Sequence[str]) -> Graph | None:
        """The chosen layers and the wires among them; input and output are never copied."""
        graph, chosen = self.graph, set(nodes)
        if graph is None:
            return None
        kept = tuple(n for n in graph.nodes if n.id in chosen and n.type not in ("input", "output"))
        ids = {n.id for n in kept}
        edges = tuple(e for e in graph.edges if e.source in ids and e.target in ids)
        return Graph(kept, edges) if kept else None

    def _paste(self, part: Graph, text: str, place: Position | None) -> None:
        assert self.graph is not None
        graph, ids, taken = self.graph, {}, {n.id for n in self.graph.nodes}
        left, top = min(n.position[0] for n in part.nodes), min(n.position[1] for n in part.nodes)
        shift = (place[0] - left, place[1] - top) if place is not None else (_PASTE_SHIFT, _PASTE_SHIFT)
        copies = []
        for node in part.nodes:
            ids[node.id] = new = wiring.new_id(taken, node.type)
            taken.add(new)
            position = (node.position[0] + shift[0], node.position[1] + shift[1])
            copies.append(replace(node, id=new, position=position))
        edges = tuple(Edge(ids[e.source], ids[e.target], e.port) for e in part.edges)
        graph = Graph((*graph.nodes, *copies), (*graph.edges, *edges))
        names = self.layers[copies[0].type].name if len(copies) == 1 else self._names([n.id for n in copies])
        self._push(graph, text.format(names=names))
        self.selection.select([node.id for node in copies])

    # -- problems and templates -------------------------------------------------------------------------

    def apply_fix(self, fix: Fix) -> None:
        """One click that mends a problem."""
        project = self.document.project
        if project is not None:
            self.document.push(fix.edit(project), fix.text)

    def replace_network(self, after: Project, name: str) -> None:
        """Another template in place of the network."""
        self.selection.clear()
        self.document.push(after, self.tr("Use the template “{name}”").format(name=name))
