"""NumPy files: pictures and rows picked by name, form and type; nothing is ever unpickled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.data.dataset import DataError
from studio.data.opening import open_dataset, recognise
from studio.data.sources.array_pictures import ArrayPictures, layout_of, span_of, to_bytes

RNG = np.random.default_rng(0)
PICTURES = RNG.integers(0, 256, (20, 8, 8), np.uint8)
LABELS = np.arange(20) % 2


def save(path: Path, **arrays: np.ndarray) -> Path:
    np.savez_compressed(path, **arrays)
    return path


@pytest.mark.parametrize(
    ("inputs", "labels"),
    [("X", "y"), ("images", "labels"), ("data", "target"), ("arr_0", "arr_1"), ("anything", "whatever")],
)
def test_that_samples_and_labels_are_found_by_name_or_form(tmp_path: Path, inputs: str, labels: str) -> None:
    choice = recognise(save(tmp_path / "a.npz", **{inputs: PICTURES, labels: LABELS}))
    assert choice.source == "arrays"
    dataset = open_dataset(choice)
    assert dataset.facts.input_shape == (1, 8, 8)
    assert dataset.samples().inputs[:, 0].tolist() == PICTURES.tolist()
    assert dataset.samples().targets.tolist() == LABELS.tolist()


@pytest.mark.parametrize("names", ["x_train y_train x_test y_test",
                                   "train_images train_labels test_images test_labels",
                                   "Xtrain ytrain Xtest ytest"])  # fmt: skip
def test_that_the_parts_are_kept(tmp_path: Path, names: str) -> None:
    values = (PICTURES, LABELS, PICTURES[:6], LABELS[:6])
    dataset = open_dataset(
        recognise(save(tmp_path / "a.npz", **dict(zip(names.split(), values, strict=True))))
    )
    assert len(dataset) == 26
    assert dataset.split().test.tolist() == list(range(20, 26))
    assert dataset.samples().inputs[20:, 0].tolist() == PICTURES[:6].tolist()


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((5, 8, 9), (1, 8, 9)), ((5, 8, 9, 1), (1, 8, 9)), ((5, 8, 9, 3), (3, 8, 9)), ((5, 3, 8, 9), (3, 8, 9)),
     ((5, 1, 8, 9), (1, 8, 9)), ((5, 8, 9, 4), (3, 8, 9))],
)  # fmt: skip
def test_that_every_order_of_axes_is_understood(tmp_path: Path, shape, expected) -> None:
    pictures = RNG.integers(0, 256, shape, np.uint8)
    labels = np.array(["a", "b", "a", "b", "a"])
    dataset = open_dataset(recognise(save(tmp_path / "a.npz", X=pictures, y=labels)))
    assert dataset.facts.input_shape == expected
    assert dataset.facts.classes == ("a", "b")
    first = dataset.samples().inputs[0]
    assert first.shape == expected
    if shape[1:] == (8, 9, 3):
        assert first.tolist() == pictures[0].transpose(2, 0, 1).tolist()
    assert dataset.picture(0).tolist() == first.transpose(1, 2, 0).tolist()


@pytest.mark.parametrize(
    ("values", "black", "white", "note"),
    [
        (np.array([0.0, 0.5, 1.0], np.float32), 0.0, 1.0, ""),
        (np.array([-1.0, 0.0, 1.0]), -1.0, 1.0, ""),
        (np.array([0.0, 128.0, 255.0]), 0.0, 255.0, ""),
        (np.array([0, 128, 250], np.uint8), 0.0, 255.0, ""),
        (np.array([0, 30000, 65535], np.uint16), 0.0, 65535.0, ""),
        (
            np.array([0, 8, 16]),
            0.0,
            16.0,
            "The pictures' values go from 0 to 16; they are shown as black to white.",
        ),
        (np.array([True, False]), 0.0, 1.0, ""),
    ],
)
def test_that_the_range_of_the_values_is_found(values, black: float, white: float, note: str) -> None:
    assert span_of(values.reshape(-1, 1, 1)) == ((black, white), note)
    assert to_bytes(np.array([black, white]), (black, white)).tolist() == [0, 255]


def test_that_what_is_no_number_becomes_black() -> None:
    assert to_bytes(np.array([np.nan, np.inf, -np.inf, 0.5]), (0.0, 1.0)).tolist() == [0, 255, 0, 128]


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (np.array([0, 1, 2, 1]), ("0", "1", "2")),
        (np.array([[1, 0], [0, 1], [1, 0], [0, 1]]), ("0", "1")),
        (np.array([[5], [7], [5], [7]]), ("5", "7")),
        (np.array([0.0, 1.0, 1.0, 0.0]), ("0", "1")),
        (np.array(["cat", "dog", "cat", "dog"]), ("cat", "dog")),
        (np.array([b"cat", b"dog", b"cat", b"dog"]), ("cat", "dog")),
        (np.array([True, False, True, False]), ("no", "yes")),
    ],
)
def test_that_every_form_of_labels_is_read(
    tmp_path: Path, labels: np.ndarray, classes: tuple[str, ...]
) -> None:
    dataset = open_dataset(recognise(save(tmp_path / "a.npz", X=PICTURES[:4], y=labels)))
    assert dataset.facts.classes == classes


def test_that_names_of_classes_beside_the_labels_are_used(tmp_path: Path) -> None:
    path = save(tmp_path / "a.npz", X=PICTURES, y=LABELS, class_names=np.array(["cat", "dog"]))
    assert open_dataset(recognise(path)).facts.classes == ("cat", "dog")


def test_that_pickled_objects_are_never_opened(tmp_path: Path) -> None:
    marker = tmp_path / "ran"

    class Evil:
        def __reduce__(self):
            return (Path.touch, (marker,))

    np.savez(tmp_path / "a.npz", X=PICTURES, y=np.array([Evil()] * 20, dtype=object))
    np.save(tmp_path / "X.npy", np.array([Evil()] * 20, dtype=object), allow_pickle=True)
    for name in ("a.npz", "X.npy"):
        with pytest.raises(
            DataError, match="holds Python objects, which can run programs; Lantern never opens them"
        ):
            recognise(tmp_path / name)
    assert not marker.exists()


def test_that_npy_files_beside_one_another_are_read_bit_by_bit(tmp_path: Path) -> None:
    np.save(tmp_path / "X.npy", PICTURES)
    np.save(tmp_path / "y.npy", LABELS)
    for name in ("X.npy", "y.npy"):
        dataset = open_dataset(recognise(tmp_path / name))
        assert isinstance(dataset, ArrayPictures)
        assert isinstance(dataset.arrays.pictures, np.memmap)
        assert dataset.class_counts == (10, 10)


def test_that_samples_without_labels_are_said_with_what_is_there(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"samples without labels, .*“X” \(20×8×8 uint8\)\. Name the samples “X” and"
    ):
        recognise(save(tmp_path / "a.npz", X=PICTURES))
    np.save(tmp_path / "X.npy", PICTURES)
    with pytest.raises(DataError, match=r"Put the labels beside it: “X\.npy” with “y\.npy”"):
        recognise(tmp_path / "X.npy")


def test_that_labels_of_another_length_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match="have different lengths, so nobody can tell which label belongs to which"
    ):
        recognise(save(tmp_path / "a.npz", X=PICTURES, y=LABELS[:-1]))


def test_that_measured_numbers_are_no_classes_of_pictures(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="are no classes: whole numbers, texts, or rows with a single 1 are"):
        recognise(save(tmp_path / "a.npz", X=PICTURES, y=RNG.random(20)))


def test_that_rows_become_a_table(tmp_path: Path) -> None:
    rows = RNG.random((20, 3))
    names, kinds = np.array(["length", "width", "height"]), np.array(["oak", "elm"])
    path = save(tmp_path / "trees.npz", data=rows, target=LABELS, feature_names=names, target_names=kinds)
    choice = recognise(path)
    assert (choice.source, Path(choice.location).name) == ("csv", "trees.csv")
    assert [(column.name, column.role) for column in choice.columns] == [
        ("length", "feature"), ("width", "feature"), ("height", "feature"), ("label", "target"),
    ]  # fmt: skip
    assert choice.facts is not None
    assert set(choice.facts.classes) == {"oak", "elm"}
    assert choice.facts.input_shape == (3,)


def test_that_rows_with_measured_numbers_are_a_regression(tmp_path: Path) -> None:
    choice = recognise(save(tmp_path / "a.npz", X=RNG.random((40, 2)), y=RNG.random(40)))
    assert choice.facts is not None
    assert choice.facts.classes == ()


def test_that_a_damaged_file_is_said(tmp_path: Path) -> None:
    path = save(tmp_path / "a.npz", X=PICTURES, y=LABELS)
    whole = path.read_bytes()
    for share in (0.2, 0.5, 0.9):
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(DataError, match=r"“a\.npz” is damaged or cut off\. Get it again\."):
            recognise(path)


def test_that_forms_which_are_no_pictures_have_no_layout() -> None:
    assert layout_of((5, 2, 2)) is None
    assert layout_of((5, 8, 8, 2)) is None
    assert layout_of((5, 8)) is None
    assert layout_of((5, 8, 8)) == "nhw"


@pytest.mark.parametrize(
    "files", [("a.npz", "README.txt"), ("x_train.npy", "y_train.npy", "x_test.npy", "y_test.npy")]
)
def test_that_a_folder_of_arrays_opens_like_the_file_in_it(tmp_path: Path, files: tuple[str, ...]) -> None:
    for name in files:
        if name.endswith(".npz"):
            save(tmp_path / name, X=PICTURES, y=LABELS)
        elif name.endswith(".npy"):
            np.save(tmp_path / name, PICTURES if name.startswith("x") else LABELS)
        else:
            (tmp_path / name).write_text("About these pictures.")
    choice = recognise(tmp_path)
    assert (choice.source, Path(choice.location).parent) == ("arrays", tmp_path)
    assert len(open_dataset(choice)) == (20 if "a.npz" in files else 40)


def test_that_a_folder_of_several_npz_files_is_no_dataset(tmp_path: Path) -> None:
    for name in ("a.npz", "b.npz"):
        save(tmp_path / name, X=PICTURES, y=LABELS)
    with pytest.raises(DataError):
        recognise(tmp_path)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_that_any_damage_to_arrays_is_either_harmless_or_said(tmp_path_factory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("arrays") / data.draw(st.sampled_from(["a.npz", "X.npy"]))
    if path.suffix == ".npz":
        save(path, X=PICTURES, y=LABELS)
    else:
        np.save(path, PICTURES)
        np.save(path.with_name("y.npy"), LABELS)
    broken = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, min(400, len(broken) - 1)))] = data.draw(st.integers(0, 255))
    path.write_bytes(broken)
    said = "."
    try:
        open_dataset(recognise(path)).samples()
    except DataError as error:
        said = str(error)
    assert said.endswith(".")
