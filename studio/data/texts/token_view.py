"""How the network reads one text: its tokens, unknown ones, what is filled up and what is cut off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from studio.data.texts import text_tokens
from studio.data.texts.text_preprocessing import TextPreprocessing
from studio.data.texts.text_tokens import FIRST, PADDING, UNKNOWN

State = Literal["known", "unknown", "padding", "cut"]
SPACE = "␣"  # a space that is read like a letter must be seen
_LOOKED_AT = 8_000  # characters; nobody looks at more tokens one by one
_SHOWN, _AFTER, _FILLED = 300, 40, 8  # tokens that are read, that are cut off, and places filled up


@dataclass(frozen=True, slots=True)
class Token:
    """`text` as people read it, `number` as the network does. "cut": it does not read it."""

    text: str
    number: int
    state: State


@dataclass(frozen=True, slots=True)
class TokenView:
    """`tokens`: the first of them, in order. `count`: how many the text has; `more`: and those of a long
    text's rest, which was not looked at. `unknown`: of those that are read. `length`: how many are read at
    most; so many less `count` places are filled up."""

    tokens: tuple[Token, ...]
    count: int
    unknown: int
    length: int
    more: bool = False

    @property
    def filled(self) -> int:
        return max(0, self.length - max(1, self.count)) if not self.more else 0

    @property
    def cut(self) -> int:
        return max(0, self.count - self.length)


def token_view(preprocessing: TextPreprocessing, text: str) -> TokenView:
    """Takes milliseconds, also of a text that is a whole book."""
    looked = text[:_LOOKED_AT]
    numbers = preprocessing.numbers_of(looked)
    words = _words(preprocessing, looked, numbers)
    length = preprocessing.length
    read = [
        Token(word, number, "unknown" if number == UNKNOWN else "known")
        for word, number in zip(words[: min(length, _SHOWN)], numbers, strict=False)
    ]
    cut = [
        Token(word, number, "cut")
        for word, number in zip(words[length : length + _AFTER], numbers[length:], strict=False)
    ]
    unknown = sum(number == UNKNOWN for number in numbers[:length])
    view = TokenView((*read, *cut), len(numbers), unknown, length, len(text) > _LOOKED_AT)
    empty = tuple(Token("", PADDING, "padding") for _ in range(min(_FILLED, view.filled)))
    return TokenView((*view.tokens, *empty), view.count, unknown, length, view.more)


def _words(preprocessing: TextPreprocessing, text: str, numbers: list[int]) -> list[str]:
    if preprocessing.tokens == "byte_pairs":
        return [_piece(number, preprocessing.pairs) for number in numbers]
    tidy = text_tokens.tidied(text, preprocessing.lower)
    if preprocessing.tokens == "words":
        return text_tokens.words(tidy)
    return [SPACE if char == " " else char for char in text_tokens.characters(tidy)]


def _piece(number: int, pairs: tuple[tuple[int, int], ...]) -> str:
    """What a byte pair stands for; a part of a letter by its bytes."""
    found = bytearray()
    open_ones = [number]
    while open_ones:
        token = open_ones.pop()
        if token < FIRST + 256:
            found.append(token - FIRST)
        else:
            open_ones += reversed(pairs[token - FIRST - 256])
    try:
        return found.decode("utf-8").replace(" ", SPACE)
    except UnicodeDecodeError:
        return " ".join(f"{byte:02X}" for byte in found)
