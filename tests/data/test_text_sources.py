"""Texts as people have them: tables, folders, JSON; whole, damaged and hostile."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.project import DatasetChoice
from studio.data.dataset import DataError
from studio.data.opening import open_dataset, recognise, with_target
from studio.data.texts.text_dataset import TextDataset
from studio.data.texts.text_fields import TextField
from studio.data.texts.text_profile import text_profile

GOOD = "what a lovely film, I laughed all the way {}"
BAD = "a dull and boring film, I nearly fell asleep {}"


def rows(count: int = 20) -> list[tuple[str, str]]:
    return [((GOOD if i % 2 else BAD).format(i), "good" if i % 2 else "bad") for i in range(count)]


def table(folder: Path, extra: str = "") -> Path:
    path = folder / "films.csv"
    lines = [f'{i},"{text}",{label}' for i, (text, label) in enumerate(rows())]
    path.write_text("\n".join(["id,review,mood", *lines]) + extra, encoding="utf-8")
    return path


def opened(path: Path) -> TextDataset:
    dataset = open_dataset(recognise(path))
    assert isinstance(dataset, TextDataset)
    return dataset


def test_that_a_table_with_a_column_of_texts_is_taken_for_texts(tmp_path: Path) -> None:
    dataset = opened(table(tmp_path))
    assert dataset.choice.source == "text-table"
    assert dataset.facts.classes == ("bad", "good")
    assert dataset.facts.target == "mood"
    assert dataset.facts.vocabulary > 10
    assert dataset.text(1) == GOOD.format(1)
    assert (dataset.label_of(1), dataset.name_of(1)) == ("good", "row 3")
    assert "The texts are in the column “review”, their classes in “mood”." in dataset.notes


def test_that_a_table_of_measurements_stays_a_table() -> None:
    assert recognise("penguins").source == "bundled"
    assert recognise("penguins").facts.vocabulary == 0  # type: ignore[union-attr]


def test_that_rows_without_text_or_class_are_named_and_labels_never_shift(tmp_path: Path) -> None:
    dataset = opened(
        table(
            tmp_path,
            '\n20,"no mood at all, really",\n21,,good\n22,"the last good film of the list",good',
        )
    )
    assert [(s.name, s.reason) for s in dataset.skipped] == [
        ("row 22", "“mood” is empty."),
        ("row 23", "There is no text."),
    ]
    assert dataset.text(len(dataset) - 1) == "the last good film of the list"
    assert dataset.label_of(len(dataset) - 1) == "good"


def test_that_a_number_to_predict_is_refused_with_a_way_out(tmp_path: Path) -> None:
    path = tmp_path / "stars.csv"
    path.write_text(
        "text,stars\n" + "\n".join(f'"{t}",{i + 0.5}' for i, (t, _) in enumerate(rows(60))), "utf-8"
    )
    choice = DatasetChoice("text-table", str(path), {"text_column": "text", "target_column": "stars"})
    with pytest.raises(DataError, match="Lantern cannot learn to predict numbers from texts yet"):
        open_dataset(choice)


def test_that_another_target_can_be_chosen_and_a_wrong_name_is_helped(tmp_path: Path) -> None:
    choice = recognise(table(tmp_path))
    with pytest.raises(DataError, match=r"There is no column “moood”\. Did you mean “mood”\?"):
        with_target(choice, "moood")
    assert with_target(choice, "mood").facts == choice.facts


def folder(root: Path) -> Path:
    for i, (text, label) in enumerate(rows()):
        (root / label).mkdir(parents=True, exist_ok=True)
        (root / label / f"{i}.txt").write_text(text, encoding="utf-8")
    return root


def test_that_a_folder_for_each_class_is_taken_for_texts(tmp_path: Path) -> None:
    root = folder(tmp_path / "films")
    (root / "good" / "empty.txt").write_bytes(b"\xef\xbb\xbf \r\n")
    (root / "good" / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    (root / "good" / "utf16.txt").write_text(GOOD.format("äöü"), encoding="utf-16")
    (root / "bad" / "latin.txt").write_bytes("un film très ennuyé, déjà vu".encode("latin-1"))
    dataset = opened(root)
    assert dataset.choice.source == "text-folder"
    assert dataset.class_counts == (11, 11)
    assert {s.name: s.reason for s in dataset.skipped} == {
        "good/empty.txt": "There is no text.",
        "good/picture.txt": "It does not hold text.",
    }
    by_name = {dataset.name_of(i): dataset.text(i) for i in range(len(dataset))}
    assert by_name["good/utf16.txt"] == GOOD.format("äöü")
    assert by_name["bad/latin.txt"] == "un film très ennuyé, déjà vu"


def test_that_train_and_test_folders_stay_what_they_are(tmp_path: Path) -> None:
    folder(tmp_path / "films" / "train")
    for label in ("good", "bad"):
        place = tmp_path / "films" / "test" / label
        place.mkdir(parents=True)
        (place / "x.txt").write_text(f"a {label} film to test with", encoding="utf-8")
    dataset = opened(tmp_path / "films")
    assert sorted(dataset.name_of(i) for i in dataset.split().test) == ["test/bad/x.txt", "test/good/x.txt"]


def lines(path: Path, *extra: str) -> Path:
    written = [json.dumps({"text": text, "label": label}) for text, label in rows()]
    path.write_text("\ufeff" + "\n".join([*written, *extra]), encoding="utf-8")
    return path


def test_that_bad_lines_of_json_are_named_and_the_others_read(tmp_path: Path) -> None:
    dataset = opened(
        lines(
            tmp_path / "films.jsonl",
            '{"text": "a film", "label": NaN}',
            '{"text": 7, "label": "good"}',
            '{"text": "cut off',
            "[1, 2]",
            '{"text": "half a pair \\ud800 in it", "label": "good"}',
            "[" * 100_000,
        )
    )
    assert len(dataset) == 21
    assert dict.fromkeys(s.name for s in dataset.skipped).keys() == {
        f"line {n}" for n in (21, 22, 23, 24, 26)
    }
    reasons = {s.name: s.reason for s in dataset.skipped}
    assert reasons["line 21"] == "“label” is empty."
    assert reasons["line 22"] == "“text” is no text."
    assert reasons["line 24"] == "It is no object in braces."


def test_that_a_list_in_json_is_read_and_other_json_refused(tmp_path: Path) -> None:
    path = tmp_path / "films.json"
    path.write_text(json.dumps([{"text": text, "label": label} for text, label in rows()]), "utf-8")
    assert len(opened(path)) == 20
    path.write_text('{"settings": {"a": 1}}', "utf-8")
    with pytest.raises(DataError, match=r"No field of “films\.json” holds texts"):
        recognise(path)
    path.write_text("[1, 2", "utf-8")
    with pytest.raises(DataError, match=r"“films\.json” is no correct JSON"):
        recognise(path)


def test_that_one_class_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text("\n".join(json.dumps({"text": GOOD.format(i), "label": "x"}) for i in range(9)), "utf-8")
    choice = DatasetChoice("text-lines", str(path), {"text_column": "text", "target_column": "label"})
    with pytest.raises(DataError, match="All texts belong to one class, “x”"):
        open_dataset(choice)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=6))
def test_that_any_texts_in_json_keep_their_classes(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("lines") / "any.jsonl"
    given_rows = [
        *((text, f"c{i % 2}") for i, text in enumerate(texts)),
        ("one more", "c0"),
        ("and more", "c1"),
    ]
    path.write_text("\n".join(json.dumps({"text": t, "label": c}) for t, c in given_rows), encoding="utf-8")
    dataset = opened(path)
    kept = [(dataset.text(i), dataset.label_of(i)) for i in range(len(dataset))]
    assert kept == [row for row in given_rows if row[0].strip(" \0\t\r\n\ufeff")]


def test_that_the_profile_says_what_is_cut_off_and_unknown(tmp_path: Path) -> None:
    path = table(tmp_path)
    choice = recognise(path, {"length": 5})
    dataset = open_dataset(choice)
    assert isinstance(dataset, TextDataset)
    profile = text_profile(dataset, 2)
    assert profile.cut == 1.0
    assert profile.length == 5
    assert sum(profile.bars) == 20
    assert profile.frequent["bad"][0] in ("a", "dull", "and", "boring", "nearly", "fell", "asleep")
    assert profile.unknown == 0.0


def test_that_the_columns_that_can_be_texts_or_classes_are_known(tmp_path: Path) -> None:
    assert opened(table(tmp_path)).text_fields == (
        TextField("id", texts=True),
        TextField("review", texts=True),
        TextField("mood", texts=True, classes=2),
    )
    path = tmp_path / "two.jsonl"
    records = [{"a": text, "b": label, "n": i} for i, (text, label) in enumerate(rows())]
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    assert opened(path).text_fields == (
        TextField("a", texts=True),
        TextField("b", texts=True, classes=2),
        TextField("n"),
    )
