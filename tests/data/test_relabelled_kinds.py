"""Corrected labels of rows, texts, pictures with several labels or numbers, and pictures in arrays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.core.project import DatasetChoice, Relabelled
from studio.core.project_json import project_from_json, project_to_json
from studio.data.label_files import MOST, NAME, beside, label_problem, load_labels, save_labels
from studio.data.label_overlay import labels_in, labels_text, numbers_in, numbers_text
from studio.data.opening import open_dataset, recognise, with_target
from studio.kinds.new_project import infer_kind, new_project
from tests.data.test_picture_answers import opened as labelled_pictures

ROWS = 40


def corrected(dataset: Any, place: int, label: str) -> Relabelled:
    return Relabelled(dataset.reference_of(place), label, dataset.content_of(place), dataset.answers)


def with_own(dataset: Any, *own: Relabelled) -> Any:
    return open_dataset(replace(dataset.choice, relabelled=own))


def split_of(dataset: Any) -> list[list[int]]:
    split = dataset.split()
    return [part.tolist() for part in (split.train, split.validation, split.test)]


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    return write_flowers(tmp_path / "flowers.csv")


def write_flowers(path: Path, first: tuple[str, ...] = (), rows: int = ROWS) -> Path:
    told = (f"{i * 0.5},{i % 7},{'rose' if i % 2 else 'tulip'},{i * 2.5}" for i in range(rows))
    path.write_text("\n".join(("length,width,species,price", *first, *told)))
    return path


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    return write_letters(tmp_path / "letters.csv")


def write_letters(path: Path, first: tuple[str, ...] = ()) -> Path:
    told = (
        f"this letter number {i} is quite {'pleasant' if i % 2 else 'angry'} to read,{i % 2}"
        for i in range(ROWS)
    )
    path.write_text(
        "\n".join(("text,mood", *first, *(row[:-1] + ("good" if row[-1] == "1" else "bad") for row in told)))
    )
    return path


def arrays(path: Path, first: int = 0) -> Path:
    pictures = np.arange(ROWS * 64, dtype=np.int64).reshape(ROWS, 8, 8) % 251
    pictures = np.concatenate([np.full((first, 8, 8), 255, np.int64), pictures]).astype(np.uint8)
    labels = np.concatenate([np.zeros(first, np.int64), np.arange(ROWS) % 2])
    np.savez(path, x=pictures, y=labels)
    return path


# -- rows -----------------------------------------------------------------------------------------------


def test_that_the_class_of_a_row_is_corrected_and_nothing_else_moves(flowers: Path) -> None:
    plain: Any = open_dataset(with_target(recognise(flowers), "species"))
    dataset = with_own(plain, corrected(plain, 4, "rose"), corrected(plain, 5, "lily"))
    assert [dataset.label_of(i) for i in (4, 5, 6)] == ["rose", "lily", "tulip"]
    assert [dataset.own_label_of(i) for i in (4, 5)] == ["tulip", "rose"]
    assert dataset.facts.classes == ("rose", "tulip", "lily")
    assert dataset.class_counts == (20, 19, 1)
    assert dataset.relabelled.tolist() == [4, 5]
    assert dataset.row(4)["species"] == "rose"
    assert dataset.notes[0] == "2 labels were changed by you."
    assert split_of(dataset) == split_of(plain)
    assert np.array_equal(dataset.samples().inputs, plain.samples().inputs)
    assert dataset.samples().targets[:7].tolist() == [1, 0, 1, 0, 0, 2, 1]
    assert dataset.fitted().classes == ("rose", "tulip", "lily")
    assert plain.class_counts == (20, 20)
    assert plain.with_labels(dataset.choice).same_samples(plain)


def test_that_the_number_of_a_row_is_corrected_and_scaled_anew(flowers: Path) -> None:
    plain: Any = open_dataset(with_target(recognise(flowers), "price"))
    place = int(plain.split().train[0])
    dataset = with_own(plain, corrected(plain, place, "1000.5"))
    assert dataset.label_of(place) == "1000.5"
    assert dataset.row(place)["price"] == 1000.5
    assert dataset.numbers("price")[place] == 1000.5
    assert dataset.fitted().target_mean > plain.fitted().target_mean + 10
    figures = dataset.fitted()
    told = dataset.samples().targets[place, 0] * figures.target_std + figures.target_mean
    assert told == pytest.approx(1000.5, rel=1e-5)
    assert split_of(dataset) == split_of(plain)


def test_that_a_label_that_is_no_number_says_nothing_and_is_told(flowers: Path) -> None:
    plain: Any = open_dataset(with_target(recognise(flowers), "price"))
    dataset = with_own(plain, corrected(plain, 3, "dear"), corrected(plain, 4, "nan"))
    assert dataset.relabelled.tolist() == []
    assert dataset.label_of(3) == "7.5"
    assert dataset.notes[0] == (
        "2 labels of yours do not fit what is learnt, and say nothing: “row 5”, “row 6”."
    )


def test_that_a_row_keeps_its_label_where_rows_are_put_in_and_sorted(flowers: Path) -> None:
    plain: Any = open_dataset(with_target(recognise(flowers), "species"))
    own = corrected(plain, 4, "rose")
    write_flowers(flowers, ("77,1,rose,3", "78,2,tulip,4", "79,2,rose,5"))
    dataset = with_own(plain, own)
    assert [dataset.name_of(i) for i in dataset.relabelled.tolist()] == ["row 9"]
    assert dataset.label_of(7) == "rose"
    lines = flowers.read_text().splitlines()
    flowers.write_text("\n".join((lines[0], *reversed(lines[1:]))))
    assert with_own(plain, own).relabelled.tolist() == [ROWS - 5]


def test_that_a_row_that_was_changed_or_is_gone_is_told(flowers: Path) -> None:
    plain: Any = open_dataset(with_target(recognise(flowers), "species"))
    own = corrected(plain, 4, "rose")
    lines = flowers.read_text().splitlines()
    flowers.write_text("\n".join((*lines[:5], "2.0,4,tulip,10.5", *lines[6:])))
    dataset = with_own(plain, own)
    assert dataset.relabelled.tolist() == []
    assert dataset.notes[0] == "1 label of yours belongs to no sample that is here any more: “row 6”."


def test_that_of_equal_rows_each_keeps_a_label_of_its_own(tmp_path: Path) -> None:
    path = write_flowers(tmp_path / "twice.csv", ("1,1,rose,3", "1,1,rose,3"))
    plain: Any = open_dataset(with_target(recognise(path), "species"))
    own = (corrected(plain, 0, "tulip"), corrected(plain, 1, "tulip"))
    write_flowers(path, ("5,5,tulip,9", "1,1,rose,3", "1,1,rose,3"))
    assert with_own(plain, *own).relabelled.tolist() == [1, 2]


def test_that_labels_of_another_column_wait_until_it_is_learnt_again(flowers: Path) -> None:
    plain: Any = open_dataset(with_target(recognise(flowers), "species"))
    relabelled = with_own(plain, corrected(plain, 4, "rose"))
    priced = with_target(relabelled.choice, "price")
    assert open_dataset(priced).relabelled.tolist() == []  # type: ignore[attr-defined]
    again: Any = open_dataset(with_target(priced, "species"))
    assert again.relabelled.tolist() == [4]


# -- texts ----------------------------------------------------------------------------------------------


def test_that_the_class_of_a_text_is_corrected_and_the_vocabulary_stays(letters: Path) -> None:
    plain: Any = open_dataset(recognise(letters))
    assert plain.choice.source == "text-table"
    dataset = with_own(plain, corrected(plain, 4, "good"), corrected(plain, 5, "so so"))
    assert [dataset.label_of(i) for i in (4, 5, 6)] == ["good", "so so", "bad"]
    assert dataset.class_counts == (19, 20, 1)
    assert dataset.fitted().classes == ("bad", "good", "so so")
    assert split_of(dataset) == split_of(plain)
    assert np.array_equal(dataset.samples().inputs, plain.samples().inputs)
    assert dataset.samples().targets[4:6].tolist() == [1, 2]
    assert dataset.facts.fingerprint != plain.facts.fingerprint


def test_that_a_text_keeps_its_label_where_rows_are_put_in(letters: Path) -> None:
    plain: Any = open_dataset(recognise(letters))
    own = corrected(plain, 4, "good")
    assert own.answers == "mood"
    write_letters(letters, ("another letter which stands above all the others,bad",))
    dataset = with_own(plain, own)
    assert dataset.relabelled.tolist() == [5]


def test_that_a_text_file_keeps_its_label_when_it_is_renamed(tmp_path: Path) -> None:
    for name in ("cats", "dogs"):
        (tmp_path / "stories" / name).mkdir(parents=True)
        for i in range(6):
            (tmp_path / "stories" / name / f"{i}.txt").write_text(f"a story about {name} number {i}")
    plain: Any = open_dataset(recognise(tmp_path / "stories"))
    own = corrected(plain, 2, "dogs")
    assert own.sample == "cats/2.txt"
    (tmp_path / "stories" / "cats" / "2.txt").rename(tmp_path / "stories" / "cats" / "two.txt")
    dataset = with_own(plain, own)
    assert [dataset.name_of(i) for i in dataset.relabelled.tolist()] == ["cats/two.txt"]


# -- pictures -------------------------------------------------------------------------------------------


def test_that_several_labels_of_a_picture_are_corrected(tmp_path: Path) -> None:
    tags = ("cat;dog", "cat", "dog", "bird", "bird;cat", "dog;cat")
    plain: Any = labelled_pictures(tmp_path, "file,tags", lambda i: tags[i % 6])
    dataset = with_own(plain, corrected(plain, 0, "cat;fox"), corrected(plain, 1, ""))
    assert [dataset.label_of(i) for i in (0, 1, 2)] == ["cat, fox", "none", "dog"]
    assert [dataset.own_label_of(i) for i in (0, 1)] == ["cat, dog", "cat"]
    assert dataset.facts.classes == ("bird", "cat", "dog", "fox")
    assert dataset.class_counts == (4, 7, 5, 1)
    assert dataset.samples().targets[:2].tolist() == [[0, 1, 0, 1], [0, 0, 0, 0]]
    assert split_of(dataset) == split_of(plain)


def two_numbers(i: int) -> str:
    return f"{i * 1.5},{i * 3.25 + 1}"


def test_that_the_numbers_of_a_picture_are_corrected(tmp_path: Path) -> None:
    plain: Any = labelled_pictures(
        tmp_path, "file,x,y", lambda i: f"{i * 1.5},{i * 3.25 + 1}", learn="numbers"
    )
    assert plain.facts.learns == "numbers"
    dataset = with_own(plain, corrected(plain, 2, "100.25;7"))
    assert dataset.label_of(2) == "x 100.25, y 7"
    assert dataset.own_label_of(2) == "x 3, y 7.5"
    assert dataset.values[2].tolist() == [100.25, 7]
    assert split_of(dataset) == split_of(plain)


def test_that_a_picture_of_an_array_is_found_again_where_pictures_were_put_in(tmp_path: Path) -> None:
    path = arrays(tmp_path / "pictures.npz")
    plain: Any = open_dataset(recognise(path))
    own = corrected(plain, 4, plain.label_of(5))
    assert own.sample == "picture 5"
    assert split_of(with_own(plain, own)) == split_of(plain)
    arrays(path, first=3)
    dataset = with_own(plain, own)
    assert dataset.relabelled.tolist() == [7]
    assert dataset.label_of(7) == plain.label_of(5)


def test_that_a_corrected_label_moves_no_picture_to_another_part(tmp_path: Path) -> None:
    plain: Any = open_dataset(recognise("digits"))
    own = [corrected(plain, i, "3") for i in range(60)]
    dataset = with_own(plain, *own)
    assert split_of(dataset) == split_of(plain)
    assert (dataset.labels[:60] == 3).all()


# -- as they are kept -----------------------------------------------------------------------------------


def test_that_labels_of_rows_are_kept_beside_and_found_there(flowers: Path) -> None:
    before = flowers.read_bytes()
    dataset: Any = open_dataset(with_target(recognise(flowers), "species"))
    own = corrected(dataset, 4, "rose")
    choice = replace(dataset.choice, relabelled=(own,))
    assert save_labels(choice).beside
    kept = flowers.with_name(f"flowers.{NAME}")
    assert kept.read_text() == f"sample,label,content,column\n{own.sample},rose,{own.content},species\n"
    assert load_labels(choice) == (own,)
    assert recognise(flowers).relabelled == (own,)
    assert flowers.read_bytes() == before
    assert project_from_json(project_to_json(project_of(choice))) == project_of(choice)


def project_of(choice: DatasetChoice) -> Any:
    assert choice.facts is not None
    return replace(new_project(infer_kind(choice.facts, choice.source), choice), id="1")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"a,b\n1,2\n", "it does not begin with the columns file and class"),
        (b"\x89PNG\r\n\x1a\n\0\0", "it holds no text"),
        (b'file,class\n"row 1,x\n', "it is no correct CSV table"),
        (b"", "it does not begin with the columns file and class"),
        (b"file,class\n" + b"x,y\n" * (MOST + 1), "it has more than 20,000 rows"),
    ],
)
def test_that_a_damaged_table_of_labels_is_a_sentence_and_stays_as_it_is(
    flowers: Path, content: bytes, why: str
) -> None:
    choice = with_target(recognise(flowers), "species")
    path = beside(choice)
    assert path is not None
    path.write_bytes(content)
    dataset: Any = open_dataset(choice)
    told = (
        f"“flowers.{NAME}” beside the data is not read as labels corrected in Lantern: {why}. It is left as "
        "it is; move it away, or mend it."
    )
    assert label_problem(choice) == told
    assert dataset.notes[0] == told
    kept = save_labels(replace(choice, relabelled=(corrected(dataset, 4, "rose"),)))
    assert not kept.beside
    assert path.read_bytes() == content
    assert [one.label for one in recognise(flowers).relabelled] == ["rose"]


def test_that_hostile_rows_of_a_table_of_labels_say_nothing(flowers: Path) -> None:
    choice = with_target(recognise(flowers), "species")
    path = beside(choice)
    assert path is not None
    good = corrected(open_dataset(choice), 4, "rose")
    rows = (
        "sample,label,content,column",
        f"{good.sample},rose,{good.content},species",
        "row 99999999999999999999 abc,rose,zz,species",
        "row -1 abc,rose,,species",
        f"{'x' * 5000},rose,,species",
        "../../etc/passwd,rose,ffffffffffffffff,species",
        "row 7 \0,rose,\0,species",
        ",rose,,species",
        "lonely",
        "\"=cmd|'/c calc'!A1\",rose,,species",
    )
    path.write_text("\n".join(rows))
    dataset: Any = open_dataset(recognise(flowers))
    assert dataset.relabelled.tolist() == [4]
    assert dataset.class_counts == (21, 19)


def test_that_thousands_of_new_classes_are_refused(flowers: Path) -> None:
    plain: Any = open_dataset(with_target(recognise(write_flowers(flowers, rows=1100)), "species"))
    own = [corrected(plain, i, f"class {i}") for i in range(1050)]
    dataset = with_own(plain, *own)
    assert dataset.facts.classes == ("rose", "tulip")
    assert dataset.notes[0].startswith("1,050 labels of yours do not fit what is learnt, and say nothing: ")


def test_that_several_labels_and_numbers_are_written_so_that_they_are_read_the_same() -> None:
    assert labels_text(("cat", "a;b", 'say "x"')) == 'cat;"a;b";"say ""x"""'
    assert labels_in(labels_text(("cat", "a;b", 'say "x"'))) == ("cat", "a;b", 'say "x"')
    assert (labels_text(()), labels_in("")) == ("", ())
    assert numbers_text((3.0, -0.125)) == "3;-0.125"
    assert numbers_in("3;-0.125", 2) == (3.0, -0.125)
    for wrong in ("", "3", "3;x", "3;inf", "1;2;3"):
        with pytest.raises(ValueError):
            numbers_in(wrong, 2)
