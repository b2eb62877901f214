"""New projects can be trained at once, and follow their dataset."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.core.network import Edge, Graph
from studio.core.problems import LanternError
from studio.core.project import DatasetChoice, DatasetFacts, Project, Setting
from studio.core.project_file import project_from_json, project_to_json
from studio.core.registry import UnknownEntryError
from studio.graph import edits
from studio.graph.analysis import analyse
from studio.kinds.catalogue import KINDS
from studio.kinds.default_recipes import fitting_batch_size
from studio.kinds.kind import Kind
from studio.kinds.new_project import (
    adapt_to_dataset,
    fitting_templates,
    infer_kind,
    new_project,
    outputs_of,
    template_of,
)
from studio.layers.catalogue import LAYERS
from studio.optim.catalogue import LOSSES
from studio.optim.checks import recipe_problems
from tests.kinds.facts_grid import facts_for, name

FASHION = DatasetFacts((1, 28, 28), tuple("abcdefghij"), 21_500)
IRIS = DatasetFacts((4,), ("setosa", "versicolor", "virginica"), 150, "species")
PRICES = DatasetFacts((7,), (), 500, "price")


def choice(facts: DatasetFacts | None, source: str = "csv") -> DatasetChoice:
    return DatasetChoice(source, "somewhere", facts=facts)


def project(facts: DatasetFacts, template: str | None = None) -> Project:
    return new_project(infer_kind(facts), choice(facts), template)


def problems(of: Project) -> list[str]:
    assert of.dataset is not None
    assert of.dataset.facts is not None
    analysis = analyse(of.graph, LAYERS, KINDS[of.kind].surroundings(of.dataset.facts))
    return [p.message for p in (*analysis.problems, *recipe_problems(of.recipe))]


def edited(of: Project) -> Project:
    """With one more layer in it, so that it is no template any more."""
    first = of.graph.outputs_of("input")[0]
    graph, _ = edits.splice(of.graph, LAYERS, first, LAYERS["identity"])
    return of.with_graph(graph)


@pytest.mark.parametrize("kind", list(KINDS), ids=name)
def test_that_every_new_project_can_be_trained(kind: Kind) -> None:
    for facts in facts_for(kind):
        assert infer_kind(facts) == kind.id
        for template in fitting_templates(kind, facts):
            made = new_project(kind.id, choice(facts), template.id)
            assert problems(made) == []
            assert made.recipe.loss.type in kind.losses
            template_found = template_of(made)
            assert template_found is not None
            assert template_found.id == template.id


@pytest.mark.parametrize("kind", list(KINDS), ids=name)
def test_that_every_loss_a_kind_offers_fits_it(kind: Kind) -> None:
    fitting = {
        "classes": {"classes", "binary"},
        "numbers": {"numbers"},
        "labels": {"binary"},
        "boxes": {"boxes"},
    }[kind.target]
    assert {LOSSES[loss].target for loss in kind.losses} <= fitting
    left_out = [loss.id for loss in LOSSES if loss.id not in kind.losses]
    assert all(LOSSES[loss].target not in fitting for loss in left_out)


def test_that_the_first_template_stands_ready() -> None:
    made = project(FASHION)
    found = template_of(made)
    assert found is not None
    assert found.id == "small-cnn"
    assert (made.recipe.batch_size, made.recipe.epochs, made.recipe.optimizer.type) == (64, 8, "adamw")
    tiny = template_of(project(DatasetFacts((1, 1, 7), ("a", "b"), 50)))
    assert tiny is not None
    assert tiny.id == "linear"  # one pixel high: no room for convolutions


@pytest.mark.parametrize(("samples", "batch_size"), [(1, 8), (100, 8), (250, 16), (600, 32), (5000, 64)])
def test_that_the_batch_size_leaves_steps_enough(samples: int, batch_size: int) -> None:
    assert fitting_batch_size(samples) == batch_size


def test_that_a_template_that_does_not_fit_says_why() -> None:
    small = DatasetFacts((1, 8, 8), ("a", "b"), 100)
    with pytest.raises(LanternError) as caught:
        new_project("image-classification", choice(small), "lenet-5")
    assert str(caught.value) == (
        "“Classic digit reader (LeNet-5)” needs larger pictures than 8×8 pixels. "
        "Choose another template, or larger pictures."
    )
    with pytest.raises(LanternError, match="needs pictures; this dataset holds rows of a table"):
        new_project("image-classification", choice(IRIS))
    with pytest.raises(LanternError, match="predicts a number; this dataset has classes to predict"):
        new_project("tabular-regression", choice(IRIS))


def test_that_an_unknown_kind_or_template_is_told() -> None:
    with pytest.raises(UnknownEntryError, match="Did you mean “image-classification”"):
        new_project("image-clasification", choice(FASHION))
    with pytest.raises(UnknownEntryError, match="Did you mean “lenet-5”"):
        new_project("image-classification", choice(FASHION), "lenet5")


def test_that_the_kind_follows_from_what_is_learnt_of_pictures() -> None:
    shape = (1, 28, 28)
    assert infer_kind(DatasetFacts(shape, numbers=("age",))) == "image-regression"
    assert infer_kind(DatasetFacts(shape, ("cat",), multi_label=True)) == "image-multilabel-classification"
    assert infer_kind(DatasetFacts(shape, ("cat", "dog"))) == "image-classification"
    with pytest.raises(LanternError, match="cannot learn several labels of such data yet"):
        infer_kind(DatasetFacts((4,), ("cat",), multi_label=True))


def test_that_another_way_to_learn_changes_the_end_of_an_edited_network_and_its_loss() -> None:
    made = project(FASHION)
    facts = DatasetFacts(FASHION.input_shape, (), FASHION.samples, numbers=("x", "y"))
    numbers = adapt_to_dataset(made, facts)
    assert (numbers.kind, numbers.recipe.loss.type) == ("image-regression", "mse")
    assert outputs_of(KINDS[numbers.kind], facts) == 2
    assert analyse(numbers.graph, LAYERS, KINDS[numbers.kind].surroundings(facts)).output == (2,)
    several = adapt_to_dataset(numbers, replace(facts, classes=("a", "b", "c"), multi_label=True, numbers=()))
    assert several.kind == "image-multilabel-classification"
    assert several.recipe.loss.type == "bce_with_logits"


def test_that_new_projects_survive_a_file() -> None:
    for facts in (FASHION, IRIS, PRICES):
        made = project(facts)
        assert project_from_json(project_to_json(made)) == made


# -- another dataset ----------------------------------------------------------------------------------


def test_that_an_unedited_template_is_built_anew() -> None:
    large = DatasetFacts((3, 64, 64), ("cat", "dog"), 300)
    before = project(FASHION)
    after = adapt_to_dataset(before, choice(large, "image-folder"))
    fresh = project(large)
    assert after.graph == fresh.graph
    assert after.recipe == fresh.recipe
    assert after.id == before.id
    assert after.dataset == choice(large, "image-folder")


def test_that_moving_cards_is_no_edit() -> None:
    before = project(FASHION)
    moved = before.with_graph(edits.move(before.graph, {"input": (500.0, 500.0)}))
    assert template_of(moved) is not None


def test_that_a_template_that_no_longer_fits_gives_way() -> None:
    after = adapt_to_dataset(project(FASHION, "lenet-5"), DatasetFacts((1, 8, 8), ("a", "b"), 100))
    assert problems(after) == []


@pytest.mark.parametrize("template", ["small-cnn", "linear", "mlp", "lenet-5", "vgg", "resnet"])
def test_that_the_last_layer_of_an_edited_network_follows_the_classes(template: str) -> None:
    before = edited(project(FASHION, template))
    assert template_of(before) is None
    after = adapt_to_dataset(before, replace(FASHION, classes=("a", "b", "c")))
    assert problems(after) == []
    assert len(after.graph.nodes) == len(before.graph.nodes)
    changed = [n.id for n, m in zip(before.graph.nodes, after.graph.nodes, strict=True) if n != m]
    assert len(changed) == 1
    assert after.graph.node(changed[0]).params["out_features"] == 3


def test_that_layers_behind_the_last_one_are_looked_through() -> None:
    before = project(FASHION, "mlp")
    last = before.graph.inputs_of("output")[0]
    graph, _ = edits.splice(before.graph, LAYERS, last, LAYERS["log_softmax"])
    after = adapt_to_dataset(before.with_graph(graph), replace(FASHION, classes=("a", "b")))
    assert [n.params.get("out_features") for n in after.graph.nodes if n.type == "linear"] == [128, 2]


def test_that_a_last_layer_that_did_not_follow_stays() -> None:
    before = edited(project(FASHION, "mlp"))
    linear = before.graph.inputs_of("output")[0].source
    before = before.with_graph(edits.set_param(before.graph, linear, "out_features", 7))
    after = adapt_to_dataset(before, replace(FASHION, classes=("a", "b")))
    assert after.graph == before.graph


def test_that_a_changed_recipe_stays() -> None:
    before = project(FASHION)
    before = replace(before, recipe=replace(before.recipe, epochs=33))
    assert adapt_to_dataset(before, replace(FASHION, samples=100)).recipe == before.recipe


def test_that_seed_and_device_stay_when_the_recipe_follows() -> None:
    before = project(FASHION)
    before = replace(before, recipe=replace(before.recipe, seed=5, device="cuda:0"))
    after = adapt_to_dataset(before, replace(FASHION, samples=100)).recipe
    assert (after.seed, after.device, after.batch_size) == (5, "cuda:0", 8)


def test_that_from_classes_to_a_number_kind_loss_and_last_layer_change() -> None:
    before = edited(project(IRIS))
    before = replace(before, recipe=replace(before.recipe, loss=Setting("nll"), epochs=7))
    after = adapt_to_dataset(before, DatasetFacts((4,), (), 150, "petal width"))
    assert (after.kind, after.recipe.loss.type, after.recipe.epochs) == ("tabular-regression", "mse", 7)
    assert problems(after) == []
    back = adapt_to_dataset(after, IRIS)
    assert (back.kind, back.recipe.loss.type) == ("tabular-classification", "cross_entropy")
    assert back.graph == before.graph


def test_that_from_pictures_to_a_table_the_network_is_new() -> None:
    after = adapt_to_dataset(edited(project(FASHION)), choice(PRICES))
    assert after.kind == "tabular-regression"
    assert problems(after) == []


def test_that_the_same_facts_change_nothing() -> None:
    before = edited(project(FASHION))
    assert adapt_to_dataset(before, FASHION) == before
    renamed = replace(choice(FASHION), location="elsewhere")
    assert adapt_to_dataset(before, renamed) == replace(before, dataset=renamed)


def test_that_an_unopened_dataset_changes_only_the_choice() -> None:
    before = project(FASHION)
    after = adapt_to_dataset(before, choice(None))
    assert after == replace(before, dataset=choice(None))
    assert adapt_to_dataset(after, FASHION).graph == before.graph


def test_that_broken_networks_are_followed_too() -> None:
    loop = Graph(project(FASHION).graph.nodes, (Edge("output", "output"), Edge("gone", "output")))
    for graph in (Graph(), loop):
        after = adapt_to_dataset(project(FASHION).with_graph(graph), replace(FASHION, classes=("a", "b")))
        assert after.graph == graph


def test_that_pictures_in_place_of_rows_get_the_network_a_new_project_would_get() -> None:
    from studio.data.opening import recognise

    rows = new_project("tabular-classification", recognise("penguins"))
    pictures = recognise("digits")
    changed = adapt_to_dataset(rows, pictures)
    assert changed.kind == "image-classification"
    assert changed.graph == new_project("image-classification", pictures).graph
