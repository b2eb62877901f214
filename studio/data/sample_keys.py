"""A 64-bit key for each sample, from its content alone: what a split is drawn by.

Neither names nor places count, so files may be renamed and rows sorted, and a new sample leaves all others
where they were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
KEY_BYTES = 8


def content_key(content: bytes) -> bytes:
    """The key of these bytes, as bytes."""
    return hashlib.blake2b(content, digest_size=KEY_BYTES).digest()


def keys_of(contents: Iterable[bytes]) -> Keys:
    """(n,) keys of n samples."""
    return joined(content_key(content) for content in contents)


def joined(keys: Iterable[bytes]) -> Keys:
    """Keys as numbers, the same on every system."""
    return np.frombuffer(b"".join(keys), "<u8").astype(np.uint64)


# Source: splitmix64, Steele, Lea and Flood 2014, “Fast splittable pseudorandom number generators”.
def scattered(keys: Keys) -> Keys:
    """Each number scattered over all 64 bits; different ones stay different."""
    z = keys + np.uint64(0x9E3779B97F4A7C15)
    z ^= z >> np.uint64(30)
    z *= np.uint64(0xBF58476D1CE4E5B9)
    z ^= z >> np.uint64(27)
    z *= np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return z


def drawn(keys: Keys, seed: int) -> Keys:
    """Where each sample comes in the order that a seed draws: smaller ones first, equal ones together."""
    return scattered(keys ^ scattered(np.array([seed % 2**64], np.uint64)))
