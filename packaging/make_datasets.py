"""Makes the data in resources/datasets/ from their public originals.

    python packaging/make_datasets.py SOURCE_FOLDER [TARGET_FOLDER]

SOURCE_FOLDER holds `fashion-mnist/*.gz` (IDX files) and `tabular/` with digits.csv.gz, iris.csv,
penguins.csv and wine_data.csv, and `text/udhr_languages.csv`.
The same sources give the same bytes. Credits: resources/NOTICE.md.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import shutil
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Pictures = npt.NDArray[np.uint8]

LIMIT_BYTES = 10_000_000
TRAIN, VALIDATION, TEST = 1700, 200, 250  # pictures of each kind of clothing; about 9.3 MB compressed
THUMBNAIL = (192, 128)  # width, height
COLOURS = ("#4e79a7", "#f28e2b", "#59a14f")
IRIS = ("sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm")
WINE = (
    "alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium", "total_phenols", "flavanoids",
    "nonflavanoid_phenols", "proanthocyanins", "color_intensity", "hue", "od280_od315_of_diluted_wines",
    "proline",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("source", type=Path)
    default = Path(__file__).resolve().parent.parent / "resources" / "datasets"
    parser.add_argument("target", type=Path, nargs="?", default=default)
    arguments = parser.parse_args()
    source, target = arguments.source, arguments.target
    (target / "thumbnails").mkdir(parents=True, exist_ok=True)
    fashion_mnist(source / "fashion-mnist", target)
    digits(source / "tabular" / "digits.csv.gz", target)
    penguins(source / "tabular" / "penguins.csv", target)
    numbered_table(source / "tabular" / "iris.csv", target / "iris.csv", (*IRIS, "species"))
    numbered_table(source / "tabular" / "wine_data.csv", target / "wine.csv", (*WINE, "cultivar"))
    shutil.copyfile(source / "text" / "udhr_languages.csv", target / "udhr-languages.csv")
    scatter(target, "penguins", "bill_length_mm", "bill_depth_mm", "species")
    scatter(target, "iris", "petal_length_cm", "petal_width_cm", "species")
    scatter(target, "wine", "flavanoids", "color_intensity", "cultivar")
    for path in sorted(target.rglob("*.*")):
        size = path.stat().st_size
        print(f"{size:>10,} {path.relative_to(target)}")
        if size > LIMIT_BYTES:
            raise SystemExit(f"{path.name} is larger than {LIMIT_BYTES:,} bytes.")


def fashion_mnist(source: Path, target: Path) -> None:
    """A balanced part: training and validation from the original training set, test from its test set."""
    pictures, labels = idx_pair(source, "train")
    test_pictures, test_labels = idx_pair(source, "t10k")
    chosen = first_of_each(labels, TRAIN + VALIDATION)
    rank = np.empty(len(chosen), np.int64)  # how many of its class came before
    for label in range(10):
        members = np.flatnonzero(labels[chosen] == label)
        rank[members] = np.arange(len(members))
    split = np.where(rank < TRAIN, 0, 1)
    test = first_of_each(test_labels, TEST)
    write_pictures(
        target,
        "fashion-mnist",
        np.concatenate([pictures[chosen], test_pictures[test]]),
        np.concatenate([labels[chosen], test_labels[test]]),
        np.concatenate([split, np.full(len(test), 2)]),
    )


def first_of_each(labels: npt.NDArray[np.uint8], count: int) -> npt.NDArray[np.int64]:
    """The places of the first `count` samples of every class, in their original order."""
    places = [np.flatnonzero(labels == label)[:count] for label in np.unique(labels)]
    if min(map(len, places)) < count:
        raise SystemExit(f"A class has fewer than {count} pictures.")
    return np.sort(np.concatenate(places))


def idx_pair(folder: Path, name: str) -> tuple[Pictures, npt.NDArray[np.uint8]]:
    """Pictures and labels of an IDX pair. Source: yann.lecun.com/exdb/mnist, "file formats"."""
    with gzip.open(folder / f"{name}-images-idx3-ubyte.gz") as file:
        magic, count, height, width = struct.unpack(">4i", file.read(16))
        assert magic == 2051, magic
        pictures = np.frombuffer(file.read(), np.uint8).reshape(count, height, width)
    with gzip.open(folder / f"{name}-labels-idx1-ubyte.gz") as file:
        magic, count = struct.unpack(">2i", file.read(8))
        assert magic == 2049, magic
        labels = np.frombuffer(file.read(), np.uint8)
    assert len(pictures) == len(labels) == count
    return pictures, labels


def digits(source: Path, target: Path) -> None:
    """8x8 counts of 0 to 16 become grey values of 0 to 255."""
    with gzip.open(source, "rt", encoding="ascii", newline="") as file:
        rows = np.array(list(csv.reader(file)), np.int64)
    pictures = np.rint(rows[:, :64] * 255 / 16).astype(np.uint8).reshape(-1, 8, 8)
    write_pictures(target, "digits", pictures, rows[:, 64], None)


def write_pictures(
    target: Path,
    name: str,
    pictures: Pictures,
    labels: npt.NDArray[np.integer],
    split: npt.NDArray[np.integer] | None,
) -> None:
    """`pictures` (n, height, width), `labels` (n,), `split` (n,): 0 train, 1 validation, 2 test."""
    arrays = {"labels": labels.astype(np.uint8)}
    if split is not None:
        arrays["split"] = split.astype(np.uint8)
    np.savez_compressed(target / f"{name}.npz", pictures=pictures, **arrays)
    side = pictures.shape[1]
    columns, rows = (6, 4) if side >= 16 else (12, 8)
    tiles = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    sheet = np.concatenate(
        [
            np.concatenate(
                [pictures[tiles[(r * columns + c) % len(tiles)][r * columns + c]] for c in range(columns)],
                axis=1,
            )
            for r in range(rows)
        ]
    )
    thumbnail = Image.fromarray(sheet).resize(THUMBNAIL, Image.Resampling.LANCZOS)
    thumbnail.save(target / "thumbnails" / f"{name}.png", optimize=True)


def penguins(source: Path, target: Path) -> None:
    """As published; the year of the expedition says nothing about a penguin, and stays out."""
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    year = rows[0].index("year")
    write_table(target / "penguins.csv", [[*row[:year], *row[year + 1 :]] for row in rows])


def numbered_table(source: Path, target: Path, names: tuple[str, ...]) -> None:
    """scikit-learn's form (a first line of counts and class names) as a plain table with names."""
    with source.open(encoding="utf-8", newline="") as file:
        first, *rows = list(csv.reader(file))
    classes = [name.replace("class_", "cultivar ") for name in first[2:]]
    if classes[0] == "cultivar 0":
        classes = ["cultivar 1", "cultivar 2", "cultivar 3"]  # as UCI numbers them
    assert len(rows) == int(first[0])
    write_table(target, [list(names), *([*row[:-1], classes[int(row[-1])]] for row in rows)])


def write_table(target: Path, rows: list[list[str]]) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def scatter(target: Path, name: str, x: str, y: str, label: str) -> None:
    """A small picture of two columns against each other, coloured by class."""
    with (target / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row[x] not in ("", "NA")]
    classes = sorted({row[label] for row in rows})
    points = np.array([[float(row[x]), float(row[y])] for row in rows])
    low, high = points.min(axis=0), points.max(axis=0)
    scale = 4  # drawn large, shrunk for smooth dots
    width, height = THUMBNAIL[0] * scale, THUMBNAIL[1] * scale
    picture = Image.new("RGB", (width, height), "#ffffff")
    draw = ImageDraw.Draw(picture)
    for row, point in zip(rows, (points - low) / (high - low), strict=True):
        centre_x, centre_y = (0.08 + 0.84 * point[0]) * width, (0.92 - 0.84 * point[1]) * height
        radius = 3.2 * scale
        box = (centre_x - radius, centre_y - radius, centre_x + radius, centre_y + radius)
        draw.ellipse(box, fill=COLOURS[classes.index(row[label])], outline="#ffffff", width=scale)
    picture = picture.resize(THUMBNAIL, Image.Resampling.LANCZOS)
    picture.save(target / "thumbnails" / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
