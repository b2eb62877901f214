"""Pictures in a flat folder with a table of labels: found by looking, and told what has no counterpart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.data.dataset import DataError
from studio.data.opening import open_dataset, recognise
from studio.data.sources.labelled_pictures import params_of


def pictures(folder: Path, count: int = 12, suffix: str = ".png") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(count):
        Image.new("RGB", (16, 12), (20 * i, 10, 200 - 10 * i)).save(folder / f"p{i:02}{suffix}")
    return folder


def table(path: Path, head: str, rows: list[str]) -> Path:
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


def animal(i: int) -> str:
    return "cat" if i % 3 else "dog"


ROWS = [f"p{i:02}.png,{animal(i)}" for i in range(12)]


def test_that_a_folder_with_a_table_in_it_is_pictures_with_classes(tmp_path: Path) -> None:
    table(pictures(tmp_path / "zoo") / "labels.csv", "file,label", ROWS)
    choice = recognise(tmp_path / "zoo")
    assert choice.source == "labelled-pictures"
    assert choice.location == str(tmp_path / "zoo" / "labels.csv")
    assert (choice.options["file"], choice.options["label"]) == ("file", "label")
    assert choice.facts.classes == ("cat", "dog")
    assert choice.facts.input_shape == (3, 12, 16)
    dataset = open_dataset(choice)
    assert dataset.class_counts == (8, 4)
    assert (dataset.name_of(3), dataset.label_of(3)) == ("p03.png", "dog")
    assert dataset.samples().inputs.shape == (12, 3, 12, 16)
    assert tuple(dataset.samples().inputs[3][:, 0, 0]) == (60, 10, 170)
    assert dataset.skipped == ()


@pytest.mark.parametrize("chosen", ["labels.csv", "images", ""])
@pytest.mark.parametrize(
    "name", ["p{i:02}.png", "p{i:02}", "images/p{i:02}.png", "images\\p{i:02}.png", "./images/P{i:02}.PNG",
             "/home/ada/data/p{i:02}.png"],
)  # fmt: skip
def test_that_names_are_found_however_they_are_written(tmp_path: Path, chosen: str, name: str) -> None:
    pictures(tmp_path / "images")
    rows = [f"{animal(i)};{name.format(i=i)}" for i in range(12)]
    table(tmp_path / "labels.csv", "species;image", rows)
    dataset = open_dataset(recognise(tmp_path / chosen))
    assert dataset.facts.classes == ("cat", "dog")
    assert dataset.class_counts == (8, 4)
    assert dataset.name_of(0) == "images/p00.png"


def test_that_rows_and_pictures_without_a_counterpart_are_left_out_and_counted(tmp_path: Path) -> None:
    pictures(tmp_path)
    rows = [*ROWS[:9], "gone.png,cat", "p03.png,cat", "p09.png,"]
    dataset = open_dataset(recognise(table(tmp_path / "labels.csv", "file,label", rows)))
    assert len(dataset) == 9
    assert [(s.name, s.reason) for s in dataset.skipped] == [
        ("line 11", "There is no picture “gone.png”."),
        ("line 12", "“p03.png” is in line 5 already."),
        ("p09.png", "Its “label” is empty in line 13."),
        ("p10.png", "The table has no row for it."),
        ("p11.png", "The table has no row for it."),
    ]
    assert dataset.notes[:2] == (
        "1 row of the table names no picture that is here; left out.",
        "2 pictures have no row in the table; left out.",
    )


def test_that_another_column_can_be_the_class(tmp_path: Path) -> None:
    pictures(tmp_path)
    rows = [f"{row},{'red' if i < 6 else 'blue'}" for i, row in enumerate(ROWS)]
    choice = recognise(table(tmp_path / "labels.csv", "file,label,colour", rows))
    assert choice.facts.classes == ("cat", "dog")
    _learn, label, _file, *_ = params_of(choice)
    assert [key for key, _ in label.type.options] == ["file", "label", "colour"]
    other = open_dataset(replace(choice, options={**choice.options, "label": "colour"}))
    assert other.facts.classes == ("blue", "red")
    with pytest.raises(DataError, match="“file” names the pictures; choose another column for the class"):
        open_dataset(replace(choice, options={**choice.options, "label": "file"}))
    with pytest.raises(DataError, match=r"no column “size”\. Its columns are: “file”, “label”, “colour”"):
        open_dataset(replace(choice, options={**choice.options, "label": "size"}))


def test_that_measured_numbers_are_learnt_as_numbers_but_digits_are_classes(tmp_path: Path) -> None:
    pictures(tmp_path / "a")
    numbers = [f"p{i:02}.png,{i * 1.7:.1f}" for i in range(12)]
    choice = recognise(table(tmp_path / "a" / "ages.csv", "file,age", numbers))
    assert (choice.options["learn"], choice.facts.learns, choice.facts.numbers) == (
        "numbers", "numbers", ("age",)
    )  # fmt: skip
    with pytest.raises(DataError, match="“age” holds numbers that measure something, not classes") as wrong:
        open_dataset(replace(choice, options={**choice.options, "learn": "class", "label": "age"}))
    assert [fix.text for fix in wrong.value.fixes] == ["Learn the number “age”"]
    pictures(tmp_path / "b")
    digits = [f"p{i:02}.png,{i % 3}" for i in range(12)]
    choice = recognise(table(tmp_path / "b" / "digits.csv", "file,digit", digits))
    assert choice.facts.classes == ("0", "1", "2")


def test_that_tables_and_folders_of_other_sorts_stay_what_they_are(tmp_path: Path) -> None:
    pictures(tmp_path / "sorted" / "cats")
    pictures(tmp_path / "sorted" / "dogs")
    table(tmp_path / "sorted" / "labels.csv", "file,label", ROWS)
    assert recognise(tmp_path / "sorted").source == "image-folder"
    pictures(tmp_path / "mixed")
    rows = [f"{i},{i * i},{animal(i)}" for i in range(30)]
    assert recognise(table(tmp_path / "mixed" / "plain.csv", "a,b,kind", rows)).source == "csv"
    with pytest.raises(DataError, match="do not lie in sub-folders"):
        recognise(tmp_path / "mixed")


def test_that_the_fingerprint_follows_labels_and_pictures(tmp_path: Path) -> None:
    path = table(pictures(tmp_path) / "labels.csv", "file,label", ROWS)
    choice = recognise(path)
    assert open_dataset(choice).facts.fingerprint == choice.facts.fingerprint
    table(path, "file,label", [ROWS[0].replace("dog", "cat"), *ROWS[1:]])
    relabelled = open_dataset(choice).facts.fingerprint
    assert relabelled != choice.facts.fingerprint
    Image.fromarray(np.zeros((12, 16, 3), np.uint8)).save(tmp_path / "p00.png")
    assert open_dataset(choice).facts.fingerprint != relabelled


def test_that_a_name_that_two_pictures_bear_tells_neither(tmp_path: Path) -> None:
    pictures(tmp_path / "images")
    pictures(tmp_path / "more", count=1)  # another p00.png
    dataset = open_dataset(recognise(table(tmp_path / "labels.csv", "file,label", ROWS)))
    assert len(dataset) == 11
    assert dataset.skipped[0].name == "line 2"
