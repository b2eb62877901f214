"""What travels in drags and on the clipboard: a layer's type, or layers with their wires."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QMimeData

from studio.core.network import Edge, Graph, Node
from studio.core.params import ParamError, check_params
from studio.core.registry import Registry
from studio.graph.layer_type import LayerType

LAYER_MIME = "application/x-lantern-layer"
LAYERS_MIME = "application/x-lantern-layers"


def layer_drag(layer: str) -> QMimeData:
    """The data of a drag out of the palette."""
    mime = QMimeData()
    mime.setData(LAYER_MIME, layer.encode())
    return mime


def dragged_layer(mime: QMimeData) -> str | None:
    """The type of the layer that is dragged, None if it is something else."""
    if not mime.hasFormat(LAYER_MIME):
        return None
    return bytes(mime.data(LAYER_MIME).data()).decode(errors="replace")


def copied_layers(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> QMimeData:
    """Layers and the wires between them, for the clipboard."""
    text = json.dumps(
        {
            "nodes": [
                {
                    "id": node.id,
                    "type": node.type,
                    "params": dict(node.params),
                    "position": node.position,
                    "label": node.label,
                }
                for node in nodes
            ],
            "edges": [[edge.source, edge.target, edge.port] for edge in edges],
        }
    )
    mime = QMimeData()
    mime.setData(LAYERS_MIME, text.encode())
    mime.setText(text)
    return mime


def pasted_layers(mime: QMimeData | None, layers: Registry[LayerType]) -> Graph | None:
    """What lies on the clipboard, checked like anything from outside; None if it is no layers."""
    if mime is None or not mime.hasFormat(LAYERS_MIME):
        return None
    try:
        data = json.loads(bytes(mime.data(LAYERS_MIME).data()))
        nodes = tuple(_node(entry, layers) for entry in data["nodes"] if entry["type"] in layers)
        known = {node.id for node in nodes}
        edges = tuple(Edge(str(a), str(b), int(port)) for a, b, port in data["edges"] if {a, b} <= known)
    except (ValueError, KeyError, TypeError, ParamError):
        return None
    return Graph(nodes, edges)


def _node(entry: dict[str, Any], layers: Registry[LayerType]) -> Node:
    layer = layers[str(entry["type"])]
    params = entry["params"]
    x, y = entry["position"]
    return Node(
        str(entry["id"]),
        layer.id,
        check_params(layer.params, params if isinstance(params, dict) else {}),
        (float(x), float(y)),
        str(entry["label"])[:200],
    )
