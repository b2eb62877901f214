"""Blocks that come from elsewhere: a file of a friend, the clipboard, the user's own palette."""

from __future__ import annotations

import json
from collections.abc import Sequence

from studio.core.block_json import BlockError, block_from_json, block_to_json
from studio.core.network import Block
from studio.core.problems import LanternError
from studio.core.registry import Registry
from studio.graph.blocks.types import block_types, closure, definitions
from studio.graph.layer_type import LayerType

SUFFIX = ".lantern-block"
_MARKER = "lantern-block"
_FORMAT = 1
_LONGEST = 4_000_000  # characters
_MOST_BLOCKS = 500
_MOST_NODES = 5_000  # in one block
_NO_BLOCK = "{name} holds no block. Choose a file that was saved as a block by Lantern."
_DAMAGED = "{name} is damaged and cannot be used. Save the block anew, and try again."


class BlockFileError(LanternError):
    """The text holds no block that could be used; the message says why."""


def block_text(block: Block, blocks: Sequence[Block]) -> str:
    """A block with all that is inside of it, as the text of a file."""
    parts = closure(block, definitions(blocks))
    content = {_MARKER: _FORMAT, "name": block.name, "blocks": [block_to_json(part) for part in parts]}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def blocks_of_text(text: str, layers: Registry[LayerType], name: str = "The file") -> tuple[Block, ...]:
    """The block, last, after those inside of it.

    Args: name: what the sentence begins with, where it is none.
    Raises: BlockFileError: and nothing else, whatever the text.
    """
    if len(text) > _LONGEST:
        raise BlockFileError(f"{name} is far too large for a block. Choose one that was saved by Lantern.")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        there = f'"{_MARKER}"' in text[:200]
        raise BlockFileError((_DAMAGED if there else _NO_BLOCK).format(name=name)) from None
    if not isinstance(content, dict) or _MARKER not in content:
        raise BlockFileError(_NO_BLOCK.format(name=name))
    version = content[_MARKER]
    if isinstance(version, int) and version > _FORMAT:
        raise BlockFileError(f"{name} was saved by a newer Lantern. Update Lantern to use this block.")
    raw = content.get("blocks")
    if not isinstance(raw, list) or not 1 <= len(raw) <= _MOST_BLOCKS:
        raise BlockFileError(_DAMAGED.format(name=name))
    try:
        blocks = tuple(block_from_json(each) for each in raw)
    except BlockError:
        raise BlockFileError(_DAMAGED.format(name=name)) from None
    unknown = _unknown_types(blocks, layers)
    if unknown:
        raise BlockFileError(
            f"{name} contains the layer type “{unknown[0]}”, which this version of Lantern does not know. "
            "Update Lantern to use this block."
        )
    sound = sound_blocks(blocks, layers)
    if sound is None:
        raise BlockFileError(_DAMAGED.format(name=name))
    return closure(definitions(sound)[blocks[-1].id], definitions(sound))


def sound_blocks(blocks: tuple[Block, ...], layers: Registry[LayerType]) -> tuple[Block, ...] | None:
    """The blocks, each after those inside of it; None where one cannot be: unknown layers, circles."""
    known = definitions(blocks)
    if len(known) != len(blocks) or _unknown_types(blocks, layers):
        return None
    if any(len(b.nodes) > _MOST_NODES or len({n.id for n in b.nodes}) != len(b.nodes) for b in blocks):
        return None
    if any(layer.flaw for layer in block_types(blocks, layers)):
        return None
    order: dict[str, Block] = {}
    for block in blocks:
        order.update((part.id, part) for part in closure(block, known))
    return tuple(order.values())


def _unknown_types(blocks: Sequence[Block], layers: Registry[LayerType]) -> list[str]:
    known = {block.id for block in blocks}
    base = getattr(layers, "base", layers)
    found = [n.type for b in blocks for n in b.nodes if n.type not in known and n.type not in base]
    return ["".join(c if c.isprintable() else " " for c in type_id)[:60] for type_id in found]
