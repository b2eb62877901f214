"""Every template is a whole network for every dataset that it says it fits."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from torch import nn

from studio.core.network import Graph
from studio.core.params import check_params
from studio.core.project import DatasetFacts
from studio.graph.analysis import analyse
from studio.graph.blocks.types import with_blocks
from studio.graph.codegen import generate_code
from studio.graph.placing import CARD_HEIGHT, CARD_WIDTH
from studio.kinds.catalogue import KINDS
from studio.kinds.kind import Kind, Template
from studio.layers.catalogue import LAYERS
from tests.kinds.facts_grid import cases, facts_for, name


@pytest.mark.parametrize(("kind", "template", "facts"), cases(), ids=name)
def test_that_every_template_is_whole(kind: Kind, template: Template, facts: DatasetFacts) -> None:
    graph = template.build(facts)
    analysis = analyse(graph, LAYERS, kind.surroundings(facts))
    assert analysis.problems == ()
    assert analysis.output is not None
    assert analysis.output == kind.surroundings(facts).wanted(analysis.output)
    assert analysis.parameters > 0
    assert len(analysis.order) == len(graph.nodes)


@pytest.mark.parametrize("kind", list(KINDS), ids=name)
def test_that_some_template_fits_every_dataset(kind: Kind) -> None:
    for facts in facts_for(kind):
        assert any(template.fits(facts) for template in kind.templates), facts


@pytest.mark.parametrize("kind", list(KINDS), ids=name)
def test_that_no_template_fits_another_kinds_dataset(kind: Kind) -> None:
    for other in KINDS:
        if (other.input, other.target) != (kind.input, kind.target):
            for facts in facts_for(other):
                assert not any(template.fits(facts) for template in kind.templates)


@pytest.mark.parametrize("kind", list(KINDS), ids=name)
def test_that_templates_are_told_apart(kind: Kind) -> None:
    assert len({t.id for t in kind.templates}) == len({t.name for t in kind.templates}) == len(kind.templates)
    assert len(kind.templates) >= 4
    assert all(t.help.endswith(".") for t in kind.templates)
    facts = facts_for(kind)[0]
    built = [
        [(n.type, dict(n.params)) for n in t.build(facts).nodes] for t in kind.templates if t.fits(facts)
    ]
    assert all(a != b for a, b in itertools.combinations(built, 2))


@pytest.mark.parametrize(("kind", "template", "facts"), cases()[::7], ids=name)
def test_that_layers_have_all_their_parameters_and_lie_apart(
    kind: Kind, template: Template, facts: DatasetFacts
) -> None:
    graph = template.build(facts)
    nodes, layers = graph.nodes, with_blocks(LAYERS, graph.blocks)
    for node in nodes:
        assert check_params(layers[node.type].params, node.params) == node.params
    for a, b in itertools.combinations(nodes, 2):
        apart_x = abs(a.position[0] - b.position[0]) >= CARD_WIDTH
        apart_y = abs(a.position[1] - b.position[1]) >= CARD_HEIGHT
        assert apart_x or apart_y, (a.id, b.id)


def network(graph: Graph, kind: Kind, facts: DatasetFacts) -> nn.Module:
    names: dict[str, object] = {}
    exec(generate_code(graph, LAYERS, kind.surroundings(facts)), names)
    torch.manual_seed(0)
    built = names["Network"]()  # type: ignore[operator]
    assert isinstance(built, nn.Module)
    return built


OVERFITS = [
    (k, t, f)
    for k, t, f in cases()
    if f.input_shape in {(1, 28, 28), (3, 32, 32), (7,)} and len(f.classes) in (0, 3, 10)
]


@pytest.mark.parametrize(("kind", "template", "facts"), OVERFITS, ids=name)
def test_that_every_template_learns_one_small_batch_by_heart(
    kind: Kind, template: Template, facts: DatasetFacts
) -> None:
    model = network(template.build(facts), kind, facts)
    rng = np.random.default_rng(0)
    count = 16
    inputs = torch.tensor(rng.normal(size=(count, *facts.input_shape)), dtype=torch.float32)
    outputs = len(facts.classes) or len(facts.numbers) or 1
    targets = torch.tensor(rng.normal(size=(count, outputs)), dtype=torch.float32)
    if template.id == "linear" and not facts.classes:
        targets = inputs.flatten(1)[:, :outputs] * 2 - 1  # a straight line learns only straight lines
    labels = torch.tensor(rng.integers(0, outputs, count))
    if template.id == "linear" and facts.classes and kind.input == "row":
        labels = inputs[:, :outputs].argmax(1)
    criterion: nn.Module = nn.CrossEntropyLoss() if facts.classes else nn.MSELoss()
    wanted: torch.Tensor = labels if facts.classes else targets
    if kind.target == "labels":
        criterion, wanted = nn.BCEWithLogitsLoss(), (targets > 0).float()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-2 if template.id == "linear" else 3e-3)
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0  # made to keep networks from learning by heart
    for step in range(300):
        loss = criterion(model(inputs), wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 20 == 19 and loss.item() < 0.03:
            break
    if kind.target == "labels":
        assert ((model(inputs) > 0) == (wanted > 0)).all()
    elif facts.classes:
        assert (model(inputs).argmax(1) == labels).all()
    else:
        assert loss.item() < 0.05
