"""From a text to token numbers: characters, words, or byte pairs that are learnt from the data.

Plain functions of the standard library and numpy: exported scripts hold their source.
"""

from __future__ import annotations

import heapq
import unicodedata
from collections import Counter
from functools import cache
from itertools import pairwise

import numpy as np

PADDING, UNKNOWN, FIRST = 0, 1, 2  # token numbers; FIRST is the first that stands for something


def tidied(text: str, lower: bool) -> str:
    """One spelling for what looks the same: composed letters, single spaces, nothing invisible."""
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\0", "").replace("\ufeff", "")
    text = " ".join(unicodedata.normalize("NFC", text).split())
    return text.lower() if lower else text


@cache
def sort_of(char: str) -> str:
    """What a character does in a word: "letter", "mark" (on the one before), "alone", or "space"."""
    category = unicodedata.category(char)
    if category[0] == "M" or char == "\u200d":
        return "mark"
    if char.isspace() or category[0] in "CZ":
        return "space"
    if category[0] not in "LN":
        return "alone"
    script = unicodedata.name(char, "").split(" ")[0]
    unspaced = {"CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN", "YI"}
    return "alone" if script in unspaced else "letter"  # they are written without spaces between words


def words(text: str) -> list[str]:
    """Words and signs. In scripts that put no spaces between words, each character by itself."""
    found: list[str] = []
    before = "space"
    for char in text:
        now = sort_of(char)
        if found and before != "space" and (now == "mark" or now == before == "letter"):
            found[-1] += char
        elif now != "space":
            found.append(char)
            before = now if now != "mark" else "letter"
        else:
            before = "space"
    return found


def characters(text: str) -> list[str]:
    """Each character, spaces included."""
    return list(text)


def most_frequent(token_lists: list[list[str]], most: int) -> list[str]:
    """At most `most` tokens, the most frequent first. One that occurs once cannot be learnt from: such
    ones teach what to do with unknown ones."""
    counts = Counter(token for tokens in token_lists for token in tokens)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [token for token, count in ordered if count > 1][:most]


def pieces(text: str) -> list[str]:
    """Words with the space before them; a stretch without spaces is cut, so that none gets too long."""
    found = [" " + word for word in text.split(" ")]
    return [piece[start : start + 24] for piece in found for start in range(0, len(piece), 24)]


def learn_pairs(texts: list[str], most: int) -> list[tuple[int, int]]:
    """The pairs of tokens to join, in order: each time the most frequent one (byte pair encoding).

    Tokens are numbers: FIRST + byte, and from FIRST + 256 on the pairs that were joined.
    """
    counts = Counter(piece for text in texts for piece in pieces(text))
    parts = [[FIRST + byte for byte in piece.encode()] for piece in counts]
    times = list(counts.values())
    found: Counter[tuple[int, int]] = Counter()
    places: dict[tuple[int, int], set[int]] = {}
    for place, part in enumerate(parts):
        for pair in pairwise(part):
            found[pair] += times[place]
            places.setdefault(pair, set()).add(place)
    pairs: list[tuple[int, int]] = []
    heap = [(-count, pair) for pair, count in found.items()]
    heapq.heapify(heap)
    while len(pairs) < most and heap:
        count, best = heapq.heappop(heap)
        if -count != found[best]:  # it changed since
            continue
        if count > -2:
            break
        number = FIRST + 256 + len(pairs)
        pairs.append(best)
        changed = set()
        for place in places.pop(best):
            part = parts[place]
            for pair in pairwise(part):
                found[pair] -= times[place]
                changed.add(pair)
            parts[place] = part = joined(part, best, number)
            for pair in pairwise(part):
                found[pair] += times[place]
                places.setdefault(pair, set()).add(place)
                changed.add(pair)
        for pair in changed:
            heapq.heappush(heap, (-found[pair], pair))
    return pairs


def joined(part: list[int], pair: tuple[int, int], number: int) -> list[int]:
    """The tokens with `number` wherever the pair stands."""
    found: list[int] = []
    at = 0
    while at < len(part):
        if at + 1 < len(part) and part[at] == pair[0] and part[at + 1] == pair[1]:
            found.append(number)
            at += 2
        else:
            found.append(part[at])
            at += 1
    return found


def byte_pairs(text: str, ranks: dict[tuple[int, int], int], known: dict[str, list[int]]) -> list[int]:
    """Token numbers of a text. `ranks`: each pair's place in the order; `known`: pieces done before."""
    found: list[int] = []
    for piece in pieces(text):
        if piece not in known:
            part = [FIRST + byte for byte in piece.encode()]
            while len(part) > 1:
                best = min(pairwise(part), key=lambda pair: ranks.get(pair, len(ranks)))
                if best not in ranks:
                    break
                part = joined(part, best, FIRST + 256 + ranks[best])
            known[piece] = part
        found += known[piece]
    return found


def padded(numbers: list[list[int]], length: int) -> np.ndarray:
    """Lists of token numbers as one array (texts, length): cut off, or filled up with PADDING."""
    inputs = np.full((len(numbers), length), PADDING, np.int64)
    for row, tokens in enumerate(numbers):
        tokens = tokens[:length] or [UNKNOWN]  # an empty text is one unknown token
        inputs[row, : len(tokens)] = tokens
    return inputs
