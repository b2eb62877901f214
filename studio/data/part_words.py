"""Words by which tables say what a row is for: to train with, to validate with, to test with."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from studio.data.splits import TEST, TRAIN, VALIDATION

_WORDS = {
    TRAIN: (
        "train", "training", "trainset", "learn", "learning", "fit", "trainieren", "lernen", "entrainement",
        "apprentissage", "entrenamiento", "addestramento", "allenamento", "treino", "treinamento", "trening",
        "traning", "egitim", "обучение", "тренировка", "训练", "訓練", "学習", "훈련",
    ),
    VALIDATION: (
        "val", "valid", "validation", "validate", "dev", "development", "eval", "validierung",
        "validieren", "validacion", "validazione", "validacao", "validatie", "walidacja", "validering",
        "dogrulama", "валидация", "проверка", "验证", "驗證", "検証", "검증",
    ),
    TEST: (
        "test", "testing", "tests", "holdout", "heldout", "testen", "prufung", "essai", "prueba", "teste",
        "prova", "toets", "sinav", "тест", "контроль", "测试", "測試", "テスト", "테스트",
    ),
}  # fmt: skip
_ENDINGS = ("set", "split", "data", "daten", "teil", "part", "menge", "ing")


def part_of(word: str) -> int | None:
    """TRAIN, VALIDATION or TEST; None for any other word. “Train-Set”, “hold-out” and “Entraînement” are
    known."""
    folded = unicodedata.normalize("NFKD", word.casefold())
    letters = "".join(c for c in unicodedata.normalize("NFC", folded) if c.isalpha())
    plain = "".join(c for c in folded if c.isalpha())  # without accents
    for text in (letters, plain):
        for ending in ("", *_ENDINGS):
            found = _PARTS.get(text.removesuffix(ending)) if text.endswith(ending) else None
            if found is not None:
                return found
    return None


def says_parts(texts: Iterable[str]) -> bool:
    """Whether these are words for parts and nothing else: training, and at least one more."""
    found = {part_of(text) for text in texts}
    return None not in found and TRAIN in found and len(found) > 1


_PARTS = {
    unicodedata.normalize("NFC", unicodedata.normalize("NFKD", word)): part
    for part, words in _WORDS.items()
    for word in words
}
