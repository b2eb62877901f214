"""Labels that the user corrects: laid over the data, kept beside them, never changing them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core.project import Relabelled
from studio.core.project_json import project_from_json, project_to_json
from studio.core.safe_write import SaveError
from studio.data import label_files
from studio.data.label_files import NAME, at_home, beside, load_labels, save_labels
from studio.data.label_places import placed
from studio.data.opening import open_dataset, recognise
from studio.data.pictures.picture_dataset import PictureDataset
from studio.data.relabelling import Relabel, TakeBack
from studio.kinds.new_project import new_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten pictures of cats and ten of dogs, each a colour of its own."""
    for label, name in enumerate(("cat", "dog")):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(10):
            colour = (20 * number, 100 * label, 90)
            Image.new("RGB", (8, 8), colour).save(tmp_path / "pets" / name / f"{number}.png")
    return tmp_path / "pets"


def opened(folder: Path, *own: Relabelled) -> PictureDataset:
    dataset = open_dataset(replace(recognise(folder), relabelled=own))
    assert isinstance(dataset, PictureDataset)
    return dataset


def test_that_a_corrected_label_is_what_is_learnt(folder: Path) -> None:
    dataset = opened(folder, Relabelled("cat/3.png", "dog"))
    assert dataset.class_counts == (9, 11)
    place = [dataset.name_of(i) for i in range(20)].index("cat/3.png")
    assert dataset.label_of(place) == "dog"
    assert dataset.own_label_of(place) == "cat"
    assert dataset.samples().targets[place] == 1
    assert dataset.relabelled.tolist() == [place]
    assert dataset.notes[0] == "1 label was changed by you."


def test_that_the_fingerprint_changes_with_a_label_and_comes_back_with_it(folder: Path) -> None:
    plain, changed = opened(folder), opened(folder, Relabelled("cat/3.png", "dog"))
    assert len(changed.facts.fingerprint) == 16
    assert changed.facts.fingerprint != plain.facts.fingerprint
    assert changed.with_parts(plain.choice).facts.fingerprint == plain.facts.fingerprint
    assert plain.with_parts(changed.choice).facts.fingerprint == changed.facts.fingerprint
    assert plain.with_parts(changed.choice).labels.tolist() == changed.labels.tolist()
    assert plain.class_counts == (10, 10)


def test_that_a_new_class_comes_after_those_of_the_data(folder: Path) -> None:
    dataset = opened(folder, Relabelled("dog/1.png", "ant"), Relabelled("dog/2.png", "bee"))
    assert dataset.facts.classes == ("cat", "dog", "ant", "bee")
    assert dataset.class_counts == (10, 8, 1, 1)


def test_that_a_renamed_file_keeps_its_label(folder: Path) -> None:
    dataset = opened(folder)
    place = [dataset.name_of(i) for i in range(20)].index("cat/3.png")
    content = dataset.key_of(place)
    assert content is not None
    (folder / "cat" / "3.png").rename(folder / "cat" / "the third.png")
    dataset = opened(folder, Relabelled("cat/3.png", "dog", content.hex()))
    assert [dataset.name_of(i) for i in dataset.relabelled.tolist()] == ["cat/the third.png"]


def test_that_a_label_of_a_file_that_is_gone_is_told(folder: Path) -> None:
    dataset = opened(folder, Relabelled("cat/99.png", "dog", "00ff"))
    assert dataset.class_counts == (10, 10)
    assert dataset.notes[0] == "1 label of yours belongs to no sample that is here any more: “cat/99.png”."


def test_that_equal_files_do_not_take_each_others_label() -> None:
    keys = np.array([7, 7, 8], np.uint64)
    own = (Relabelled("x", "b", (7).to_bytes(8, "little").hex()),)
    found = placed(own, lambda name: None, keys)
    assert found.given == {}
    assert found.left_over == own


def test_that_labels_are_kept_beside_the_pictures_and_found_there(folder: Path) -> None:
    before = sorted(path.read_bytes() for path in folder.rglob("*.png"))
    choice = replace(recognise(folder), relabelled=(Relabelled("cat/3.png", "dog", "00ff"),))
    kept = save_labels(choice)
    assert kept.beside
    assert (folder / NAME).read_text() == "file,class,content\ncat/3.png,dog,00ff\n"
    again = recognise(folder)
    assert again.relabelled == choice.relabelled
    assert again.facts is not None
    assert again.facts.samples == 20
    assert sorted(path.read_bytes() for path in folder.rglob("*.png")) == before


def test_that_taking_all_back_leaves_an_empty_table(folder: Path) -> None:
    choice = replace(recognise(folder), relabelled=(Relabelled("cat/3.png", "dog"),))
    save_labels(choice)
    save_labels(replace(choice, relabelled=()))
    assert load_labels(choice) == ()
    assert recognise(folder).relabelled == ()


def test_that_nothing_is_written_where_no_label_was_changed(folder: Path) -> None:
    choice = recognise(folder)
    save_labels(choice)
    assert not (folder / NAME).exists()
    assert not at_home(choice).exists()


def test_that_labels_of_a_folder_that_may_not_be_written_are_kept_by_lantern(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, text: str) -> None:
        if path.parent == folder:
            raise SaveError("read-only")
        path.write_text(text)

    monkeypatch.setattr(label_files, "write_text_atomically", refuse)
    choice = replace(recognise(folder), relabelled=(Relabelled("cat/3.png", "dog"),))
    kept = save_labels(choice)
    assert not kept.beside
    assert kept.path == at_home(choice)
    assert recognise(folder).relabelled == choice.relabelled
    monkeypatch.undo()
    assert save_labels(choice).beside
    assert not at_home(choice).exists()


def test_that_a_bundled_dataset_is_not_written_beside(tmp_path: Path) -> None:
    choice = replace(recognise("digits"), relabelled=(Relabelled("picture 1", "9"),))
    assert beside(choice) is None
    assert not save_labels(choice).beside
    assert recognise("digits").relabelled == choice.relabelled
    save_labels(replace(choice, relabelled=()))


def test_that_a_foreign_table_of_that_name_says_nothing(folder: Path) -> None:
    (folder / NAME).write_text("a,b\n1,2\n")
    assert load_labels(recognise(folder)) is None


def test_that_corrections_are_not_taken_for_the_table_of_labels(folder: Path, tmp_path: Path) -> None:
    flat = tmp_path / "flat"
    flat.mkdir()
    rows = ["file,class"]
    for name in ("cat", "dog"):
        for number in range(10):
            shutil.copy(folder / name / f"{number}.png", flat / f"{name}{number}.png")
            rows.append(f"{name}{number}.png,{name}")
    (flat / "pictures.csv").write_text("\n".join(rows))
    choice = recognise(flat)
    assert choice.source == "labelled-pictures"
    save_labels(replace(choice, relabelled=(Relabelled("cat1.png", "dog"),)))
    assert (flat / f"pictures.{NAME}").exists()
    again = recognise(flat)
    assert again.location == choice.location
    dataset = open_dataset(again)
    assert dataset.class_counts == (9, 11)


def test_that_edits_replace_and_take_back(folder: Path) -> None:
    project = new_project("image-classification", recognise(folder))
    one = Relabel((Relabelled("cat/1.png", "dog"), Relabelled("cat/2.png", "dog")))(project)
    two = Relabel((Relabelled("cat/2.png", "bird"),))(one)
    assert two.dataset is not None
    assert two.dataset.relabelled == (Relabelled("cat/1.png", "dog"), Relabelled("cat/2.png", "bird"))
    assert TakeBack(two.dataset.relabelled)(two) == project
    assert project_from_json(project_to_json(two)) == two
