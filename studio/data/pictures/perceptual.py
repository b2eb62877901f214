"""What a picture looks like in 128 bits, and pictures that look alike, found without comparing all pairs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from studio.data.pictures.decoding import PictureArray

LOOK_BYTES = 16
_FLAT = 4.0  # standard deviation of grey below which noise decides the bits
_BANDS = 8  # of 16 bits: of 7 differing bits at least one band has none
_WINDOW = 24  # neighbours in a band's order that a picture is compared with
Looks = npt.NDArray[np.uint64]  # (n, 2)


def look_of(picture: PictureArray) -> bytes:
    """64 bits from left to right and 64 from top to bottom: is it brighter than its neighbour (dHash)?

    Args: picture: uint8 (channels, height, width). Returns: 16 bytes; all zero where it is nearly flat.
    """
    grey = picture.mean(axis=0) if len(picture) > 1 else picture[0].astype(np.float32)
    small = np.asarray(
        Image.fromarray(grey.astype(np.float32)).resize((9, 9), Image.Resampling.BOX), np.float32
    )
    if float(small.std()) < _FLAT:
        return bytes(LOOK_BYTES)
    across, down = small[:8, 1:] > small[:8, :8], small[1:, :8] > small[:8, :8]
    return np.packbits(np.concatenate([across.ravel(), down.ravel()])).tobytes()


def alike(looks: Looks, most: int) -> npt.NDArray[np.int64]:
    """Pairs (m, 2) of places whose looks differ in at most `most` (< 8) bits, each once, first the smaller.

    Per band of bits the pictures are sorted, and each is compared with its next neighbours of the same
    band: the time grows with the count, not with its square. In crowds of more than a few dozen that
    share a band some pairs are passed over; their members are found beside others.
    """
    found = [np.zeros((0, 2), np.int64)]
    words = looks.view(np.uint16).reshape(len(looks), _BANDS)
    usable = np.flatnonzero(looks.any(axis=1))
    for band in range(_BANDS):
        order = usable[np.lexsort((looks[usable, 1], looks[usable, 0], words[usable, band]))]
        keys, here = words[order, band], looks[order]
        for step in range(1, min(_WINDOW, len(order) - 1) + 1):
            same = np.flatnonzero(keys[step:] == keys[:-step])
            if not len(same):
                break
            differ = np.bitwise_count(here[same] ^ here[same + step]).sum(axis=1)
            near = same[differ <= most]
            found.append(np.stack([order[near], order[near + step]], axis=1))
    return np.unique(np.sort(np.concatenate(found), axis=1), axis=0)
