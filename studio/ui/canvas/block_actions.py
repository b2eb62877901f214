"""What people do with blocks on the canvas: make, open, close, dissolve, keep, share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.core.network import Block, Graph
from studio.core.project import MAIN
from studio.core.safe_write import SaveError
from studio.graph.blocks import changing
from studio.graph.blocks.inside import block_of
from studio.graph.blocks.library import file_name, write_block
from studio.graph.blocks.making import (
    block_refusal,
    dissolve,
    dissolve_refusal,
    make_block,
)
from studio.graph.blocks.sharing import SUFFIX
from studio.graph.blocks.types import closure, definitions
from studio.ui.block_library import BlockLibrary
from studio.ui.canvas.editor import NetworkEditor
from studio.ui.dialogs.file_dialogs import FileDialogs


class BlockActions(QObject):
    """Every change is one undo step. Answers are a sentence why something cannot be, else empty.

    `made(node)`: a new block wants a name. `told(sentence)`: what was done outside of the project.
    """

    made = Signal(str)
    told = Signal(str)

    def __init__(
        self, editor: NetworkEditor, library: BlockLibrary, dialogs: FileDialogs, window: QWidget
    ) -> None:
        super().__init__(window)
        self.editor = editor
        self.library = library
        self._dialogs = dialogs
        self._window = window
        library.changed.connect(self._on_library_changed)

    def _on_library_changed(self) -> None:
        self.editor.place.layers = self.library.layers

    def block(self, node: str) -> Block | None:
        """The definition, where a node is a block."""
        return block_of(self.editor.graph, node)

    # -- making and dissolving --------------------------------------------------------------------------

    def make(self, nodes: Sequence[str]) -> str:
        graph = self.editor.graph
        if graph is None:
            return ""
        refused = block_refusal(graph, self.editor.layers, nodes)
        if refused is not None:
            return refused
        name = self._free_name(graph)
        after, node = make_block(graph, self.editor.layers, nodes, name)
        self.editor.change(after, self.tr("Make the block “{name}”").format(name=name))
        self.editor.selection.select([node])
        self.editor.selection.focus_requested.emit(node)
        self.made.emit(node)
        return ""

    def _free_name(self, graph: Graph) -> str:
        taken = {block.name for block in graph.blocks}
        name, number = self.tr("Block"), 1
        while name in taken:
            number += 1
            name = f"{self.tr('Block')} {number}"
        return name

    def dissolve(self, node: str) -> str:
        graph, analysis = self.editor.graph, self.editor.analysis
        if graph is None or self.block(node) is None:
            return self.tr("Select a block first: dissolving it brings its layers back.")
        refused = dissolve_refusal(graph, self.editor.layers, node)
        if refused is not None:
            return refused
        facts = analysis.nodes.get(node) if analysis is not None else None
        text = self.tr("Dissolve “{name}”").format(name=self.editor.name(node))
        after, new = dissolve(graph, self.editor.layers, node, facts)
        self.editor.change(after, text)
        self.editor.selection.select(new)
        return ""

    def detach(self, node: str) -> None:
        """The others of the same block stay as they are, whatever is done inside of this one."""
        graph = self.editor.graph
        if graph is not None:
            text = self.tr("Make “{name}” a block of its own").format(name=self.editor.name(node))
            self.editor.change(changing.detached(graph, node), text)

    # -- opening and closing ----------------------------------------------------------------------------

    def open(self, node: str) -> bool:
        """Goes into a block. False: it is none."""
        if self.block(node) is None:
            return False
        self.editor.selection.clear()
        self.editor.place.go((*self.editor.place.nodes, node))
        return True

    def close(self) -> bool:
        """Back out of the innermost block, which is then selected. False: none is open."""
        nodes = self.editor.place.nodes
        if not nodes:
            return False
        self.go(len(nodes) - 1)
        return True

    def go(self, depth: int) -> None:
        """Closes all blocks but the `depth` outermost."""
        nodes = self.editor.place.nodes
        if depth < len(nodes):
            self.editor.selection.clear()
            self.editor.place.go(nodes[:depth])
            self.editor.selection.select([nodes[depth]])
            self.editor.selection.focus_requested.emit(nodes[depth])

    # -- the definition ---------------------------------------------------------------------------------

    def uses(self, block: Block) -> int:
        root = self.editor.place.root
        return changing.uses(root, block.id) if root is not None else 0

    def rename(self, block: Block, name: str) -> None:
        if name.strip() and name.strip() != block.name:
            text = self.tr("Rename the block “{name}”").format(name=block.name)
            self._define(lambda graph: changing.renamed(graph, block.id, name), text)

    def describe(self, block: Block, text: str) -> None:
        if text.strip() != block.help:
            label = self.tr("Describe the block “{name}”").format(name=block.name)
            self._define(lambda graph: changing.described(graph, block.id, text), label)

    def expose(self, block: Block, node: str, param: str, shown: bool) -> None:
        """A parameter of a layer inside as a named one of the block, or no more."""
        text = self.tr("Show a parameter of the block “{name}”")
        if shown:
            layers = self.editor.layers
            self._define(
                lambda graph: changing.exposed(graph, layers, block.id, node, param),
                text.format(name=block.name),
            )
            return
        text = self.tr("Hide a parameter of the block “{name}”")
        self._define(lambda graph: changing.freed(graph, block.id, node, param), text.format(name=block.name))

    def conceal(self, block: Block, name: str) -> None:
        text = self.tr("Hide a parameter of the block “{name}”").format(name=block.name)
        self._define(lambda graph: changing.concealed(graph, block.id, name), text)

    def relabel(self, block: Block, name: str, label: str) -> None:
        text = self.tr("Rename a parameter of the block “{name}”").format(name=block.name)
        self._define(lambda graph: changing.relabelled(graph, block.id, name, label), text)

    def remove(self, block: Block) -> None:
        """A definition that nothing uses any more."""
        text = self.tr("Remove the block “{name}”").format(name=block.name)
        self._define(lambda graph: changing.removed(graph, block.id), text)

    def _define(self, change: changing.GraphEdit, text: str) -> None:
        document, root = self.editor.document, self.editor.place.root
        if document.project is not None and root is not None:
            document.push(document.project.with_graph(change(root), MAIN), text)

    # -- outside of the project -------------------------------------------------------------------------

    def keep(self, block: Block) -> str:
        """Into the user's own palette, for all projects."""
        root = self.editor.place.root
        return self.keep_parts(closure(block, definitions(root.blocks))) if root is not None else ""

    def keep_parts(self, parts: tuple[Block, ...]) -> str:
        """A definition, last, after those inside of it."""
        block = parts[-1]
        refused = self.library.keep(parts)
        if not refused:
            text = self.tr(
                "“{name}” is among your blocks now, in every project: see “My blocks” in the palette."
            )
            self.told.emit(text.format(name=block.name))
        return refused

    def share(self, block: Block, blocks: Sequence[Block]) -> str:
        """As a file to give away."""
        filters = self.tr("Lantern blocks (*{suffix})").format(suffix=SUFFIX)
        path = self._dialogs.save_file(
            self._window, self.tr("Save the block as a file"), filters, file_name(block.name)
        )
        if path is None:
            return ""
        try:
            write_block(path, block, blocks)
        except SaveError as error:
            return str(error)
        self.told.emit(
            self.tr(
                "“{name}” is saved as “{file}”. Who drops that file onto Lantern has the block, too."
            ).format(name=block.name, file=path.name)
        )
        return ""

    def import_one(self) -> str:
        """A file that somebody gave away, into the user's own palette."""
        filters = self.tr("Lantern blocks (*{suffix})").format(suffix=SUFFIX)
        path = self._dialogs.open_file(self._window, self.tr("Import a block"), filters)
        return self.take_in(path) if path is not None else ""

    def take_in(self, path: Path) -> str:
        name, refused = self.library.take_in(path)
        if not refused:
            self.told.emit(self.tr("“{name}” is among your blocks now.").format(name=name))
        return refused

    def forget(self, entry_id: str) -> str:
        """Out of the user's palette; networks that use it keep it."""
        own = self.library.own(entry_id)
        refused = self.library.forget(entry_id)
        if own is not None and not refused:
            self.told.emit(
                self.tr("“{name}” is no longer among your blocks. Networks that use it keep it.").format(
                    name=own.block.name
                )
            )
        return refused
