"""The document: undo, merging, the dataset that follows the project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from studio.core.project import Project, Splits
from studio.data.opening import recognise
from studio.kinds.new_project import infer_kind, new_project
from studio.ui.document import Document


def project_for(location: str) -> Project:
    choice = recognise(location)
    assert choice.facts is not None
    return new_project(infer_kind(choice.facts, choice.source), choice)


@pytest.fixture
def document(qtbot: QtBot) -> Iterator[Document]:
    made = Document()
    yield made
    made.stop()


def opened(document: Document, qtbot: QtBot, location: str) -> Project:
    with qtbot.waitSignal(document.dataset_changed, check_params_cb=lambda: document.dataset is not None):
        document.open_project(project_for(location), None)
    assert document.project is not None
    return document.project


def with_batch(project: Project, size: int) -> Project:
    return replace(project, recipe=replace(project.recipe, batch_size=size))


def test_that_a_push_can_be_undone_and_redone(document: Document, qtbot: QtBot) -> None:
    before = opened(document, qtbot, "iris")
    document.push(with_batch(before, 7), "Change batch size")
    assert document.project is not None
    assert document.project.recipe.batch_size == 7
    assert document.modified
    assert document.undo_stack.undoText() == "Change batch size"
    document.undo_stack.undo()
    assert document.project == before
    assert not document.modified
    document.undo_stack.redo()
    assert document.project.recipe.batch_size == 7


def test_that_a_drag_becomes_one_undo_step_and_other_edits_do_not(document: Document, qtbot: QtBot) -> None:
    start = opened(document, qtbot, "iris")
    for size in (10, 11, 12):
        document.push(with_batch(start, size), "Change batch size", merge="drag 1")
    assert document.undo_stack.count() == 1
    document.push(with_batch(start, 20), "Change batch size", merge="drag 2")
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    assert document.project is not None
    assert document.project.recipe.batch_size == 12
    document.undo_stack.undo()
    assert document.project == start


def test_that_an_edit_without_a_change_is_no_undo_step(document: Document, qtbot: QtBot) -> None:
    project = opened(document, qtbot, "iris")
    document.push(replace(project), "Nothing")
    assert document.undo_stack.count() == 0


def test_that_a_drag_back_to_the_start_leaves_nothing_to_undo(document: Document, qtbot: QtBot) -> None:
    start = opened(document, qtbot, "iris")
    document.push(with_batch(start, 10), "Change batch size", merge="drag")
    document.push(start, "Change batch size", merge="drag")
    assert document.undo_stack.count() == 0


def test_that_analysis_and_problems_follow_each_change(document: Document, qtbot: QtBot) -> None:
    project = opened(document, qtbot, "iris")
    assert document.analysis is not None
    assert document.analysis.ok
    graph = project.graph
    with qtbot.waitSignal(document.analysis_changed):
        document.push(project.with_graph(replace(graph, edges=graph.edges[:-1])), "Cut a wire")
    assert not document.analysis.ok
    assert any(problem.severity == "error" for problem in document.problems)


def test_that_undo_finds_a_dataset_again_without_opening_it_anew(document: Document, qtbot: QtBot) -> None:
    project = opened(document, qtbot, "iris")
    first = document.dataset
    assert project.dataset is not None
    other = replace(project, dataset=replace(project.dataset, splits=Splits(0.6, 0.2, 0.2)))
    with qtbot.waitSignal(document.dataset_changed, check_params_cb=lambda: document.dataset is not None):
        document.push(other, "Change the parts")
    assert document.dataset is not first
    document.undo_stack.undo()
    assert document.dataset is first


def test_that_another_picture_size_changes_the_facts_in_the_same_undo_step(
    document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    for label in ("cat", "dog"):
        (tmp_path / label).mkdir()
        for number in range(6):
            Image.new("RGB", (40, 40), (number * 30, 0, 0)).save(tmp_path / label / f"{number}.png")
    project = opened(document, qtbot, str(tmp_path))
    assert project.dataset is not None
    assert project.dataset.facts is not None
    before = project.dataset.facts.input_shape
    sized = replace(project.dataset, options={**project.dataset.options, "size": 16})
    with qtbot.waitSignal(document.dataset_changed, check_params_cb=lambda: document.dataset is not None):
        document.push(replace(project, dataset=sized), "Change picture size")
    assert document.project is not None
    assert document.project.dataset is not None
    assert document.project.dataset.facts is not None
    assert document.project.dataset.facts.input_shape[1:] == (16, 16)
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.project.dataset.facts is not None
    assert document.project.dataset.facts.input_shape == before


def test_that_a_vanished_folder_is_told_and_stays_a_project(
    document: Document, qtbot: QtBot, tmp_path: Path
) -> None:
    project = project_for("iris")
    assert project.dataset is not None
    lost = replace(project, dataset=replace(project.dataset, source="csv", location=str(tmp_path / "no.csv")))
    with qtbot.waitSignal(document.dataset_failed) as failed:
        document.open_project(lost, None)
    assert failed.args is not None
    assert failed.args[0].code == "missing"
    assert document.dataset is None
    assert "data-missing" in [problem.code for problem in document.problems]
    document.push(with_batch(lost, 7), "Change batch size")  # does not try again at each edit
    assert not document.opening_dataset


def test_that_the_answer_to_an_earlier_question_is_dropped(document: Document, qtbot: QtBot) -> None:
    document.open_project(project_for("fashion-mnist"), None)
    with qtbot.waitSignal(document.dataset_changed, check_params_cb=lambda: document.dataset is not None):
        document.open_project(project_for("iris"), None)
    assert document.dataset is not None
    assert document.dataset.choice.location == "iris"


def test_that_cancelling_leaves_a_way_to_read_again(document: Document, qtbot: QtBot) -> None:
    document.open_project(project_for("wine"), None)
    with qtbot.waitSignal(document.dataset_failed) as failed:
        document.cancel_opening()
    assert failed.args is not None
    assert str(failed.args[0]) == "Reading the dataset was stopped. Read it again to go on."
    with qtbot.waitSignal(document.dataset_changed, check_params_cb=lambda: document.dataset is not None):
        document.reopen_dataset()
    assert len(document.dataset or ()) == 178
