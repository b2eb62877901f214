"""Several labels or numbers of a picture, from a table: found by looking, read, split, told when wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core.project import DatasetChoice, Project, Recipe, Relabelled, Setting
from studio.data.dataset import DataError
from studio.data.health.catalogue import examine, for_project
from studio.data.health.twins import Groups, same_samples
from studio.data.opening import open_dataset, recognise
from studio.data.pictures.learning import parts_of, separator_in
from studio.data.pictures.learning_notes import learning_notes
from studio.data.pictures.picture_dataset import PictureDataset
from studio.data.pictures.picture_labels import rarest_label
from studio.data.preprocessing import PicturePreprocessing, from_json
from studio.data.sources.labelled_pictures import params_of
from studio.kinds.new_project import new_project
from tests.data.test_labelled_pictures import pictures, table


def opened(
    folder: Path, head: str, told: Callable[[int], str], count: int = 12, **options: str
) -> PictureDataset:
    pictures(folder, 0)
    for i in range(count):
        Image.new("RGB", (8, 8), (2 * i, i, 255 - i)).save(folder / f"p{i:02}.png")
    rows = [f"p{i:02}.png,{told(i)}" for i in range(count)]
    path = table(folder / "labels.csv", head, rows)
    dataset = open_dataset(recognise(path, options))
    assert isinstance(dataset, PictureDataset)
    return dataset


TAGS = ("cat{}dog", "cat", "dog", "bird", "bird{}cat", "none")


@pytest.mark.parametrize("sign", [";", "|", "/", " ", "+", "; ", " & "])
def test_that_labels_are_told_apart_by_any_usual_sign(tmp_path: Path, sign: str) -> None:
    dataset = opened(tmp_path, "file,tags", lambda i: TAGS[i % 6].format(sign))
    assert (dataset.facts.learns, dataset.facts.classes) == ("labels", ("bird", "cat", "dog"))
    assert dataset.class_counts == (4, 6, 4)
    assert [dataset.label_of(i) for i in (0, 3, 5)] == ["cat, dog", "bird", "none"]
    assert dataset.samples().targets[:2].tolist() == [[0, 1, 1], [0, 1, 0]]
    assert dataset.members(1).tolist() == [0, 1, 4, 6, 7, 10]


def test_that_words_of_one_class_are_not_labels_and_lists_lose_their_brackets() -> None:
    assert separator_in(["golden retriever", "labrador retriever", "poodle"] * 4) == ""
    assert separator_in(["1,5", "2,5", "1,5", "2,5"]) == ""
    assert separator_in(["['cat', 'dog']", "['cat']"] * 4) == ","
    assert parts_of("['cat', \"dog\", 'cat']", ",") == ("cat", "dog")


@pytest.mark.parametrize("words", [("1", "0"), ("yes", "no"), ("TRUE", "FALSE"), ("1", "-1"), ("x", "")])
def test_that_columns_of_yes_and_no_are_labels(tmp_path: Path, words: tuple[str, str]) -> None:
    dataset = opened(tmp_path, "file,cat,dog", lambda i: f"{words[i % 2]},{words[i % 3 > 0]}")
    assert dataset.choice.options["label_columns"] == "cat\tdog"
    assert dataset.facts.classes == ("cat", "dog")
    assert dataset.class_counts == (6, 4)
    assert learning_notes(dataset)[0] == (
        "A picture may have several of the 2 labels, such as “cat, dog”: each is learnt by itself. 4 have "
        "none of them. “What is learnt” under Preparation changes this."
    )


def test_that_a_missing_answer_leaves_its_picture_out_unless_it_means_none(tmp_path: Path) -> None:
    def told(i: int) -> str:
        return "" if i == 4 else TAGS[i % 6].format(";")

    dataset = opened(tmp_path, "file,tags", told)
    assert len(dataset) == 11
    assert [(s.name, s.reason) for s in dataset.skipped] == [("p04.png", "Its “tags” is empty in line 6.")]
    choice = dataset.choice
    other = open_dataset(replace(choice, options={**choice.options, "empty_labels": "none"}))
    assert (len(other), other.label_of(4)) == (12, "none")


def test_that_several_numbers_keep_units_and_are_scaled_by_the_training_split(
    tmp_path: Path,
) -> None:
    dataset = opened(tmp_path, "file,x,length", lambda i: f"{i}.5,{10 * i} cm", count=20)
    assert (dataset.facts.learns, dataset.facts.numbers) == ("numbers", ("x", "length"))
    assert (dataset.label_of(3), dataset.class_counts) == ("x 3.5, length 30 cm", ())
    fitted = from_json(dataset.preprocessing())
    assert isinstance(fitted, PicturePreprocessing)
    assert fitted.numbers is not None
    train = dataset.split().train
    assert fitted.numbers.units == ("", "cm")
    assert fitted.numbers.mean == pytest.approx((train.mean() + 0.5, 10 * train.mean()))
    targets = dataset.samples().targets
    assert targets.dtype == np.float32
    assert targets[train].mean(axis=0) == pytest.approx((0, 0), abs=1e-6)
    assert targets[train].std(axis=0) == pytest.approx((1, 1), abs=1e-6)
    assert fitted.numbers.told(targets.astype(float))[3] == pytest.approx((3.5, 30))
    assert learning_notes(dataset)[0] == (
        "Numbers are learnt: “x”, from 0.5 to 19.5; “length”, from 0 to 190 cm. “What is learnt” under "
        "Preparation changes this."
    )


def test_that_what_is_no_number_is_left_out_and_told(tmp_path: Path) -> None:
    dataset = opened(tmp_path, "file,age", lambda i: "old" if i == 2 else f"{i}.25", 24)
    assert [(s.name, s.reason) for s in dataset.skipped] == [
        ("p02.png", "Its “age” is “old”, which is no number, in line 4.")
    ]


def test_that_the_choice_can_be_corrected_and_every_wrong_one_has_a_way_out(tmp_path: Path) -> None:
    dataset = opened(tmp_path, "file,age,tags,same", lambda i: f"{i}.5,{TAGS[i % 6].format(';')},3")
    choice = dataset.choice
    assert choice.options["learn"] == "labels"
    assert [p.name for p in params_of(choice)][:2] == ["learn", "label_columns"]

    def with_options(**options: str) -> DatasetChoice:
        return replace(choice, options={**choice.options, **options})

    assert open_dataset(with_options(learn="numbers")).facts.numbers == ("age",)
    assert [p.name for p in params_of(with_options(learn="numbers"))][:2] == ["learn", "number_columns"]
    wrong = {
        ("numbers", "number_columns", "same"): ("“same” is 3 for every picture", ""),
        ("numbers", "number_columns", "age\tsame"): ("“same” is 3 for every picture", "Leave “same” out"),
        ("numbers", "number_columns", "tags"): ("Most cells of “tags” are no numbers, such as “cat;dog”",
                                                 "Learn one class a picture"),
        ("numbers", "number_columns", ""): ("No column is chosen that holds a number",
                                             "Learn one class a picture"),
        ("labels", "label_columns", ""): ("No column is chosen that holds labels",
                                           "Learn one class a picture"),
        ("labels", "label_columns", "age\ttags"): ("“age” says “0.5”, which is neither yes nor no",
                                                    "Learn one class a picture"),
        ("class", "label", "tags"): ("“tags” gives some pictures several classes at once, such as “cat;dog”",
                                      "Learn several labels"),
    }  # fmt: skip
    for (learn, option, value), (message, fix) in wrong.items():
        with pytest.raises(DataError, match=message) as error:
            open_dataset(with_options(learn=learn, **{option: value}))
        assert [one.text for one in error.value.fixes] == ([fix] if fix else [])
        for one in error.value.fixes:
            recipe = Recipe(Setting("mse"), Setting("adamw"))
            spoilt = Project("image-regression", with_options(learn=learn, **{option: value}), {}, recipe)
            mended = one.edit(spoilt).dataset
            assert mended is not None
            assert mended.options != spoilt.dataset.options  # type: ignore[union-attr]


def test_that_a_class_column_comes_before_labels_and_numbers(tmp_path: Path) -> None:
    head = "file,age,sharp,blurred,species"
    dataset = opened(tmp_path, head, lambda i: f"{i}.5,{i % 2},{i % 3 > 0:d},{'ab'[i % 2]}")
    assert dataset.facts.classes == ("a", "b")
    assert dataset.choice.options["label_columns"] == "sharp\tblurred"
    assert dataset.choice.options["number_columns"] == "age"


def test_that_a_picture_is_drawn_by_its_rarest_label() -> None:
    values = np.array([[1, 1, 0], [1, 0, 0], [1, 0, 1], [0, 0, 0]], float)
    assert rarest_label(values).tolist() == [1, 0, 2, 3]


def test_that_labels_are_spread_over_the_parts(tmp_path: Path) -> None:
    tags = ("rare;common", "often;common", "common", "often;common")
    dataset = opened(tmp_path, "file,tags", lambda i: tags[i % 4], 80)
    split = dataset.split()
    assert dataset.values is not None
    place = dataset.facts.classes.index("rare")
    counts = [int(dataset.values[part, place].sum()) for part in (split.train, split.validation, split.test)]
    assert counts == [14, 3, 3]


def test_that_corrected_classes_say_nothing_of_labels_and_numbers(tmp_path: Path) -> None:
    dataset = opened(tmp_path, "file,age,tags", lambda i: f"{i}.5,{TAGS[i % 6].format(';')}")
    corrected = replace(dataset.choice, relabelled=(Relabelled("p00.png", "cow"),))
    assert open_dataset(corrected).facts.classes == ("bird", "cat", "dog")
    numbers = replace(corrected, options={**corrected.options, "learn": "numbers"})
    assert (open_dataset(numbers).label_of(0), open_dataset(numbers).facts.classes) == ("0.5", ())


def test_that_the_health_check_knows_labels_that_teach_nothing_and_rare_ones(tmp_path: Path) -> None:
    head = "file,never,always,rare,often"
    dataset = opened(tmp_path, head, lambda i: f"0,1,{i == 0:d},{i % 2}", count=30)
    found = {finding.code: finding for finding in examine(dataset)}
    assert found["label-never"].sentence == (
        "No picture has the label “never”, so there is nothing to tell apart. Add pictures, or leave it out."
    )
    assert [fix.text for fix in found["label-never"].fixes] == ["Leave “never” out"]
    assert found["label-always"].sentence.startswith("Every picture has the label “always”")
    assert found["rare-labels"].samples == (0,)
    assert [fix.text for fix in found["rare-labels"].fixes] == [
        "Balance yes and no in the loss", "Draw rare labels more often"
    ]  # fmt: skip
    project = new_project("image-multilabel-classification", dataset.choice)
    for fix in found["rare-labels"].fixes:
        assert "rare-labels" not in [f.code for f in for_project(found.values(), fix.edit(project))]
    mended = found["label-never"].fixes[0].edit(project).dataset
    assert mended is not None
    assert open_dataset(mended).facts.classes == ("always", "rare", "often")


def test_that_the_same_picture_with_other_numbers_is_a_contradiction(tmp_path: Path) -> None:
    dataset = opened(tmp_path, "file,age", lambda i: f"{i}.5", count=20)
    same = Groups(np.array([0, 7]), np.array([0, 0]))
    (finding,) = same_samples(dataset, same, "picture", "")
    assert finding.code == "contradictions"
    assert "for instance as “0.5” and as “7.5”" in finding.sentence
