"""The user's own palette: blocks kept as files of their own, for all projects."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.core import places
from studio.core.network import Block
from studio.core.registry import Registry
from studio.core.safe_write import write_text_atomically
from studio.graph.blocks.sharing import SUFFIX, BlockFileError, block_text, blocks_of_text
from studio.graph.layer_type import LayerType

_MOST_BYTES = 8_000_000
_MOST_FILES = 500


@dataclass(frozen=True, slots=True)
class OwnBlock:
    """A block of the user's palette. `parts`: its definition last, after those inside of it."""

    path: Path
    parts: tuple[Block, ...]

    @property
    def block(self) -> Block:
        return self.parts[-1]


def folder() -> Path:
    return places.user_data() / "blocks"


def own_blocks(layers: Registry[LayerType]) -> tuple[tuple[OwnBlock, ...], tuple[str, ...]]:
    """The user's blocks by name, and a sentence for each file that cannot be used."""
    found, refused = [], []
    try:
        files = sorted(path for path in folder().iterdir() if path.suffix == SUFFIX)[:_MOST_FILES]
    except OSError:
        files = []
    for path in files:
        try:
            found.append(OwnBlock(path, read_block(path, layers)))
        except BlockFileError as error:
            refused.append(str(error))
    return tuple(sorted(found, key=lambda own: own.block.name.lower())), tuple(refused)


def read_block(path: Path, layers: Registry[LayerType]) -> tuple[Block, ...]:
    """A block's definition, last, after those inside of it. Raises: BlockFileError: a sentence, for all."""
    name = f"“{path.name}”"
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BlockFileError(f"{name} could not be read: {reason}. Check that it is still there.") from error
    if len(content) > _MOST_BYTES:
        raise BlockFileError(f"{name} is far too large for a block. Choose one that was saved by Lantern.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BlockFileError(
            f"{name} holds no block. Choose a file that was saved as a block by Lantern."
        ) from error
    return blocks_of_text(text, layers, name)


def write_block(path: Path, block: Block, blocks: Sequence[Block]) -> None:
    """A block with all that is inside of it as a file. Raises: SaveError."""
    write_text_atomically(path, block_text(block, blocks))


def keep_block(block: Block, blocks: Sequence[Block]) -> Path:
    """Puts a block into the user's palette, in place of one of the same name. Raises: SaveError."""
    folder().mkdir(parents=True, exist_ok=True)
    path = folder() / file_name(block.name)
    write_block(path, block, blocks)
    return path


def file_name(name: str) -> str:
    """A file name for a block, the same for the same name on every system."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()[:60]
    if plain == name.lower():
        return plain + SUFFIX
    mark = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:6]  # “Größe” and “Gr-e” differ
    return f"{plain or 'block'}-{mark}{SUFFIX}"


def forget_block(own: OwnBlock) -> None:
    """Takes a block out of the user's palette. Raises: OSError."""
    own.path.unlink(missing_ok=True)
