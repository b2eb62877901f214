"""What is said about normalisation and augmentations that do not fit the data, and the ways out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core.problems import Problem
from studio.core.project import DatasetChoice, DatasetFacts, Project, Setting
from studio.data.dataset import DataError
from studio.data.opening import open_dataset, recognise
from studio.data.pictures.augmentation_advice import (
    looks_like_signs,
    preparation_problems,
    tells_a_place,
)
from studio.data.pictures.augmentation_sets import AUGMENTATION_SETS
from studio.data.pictures.augmentations import AUGMENTATIONS
from studio.data.pictures.normalisation import NORMALISATIONS
from studio.kinds.new_project import infer_kind, new_project
from studio.kinds.project_check import check_project


def choice_of(
    *settings: Setting, classes: tuple[str, ...] = ("cat", "dog"), channels: int = 3
) -> DatasetChoice:
    facts = DatasetFacts((channels, 32, 32), classes, 100)
    return DatasetChoice("image-folder", "/photos", augmentations=settings, facts=facts)


def only(problems: tuple[Problem, ...]) -> Problem:
    (problem,) = problems
    return problem


def repaired(choice: DatasetChoice, problem: Problem, batch_size: int = 64) -> tuple[Problem, ...]:
    """The problems after the first fix."""
    project = new_project("image-classification", recognise("digits"))
    project = replace(project, dataset=choice, recipe=replace(project.recipe, batch_size=batch_size))
    mended = problem.fixes[0].edit(project)
    assert mended.dataset is not None
    return preparation_problems(mended.dataset, mended.recipe.batch_size)


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        (("0", "1", "2"), True),
        (("a", "b", "ß"), True),
        (("zero", "one"), True),
        (("digit_3", "Letter B"), True),
        (("cat", "dog"), False),
        (("cat", "dog", "7"), False),
        (("A",), False),
    ],
)
def test_that_digits_and_letters_are_known_by_the_names_of_the_classes(
    classes: tuple[str, ...], expected: bool
) -> None:
    assert looks_like_signs(classes) is expected


def test_that_mirrored_digits_are_warned_of_and_switched_off_by_a_click() -> None:
    choice = choice_of(Setting("noise"), Setting("horizontal_flip", {"p": 0.5}), classes=("0", "1"))
    problem = only(preparation_problems(choice, 64))
    assert problem.message == (
        "Flip left to right: the classes look like digits or letters. Mirrored, a “b” becomes a “d” and a "
        "“2” no digit at all. Switch it off."
    )
    assert (problem.param, problem.severity) == ("augmentation.1", "warning")
    assert repaired(choice, problem) == ()
    assert preparation_problems(choice_of(Setting("horizontal_flip")), 64) == ()
    off = Setting("horizontal_flip", {"p": 0.0})
    assert preparation_problems(choice_of(off, classes=("0", "1")), 64) == ()


def test_that_letters_turned_upside_down_are_warned_of() -> None:
    choice = choice_of(Setting("affine", {"degrees": 170.0}), classes=("6", "9"))
    problem = only(preparation_problems(choice, 64))
    assert "Turned by 170 degrees, a “6” becomes a “9”." in problem.message
    assert repaired(choice, problem) == ()


def test_that_values_out_of_bounds_are_said_and_mended() -> None:
    choice = choice_of(Setting("noise", {"amount": 7.0}))
    problem = only(preparation_problems(choice, 64))
    assert problem.message == "Noise: Strength: must be at most 1, received 7."
    assert problem.severity == "error"
    assert repaired(choice, problem) == ()


def test_that_an_unknown_augmentation_is_said_and_taken_out() -> None:
    choice = choice_of(Setting("wormhole"), Setting("noise"))
    problem = only(preparation_problems(choice, 64))
    assert problem.message == "This Lantern has no augmentation called “wormhole”. Take it out."
    assert repaired(choice, problem) == ()
    assert preparation_problems(choice_of(Setting("wormhole", enabled=False)), 64) == ()


def test_that_mixing_single_pictures_is_warned_of() -> None:
    choice = choice_of(Setting("mixup"))
    problem = only(preparation_problems(choice, 1))
    assert problem.message.startswith("Mixup mixes pictures of the same batch, but a batch holds only 1.")
    assert repaired(choice, problem, 1) == ()


def test_that_imagenets_figures_are_for_colour_and_a_click_leads_back() -> None:
    grey = replace(choice_of(channels=1), normalisation="imagenet")
    problem = only(preparation_problems(grey, 64))
    assert problem.message == (
        "Normalisation “ImageNet's” is for pictures with red, green and blue; these data have no such three "
        "channels. Choose “From the training part”."
    )
    assert repaired(grey, problem) == ()
    assert preparation_problems(replace(choice_of(), normalisation="imagenet"), 64) == ()


def test_that_a_project_with_such_a_problem_says_so_on_every_page() -> None:
    choice = recognise("digits")
    project: Project = new_project("image-classification", choice)
    assert choice.facts is not None
    assert infer_kind(choice.facts, choice.source) == "image-classification"
    wrong = replace(project, dataset=replace(choice, augmentations=(Setting("vertical_flip"),)))
    assert [problem.code for problem in check_project(wrong)[1]] == ["mirrored-signs"]


@pytest.mark.parametrize("entry", AUGMENTATION_SETS, ids=lambda entry: entry.id)
def test_that_ready_made_sets_fit_what_they_are_for(entry) -> None:  # type: ignore[no-untyped-def]
    assert preparation_problems(choice_of(*entry.settings), 64) == ()
    assert all(set(s.params) == set(AUGMENTATIONS[s.type].defaults) for s in entry.settings)
    if entry.id == "handwriting":
        assert preparation_problems(choice_of(*entry.settings, classes=("0", "1")), 64) == ()


def photos(folder: Path, mode: str) -> DatasetChoice:
    random = np.random.default_rng(0)
    for name in ("x-ray", "photo"):
        (folder / name).mkdir(parents=True)
        for number in range(6):
            pixels = random.integers(0, 255, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(pixels).convert(mode).save(folder / name / f"{number}.png")
    return recognise(str(folder))


@pytest.mark.parametrize("way", NORMALISATIONS.ids)
def test_that_every_normalisation_reaches_training_with_its_own_figures(way: str, tmp_path: Path) -> None:
    choice = photos(tmp_path, "RGB")
    found = open_dataset(replace(choice, normalisation=way)).preprocessing()  # type: ignore[arg-type]
    if way == "training":
        dataset = open_dataset(choice)
        pixels = dataset.samples().inputs[dataset.split().train] / 255
        assert found["mean"] == pytest.approx(pixels.mean((0, 2, 3)))
        assert found["std"] == pytest.approx(pixels.std((0, 2, 3)))
    elif way == "imagenet":
        assert (found["mean"], found["std"]) == ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    else:
        assert (found["mean"], found["std"]) == ([0.0] * 3, [1.0] * 3)


def test_that_grey_pictures_refuse_imagenets_figures_in_a_sentence(tmp_path: Path) -> None:
    choice = replace(photos(tmp_path, "L"), normalisation="imagenet")
    with pytest.raises(DataError) as refused:
        open_dataset(choice).preprocessing()
    assert str(refused.value) == (
        "Normalisation “ImageNet's” has figures for 3 colour channels; these pictures have 1. Choose “From "
        "the training part”."
    )


def test_that_moving_pictures_whose_places_are_learnt_is_warned_of() -> None:
    facts = DatasetFacts((3, 32, 32), (), 100, numbers=("age", "eye_x"))
    choice = replace(choice_of(Setting("horizontal_flip")), facts=facts)
    problem = only(preparation_problems(choice, 64))
    assert problem.code == "moved-places"
    assert problem.message == (
        "Flip left to right moves what the pictures show, but “eye_x” sounds like a place or an angle in "
        "them, and that number stays as it was. Switch it off, unless it means something else."
    )
    assert repaired(choice, problem) == ()
    assert preparation_problems(replace(choice, augmentations=(Setting("colour_jitter"),)), 64) == ()
    assert [name for name in ("Xmin", "leftEye", "age", "price", "texture") if tells_a_place(name)] == [
        "Xmin", "leftEye"
    ]  # fmt: skip
