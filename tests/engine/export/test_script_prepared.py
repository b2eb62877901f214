"""Scripts for data in formats of their own: the prepared pictures travel with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.core.problems import LanternError
from studio.core.project import Setting
from studio.data.downloads.finding import own_folder
from studio.data.opening import open_dataset, recognise
from studio.data.pictures import examined, first_look
from studio.data.pictures.picture_dataset import PictureDataset
from studio.engine.export import script_prepared
from tests.data.downloads.samples import cifar10
from tests.data.idx_samples import write_mnist
from tests.engine.export.test_script import assert_same_losses, project_for, with_recipe
from tests.engine.test_picture_answers import stripes


def test_that_idx_files_train_to_the_same_losses_without_lantern(tmp_path: Path) -> None:
    write_mnist(tmp_path / "mnist", 200, 40, ".gz")
    sgd = Setting("sgd", {"lr": 0.01})  # Adam divides by small gradients: last bits of sums become large
    assert_same_losses(with_recipe(project_for(tmp_path / "mnist"), epochs=2, optimizer=sgd), tmp_path)


def test_that_a_downloaded_dataset_trains_to_the_same_losses_without_lantern(tmp_path: Path) -> None:
    cifar10(own_folder() / "cifar10" / "cifar-10-batches-bin")
    assert_same_losses(with_recipe(project_for("cifar10"), epochs=2, batch_size=8), tmp_path)


def looked_at_before(folder: Path, monkeypatch: pytest.MonkeyPatch) -> PictureDataset:
    """Of which it is known from an earlier, slow look which pictures can be read: so none is in memory."""
    (folder / "images" / "007.png").write_bytes(b"no picture")
    monkeypatch.setattr(examined, "WORTH_S", -1.0)
    open_dataset(recognise(str(folder))).samples()
    dataset = open_dataset(recognise(str(folder)))
    assert isinstance(dataset, PictureDataset)
    assert not isinstance(dataset.samples().inputs, np.ndarray)
    return dataset


def test_that_pictures_which_no_one_read_this_time_are_all_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = looked_at_before(stripes(tmp_path / "data"), monkeypatch)
    with np.load(script_prepared.prepared_file(dataset)) as arrays:
        kept, parts = arrays["pictures"], arrays["split"]
    assert len(kept) == 40
    for index in range(40):
        if index == 7:
            assert parts[index] == 255
            assert not kept[index].any()
        else:
            assert (kept[index].transpose(1, 2, 0) == dataset.picture(index)).all()


def test_that_too_many_pictures_for_the_one_file_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_look, "picture_budget", lambda: 4000)
    monkeypatch.setattr(script_prepared, "picture_budget", lambda: 4000)
    dataset = looked_at_before(stripes(tmp_path / "data"), monkeypatch)
    with pytest.raises(LanternError, match=r"^These pictures are too many for the memory"):
        script_prepared.prepared_file(dataset)
