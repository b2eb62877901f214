"""The searches that work by keyboard: add a layer, choose a wire's other end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from studio.ui import theme
from studio.ui.canvas.card import LayerCard, Port
from studio.ui.canvas.chooser import Chooser, Option
from studio.ui.canvas.geometry import CARD_WIDTH, snapped
from studio.ui.canvas.layer_search import search_layers
from studio.ui.canvas.surface import CanvasSurface

if TYPE_CHECKING:
    from studio.core.network import Edge


class QuickAdd(Chooser):
    """Adds a layer at `pos`, at the loose end of a wire, into `edge`, or after the selection."""

    def __init__(
        self,
        canvas: CanvasSurface,
        pos: QPointF | None = None,
        wire_from: Port | None = None,
        edge: Edge | None = None,
    ) -> None:
        self._canvas = canvas
        self._pos, self._wire_from, self._edge = pos, wire_from, edge
        super().__init__(
            canvas,
            canvas.tr("Add a layer: type to search"),
            self._options,
            canvas.tr("No layer is called like that. Try “conv”, “pool” or “dropout”."),
        )
        self.setObjectName("quickAdd")
        self.chosen.connect(self._on_chosen)

    def _options(self, typed: str) -> list[Option]:
        colours = theme.colours()
        return [
            Option(
                layer.id,
                layer.name,
                layer.help,
                theme.icon(f"layers/{layer.icon or layer.id}", colours.family(layer.family)),
                self._canvas.editor.add_refusal(layer.id),
            )
            for layer in search_layers(self._canvas.editor.layers, typed)
            if layer.id != "input" or not self._canvas.editor.add_refusal(layer.id)
        ]

    def _on_chosen(self, layer: str) -> None:
        editor, place = self._canvas.editor, None
        if self._pos is not None:
            corner = snapped(self._pos - QPointF(CARD_WIDTH / 2, 0))
            place = (corner.x(), corner.y())
        if self._edge is not None:
            editor.insert(layer, self._edge)
        elif self._wire_from is not None and place is not None:
            editor.add_at_wire(layer, place, self._wire_from)
        elif place is not None:
            editor.add_at(layer, place, None)
        else:
            centre = snapped(self._canvas.visible_centre())
            editor.add_after_selection(layer, (centre.x(), centre.y()))
        self._canvas.setFocus()


def open_quick_add(
    canvas: CanvasSurface, pos: QPointF | None = None, wire_from: Port | None = None
) -> QuickAdd:
    """The search that adds a layer: at `pos`, or after the selected layer."""
    popup = QuickAdd(canvas, pos, wire_from)
    popup.open_at(canvas.popup_point(pos))
    return popup


def open_link_chooser(canvas: CanvasSurface, source: str) -> Chooser:
    """Ctrl+L: wires the selected layer to another one, chosen by name; refused ones say why."""
    editor, cards = canvas.editor, canvas.network_scene.cards
    graph = editor.graph
    fed = {edge.target for edge in graph.outputs_of(source)} if graph is not None else set()

    def fullness(card: LayerCard) -> int:
        """Free inputs come first: there no other wire gives way."""
        wired = len(graph.inputs_of(card.id)) if graph is not None else 0
        return int(wired >= max(card.view.inputs, 1))

    def options(typed: str) -> list[Option]:
        found = []
        for card in sorted(cards.values(), key=fullness):
            if (
                card.id == source
                or card.id in fed
                or card.view.inputs == 0
                or typed.lower() not in card.view.name.lower()
            ):
                continue
            refusal = editor.refusal(source, card.id, None)
            found.append(Option(card.id, card.view.name, card.view.summary, None, refusal))
        return sorted(found, key=lambda option: bool(option.refusal))

    def link(choice: str) -> None:
        editor.connect_ports(source, choice, None)
        canvas.setFocus()

    title = canvas.tr("Connect “{name}” to …").format(name=cards[source].view.name)
    chooser = Chooser(canvas, title, options, canvas.tr("There is no other layer to connect to."))
    chooser.setObjectName("linkChooser")
    chooser.chosen.connect(link)
    return chooser
