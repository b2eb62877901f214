"""Well-known datasets, by their names: found where they were downloaded, on whatever computer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from studio.core.params import Params
from studio.core.project import DatasetChoice
from studio.data.boxes.boxed_pictures import choose_boxed, open_boxed
from studio.data.boxes.voc_reading import read_voc
from studio.data.dataset import DataError, Dataset, Progress
from studio.data.downloads.catalogue import DOWNLOADS
from studio.data.downloads.contents import ArrayContents
from studio.data.downloads.entry import DownloadableDataset, size_in_words
from studio.data.downloads.finding import find, state_of
from studio.data.fingerprint import fingerprint
from studio.data.sources.array_pictures import ArrayPictures
from studio.data.sources.image_folder import PARAMS
from studio.data.sources.listed_pictures import ListedPictures, default_options
from studio.data.sources.source import Source


def open_downloaded(choice: DatasetChoice, progress: Progress | None = None) -> Dataset:
    """Raises DataError: unknown, not downloaded (code "not-downloaded"), damaged."""
    entry = DOWNLOADS.get(choice.location)
    if entry is None:
        raise DataError(
            f"This version of Lantern knows no dataset called “{choice.location}”. Choose another one.",
            "missing",
        )
    place = present(entry)
    if entry.read is None:
        return open_boxed(read_voc, replace(choice, location=str(place)), progress)
    try:
        contents = entry.read(place)
    except DataError as error:
        raise DataError(
            f"The files of {entry.name} cannot be used. {error} Delete the folder “{place}” and download the "
            "dataset again.",
            error.code,
        ) from error
    if isinstance(contents, ArrayContents):
        arrays = replace(contents.arrays, target=entry.target)
        return ArrayPictures(choice, arrays, fingerprint(contents.files, place))
    return ListedPictures(choice, contents, entry.target)


def choose_downloaded(text: str, options: Params) -> DatasetChoice:
    entry = DOWNLOADS[text.strip().lower()]
    if entry.read is None:  # boxes: a folder like any other in that format
        return choose_boxed("pascal-voc", read_voc, str(present(entry)), options)
    choice = DatasetChoice("downloaded", entry.id, dict(options))
    dataset = open_downloaded(choice)
    if isinstance(dataset, ListedPictures):
        given = {**default_options(), **options}
        return replace(dataset.choice, options=given)
    return dataset.choice


def present(entry: DownloadableDataset) -> Path:
    """Where it lies. Raises DataError: not downloaded; the sentence says how to get it."""
    place = find(entry)
    if place is None:
        state = state_of(entry)
        begun = {
            "at-hand": "Its files are here, but not yet unpacked.",
            "partial": f"{size_in_words(state.have_bytes)} of it are here already.",
        }.get(state.kind, "")
        raise DataError(
            " ".join(
                part
                for part in (
                    f"{entry.name} is not downloaded yet ({size_in_words(entry.size_bytes)}).",
                    begun,
                    "Download it under “More datasets…”, or with: main.py new --dataset "
                    f"{entry.id} --download -o P.lantern",
                )
                if part
            ),
            "not-downloaded",
        )
    return place


SOURCE = Source(
    "downloaded",
    "Well-known datasets",
    "Datasets that everybody measures networks with: MNIST, CIFAR-10, Flowers-102 and others, downloaded "
    "once.",
    recognises=lambda text: text.strip().lower() in DOWNLOADS,
    choose=choose_downloaded,
    open=open_downloaded,
    params=PARAMS,
)
