"""From the document to what each card shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from PySide6.QtCore import QCoreApplication

from studio.core.network import Graph, Node
from studio.core.problems import Problem
from studio.core.registry import Registry
from studio.graph.analysis import Analysis, NodeFacts
from studio.graph.layer_type import LayerType
from studio.ui.canvas.card import CardView
from studio.ui.canvas.words import count, layer_name, shape_text, short_count, spoken_shape, summary


def card_views(
    graph: Graph,
    analysis: Analysis | None,
    problems: Sequence[Problem],
    layers: Registry[LayerType],
) -> dict[str, CardView]:
    """One view per node, by id."""
    by_node: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.node is not None:
            by_node.setdefault(problem.node, []).append(problem)
    last_port: dict[str, int] = {}
    for edge in graph.edges:
        last_port[edge.target] = max(last_port.get(edge.target, -1), edge.port)
    return {
        node.id: _card_view(node, last_port.get(node.id, -1), analysis, by_node.get(node.id, []), layers)
        for node in graph.nodes
    }


def _card_view(
    node: Node,
    last_port: int,
    analysis: Analysis | None,
    problems: Sequence[Problem],
    layers: Registry[LayerType],
) -> CardView:
    layer = layers.get(node.type)
    facts = analysis.nodes.get(node.id) if analysis is not None else None
    facts = facts or NodeFacts()
    names: Mapping[str, str] = analysis.names if analysis is not None else {}
    name = names.get(node.id) or layer_name(layer, node)
    line = summary(node, layer)
    parameters = short_count(facts.parameters) if facts.parameters else ""
    return CardView(
        id=node.id,
        name=name,
        summary=line,
        family=layer.family if layer is not None else "",
        icon=(layer.icon or layer.id) if layer is not None else "",
        parameters=parameters,
        output=shape_text(facts.output) if facts.output is not None else "",
        inputs=_input_count(layer, last_port),
        has_output=node.type != "output",
        position=node.position,
        problem=_badge(facts, problems),
        tooltip=_tooltip(name, layer, facts, problems, names),
        spoken=_spoken(name, line, facts, problems),
        block=layer is not None and layer.block is not None,
    )


def _input_count(layer: LayerType | None, last_port: int) -> int:
    """Ports to draw: joining layers always keep a free one."""
    if layer is None:
        return max(1, last_port + 1)
    if layer.max_inputs is None:
        return max(layer.min_inputs, last_port + 2)
    return max(layer.max_inputs, last_port + 1)


def _badge(facts: NodeFacts, problems: Sequence[Problem]) -> Literal["error", "warning", "waits", ""]:
    if any(problem.severity == "error" for problem in problems):
        return "error"
    if problems:
        return "warning"
    return "waits" if facts.waits_for else ""


def _tooltip(
    name: str,
    layer: LayerType | None,
    facts: NodeFacts,
    problems: Sequence[Problem],
    names: Mapping[str, str],
) -> str:
    translate = QCoreApplication.translate
    lines = [f"<b>{_escaped(name)}</b>"]
    if problems:
        lines += [_escaped(problem.message) for problem in problems]
    else:
        if layer is not None:
            lines.append(_escaped(layer.help))
        if facts.waits_for:
            waiting = translate("Canvas", "Waits until “{name}” is mended.")
            lines.append(_escaped(waiting.format(name=names.get(facts.waits_for, facts.waits_for))))
        if facts.output is not None:
            figures = translate("Canvas", "Gives {shape}. {parameters} parameters to learn.")
            lines.append(figures.format(shape=shape_text(facts.output), parameters=count(facts.parameters)))
    return "<p>" + "<br>".join(lines) + "</p>"


def _spoken(name: str, line: str, facts: NodeFacts, problems: Sequence[Problem]) -> str:
    """What a screen reader says of the card."""
    translate = QCoreApplication.translate
    parts = [name]
    if line:
        parts.append(line)
    if facts.output is not None:
        parts.append(translate("Canvas", "gives {shape}").format(shape=spoken_shape(facts.output)))
    parts += [problem.message for problem in problems]
    return ". ".join(parts)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
