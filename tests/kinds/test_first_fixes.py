"""Ready networks, spoilt in one place or a few: first buttons alone make them well, and nothing worse."""

from __future__ import annotations

import random

import pytest

from studio.core.problems import Problem
from studio.core.project import Project
from studio.kinds.project_check import check_project
from tests.kinds.broken_projects import network_edits, ready_projects, recipe_edits

CLICKS = 12  # more for one thing that was spoilt would be a walk without end
SPOILT = 5  # things in one network, at most
READY = ready_projects()
EVERY = 17  # of some 14,000 spoilt projects; `-m slow` tries them all


def key(problem: Problem) -> tuple[str, str | None, str | None]:
    return problem.code, problem.node, problem.param


def problems(project: Project) -> tuple[Problem, ...]:
    return check_project(project)[1]


def spoilt(project: Project) -> list[tuple[str, Project]]:
    return [*network_edits(project), *recipe_edits(project)]


def hold_each_first_fix(what: str, project: Project) -> None:
    """The fix takes its problem away, and brings about no warning that was not there."""
    before = problems(project)
    known = {key(problem) for problem in before}
    for problem in before:
        assert problem.fixes, f"{what}: no way out of “{problem.message}”"
        fix = problem.fixes[0]
        after = problems(fix.edit(project))
        told = f"{what}: “{problem.message}” -> {fix.text}"
        assert key(problem) not in {key(p) for p in after}, told
        new = [p.message for p in after if p.severity == "warning" and key(p) not in known]
        assert new == [], told


def walk(what: str, project: Project, clicks: int = CLICKS) -> None:
    """Clicks the first button of the first problem until there is none, and comes nowhere twice."""
    states, texts = [project], []
    while found := problems(states[-1]):
        fix = found[0].fixes[0]
        texts.append(fix.text)
        assert len(texts) <= clicks, f"{what}: {texts}"
        after = fix.edit(states[-1])
        assert after not in states, f"{what}: {texts} lead back"
        states.append(after)


@pytest.mark.parametrize("name", list(READY))
def test_that_ready_projects_have_no_problem(name: str) -> None:
    assert problems(READY[name]) == ()


@pytest.mark.parametrize("name", list(READY))
def test_that_every_first_fix_mends_and_causes_no_new_warning(name: str) -> None:
    for what, project in spoilt(READY[name])[::EVERY]:
        hold_each_first_fix(what, project)
        walk(what, project)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(READY))
def test_that_every_first_fix_of_every_spoilt_project_mends(name: str) -> None:
    for what, project in spoilt(READY[name]):
        hold_each_first_fix(what, project)
        walk(what, project)


@pytest.mark.parametrize("name", list(READY))
def test_that_first_fixes_make_a_network_well_that_was_spoilt_in_several_places(name: str) -> None:
    dice = random.Random(name)  # the same every time
    for _ in range(6):
        project, said = READY[name], []
        for _ in range(dice.randint(2, SPOILT)):
            choices = list(network_edits(project) if dice.random() < 0.8 else recipe_edits(project))
            what, project = dice.choice(choices)
            said.append(what)
        walk("; ".join(said), project, CLICKS * SPOILT)
