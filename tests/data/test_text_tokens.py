"""Token numbers: what they promise for any text, and by hand for a few."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.data.dataset import DataError
from studio.data.preprocessing import TextPreprocessing, from_json
from studio.data.texts import text_tokens
from studio.data.texts.text_options import TextOptions, TokensBy
from studio.data.texts.text_preprocessing import fitting_length, learnt

TEXTS = ["The cat sat on the mat.", "the dog sat on the log", "a cat and a dog", "the mat, the log"]
WAYS: tuple[TokensBy, ...] = ("words", "characters", "byte_pairs")


def fitted(tokens: TokensBy, texts: list[str] = TEXTS, **changes: object) -> TextPreprocessing:
    return learnt(texts, TextOptions(tokens, **{"vocabulary": 400, **changes}), ("a", "b"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The cat, 12 dogs.", ["The", "cat", ",", "12", "dogs", "."]),
        ("人人生而自由", ["人", "人", "生", "而", "自", "由"]),
        ("これはpenです", ["こ", "れ", "は", "pen", "で", "す"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("كل الناس", ["كل", "الناس"]),
        ("ทุกคน", ["ทุ", "ก", "ค", "น"]),
        ("모든 사람", ["모든", "사람"]),
        ("", []),
    ],
)
def test_that_words_are_cut_in_every_script(text: str, words: list[str]) -> None:
    assert text_tokens.words(text) == words


def test_that_what_looks_the_same_is_the_same() -> None:
    assert text_tokens.tidied("\ufeffCafe\u0301\0  du\tMonde\n", True) == "café du monde"
    assert text_tokens.tidied("\ud800x", False) == "?x"  # half of a pair, as JSON may hold it


def test_that_rare_words_teach_what_is_unknown() -> None:
    found = fitted("words", length=6)
    assert found.vocabulary[:3] == ("the", "a", "cat")
    assert "and" not in found.vocabulary
    assert found.prepare_text("the zebra CAT").tolist() == [2, 1, 4, 0, 0, 0]
    assert found.size == 2 + len(found.vocabulary)


def test_that_byte_pairs_join_what_is_frequent() -> None:
    pairs = text_tokens.learn_pairs(["low low low lower"], 3)
    ranks = {pair: place for place, pair in enumerate(pairs)}
    assert text_tokens.byte_pairs("low", ranks, {}) == [258 + 2]
    assert pairs == text_tokens.learn_pairs(["low low low lower"], 3)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.sampled_from(WAYS), st.integers(1, 40))
def test_that_any_text_becomes_numbers_within_the_vocabulary(
    text: str, tokens: TokensBy, length: int
) -> None:
    found = fitted(tokens, length=length)
    row = found.prepare_text(text)
    assert row.shape == (length,)
    assert row.dtype == np.int64
    assert row[0] > 0  # never padding alone: a mask would be empty
    assert row.min() >= 0
    assert row.max() < found.size
    filled = int((row > 0).sum())
    assert not row[filled:].any()  # padding only at the end


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_that_byte_pairs_lose_nothing(text: str) -> None:
    found = fitted("byte_pairs")
    bytes_of: dict[int, bytes] = {2 + byte: bytes([byte]) for byte in range(256)}
    for place, (first, second) in enumerate(found.pairs):
        bytes_of[258 + place] = bytes_of[first] + bytes_of[second]
    tidy = text_tokens.tidied(text, True)
    written = b"".join(bytes_of[number] for number in found.numbers_of(text)).decode()
    assert written == (" " + tidy if tidy else "")


@pytest.mark.parametrize("tokens", WAYS)
def test_that_a_checkpoint_carries_vocabulary_and_tokeniser(tokens: TokensBy) -> None:
    found = fitted(tokens)
    again = from_json(json.loads(json.dumps(found.to_json())))
    assert again == found
    assert isinstance(again, TextPreprocessing)
    for text in (*TEXTS, "something else, 人"):
        assert again.prepare_text(text).tolist() == found.prepare_text(text).tolist()


@pytest.mark.parametrize(
    "change",
    [{"tokens": "letters"}, {"length": 0}, {"length": True}, {"vocabulary": ["a", "a"]}, {"vocabulary": 3},
     {"pairs": [[2, 9999]]}, {"lower": 1}, {"classes": [1]}, {"pairs": [[2]]}],
)  # fmt: skip
def test_that_a_damaged_description_is_refused_in_a_sentence(change: dict[str, object]) -> None:
    with pytest.raises(DataError, match="The description of how inputs are prepared is damaged"):
        from_json({**fitted("words").to_json(), **change})


def test_that_the_length_lets_most_texts_in() -> None:
    assert fitting_length([]) == 8
    assert fitting_length([3] * 100) == 8
    assert fitting_length([20] * 97 + [900] * 3) == 24
    assert fitting_length([5000] * 10) == 256
