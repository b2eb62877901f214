"""Layers as text: copied to the clipboard, mailed to a friend, pasted into another network."""

from __future__ import annotations

import json
import math
from collections.abc import Collection
from dataclasses import replace

from studio.core.block_json import BlockError, block_from_json, block_to_json
from studio.core.network import Block, Edge, Graph, Node, Position
from studio.core.params import ParamValue, defaults
from studio.core.problems import LanternError
from studio.core.registry import Registry
from studio.graph import edits
from studio.graph.blocks.making import used_by, with_definitions
from studio.graph.blocks.sharing import sound_blocks
from studio.graph.blocks.types import with_blocks
from studio.graph.layer_type import LayerType
from studio.graph.placing import GAP_X, GAP_Y, clear_offset

MARKER = "lantern-layers"
_FORMAT = 1
_LONGEST = 4_000_000  # characters; a network of 2,000 layers has about a tenth of it
_MOST = 5_000  # layers
_MOST_BLOCKS = 500
_NOT_LAYERS = "The clipboard holds no layers. Copy some layers of a network first, then paste."
_DAMAGED = "The copied layers are damaged and cannot be pasted. Copy them again."


class ClipboardError(LanternError):
    """The text holds no layers that could be pasted; the message says why."""


def copied(graph: Graph, node_ids: Collection[str]) -> str:
    """The layers, with the wires among them, as text. Input and Output are left out."""
    chosen = {n.id for n in graph.nodes if n.id in set(node_ids) and n.type not in ("input", "output")}
    nodes = [
        {
            "id": n.id,
            "type": n.type,
            "params": dict(n.params),
            "position": list(n.position),
            "label": n.label,
        }
        for n in graph.nodes
        if n.id in chosen
    ]
    edges = [[e.source, e.target, e.port] for e in graph.edges if e.source in chosen and e.target in chosen]
    content: dict[str, object] = {MARKER: _FORMAT, "nodes": nodes, "edges": edges}
    blocks = used_by(graph, chosen)
    if blocks:
        content["blocks"] = [block_to_json(block) for block in blocks]
    return json.dumps(content, ensure_ascii=False, indent=1)


def holds_layers(text: str) -> bool:
    """Whether pasting is worth offering; cheap, so that menus can ask."""
    return len(text) <= _LONGEST and f'"{MARKER}"' in text[:200]


def pasted(
    graph: Graph, layers: Registry[LayerType], text: str, at: Position | None = None
) -> tuple[Graph, tuple[str, ...]]:
    """The graph with the layers of the text, under fresh ids, and those ids.

    Args: at: where the top left corner of the pasted layers goes; None: beside the originals.
    Raises: ClipboardError: the text holds no layers, or some that cannot be used; nothing else.
    """
    fragment = parsed(text, layers)
    if not fragment.nodes:
        raise ClipboardError(_NOT_LAYERS)
    graph, types = with_definitions(graph, fragment.blocks)
    fragment = replace(
        fragment, nodes=tuple(replace(n, type=types.get(n.type, n.type)) for n in fragment.nodes)
    )
    layers = with_blocks(layers, graph.blocks)
    left = min(n.position[0] for n in fragment.nodes)
    top = min(n.position[1] for n in fragment.nodes)
    corner = at or (left + GAP_X, top + GAP_Y)
    places = {n.id: (n.position[0] - left, n.position[1] - top) for n in fragment.nodes}
    dx, dy = clear_offset(graph.nodes, places.values(), corner)
    ids: dict[str, str] = {}
    for node in fragment.nodes:
        ids[node.id] = edits.fresh_id(graph, node.type)
        x, y = places[node.id]
        fresh = replace(node, id=ids[node.id], position=(x + dx, y + dy))
        graph = replace(graph, nodes=(*graph.nodes, fresh))
    for edge in sorted(fragment.edges, key=lambda e: e.port):
        graph = edits.connect(
            graph, layers, ids[edge.source], ids[edge.target], _port(edge, fragment, layers)
        )
    return graph, tuple(ids.values())


def _port(edge: Edge, fragment: Graph, layers: Registry[LayerType]) -> int | None:
    """Joining layers count the copied wires anew: some of theirs may have stayed behind."""
    layer = layers.get(fragment.node(edge.target).type)
    return None if layer is not None and layer.max_inputs is None else edge.port


def parsed(text: str, layers: Registry[LayerType]) -> Graph:
    """The copied layers. Raises ClipboardError and nothing else, whatever the text."""
    if len(text) > _LONGEST:
        raise ClipboardError("The clipboard holds too much text for layers. Copy fewer layers at once.")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        damaged = f'"{MARKER}"' in text[:200]
        raise ClipboardError(_DAMAGED if damaged else _NOT_LAYERS) from None
    if not isinstance(content, dict) or MARKER not in content:
        raise ClipboardError(_NOT_LAYERS)
    version = content[MARKER]
    if isinstance(version, int) and version > _FORMAT:
        raise ClipboardError("These layers were copied in a newer version of Lantern. Update Lantern first.")
    raw_nodes, raw_edges = content.get("nodes"), content.get("edges", [])
    if not isinstance(raw_nodes, list) or not isinstance(raw_edges, list):
        raise ClipboardError(_DAMAGED)
    if len(raw_nodes) > _MOST or len(raw_edges) > 8 * _MOST:
        raise ClipboardError(f"Too many layers were copied. Paste at most {_MOST:,} at once.")
    blocks = _blocks(content.get("blocks", []), layers)
    layers = with_blocks(layers, blocks)
    nodes: dict[str, Node] = {}
    for raw in raw_nodes:
        node = _node(raw, layers)
        if node.id in nodes:
            raise ClipboardError(_DAMAGED)
        if node.type not in ("input", "output"):
            nodes[node.id] = node
    edges = [_edge(raw) for raw in raw_edges]
    inner = tuple(e for e in edges if e.source in nodes and e.target in nodes)
    return Graph(tuple(nodes.values()), inner, blocks)


def _blocks(raw: object, layers: Registry[LayerType]) -> tuple[Block, ...]:
    """The definitions of the copied blocks, each after those inside of it."""
    if not isinstance(raw, list) or len(raw) > _MOST_BLOCKS:
        raise ClipboardError(_DAMAGED)
    try:
        blocks = tuple(block_from_json(each) for each in raw)
    except BlockError:
        raise ClipboardError(_DAMAGED) from None
    sound = sound_blocks(blocks, layers)
    if sound is None:
        raise ClipboardError(
            "The copied blocks are damaged, or of a newer version of Lantern. Update Lantern, or copy "
            "them again."
        )
    return sound


def _node(raw: object, layers: Registry[LayerType]) -> Node:
    if not isinstance(raw, dict):
        raise ClipboardError(_DAMAGED)
    node_id, type_id, label = raw.get("id"), raw.get("type"), raw.get("label", "")
    params, position = raw.get("params", {}), raw.get("position", [0, 0])
    if not isinstance(node_id, str) or not isinstance(type_id, str) or not isinstance(label, str):
        raise ClipboardError(_DAMAGED)
    layer = layers.get(type_id)
    if layer is None:
        shown = "".join(c if c.isprintable() else " " for c in type_id)[:60]
        raise ClipboardError(
            f"The copied layers contain the type “{shown}”, which this version of Lantern does not know. "
            "Update Lantern, or copy the others only."
        )
    if not isinstance(params, dict):
        raise ClipboardError(_DAMAGED)
    known = {param.name for param in layer.params}
    values = {name: _value(value) for name, value in params.items() if name in known}
    values = {**defaults(layer.params), **values}
    return Node(node_id, type_id, values, _position(position), " ".join(label.split())[:200])


def _value(raw: object) -> ParamValue:
    if raw is None or isinstance(raw, bool | str):
        return raw
    if isinstance(raw, int | float) and math.isfinite(raw):
        return raw
    if isinstance(raw, list) and len(raw) <= 100:
        if all(isinstance(item, int) and not isinstance(item, bool) for item in raw):
            return tuple(int(item) for item in raw)
        if all(_is_number(item) for item in raw):
            return tuple(float(item) for item in raw)
    raise ClipboardError(_DAMAGED)


def _is_number(raw: object) -> bool:
    return isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) < 1e300


def _position(raw: object) -> Position:
    if not isinstance(raw, list) or len(raw) != 2 or not all(_is_number(item) for item in raw):
        raise ClipboardError(_DAMAGED)
    x, y = (max(-1e6, min(1e6, float(item))) for item in raw)
    return (x, y)


def _edge(raw: object) -> Edge:
    match raw:
        case [str(source), str(target), int(port)] if not isinstance(port, bool):
            return Edge(source, target, port)
    raise ClipboardError(_DAMAGED)
