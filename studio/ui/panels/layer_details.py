"""The inspector's page for one layer: picture, name, parameters, figures, problems."""

from __future__ import annotations

import html

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from studio.core.network import Node
from studio.core.problems import Problem
from studio.graph.analysis import NodeFacts
from studio.graph.layer_type import LayerType, Shape
from studio.ui import theme
from studio.ui.buttons import QuietButton
from studio.ui.canvas.block_actions import BlockActions
from studio.ui.canvas.editor import NetworkEditor
from studio.ui.canvas.words import count, shape_meaning, size_text, token_words
from studio.ui.forms.editor import wrapped
from studio.ui.forms.param_form import ParamForm
from studio.ui.labels import Note
from studio.ui.panels.block_section import BlockSection, ShownParams
from studio.ui.panels.figures import Figures
from studio.ui.panels.problem_row import ProblemRow

_PICTURE = 40


class LayerDetails(QWidget):
    """Shows the node that `show_node` names; edits go through the editor."""

    def __init__(self, editor: NetworkEditor, blocks: BlockActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._blocks = blocks
        self.block = BlockSection(blocks, self._show_refusal)
        self.refusal = Note()
        self.refusal.hide()
        self.shown = ShownParams(blocks)
        self._node: str | None = None
        self._problem_keys: object = None
        self._rows: list[ProblemRow] = []
        self.picture = QLabel()
        self.name = QLineEdit(clearButtonEnabled=True)
        self.name.setObjectName("layerName")
        self.name.setAccessibleName(self.tr("Name of the layer"))
        self.name.setToolTip(
            wrapped(self.tr("Your own name for this layer. Leave it empty for the automatic one."))
        )
        self.name.editingFinished.connect(self._on_renamed)
        self.kind = Note()
        self.help = QLabel(wordWrap=True)
        self.help.setTextFormat(Qt.TextFormat.RichText)
        self.help.linkActivated.connect(lambda url: QDesktopServices.openUrl(QUrl(url)))
        self.problems = QVBoxLayout()
        self.problems.setSpacing(4)
        self.form = ParamForm()
        self.form.value_changed.connect(self._on_value_changed)
        self.figures = Figures()
        self._lay_out()

    def _lay_out(self) -> None:
        title = QVBoxLayout()
        title.setSpacing(2)
        title.addWidget(self.name)
        title.addWidget(self.kind)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(title, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        self.duplicate = QuietButton(self.tr("Duplicate"), "copy")
        self.delete = QuietButton(self.tr("Delete"), "delete")
        self.duplicate.clicked.connect(lambda: self._editor.duplicate(self._chosen()))
        self.delete.clicked.connect(lambda: self._editor.delete(self._chosen()))
        buttons.addWidget(self.duplicate)
        buttons.addWidget(self.delete)
        buttons.addStretch(1)
        self.reset = QuietButton("", "reset")
        self.reset.setAccessibleName(self.tr("Reset the options"))
        self.reset.setToolTip(
            wrapped(self.tr("Sets all options of this layer back to what they were at first."))
        )
        self.reset.clicked.connect(self._on_reset)
        buttons.addWidget(self.reset)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 12, 12, 12)
        box.setSpacing(12)
        box.addLayout(head)
        box.addWidget(self.help)
        box.addLayout(self.problems)
        box.addWidget(self.form)
        box.addWidget(self.shown)
        box.addWidget(self.block)
        box.addWidget(self.refusal)
        box.addWidget(separator())
        box.addWidget(self.figures)
        box.addStretch(1)
        box.addLayout(buttons)

    @property
    def node(self) -> str | None:
        return self._node

    def show_node(self, node: Node) -> None:
        """Shows a layer, or the same one's new values."""
        if node.id != self._node:
            self.leave()
            self._node = node.id
            self._problem_keys = None
        layer = self._editor.layers.get(node.type)
        analysis = self._editor.analysis
        facts = analysis.nodes.get(node.id) if analysis is not None else None
        self._show_head(node, layer)
        if layer is not None:
            given = facts.given if facts is not None else {}  # by the data: nobody is asked for it
            asked = tuple(param for param in layer.params if param.name not in given)
            self.form.set_params(asked, node.params, f"layer.{node.type}")
        self.form.setVisible(layer is not None and bool(layer.params))
        self.reset.setVisible(layer is not None and bool(layer.params))
        for button in (self.duplicate, self.delete):
            button.setVisible(node.type not in ("input", "output"))
        self.shown.show_layer(node, layer)
        block = self._blocks.block(node.id)
        self.block.setVisible(block is not None)
        if block is not None:
            self.block.show_block(node.id, block)
        self._show_problems([p for p in self._editor.problems if p.node == node.id])
        self._show_figures(layer, facts or NodeFacts())

    def leave(self) -> None:
        """Another page takes the place: what was being typed is kept."""
        self.form.finish_editing()
        self._on_renamed()
        self.block.leave()
        self.refusal.hide()
        self._node = None

    def _show_refusal(self, sentence: str) -> None:
        """Why something with the block cannot be; empty takes the sentence away."""
        self.refusal.setText(sentence)
        self.refusal.setVisible(bool(sentence))

    def focus_name(self) -> None:
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.name.selectAll()

    def _show_head(self, node: Node, layer: LayerType | None) -> None:
        family = theme.colours().family(layer.family if layer is not None else "")
        icon = theme.icon(f"layers/{(layer.icon or layer.id) if layer is not None else ''}", family)
        self.picture.setPixmap(icon.pixmap(QSize(_PICTURE, _PICTURE), self.devicePixelRatioF()))
        if not self.name.hasFocus():
            self.name.setText(node.label)
        self.name.setPlaceholderText(self._editor.name(node.id))
        if layer is None:
            self.kind.setText(self.tr("Unknown layer “{type}”").format(type=node.type))
            self.help.setText(self.tr("This layer comes from a newer version of Lantern."))
            return
        self.kind.setText(f"{layer.name} · {layer.family}")
        if layer.block is not None:  # written by users, and in files of others
            self.help.setText(html.escape(layer.help))
            return
        link = f'<a href="{layer.url}">{self.tr("Learn more")}</a>'
        self.help.setText(f"{layer.help} {link}")

    def _show_problems(self, problems: list[Problem]) -> None:
        self.form.clear_errors()
        for problem in problems:
            if problem.param is not None:
                self.form.set_error(problem.param, problem.message, said_elsewhere=True)
        keys = [(p.code, p.message, p.param, tuple(f.text for f in p.fixes)) for p in problems]
        if keys == self._problem_keys:
            for row, problem in zip(self._rows, problems, strict=True):
                row.problem = problem  # its fixes are made for the network as it is now
            return
        self._problem_keys = keys
        for row in self._rows:
            self.problems.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        for problem in problems:
            row = ProblemRow(problem)
            row.setProperty("card", True)
            row.fix_chosen.connect(self._editor.apply_fix)
            row.chosen.connect(lambda p: p.param and self.form.focus_param(p.param))
            self.problems.addWidget(row)
            self._rows.append(row)

    def _show_figures(self, layer: LayerType | None, facts: NodeFacts) -> None:
        tr, rows = self.tr, []
        project = self._editor.document.project
        words = token_words(project.dataset if project is not None else None)
        if layer is None or layer.max_inputs != 0:
            names = tr("What goes in") if len(facts.inputs) <= 1 else tr("What goes in (each)")
            unique: list[Shape | None] = [*dict.fromkeys(facts.inputs)] or [None]
            rows.append(
                (names, "\n".join(shape_meaning(shape, words, facts.steps_in) for shape in unique), "")
            )
        rows.append((tr("What comes out"), shape_meaning(facts.output, words, facts.steps), ""))
        if facts.waits_for is not None:
            waits = tr("until “{name}” is mended").format(name=self._editor.name(facts.waits_for))
            rows.append((tr("Waits"), waits, ""))
        if facts.parameters:
            text = f"{count(facts.parameters)} ({size_text(facts.parameters)})"
            rows.append((tr("Parameters"), text, tr("The numbers that this layer learns during training.")))
        if facts.multiply_adds:
            help_text = tr("How many multiplications with an addition one sample takes: the work to be done.")
            rows.append((tr("Multiply-adds"), count(facts.multiply_adds), help_text))
        self.figures.show_rows(rows)

    def _on_value_changed(self, name: str, value: object, final: bool) -> None:
        if self._node is not None:
            self._editor.set_param(self._node, name, value, final)  # type: ignore[arg-type]

    def _chosen(self) -> list[str]:
        return [self._node] if self._node is not None else []

    def _on_reset(self) -> None:
        if self._node is not None:
            self._editor.reset_params(self._node)

    def _on_renamed(self) -> None:
        graph = self._editor.graph
        if self._node is not None and graph is not None and self._node in graph:
            self._editor.rename(self._node, self.name.text())


def separator() -> QWidget:
    """A hair line between groups."""
    line = QWidget()
    line.setFixedHeight(1)
    line.setAutoFillBackground(True)
    line.setBackgroundRole(QPalette.ColorRole.Mid)
    return line
