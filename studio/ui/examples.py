"""The bundled datasets as people meet them on the welcome page and in the picker."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from studio.core import places
from studio.ui.pages.example_card import Example
from studio.ui.translator import QT_TRANSLATE_NOOP

# Written here, not read from studio.data: that would bring numpy and Pillow before the first frame.
# A test holds the ids against the bundled datasets.
_EXAMPLES = (
    ("fashion-mnist", "Fashion-MNIST", "picture",
     QT_TRANSLATE_NOOP("Examples", "Tell T-shirts from trousers, shoes and bags: small grey pictures.")),
    ("digits", "Handwritten digits", "picture",
     QT_TRANSLATE_NOOP("Examples", "Read digits from tiny pictures, 8 by 8 points each. Trains in seconds.")),
    ("penguins", "Palmer penguins", "table",
     QT_TRANSLATE_NOOP("Examples", "Name a penguin’s species from its bill, its flippers and its weight.")),
    ("iris", "Iris flowers", "table",
     QT_TRANSLATE_NOOP("Examples", "The classic: three kinds of iris, told apart by their petals.")),
    ("wine", "Wine", "table",
     QT_TRANSLATE_NOOP("Examples", "Find out from a chemical analysis which grape a wine is made of.")),
    ("udhr-languages", "Which language?", "text",
     QT_TRANSLATE_NOOP("Examples", "Tell 22 languages apart, from Arabic to Vietnamese: type a sentence.")),
    ("clothes-scenes", "Clothes that lie about", "picture",
     QT_TRANSLATE_NOOP("Examples", "Find shoes, bags and shirts in a picture, and draw a box around each.")),
)  # fmt: skip


def examples() -> tuple[Example, ...]:
    """In the order in which they are shown."""
    folder = places.resources() / "examples"
    return tuple(
        Example(name, title, QCoreApplication.translate("Examples", sentence), folder / f"{name}.png", icon)
        for name, title, icon, sentence in _EXAMPLES
    )
