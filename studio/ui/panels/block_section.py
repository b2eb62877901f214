"""The inspector's part about blocks: the definition behind a card, and which parameters it shows outside."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from studio.core.network import Block, BlockParam, Node, Target
from studio.graph.blocks.filling import bound, is_plain
from studio.graph.layer_type import LayerType
from studio.ui.buttons import QuietButton
from studio.ui.canvas.block_actions import BlockActions
from studio.ui.canvas.words import count, size_text
from studio.ui.forms.editor import wrapped
from studio.ui.labels import Heading, Note
from studio.ui.layouts import clear
from studio.ui.panels.figures import Figures


class BlockSection(QWidget):
    """Of one use of a block: what the block is called, and what can be done with it as a whole."""

    def __init__(
        self, blocks: BlockActions, refuse: Callable[[str], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._blocks = blocks
        self._refuse = refuse
        self._node = ""
        self._block: Block | None = None
        self.name = QLineEdit()
        self.name.setObjectName("blockName")
        self.name.setAccessibleName(self.tr("Name of the block"))
        self.name.setToolTip(wrapped(self.tr("What this block is called, here and at all other places.")))
        self.name.editingFinished.connect(self._on_renamed)
        self.uses = Note()
        self.open = QuietButton(self.tr("Open"), "open")
        self.dissolve = QuietButton(self.tr("Dissolve"), "unlink")
        self.keep = QuietButton(self.tr("Save to my blocks"), "save")
        self.share = QuietButton(self.tr("Save as a file …"), "export")
        self.open.setObjectName("openBlock")
        self.open.setToolTip(wrapped(self.tr("Shows the layers inside, to look at and to change (Enter).")))
        self.dissolve.setToolTip(wrapped(self.tr("Puts the layers inside in the place of the block.")))
        self.keep.setToolTip(wrapped(self.tr("Puts it into the palette, for all your projects.")))
        self.share.setToolTip(wrapped(self.tr("One file, for a friend or another computer.")))
        self.open.clicked.connect(lambda: self._blocks.open(self._node))
        self.dissolve.clicked.connect(lambda: self._refuse(self._blocks.dissolve(self._node)))
        self.keep.clicked.connect(self._on_keep)
        self.share.clicked.connect(self._on_share)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(Heading(self.tr("The block")))
        box.addWidget(self.name)
        box.addWidget(self.uses)
        for pair in ((self.open, self.dissolve), (self.keep,), (self.share,)):
            row = QHBoxLayout()
            row.setSpacing(8)
            for button in pair:
                row.addWidget(button)
            row.addStretch(1)
            box.addLayout(row)

    def show_block(self, node: str, block: Block) -> None:
        self._node, self._block = node, block
        if not self.name.hasFocus():
            self.name.setText(block.name)
        uses = self._blocks.uses(block)
        if uses > 1:
            self.uses.setText(self.tr("It stands at {n} places, which share what is inside.").format(n=uses))
        else:
            self.uses.setText(self.tr("It stands at this place only."))

    def focus_name(self) -> None:
        self.name.setFocus()
        self.name.selectAll()

    def leave(self) -> None:
        self._on_renamed()
        self._block = None

    def _on_renamed(self) -> None:
        block = self._block
        if block is not None:
            self._blocks.rename(block, self.name.text())
            if not self.name.text().strip():
                self.name.setText(block.name)

    def _on_keep(self) -> None:
        if self._block is not None:
            self._refuse(self._blocks.keep(self._block))

    def _on_share(self) -> None:
        graph = self._blocks.editor.graph
        if self._block is not None and graph is not None:
            self._refuse(self._blocks.share(self._block, graph.blocks))


class BlockSummary(QWidget):
    """A block is open and nothing in it selected: its name, what it does, its parameters and figures."""

    def __init__(self, blocks: BlockActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._blocks = blocks
        self._block: Block | None = None
        self._listed: tuple[tuple[str, str], ...] | None = None
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name of the block"))
        self.name.editingFinished.connect(self._on_renamed)
        self.help = QLineEdit(placeholderText=self.tr("What it does, in a sentence"))
        self.help.setAccessibleName(self.tr("What the block does"))
        self.help.editingFinished.connect(self._on_described)
        self.rows = QGridLayout()
        self.rows.setSpacing(6)
        self.none = Note(
            self.tr(
                "None yet. Select a layer in here: a tick below its options shows an option outside, so "
                "that each use of the block can have its own value."
            )
        )
        self.figures = Figures()
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 12, 12, 12)
        box.setSpacing(12)
        box.addWidget(Heading(self.tr("The block")))
        box.addWidget(self.name)
        box.addWidget(self.help)
        box.addWidget(self.figures)
        box.addWidget(Heading(self.tr("Parameters shown outside")))
        box.addWidget(self.none)
        box.addLayout(self.rows)
        box.addStretch(1)

    def refresh(self) -> None:
        place = self._blocks.editor.place
        block, analysis = place.block, place.analysis
        self._block = block
        if block is None:
            return
        for field, text in ((self.name, block.name), (self.help, block.help)):
            if not field.hasFocus():
                field.setText(text)
                field.setCursorPosition(0)
        tr = self.tr
        rows = [(tr("Layers"), count(sum(n.type not in ("input", "output") for n in block.nodes)), "")]
        if analysis is not None:
            rows.append(
                (tr("Parameters"), f"{count(analysis.parameters)} ({size_text(analysis.parameters)})", "")
            )
        rows.append((tr("Used at"), _places(self._blocks.uses(block)), ""))
        self.figures.show_rows(rows)
        listed = tuple((param.name, param.label) for param in block.params)
        self.none.setVisible(not listed)
        if listed != self._listed:
            self._listed = listed
            self._list(block)

    def leave(self) -> None:
        self._on_renamed()
        self._on_described()

    def _list(self, block: Block) -> None:
        clear(self.rows)
        for index, param in enumerate(block.params):
            label = QLineEdit(param.label)
            label.setAccessibleName(self.tr("Name of the parameter"))
            label.editingFinished.connect(
                lambda name=param.name, field=label: self._on_relabelled(name, field)
            )
            hide = QuietButton("", "remove")
            hide.setAccessibleName(self.tr("Hide “{name}”").format(name=param.label))
            hide.setToolTip(
                wrapped(self.tr("No longer a parameter of the block: what is inside keeps its value."))
            )
            hide.clicked.connect(lambda _=False, name=param.name: self._on_hidden(name))
            self.rows.addWidget(label, index, 0)
            self.rows.addWidget(hide, index, 1)

    def _on_renamed(self) -> None:
        if self._block is not None:
            self._blocks.rename(self._block, self.name.text())

    def _on_described(self) -> None:
        if self._block is not None:
            self._blocks.describe(self._block, self.help.text())

    def _on_relabelled(self, name: str, field: QLineEdit) -> None:
        block = self._blocks.editor.place.block
        known = next((p.label for p in block.params if p.name == name), None) if block is not None else None
        if block is not None and known is not None and field.text().strip() not in ("", known):
            self._blocks.relabel(block, name, field.text())

    def _on_hidden(self, name: str) -> None:
        if self._block is not None:
            self._blocks.conceal(self._block, name)


class ShownParams(QWidget):
    """Of a layer inside of a block: which of its options the block shows outside."""

    def __init__(self, blocks: BlockActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shownParams")
        self._blocks = blocks
        self._key: object = None
        self.ticks: dict[str, QCheckBox] = {}
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(4)

    def show_layer(self, node: Node, layer: LayerType | None) -> None:
        block = self._blocks.editor.place.block
        params = layer.params if layer is not None else ()
        self.setVisible(block is not None and bool(params))
        if block is None:
            self._key = None
            return
        ruled = bound(block)
        states = tuple((p.name, p.label, *_state(ruled.get((node.id, p.name)))) for p in params)
        key = (block.id, node.id, states)
        if key == self._key:
            return
        self._key = key
        self._rebuild(block, node.id, states)

    def _rebuild(self, block: Block, node: str, states: tuple[tuple[str, str, bool, str], ...]) -> None:
        clear(self._box)
        self._box.addWidget(QLabel(self.tr("Shown outside, as a parameter of the block:")))
        self.ticks = {}
        for name, label, ticked, note in states:
            tick = QCheckBox(f"{label}: {note}" if note else label)
            tick.setChecked(ticked)
            tick.clicked.connect(lambda on, name=name: self._blocks.expose(self._now(block), node, name, on))
            self.ticks[name] = tick
            self._box.addWidget(tick)

    def _now(self, block: Block) -> Block:
        return self._blocks.editor.place.block or block


def _places(uses: int) -> str:
    if uses == 1:
        return QCoreApplication.translate("Blocks", "this place only")
    return QCoreApplication.translate("Blocks", "{n} places").format(n=uses)


def _state(rule: tuple[BlockParam, Target] | None) -> tuple[bool, str]:
    """Whether it is ticked, and by which parameter of the block it is decided."""
    if rule is None:
        return False, ""
    param, target = rule
    text = "“{name}”" if is_plain(target) else QCoreApplication.translate("Blocks", "follows “{name}”")
    return True, text.format(name=param.label)
