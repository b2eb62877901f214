from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from studio.core.params import Param
from studio.core.project import DatasetChoice
from studio.data.dataset import DataError
from studio.data.opening import open_dataset, read_rows, recognise, relink, with_target
from studio.data.pictures.augmentations import AUGMENTATIONS
from studio.data.sources.catalogue import SOURCES


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "No dataset was named"),
        ("fashon-mnist", r"Did you mean “fashion-mnist”\?"),
        ("/nowhere/at/all", r"There is no file or folder “/nowhere/at/all”\. It may have been moved"),
        ("C:\\photos", "There is no file or folder “C:.photos”"),
        ("flowers.csv", r"There is no file or folder “flowers\.csv”.*Choose where it is now"),
        ("flowers", "is neither a file or folder nor a bundled dataset"),
        ("x" * 5000, "is neither a file or folder"),
        ("a\0b", "is neither a file or folder"),
    ],
)
def test_that_what_is_not_there_is_refused_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        recognise(text)
    assert caught.value.code == "missing"


def test_that_a_picture_a_damaged_archive_and_a_project_are_explained(tmp_path: Path) -> None:
    Image.new("L", (8, 8)).save(tmp_path / "cat.png")
    (tmp_path / "photos.zip").write_bytes(b"PK\x03\x04")
    (tmp_path / "mine.lantern").write_text("{}")
    for name, words in (
        ("cat.png", "is a single picture. Choose the folder"),
        ("photos.zip", "“photos.zip” is damaged or cut off"),
        ("mine.lantern", "is a project, not a dataset"),
    ):
        with pytest.raises(DataError, match=words):
            recognise(tmp_path / name)


def test_that_a_relative_path_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text("x,kind\n1,a\n2,b\n3,a\n")
    monkeypatch.chdir(tmp_path)
    assert recognise("t.csv").location == str(tmp_path / "t.csv")


def test_that_a_source_of_a_later_version_is_refused_in_a_sentence() -> None:
    with pytest.raises(DataError, match="does not know data of the sort “cloud”"):
        open_dataset(DatasetChoice("cloud", "x"))


def test_that_only_tables_have_a_target_to_choose() -> None:
    with pytest.raises(DataError, match="A target column can only be chosen for tables"):
        with_target(recognise("digits"), "label")


def test_that_a_bundled_table_s_target_can_be_chosen() -> None:
    choice = with_target(recognise("penguins"), "body_mass_g")
    assert choice.facts is not None
    assert (choice.source, choice.facts.classes, choice.facts.target) == ("bundled", (), "body_mass_g")
    assert open_dataset(choice).samples().targets.shape == (342, 1)


def test_that_a_moved_table_can_be_found_again(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("x,kind\n1,a\n2,b\n3,a\n")
    choice = recognise(path)
    path.rename(tmp_path / "new.csv")
    with pytest.raises(DataError) as caught:
        open_dataset(choice)
    assert caught.value.code == "missing"
    assert relink(choice, tmp_path / "new.csv").facts == choice.facts
    with pytest.raises(DataError, match="is a folder, but this project learns from a table"):
        relink(choice, tmp_path)


def test_that_rows_to_predict_are_read_with_numbers_as_numbers(tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    path.write_text("len;code;colour\n1,5;01069;red\n;04109;NA\n")
    assert read_rows(path) == (
        {"len": 1.5, "code": "01069", "colour": "red"},
        {"len": None, "code": "04109", "colour": None},
    )
    path.write_text("len,colour\n1.5,red\n")
    assert read_rows(path) == ({"len": 1.5, "colour": "red"},)
    path.write_text("len\n1.5\n2\n")
    assert read_rows(path) == ({"len": 1.5}, {"len": 2.0})


def every_param() -> list[Param]:
    return [p for entry in (*SOURCES, *AUGMENTATIONS) for p in entry.params]


@pytest.mark.parametrize("param", every_param(), ids=lambda param: param.name)
def test_that_every_declared_default_is_allowed_and_explained(param: Param) -> None:
    assert param.check(param.default) == param.default
    assert len(param.help) > 20
    assert param.help.endswith(".")


@pytest.mark.parametrize("entry", [*SOURCES, *AUGMENTATIONS], ids=lambda entry: entry.id)
def test_that_every_entry_has_a_name_and_a_help_for_beginners(entry) -> None:
    assert entry.name
    assert entry.help.endswith(".")


def test_that_opening_data_imports_neither_torch_nor_qt_nor_pandas() -> None:
    code = (
        "import sys; from studio.data.opening import open_dataset, recognise\n"
        "open_dataset(recognise('iris')).samples(); open_dataset(recognise('digits')).samples()\n"
        "print([m for m in ('torch', 'PySide6', 'pandas', 'openpyxl') if m in sys.modules])"
    )
    root = Path(__file__).parents[2]
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
