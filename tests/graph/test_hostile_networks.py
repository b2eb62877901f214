"""Whatever lies in a file or is done on the canvas: analysis, code and layout stand it."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from studio.core.network import Edge, Graph, Node
from studio.graph import edits
from studio.graph.analysis import analyse
from studio.graph.clipboard import copied, pasted
from studio.graph.codegen import network_source
from studio.graph.layout import arranged
from studio.layers.catalogue import LAYERS
from tests.graph.networks import CNN, MLP, PICTURES, after, residual

IDS = st.sampled_from(["input", "output", "a", "b", "c", "d", "e"])
TYPES = st.sampled_from([*LAYERS.ids, "from_the_future", "", 'x"\n\nimport os #'])
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 40), st.floats(), st.text(max_size=5),
    st.tuples(st.integers(-1, 6), st.integers(-1, 6)), st.lists(st.integers(0, 3), max_size=3).map(tuple),
)  # fmt: skip
NAMES = st.sampled_from(sorted({p.name for layer in LAYERS for p in layer.params} | {"strange"}))
LABELS = st.sampled_from(["", "skip", "class", 'a"""b', "x\n    import os", "conv1", "forward", "ÄÖ", "1st"])
NODES = st.builds(
    Node,
    IDS,
    TYPES,
    st.dictionaries(NAMES, VALUES, max_size=4),
    st.tuples(st.floats(0, 9), st.floats(0, 9)),
    LABELS,
)
GRAPHS = st.builds(
    lambda nodes, edges: Graph(tuple(nodes), tuple(edges)),
    st.lists(NODES, max_size=8),
    st.lists(st.builds(Edge, IDS, IDS, st.integers(-1, 3)), max_size=12),
)


@settings(max_examples=150, deadline=None)
@given(GRAPHS)
@example(
    Graph((Node("a", "batch_norm2d", {"affine": float("inf")}), Node("b", "linear", {"bias": float("nan")})))
)
@example(Graph((Node("input", "linear"),), (Edge("input", "input"), Edge("input", "input"))))
def test_that_any_graph_is_analysed_written_and_laid_out(graph: Graph) -> None:
    for around in (PICTURES, None):
        analysis = analyse(graph, LAYERS, around)
        assert set(analysis.names) == set(analysis.nodes) == {n.id for n in graph}
        source = network_source(graph, analysis, LAYERS)
        compile(source.text, "network", "exec")
        for problem in analysis.problems:
            assert problem.message.isprintable()
            for fix in problem.fixes:
                after(graph, fix)
    places = [n.position for n in arranged(graph, LAYERS)]
    assert len(places) == len(graph.nodes)


class Session:
    """A user who does one thing after another on the canvas."""

    def __init__(self, graph: Graph, choose: st.DataObject) -> None:
        self.graph = graph
        self.data = choose

    def node(self) -> str:
        return self.data.draw(st.sampled_from([n.id for n in self.graph]))

    def edge(self) -> Edge:
        return self.data.draw(st.sampled_from(self.graph.edges))

    def step(self, what: str) -> None:
        graph, layer = self.graph, LAYERS[self.data.draw(st.sampled_from(LAYERS.ids))]
        if what == "add":
            self.graph, _ = edits.add_layer(graph, layer)
        elif what == "append":
            branch = self.data.draw(st.booleans())
            self.graph, _ = edits.append(graph, LAYERS, self.node(), layer, branch=branch)
        elif what == "connect":
            port = self.data.draw(st.one_of(st.none(), st.integers(0, 3)))
            self.graph = edits.connect(graph, LAYERS, self.node(), self.node(), port)
        elif what == "remove":
            chosen = {self.node(), self.node()}
            self.graph = edits.remove(graph, LAYERS, chosen, heal=self.data.draw(st.booleans()))
        elif what == "duplicate":
            self.graph, _ = edits.duplicate(graph, LAYERS, [self.node(), self.node(), self.node()])
        elif what == "paste":
            text = copied(graph, [self.node(), self.node()])
            if '"nodes": []' not in text:
                self.graph, _ = pasted(graph, LAYERS, text)
        elif what == "retype":
            node = self.node()
            if graph.node(node).type not in ("input", "output") and layer.id not in ("input", "output"):
                self.graph = edits.replace_type(graph, LAYERS, node, layer)
        elif graph.edges and what == "disconnect":
            self.graph = edits.disconnect(graph, LAYERS, [self.edge()])
        elif graph.edges and what == "splice":
            self.graph = edits.splice_node(graph, LAYERS, self.edge(), self.node())


WHAT = ["add", "append", "connect", "remove", "duplicate", "paste", "retype", "disconnect", "splice"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([CNN, MLP, residual()]), st.lists(st.sampled_from(WHAT), max_size=12), st.data())
def test_that_whatever_is_done_ports_stay_in_order_and_code_compiles(
    graph: Graph, steps: list[str], data: st.DataObject
) -> None:
    session = Session(graph, data)
    for what in steps:
        before = session.graph
        kept = Graph(before.nodes, before.edges)
        session.step(what)
        assert before == kept  # undo is the old value
    graph = session.graph
    assert len({n.id for n in graph}) == len(graph.nodes)
    assert sum(n.type == "input" for n in graph) >= 1
    for node in graph:
        ports = sorted(e.port for e in graph.edges if e.target == node.id)
        assert ports == list(range(len(ports)))
    analysis = analyse(graph, LAYERS, PICTURES)
    assert "cycle" not in [p.code for p in analysis.problems]
    assert "two-wires" not in [p.code for p in analysis.problems]
    source = network_source(graph, analysis, LAYERS)
    compile(source.text, "network", "exec")
    assert "..." not in source.text or not analysis.ok
