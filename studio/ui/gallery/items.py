"""What the gallery shows: the bundled datasets first, then those to download."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio.ui.examples import examples
from studio.ui.pages.example_card import Example

if TYPE_CHECKING:
    from studio.data.downloads.entry import DownloadableDataset


@dataclass(frozen=True, slots=True)
class GalleryItem:
    """One dataset; exactly one of `example` (bundled) and `entry` (to download) is there."""

    id: str
    name: str
    example: Example | None = None
    entry: DownloadableDataset | None = None

    def matches(self, words: str) -> bool:
        """Whether all words of a search are in what is said of it."""
        if self.entry is not None:
            e = self.entry
            text = f"{e.id} {e.name} {e.help} {e.good_for} {e.form} {e.licence} {e.target} {e.preview}"
        else:
            text = f"{self.id} {self.name} {self.example.sentence if self.example else ''}"
        text = text.casefold()
        return all(word in text for word in words.casefold().split())


def gallery_items() -> tuple[GalleryItem, ...]:
    from studio.data.downloads.catalogue import DOWNLOADS

    bundled = (GalleryItem(example.id, example.name, example=example) for example in examples())
    return (*bundled, *(GalleryItem(entry.id, entry.name, entry=entry) for entry in DOWNLOADS))
