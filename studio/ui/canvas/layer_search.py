"""Finding a layer by what people type: names first, then keywords, then help."""

from __future__ import annotations

from collections.abc import Iterable

from studio.graph.layer_type import LayerType


def search_layers(layers: Iterable[LayerType], typed: str) -> list[LayerType]:
    """The layers that match every word typed, best first; all of them where nothing was typed."""
    words = typed.lower().split()
    if not words:
        return list(layers)
    ranked = []
    for index, layer in enumerate(layers):
        scores = [_score(layer, word) for word in words]
        if all(scores):
            ranked.append((-sum(scores), index, layer))
    return [layer for _, _, layer in sorted(ranked, key=lambda entry: entry[:2])]


def _score(layer: LayerType, word: str) -> int:
    """How well a word fits: 0 is not at all."""
    name = layer.name.lower()
    if word in (name, layer.id):
        return 100
    if name.startswith(word) or layer.id.startswith(word):
        return 60
    if word in (keyword.lower() for keyword in layer.keywords):
        return 60  # a nickname, typed whole: Keras says Dense for Linear
    if word in name or word in layer.id.replace("_", " ") or word in layer.id:
        return 40
    if any(keyword.lower().startswith(word) for keyword in layer.keywords):
        return 30
    if any(word in keyword.lower() for keyword in layer.keywords):
        return 20
    if word in layer.family.lower():
        return 15
    return 10 if word in layer.help.lower() else 0
