"""Health of texts: what was planted is found, what is well stays unblamed."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from studio.core.project import DatasetChoice
from studio.data.health.catalogue import examine
from studio.data.health.finding import Finding
from studio.data.left_out import name_in
from studio.data.opening import open_dataset, recognise
from studio.data.texts.text_dataset import TextDataset
from studio.kinds.new_project import new_project

NAMES = "sun rain wind snow cloud storm fog ice heat frost dew hail mist sky dawn dusk tide moon"
WORDS = NAMES.split()


def text(seed: int) -> str:
    """Some forty letters and more, another text for every seed."""
    return " ".join(WORDS[(seed * (k + 3) + k * k + seed // 18) % len(WORDS)] for k in range(10)) + f" {seed}"


def letters(folder: Path, extra: list[tuple[str, str]] = [], each: int = 20) -> Path:  # noqa: B006
    rows = [(text(i), ("calm", "wild")[i % 2]) for i in range(2 * each)]
    path = folder / "letters.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("letter", "mood"), *rows, *extra])
    return path


def found_in(path: Path, **changes: object) -> dict[str, Finding]:
    choice: DatasetChoice = replace(recognise(path), **changes)  # type: ignore[arg-type]
    return {finding.code: finding for finding in examine(open_dataset(choice))}


def test_that_different_texts_are_not_blamed(tmp_path: Path) -> None:
    assert found_in(letters(tmp_path)) == {}


def test_that_empty_texts_are_told(tmp_path: Path) -> None:
    finding = found_in(letters(tmp_path, [("  ", "calm"), ("", "wild")]))["empty-texts"]
    assert finding.sentence.startswith("2 texts are empty and are left out. “Left out” names them")


def test_that_a_text_that_repeats_is_told_and_one_of_each_is_kept(tmp_path: Path) -> None:
    path = letters(tmp_path, [(text(4).upper() + " ", "calm")])
    finding = found_in(path)[
        "duplicates-in-splits" if "duplicates-in-splits" in found_in(path) else "duplicates"
    ]
    project = finding.fixes[0].edit(new_project("text-classification", recognise(path)))
    assert project.dataset is not None
    assert [name_in(reference) for reference in project.dataset.left_out] in (["row 42"], ["row 6"])
    assert found_in(path, left_out=project.dataset.left_out) == {}
    assert len(open_dataset(project.dataset)) == 40


def test_that_an_exact_repeat_is_called_exact(tmp_path: Path) -> None:
    finding = found_in(letters(tmp_path, [(text(4), "calm")]))["duplicates"]
    assert finding.sentence == (
        "1 text repeats another one exactly. What is there twice counts twice in training."
    )
    assert finding.samples == (4, 40)


def test_that_a_text_with_two_labels_is_a_contradiction(tmp_path: Path) -> None:
    finding = found_in(letters(tmp_path, [(text(4), "wild")]))["contradictions"]
    assert finding.sentence.startswith(
        "1 text is there several times with different answers, for instance as “calm” and as “wild”."
    )
    assert finding.fixes[0].text == "Leave out 2"


def test_that_the_same_text_in_training_and_test_is_a_leak(tmp_path: Path) -> None:
    for part, start in (("train", 0), ("test", 100)):
        for name in ("calm", "wild"):
            folder = tmp_path / "letters" / part / name
            folder.mkdir(parents=True)
            for i in range(12):
                (folder / f"{i}.txt").write_text(text(start + i + 50 * (name == "wild")), "utf-8")
    (tmp_path / "letters" / "test" / "wild" / "copy.txt").write_text(text(53), "utf-8")
    finding = found_in(tmp_path / "letters")["duplicates-in-splits"]
    assert finding.sentence.startswith("The same text is in training and test, once.")
    project = finding.fixes[0].edit(new_project("text-classification", recognise(tmp_path / "letters")))
    assert project.dataset is not None
    assert project.dataset.left_out == ("train/wild/3.txt",)


def test_that_two_letters_and_a_whole_book_are_told(tmp_path: Path) -> None:
    book = " ".join(text(1000 + i) for i in range(40))
    found = found_in(letters(tmp_path, [("ok", "calm"), (book, "wild")]))
    assert found["short-texts"].sentence.startswith(
        "1 text has at most 3 characters, such as “ok”, where others have about"
    )
    assert found["short-texts"].fixes[0].text == "Leave out 1 text"
    assert found["long-texts"].sentence.startswith("1 text is more than 30 times as long as usual, up to")
    assert found["long-texts"].samples == (41,)


def test_that_texts_which_are_not_read_whole_can_be_read_further(tmp_path: Path) -> None:
    long = [(" ".join(text(200 + 40 * i + k) for k in range(40)), ("calm", "wild")[i % 2]) for i in range(40)]
    path = letters(tmp_path, long)
    finding = found_in(path)["cut-texts"]
    assert finding.sentence.startswith(
        "The network reads the first 256 words of a text; 40 of 80 texts are longer"
    )
    assert finding.fixes[0].text == "Read up to 440 words"
    project = finding.fixes[0].edit(new_project("text-classification", recognise(path)))
    assert project.dataset is not None
    dataset = open_dataset(project.dataset)
    assert isinstance(dataset, TextDataset)
    assert dataset.fitted().length == 440
    assert "cut-texts" not in found_in(path, options=project.dataset.options)


def test_that_a_class_whose_name_is_written_in_its_texts_is_told(tmp_path: Path) -> None:
    named = [(f"Wild: {text(300 + i)}", "wild") for i in range(40)]
    finding = found_in(letters(tmp_path, named))["named-classes"]
    assert finding.severity == "advice"
    assert finding.sentence.startswith(
        "In most texts of the class “wild”, its own name stands, and in hardly any other text."
    )
    assert finding.samples == tuple(range(40, 80))


def test_that_small_and_uneven_classes_of_texts_are_told(tmp_path: Path) -> None:
    found = found_in(letters(tmp_path, [(text(400 + i), "odd") for i in range(3)]))
    assert found["tiny-class"].sentence.startswith("Fewer than 10 samples: “odd” (3).")
    assert found["tiny-class"].samples == (40, 41, 42)
    assert "“odd” only 3" in found["uneven-classes"].sentence


def test_that_a_row_which_changed_since_is_not_meant(tmp_path: Path) -> None:
    path = letters(tmp_path)
    dataset = open_dataset(recognise(path))
    assert isinstance(dataset, TextDataset)
    gone = dataset.reference_of(3)
    assert len(open_dataset(replace(dataset.choice, left_out=(gone,)))) == 39
    path.write_text(path.read_text("utf-8").replace(text(3), "now it says something else"), "utf-8")
    assert len(open_dataset(replace(dataset.choice, left_out=(gone,)))) == 40
