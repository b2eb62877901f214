"""Scripts for data in formats of their own: the prepared pictures travel with them."""

from __future__ import annotations

from pathlib import Path

from studio.core.project import Setting
from studio.data.downloads.finding import own_folder
from tests.data.downloads.samples import cifar10
from tests.data.idx_samples import write_mnist
from tests.engine.export.test_script import assert_same_losses, project_for, with_recipe


def test_that_idx_files_train_to_the_same_losses_without_lantern(tmp_path: Path) -> None:
    write_mnist(tmp_path / "mnist", 200, 40, ".gz")
    sgd = Setting("sgd", {"lr": 0.01})  # Adam divides by small gradients: last bits of sums become large
    assert_same_losses(with_recipe(project_for(tmp_path / "mnist"), epochs=2, optimizer=sgd), tmp_path)


def test_that_a_downloaded_dataset_trains_to_the_same_losses_without_lantern(tmp_path: Path) -> None:
    cifar10(own_folder() / "cifar10" / "cifar-10-batches-bin")
    assert_same_losses(with_recipe(project_for("cifar10"), epochs=2, batch_size=8), tmp_path)
