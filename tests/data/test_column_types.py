from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.core.project import Column
from studio.data.dataset import DataError
from studio.data.opening import open_dataset, read_new_table, recognise
from studio.data.preprocessing import (
    BooleanFeature,
    CategoryFeature,
    DateFeature,
    NumberFeature,
    TablePreprocessing,
    from_json,
)
from studio.data.tables.cells import NumberCells, TextCells
from studio.data.tables.column_guess import Guess, guess_column
from studio.data.tables.table_dataset import TableDataset
from studio.data.tables.table_reading import read_table


def guess(*cells: str, decimal: str = ".") -> Guess:
    return guess_column("x", list(cells), decimal)  # type: ignore[arg-type]


def test_that_the_evidence_for_a_type_is_told() -> None:
    dates = [f"{i % 28 + 1:02}.04.2021" for i in range(97)] + ["soon", "later", "?"]
    found = guess(*dates)
    assert (found.column.type, found.evidence) == ("date", "97 of 99 cells are dates like 01.04.2021.")
    found = guess("12 kg", "500 g", "13 kg", "1.5 kg")
    assert found.column == Column("x", "number", unit="kg")
    assert found.evidence == (
        "4 of 4 cells are numbers with a unit, such as “12 kg”. Those in “g” are turned into “kg”."
    )
    found = guess("ja", "nein", "ja")
    assert (found.column.type, found.evidence) == ("boolean", "All 3 cells are “ja” or “nein”: yes or no.")
    assert guess("0", "1", "1", "NA").column.type == "boolean"
    assert guess("0", "1", "2").column.type == "number"


def test_that_what_cannot_be_learnt_from_is_proposed_to_be_ignored() -> None:
    assert (
        guess("5 €", "7 $", "9 €").reason == "mixes units that cannot be turned into one another (“€”, “$”)"
    )
    prose = guess(*(f"the quick brown fox number {i} jumps" for i in range(12)))
    assert (prose.column.role, prose.reason) == ("ignore", "holds free text, which this network cannot read")
    assert "7 words long" in prose.evidence
    assert guess(*map(str, range(1, 30))).reason == "numbers the rows"
    assert guess("", "NA", "leer", "n/a", "-").reason == "is empty"


def test_that_numbers_that_stand_for_nothing_are_noticed() -> None:
    found = guess("1.5", "2.5", "-999", "3", "-999", "4")
    assert found.codes == ("-999",)
    assert "-999 may stand for an empty cell." in found.evidence
    assert guess("1", "2", "99", "3", "99", "4").codes == ("99",)
    assert guess("-999", "-500", "3", "-999", "4").codes == ()
    assert guess("97", "98", "99", "99", "96").codes == ()


def test_that_the_logarithm_is_proposed_for_skewed_numbers() -> None:
    rng = np.random.default_rng(0)
    assert guess(*(f"{x:.3f}" for x in np.exp(rng.normal(3, 1.5, 200)))).log > 2
    assert guess(*(f"{x:.3f}" for x in rng.normal(50, 5, 200))).log == 0


def dataset_of(tmp_path: Path, text: str, **changes: object) -> TableDataset:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    choice = recognise(path)
    columns = tuple(
        replace(c, **changes) if c.role == "feature" else c
        for c in choice.columns  # type: ignore[arg-type]
    )
    dataset = open_dataset(replace(choice, columns=columns))
    assert isinstance(dataset, TableDataset)
    return dataset


NUMBERS = "x,kind\n" + "".join(f"{x},{'ab'[i % 2]}\n" for i, x in enumerate([1, 2, 3, 4, 100, "", 2, 2] * 5))


@pytest.mark.parametrize(
    ("missing", "words", "fill"),
    [
        ("fill", "5 empty cells in “x” get the mean of the training rows.", None),
        ("median", "5 empty cells in “x” get the median of the training rows.", 2.0),
        ("most_frequent", "5 empty cells in “x” get the most frequent number of the training rows.", 2.0),
    ],
)
def test_that_gaps_are_filled_as_wanted_with_figures_of_the_training_rows(
    tmp_path: Path, missing: str, words: str, fill: float | None
) -> None:
    dataset = dataset_of(tmp_path, NUMBERS, missing=missing)
    assert words in dataset.notes
    feature = dataset.fitted().features[0]
    assert isinstance(feature, NumberFeature)
    train = dataset.numbers("x")[dataset.split().train]
    assert feature.fill == pytest.approx(np.nanmean(train) if fill is None else fill)


def test_that_scalings_are_fitted_on_the_training_rows(tmp_path: Path) -> None:
    for scaling in ("standard", "min_max", "robust", "none"):
        dataset = dataset_of(tmp_path, NUMBERS, scaling=scaling)
        feature = dataset.fitted().features[0]
        train = dataset.numbers("x")[dataset.split().train]
        train = train[np.isfinite(train)]
        low, middle, high = np.quantile(train, (0.25, 0.5, 0.75))
        expected = {
            "standard": (train.mean(), train.std()),
            "min_max": (train.min(), train.max() - train.min()),
            "robust": (middle, high - low),
            "none": (0, 1),
        }[scaling]
        assert isinstance(feature, NumberFeature)
        assert (feature.mean, feature.std) == pytest.approx(expected)


def test_that_the_logarithm_is_taken_and_of_nothing_below_the_smallest() -> None:
    feature = NumberFeature("x", 10.0, 0.0, 1.0, floor=0.5)
    assert feature.encode(1) == [0.0]
    assert feature.encode("10") == pytest.approx([2.302585])
    assert feature.encode("0") == feature.encode(-3) == pytest.approx([np.log(0.5)])
    assert feature.encode("") == pytest.approx([2.302585])


def test_that_an_unknown_scaling_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"there is no scaling called “magic”. Known: standard, min_max"):
        dataset_of(tmp_path, NUMBERS, scaling="magic")


def test_that_rare_values_and_values_never_seen_become_other(tmp_path: Path) -> None:
    towns = ["a"] * 9 + ["b"] * 8 + ["c", "d", ""]
    text = "town,kind\n" + "".join(f"{town},{'xy'[i % 2]}\n" for i, town in enumerate(towns))
    feature = dataset_of(tmp_path, text, rare=3).fitted().features[0]
    assert isinstance(feature, CategoryFeature)
    assert feature.input_names == ("town = a", "town = b", "town is empty", "town is another")
    assert feature.encode("c") == feature.encode("never seen") == [0, 0, 0, 1]
    assert feature.encode(None) == [0, 0, 1, 0]
    plain = dataset_of(tmp_path, text).fitted().features[0]
    assert plain.encode("never seen") == [0] * 5
    filled = dataset_of(tmp_path, text, missing="most_frequent", missing_input=True).fitted().features[0]
    assert filled.encode("") == [*filled.encode("a")[:-1], 1.0]


def test_that_an_ordinal_category_is_one_number() -> None:
    feature = CategoryFeature("size", ("1 S", "2 M", "3 L"), ordinal=True)
    assert [feature.encode(v)[0] for v in ("1 S", "2 M", "3 L", "?")] == [0, 0.5, 1, 0.5]


def test_that_dates_become_parts_and_gaps_their_means(tmp_path: Path) -> None:
    text = "day,kind\n" + "".join(f"{i % 28 + 1:02}/{i % 12 + 1:02}/2021,{'xy'[i % 2]}\n" for i in range(40))
    dataset = dataset_of(tmp_path, text + ",x\n")
    feature = dataset.fitted().features[0]
    assert isinstance(feature, DateFeature)
    assert feature.day_first
    assert feature.input_names == ("day: month", "day: day of the week", "day: days gone by")
    assert dataset.samples().inputs[40].tolist() == [0, 0, 0]
    with pytest.raises(DataError, match="“soon” is no date, but the column “day” needs one, such as"):
        feature.encode("soon")


def test_that_group_and_time_are_not_learnt_from(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("who,x,kind\n" + "".join(f"p{i % 3},{i * i},{'xy'[i % 2]}\n" for i in range(20)))
    choice = recognise(path)
    columns = tuple(replace(c, role="group") if c.name == "who" else c for c in choice.columns)
    dataset = open_dataset(replace(choice, columns=columns))
    assert dataset.facts.input_shape == (1,)
    assert dataset.choice.columns[0].role == "group"


def test_that_a_new_table_gets_the_same_numbers_and_bad_cells_are_told(tmp_path: Path) -> None:
    text = "weight,ok,day,kind\n" + "".join(
        f"{i} kg,{'ja' if i % 3 else 'nein'},2021-0{i % 9 + 1}-11,{'xy'[i % 2]}\n" for i in range(40)
    )
    dataset = dataset_of(tmp_path, text)
    fitted = from_json(json.loads(json.dumps(dataset.preprocessing())))
    assert isinstance(fitted, TablePreprocessing)
    (tmp_path / "new.csv").write_text(
        "Day;WEIGHT;ok\n11.03.2021;2,0 kg;Ja\n2021-03-11;2000 g;yes\nsoon;2;ja\n2021-03-11;heavy;ja\n"
    )
    prepared, problems = fitted.prepare_table(read_new_table(tmp_path / "new.csv"))
    np.testing.assert_allclose(prepared[0], dataset.samples().inputs[2], atol=1e-6)
    np.testing.assert_allclose(prepared[1], dataset.samples().inputs[2], atol=1e-6)
    assert problems == {
        2: "“soon” is no date, but the column “day” needs one, such as 2024-01-31.",
        3: "“heavy” is not a number, but the column “weight” needs one in kg.",
    }


def test_that_checkpoints_of_earlier_versions_still_open() -> None:
    old = {
        "input": "row", "target": "kind", "classes": ["a", "b"], "target_mean": 0.0, "target_std": 1.0,
        "features": [
            {"name": "x", "type": "number", "fill": 1.0, "mean": 1.0, "std": 2.0},
            {"name": "c", "type": "category", "values": ["p", "q"], "missing": True},
        ],
    }  # fmt: skip
    found = from_json(old)
    assert isinstance(found, TablePreprocessing)
    assert found.features == (NumberFeature("x", 1.0, 1.0, 2.0), CategoryFeature("c", ("p", "q"), True))
    assert found.to_json() == old


FEATURES = (
    NumberFeature("n", 1.0, 2.0, 3.0, -1.0, 9.0, "kg", 0.5, True, ("-999",)),
    BooleanFeature("b", 1.0, ("nein", "ja"), True),
    DateFeature("d", ("year", "hour"), (1.0, 2.0), (3.0, 4.0), 86400.0, True, True, ("x",)),
    CategoryFeature("c", ("p", "q"), True, True, False, "p", True, ("z",)),
)


def test_that_json_brings_back_every_type() -> None:
    value = TablePreprocessing(FEATURES, "y", ("a", "b"))
    assert from_json(json.loads(json.dumps(value.to_json()))) == value
    assert len(value.input_names) == value.input_shape[0] == 2 + 2 + 3 + 5


@given(st.integers(0, 3), st.data())
def test_that_damaged_features_are_refused(which: int, data: st.DataObject) -> None:
    written = TablePreprocessing((FEATURES[which],), "y").to_json()
    feature = dict(written["features"][0])  # type: ignore[index]
    key = data.draw(st.sampled_from(sorted(feature)))
    feature[key] = data.draw(
        st.none() | st.booleans() | st.floats() | st.text(max_size=3) | st.lists(st.floats())
    )
    try:
        again = from_json({**written, "features": [feature]})
    except DataError as error:
        assert "damaged" in str(error)  # noqa: PT017  either outcome is right
        return
    assert from_json(again.to_json()) == again


@given(st.lists(st.sampled_from(["1", "2.5", "", "NA", "x", "-3", "1e3", "0"]), min_size=1, max_size=30))
@settings(deadline=None)
def test_that_cells_read_the_same_whether_kept_as_texts_or_numbers(cells: list[str]) -> None:
    numbers, odd = np.full(len(cells), np.nan), {}
    for i, cell in enumerate(cells):
        try:
            numbers[i] = float(cell)
        except ValueError:
            if cell == "x":
                odd[i] = cell
    for column in (Column("c", "number"), Column("c", "category")):
        from studio.data.tables.column_values import Codes, values_of

        own, own_stray = values_of(column, TextCells.of(cells), ".")
        other, other_stray = values_of(column, NumberCells(numbers, odd), ".")
        if isinstance(own, Codes):
            if "x" not in cells:
                assert [own.text(i) for i in range(len(own))] == [other.text(i) for i in range(len(other))]
            continue
        np.testing.assert_array_equal(own, other)
        assert set(own_stray) == set(other_stray)


def test_that_parquet_without_its_library_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.parquet"
    path.write_bytes(b"PAR1 and so on PAR1")
    pytest.importorskip("pyarrow")
    with pytest.raises(DataError, match=r"“t.parquet” is a damaged Parquet file"):
        read_table(path)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(
        DataError, match=r"needs the library pyarrow.*“pip install pyarrow”, or save the table as CSV"
    ):
        read_table(path)


@given(st.binary(max_size=200))
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_that_damaged_packed_and_parquet_files_are_refused_in_a_sentence(
    tmp_path: Path, content: bytes
) -> None:
    for magic in (b"\x1f\x8b", b"\x1f\x8b\x08\x00", b"PAR1"):
        path = tmp_path / "x"
        path.write_bytes(magic + content)
        with pytest.raises(DataError, match=r"\.$"):
            read_table(path)


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("cp1251", "имя,город\nАнна,Москва\nИван,Тверь\nОльга,Казань\n"),
     ("gb18030", "姓名,城市\n王小明,北京\n李红,上海\n张伟,广州\n"),
     ("cp932", "なまえ,まち\nたろう,とうきょう\nはなこ,おおさか\n"),
     ("cp1252", "größe,fähig\nÄpfel,schön\nBär,süß\n")],
)  # fmt: skip
def test_that_letters_of_other_scripts_are_guessed(tmp_path: Path, encoding: str, words: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(words.encode(encoding))
    table = read_table(path)
    assert table.dialect.encoding == encoding
    assert ",".join(table.names) == words.splitlines()[0]
    assert read_table(path, {"encoding": encoding}).names == table.names
