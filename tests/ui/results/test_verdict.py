"""Words for results: only what beats guessing is praised, and what is learnt by heart is named."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from studio.core.project import Project
from studio.data.opening import recognise
from studio.engine.events import Evaluation
from studio.kinds.new_project import infer_kind, new_project
from studio.ui.belonging import can_learn_on, changed_sentence, changes, origin_of, restored
from studio.ui.results_step.verdict import by_heart, judge

CLASSES = ("cat", "dog")


def project_of(location: str) -> Project:
    choice = recognise(location)
    assert choice.facts is not None
    return new_project(infer_kind(choice.facts, choice.source), choice)


@pytest.fixture(scope="module")
def penguins() -> Project:
    return project_of("penguins")


@pytest.fixture(scope="module")
def numbers(penguins: Project) -> Project:
    return replace(penguins, kind="tabular-regression")


def classified(accuracy: float, guess: float, samples: int = 200, split: str = "test") -> Evaluation:
    confusion = np.array([[1, 0], [0, 1]])
    return Evaluation({"accuracy": accuracy}, split, samples, CLASSES, confusion,
                      guess={"accuracy": guess}, guess_class="dog")  # fmt: skip


def measured(rmse: float, guess: float, samples: int = 200) -> Evaluation:
    return Evaluation({"rmse": rmse}, "test", samples, guess={"rmse": guess})


@pytest.mark.parametrize(
    ("accuracy", "guess", "level", "start"),
    [
        (0.97, 0.6, "much better", "Much better than guessing: "),
        (0.72, 0.6, "better", "Better than guessing: "),
        (0.62, 0.6, "same", "No better than guessing: "),
        (0.6, 0.6, "same", "No better than guessing: "),
        (0.3, 0.6, "worse", "Worse than guessing: "),
        (1.0, 0.6, "perfect", "Not one mistake; "),
    ],
)
def test_that_a_result_is_held_against_the_most_frequent_class(
    penguins: Project, accuracy: float, guess: float, level: str, start: str
) -> None:
    verdict = judge(classified(accuracy, guess), penguins)
    assert verdict.level == level
    assert verdict.sentence == start + (
        "always answering “dog”, the most frequent class, would be right in 60.0 %."
    )
    assert verdict.earned == (level in ("much better", "perfect"))
    assert verdict.poor == (level in ("same", "worse"))


def test_that_few_samples_prove_little(penguins: Project) -> None:
    verdict = judge(classified(0.8, 0.6, samples=10), penguins)
    assert verdict.level == "same"  # two more of ten is luck
    assert verdict.sentence.endswith(" With only 10 samples, luck plays a part.")


def test_that_training_samples_earn_no_praise(penguins: Project) -> None:
    verdict = judge(classified(1.0, 0.6, split="train"), penguins)
    assert verdict.level == "perfect"
    assert not verdict.earned


def test_that_one_class_alone_says_little(penguins: Project) -> None:
    verdict = judge(classified(1.0, 1.0), penguins)
    assert (verdict.level, verdict.earned) == ("unknown", False)
    assert verdict.sentence == "All of these samples are “dog”, so they say little."


def test_that_finding_rare_classes_is_no_failure(penguins: Project) -> None:
    found = replace(
        classified(0.9, 0.95),
        metrics={"accuracy": 0.9, "balanced_accuracy": 0.88},
        guess={"accuracy": 0.95, "balanced_accuracy": 0.5},
    )
    assert judge(found, penguins).sentence.endswith(
        " But it finds the rare classes too: balanced accuracy 88.0 %, by guessing 50.0 %."
    )


def test_that_diverged_weights_are_named(penguins: Project) -> None:
    found = replace(classified(0.4, 0.3), metrics={"accuracy": 0.4, "loss": math.nan})
    verdict = judge(found, penguins)
    assert verdict.level == "broken"
    assert verdict.sentence.startswith("The network answers with something that is no number")


@pytest.mark.parametrize(
    ("rmse", "level"),
    [(0.0, "perfect"), (4.0, "much better"), (8.0, "better"), (10.0, "same"), (11.0, "worse")],
)
def test_that_numbers_are_held_against_their_average(numbers: Project, rmse: float, level: str) -> None:
    verdict = judge(measured(rmse, 10.0), numbers)
    assert verdict.level == level
    assert verdict.sentence.endswith(
        "always answering the average of the training rows would be off by 10.00."
    )


def test_that_learning_by_heart_is_named_and_a_small_gap_is_not(penguins: Project, numbers: Project) -> None:
    sentence = by_heart({"accuracy": 0.99}, classified(0.8, 0.5), penguins)
    assert sentence.startswith("On the samples it learnt from it is right in 99.0 %: it has learnt part")
    assert by_heart({"accuracy": 0.83}, classified(0.8, 0.5), penguins) == ""
    assert by_heart({"accuracy": 0.99}, classified(0.8, 0.5, samples=6), penguins) == ""  # may be luck
    assert by_heart({"accuracy": 0.99}, classified(0.8, 0.5, split="train"), penguins) == ""
    assert by_heart({}, classified(0.8, 0.5), penguins) == ""
    sentence = by_heart({"rmse": 2.0}, measured(6.0, 10.0), numbers)
    assert sentence.startswith("On the samples it learnt from its typical error is only 2.000: ")
    assert by_heart({"rmse": 5.0}, measured(6.0, 10.0), numbers) == ""


# -- where it belongs ---------------------------------------------------------------------------------


def test_that_an_origin_names_data_and_network(penguins: Project) -> None:
    assert penguins.dataset is not None
    assert penguins.dataset.facts is not None
    mark = penguins.dataset.facts.fingerprint[:8]
    assert origin_of(penguins).sentence == (
        f"“Simple network (small MLP)” with 2,883 parameters, trained on “Palmer penguins” (data {mark})"
    )
    edited = penguins.with_graph(replace(penguins.graph, nodes=penguins.graph.nodes[:-1]))
    assert origin_of(edited, 7).network == "Own network"


def test_that_what_has_changed_since_is_said_in_a_sentence(penguins: Project) -> None:
    assert penguins.dataset is not None
    facts = penguins.dataset.facts
    assert facts is not None
    assert changes(penguins, penguins) == ()
    assert changed_sentence(penguins, None) == ""
    longer = replace(penguins, recipe=replace(penguins.recipe, epochs=99, device="cpu"))
    assert changes(penguins, longer) == ()
    seed = replace(penguins, recipe=replace(penguins.recipe, seed=5))
    assert changed_sentence(penguins, seed) == "The training settings have been changed since."
    wine = project_of("wine")
    assert changes(penguins, wine)[:1] == ("data",)
    assert changed_sentence(penguins, wine) == (
        "These results are of the network trained on “Palmer penguins”. The project now has “Wine”."
    )
    grown = replace(penguins, dataset=replace(penguins.dataset, facts=replace(facts, fingerprint="other")))
    assert changes(penguins, grown) == ("data",)
    assert changed_sentence(penguins, grown).endswith(
        "The data, or how they are read and split, have changed since."
    )
    assert can_learn_on(penguins, grown)  # more of the same data is what one goes on with
    edited = penguins.with_graph(replace(penguins.graph, nodes=penguins.graph.nodes[:-1]))
    assert changes(penguins, edited) == ("network",)
    assert not can_learn_on(penguins, edited)
    assert changed_sentence(penguins, edited, brief=True).startswith("The network has been changed since")
    assert changed_sentence(penguins, edited, "The curves are") == (
        "The curves are of the network trained on “Palmer penguins”. The network has been changed since; it "
        "is now: Own network."
    )


def test_that_going_back_keeps_the_documents_own_history(penguins: Project) -> None:
    now = replace(project_of("wine"), unknown={"note": 1})
    back = restored(penguins, now)
    assert (back.id, back.unknown) == (now.id, {"note": 1})
    assert (back.dataset, back.graphs, back.recipe) == (penguins.dataset, penguins.graphs, penguins.recipe)
