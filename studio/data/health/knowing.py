"""What the checks need to know of a dataset's files, where no window has looked into them before."""

from __future__ import annotations

from studio.data.dataset import Dataset
from studio.data.health.finding import Known
from studio.data.pictures.file_facts import load_facts, path_keys
from studio.data.pictures.verification import verify
from studio.data.sources.image_folder import ImageFolder
from studio.data.sources.labelled_pictures import LabelledPictures

_LOOKED_INTO = 3_000  # files; a look into more takes minutes, and the window does that beside its work


def known_of(dataset: Dataset) -> Known:
    """Looks into a small folder's files; of a large one, what an earlier look found. Raises DataError."""
    if not isinstance(dataset, ImageFolder | LabelledPictures):
        return Known()
    if len(dataset) <= _LOOKED_INTO:
        return Known(verify(dataset, lambda _: True))
    names = [dataset.name_of(index) for index in range(len(dataset))]
    return Known(load_facts(str(dataset.root), path_keys(names)))
