from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core import places
from studio.core.project import DatasetChoice
from studio.data.dataset import DataError
from studio.data.opening import open_dataset, recognise
from studio.data.profile import sample_cards
from studio.data.sources.bundled import BUNDLED, BundledPictures


def test_that_the_promised_datasets_are_there() -> None:
    assert BUNDLED.ids == (
        "fashion-mnist",
        "digits",
        "penguins",
        "iris",
        "wine",
        "udhr-languages",
        "clothes-scenes",
    )


@pytest.mark.parametrize("entry", BUNDLED, ids=lambda entry: entry.id)
def test_that_every_bundled_dataset_opens_and_is_credited(entry) -> None:
    assert entry.path.stat().st_size <= 10_000_000
    assert Image.open(entry.thumbnail).size == (192, 128)
    notice = (places.resources() / "NOTICE.md").read_text(encoding="utf-8")
    assert f"datasets/{entry.file}" in notice
    assert entry.licence in notice or entry.licence.replace(" ", "") in notice.replace(" ", "")
    choice = recognise(entry.id)
    assert (choice.source, choice.location) == ("bundled", entry.id)
    dataset = open_dataset(choice)
    assert dataset.facts == choice.facts
    assert dataset.facts.target == entry.target
    samples = dataset.samples()
    assert samples.inputs.shape == (dataset.facts.samples, *dataset.facts.input_shape)
    assert np.isfinite(samples.inputs).all()
    parts = dataset.split()
    assert min(len(parts.train), len(parts.validation), len(parts.test)) > 0
    assert len(dataset) == len(samples.targets)
    if entry.kind == "object-detection":
        assert sum(dataset.class_counts) == int((samples.targets[:, :, 0] >= 0).sum())  # boxes
        return
    assert sum(dataset.class_counts) == len(dataset)
    assert dataset.label_of(0) in dataset.facts.classes


def test_that_fashion_mnist_is_balanced_and_keeps_its_own_parts() -> None:
    dataset = open_dataset(recognise("fashion-mnist"))
    assert isinstance(dataset, BundledPictures)
    targets, parts = dataset.samples().targets, dataset.split()
    for part, count in ((parts.train, 1700), (parts.validation, 200), (parts.test, 250)):
        assert np.bincount(targets[part]).tolist() == [count] * 10
    assert dataset.notes == (
        "This dataset comes with its own training, validation and test parts; the shares are not used.",
    )
    assert [card.label for card in sample_cards(dataset, 10)] == list(dataset.facts.classes)
    assert sample_cards(dataset, 1)[0].picture.shape == (28, 28, 1)


def test_that_the_numbers_of_the_known_tables_are_right() -> None:
    penguins = open_dataset(recognise("penguins"))
    assert penguins.facts.classes == ("Adelie", "Chinstrap", "Gentoo")
    assert penguins.class_counts == (152, 68, 124)
    assert penguins.facts.input_shape == (10,)  # 3 islands, 4 measures, 2 sexes and the unknown one
    assert open_dataset(recognise("iris")).facts.input_shape == (4,)
    assert open_dataset(recognise("wine")).class_counts == (59, 71, 48)


def test_that_names_are_taken_in_any_case() -> None:
    assert recognise(" Iris ").location == "iris"


def test_that_an_unknown_name_in_a_project_lists_the_known() -> None:
    with pytest.raises(DataError, match="There is no bundled dataset called “cars”") as caught:
        open_dataset(DatasetChoice("bundled", "cars"))
    assert caught.value.code == "missing"


@pytest.mark.parametrize("damage", ["gone", "cut", "empty"])
def test_that_a_damaged_installation_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    from studio.data.sources import bundled

    original = BUNDLED["digits"].path.read_bytes()
    (tmp_path / "datasets").mkdir()
    if damage != "gone":
        content = original[: len(original) // 2] if damage == "cut" else b""
        (tmp_path / "datasets" / "digits.npz").write_bytes(content)
    monkeypatch.setattr(bundled, "resources", lambda: tmp_path)
    with pytest.raises(DataError, match="Install Lantern again"):
        open_dataset(DatasetChoice("bundled", "digits")).samples()
