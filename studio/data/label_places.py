"""Where the samples are whose labels the user corrected: by their names, else by what is in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from studio.core.project import Relabelled
from studio.data.sample_keys import KEY_BYTES, Keys

Place = Callable[[str], int | None]  # of the sample of this name


@dataclass(frozen=True, slots=True)
class Placed:
    """`given`: by index; `left_over`: what belongs to no sample that is there."""

    given: Mapping[int, Relabelled]
    left_over: tuple[Relabelled, ...]


def placed(
    own: Sequence[Relabelled],
    place_of: Place,
    keys: Keys | None = None,
    *,
    numbered: Callable[[int], bytes | None] | None = None,
    interchangeable: Callable[[int, Relabelled], bool] | None = None,
) -> Placed:
    """Files are renamed, rows put in: what lost its name is looked for by its content.

    Args: keys: of all samples' content, where they are known. numbered: where names are mere numbers, such
        as “picture 17”, the key of one sample: another content is another sample. interchangeable: where
        samples of the same content may stand for each other, whether this one would be changed by the label;
        None: only the single one of its content is meant.
    """
    given: dict[int, Relabelled] = {}
    lost = []
    for one in own:
        place = place_of(one.sample)
        if place is None or place in given or _is_other(one, place, keys, numbered):
            lost.append(one)
        else:
            given[place] = one
    left_over = []
    for one in lost:
        place = _same_content(one, keys, given, interchangeable) if keys is not None else None
        if place is None:
            left_over.append(one)
        else:
            given[place] = one
    return Placed(given, tuple(left_over))


def key_of_digits(digits: str) -> int:
    """The key that `digits_of_key` wrote; 0 for what is none: it may come from a stranger's file."""
    try:
        return int.from_bytes(bytes.fromhex(digits)[:KEY_BYTES], "little")
    except ValueError:
        return 0


def digits_of_key(key: bytes) -> str:
    return key[:KEY_BYTES].hex()


def _is_other(
    one: Relabelled, place: int, keys: Keys | None, numbered: Callable[[int], bytes | None] | None
) -> bool:
    """Whether the sample of this name is another one now.

    A file with other content under the same name was worked on, as long as the old content is gone: two
    files may have changed their names.
    """
    key = key_of_digits(one.content)
    if not key:
        return False
    if numbered is not None:
        now = numbered(place)
        return now is not None and key_of_digits(now.hex()) != key
    return keys is not None and int(keys[place]) != key and bool((keys == np.uint64(key)).any())


def _same_content(
    one: Relabelled,
    keys: Keys,
    taken: Mapping[int, Relabelled],
    interchangeable: Callable[[int, Relabelled], bool] | None,
) -> int | None:
    key = key_of_digits(one.content)
    same = [place for place in np.flatnonzero(keys == np.uint64(key)).tolist() if key]
    if interchangeable is None:
        return same[0] if len(same) == 1 and same[0] not in taken else None
    free = [place for place in same if place not in taken]
    return next((place for place in free if interchangeable(place, one)), free[0] if free else None)
