"""IDX files: MNIST's format, plain and packed, whole and damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.data.arrays.idx_files import IdxHeader, read_header, read_idx
from studio.data.dataset import DataError
from studio.data.opening import open_dataset, recognise
from tests.data.idx_samples import idx_bytes, write_idx, write_mnist


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_that_a_folder_with_the_four_files_opens_with_its_own_test_part(tmp_path: Path, ending: str) -> None:
    write_mnist(tmp_path, 200, 50, ending)
    choice = recognise(tmp_path)
    assert (choice.source, choice.location) == ("idx", str(tmp_path))
    dataset = open_dataset(choice)
    assert dataset.facts.input_shape == (1, 28, 28)
    assert dataset.facts.classes == tuple("0123456789")
    samples, parts = dataset.samples(), dataset.split()
    assert samples.inputs.shape == (250, 1, 28, 28)
    assert samples.inputs[13, 0, 5, 5] == 60
    assert samples.targets[13] == 3
    assert parts.test.tolist() == list(range(200, 250))
    assert sorted([*parts.train, *parts.validation]) == list(range(200))
    assert len(parts.validation) == 36  # 0.15 of 0.85 are 35.3, rounded class by class
    assert "These data come with parts of their own, which are kept." in dataset.notes


@pytest.mark.parametrize(
    "name", ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte"]
)
@pytest.mark.parametrize("ending", ["", ".gz"])
def test_that_any_one_of_the_files_opens_them_all(tmp_path: Path, name: str, ending: str) -> None:
    write_mnist(tmp_path, 20, 10, ending)
    dataset = open_dataset(recognise(tmp_path / f"{name}{ending}"))
    assert (len(dataset), len(dataset.split().test)) == (30, 10)


def test_that_other_spellings_are_known(tmp_path: Path) -> None:
    write_idx(tmp_path / "train-images.idx3-ubyte", np.zeros((4, 8, 8), np.uint8))
    write_idx(tmp_path / "train-labels.idx1-ubyte", np.array([0, 1, 0, 1], np.uint8))
    dataset = open_dataset(recognise(tmp_path))
    assert dataset.facts.input_shape == (1, 8, 8)
    assert len(dataset.split().train) + len(dataset.split().validation) + len(dataset.split().test) == 4


def test_that_labels_with_further_columns_give_the_first(tmp_path: Path) -> None:
    write_idx(tmp_path / "qmnist-train-images-idx3-ubyte", np.zeros((4, 8, 8), np.uint8))
    write_idx(tmp_path / "qmnist-train-labels-idx2-int", np.array([[3, 9], [5, 9], [3, 9], [5, 9]], np.int32))
    assert open_dataset(recognise(tmp_path)).facts.classes == ("3", "5")


def test_that_pictures_without_labels_are_said(tmp_path: Path) -> None:
    path = write_idx(tmp_path / "train-images-idx3-ubyte", np.zeros((4, 8, 8), np.uint8))
    with pytest.raises(
        DataError, match=r"“train-images-idx3-ubyte” holds pictures without labels\. Put the file"
    ):
        recognise(path)


def test_that_labels_which_belong_to_other_pictures_are_refused(tmp_path: Path) -> None:
    write_idx(tmp_path / "train-images-idx3-ubyte", np.zeros((4, 8, 8), np.uint8))
    write_idx(tmp_path / "train-labels-idx1-ubyte", np.zeros(5, np.uint8))
    with pytest.raises(DataError, match="has 4 pictures, but “train-labels-idx1-ubyte” has 5 labels"):
        recognise(tmp_path)


def test_that_a_folder_of_several_datasets_asks_for_a_file(tmp_path: Path) -> None:
    for prefix in ("emnist-digits-", "emnist-mnist-"):
        write_mnist(tmp_path, 20, 10, ".gz", prefix)
    with pytest.raises(DataError, match=r"several datasets: “emnist-digits”, “emnist-mnist”\. Choose the f"):
        recognise(tmp_path)
    dataset = open_dataset(recognise(tmp_path / "emnist-mnist-train-images-idx3-ubyte.gz"))
    assert len(dataset) == 30


def test_that_emnist_is_turned_upright_and_its_letters_have_names(tmp_path: Path) -> None:
    pictures = np.zeros((4, 8, 8), np.uint8)
    pictures[:, 0, 3] = 255
    write_idx(tmp_path / "emnist-letters-train-images-idx3-ubyte.gz", pictures)
    write_idx(tmp_path / "emnist-letters-train-labels-idx1-ubyte.gz", np.array([1, 26, 1, 26], np.uint8))
    dataset = open_dataset(recognise(tmp_path))
    assert dataset.facts.classes == ("a", "z")
    assert np.argwhere(dataset.samples().inputs[0, 0]).tolist() == [[3, 0]]


def test_that_a_chosen_size_and_colour_are_followed(tmp_path: Path) -> None:
    write_mnist(tmp_path)
    dataset = open_dataset(recognise(tmp_path / "train-images-idx3-ubyte", {"size": 16, "colour": "rgb"}))
    assert dataset.samples().inputs.shape == (30, 3, 16, 16)
    assert dataset.picture(3).shape == (16, 16, 3)


def test_that_a_cut_off_packed_file_is_said(tmp_path: Path) -> None:
    write_mnist(tmp_path, ending=".gz")
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(
        DataError, match=r"“train-images-idx3-ubyte\.gz” is damaged or cut off\. Get it again\."
    ):
        recognise(tmp_path)


def test_that_a_header_which_promises_terabytes_is_not_believed(tmp_path: Path) -> None:
    import gzip

    lie = bytes([0, 0, 8, 3]) + b"\x7f\xff\xff\xff" * 3
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(lie + b"\0" * 100))
    header = read_header(tmp_path / "train-images-idx3-ubyte.gz")
    assert header is not None
    with pytest.raises(DataError, match="says that it is far larger than it can be"):
        read_idx(header)
    (tmp_path / "plain-idx3-ubyte").write_bytes(lie + b"\0" * 100)
    assert read_header(tmp_path / "plain-idx3-ubyte") is None


def test_that_a_vanished_folder_is_missing(tmp_path: Path) -> None:
    write_mnist(tmp_path / "mnist")
    choice = recognise(tmp_path / "mnist")
    (tmp_path / "mnist").rename(tmp_path / "moved")
    with pytest.raises(DataError, match="is not there any more") as caught:
        open_dataset(choice)
    assert caught.value.code == "missing"


@settings(deadline=None)
@given(st.binary(max_size=64))
def test_that_any_bytes_are_read_or_are_no_idx(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("idx") / "x-idx3-ubyte"
    path.write_bytes(data)
    header = read_header(path)
    assert header is None or read_idx(header).shape == header.shape


@pytest.mark.parametrize("kind", ["u1", "i1", "i2", "i4", "f4", "f8"])
def test_that_every_number_type_is_read(tmp_path: Path, kind: str) -> None:
    array = np.arange(12).reshape(3, 4).astype(kind)
    path = tmp_path / "x-idx2"
    path.write_bytes(idx_bytes(array))
    header = read_header(path)
    assert isinstance(header, IdxHeader)
    assert read_idx(header).tolist() == array.tolist()
