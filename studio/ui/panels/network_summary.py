"""The inspector's pages for no layer (the network as a whole) and for several layers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.graph.analysis import NodeFacts
from studio.ui.buttons import QuietButton
from studio.ui.canvas.block_actions import BlockActions
from studio.ui.canvas.editor import NetworkEditor
from studio.ui.canvas.words import count, shape_meaning, short_count, size_text, token_words
from studio.ui.labels import Heading, Note
from studio.ui.panels.figures import Figures
from studio.ui.panels.layer_details import separator


class NetworkSummary(QWidget):
    """Nothing is selected: what the network is as a whole, and what one can do."""

    def __init__(self, editor: NetworkEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.figures = Figures()
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 12, 12, 12)
        box.setSpacing(12)
        box.addWidget(Heading(self.tr("The network")))
        box.addWidget(self.figures)
        box.addWidget(separator())
        box.addWidget(Heading(self.tr("Good to know")))
        for tip in self._tips():
            box.addWidget(Note(tip))
        box.addStretch(1)

    def _tips(self) -> tuple[str, ...]:
        return (
            self.tr("Drag a layer from the palette onto a wire: it goes in between."),
            self.tr("Click a layer to change its options here."),
            self.tr("Draw a wire from the dot below a layer to the dot above another one."),
            self.tr("Press A to add a layer after the selected one, Delete to take it away."),
        )

    def refresh(self) -> None:
        document, tr = self._editor.document, self.tr
        project, analysis, graph = document.project, document.analysis, self._editor.graph
        if project is None or graph is None:
            self.figures.show_rows([])
            return
        layers = sum(node.type not in ("input", "output") for node in graph.nodes)
        rows = [(tr("Layers"), count(layers), "")]
        facts = project.dataset.facts if project.dataset is not None else None
        goes_in = facts.input_shape if facts is not None else None
        rows.append((tr("What goes in"), shape_meaning(goes_in, token_words(project.dataset), 0), ""))
        if analysis is not None:
            rows.append((tr("What comes out"), shape_meaning(analysis.output), ""))
            help_text = tr("All numbers that the network learns during training.")
            rows.append((tr("Parameters"), count(analysis.parameters), help_text))
            rows.append((tr("Size"), size_text(analysis.parameters), tr("What the weights take in memory.")))
            work = tr("{n} multiply-adds per sample").format(n=short_count(analysis.multiply_adds))
            rows.append((tr("Work"), work, tr("How much is computed for one sample.")))
        if facts is not None and facts.classes:
            each = tr(
                "{n} numbers, one for each label" if facts.multi_label else "{n} numbers, one for each class"
            )
            wanted = each.format(n=len(facts.classes))
            rows.append((tr("Expected"), wanted, tr("What must come out, so that it fits the dataset.")))
        self.figures.show_rows(rows)


class SeveralLayers(QWidget):
    """Several layers are selected: their sum, and what can be done with all of them."""

    def __init__(self, editor: NetworkEditor, blocks: BlockActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.refusal = Note()
        self.refusal.hide()
        self._editor = editor
        self._nodes: tuple[str, ...] = ()
        self.title = Heading()
        self.names = Note()
        self.figures = Figures()
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 12, 12, 12)
        box.setSpacing(12)
        for widget in (self.title, self.names, self.figures, separator()):
            box.addWidget(widget)
        for text, icon, action in (
            (self.tr("Make a block"), "block", lambda: self._say(blocks.make(self._nodes))),
            (self.tr("Duplicate"), "copy", lambda: editor.duplicate(self._nodes)),
            (self.tr("Copy"), "copy", lambda: editor.copy(self._nodes)),
            (self.tr("Remove all their wires"), "unlink", lambda: editor.unwire(self._nodes)),
            (self.tr("Delete"), "delete", lambda: editor.delete(self._nodes)),
        ):
            button = QuietButton(text, icon)
            button.clicked.connect(action)
            box.addWidget(button)
        box.addWidget(self.refusal)
        box.addStretch(1)

    def _say(self, refused: str) -> None:
        self.refusal.setText(refused)
        self.refusal.setVisible(bool(refused))

    def show_nodes(self, nodes: Sequence[str]) -> None:
        if tuple(nodes) != self._nodes:
            self._say("")
        self._nodes = tuple(nodes)
        analysis = self._editor.analysis
        facts = [analysis.nodes.get(n, NodeFacts()) for n in nodes] if analysis is not None else []
        self.title.setText(self.tr("{n} layers are selected").format(n=len(nodes)))
        self.names.setText(", ".join(self._editor.name(node) for node in nodes))
        self.figures.show_rows(
            [
                (
                    self.tr("Parameters"),
                    count(sum(f.parameters for f in facts)),
                    self.tr("All numbers that these layers learn during training."),
                ),
                (
                    self.tr("Multiply-adds"),
                    short_count(sum(f.multiply_adds for f in facts)),
                    self.tr("How much these layers compute for one sample."),
                ),
            ]
        )
