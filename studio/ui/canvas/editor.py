"""Edits of the network as the user makes them: each one named, each one undo step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from studio.core.network import Edge, Graph, Position
from studio.core.params import ParamValue, defaults
from studio.core.problems import Fix, Problem
from studio.core.project import Project
from studio.core.registry import Registry
from studio.graph import clipboard, edits
from studio.graph.analysis import Analysis
from studio.graph.blocks.making import nesting_refusal
from studio.graph.blocks.types import with_blocks
from studio.graph.layer_type import LayerType
from studio.graph.layout import arranged
from studio.graph.placing import free_spot, row_between
from studio.ui.canvas.card import Port
from studio.ui.canvas.place import Place
from studio.ui.canvas.selection import NetworkSelection
from studio.ui.document import Document

ENDS = ("input", "output")  # every network has exactly one of each


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
        self.place = Place(document, layers, self)
        self._gesture = 0  # counts finished form edits, so that the next one does not merge into them

    @property
    def graph(self) -> Graph | None:
        """What is shown: the network, or the inside of the block that is open."""
        return self.place.graph

    @property
    def analysis(self) -> Analysis | None:
        """Of what is shown."""
        return self.place.analysis

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Of what is shown."""
        return self.place.problems

    @property
    def layers(self) -> Registry[LayerType]:
        """All layers there are: Lantern's, the ready and the user's own blocks, those of this network."""
        root = self.place.root
        return with_blocks(self.place.layers, root.blocks if root is not None else ())

    def name(self, node_id: str) -> str:
        """The layer's name as shown everywhere."""
        analysis = self.analysis
        if analysis is not None and node_id in analysis.names:
            return analysis.names[node_id]
        graph = self.graph
        if graph is None or node_id not in graph:
            return node_id
        node = graph.node(node_id)
        layer = self.layers.get(node.type)
        return node.label or (layer.name if layer is not None else node.type)

    def name_in_network(self, node_id: str) -> str:
        """The name of a layer of the network itself, whichever block is open."""
        analysis = self.document.analysis
        return analysis.names.get(node_id, node_id) if analysis is not None else self.name(node_id)

    def change(self, graph: Graph, text: str, merge: str = "") -> None:
        """What is shown becomes `graph`: one undo step."""
        project = self.document.project
        assert project is not None
        if nesting_refusal(graph, self._within(), [node.type for node in graph.nodes]) is None:
            self.document.push(project.with_graph(self.place.whole(graph)), text, merge)

    def _within(self) -> list[str]:
        return [block.id for block in self.place.blocks]

    def nesting_refusal(self, graph: Graph) -> str:
        """Why the inside of the open block cannot become `graph`: it would contain itself."""
        return nesting_refusal(graph, self._within(), [node.type for node in graph.nodes]) or ""

    def _names(self, nodes: Sequence[str]) -> str:
        if len(nodes) == 1:
            return f"“{self.name(nodes[0])}”"
        return self.tr("{n} layers").format(n=len(nodes))

    # -- what can be done -----------------------------------------------------------------------------

    def refusal(self, source: str, target: str, port: int | None, lifted: Edge | None = None) -> str:
        """Why a wire cannot go there; empty if it can."""
        graph = self.graph
        if graph is None:
            return ""
        if lifted is not None:
            graph = edits.disconnect(graph, self.layers, [lifted])
        return edits.refusal(graph, self.layers, source, target, port) or ""

    def add_refusal(self, layer: str) -> str:
        """Why a layer cannot be added at all."""
        graph = self.graph
        if graph is not None and layer in ENDS and any(n.type == layer for n in graph.nodes):
            if layer == "input" and self.place.nodes:
                return ""  # a block may have several
            name = self.layers[layer].name
            return self.tr("The network has its “{name}” already; there is only one.").format(name=name)
        entry = self.layers[layer]
        if graph is not None and entry.block is not None and self.place.nodes:
            graph, _ = edits.add_layer(graph, entry)
            return self.nesting_refusal(graph)
        return ""

    def append_refusal(self, layer: str, after: str) -> str:
        graph = self.graph
        entry = self.layers[layer]
        if graph is not None and graph.node(after).type == "output":
            return self.tr("Nothing can follow the Output. Drop the layer onto the wire above it.")
        if entry.max_inputs == 0:
            return self.tr("“{name}” has no input to connect.").format(name=entry.name)
        return ""

    def layer_splice_refusal(self, layer: str) -> str:
        entry = self.layers[layer]
        if entry.max_inputs == 0 or layer in ENDS:
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

    def takes_inputs(self, layer: str) -> bool:
        return self.layers[layer].max_inputs != 0

    # -- adding ---------------------------------------------------------------------------------------

    def add_at(self, layer: str, position: Position, feeder: str | None = None) -> str:
        """Adds a layer at a place, wired to `feeder` if given. Returns its id."""
        graph, node = self._added(layer, position)
        if feeder is not None:
            graph = edits.connect(graph, self.layers, feeder, node, 0)
        return self._finish_adding(graph, node, self.tr("Add {name}"))

    def add_at_wire(self, layer: str, position: Position, port: Port) -> str:
        """Adds a layer at the loose end of a wire that was drawn into the open."""
        graph, node = self._added(layer, position)
        if port.side == "output":
            graph = edits.connect(graph, self.layers, port.node, node)
        else:
            graph = edits.connect(graph, self.layers, node, port.node, port.index)
        return self._finish_adding(graph, node, self.tr("Add {name}"))

    def insert(self, layer: str, edge: Edge) -> str:
        """Adds a layer into a wire; what follows moves down to make room."""
        assert self.graph is not None
        graph, node = edits.splice(self.graph, self.layers, edge, self.layers[layer])
        return self._finish_adding(graph, node, self.tr("Insert {name}"))

    def append(self, layer: str, after: str) -> str:
        """Adds a layer after another one: it takes over what that one fed."""
        assert self.graph is not None
        other = self.name(after)
        graph, node = edits.append(self.graph, self.layers, after, self.layers[layer])
        return self._finish_adding(graph, node, self.tr("Add {name} after “{other}”"), other)

    def add_after_selection(self, layer: str, fallback: Position) -> str:
        """Where a double click or Enter puts a layer: into the selected wire, after the selected
        layer, before the output, or at `fallback`. Returns its id, empty if it was refused."""
        graph = self.graph
        if graph is None or self.add_refusal(layer):
            return ""
        if self.selection.edges and not self.layer_splice_refusal(layer):
            return self.insert(layer, self.selection.edges[-1])
        current = self.selection.current
        if current is None or self.append_refusal(layer, current):
            return self._add_before_output(layer, fallback)
        return self.append(layer, current)

    def _add_before_output(self, layer: str, fallback: Position) -> str:
        assert self.graph is not None
        ends = [n.id for n in self.graph.nodes if n.type == "output"]
        into = self.graph.inputs_of(ends[0]) if ends else ()
        if into and not self.layer_splice_refusal(layer):
            return self.insert(layer, into[0])
        return self.add_at(layer, fallback)

    def _added(self, layer: str, position: Position) -> tuple[Graph, str]:
        assert self.graph is not None
        place = free_spot(self.graph.nodes, position)
        return edits.add_layer(self.graph, self.layers[layer], place)

    def _finish_adding(self, graph: Graph, node: str, text: str, other: str = "") -> str:
        layers = with_blocks(self.place.layers, graph.blocks)
        self.change(graph, text.format(name=layers[graph.node(node).type].name, other=other))
        self.selection.select([node])
        self.selection.focus_requested.emit(node)
        return node

    # -- wires ----------------------------------------------------------------------------------------

    def connect_ports(self, source: str, target: str, port: int | None, lifted: Edge | None = None) -> None:
        """Draws a wire, or moves the `lifted` one there."""
        assert self.graph is not None
        graph = self.graph
        if lifted is not None and (source, target, port) == (lifted.source, lifted.target, lifted.port):
            return
        text = self.tr("Connect “{a}” to “{b}”") if lifted is None else self.tr("Move a wire to “{b}”")
        graph = edits.draw(graph, self.layers, source, target, port, lifted)
        moved_source = lifted is not None and lifted.target == target
        b = self.name(source if moved_source else target)
        self.change(graph, text.format(a=self.name(source), b=b))

    def remove_wires(self, edges: Sequence[Edge]) -> None:
        if self.graph is not None and edges:
            text = self.tr("Delete a wire") if len(edges) == 1 else self.tr("Delete wires")
            self.change(edits.disconnect(self.graph, self.layers, edges), text)

    def unwire(self, nodes: Iterable[str]) -> None:
        """Takes all wires off some layers."""
        chosen = set(nodes)
        if self.graph is not None:
            self.remove_wires([e for e in self.graph.edges if {e.source, e.target} & chosen])

    def splice_node(self, node: str, edge: Edge) -> None:
        """Puts a layer that is already there into a wire."""
        assert self.graph is not None
        text = self.tr("Insert {name}").format(name=self._names([node]))
        graph = self.graph
        others = replace(graph, nodes=tuple(n for n in graph.nodes if n.id != node))
        others, place = row_between(others, others.node(edge.source), others.node(edge.target))
        moved = {n.id: n.position for n in others.nodes} | {node: place}
        self.change(edits.splice_node(edits.move(graph, moved), self.layers, edge, node), text)

    # -- layers ---------------------------------------------------------------------------------------

    def delete(self, nodes: Sequence[str], edges: Sequence[Edge] = ()) -> str:
        """Deletes layers (their wires are joined up) and wires. Returns why something stayed, or ""."""
        graph = self.graph
        if graph is None:
            return ""
        refused = edits.removal_refusal(graph, nodes) or ""
        after = edits.remove(edits.disconnect(graph, self.layers, edges), self.layers, nodes)
        gone = [node.id for node in graph.nodes if node.id not in after]
        if not gone:
            self.remove_wires(edges)
            return refused
        following = self._neighbour(gone)
        self.change(after, self.tr("Delete {names}").format(names=self._names(gone)))
        self.selection.select([following] if following is not None else [])
        return refused

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
            self.change(edits.move(self.graph, positions), text, merge and f"{merge}:{sorted(positions)}")

    def tidy(self) -> None:
        """Lays the whole network out anew; the first layer stays where it is."""
        if self.graph is not None and self.graph.nodes:
            first = next((n for n in self.graph.nodes if n.type == "input"), self.graph.nodes[0])
            graph = arranged(self.graph, self.layers, origin=first.position)
            self.change(graph, self.tr("Tidy up the layout"))

    def rename(self, node: str, label: str) -> None:
        graph = self.graph
        if graph is not None and graph.node(node).label != label.strip():
            text = self.tr("Rename {names}").format(names=self._names([node]))
            self.change(edits.set_label(graph, node, label[:200]), text)

    def set_param(self, node: str, name: str, value: ParamValue, final: bool) -> None:
        """One parameter's new value; edits up to a final one are one undo step."""
        graph = self.graph
        if graph is None or node not in graph:
            return
        layer = self.layers[graph.node(node).type]
        label = next((p.label for p in layer.params if p.name == name), name)
        text = self.tr("Change {label} of {name}").format(label=label.lower(), name=self._names([node]))
        merge = f"param:{node}:{name}:{self._gesture}"
        self.change(edits.set_param(graph, node, name, value), text, merge)
        if final:
            self._gesture += 1

    def reset_params(self, node: str) -> None:
        graph = self.graph
        if graph is not None:
            values = defaults(self.layers[graph.node(node).type].params)
            text = self.tr("Reset {names}").format(names=self._names([node]))
            self.change(edits.set_params(graph, node, values), text)

    # -- copies ---------------------------------------------------------------------------------------

    def copy(self, nodes: Sequence[str]) -> bool:
        """Layers with the wires among them, as text; False where there is nothing to copy."""
        graph = self.graph
        chosen = [n for n in nodes if graph is not None and n in graph and graph.node(n).type not in ENDS]
        if graph is None or not chosen:
            return False
        QGuiApplication.clipboard().setText(clipboard.copied(graph, chosen))
        return True

    def cut(self, nodes: Sequence[str]) -> None:
        if self.copy(nodes):
            self.delete(nodes)

    def can_paste(self) -> bool:
        return clipboard.holds_layers(QGuiApplication.clipboard().text())

    def paste(self, place: Position | None = None) -> str:
        """Pastes copied layers. Returns why that cannot be, empty if it was done."""
        graph = self.graph
        if graph is None:
            return ""
        try:
            after, new = clipboard.pasted(graph, self.layers, QGuiApplication.clipboard().text(), place)
        except clipboard.ClipboardError as error:
            return str(error)
        refused = self.nesting_refusal(after)
        if refused:
            return refused
        one = with_blocks(self.place.layers, after.blocks)[after.node(new[0]).type].name
        names = one if len(new) == 1 else self.tr("{n} layers").format(n=len(new))
        self.change(after, self.tr("Paste {names}").format(names=names))
        self.selection.select(new)
        self.selection.focus_requested.emit(new[-1])
        return ""

    def duplicate(self, nodes: Sequence[str]) -> None:
        graph = self.graph
        if graph is None:
            return
        names = self._names(nodes)
        graph, copies = edits.duplicate(graph, self.layers, nodes)
        if copies:
            self.change(graph, self.tr("Duplicate {names}").format(names=names))
            self.selection.select(copies.values())

    # -- problems and templates -------------------------------------------------------------------------

    def apply_fix(self, fix: Fix) -> None:
        """One click that mends a problem."""
        project = self.document.project
        if project is not None:
            self.document.push(fix.edit(project), fix.text)

    def replace_network(self, after: Project, name: str) -> None:
        """Another template in place of the network."""
        self.place.go(())
        self.selection.clear()
        self.document.push(after, self.tr("Use the template “{name}”").format(name=name))
