"""From a raw text to the token numbers that the network gets: learnt from the training split, then frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.data.json_values import as_items, as_texts
from studio.data.texts import text_tokens
from studio.data.texts.text_options import MOST_LENGTH, TextOptions, TokensBy
from studio.data.texts.text_tokens import FIRST, UNKNOWN

Numbers = npt.NDArray[np.int64]
_LONGEST = 256  # tokens, where the texts decide: longer networks take minutes on a laptop
_MOST_KNOWN = 200_000  # pieces whose byte pairs are remembered
_LEARN_FROM = 2_000_000  # characters that byte pairs are learnt from; more change little


@dataclass(frozen=True, slots=True)
class TextPreprocessing:
    """`vocabulary`: words or characters, the first has number 2 (0 is padding, 1 unknown). `pairs`: byte
    pairs in the order in which they are joined. `length`: tokens of a text that the network reads."""

    tokens: TokensBy
    lower: bool
    length: int
    vocabulary: tuple[str, ...]
    pairs: tuple[tuple[int, int], ...]
    classes: tuple[str, ...]
    target: str = "class"
    _places: dict[Any, int] = field(default_factory=dict, repr=False, compare=False)
    _known: dict[str, list[int]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        listed: Sequence[object] = self.pairs if self.tokens == "byte_pairs" else self.vocabulary
        start = 0 if self.tokens == "byte_pairs" else FIRST
        self._places.update({token: start + place for place, token in enumerate(listed)})

    @property
    def input_shape(self) -> tuple[int, ...]:
        return (self.length,)

    @property
    def size(self) -> int:
        """How many different token numbers there are, padding and unknown included."""
        return FIRST + (256 + len(self.pairs) if self.tokens == "byte_pairs" else len(self.vocabulary))

    def numbers_of(self, text: str) -> list[int]:
        """All token numbers of a text, not cut off."""
        text = text_tokens.tidied(text, self.lower)
        if self.tokens == "byte_pairs":
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            return list(text_tokens.byte_pairs(text, self._places, self._known)) if text else []
        cut = text_tokens.words if self.tokens == "words" else text_tokens.characters
        return [self._places.get(token, UNKNOWN) for token in cut(text)]

    def prepare_text(self, text: str) -> Numbers:
        """int64 (length,)."""
        first: Numbers = self.prepare_texts([text])[0]
        return first

    def prepare_texts(self, texts: Iterable[str]) -> Numbers:
        """int64 (texts, length)."""
        prepared: Numbers = text_tokens.padded([self.numbers_of(text) for text in texts], self.length)
        return prepared

    def to_json(self) -> dict[str, object]:
        return {
            "input": "text",
            "tokens": self.tokens,
            "lower": self.lower,
            "length": self.length,
            "vocabulary": list(self.vocabulary),
            "pairs": [list(pair) for pair in self.pairs],
            "classes": list(self.classes),
            "target": self.target,
        }


def learnt(
    texts: Sequence[str], options: TextOptions, classes: tuple[str, ...], target: str = "class"
) -> TextPreprocessing:
    """Vocabulary and length from the training texts."""
    tidy = [text_tokens.tidied(text, options.lower) for text in texts]
    vocabulary: list[str] = []
    pairs: list[tuple[int, int]] = []
    if options.tokens == "byte_pairs":
        pairs = text_tokens.learn_pairs(
            tidy[:: learning_step(tidy)], max(0, options.vocabulary - FIRST - 256)
        )
    else:
        cut = text_tokens.words if options.tokens == "words" else text_tokens.characters
        vocabulary = text_tokens.most_frequent([cut(text) for text in tidy], options.vocabulary - FIRST)
    by = options.tokens
    without_length = TextPreprocessing(
        by, options.lower, options.length or 1, tuple(vocabulary), tuple(pairs), classes, target
    )
    if options.length is not None:
        return without_length
    lengths = [len(without_length.numbers_of(text)) for text in tidy]
    return TextPreprocessing(
        by, options.lower, fitting_length(lengths), tuple(vocabulary), tuple(pairs), classes, target
    )


def fitting_length(lengths: Sequence[int]) -> int:
    """So that 95 % of the texts are read whole, within what a laptop can train on."""
    if not lengths:
        return 8
    most = int(np.percentile(np.array(lengths), 95, method="higher"))
    return int(min(_LONGEST, max(8, -(-most // 8) * 8)))


def learning_step(texts: Iterable[str]) -> int:
    """Byte pairs are learnt from every how manieth text: where there are many, from evenly spread ones."""
    return max(1, -(-sum(map(len, texts)) // _LEARN_FROM))


def text_from_json(values: Mapping[str, object]) -> TextPreprocessing:
    """Raises KeyError, TypeError, ValueError: something is missing or makes no sense."""
    tokens = values["tokens"]
    length, lower, target = values["length"], values["lower"], values["target"]
    if tokens not in ("words", "characters", "byte_pairs"):
        raise ValueError(tokens)
    if isinstance(length, bool) or not isinstance(length, int) or not 1 <= length <= MOST_LENGTH:
        raise ValueError(length)
    if not isinstance(lower, bool) or not isinstance(target, str):
        raise TypeError(lower, target)
    vocabulary, classes = as_texts(values["vocabulary"]), as_texts(values["classes"])
    pairs = tuple(_pair(raw, place) for place, raw in enumerate(as_items(values["pairs"])))
    if len(set(vocabulary)) != len(vocabulary) or len(set(pairs)) != len(pairs):
        raise ValueError("a token is there twice")
    return TextPreprocessing(tokens, lower, length, vocabulary, pairs, classes, target)


def _pair(raw: object, place: int) -> tuple[int, int]:
    """Of tokens that were there before it."""
    first, second = as_items(raw)
    for token in (first, second):
        if isinstance(token, bool) or not isinstance(token, int):
            raise TypeError(token)
        if not FIRST <= token < FIRST + 256 + place:
            raise ValueError(token)
    assert isinstance(first, int)
    assert isinstance(second, int)
    return first, second
