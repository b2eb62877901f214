"""The exported script trains the same network on the same data, without Lantern, to the same losses."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core.project import Column, Project, Setting
from studio.data.opening import recognise, with_target
from studio.data.pictures.augmentations import AUGMENTATIONS
from studio.engine.control import Control
from studio.engine.events import EpochFinished, Event, Exported, RequestFailed, RunFinished
from studio.engine.host import serve
from studio.engine.requests import Export, Train
from studio.kinds.new_project import infer_kind, new_project

EPOCH = re.compile(
    r"epoch \d+: training loss (\S+?)(?:, validation loss (\S+), (?:accuracy|rmse|f1) (\S+))?$", re.MULTILINE
)


def project_for(dataset: str | Path, template: str | None = None, target: str | None = None) -> Project:
    choice = recognise(str(dataset))
    if target is not None:
        choice = with_target(choice, target)
    assert choice.facts is not None
    return new_project(infer_kind(choice.facts, choice.source), choice, template)


def lantern_epochs(project: Project, folder: Path) -> list[EpochFinished]:
    events: list[Event] = []
    serve(Train(project, str(folder / "runs")), events.append, Control())
    assert isinstance(events[-1], RunFinished), events[-1]
    return [event for event in events if isinstance(event, EpochFinished)]


def script_output(project: Project, folder: Path) -> str:
    script = folder / "train.py"
    answers: list[Event] = []
    serve(Export(project, "script", str(script)), answers.append, Control())
    assert answers == [Exported(str(script))], answers
    text = script.read_text(encoding="utf-8")
    assert "import studio" not in text
    assert "from studio" not in text
    # -I: isolated from this folder and PYTHONPATH, so that Lantern could not be imported if it tried.
    # Without the tests' own limit on threads: who runs a script has none, and the script must not need it.
    free = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    result = subprocess.run(
        [sys.executable, "-I", str(script)], cwd=folder, capture_output=True, text=True, timeout=240, env=free
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def assert_same_losses(project: Project, folder: Path) -> None:
    epochs = lantern_epochs(project, folder)
    found = EPOCH.findall(script_output(project, folder))
    assert len(found) == len(epochs)
    for event, (train_loss, validation_loss, _) in zip(epochs, found, strict=True):
        assert float(train_loss) == pytest.approx(event.train["loss"], abs=1e-5)
        if event.validation:
            assert float(validation_loss) == pytest.approx(event.validation["loss"], abs=1e-5)


def with_recipe(project: Project, **changes: object) -> Project:
    return replace(project, recipe=replace(project.recipe, device="cpu", **changes))


def test_that_a_table_of_classes_trains_to_the_same_losses(tmp_path: Path) -> None:
    assert_same_losses(with_recipe(project_for("penguins"), epochs=4, seed=3), tmp_path)


@pytest.mark.parametrize("threads", ["1", "2"])
@pytest.mark.parametrize(
    ("dataset", "template"),
    [("iris", "mlp-batch-norm"), ("iris", "residual-mlp"), ("digits", "small-cnn"), ("digits", "resnet")],
)
def test_that_normalised_networks_train_to_the_same_losses_on_any_number_of_threads(
    dataset: str, template: str, threads: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", threads)  # as many as this computer's rule may choose
    assert_same_losses(with_recipe(project_for(dataset, template), epochs=2), tmp_path)


def test_that_a_regression_with_a_plateau_schedule_trains_to_the_same_losses(tmp_path: Path) -> None:
    project = project_for("penguins", target="body_mass_g")
    project = with_recipe(
        project, epochs=5, schedule=Setting("reduce_on_plateau", {"patience": 1}), l1=1e-4, clip_norm=0.5
    )
    assert_same_losses(project, tmp_path)


def test_that_dropout_augmentation_and_early_stopping_come_out_the_same(tmp_path: Path) -> None:
    project = project_for("digits")
    assert project.dataset is not None
    augmentations = (Setting("random_crop", {"padding": 1}), Setting("rotate", {"degrees": 10.0}))
    project = replace(project, dataset=replace(project.dataset, augmentations=augmentations))
    project = with_recipe(
        project,
        epochs=3,
        patience=2,
        clip_value=0.5,
        optimizer=Setting("sgd", {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 1e-4}),
        schedule=Setting("one_cycle"),
        loss=Setting("cross_entropy", {"label_smoothing": 0.1}),
    )
    assert_same_losses(project, tmp_path)


MOVEMENT = ("horizontal_flip", "vertical_flip", "random_crop", "rotate", "affine", "random_resized_crop")
COLOUR = ("colour_jitter", "hue", "channel_brightness", "greyscale", "invert", "solarize", "posterize")
DETAIL = ("auto_contrast", "equalise", "blur", "sharpen", "noise", "random_erasing")


def colour_photos(folder: Path) -> Path:
    """24 noisy pictures of 12 by 10 pixels in three classes."""
    rng = np.random.default_rng(0)
    for number, name in enumerate(("red", "green", "blue")):
        (folder / name).mkdir(parents=True)
        for i in range(8):
            pixels = rng.normal(90, 30, (10, 12, 3))
            pixels[..., number] += 80
            Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(folder / name / f"{i}.png")
    return folder


def with_augmentations(project: Project, *settings: Setting, normalisation: str = "training") -> Project:
    assert project.dataset is not None
    dataset = replace(project.dataset, augmentations=settings, normalisation=normalisation)  # type: ignore[arg-type]
    return replace(project, dataset=dataset)


@pytest.mark.parametrize(
    ("names", "normalisation", "loss"),
    [
        ((*MOVEMENT, "noise", "perspective"), "training", Setting("cross_entropy")),
        ((*COLOUR, *DETAIL), "imagenet", Setting("cross_entropy")),
        (("rand_augment", "trivial_augment"), "none", Setting("cross_entropy")),
        (("mixup",), "training", Setting("cross_entropy", {"label_smoothing": 0.1, "class_weights": True})),
        (("rotate", "mixup", "cutmix"), "training", Setting("bce_with_logits")),
    ],
    ids=["movement", "colour and detail", "policies", "mixup", "mixup and CutMix"],
)
def test_that_every_augmentation_comes_out_the_same(
    names: tuple[str, ...], normalisation: str, loss: Setting, tmp_path: Path
) -> None:
    project = project_for(colour_photos(tmp_path / "photos"), "mlp")
    project = with_augmentations(project, *map(Setting, names), normalisation=normalisation)
    assert_same_losses(with_recipe(project, epochs=2, batch_size=7, loss=loss), tmp_path)


def test_that_the_augmentation_tests_leave_none_out() -> None:
    tried = {*MOVEMENT, *COLOUR, *DETAIL, "perspective", "rand_augment", "trivial_augment", "mixup", "cutmix"}
    assert tried == set(AUGMENTATIONS.ids)


def test_that_what_is_switched_off_is_not_in_the_script(tmp_path: Path) -> None:
    off = Setting("mixup", {"alpha": 0.3}, enabled=False)
    project = with_augmentations(project_for("digits"), off, Setting("noise", {}, enabled=False))
    script_output(with_recipe(project, epochs=1, batch_size=512), tmp_path)
    text = (tmp_path / "train.py").read_text(encoding="utf-8")
    assert "noise" not in text
    assert "mix" not in text
    assert "generator" not in text.partition("def main")[2]


def test_that_two_optimizers_for_muon_come_out_the_same(tmp_path: Path) -> None:
    project = with_recipe(project_for("iris"), epochs=3, optimizer=Setting("muon", {"lr": 0.02}))
    assert_same_losses(project, tmp_path)


def test_that_a_folder_of_mixed_pictures_trains_to_the_same_losses(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name, level in (("night sky", 40), ("Tag 2", 180), ("Tag 10", 220)):
        folder = tmp_path / "pictures" / name
        folder.mkdir(parents=True)
        for i in range(12):
            pixels = rng.normal(level, 30, (24 + i, 30, 4)).clip(0, 255).astype(np.uint8)
            mode, suffix = (("RGB", "jpg"), ("RGBA", "png"), ("L", "png"), ("RGB", "webp"))[i % 4]
            Image.fromarray(pixels).convert(mode).save(folder / f"{i}.{suffix}")
    (tmp_path / "pictures" / "Tag 2" / "5b.png").write_bytes(b"\x89PNG broken")
    # Adam divides by small gradients, and so makes the last bits of another number of threads large.
    project = with_recipe(
        project_for(tmp_path / "pictures"), epochs=2, optimizer=Setting("sgd", {"lr": 0.01})
    )
    assert_same_losses(project, tmp_path)


@pytest.mark.parametrize("parts", [("train", "val", "test"), ("train", "test"), ("train",)])
def test_that_folders_that_are_the_parts_train_to_the_same_losses(
    tmp_path: Path, parts: tuple[str, ...]
) -> None:
    rng = np.random.default_rng(0)
    for part in parts:
        for name, level in (("night sky", 40), ("Tag", 180)):
            folder = tmp_path / "pictures" / part / name / "nested"
            folder.mkdir(parents=True)
            for i in range(12 if part == "train" else 4):
                pixels = rng.normal(level, 30, (20, 20, 3)).clip(0, 255).astype(np.uint8)
                Image.fromarray(pixels).save((folder if i % 2 else folder.parent) / f"{i}.png")
    (tmp_path / "pictures" / "train" / "Tag" / "0.png").write_bytes(b"broken")
    assert_same_losses(with_recipe(project_for(tmp_path / "pictures"), epochs=2), tmp_path)


def test_that_an_untidy_table_is_read_the_same(tmp_path: Path) -> None:
    rows = ["größe;gewicht;;art;bestanden"]
    rng = np.random.default_rng(1)
    for i in range(60):
        size, weight = rng.normal(5 + 3 * (i % 2), 1), rng.normal(1200, 200)
        rows.append(f"{size:.2f};{weight:,.1f}".replace(",", "'").replace(".", ",") + f";;{'ab'[i % 2]};ja")
    rows[7] += ";too;many"
    rows[9] = ";1,5;;a;nein"
    rows[11] = "1,5;;;?;nein"
    path = tmp_path / "messung.csv"
    path.write_bytes("\r\n".join(rows).encode("cp1252"))
    project = project_for(path, target="art")
    assert project.dataset is not None
    columns = tuple(
        Column(c.name, c.type, c.role, "drop") if c.name == "größe" else c for c in project.dataset.columns
    )
    project = replace(project, dataset=replace(project.dataset, columns=columns))
    assert_same_losses(with_recipe(project, epochs=3), tmp_path)


def test_that_a_network_with_problems_is_refused_in_a_sentence(tmp_path: Path) -> None:
    project = project_for("iris")
    broken = project.with_graph(replace(project.graph, edges=project.graph.edges[:-1]))
    answers: list[Event] = []
    serve(Export(broken, "script", str(tmp_path / "x.py")), answers.append, Control())
    assert isinstance(answers[-1], RequestFailed)
    assert answers[-1].message.endswith(".")
    assert not (tmp_path / "x.py").exists()
