"""A detector's output: as many channels as it has things to say of each place, on a grid."""

from __future__ import annotations

import pytest

from studio.core.project import DatasetChoice, DatasetFacts, Project
from studio.graph import edits
from studio.kinds.new_project import new_project
from studio.kinds.project_check import check_project
from studio.layers.catalogue import LAYERS

FACTS = DatasetFacts((3, 96, 96), ("cup", "pen", "key"), 500, boxes=4)


@pytest.fixture
def project() -> Project:
    return new_project("object-detection", DatasetChoice("bundled", "clothes-scenes", facts=FACTS))


def only_problem(project: Project) -> tuple[str, tuple[str, ...], Project]:
    _, (problem,) = check_project(project)
    return problem.message, tuple(fix.text for fix in problem.fixes), problem.fixes[0].edit(project)


def test_that_the_number_of_channels_is_named_and_set_at_the_last_convolution(project: Project) -> None:
    last = [node for node in project.graph.nodes if node.type == "conv2d"][-1]
    spoilt = project.with_graph(edits.set_param(project.graph, last.id, "out_channels", 5))
    message, fixes, mended = only_problem(spoilt)
    assert message == (
        "“Boxes and classes” gives 5 numbers, but 8 numbers are needed for each place of a grid: 3 classes, "
        "4 edges of the box, and how well it fits. Set its output channels to 8."
    )
    assert fixes[0] == "Set output channels to 8"
    assert check_project(mended)[1] == ()


def test_that_any_grid_will_do_but_a_single_cell(project: Project) -> None:
    first = next(node for node in project.graph.nodes if node.type == "conv2d")
    finer = project.with_graph(edits.set_param(project.graph, first.id, "stride", 1))
    analysis, problems = check_project(finer)
    assert problems == ()
    assert analysis is not None
    assert analysis.output == (8, 24, 24)
    single = project.with_graph(edits.set_param(project.graph, first.id, "stride", 96))
    message, fixes, mended = only_problem(single)
    assert "a result of 8×1×1 arrives" in message
    assert fixes == ("Insert Upsample before “Output”",)
    assert check_project(mended)[1] == ()


def test_that_a_list_of_numbers_can_be_made_a_grid(project: Project) -> None:
    graph = project.graph
    flat, _ = edits.splice(graph, LAYERS, graph.inputs_of("output")[0], LAYERS["flatten"])
    _, fixes, mended = only_problem(project.with_graph(flat))
    assert fixes[0] == "Insert Linear and Unflatten before “Output”"
    assert check_project(mended)[1] == ()
