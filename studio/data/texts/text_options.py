"""How texts become token numbers: declared once for every source of texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from studio.core.params import Bool, Choice, Int, Param, ParamError, Params, ParamValue, check_params
from studio.data.dataset import DataError

TokensBy = Literal["words", "characters", "byte_pairs"]
_TOKENS: tuple[TokensBy, ...] = ("words", "characters", "byte_pairs")
MOST_LENGTH = 4096

TEXT_PARAMS = (
    Param(
        "tokens",
        "Cut into",
        "The network reads a text piece by piece. Words are natural; characters suit spelling, languages and "
        "names; byte pairs are frequent pieces of words that are learnt from your texts.",
        Choice((("words", "words"), ("characters", "characters"), ("byte_pairs", "byte pairs"))),
        "words",
    ),
    Param(
        "vocabulary",
        "Vocabulary",
        "At most how many different pieces the network knows; rarer ones count as unknown.",
        Int(16, 200_000),
        10_000,
    ),
    Param(
        "length",
        "Length",
        "How many pieces of each text the network reads; longer texts are cut off there.",
        Int(1, MOST_LENGTH, optional=True, none_label="as the texts need", when_on=128),
        None,
    ),
    Param(
        "lower",
        "Lower case",
        "Takes “The” and “the” for the same.",
        Bool(),
        True,
    ),
)


def token_words(tokens: TokensBy) -> str:
    """What people call them: "words", "characters", "pieces"."""
    return {"words": "words", "characters": "characters", "byte_pairs": "pieces"}[tokens]


@dataclass(frozen=True, slots=True)
class TextOptions:
    """`length` None: as long as most texts of the training split are."""

    tokens: TokensBy = "words"
    vocabulary: int = 10_000
    length: int | None = None
    lower: bool = True

    @staticmethod
    def of(options: Params) -> TextOptions:
        """Raises DataError: a value that cannot be."""
        values = checked_options(TEXT_PARAMS, options)
        tokens, vocabulary = values["tokens"], values["vocabulary"]
        length, lower = values["length"], values["lower"]
        by = next(known for known in _TOKENS if known == tokens)
        assert isinstance(vocabulary, int)
        assert isinstance(lower, bool)
        assert length is None or isinstance(length, int)
        return TextOptions(by, vocabulary, length, lower)


def checked_options(params: tuple[Param, ...], options: Mapping[str, object]) -> dict[str, ParamValue]:
    """Raises DataError with the parameter's own sentence."""
    try:
        return check_params(params, options)
    except ParamError as error:
        raise DataError(str(error), "options") from None
