"""Small stand-ins for well-known datasets, in their true formats and folders."""

from __future__ import annotations

import bz2
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.io import savemat

from studio.data.downloads.class_names import EUROSAT, IMAGENETTE, SIGNS
from tests.data.idx_samples import write_idx, write_mnist

RNG = np.random.default_rng(0)


def _bytes(*shape: int) -> np.ndarray:
    return RNG.integers(0, 256, shape, np.uint8)


def _photo(path: Path, shade: int = 100, size: tuple[int, int] = (20, 16), form: str | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (shade, 50, 50)).save(path, form)


def mnist(place: Path) -> None:
    write_mnist(place, 20, 10, ".gz")


def emnist(which: str) -> Callable[[Path], None]:
    def make(place: Path) -> None:
        place.mkdir(parents=True, exist_ok=True)
        for part, count in (("train", 8), ("test", 4)):
            write_idx(place / f"emnist-{which}-{part}-images-idx3-ubyte.gz", _bytes(count, 28, 28))
            labels = np.arange(count).astype(np.uint8) % 4 + 1
            write_idx(place / f"emnist-{which}-{part}-labels-idx1-ubyte.gz", labels)

    return make


def qmnist(place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    for part, count in (("train", 8), ("test", 4)):
        write_idx(place / f"qmnist-{part}-images-idx3-ubyte.gz", _bytes(count, 28, 28))
        labels = np.stack([np.arange(count) % 4, *[np.full(count, 7)] * 7], 1).astype(np.int32)
        write_idx(place / f"qmnist-{part}-labels-idx2-int.gz", labels)


def usps(place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    for name, count in (("usps.bz2", 8), ("usps.t.bz2", 4)):
        lines = []
        for i in range(count):
            values = np.linspace(-1, 1, 256)
            lines.append(f"{i % 4 + 1} " + " ".join(f"{n + 1}:{value:.6f}" for n, value in enumerate(values)))
        (place / name).write_bytes(bz2.compress("\n".join([*lines, ""]).encode()))


def semeion(place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    rows = []
    for i in range(12):
        pixels, digit = np.zeros(256), np.zeros(10, int)
        pixels[i], digit[i % 4] = 1, 1
        rows.append(" ".join(f"{p:.4f}" for p in pixels) + " " + " ".join(map(str, digit)) + " ")
    (place / "semeion.data").write_text("\n".join([*rows, ""]))


def cifar10(place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    (place / "batches.meta.txt").write_text("\n".join([*names, "", ""]))
    for name in (*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"):
        records = _bytes(4, 3073)
        records[:, 0] = range(4)
        records[:, 1:] = 0
        records[:, 1 + 5] = 200  # red, first row, sixth column
        (place / name).write_bytes(records.tobytes())


def cifar100(place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    (place / "fine_label_names.txt").write_text("\n".join(f"thing{i}" for i in range(100)) + "\n")
    for name, count in (("train.bin", 8), ("test.bin", 4)):
        records = _bytes(count, 3074)
        records[:, 0], records[:, 1] = 19, np.arange(count) + 40  # coarse, then fine
        (place / name).write_bytes(records.tobytes())


def svhn(place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    for name, count in (("train_32x32.mat", 8), ("test_32x32.mat", 4)):
        pictures = np.zeros((32, 32, 3, count), np.uint8)
        pictures[2, 5, 0] = 200
        labels = (np.arange(count) % 4 + 7).astype(np.uint8)[:, None]  # 7, 8, 9, 10
        savemat(place / name, {"X": pictures, "y": labels}, do_compression=True)


def stl10(place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    names = ["airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck"]
    (place / "class_names.txt").write_text("\n".join([*names, ""]))
    for part, count in (("train", 8), ("test", 4)):
        pictures = np.zeros((count, 3, 96, 96), np.uint8)
        pictures[:, 0, 5, 2] = 200  # column by column: column 5, row 2
        (place / f"{part}_X.bin").write_bytes(pictures.tobytes())
        (place / f"{part}_y.bin").write_bytes(bytes(i % 4 + 1 for i in range(count)))


def imagenette(place: Path) -> None:
    for part in ("train", "val"):
        for number, code in enumerate(IMAGENETTE):
            _photo(place / part / code / f"{code}_{number}.JPEG", form="JPEG")


def pets(place: Path) -> None:
    rows = {"trainval": [("Abyssinian_1", 1), ("great_pyrenees_2", 2)], "test": [("Abyssinian_9", 1)]}
    for name, listed in rows.items():
        (place / "annotations").mkdir(parents=True, exist_ok=True)
        text = "".join(f"{picture} {breed} 1 1\n" for picture, breed in listed)
        (place / "annotations" / f"{name}.txt").write_text(f"#Image CLASS-ID SPECIES BREED ID\n{text}")
        for picture, _ in listed:
            _photo(place / "images" / f"{picture}.jpg")


def flowers(place: Path) -> None:
    for number in range(1, 7):
        _photo(place / "jpg" / f"image_{number:05d}.jpg")
    labels = np.array([[1, 2, 102, 1, 2, 102]], np.uint8)
    savemat(place / "imagelabels.mat", {"labels": labels}, do_compression=True)
    sets = {"trnid": [[2, 3, 1]], "valid": [[4]], "tstid": [[6, 5]]}
    savemat(place / "setid.mat", {name: np.array(ids, np.uint16) for name, ids in sets.items()})


def food(place: Path) -> None:
    for part, numbers in (("train", (1, 2)), ("test", (3,))):
        listed = {dish: [f"{dish}/{number}" for number in numbers] for dish in ("apple_pie", "sushi")}
        (place / "meta").mkdir(parents=True, exist_ok=True)
        (place / "meta" / f"{part}.json").write_text(json.dumps(listed))
        for path in (path for paths in listed.values() for path in paths):
            _photo(place / "images" / f"{path}.jpg")


def textures(place: Path) -> None:
    for part in ("train1", "val1", "test1"):
        listed = [f"{name}/{name}_{part}.jpg" for name in ("banded", "woven")]
        (place / "labels").mkdir(parents=True, exist_ok=True)
        (place / "labels" / f"{part}.txt").write_text("\n".join([*listed, ""]))
        for path in listed:
            _photo(place / "images" / path)


def eurosat(place: Path) -> None:
    for name in EUROSAT:
        for number in (1, 2):
            _photo(place / name / f"{name}_{number}.jpg", size=(64, 64))


def signs(place: Path) -> None:
    for number in range(len(SIGNS)):
        _photo(place / "GTSRB" / "Training" / f"{number:05d}" / "00000_00000.ppm", form="PPM")
    rows = ["Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId"]
    for number in range(3):
        _photo(place / "GTSRB" / "Final_Test" / "Images" / f"{number:05d}.ppm", form="PPM")
        rows.append(f"{number:05d}.ppm;53;54;6;5;48;49;{number + 14}")
    (place / "GT-final_test.csv").write_text("\r\n".join([*rows, ""]))


MAKERS: dict[str, Callable[[Path], None]] = {
    "mnist": mnist, "fashion-mnist-full": mnist, "kmnist": mnist, "emnist-letters": emnist("letters"),
    "emnist-balanced": emnist("balanced"), "qmnist": qmnist, "usps": usps, "semeion": semeion,
    "cifar10": cifar10, "cifar100": cifar100, "svhn": svhn, "stl10": stl10, "imagenette": imagenette,
    "oxford-iiit-pet": pets, "flowers102": flowers, "food101": food, "dtd": textures, "eurosat": eurosat,
    "gtsrb": signs,
}  # fmt: skip
