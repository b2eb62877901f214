"""The datasets that every template is tried on."""

from __future__ import annotations

from studio.core.project import DatasetFacts
from studio.kinds.catalogue import KINDS
from studio.kinds.kind import Kind, Template

PICTURES = (
    (1, 28, 28),
    (3, 32, 32),
    (3, 64, 64),
    (1, 8, 8),
    (3, 24, 40),
    (1, 4, 4),
    (3, 224, 224),
    (1, 1, 7),
)


def facts_for(kind: Kind, samples: int = 1000) -> list[DatasetFacts]:
    if kind.target == "boxes":
        return [
            DatasetFacts(shape, tuple(f"class {i}" for i in range(classes)), samples, boxes=5)
            for shape in ((3, 96, 96), (1, 32, 48), (3, 17, 250))
            for classes in (1, 20)
        ]
    if kind.input == "picture" and kind.target == "numbers":
        return [
            DatasetFacts(shape, (), samples, numbers=tuple(f"number {i}" for i in range(count)))
            for shape in PICTURES
            for count in (1, 3)
        ]
    if kind.input == "picture":
        several = kind.target == "labels"
        return [
            DatasetFacts(shape, tuple(f"class {i}" for i in range(classes)), samples, multi_label=several)
            for shape in PICTURES
            for classes in ((1, 3, 20) if several else (2, 10, 100))
        ]
    if kind.input == "text":
        return [
            DatasetFacts((length,), tuple(f"class {i}" for i in range(classes)), samples, "class",
                         vocabulary=vocabulary)
            for length, vocabulary in ((1, 2), (8, 30), (96, 900), (256, 10_000))
            for classes in (2, 22)
        ]  # fmt: skip
    counts = (2, 3, 10, 100) if kind.target == "classes" else (0,)
    return [
        DatasetFacts((features,), tuple(f"class {i}" for i in range(classes)), samples, "price")
        for features in (1, 2, 7, 64)
        for classes in counts
    ]


def cases() -> list[tuple[Kind, Template, DatasetFacts]]:
    """Every template with every dataset that it says it fits."""
    return [(k, t, f) for k in KINDS for t in k.templates for f in facts_for(k) if t.fits(f)]


def name(part: object) -> str:
    if isinstance(part, DatasetFacts):
        return f"{'x'.join(map(str, part.input_shape))}-{len(part.classes)}"
    return str(getattr(part, "id", part))
