"""What there is to see of texts before training: lengths, frequent words, what the vocabulary covers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from studio.data.texts import text_tokens
from studio.data.texts.text_dataset import TextDataset
from studio.data.texts.text_tokens import UNKNOWN

_LOOK_AT = 5_000  # texts for the frequent words and the coverage; more change little
_BARS = 24


@dataclass(frozen=True, slots=True)
class TextProfile:
    """`bars[i]` texts have from `edges[i]` up to `edges[i + 1]` tokens. `cut`: the share of texts that are
    longer than the network reads; `unknown`: the share of validation and test tokens that it does not
    know. `frequent`: the words that are most frequent in each class compared with the others, by class."""

    edges: tuple[int, ...]
    bars: tuple[int, ...]
    length: int
    cut: float
    unknown: float
    tokens: int
    frequent: dict[str, tuple[str, ...]]


def text_profile(dataset: TextDataset, words: int = 8) -> TextProfile:
    """Looks at all lengths, and at some thousand texts for the rest."""
    lengths = dataset.lengths()
    fitted = dataset.fitted()
    top = max(1, int(np.percentile(lengths, 99)), fitted.length)
    edges = np.unique(np.linspace(0, top, _BARS + 1).round().astype(np.int64))
    bars, _ = np.histogram(np.minimum(lengths, top), bins=edges)
    split = dataset.split()
    unseen = np.concatenate([split.validation, split.test])
    inputs = dataset.samples().inputs
    assert isinstance(inputs, np.ndarray)
    rows = inputs[unseen[:_LOOK_AT]] if len(unseen) else inputs[:_LOOK_AT]
    filled = int((rows > 0).sum())
    return TextProfile(
        tuple(int(edge) for edge in edges),
        tuple(int(bar) for bar in bars),
        fitted.length,
        float((lengths > fitted.length).mean()),
        float((rows == UNKNOWN).sum() / max(1, filled)),
        fitted.size,
        _frequent(dataset, words),
    )


def _frequent(dataset: TextDataset, count: int) -> dict[str, tuple[str, ...]]:
    """Words that stand out in each class: frequent there, and more so than elsewhere."""
    classes = dataset.facts.classes
    each = max(1, _LOOK_AT // len(classes))
    counts: dict[str, Counter[str]] = {}
    for label, name in enumerate(classes):
        found: Counter[str] = Counter()
        for index in np.flatnonzero(dataset.labels == label)[:each].tolist():
            text = text_tokens.tidied(dataset.text(index)[:5_000], True)
            found.update(word for word in text_tokens.words(text) if word[0].isalpha())
        counts[name] = found
    total: Counter[str] = sum(counts.values(), Counter())
    return {
        name: tuple(
            word
            for word, _ in sorted(
                found.items(), key=lambda pair: (-pair[1] * pair[1] / total[pair[0]], pair[0])
            )[:count]
        )
        for name, found in counts.items()
    }
