"""What the code view shows: the generated source and which of its lines belong to which layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studio.ui.canvas.editor import NetworkEditor


@dataclass(frozen=True, slots=True)
class NetworkCode:
    """`lines`: line numbers from 0 by node id. `partial`: problems leave gaps."""

    source: str
    lines: Mapping[str, Sequence[int]]
    partial: bool = False


def network_code(editor: NetworkEditor) -> NetworkCode:
    """The code of the network as it is now."""
    return NetworkCode("", {})
