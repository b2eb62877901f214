"""A folder of classes that is filled in the app: copies, unique names, nothing lost, everything undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from studio.data.opening import recognise
from studio.data.pictures import collecting
from studio.data.pictures.collecting import REMOVED, CollectError, Collecting, free_folder


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for i in range(4):
        Image.new("RGB", (20, 20), (60 * i, 0, 0)).save(folder / f"p{i}.png")
    return folder


@pytest.fixture
def made(tmp_path: Path) -> Collecting:
    return Collecting(tmp_path / "mine")


def test_that_nothing_is_written_before_the_first_class(made: Collecting) -> None:
    assert made.classes() == ()
    assert made.advice() == "Name the first class, then put pictures into it."
    assert not made.folder.exists()


def test_that_pictures_are_copied_with_names_of_their_own(made: Collecting, photos: Path) -> None:
    assert made.add_class("  red   fox ") == "red fox"
    before = {path: path.read_bytes() for path in photos.iterdir()}
    assert made.add("red fox", [photos / "p0.png", photos]).count == 5
    names = [path.name for path in made.pictures("red fox")]
    assert names == ["p0 2.png", "p0.png", "p1.png", "p2.png", "p3.png"]
    assert {path: path.read_bytes() for path in photos.iterdir()} == before


def test_that_what_is_no_picture_is_told(made: Collecting, photos: Path) -> None:
    made.add_class("a")
    (photos / "notes.doc").write_text("x")
    (photos / "broken.png").write_bytes(b"no picture")
    added = made.add("a", [photos / "notes.doc", photos / "broken.png", photos / "p1.png"])
    assert added.count == 1
    assert [name for name, _ in added.refused] == ["notes.doc", "broken.png"]
    assert added.refused[0][1] == "This is no picture that Lantern reads."


def test_that_what_is_taken_out_is_kept_and_comes_back(made: Collecting, photos: Path) -> None:
    made.add_class("a")
    made.add("a", [photos])
    made.remove(made.pictures("a")[:2])
    assert made.counts() == (2,)
    assert sorted(path.name for path in (made.folder / REMOVED).iterdir()) == ["p0.png", "p1.png"]
    assert made.classes() == ("a",)
    made.undo()
    assert made.counts() == (4,)
    made.undo()
    assert made.counts() == (0,)
    made.undo()
    assert made.classes() == ()
    assert not made.can_undo
    assert len(list(photos.iterdir())) == 4


def test_that_pictures_are_moved_and_classes_renamed_and_undone(made: Collecting, photos: Path) -> None:
    made.add_class("a")
    made.add_class("b")
    made.add("a", [photos])
    made.add("b", [photos / "p0.png"])
    made.move([made.folder / "a" / "p0.png"], "b")
    assert [path.name for path in made.pictures("b")] == ["p0 2.png", "p0.png"]
    assert made.rename("b", "bees") == "bees"
    assert made.classes() == ("a", "bees")
    made.undo()
    made.undo()
    assert made.counts() == (4, 1)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "Type a name for the class first."),
        ("a/b", "A class cannot have “/” in its name. Leave it out."),
        ("..", "“..” cannot be a folder’s name on every computer. Choose another name."),
        ("nul", "“nul” cannot be a folder’s name on every computer. Choose another name."),
        ("CAT", "There is a class “CAT” already."),
    ],
)
def test_that_names_which_no_folder_can_have_are_refused(made: Collecting, name: str, says: str) -> None:
    made.add_class("cat")
    with pytest.raises(CollectError) as error:
        made.add_class(name)
    assert str(error.value) == says


def test_that_frames_of_one_go_are_one_step(made: Collecting) -> None:
    made.add_class("a")
    made.begin()
    paths = [made.add_bytes("a", b"x", ".jpg") for _ in range(3)]
    made.end()
    assert [path.name for path in paths] == ["camera 0001.jpg", "camera 0002.jpg", "camera 0003.jpg"]
    made.undo()
    assert made.counts() == (0,)


def test_that_the_advice_follows_the_counts(made: Collecting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "ENOUGH", 2)
    made.add_class("a")
    assert made.advice() == "Name another class: a network learns to tell at least two apart."
    made.add_class("b")
    assert made.advice() == "About 2 pictures of each class make a good start: “a” has 0."
    assert made.lacks() == "Collect at least two pictures of each of two classes."
    for name, count in (("a", 2), ("b", 7)):
        for _ in range(count):
            made.add_bytes(name, b"x", ".jpg")
    assert made.lacks() == ""
    assert made.advice() == "Enough for a first try. “b” has many more than “a”: even numbers learn best."
    for _ in range(4):
        made.add_bytes("a", b"x", ".jpg")
    assert made.advice().startswith("Enough for a first try. More pictures, from other sides")


def test_that_a_folder_which_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CollectError, match=r"The class “a” cannot be made in “.*file”: not a directory\."):
        Collecting(tmp_path / "file").add_class("a")


def test_that_the_collection_is_a_dataset_without_what_was_taken_out(made: Collecting, photos: Path) -> None:
    for name in ("a", "b"):
        made.add_class(name)
        made.add(name, [photos])
    made.remove(made.pictures("a")[:1])
    facts = recognise(made.folder).facts
    assert facts is not None
    assert facts.classes == ("a", "b")
    assert facts.samples == 7


def test_that_a_proposed_folder_is_a_new_one(tmp_path: Path) -> None:
    assert free_folder(tmp_path, "My pictures").name == "My pictures"
    (tmp_path / "My pictures").mkdir()
    assert free_folder(tmp_path, "My pictures").name == "My pictures 2"
