"""Health of pictures with several labels, with numbers, and in arrays: the same promises as for folders."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from studio.core.project import DatasetChoice
from studio.data.health.catalogue import examine
from studio.data.health.finding import Finding
from studio.data.health.knowing import known_of
from studio.data.opening import open_dataset, recognise
from studio.kinds.new_project import infer_kind, new_project
from tests.data.health.test_pictures import scene

COUNT = 40


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANTERN_HOME", str(tmp_path / "home"))


def listed(folder: Path, head: str, told: list[str]) -> Path:
    folder.mkdir()
    for i in range(len(told)):
        scene(i).save(folder / f"p{i:02}.png")
    rows = [f"p{i:02}.png,{text}" for i, text in enumerate(told)]
    (folder / "labels.csv").write_text("\n".join((head, *rows)))
    return folder


def several(folder: Path) -> Path:
    return listed(folder, "file,tags", [("cat;dog", "cat", "dog", "bird;cat")[i % 4] for i in range(COUNT)])


def lengths(folder: Path, **odd: str) -> Path:
    told = [odd.get(f"p{i:02}", f"{20 + i * 0.75}") for i in range(COUNT)]
    return listed(folder, "file,length", told)


def copied(folder: Path, source: int, target: int) -> None:
    (folder / f"p{target:02}.png").write_bytes((folder / f"p{source:02}.png").read_bytes())


def found_in(choice: DatasetChoice) -> dict[str, Finding]:
    dataset = open_dataset(choice)
    return {finding.code: finding for finding in examine(dataset, known_of(dataset))}


def names(choice: DatasetChoice, finding: Finding) -> list[str]:
    dataset = open_dataset(choice)
    return [dataset.name_of(i) for i in finding.samples]


def without(choice: DatasetChoice, finding: Finding) -> dict[str, Finding]:
    """What is found once the finding's fix was taken."""
    assert choice.facts is not None
    project = new_project(infer_kind(choice.facts, choice.source), choice)
    fixed = finding.fixes[0].edit(project).dataset
    assert fixed is not None
    return found_in(fixed)


@pytest.mark.parametrize("make", [several, lengths])
def test_that_well_made_data_are_not_blamed(tmp_path: Path, make: Any) -> None:
    codes = set(found_in(recognise(make(tmp_path / "data"))))
    assert codes <= {"tiny-class"}


@pytest.mark.parametrize("make", [several, lengths])
def test_that_a_damaged_picture_is_found(tmp_path: Path, make: Any) -> None:
    folder = make(tmp_path / "data")
    data = (folder / "p07.png").read_bytes()
    (folder / "p07.png").write_bytes(data[: len(data) // 2])
    finding = found_in(recognise(folder))["unreadable-files"]
    assert finding.sentence.startswith("1 file cannot be read and is left out.")


def test_that_the_same_picture_with_other_labels_is_a_contradiction(tmp_path: Path) -> None:
    folder = several(tmp_path / "data")
    copied(folder, 4, 9)
    choice = recognise(folder)
    finding = found_in(choice)["contradictions"]
    assert names(choice, finding) == ["p04.png", "p09.png"]
    assert "as “cat, dog” and as “cat”" in finding.sentence
    assert "contradictions" not in without(choice, finding)


def test_that_the_same_picture_with_another_number_is_a_contradiction(tmp_path: Path) -> None:
    folder = lengths(tmp_path / "data")
    copied(folder, 4, 30)
    choice = recognise(folder)
    finding = found_in(choice)["contradictions"]
    assert names(choice, finding) == ["p04.png", "p30.png"]
    assert "as “23” and as “42.5”" in finding.sentence


def test_that_two_measurements_of_one_picture_may_differ_by_a_little(tmp_path: Path) -> None:
    folder = lengths(tmp_path / "data", p04="23.0", p30="23.05")
    copied(folder, 4, 30)
    found = found_in(recognise(folder))
    assert "contradictions" not in found
    assert found["duplicates"].sentence.startswith("1 picture repeats another one exactly.")


def test_that_nearly_the_same_picture_is_found_among_labels(tmp_path: Path) -> None:
    folder = several(tmp_path / "data")
    with Image.open(folder / "p04.png") as image:
        image.convert("RGB").save(folder / "near.jpg", quality=90)
    (folder / "near.jpg").rename(folder / "p08.png")  # the content says what it is, not the name
    choice = recognise(folder)
    near = [one for code, one in found_in(choice).items() if code.startswith("similar-")]
    assert [sorted(names(choice, one)) for one in near] == [["p04.png", "p08.png"]]


@pytest.mark.parametrize(
    ("odd", "code", "told"),
    [
        ({"p05": "-4"}, "out-of-range", "“length” is a number below 0 for 1 picture: “-4”."),
        (
            {"p05": "90000"},
            "outliers",
            "“length” is a number far away from all others for 1 picture: “90000”.",
        ),
        (
            {"p05": "-999", "p15": "-999"},
            "stand-in-numbers",
            "“length” is far from all other values for 2 pictures: “-999”. Such numbers often stand for “not "
            "known”; as numbers they mislead the network.",
        ),
    ],
)
def test_that_numbers_that_cannot_be_right_are_found(
    tmp_path: Path, odd: dict[str, str], code: str, told: str
) -> None:
    choice = recognise(lengths(tmp_path / "data", **odd))
    finding = found_in(choice)[code]
    assert finding.sentence.startswith(told)
    assert names(choice, finding) == [f"{name}.png" for name in odd]
    assert finding.columns == {"length": finding.sentence.split("“")[2].split("”")[0]}
    assert code not in without(choice, finding)


@pytest.mark.parametrize("make", [several, lengths])
def test_that_a_picture_of_one_colour_is_found(tmp_path: Path, make: Any) -> None:
    folder = make(tmp_path / "data")
    Image.new("RGB", (80, 80), (0, 0, 0)).save(folder / "p11.png")
    choice = recognise(folder)
    finding = found_in(choice)["plain-pictures"]
    assert names(choice, finding) == ["p11.png"]
    assert finding.sentence.startswith("1 picture is of one colour throughout and shows nothing.")
    assert "plain-pictures" not in without(choice, finding)


# -- arrays ---------------------------------------------------------------------------------------------


def pixels(side: int = 64) -> np.ndarray[Any, Any]:
    return np.stack([np.asarray(scene(i, side)) for i in range(COUNT)])


def saved(path: Path, pictures: np.ndarray[Any, Any], labels: Any = None) -> DatasetChoice:
    np.savez(path, x=pictures, y=np.arange(len(pictures)) % 2 if labels is None else labels)
    return recognise(path)


def as_idx(folder: Path, pictures: np.ndarray[Any, Any]) -> DatasetChoice:
    folder.mkdir()
    count, height, width = pictures.shape
    head = struct.pack(">IIII", 0x803, count, height, width)
    (folder / "train-images-idx3-ubyte").write_bytes(head + pictures.astype(np.uint8).tobytes())
    labels = bytes(i % 2 for i in range(count))
    (folder / "train-labels-idx1-ubyte").write_bytes(struct.pack(">II", 0x801, count) + labels)
    return recognise(folder)


def test_that_well_made_arrays_are_not_blamed(tmp_path: Path) -> None:
    assert found_in(saved(tmp_path / "a.npz", pixels())) == {}
    assert found_in(as_idx(tmp_path / "idx", pixels(28)[..., 0])) == {}


@pytest.mark.parametrize("sort", ["npz", "idx"])
def test_that_twins_in_arrays_are_found(tmp_path: Path, sort: str) -> None:
    pictures = pixels(32)[..., 0]
    pictures[5] = pictures[2]  # another class
    pictures[9] = pictures[7]
    choice = saved(tmp_path / "a.npz", pictures) if sort == "npz" else as_idx(tmp_path / "idx", pictures)
    found = found_in(choice)
    assert [names(choice, found["contradictions"])] == [["picture 3", "picture 6"]]
    assert names(choice, found["duplicates"]) == ["picture 8", "picture 10"]
    assert "contradictions" not in without(choice, found["contradictions"])


def test_that_leakage_between_the_parts_of_idx_files_is_found(tmp_path: Path) -> None:
    choice = as_idx(tmp_path / "idx", pixels(28)[..., 0])
    test = pixels(28)[4:8, ..., 0]
    head = struct.pack(">IIII", 0x803, 4, 28, 28)
    (tmp_path / "idx" / "t10k-images-idx3-ubyte").write_bytes(head + test.tobytes())
    (tmp_path / "idx" / "t10k-labels-idx1-ubyte").write_bytes(
        struct.pack(">II", 0x801, 4) + bytes((0, 1, 0, 1))
    )
    choice = recognise(tmp_path / "idx")
    finding = found_in(choice)["duplicates-in-splits"]
    assert finding.sentence.startswith("The same picture is in ")
    assert len(finding.samples) == 8
    assert "duplicates-in-splits" not in without(choice, finding)


def test_that_nearly_the_same_picture_in_an_array_is_found(tmp_path: Path) -> None:
    pictures = pixels()
    pictures[8] = np.clip(pictures[4].astype(np.int64) + 2, 0, 255)
    choice = saved(tmp_path / "a.npz", pictures)
    near = [one for code, one in found_in(choice).items() if code.startswith("similar-")]
    assert [names(choice, one) for one in near] == [["picture 5", "picture 9"]]


def test_that_plain_and_broken_pictures_of_an_array_are_found(tmp_path: Path) -> None:
    pictures = pixels(32).astype(np.float32) / 255
    pictures[3] = 0.25
    pictures[6, 4, 4, 1] = np.nan
    choice = saved(tmp_path / "a.npz", pictures)
    found = found_in(choice)
    assert names(choice, found["plain-pictures"]) == ["picture 4"]
    assert names(choice, found["broken-values"]) == ["picture 7"]
    assert found["broken-values"].sentence.startswith(
        "1 picture holds values that are no numbers (NaN or infinite). They count as black or white."
    )
    assert "broken-values" not in without(choice, found["broken-values"])


def test_that_a_corrected_label_ends_a_contradiction(tmp_path: Path) -> None:
    from studio.core.project import Relabelled

    pictures = pixels(32)[..., 0]
    pictures[5] = pictures[2]
    choice = saved(tmp_path / "a.npz", pictures)
    assert "contradictions" in found_in(choice)
    corrected = replace(choice, relabelled=(Relabelled("picture 6", "0"),))
    assert "contradictions" not in found_in(corrected)
