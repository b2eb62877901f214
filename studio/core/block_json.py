"""Blocks as JSON and back, outside of a project: on the clipboard, in a file of their own."""

from __future__ import annotations

import json

from pydantic import ValidationError

from studio.core.network import BLOCK, Block
from studio.core.project_json import Json, plain_json, value_from_json


class BlockError(ValueError):
    """What was read is no block."""


def block_to_json(block: Block) -> Json:
    found = plain_json(block)
    assert isinstance(found, dict)
    return found


def block_from_json(data: object) -> Block:
    """Raises: BlockError: and nothing else, whatever the data."""
    try:
        block = value_from_json(Block, json.dumps(data))
    except (ValidationError, ValueError, TypeError, RecursionError) as error:
        raise BlockError("not a block") from error
    if not block.id.startswith(BLOCK):
        raise BlockError("not a block's id")
    return block
