"""Every entry of the catalogue is read from small files in its true format."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy.io import loadmat, savemat

from studio.data.dataset import DataError
from studio.data.downloads.catalogue import DOWNLOADS
from studio.data.downloads.finding import own_folder, state_of
from studio.data.downloads.listing import read_flowers, read_food, read_pets, read_textures
from studio.data.downloads.matlab import read_mat
from studio.data.opening import open_dataset, recognise
from tests.data.downloads.samples import MAKERS, cifar10, flowers, food, pets, textures

READABLE = [entry for entry in DOWNLOADS if entry.read is not None]


@pytest.mark.parametrize("entry", READABLE, ids=lambda entry: entry.id)
def test_that_every_dataset_opens_from_its_true_format(entry) -> None:
    MAKERS[entry.id](own_folder() / entry.places[0])
    assert state_of(entry).kind == "downloaded"
    choice = recognise(entry.id)
    assert (choice.source, choice.location) == ("downloaded", entry.id)
    dataset = open_dataset(choice)
    samples, parts = dataset.samples(), dataset.split()
    assert dataset.facts == choice.facts
    assert dataset.facts.target == entry.target
    assert samples.inputs.dtype == np.uint8
    assert samples.inputs.shape == (len(dataset), *dataset.facts.input_shape)
    assert samples.targets.min() >= 0
    assert samples.targets.max() < len(dataset.facts.classes)
    assert sorted(np.concatenate([parts.train, parts.validation, parts.test])) == list(range(len(dataset)))
    assert not dataset.skipped
    assert dataset.picture(0).shape == samples.inputs[0].transpose(1, 2, 0).shape
    assert dataset.name_of(0)


@pytest.mark.parametrize("entry", READABLE, ids=lambda entry: entry.id)
def test_that_damaged_files_are_said_with_the_way_out(entry) -> None:
    place = own_folder() / entry.places[0]
    MAKERS[entry.id](place)
    lists = [p for p in place.rglob("*") if p.is_file() and p.suffix.lower() not in (".jpg", ".jpeg", ".ppm")]
    for path in lists:
        path.write_bytes(b"\x93broken")
    if not lists:
        return  # pictures in folders: there is no list to break
    with pytest.raises(
        DataError, match=rf"^The files of {entry.name} cannot be used\. .*Delete the folder “"
    ):
        recognise(entry.id)


def test_that_cifar_s_planes_and_classes_are_in_place() -> None:
    cifar10(own_folder() / "cifar10" / "cifar-10-batches-bin")
    dataset = open_dataset(recognise("cifar10"))
    assert dataset.facts.classes[:4] == ("airplane", "automobile", "bird", "cat")
    picture = dataset.samples().inputs[0]
    assert np.argwhere(picture).tolist() == [[0, 0, 5]]  # red, first row, sixth column
    assert dataset.split().test.tolist() == [20, 21, 22, 23]


def test_that_cifar100_uses_the_fine_label() -> None:
    MAKERS["cifar100"](own_folder() / "cifar100" / "cifar-100-binary")
    dataset = open_dataset(recognise("cifar100"))
    assert [dataset.label_of(i) for i in range(3)] == ["thing40", "thing41", "thing42"]


@pytest.mark.parametrize(("name", "place"), [("svhn", "svhn"), ("stl10", "stl10/stl10_binary")])
def test_that_axes_are_turned_the_right_way(name: str, place: str) -> None:
    MAKERS[name](own_folder() / place)
    picture = open_dataset(recognise(name)).samples().inputs[0]
    assert np.argwhere(picture).tolist() == [[0, 2, 5]]  # row 2, column 5


def test_that_svhn_s_ten_is_the_digit_zero() -> None:
    MAKERS["svhn"](own_folder() / "svhn")
    dataset = open_dataset(recognise("svhn"))
    assert [dataset.label_of(i) for i in range(4)] == ["7", "8", "9", "0"]


def test_that_usps_goes_from_black_to_white() -> None:
    MAKERS["usps"](own_folder() / "usps")
    dataset = open_dataset(recognise("usps"))
    picture = dataset.samples().inputs[0, 0]
    assert (picture[0, 0], picture[15, 15]) == (0, 255)
    assert dataset.label_of(0) == "0"


def test_that_flowers_keep_their_three_parts_and_names(tmp_path: Path) -> None:
    flowers(own_folder() / "flowers-102")
    dataset = open_dataset(recognise("flowers102"))
    names = [dataset.name_of(i) for i in range(6)]
    assert names[:3] == ["jpg/image_00002.jpg", "jpg/image_00003.jpg", "jpg/image_00001.jpg"]
    assert [dataset.label_of(i) for i in range(3)] == [
        "hard-leaved pocket orchid",
        "blackberry lily",
        "pink primrose",
    ]
    parts = dataset.split()
    assert (parts.train.tolist(), parts.validation.tolist(), parts.test.tolist()) == ([0, 1, 2], [3], [4, 5])


def test_that_pets_and_dishes_have_readable_names(tmp_path: Path) -> None:
    pets(tmp_path / "pets")
    food(tmp_path / "food")
    assert read_pets(tmp_path / "pets").classes == ("Abyssinian", "Great Pyrenees")
    assert read_food(tmp_path / "food").classes == ("apple pie", "sushi")


def test_that_a_list_cannot_lead_out_of_its_folder(tmp_path: Path) -> None:
    textures(tmp_path)
    (tmp_path / "labels" / "train1.txt").write_text("../../../etc/passwd\n")
    with pytest.raises(DataError, match="A list leads out of its folder"):
        read_textures(tmp_path)


def test_that_an_unreadable_photo_is_left_out_and_labels_stay(tmp_path: Path) -> None:
    flowers(own_folder() / "flowers-102")
    (own_folder() / "flowers-102" / "jpg" / "image_00003.jpg").write_bytes(b"no picture")
    dataset = open_dataset(recognise("flowers102"))
    dataset.samples()
    assert [skipped.name for skipped in dataset.skipped] == ["jpg/image_00003.jpg"]
    parts = dataset.split()
    train = [dataset.label_of(int(i)) for i in parts.train]
    assert train == ["hard-leaved pocket orchid", "pink primrose"]
    assert [dataset.name_of(int(i)) for i in parts.test] == ["jpg/image_00006.jpg", "jpg/image_00005.jpg"]


# -- MATLAB files ------------------------------------------------------------------------------------


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("kind", ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"])
def test_that_numbers_are_read_as_scipy_reads_them(tmp_path: Path, kind: str, compressed: bool) -> None:
    array = np.arange(24).reshape(2, 3, 4).astype(kind)
    savemat(tmp_path / "a.mat", {"array": array, "small": np.array([[1]], kind)}, do_compression=compressed)
    found, expected = read_mat(tmp_path / "a.mat"), loadmat(tmp_path / "a.mat")
    for name in ("array", "small"):
        assert found[name].tolist() == expected[name].tolist()
        assert found[name].dtype == expected[name].dtype


def test_that_what_is_no_number_is_passed_over(tmp_path: Path) -> None:
    savemat(tmp_path / "a.mat", {"text": "hello", "cell": np.array([1, "x"], object), "n": np.eye(2)})
    assert list(read_mat(tmp_path / "a.mat")) == ["n"]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_that_any_damage_to_a_mat_file_is_said(tmp_path_factory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("mat") / "a.mat"
    savemat(path, {"a": np.arange(12.0).reshape(3, 4)}, do_compression=data.draw(st.booleans()))
    broken = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(124, len(broken) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(broken[: data.draw(st.integers(100, len(broken)))])
    said = "“a.mat” is damaged or no MATLAB 5 file."
    try:
        assert all(isinstance(array, np.ndarray) for array in read_mat(path).values())
    except DataError as error:
        said = str(error)
    assert said == "“a.mat” is damaged or no MATLAB 5 file."


def test_that_a_missing_variable_is_said(tmp_path: Path) -> None:
    flowers(tmp_path)
    savemat(tmp_path / "setid.mat", {"something": np.eye(2)})
    with pytest.raises(DataError, match=r"“imagelabels\.mat” or “setid\.mat” is damaged"):
        read_flowers(tmp_path, tuple("ab"))


def test_that_pascal_voc_opens_with_its_boxes_and_parts() -> None:
    place = own_folder() / "voc2007" / "VOCdevkit" / "VOC2007"
    for folder in ("JPEGImages", "Annotations", "ImageSets/Main"):
        (place / folder).mkdir(parents=True)
    names = [f"{number:06}" for number in range(1, 7)]
    for number, name in enumerate(names):
        Image.fromarray(np.full((40, 50, 3), 30 * number, np.uint8)).save(place / f"JPEGImages/{name}.jpg")
        (place / f"Annotations/{name}.xml").write_text(
            f"<annotation><filename>{name}.jpg</filename><size><width>50</width><height>40</height></size>"
            f"<object><name>{('cat', 'dog')[number % 2]}</name><bndbox><xmin>5</xmin><ymin>6</ymin>"
            "<xmax>30</xmax><ymax>20</ymax></bndbox></object></annotation>"
        )
    (place / "ImageSets/Main/trainval.txt").write_text("\n".join(names[:4]))
    (place / "ImageSets/Main/test.txt").write_text("\n".join(names[4:]))
    choice = recognise("voc2007")
    assert (choice.source, choice.location) == ("pascal-voc", str(place))
    dataset = open_dataset(choice)
    assert dataset.facts.classes == ("cat", "dog")
    assert dataset.facts.learns == "boxes"
    assert sorted(dataset.name_of(int(i))[-10:] for i in dataset.split().test) == ["000005.jpg", "000006.jpg"]
