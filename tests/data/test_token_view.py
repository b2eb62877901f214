"""How one text is read: cut into tokens, marked where it is not known, filled up or cut off."""

from __future__ import annotations

import pytest

from studio.data.texts.text_options import TextOptions
from studio.data.texts.text_preprocessing import TextPreprocessing, learnt
from studio.data.texts.token_view import token_view

TEXTS = ["the cat sat", "the dog sat", "the cat ran"]


def fitted(tokens: str, length: int) -> TextPreprocessing:
    return learnt(TEXTS, TextOptions(tokens, 400, length), ("a", "b"))  # type: ignore[arg-type]


def test_that_rare_words_are_unknown_and_the_rest_is_filled_up() -> None:
    view = token_view(fitted("words", 6), "The dog sat")
    assert [(t.text, t.number, t.state) for t in view.tokens] == [
        ("the", 2, "known"), ("dog", 1, "unknown"), ("sat", 4, "known"),
        ("", 0, "padding"), ("", 0, "padding"), ("", 0, "padding"),
    ]  # fmt: skip
    assert (view.count, view.unknown, view.filled, view.cut) == (3, 1, 3, 0)


def test_that_what_is_cut_off_is_there_but_not_counted_as_unknown() -> None:
    view = token_view(fitted("words", 2), "the cat saw a bird")
    assert [t.text for t in view.tokens if t.state == "cut"] == ["saw", "a", "bird"]
    assert (view.count, view.unknown, view.filled, view.cut) == (5, 0, 0, 3)


def test_that_spaces_are_seen_where_they_are_read() -> None:
    view = token_view(fitted("characters", 8), "the CAT")
    assert "".join(t.text for t in view.tokens) == "the␣cat"
    assert view.filled == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("the cat", ["␣the", "␣cat"]),
        ("猫 sat", ["␣", "E7", "8C", "AB", "␣sat"]),
        ("🙂", ["␣", "F0", "9F", "99", "82"]),
    ],
)
def test_that_byte_pairs_are_whole_letters_or_their_bytes(text: str, told: list[str]) -> None:
    fit = fitted("byte_pairs", 40)
    read = [t for t in token_view(fit, text).tokens if t.state == "known"]
    assert [t.number for t in read] == fit.numbers_of(text)
    assert [t.text for t in read] == told


def test_that_a_whole_book_is_looked_at_in_its_beginning_only() -> None:
    view = token_view(fitted("words", 50), "the cat sat " * 100_000)
    assert view.more
    assert len(view.tokens) == 90
    assert view.filled == 0


def test_that_an_empty_text_is_one_unknown_token() -> None:
    view = token_view(fitted("words", 4), " ")
    assert (view.count, view.filled) == (0, 3)
