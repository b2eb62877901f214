"""Embeddings of a table's categories: the layer, its columns, networks that have it, its fix."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from studio.core.project import MAIN, Project
from studio.data.opening import open_dataset, recognise
from studio.engine.events import Predicted
from studio.engine.requests import Predict
from studio.graph.codegen import network_source
from studio.kinds.new_project import adapt_to_dataset, infer_kind, new_project
from studio.kinds.project_check import check_project
from studio.layers.catalogue import LAYERS
from tests.engine.conftest import Run, ask, finished


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Towns decide the answer; there are 12 of them, and 3 sizes."""
    random = np.random.default_rng(0)
    lines = ["mass,town,size,kind"]
    for i in range(120):
        town = i % 12
        lines.append(f"{random.normal():.3f},town {town},{('s', 'm', 'l')[i % 3]},{'ab'[town % 5 % 2]}")
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    choice = recognise(path)
    assert choice.facts is not None
    return new_project(infer_kind(choice.facts), choice)


def coded(project: Project, coding: str, *names: str) -> Project:
    assert project.dataset is not None
    columns = tuple(replace(c, coding=coding) if c.name in names else c for c in project.dataset.columns)  # type: ignore[arg-type]
    return adapt_to_dataset(project, open_dataset(replace(project.dataset, columns=columns)).choice)


def test_that_the_layer_is_an_embedding_of_each_category() -> None:
    layer = LAYERS["column_embedding"]
    params = {"columns": (1, 4, 6, 3), "most": 2}
    code = layer.code(params, ((10,),))
    names: dict[str, object] = {"torch": torch, "nn": nn}
    exec("\n".join(code.helpers), names)
    module = eval(code.init or "", names)
    rows = torch.randn(5, 10)
    rows[:, 1:5] = nn.functional.one_hot(torch.tensor([0, 3, 1, 1, 2]), 4)
    rows[:, 6:9] = nn.functional.one_hot(torch.tensor([2, 0, 1, 0, 2]), 3)
    rows[4, 6:9] = 0  # a value that was never seen
    out = module(rows)
    assert out.shape == (5, 10 - 4 - 3 + 2 + 2)
    first = nn.Embedding.from_pretrained(module.tables[0].weight.T)
    assert torch.allclose(out[:, 1:3], first(torch.tensor([0, 3, 1, 1, 2])))
    assert torch.equal(out[:, 0], rows[:, 0])
    assert torch.equal(out[:, 3], rows[:, 5])
    assert torch.equal(out[:, -1], rows[:, 9])
    assert torch.equal(out[4, 4:6], torch.zeros(2))


def test_that_a_chosen_column_brings_its_layer_and_goes_with_it(project: Project) -> None:
    embedded = coded(project, "embedding", "town", "size")
    assert embedded.dataset is not None
    facts = embedded.dataset.facts
    assert facts is not None
    assert facts.embedded == (1, 12, 13, 3)
    assert facts.input_shape == (16,)
    assert embedded.graphs[MAIN].node("column_embedding_1").params["columns"] == ()  # the data decide
    analysis, problems = check_project(embedded)
    assert analysis is not None
    assert problems == ()
    assert analysis.nodes["column_embedding_1"].given == {"columns": (1, 12, 13, 3)}
    assert analysis.nodes["column_embedding_1"].output == (1 + 6 + 2,)
    source = network_source(embedded.graphs[MAIN], analysis, LAYERS).text
    assert "self.columns1 = ColumnEmbedding([1, 12, 0, 3, 0], 8)" in source
    plain = coded(embedded, "one_hot", "town", "size")
    assert "column_embedding_1" not in plain.graphs[MAIN]
    assert plain.dataset is not None
    assert plain.dataset.facts is not None
    assert plain.dataset.facts.embedded == ()


def test_that_an_edited_network_is_offered_the_layer(project: Project) -> None:
    graph = project.graphs[MAIN]
    nodes = tuple(
        replace(n, params={**n.params, "out_features": 5}) if n.id == "linear_1" else n for n in graph.nodes
    )
    edited = coded(project.with_graph(replace(graph, nodes=nodes)), "embedding", "town")
    (problem,) = check_project(edited)[1]
    assert problem.message == (
        "“town” is to become a few learnt numbers, but no layer of the network makes them, so it goes in as "
        "one input per value. Add “Column embedding” behind the input."
    )
    assert problem.severity == "warning"
    (fix,) = problem.fixes
    mended = fix.edit(edited)
    analysis, problems = check_project(mended)
    assert problems == ()
    assert analysis is not None
    assert analysis.nodes["linear_1"].inputs == ((1 + 6 + 3,),)


def test_that_it_trains_and_its_checkpoint_answers(project: Project, run: Run) -> None:
    embedded = coded(project, "embedding", "town")
    wanted = replace(embedded, recipe=replace(embedded.recipe, device="cpu", epochs=12, patience=None))
    done = finished(run(wanted))
    assert done.checkpoint is not None
    rows = tuple({"mass": 0.0, "town": f"town {i}", "size": "s"} for i in (0, 1, 99))
    (answer,) = [a for a in ask(Predict(done.checkpoint, rows)) if isinstance(a, Predicted)]
    assert [p.prediction for p in answer.predictions[:2]] == ["a", "b"]
    assert answer.predictions[2].problem is None
    assert "“town 99” was never seen in “town”" in answer.predictions[2].remarks[0]
