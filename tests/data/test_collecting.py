"""A folder of classes that is filled in the app: copies, unique names, nothing lost, everything undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from studio.data.opening import recognise
from studio.data.pictures import collecting
from studio.data.pictures.collected_names import MARK, REMOVED, CollectError, free_folder
from studio.data.pictures.collecting import Collecting, advice, lacks


def told(made: Collecting) -> str:
    return advice(made.classes(), made.counts())


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
    assert told(made) == "Name the first class, then put pictures into it."
    assert not made.folder.exists()


def test_that_pictures_are_copied_with_names_of_their_own(made: Collecting, photos: Path) -> None:
    assert made.add_class("  red   fox ") == "red fox"
    before = {path: path.read_bytes() for path in photos.iterdir()}
    made.add_bytes("red fox", b"another", ".png", "p")
    (made.folder / "red fox" / "p 0001.png").rename(made.folder / "red fox" / "p0.png")
    added = made.add("red fox", [photos / "p0.png", photos])
    assert added.count == 4
    assert added.refused == (("p0.png", "It is in this class already."),)
    names = [path.name for path in made.pictures("red fox")]
    assert names == ["p0 2.png", "p0.png", "p1.png", "p2.png", "p3.png"]
    assert {path: path.read_bytes() for path in photos.iterdir()} == before


def test_that_what_is_no_picture_is_told(made: Collecting, photos: Path) -> None:
    made.add_class("a")
    (photos / "notes.doc").write_text("x")
    (photos / "broken.png").write_bytes(b"no picture")
    (photos / "empty").mkdir()
    (photos / "phone").mkdir()
    (photos / "phone" / "IMG_1.HEIC").write_bytes(b"x")
    given = [
        photos / "notes.doc",
        photos / "broken.png",
        photos / "p1.png",
        photos / "empty",
        photos / "phone",
    ]
    added = made.add("a", given)
    assert added.count == 1
    assert [name for name, _ in added.refused] == ["notes.doc", "broken.png", "empty", "IMG_1.HEIC"]
    assert "HEIC" in added.refused[3][1]
    assert added.refused[2][1] == "There are no pictures in this folder that Lantern reads."
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
    made.redo()
    made.redo()
    assert made.classes() == ("a", "bees")
    assert made.counts() == (3, 2)
    assert not made.can_redo


def test_that_a_class_is_taken_away_with_its_pictures_and_comes_back(made: Collecting, photos: Path) -> None:
    made.add_class("a")
    made.add("a", [photos])
    made.delete_class("a")
    assert made.classes() == ()
    assert len(list((made.folder / REMOVED / "a").iterdir())) == 4
    made.undo()
    assert made.counts() == (4,)
    made.undo()
    made.undo()
    assert made.classes() == ()
    made.redo()
    made.redo()
    assert made.counts() == (4,)


def test_that_what_lay_in_a_folder_before_stays_where_it_is(tmp_path: Path, photos: Path) -> None:
    home = tmp_path / "mine already"
    (home / "cats").mkdir(parents=True)
    (home / "dogs").mkdir()
    own = home / "cats" / "own.png"
    Image.new("RGB", (9, 9)).save(own)
    made = Collecting(home)
    made.add("cats", [photos / "p1.png"])
    made.move([home / "cats" / "p1.png"], "dogs")
    says = "is a file of yours, not a copy that was made here, so Lantern leaves it where it is."
    for change in (
        lambda: made.move([own], "dogs"),
        lambda: made.remove([own]),
        lambda: made.rename("cats", "felines"),
        lambda: made.delete_class("cats"),
    ):
        with pytest.raises(CollectError, match=says):
            change()
    assert made.add_class("birds") == "birds"
    made.move([home / "dogs" / "p1.png"], "birds")
    made.rename("birds", "owls")
    made.remove([home / "owls" / "p1.png"])  # its own, wherever it went
    assert not (home / MARK).exists()
    assert [path.name for path in made.pictures("cats")] == ["own.png"]


def test_that_loose_pictures_are_copied_into_classes_until_none_is_left(photos: Path) -> None:
    made = Collecting(photos)
    assert [path.name for path in made.unsorted()] == ["p0.png", "p1.png", "p2.png", "p3.png"]
    made.add_class("a")
    made.move(made.unsorted()[:3], "a")
    assert [path.name for path in made.unsorted()] == ["p3.png"]
    assert made.counts() == (3,)
    assert (photos / "p0.png").exists()
    again = Collecting(photos)  # another day
    assert again.begun_here
    assert [path.name for path in again.unsorted()] == ["p3.png"]
    made.undo()
    assert len(made.unsorted()) == 4


def test_that_a_folder_cut_into_parts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cut" / "train" / "a").mkdir(parents=True)
    assert Collecting(tmp_path / "cut").why_not_here() == (
        "“cut” is cut into parts such as “train”. Choose the folder inside it that holds the classes, or "
        "another folder."
    )
    assert Collecting(tmp_path / "new").why_not_here() == ""


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "Type a name for the class first."),
        ("a/b", "A class cannot have “/” in its name. Leave it out."),
        ("..", "“..” cannot be a folder’s name on every computer. Choose another name."),
        ("nul", "“nul” cannot be a folder’s name on every computer. Choose another name."),
        (
            "Test",
            "A folder called “Test” means a part of the data, not a class. Choose another name, such as "
            "“Tests”.",
        ),
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


def test_that_the_advice_follows_the_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "ENOUGH", 3)
    assert advice(["a"], [9]) == "Name another class: a network learns to tell at least two apart."
    assert lacks(["a", "b", "c"], [0, 1, 0]) == (
        "Pictures still needed: at least 2 more for “a” and 1 more for “b”."
    )
    assert lacks(["a", "b", "c"], [0, 2, 2]) == ""
    assert advice(["a", "b"], [2, 3]) == ("About 3 pictures of each class make a good start: “a” has 2.")
    assert advice(["a", "b"], [3, 10]) == (
        "Enough for a first try. “b” has many more than “a”: even numbers learn best."
    )
    assert advice(["a", "b"], [3, 9]).startswith("Enough for a first try. More pictures, from other sides")


def test_that_a_folder_which_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CollectError, match=r"“file” is a file\. Choose a folder\."):
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
