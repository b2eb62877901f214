"""Which block is open on the canvas, and what the network looks like from there."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from studio.core.network import Block, Graph
from studio.core.problems import Problem
from studio.core.project import MAIN
from studio.core.registry import Registry
from studio.graph.analysis import Analysis
from studio.graph.blocks.inside import Path, block_of, closed, opened
from studio.graph.blocks.standing import analysis_inside, path_to, problems_inside
from studio.graph.blocks.types import with_blocks
from studio.graph.layer_type import LayerType
from studio.graph.naming import display_names
from studio.ui.document import Document


class Place(QObject):
    """`nodes`: the blocks that were opened, from the outermost; none: the network itself.

    `changed`: another block was opened or closed; everything that shows the network looks again.
    """

    changed = Signal()

    def __init__(
        self, document: Document, layers: Registry[LayerType], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self.layers = layers
        self._nodes: tuple[str, ...] = ()
        self._project = ""  # whose blocks are open
        self._seen: tuple[object, object, tuple[str, ...], Path, Graph, Analysis | None] | None = None
        document.project_changed.connect(self._on_project_changed)

    @property
    def nodes(self) -> tuple[str, ...]:
        return self._nodes

    @property
    def root(self) -> Graph | None:
        project = self._document.project
        return project.graphs.get(MAIN) if project is not None else None

    @property
    def graph(self) -> Graph | None:
        """What the canvas shows: the network, or the inside of the block that is open."""
        return self.root if not self._nodes else self._look()[1]

    @property
    def analysis(self) -> Analysis | None:
        return self._document.analysis if not self._nodes else self._look()[2]

    @property
    def path(self) -> Path:
        return self._look()[0] if self._nodes else ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Of the layers that are shown, with fixes for the project."""
        if not self._nodes:
            return self._document.problems
        analysis = self.analysis
        return problems_inside(analysis, self.path, self.layers) if analysis is not None else ()

    @property
    def block(self) -> Block | None:
        """The definition of the block that is open."""
        blocks = self.blocks
        return blocks[-1] if blocks else None

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The definitions of all open blocks, the outermost first."""
        root, found = self.root, []
        for depth in range(len(self._nodes)):
            outer = opened(root, self.path[:depth], self.layers) if root is not None else None
            block = block_of(outer, self._nodes[depth])
            if block is None:
                break
            found.append(block)
        return tuple(found)

    @property
    def names(self) -> tuple[str, ...]:
        """What the open blocks are called where they stand."""
        root, found = self.root, []
        for depth, node in enumerate(self._nodes):
            outer = opened(root, self.path[:depth], self.layers) if root is not None else None
            if outer is None:
                break
            found.append(display_names(outer, with_blocks(self.layers, outer.blocks)).get(node, node))
        return tuple(found)

    def whole(self, inner: Graph) -> Graph:
        """The network, after what is shown became `inner`."""
        root = self.root
        if root is None or not self._nodes:
            return inner
        return closed(root, self.path, inner, self.layers)

    def go(self, nodes: tuple[str, ...]) -> None:
        """Opens these blocks, as far as they are there, and closes all others."""
        root = self.root
        if root is None:
            return
        there = tuple(step.node for step in path_to(root, nodes, self._document.analysis, self.layers))
        if there != self._nodes:
            self._nodes = there
            self.changed.emit()

    def _look(self) -> tuple[Path, Graph | None, Analysis | None]:
        root, analysis = self.root, self._document.analysis
        if root is None:
            return (), None, None
        seen = self._seen
        if seen is None or seen[0] is not root or seen[1] is not analysis or seen[2] != self._nodes:
            path = path_to(root, self._nodes, analysis, self.layers)
            inner = opened(root, path, self.layers) or root
            within = None
            if analysis is not None:
                within = analysis_inside(root, path, inner, analysis, self.layers) if path else analysis
            self._seen = seen = (root, analysis, self._nodes, path, inner, within)
        return seen[3], seen[4], seen[5]

    def _on_project_changed(self) -> None:
        """An undo may have taken the open block away; another project has other ones."""
        project, root = self._document.project, self.root
        if project is None or root is None or project.id != self._project:
            self._project = project.id if project is not None else ""
            nodes: tuple[str, ...] = ()
        else:
            nodes = tuple(step.node for step in path_to(root, self._nodes, None, self.layers))
        if nodes != self._nodes:
            self._nodes = nodes
            self.changed.emit()
