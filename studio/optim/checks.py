"""What is wrong with a recipe by itself: values that contradict each other, or cannot be meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from studio.core.params import Param, ParamError, Params, ParamValue, check_params
from studio.core.problems import Fix, Problem
from studio.core.project import Recipe, Setting, Splits
from studio.optim.catalogue import OPTIMIZERS, SCHEDULES
from studio.optim.entries import OptimizerType
from studio.optim.recipe_edits import Entry, Part, SetParam, SetPart, SetRecipeValue, entries_of

_ABSURD_LR = 10.0  # nothing has been seen to learn with more, whatever the optimizer
_TIMES_USUAL = 100.0
_LARGEST_SEED = 2**32 - 1  # numpy takes no larger one, and torch none once epochs are counted in
_NEVER_LEARNS = 1e-6  # of the usual learning rate
_NO_MOMENTUM = {"adagrad", "adadelta", "adafactor", "asgd", "rprop"}  # have nothing for one-cycle to swing


def recipe_problems(recipe: Recipe, splits: Splits | None = None) -> tuple[Problem, ...]:
    """Everything in the recipe that stops or spoils training, without looking at network or data.

    `param` is the field of the recipe, or "optimizer.lr" and the like. With `splits` it is also said
    what waits for validation samples that there are none of.
    """
    problems = [*_plain_values(recipe)]
    parts = {part: _checked(part, getattr(recipe, part), problems) for part in _PARTS}
    optimizer, schedule = parts["optimizer"], parts["schedule"]
    if optimizer is not None:
        problems += _optimizer_conflicts(recipe, optimizer)
        problems += _learning_rate(OPTIMIZERS[recipe.optimizer.type], optimizer)
    if schedule is not None:
        problems += _schedule_conflicts(recipe, schedule, optimizer)
    if splits is not None and splits.validation <= 0:
        problems += _without_validation(recipe)
    problems += _balanced_twice(recipe)
    return tuple(problems)


_PARTS: tuple[Part, ...] = ("loss", "optimizer", "schedule")
_SAFE_PART: Mapping[Part, str] = {"optimizer": "adamw", "schedule": "constant", "loss": "cross_entropy"}


def _checked(part: Part, setting: Setting, problems: list[Problem]) -> Params | None:
    """The part's parameters in their normal form; None, with the problem noted, where that fails."""
    entry = entries_of(part).get(setting.type)
    if entry is None:
        noun = {"optimizer": "optimizer", "schedule": "learning-rate schedule", "loss": "loss"}[part]
        fixes: tuple[Fix, ...] = ()
        if part != "loss":  # which loss fits, only the kind knows
            safe = _SAFE_PART[part]
            fixes = (Fix(f"Use {entries_of(part)[safe].name}", SetPart(part, safe)),)
        problems.append(
            Problem(
                f"unknown-{part}",
                f"This Lantern has no {noun} called “{setting.type}”. Choose another one.",
                param=part,
                fixes=fixes,
            )
        )
        return None
    found = [p for p in (_refused(part, entry, param, setting.params) for param in entry.params) if p]
    problems += found
    return None if found else check_params(entry.params, setting.params)


def _refused(part: Part, entry: Entry, param: Param, values: Params) -> Problem | None:
    if param.name not in values:
        return None
    try:
        param.check(values[param.name])
    except ParamError as error:
        return Problem(
            "bad-value",
            f"{entry.name}: {error}",
            param=f"{part}.{param.name}",
            fixes=(Fix(f"Set it to {_shown(param.default)}", SetParam(part, param.name, param.default)),),
        )
    return None


def _shown(value: ParamValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(f"{v:g}" for v in value)
    return f"{value:g}" if isinstance(value, int | float) else str(value)


# -- plain values -------------------------------------------------------------------------------------


def _plain_values(recipe: Recipe) -> Iterator[Problem]:
    clip_norm, clip_value, patience = recipe.clip_norm, recipe.clip_value, recipe.patience
    checks: tuple[tuple[str, bool, str, int | float | None], ...] = (
        ("batch_size", recipe.batch_size >= 1, "The batch size must be 1 or more", 64),
        ("epochs", recipe.epochs >= 1, "The number of epochs must be 1 or more", 10),
        ("l1", recipe.l1 >= 0, "The L1 factor must be 0 or more", 0.0),
        ("clip_norm", clip_norm is None or clip_norm > 0, "Clipping needs a norm above 0", None),
        ("clip_value", clip_value is None or clip_value > 0, "Clipping needs a value above 0", None),
        ("patience", patience is None or patience >= 1, "The patience must be 1 epoch or more", None),
        ("seed", 0 <= recipe.seed <= _LARGEST_SEED, f"The seed must be from 0 to {_LARGEST_SEED}", 0),
    )
    for name, fine, message, value in checks:
        if not fine:
            received = getattr(recipe, name)
            text = "Switch it off" if value is None else f"Set it to {value:g}"
            yield Problem(
                "bad-value",
                f"{message}; it is {received:g}. {text}.",
                param=name,
                fixes=(Fix(text, SetRecipeValue(name, value)),),
            )
    if recipe.l1 > 1:
        yield Problem(
            "l1-too-large",
            f"An L1 factor of {recipe.l1:g} presses all weights to zero before anything is learnt. "
            "Try 0.00001.",
            param="l1",
            fixes=(Fix("Set L1 to 0.00001", SetRecipeValue("l1", 1e-5)),),
            severity="warning",
        )


# -- optimizer ----------------------------------------------------------------------------------------


def _optimizer_conflicts(recipe: Recipe, params: Params) -> Iterator[Problem]:
    kind = recipe.optimizer.type
    if kind == "sgd" and params["nesterov"]:
        if not params["momentum"]:
            yield Problem(
                "nesterov-without-momentum",
                "SGD: Nesterov looks ahead along the momentum, but the momentum is 0. Set a momentum such as "
                "0.9, or switch Nesterov off.",
                param="optimizer.nesterov",
                fixes=(
                    Fix("Set momentum to 0.9", SetParam("optimizer", "momentum", 0.9)),
                    Fix("Switch Nesterov off", SetParam("optimizer", "nesterov", False)),
                ),
            )
        if params["dampening"]:
            yield Problem(
                "nesterov-with-dampening",
                "SGD: Nesterov works only without dampening. Set the dampening to 0, or switch Nesterov off.",
                param="optimizer.dampening",
                fixes=(
                    Fix("Set dampening to 0", SetParam("optimizer", "dampening", 0.0)),
                    Fix("Switch Nesterov off", SetParam("optimizer", "nesterov", False)),
                ),
            )
    if kind == "rprop":
        yield from _rprop_conflicts(params)


def _rprop_conflicts(params: Params) -> Iterator[Problem]:
    etas, sizes = params["etas"], params["step_sizes"]
    assert isinstance(etas, tuple)
    assert isinstance(sizes, tuple)
    if not etas[0] < 1 < etas[1]:
        yield Problem(
            "rprop-etas",
            "Rprop: steps must shrink by the first number and grow by the second, but they are "
            f"{_shown(etas)}. Use a number below 1, then one above 1.",
            param="optimizer.etas",
            fixes=(Fix("Set them to 0.5 and 1.2", SetParam("optimizer", "etas", (0.5, 1.2))),),
        )
    if not sizes[0] < sizes[1]:
        yield Problem(
            "rprop-step-sizes",
            f"Rprop: the smallest step must be below the largest, but they are {_shown(sizes)}.",
            param="optimizer.step_sizes",
            fixes=(Fix("Set them to 0.000001 and 50", SetParam("optimizer", "step_sizes", (1e-6, 50.0))),),
        )
    yield Problem(
        "rprop-in-batches",
        "Rprop compares the signs of two gradients in a row, which batches make random. It works when all "
        "samples fit into one batch; otherwise choose another optimizer.",
        param="optimizer",
        fixes=(Fix("Use AdamW", SetPart("optimizer", "adamw")),),
        severity="warning",
    )


def calmer_rate(optimizer: Setting) -> float | None:
    """The learning rate to try once the loss has exploded: a tenth, or the usual one where a tenth would
    still be far too large. None: this optimizer has none."""
    rate, entry = optimizer.params.get("lr"), OPTIMIZERS.get(optimizer.type)
    if entry is None or not isinstance(rate, int | float) or rate <= 0:
        return None
    usual = next(p.default for p in entry.params if p.name == "lr")
    assert isinstance(usual, int | float)
    return float(usual) if _far_too_large(rate / 10, usual) else float(f"{rate / 10:.3g}")


def _far_too_large(rate: float, usual: float) -> bool:
    return rate > _ABSURD_LR or rate >= _TIMES_USUAL * usual


def _learning_rate(entry: OptimizerType, params: Params) -> Iterator[Problem]:
    lr = params["lr"]
    usual = next(p.default for p in entry.params if p.name == "lr")
    assert isinstance(lr, int | float)
    assert isinstance(usual, int | float)
    fixes = (Fix(f"Set the learning rate to {usual:g}", SetParam("optimizer", "lr", usual)),)
    if _far_too_large(lr, usual):
        yield Problem(
            "learning-rate-too-large",
            f"A learning rate of {lr:g} is far too large for {entry.name}: the loss will probably explode. "
            f"Usual is {usual:g}.",
            param="optimizer.lr",
            fixes=fixes,
            severity="warning",
        )
    elif lr <= _NEVER_LEARNS * usual:
        yield Problem(
            "learning-rate-too-small",
            f"With a learning rate of {lr:g}, {entry.name} hardly moves the weights at all. "
            f"Usual is {usual:g}.",
            param="optimizer.lr",
            fixes=fixes,
            severity="warning",
        )


# -- schedule -----------------------------------------------------------------------------------------


def _schedule_conflicts(recipe: Recipe, params: Params, optimizer: Params | None) -> Iterator[Problem]:
    kind = recipe.schedule.type
    lr = optimizer["lr"] if optimizer is not None else None
    if kind == "one_cycle" and params["cycle_momentum"] and recipe.optimizer.type in _NO_MOMENTUM:
        name = OPTIMIZERS[recipe.optimizer.type].name
        yield Problem(
            "no-momentum-to-swing",
            f"One cycle: it should swing the momentum too, but {name} has none. Switch that off.",
            param="schedule.cycle_momentum",
            fixes=(Fix("Leave the momentum alone", SetParam("schedule", "cycle_momentum", False)),),
        )
    for name in ("eta_min", "min_lr"):
        floor = params.get(name)
        if isinstance(floor, int | float) and isinstance(lr, int | float) and floor >= lr > 0:
            yield Problem(
                "floor-above-learning-rate",
                f"{SCHEDULES[kind].name}: the lowest learning rate, {floor:g}, is not below the learning "
                f"rate, {lr:g}, so it would not fall. Set it to 0.",
                param=f"schedule.{name}",
                fixes=(Fix("Set the lowest learning rate to 0", SetParam("schedule", name, 0.0)),),
                severity="warning",
            )
    yield from _too_long(recipe, params)


def _too_long(recipe: Recipe, params: Params) -> Iterator[Problem]:
    """Schedules that would do nothing, or only their beginning, in a run as short as this."""
    kind, epochs = recipe.schedule.type, recipe.epochs
    if epochs < 1:
        return
    warmup = params.get("warmup_epochs")
    if kind == "linear_warmup" and isinstance(warmup, int | float) and warmup >= epochs and epochs > 1:
        shorter = float(f"{max(epochs / 10, 0.1):.2g}")
        yield Problem(
            "warmup-fills-the-run",
            f"Linear warm-up: {warmup:g} epochs of warm-up fill the whole run of {epochs}. Warm up for "
            f"{shorter:g}, or train longer.",
            param="schedule.warmup_epochs",
            fixes=(Fix(f"Warm up for {shorter:g}", SetParam("schedule", "warmup_epochs", shorter)),),
            severity="warning",
        )
    first: ParamValue = params.get("step_size")
    milestones = params.get("milestones")
    if isinstance(milestones, tuple) and milestones:
        first = min(milestones)
    if isinstance(first, int) and first >= epochs and epochs > 1:
        name = "milestones" if kind == "multi_step" else "step_size"
        middle = max(1, epochs // 2)
        value: ParamValue = (middle,) if kind == "multi_step" else middle
        yield Problem(
            "schedule-never-acts",
            f"{SCHEDULES[kind].name}: the learning rate would first fall after epoch {first}, but the run "
            f"ends after {epochs}. Let it fall earlier, or train longer.",
            param=f"schedule.{name}",
            fixes=(Fix(f"Fall after epoch {middle}", SetParam("schedule", name, value)),),
            severity="warning",
        )


def _balanced_twice(recipe: Recipe) -> Iterator[Problem]:
    name = next((n for n in ("class_weights", "pos_weight") if recipe.loss.params.get(n)), "")
    if recipe.balanced and name:
        yield Problem(
            "balanced-twice",
            "Rare classes are drawn more often, and mistakes on them count more besides: together that is "
            "too much of a good thing. Keep one of the two.",
            param="balanced",
            fixes=(
                Fix("Draw all samples equally often", SetRecipeValue("balanced", False)),
                Fix("Let all mistakes count the same", SetParam("loss", name, False)),
            ),
            severity="warning",
        )


def _without_validation(recipe: Recipe) -> Iterator[Problem]:
    if recipe.patience is not None:
        yield Problem(
            "patience-without-validation",
            "Stopping early watches the validation loss, but no samples are kept for validation. Give the "
            "validation split a share, or switch stopping early off.",
            param="patience",
            fixes=(Fix("Switch stopping early off", SetRecipeValue("patience", None)),),
            severity="warning",
        )
    entry = SCHEDULES.get(recipe.schedule.type)
    if entry is not None and entry.advances == "validation":
        yield Problem(
            "schedule-without-validation",
            f"{entry.name} watches the validation loss, but no samples are kept for validation. Give the "
            "validation split a share, or choose another schedule.",
            param="schedule",
            fixes=(Fix("Use Cosine", SetPart("schedule", "cosine")),),
            severity="warning",
        )
