"""Recipes that contradict themselves are told so, with a fix that mends it."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from studio.core.params import defaults
from studio.core.project import Project, Recipe, Setting, Splits
from studio.optim.catalogue import LOSSES, OPTIMIZERS, SCHEDULES
from studio.optim.checks import calmer_rate, recipe_problems

GOOD = Recipe(Setting("cross_entropy"), Setting("adamw", {"lr": 1e-3}))


def sgd(**params: float) -> Recipe:
    return replace(GOOD, optimizer=Setting("sgd", params))


def scheduled(schedule: str, epochs: int = 10, **params: object) -> Recipe:
    return replace(GOOD, schedule=Setting(schedule, params), epochs=epochs)  # type: ignore[arg-type]


def mended(recipe: Recipe, fix: int = 0) -> Recipe:
    (problem,) = recipe_problems(recipe)
    edit = pickle.loads(pickle.dumps(problem.fixes[fix].edit))
    after: Project = edit(Project("image-classification", None, {}, recipe))
    return after.recipe


def test_that_all_defaults_are_without_problems() -> None:
    for optimizer in OPTIMIZERS:
        recipe = replace(GOOD, optimizer=Setting(optimizer.id, defaults(optimizer.params)))
        assert [p for p in recipe_problems(recipe) if p.severity == "error"] == []
    for schedule in SCHEDULES:
        assert recipe_problems(replace(GOOD, schedule=Setting(schedule.id))) == ()
    for loss in LOSSES:
        assert recipe_problems(replace(GOOD, loss=Setting(loss.id, defaults(loss.params)))) == ()


def test_that_nesterov_wants_momentum() -> None:
    recipe = sgd(lr=0.1, momentum=0.0, nesterov=True)
    (problem,) = recipe_problems(recipe)
    assert (problem.code, problem.param) == ("nesterov-without-momentum", "optimizer.nesterov")
    assert problem.message == (
        "SGD: Nesterov looks ahead along the momentum, but the momentum is 0. Set a momentum such as 0.9, or "
        "switch Nesterov off."
    )
    assert mended(recipe, 0).optimizer.params == {"lr": 0.1, "momentum": 0.9, "nesterov": True}
    assert mended(recipe, 1).optimizer.params == {"lr": 0.1, "momentum": 0.0, "nesterov": False}


def test_that_nesterov_wants_no_dampening() -> None:
    recipe = sgd(lr=0.1, nesterov=True, dampening=0.1)
    assert mended(recipe).optimizer.params["dampening"] == 0.0


@pytest.mark.parametrize(
    ("recipe", "code"),
    [
        (replace(GOOD, batch_size=0), "bad-value"),
        (replace(GOOD, epochs=0), "bad-value"),
        (replace(GOOD, epochs=-3), "bad-value"),
        (replace(GOOD, l1=-1.0), "bad-value"),
        (replace(GOOD, l1=5.0), "l1-too-large"),
        (replace(GOOD, clip_norm=0.0), "bad-value"),
        (replace(GOOD, clip_value=-1.0), "bad-value"),
        (replace(GOOD, patience=0), "bad-value"),
        (replace(GOOD, seed=-1), "bad-value"),
        (replace(GOOD, seed=2**40), "bad-value"),
        (sgd(lr=20.0), "learning-rate-too-large"),
        (replace(GOOD, optimizer=Setting("adam", {"lr": 0.5})), "learning-rate-too-large"),
        (replace(GOOD, optimizer=Setting("adam", {"lr": 1e-12})), "learning-rate-too-small"),
        (sgd(lr=-1.0), "bad-value"),
        (replace(GOOD, optimizer=Setting("adam", {"betas": (0.9, 1.0)})), "bad-value"),
        (replace(GOOD, optimizer=Setting("speedy")), "unknown-optimizer"),
        (scheduled("speedy"), "unknown-schedule"),
        (scheduled("cosine", eta_min=0.5), "floor-above-learning-rate"),
        (scheduled("step", step_size=10), "schedule-never-acts"),
        (scheduled("multi_step", milestones=(20, 30)), "schedule-never-acts"),
        (scheduled("linear_warmup", warmup_epochs=10.0), "warmup-fills-the-run"),
        (
            replace(
                GOOD,
                optimizer=Setting("adagrad"),
                schedule=Setting("one_cycle", {"cycle_momentum": True}),
            ),
            "no-momentum-to-swing",
        ),
    ],
)
def test_that_the_first_fix_of_every_problem_mends_it(recipe: Recipe, code: str) -> None:
    (problem,) = recipe_problems(recipe)
    assert problem.code == code
    assert problem.message.endswith(".")
    assert recipe_problems(mended(recipe)) == ()


def test_that_a_bad_value_is_told_at_its_place() -> None:
    (problem,) = recipe_problems(sgd(lr=-1.0))
    assert problem.param == "optimizer.lr"
    assert problem.message == "SGD: Learning rate: must be more than 0, received -1."
    assert problem.fixes[0].text == "Set it to 0.01"


def test_that_an_unknown_loss_is_told_without_guessing_another() -> None:
    (problem,) = recipe_problems(replace(GOOD, loss=Setting("focal")))
    assert problem.message == "This Lantern has no loss called “focal”. Choose another one."
    assert problem.fixes == ()


def test_that_rprop_in_batches_is_warned_of() -> None:
    recipe = replace(GOOD, optimizer=Setting("rprop"))
    (problem,) = recipe_problems(recipe)
    assert (problem.code, problem.severity) == ("rprop-in-batches", "warning")
    assert mended(recipe).optimizer == Setting("adamw", defaults(OPTIMIZERS["adamw"].params))


def test_that_rprop_must_shrink_and_grow() -> None:
    recipe = replace(GOOD, optimizer=Setting("rprop", {"etas": (1.5, 1.2), "step_sizes": (1.0, 0.5)}))
    codes = [p.code for p in recipe_problems(recipe)]
    assert codes == ["rprop-etas", "rprop-step-sizes", "rprop-in-batches"]


def test_that_without_validation_samples_nothing_can_watch_them() -> None:
    recipe = replace(scheduled("reduce_on_plateau"), patience=3)
    assert recipe_problems(recipe, Splits()) == ()
    problems = recipe_problems(recipe, Splits(0.8, 0.0, 0.2))
    assert [p.code for p in problems] == ["patience-without-validation", "schedule-without-validation"]


def test_that_a_run_of_one_epoch_is_no_reason_to_complain() -> None:
    for schedule in SCHEDULES:
        assert recipe_problems(scheduled(schedule.id, epochs=1)) == ()


@pytest.mark.parametrize(("rate", "calmer"), [(0.01, 0.001), (0.05, 0.005), (900.0, 0.01), (1e9, 0.01)])
def test_that_a_rate_which_exploded_is_followed_by_one_that_can_work(rate: float, calmer: float) -> None:
    assert calmer_rate(Setting("sgd", {"lr": rate})) == calmer


def test_that_an_optimizer_without_a_rate_has_no_calmer_one() -> None:
    assert calmer_rate(Setting("sgd", {})) is None
    assert calmer_rate(Setting("unheard-of", {"lr": 1.0})) is None
