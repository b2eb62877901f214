from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core.project import DatasetChoice
from studio.data.dataset import Cancelled, DataError
from studio.data.opening import open_dataset, recognise, relink
from studio.data.preprocessing import PicturePreprocessing, from_json
from studio.data.profile import sample_cards, split_sizes
from studio.data.sources.folder_walk import natural_key
from studio.data.sources.image_folder import ImageFolder


def save(path: Path, colour: tuple[int, int, int] = (200, 30, 30), size: tuple[int, int] = (80, 60)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """20 red and 10 blue pictures; red ones are numbered 1 to 20."""
    root = tmp_path / "photos"
    for i in range(20):
        save(root / "red" / f"red {i + 1}.png", (200, i, 0))
    for i in range(10):
        save(root / "blue" / f"b{i}.jpg", (0, i, 200))
    return root


def opened(choice: DatasetChoice) -> ImageFolder:
    dataset = open_dataset(choice)
    assert isinstance(dataset, ImageFolder)
    return dataset


def test_that_sub_folders_are_classes_and_everything_is_guessed(photos: Path) -> None:
    choice = recognise(photos)
    assert choice.source == "image-folder"
    assert choice.location == str(photos)
    assert choice.options == {"size": 64, "colour": "rgb", "fit": "crop"}
    assert choice.facts is not None
    assert choice.facts.classes == ("blue", "red")
    assert choice.facts.input_shape == (3, 64, 64)
    assert choice.facts.samples == 30
    dataset = opened(choice)
    assert dataset.class_counts == (10, 20)
    assert dataset.name_of(11) == "red/red 10.png"  # by code points, the same on every system
    samples = dataset.samples()
    assert samples.inputs.shape == (30, 3, 64, 64)
    assert samples.inputs.dtype == np.uint8
    assert samples.targets.tolist() == [0] * 10 + [1] * 20
    assert isinstance(samples.inputs, np.ndarray)
    assert samples.inputs[12, :, 0, 0].tolist() == [200, 10, 0]


def test_that_small_grey_pictures_stay_as_they_are(tmp_path: Path) -> None:
    for i in range(4):
        for name in "ab":
            (tmp_path / name).mkdir(exist_ok=True)
            Image.new("L", (28, 28), 10 * i).save(tmp_path / name / f"{i}.png")
    choice = recognise(tmp_path)
    assert choice.options["size"] == 28
    assert choice.options["colour"] == "grey"
    assert choice.facts is not None
    assert choice.facts.input_shape == (1, 28, 28)
    assert opened(choice).samples().inputs[3, 0, 5, 5] == 30


def test_that_wide_small_pictures_keep_their_form(tmp_path: Path) -> None:
    for name in "ab":
        save(tmp_path / name / "x.png", size=(32, 16))
    facts = recognise(tmp_path).facts
    assert facts is not None
    assert facts.input_shape == (3, 16, 32)


def test_that_options_that_were_given_are_kept(photos: Path) -> None:
    facts = recognise(photos, {"size": 16, "colour": "grey"}).facts
    assert facts is not None
    assert facts.input_shape == (1, 16, 16)


def test_that_unreadable_pictures_are_listed_and_labels_stay_aligned(photos: Path) -> None:
    whole = (photos / "red" / "red 5.png").read_bytes()
    Image.effect_noise((300, 300), 90).save(photos / "blue" / "b3.jpg")
    jpeg = (photos / "blue" / "b3.jpg").read_bytes()
    (photos / "blue" / "b3.jpg").write_bytes(jpeg[: len(jpeg) // 2])
    (photos / "red" / "red 5.png").write_bytes(whole[:20])
    (photos / "red" / "red 7.png").write_bytes(b"")
    (photos / "red" / "red 9.png").write_bytes(b"no picture at all")
    (photos / "red" / "photo.heic").write_bytes(b"....ftypheic")
    dataset = opened(recognise(photos))
    samples = dataset.samples()
    assert isinstance(samples.inputs, np.ndarray)
    assert len(samples.inputs) == len(samples.targets) == len(dataset) == 30  # no index moves
    assert len(dataset.usable) == 26
    assert {s.name: s.reason for s in dataset.skipped} == {
        "red/photo.heic": "HEIC photos cannot be read. Save them as JPEG.",
        "blue/b3.jpg": "The file is cut off in the middle.",
        "red/red 5.png": "The file is damaged.",
        "red/red 7.png": "The file is empty.",
        "red/red 9.png": "The file is no picture in a known format.",
    }
    for i in dataset.usable.tolist():
        red, green, _ = samples.inputs[i, :, 30, 30].astype(int)
        assert (red > 100) == (dataset.label_of(i) == "red")
        if dataset.label_of(i) == "red":
            assert dataset.name_of(i) == f"red/red {green + 1}.png"
    assert dataset.facts.samples == 26
    assert dataset.choice.facts == dataset.facts
    assert dataset.class_counts == (9, 17)
    assert "5 pictures could not be read and were left out." in dataset.notes
    parts = dataset.split()
    assert (
        sorted(np.concatenate([parts.train, parts.validation, parts.test]).tolist())
        == dataset.usable.tolist()
    )


def test_that_split_before_samples_is_aligned_too(photos: Path) -> None:
    (photos / "blue" / "b0.jpg").write_bytes(b"")
    dataset = opened(recognise(photos))
    parts = dataset.split()
    assert 0 not in np.concatenate([parts.train, parts.validation, parts.test])
    assert max(parts.train.max(), parts.validation.max(), parts.test.max()) == 29
    assert dataset.facts.samples == 29


def test_that_figures_are_of_the_training_pictures_only(photos: Path) -> None:
    dataset = opened(recognise(photos))
    fitted = from_json(dataset.preprocessing())
    assert isinstance(fitted, PicturePreprocessing)
    pixels = dataset.samples().inputs[dataset.split().train] / 255
    assert fitted.mean == pytest.approx(pixels.mean((0, 2, 3)).tolist())
    assert fitted.std == pytest.approx(pixels.std((0, 2, 3)).tolist())
    plain = opened(replace(dataset.choice, normalisation="none")).fitted()
    assert (plain.mean, plain.std) == ((0, 0, 0), (1, 1, 1))


def test_that_one_picture_prepared_alone_equals_the_dataset_s_own(photos: Path) -> None:
    dataset = opened(recognise(photos))
    fitted = dataset.fitted()
    for i in (0, 15, 29):
        prepared = fitted.prepare_picture(dataset.path(i))
        assert np.array_equal(prepared, dataset.samples().inputs[i])
        assert np.array_equal(prepared.transpose(1, 2, 0), dataset.picture(i))


def test_that_nested_and_hidden_things_are_treated_as_people_expect(photos: Path) -> None:
    save(photos / "red" / "holiday" / "day 1" / "deep.png")
    save(photos / "red" / ".thumbnails" / "no.png")
    save(photos / ".hidden" / "no.png")
    save(photos / "__MACOSX" / "no.png")
    save(photos / "beside.png")
    (photos / "red" / "Thumbs.db").write_bytes(b"x")
    (photos / "red" / "._red 1.png").write_bytes(b"x")
    (photos / "red" / "readme.txt").write_text("x")
    (photos / "green").mkdir()
    dataset = opened(recognise(photos))
    assert dataset.facts.classes == ("blue", "red")
    assert dataset.class_counts == (10, 21)
    assert dataset.notes == (
        "1 picture was left out, outside of the class folders: nothing says what it shows.",
        "Without pictures, and so not a class: “green”.",
        "1 file was left out: not a picture.",
    )


def test_that_a_link_back_up_does_not_loop(photos: Path) -> None:
    (photos / "red" / "again").symlink_to(photos / "red", target_is_directory=True)
    assert opened(recognise(photos)).class_counts == (10, 20)


def test_that_a_class_with_one_picture_trains_and_is_told(photos: Path) -> None:
    save(photos / "green" / "only.png", (0, 200, 0))
    dataset = opened(recognise(photos))
    assert dataset.facts.classes == ("blue", "green", "red")
    assert 10 in dataset.split().train
    assert "Only one picture, which is used for training: “green”. Add more." in dataset.notes


def structure(root: Path, *names: str) -> Path:
    root.mkdir(exist_ok=True)
    for name in names:
        save(root / name) if name.endswith(".png") else (root / name).mkdir(parents=True)
    return root


@pytest.mark.parametrize(
    ("names", "code", "words"),
    [
        ((), "empty", "The folder “data” is empty. Make one sub-folder for each class"),
        (("a.png", "b.png"), "unsorted", "The 2 pictures in “data” do not lie in sub-folders"),
        (("cats", "dogs"), "empty", "There are no pictures in the sub-folders of “data”"),
        (("cats/a.png", "dogs"), "single-class", "lie in one folder, “cats”"),
        (
            ("old/cat/a.png", "old/dog/b.png", "new/cat/c.png", "new/dog/d.png"),
            "structure",
            "contains folders of folders: “new” and “old” each hold folders of pictures. Choose “new”",
        ),
        (
            ("pets/cat/a.png", "pets/dog/b.png"),
            "structure",
            "“data” holds only the folder “pets”, and the classes are folders inside that. Choose “pets”",
        ),
    ],
)
def test_that_folders_of_another_form_are_explained(
    tmp_path: Path, names: tuple[str, ...], code: str, words: str
) -> None:
    root = structure(tmp_path / "data", *names)
    with pytest.raises(DataError, match=words) as caught:
        recognise(root)
    assert caught.value.code == code


def test_that_a_vanished_folder_can_be_found_again(photos: Path, tmp_path: Path) -> None:
    choice = recognise(photos)
    moved = tmp_path / "elsewhere"
    photos.rename(moved)
    with pytest.raises(DataError, match=r"is not there any more\. Choose where it is now") as caught:
        open_dataset(choice)
    assert caught.value.code == "missing"
    again = relink(choice, moved)
    assert again.location == str(moved)
    assert again.facts == choice.facts
    shutil.move(moved / "blue", moved / "violet")
    with pytest.raises(DataError, match=r"has the classes “red”, “violet”; this project was made for “blue”"):
        relink(choice, moved)


def test_that_a_folder_that_vanishes_while_reading_is_missing(photos: Path) -> None:
    dataset = opened(recognise(photos))
    shutil.rmtree(photos)
    with pytest.raises(DataError) as caught:
        dataset.samples()
    assert caught.value.code == "missing"


def test_that_a_folder_that_vanishes_when_some_were_read_is_missing_too(photos: Path) -> None:
    dataset = opened(recognise(photos))
    shutil.rmtree(photos)
    late = dict.fromkeys(range(5, len(dataset)), "The file is not there any more.")
    with pytest.raises(DataError) as caught:
        dataset.note_unreadable(late, all_looked_at=True)
    assert str(caught.value) == f"The folder “{photos}” is not there any more. Choose where it is now."
    assert caught.value.code == "missing"  # so the window offers to show where it is


def test_that_the_folder_of_a_class_that_vanished_is_named(photos: Path) -> None:
    dataset = opened(recognise(photos))
    shutil.rmtree(photos / "red")
    with pytest.raises(DataError) as caught:
        dataset.samples()
    assert str(caught.value) == (
        f"The folder “red” in “{photos}” is not there any more, and fewer than two classes are left. "
        "Put back what is missing, or choose where the pictures are now."
    )
    assert caught.value.code == "missing"  # so the window offers to show where they are


def test_that_reading_can_be_cancelled_and_begun_again(photos: Path) -> None:
    dataset = opened(recognise(photos))
    with pytest.raises(Cancelled):
        dataset.samples(lambda fraction: False)
    assert not dataset.examined
    seen: list[float] = []
    dataset.samples(lambda fraction: seen.append(fraction) is None)
    assert seen[-1] == 1.0
    assert dataset.examined


def test_that_if_hardly_any_picture_is_readable_the_reason_is_said(photos: Path) -> None:
    for path in photos.glob("red/*"):
        path.write_bytes(b"")
    with pytest.raises(DataError, match=r"20 of 30 pictures in “photos” cannot be read.*The file is empty"):
        opened(recognise(photos)).samples()


def test_that_cards_show_every_class_in_turn_without_decoding_all(photos: Path) -> None:
    (photos / "blue" / "b0.jpg").write_bytes(b"")
    dataset = opened(recognise(photos))
    cards = sample_cards(dataset, 8)
    assert not dataset.examined
    assert [card.label for card in cards] == ["red", "blue", "red", "blue", "red", "blue", "red"]
    assert cards[0].picture.shape == (64, 64, 3)
    assert {card.label for card in sample_cards(dataset, 5, "red")} == {"red"}
    sizes = split_sizes(dataset)
    assert (sizes.train, sizes.validation, sizes.test) == (21, 4, 5)
    assert not dataset.examined


def test_that_nonsense_options_are_refused(photos: Path) -> None:
    with pytest.raises(DataError, match="Picture size: must be at least 4, received 1"):
        recognise(photos, {"size": 1})


def test_that_many_files_are_indexed_quickly(tmp_path: Path) -> None:
    import time

    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        for i in range(1_000):
            (folder / f"{i}.jpg").touch()
    start = time.perf_counter()
    dataset = opened(DatasetChoice("image-folder", str(tmp_path), {"size": 32}))
    took = time.perf_counter() - start
    assert len(dataset) == 2_000
    assert dataset.name_of(1) == "a/1.jpg"
    assert dataset.name_of(2) == "a/10.jpg"
    assert took < 5  # a hundredth of a second on an idle computer


def test_that_names_are_sorted_as_people_count() -> None:
    names = ["b10", "B9", "a", "b1", "10", "9", "ä"]
    assert sorted(names, key=natural_key) == ["9", "10", "a", "b1", "B9", "b10", "ä"]


def test_that_the_fingerprint_follows_the_content(photos: Path) -> None:
    before, again = recognise(photos).facts, recognise(photos).facts
    assert before is not None
    assert again is not None
    assert before.fingerprint == again.fingerprint
    save(photos / "red" / "red 1.png", (1, 2, 3))
    after = recognise(photos).facts
    assert after is not None
    assert after.fingerprint != before.fingerprint
