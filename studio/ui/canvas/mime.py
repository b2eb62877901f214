"""What travels in a drag out of the palette: a layer's type."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

LAYER_MIME = "application/x-lantern-layer"
_LONGEST = 200  # bytes; ids are far shorter, and a drag may come from anywhere


def layer_drag(layer: str) -> QMimeData:
    """The data of a drag out of the palette."""
    mime = QMimeData()
    mime.setData(LAYER_MIME, layer.encode())
    return mime


def dragged_layer(mime: QMimeData) -> str | None:
    """The type of the layer that is dragged, None if it is something else."""
    if not mime.hasFormat(LAYER_MIME):
        return None
    return bytes(mime.data(LAYER_MIME).data())[:_LONGEST].decode(errors="replace")
