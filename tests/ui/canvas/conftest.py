"""A real document with a small network, and the canvas that shows it."""

from __future__ import annotations

import itertools

import pytest

from studio.core.network import Edge, Graph, Node
from studio.core.project import MAIN, DatasetChoice, DatasetFacts, Project
from studio.kinds.catalogue import KINDS
from studio.layers.catalogue import LAYERS
from studio.ui.document import Document
from studio.ui.pages.network_page import NetworkPage
from studio.ui.workers.dataset_opener import DatasetOpener

FACTS = DatasetFacts((1, 28, 28), tuple("abcdefghij"), 1000)


def node(node_id: str, row: int, column: int = 0, **params: object) -> Node:
    layer = LAYERS[node_id.rsplit("_", 1)[0] if node_id[-1].isdigit() else node_id]
    return Node(node_id, layer.id, {**layer.defaults, **params}, (column * 272.0, row * 104.0))


def chain(*nodes: Node) -> Graph:
    edges = tuple(Edge(a.id, b.id) for a, b in itertools.pairwise(nodes))
    return Graph(nodes, edges)


def small_network() -> Graph:
    """Input, Flatten, ReLU, Linear (10), Output."""
    return chain(
        node("input", 0), node("flatten_1", 1), node("relu_1", 2), node("linear_1", 3, out_features=10),
        node("output", 4),
    )  # fmt: skip


def project_with(graph: Graph) -> Project:
    kind = KINDS["image-classification"]
    choice = DatasetChoice("bundled", "nothing", facts=FACTS)
    return Project(kind.id, choice, {MAIN: graph}, kind.default_recipe(FACTS))


def pytest_collection_modifyitems(items):
    """The offscreen platform has no window manager that popups could ask for the keyboard."""
    missing = ("propagateSizeHints", "raise", "grabbing the keyboard")
    for item in items:
        if "canvas" in str(item.fspath):
            # The nearest mark counts alone, so it repeats what tests/conftest.py ignores.
            item.add_marker(
                pytest.mark.qt_log_ignore(
                    *(f"This plugin does not support {what}" for what in missing),
                    "QFont::setPointSizeF",
                    extend=True,
                )
            )


@pytest.fixture
def document(qapp, monkeypatch):
    """A document whose dataset never arrives: the network is what counts here."""
    monkeypatch.setattr(DatasetOpener, "open", lambda self, choice: None)
    made = Document()
    made.open_project(project_with(small_network()), None)
    yield made
    made.stop()


@pytest.fixture
def page(document, qtbot):
    made = NetworkPage(document)
    qtbot.addWidget(made)
    panels = [panel.widget for panel in made.panels]
    for widget in panels:
        qtbot.addWidget(widget)
        widget.resize(320, 500)
        widget.show()
    made.resize(900, 800)
    made.show()
    qtbot.waitExposed(made)
    made.canvas.zoom_to(1.0)
    made.canvas.fit()
    return made


@pytest.fixture
def canvas(page):
    return page.canvas
