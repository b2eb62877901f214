from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.core.project import Column, DatasetChoice, Project, Recipe, Setting, Splits
from studio.data.dataset import DataError
from studio.data.opening import open_dataset, recognise, with_target
from studio.data.preprocessing import BooleanFeature, TablePreprocessing, from_json
from studio.data.profile import column_summaries
from studio.data.sources.csv_table import TableDataset


def choice_of(tmp_path: Path, text: str, name: str = "t.csv") -> DatasetChoice:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return recognise(path)


def opened(choice: DatasetChoice) -> TableDataset:
    dataset = open_dataset(choice)
    assert isinstance(dataset, TableDataset)
    return dataset


def roles(choice: DatasetChoice) -> dict[str, tuple[str, str]]:
    return {column.name: (column.type, column.role) for column in choice.columns}


FLOWERS = "id,length,colour,note,day,species\n" + "".join(
    f"{i},{i * 0.5},{'red' if i % 2 else 'blue'},text number {i} of all,2024-01-{i % 28 + 1:02},"
    f"{'rose' if i % 3 else 'lily'}\n"
    for i in range(40)
)


def test_that_columns_are_recognised_for_what_they_are(tmp_path: Path) -> None:
    choice = choice_of(tmp_path, FLOWERS)
    assert roles(choice) == {
        "id": ("number", "ignore"),
        "length": ("number", "feature"),
        "colour": ("category", "feature"),
        "note": ("category", "ignore"),
        "day": ("date", "feature"),
        "species": ("category", "target"),
    }
    assert choice.facts is not None
    assert choice.facts.input_shape == (5,)  # length, two colours, day of the week and days gone by
    assert choice.facts.classes == ("lily", "rose")
    assert choice.facts.target == "species"
    notes = opened(choice).notes
    assert "The column “id” numbers the rows; it is ignored." in notes
    assert "The column “note” holds free text, which this network cannot read; it is ignored." in notes


def test_that_too_many_texts_are_ignored_with_their_number(tmp_path: Path) -> None:
    rows = "".join(f"{i * 0.1},town {i % 70},{'a' if i % 2 else 'b'}\n" for i in range(210))
    choice = choice_of(tmp_path, "x,town,label\n" + rows)
    assert roles(choice)["town"] == ("category", "ignore")
    assert any("holds 70 different texts" in note for note in opened(choice).notes)


def test_that_the_target_is_a_telling_name_or_the_last_column(tmp_path: Path) -> None:
    assert roles(choice_of(tmp_path, "class,a\nx,1\ny,2\nx,3\ny,1\n"))["class"][1] == "target"
    assert roles(choice_of(tmp_path, "b,a\nx,1\ny,2\nx,3\ny,1\n"))["a"][1] == "target"


def test_that_a_number_of_many_values_makes_regression(tmp_path: Path) -> None:
    rows = "".join(f"{i % 7},{100 + i * 1.25}\n" for i in range(50))
    choice = choice_of(tmp_path, "rooms,price\n" + rows)
    assert choice.facts is not None
    assert choice.facts.classes == ()
    dataset = opened(choice)
    samples = dataset.samples()
    assert samples.targets.dtype == np.float32
    assert samples.targets.shape == (50, 1)
    train = samples.targets[dataset.split().train]
    assert abs(float(train.mean())) < 1e-5
    assert abs(float(train.std()) - 1) < 1e-5
    fitted = dataset.fitted()
    back = samples.targets[3, 0] * fitted.target_std + fitted.target_mean
    assert back == pytest.approx(103.75, abs=1e-3)
    assert dataset.label_of(3) == "103.75"


def test_that_few_whole_numbers_are_classes(tmp_path: Path) -> None:
    rows = "".join(f"{i * 0.1},{i % 3}.0\n" for i in range(30))
    choice = choice_of(tmp_path, "x,stars\n" + rows)
    assert choice.facts is not None
    assert choice.facts.classes == ("0", "1", "2")


def test_that_classes_are_in_natural_order(tmp_path: Path) -> None:
    rows = "".join(f"{i * 0.1},group {i % 11 + 1}\n" for i in range(44))
    choice = choice_of(tmp_path, "x,label\n" + rows)
    assert choice.facts is not None
    assert choice.facts.classes[:3] == ("group 1", "group 2", "group 3")
    assert choice.facts.classes[-1] == "group 11"


GAPS = "size,colour,kind\n1,red,a\n,red,b\n3,,a\n4,blue,\n5,NA,b\n6,blue,a\n7,red,b\n"


def test_that_gaps_are_filled_and_rows_without_target_left_out(tmp_path: Path) -> None:
    dataset = opened(choice_of(tmp_path, GAPS))
    assert len(dataset) == 6
    assert dataset.notes[:3] == (
        "1 row was left out, because “kind” is empty there.",
        "1 empty cell in “size” gets the mean of the training rows.",
        "2 empty cells in “colour” count as a category of their own.",
    )
    fitted = dataset.fitted()
    assert fitted.input_names == ("size", "colour = blue", "colour = red", "colour is empty")
    inputs = dataset.samples().inputs
    assert inputs[1, 0] == 0  # the mean of the training rows, scaled
    assert inputs[2, 1:].tolist() == [0, 0, 1]
    assert [dataset.name_of(i) for i in range(6)] == ["row 2", "row 3", "row 4", "row 6", "row 7", "row 8"]


def test_that_rows_with_gaps_can_be_dropped(tmp_path: Path) -> None:
    choice = choice_of(tmp_path, GAPS)
    columns = tuple(replace(c, missing="drop") if c.name == "colour" else c for c in choice.columns)
    dataset = opened(replace(choice, columns=columns))
    assert len(dataset) == 4
    assert "2 empty cells in “colour”: the rows were left out." in dataset.notes


def test_that_every_row_prepared_alone_equals_the_dataset_s_own(tmp_path: Path) -> None:
    choice = choice_of(tmp_path, FLOWERS.replace("3.5,", ",").replace("red,text number 7", ",text number 7"))
    dataset = opened(choice)
    fitted = from_json(dataset.preprocessing())
    assert isinstance(fitted, TablePreprocessing)
    inputs = dataset.samples().inputs
    for i in range(len(dataset)):
        assert fitted.prepare_row(dataset.row(i)).tolist() == inputs[i].tolist()


def test_that_figures_are_of_the_training_rows_only(tmp_path: Path) -> None:
    dataset = opened(choice_of(tmp_path, FLOWERS))
    train = dataset.numbers("length")[dataset.split().train]
    length = dataset.fitted().features[0]
    assert length.mean == pytest.approx(train.mean())  # type: ignore[union-attr]
    assert length.std == pytest.approx(train.std())  # type: ignore[union-attr]


def test_that_without_normalisation_numbers_stay_as_they_are(tmp_path: Path) -> None:
    dataset = opened(replace(choice_of(tmp_path, FLOWERS), normalisation="none"))
    assert dataset.samples().inputs[3, 0] == 1.5


def test_that_another_split_does_not_change_the_number_of_inputs(tmp_path: Path) -> None:
    text = "colour,x,kind\n" + "".join(f"c{i},{i % 5},{'ab'[i % 2]}\n" for i in range(9)) * 2
    choice = choice_of(tmp_path, text)
    shapes = {opened(replace(choice, splits=Splits(seed=s))).facts.input_shape for s in range(5)}
    assert shapes == {(10,)}


def test_that_stray_text_among_numbers_counts_as_empty_and_is_told(tmp_path: Path) -> None:
    rows = "".join(f"{2 * i},{'ab'[i % 2]}\n" for i in range(30))
    dataset = opened(choice_of(tmp_path, "x,kind\n" + rows + "about 5,a\n"))
    assert any(
        note == "In the column “x”, these are no numbers and count as empty: “about 5”."
        for note in dataset.notes
    )


def test_that_decimal_commas_become_numbers(tmp_path: Path) -> None:
    dataset = opened(choice_of(tmp_path, "x;kind\n1,5;a\n2,5;b\n3,5;a\n1.234,5;b\n"))
    assert dataset.numbers("x").tolist() == [1.5, 2.5, 3.5, 1234.5]


def test_that_yes_and_no_are_one_input(tmp_path: Path) -> None:
    dataset = opened(choice_of(tmp_path, "ok,x,kind\nYes,1,a\nno,2,b\nyes,3,a\nNo,5,b\n"))
    feature = dataset.fitted().features[0]
    assert isinstance(feature, BooleanFeature)
    assert feature.words == ("no", "yes")
    assert feature.encode("YES") == [1]
    assert feature.encode(True) == [1]
    assert feature.encode("?") == [feature.fill]


def test_that_a_single_class_is_refused(tmp_path: Path) -> None:
    choice = choice_of(tmp_path, "x,kind,other\n1,a,p\n2,a,q\n3,a,p\n")
    with pytest.raises(DataError, match="“kind” is “a” in every row") as caught:
        with_target(choice, "kind")
    assert caught.value.code == "single-class"


def test_that_another_target_can_be_chosen_and_the_old_one_is_learnt_from(tmp_path: Path) -> None:
    choice = with_target(choice_of(tmp_path, FLOWERS), "length")
    assert roles(choice)["length"] == ("number", "target")
    assert roles(choice)["species"] == ("category", "feature")
    assert choice.facts is not None
    assert choice.facts.classes == ()
    as_class = with_target(choice, "Colour", numeric=False)
    assert as_class.facts is not None
    assert len(as_class.facts.classes) == 2


def test_that_a_target_with_a_class_of_its_own_for_each_row_is_refused(tmp_path: Path) -> None:
    sentence = r"“length” holds something else in nearly every row \(40 different values in 40 rows\)"
    with pytest.raises(DataError, match=sentence) as caught:
        with_target(choice_of(tmp_path, FLOWERS), "length", numeric=False)
    assert caught.value.code == "columns"
    assert [fix.text for fix in caught.value.fixes] == ["Guess the columns again"]


def test_that_an_unknown_target_suggests_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no column “specis”. Did you mean “species”\?"):
        with_target(choice_of(tmp_path, FLOWERS), "specis")


def test_that_a_column_that_vanished_is_named_with_a_way_out(tmp_path: Path) -> None:
    choice = choice_of(tmp_path, FLOWERS)
    (tmp_path / "t.csv").write_text(FLOWERS.replace("length", "height"), encoding="utf-8")
    with pytest.raises(DataError, match="has no column “length” any more") as caught:
        open_dataset(choice)
    assert caught.value.code == "columns"
    project = Project("tabular-classification", choice, {}, Recipe(Setting("mse"), Setting("adam")))
    mended = caught.value.fixes[0].edit(project)
    assert mended.dataset is not None
    assert opened(mended.dataset).facts.input_shape == (5,)


def test_that_a_new_column_is_ignored_and_told(tmp_path: Path) -> None:
    choice = choice_of(tmp_path, "x,kind\n1,a\n2,b\n3,a\n")
    (tmp_path / "t.csv").write_text("x,extra,kind\n1,5,a\n2,6,b\n3,8,a\n")
    dataset = opened(choice)
    assert dataset.facts.input_shape == (1,)
    assert "The column “extra” is new in the table; it is ignored." in dataset.notes


def test_that_roles_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    choice = choice_of(tmp_path, "x,y,kind\n1,3,a\n2,4,b\n3,9,a\n")
    two = tuple(replace(c, role="target") for c in choice.columns)
    with pytest.raises(DataError, match="More than one column is chosen as the target"):
        open_dataset(replace(choice, columns=two))
    none = tuple(Column(c.name, c.type, "ignore") for c in choice.columns)
    with pytest.raises(DataError, match="No column is chosen as the target"):
        open_dataset(replace(choice, columns=none))
    alone = tuple(replace(c, role="target" if c.name == "kind" else "ignore") for c in choice.columns)
    with pytest.raises(DataError, match="No column is left to learn from"):
        open_dataset(replace(choice, columns=alone))


def test_that_an_option_of_nonsense_is_refused(tmp_path: Path) -> None:
    choice = choice_of(tmp_path, FLOWERS)
    with pytest.raises(DataError, match="Separator: expected one of auto, comma"):
        open_dataset(replace(choice, options={"delimiter": "dot"}))


def test_that_a_class_with_one_row_is_trained_on_and_told(tmp_path: Path) -> None:
    rows = "".join(f"{i},{'ab'[i % 2]}\n" for i in range(20))
    dataset = opened(choice_of(tmp_path, "x,kind\n" + rows + "5,c\n"))
    assert 20 in dataset.split().train
    assert "Only one row, which is used for training: “c”." in dataset.notes


def test_that_reading_a_large_table_takes_seconds_at_most(tmp_path: Path) -> None:
    rows = "".join(
        f"{i * 0.37:.2f},{i % 97},{['red', 'green', 'blue'][i % 3]},{i % 4}\n" for i in range(30_000)
    )
    dataset = opened(choice_of(tmp_path, "a,b,colour,kind\n" + rows))
    assert dataset.samples().inputs.shape == (30_000, 5)


WILD = st.sampled_from(
    ["", "NA", "1", "2.5", "3,5", "-1e308", "1e308", "1e-300", "abc", "def", "true", "No", "2024-01-02",
     "007", "x y", "?", "1,234", "a\tb", "ä", "'"]
)  # fmt: skip


@given(
    rows=st.integers(2, 5).flatmap(
        lambda n: st.lists(st.lists(WILD, min_size=n, max_size=n), min_size=1, max_size=25)
    ),
    normalisation=st.sampled_from(["training", "none"]),
)
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_that_any_table_gives_finite_numbers_or_a_sentence(
    tmp_path: Path, rows: list[list[str]], normalisation: str
) -> None:
    path = tmp_path / "wild.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    try:
        choice = recognise(path)
    except DataError:
        return
    dataset = opened(replace(choice, normalisation=normalisation))  # type: ignore[arg-type]
    samples = dataset.samples()
    assert samples.inputs.shape == (len(dataset), *dataset.facts.input_shape)
    assert np.isfinite(samples.inputs).all()
    assert np.isfinite(samples.targets).all()
    fitted = from_json(json.loads(json.dumps(dataset.preprocessing())))
    assert isinstance(fitted, TablePreprocessing)
    assert len(fitted.input_names) == dataset.facts.input_shape[0]
    assert sum(dataset.class_counts) in (0, len(dataset))
    column_summaries(dataset)


def test_that_a_table_without_anything_to_predict_says_why_of_each_column(tmp_path: Path) -> None:
    path = tmp_path / "same.csv"
    path.write_text("name,t\n" + "".join(f"n{i},same\n" for i in range(12)))
    with pytest.raises(DataError, match="No column of this table can be predicted") as caught:
        recognise(path)
    assert "“t” holds the same in every row" in str(caught.value)
    assert "“name” holds something else in nearly every row" in str(caught.value)


def test_that_a_column_that_counts_up_is_used_when_it_is_all_there_is(tmp_path: Path) -> None:
    path = tmp_path / "series.csv"
    path.write_text("hour,price\n" + "".join(f"{i},{i * 3.5}\n" for i in range(40)))
    choice = recognise(path)
    assert [(c.name, c.role) for c in choice.columns] == [("hour", "feature"), ("price", "target")]
