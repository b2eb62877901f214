"""The learning-rate schedules. Lengths that people think of in epochs are declared in epochs.

Each `code` gives what runs: one torch expression that fits every length of run, also a single step.
"""

from __future__ import annotations

from studio.core.params import Bool, Choice, Float, Int, Ints, Param, Params
from studio.optim.entries import ScheduleType

_MODULE = "torch.optim.lr_scheduler"


def _url(name: str) -> str:
    return f"https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.{name}.html"


def _number(params: Params, name: str) -> float:
    value = params[name]
    assert isinstance(value, int | float)
    return value


def _whole(params: Params, name: str) -> int:
    return int(_number(params, name))


def _call(name: str, **arguments: object) -> str:
    """A scheduler's constructor as a person would write it; arguments that are None are left out."""
    words = [f"{key}={_written(value)}" for key, value in arguments.items() if value is not None]
    return f"{_MODULE}.{name}({', '.join(['optimizer', *words])})"


def _written(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _unless(value: float, default: float) -> float | None:
    """The value, or None where torch would take it anyway."""
    return None if value == default else value


def _total(epochs: int, steps_per_epoch: int) -> int:
    return max(1, epochs * steps_per_epoch)


def _constant(params: Params, lr: float, epochs: int, steps_per_epoch: int) -> str | None:
    return None


def _step(params: Params, lr: float, epochs: int, steps_per_epoch: int) -> str:
    return _call("StepLR", step_size=_whole(params, "step_size"), gamma=_number(params, "gamma"))


def _multi_step(params: Params, lr: float, epochs: int, steps_per_epoch: int) -> str:
    milestones = params["milestones"]
    assert isinstance(milestones, tuple)
    return _call("MultiStepLR", milestones=sorted(set(milestones)), gamma=_number(params, "gamma"))


def _exponential(params: Params, lr: float, epochs: int, steps_per_epoch: int) -> str:
    return _call("ExponentialLR", gamma=_number(params, "gamma"))


def _cosine(params: Params, lr: float, epochs: int, steps_per_epoch: int) -> str:
    floor = _unless(_number(params, "eta_min"), 0.0)
    return _call("CosineAnnealingLR", T_max=_total(epochs, steps_per_epoch), eta_min=floor)


def _cosine_restarts(params: Params, lr: float, epochs: int, steps_per_epoch: int) -> str:
    factor = _whole(params, "T_mult")
    return _call(
        "CosineAnnealingWarmRestarts",
        T_0=_whole(params, "T_0") * max(1, steps_per_epoch),
        T_mult=None if factor == 1 else factor,
        eta_min=_unless(_number(params, "eta_min"), 0.0),
    )


def _one_cycle(params: Params, lr: float, epochs: int, steps_per_epoch: int) -> str:
    total = _total(epochs, steps_per_epoch)
    pct_start = _number(params, "pct_start")
    if pct_start * total <= 1:
        # torch divides by zero where there is no step to climb in; what is left is the way down.
        return _call("CosineAnnealingLR", T_max=total)
    strategy = params["anneal_strategy"]
    return _call(
        "OneCycleLR",
        max_lr=lr,
        total_steps=total,
        pct_start=_unless(pct_start, 0.3),
        anneal_strategy=None if strategy == "cos" else strategy,
        # Off unless asked for: torch's default would overwrite the optimizer's own momentum or betas,
        # and refuse optimizers that have none.
        cycle_momentum=None if params["cycle_momentum"] else False,
        div_factor=_unless(_number(params, "div_factor"), 25.0),
        final_div_factor=_unless(_number(params, "final_div_factor"), 1e4),
    )


def _linear_warmup(params: Params, lr: float, epochs: int, steps_per_epoch: int) -> str:
    total = _total(epochs, steps_per_epoch)
    warmup = min(total, max(1, round(_number(params, "warmup_epochs") * steps_per_epoch)))
    climb = _call("LinearLR", start_factor=_number(params, "start_factor"), total_iters=warmup)
    if params["afterwards"] == "constant" or warmup == total:
        return climb
    if params["afterwards"] == "cosine":
        descent = _call("CosineAnnealingLR", T_max=total - warmup)
    else:
        descent = _call("LinearLR", start_factor=1.0, end_factor=0.0, total_iters=total - warmup)
    return (
        f"{_MODULE}.SequentialLR(\n    optimizer,\n    [\n        {climb},\n        {descent},\n    ],\n"
        f"    milestones=[{warmup}],\n)"
    )


def _reduce_on_plateau(params: Params, lr: float, epochs: int, steps_per_epoch: int) -> str:
    cooldown = _whole(params, "cooldown")
    return _call(
        "ReduceLROnPlateau",
        factor=_number(params, "factor"),
        patience=_whole(params, "patience"),
        threshold=_unless(_number(params, "threshold"), 1e-4),
        cooldown=cooldown or None,
        min_lr=_unless(_number(params, "min_lr"), 0.0),
    )


def _gamma(default: float, when: str) -> Param:
    return Param(
        "gamma",
        "Factor",
        f"The learning rate is multiplied by this {when}.",
        Float(0.0, 1.0, above_minimum=True),
        default,
    )


_ETA_MIN = Param(
    "eta_min",
    "Lowest learning rate",
    "Where the curve ends. Keep it below the learning rate.",
    Float(0.0, 1.0, log=True),
    0.0,
    advanced=True,
)

SCHEDULES_IN_ORDER = (
    ScheduleType(
        "constant",
        "Constant",
        "The learning rate stays as it is.",
        "https://docs.pytorch.org/docs/stable/optim.html",
        (),
        _constant,
        "epoch",
    ),
    ScheduleType(
        "one_cycle",
        "One cycle",
        "Climbs to the learning rate, then falls to almost nothing. Learns much in few epochs.",
        _url("OneCycleLR"),
        (
            Param(
                "pct_start",
                "Share of climbing",
                "Which part of the run the learning rate climbs: 0.3 is the first third.",
                Float(0.01, 0.95),
                0.3,
            ),
            Param(
                "div_factor",
                "Start divisor",
                "The run begins at the learning rate divided by this.",
                Float(1.0, 1e6, log=True),
                25.0,
                advanced=True,
            ),
            Param(
                "final_div_factor",
                "End divisor",
                "The run ends at the starting rate divided by this.",
                Float(1.0, 1e9, log=True),
                1e4,
                advanced=True,
            ),
            Param(
                "anneal_strategy",
                "Shape",
                "How the learning rate climbs and falls.",
                Choice((("cos", "a smooth wave"), ("linear", "straight lines"))),
                "cos",
                advanced=True,
            ),
            Param(
                "cycle_momentum",
                "Swing the momentum too",
                "Keeps less of the last step while the learning rate is high. Only with momentum.",
                Bool(),
                False,
                advanced=True,
            ),
        ),
        _one_cycle,
        "step",
    ),
    ScheduleType(
        "cosine",
        "Cosine",
        "Falls along a smooth wave, from the learning rate to the lowest at the end of the run.",
        _url("CosineAnnealingLR"),
        (_ETA_MIN,),
        _cosine,
        "step",
    ),
    ScheduleType(
        "linear_warmup",
        "Linear warm-up",
        "Begins low and climbs in a straight line; then stays, or falls until the end.",
        _url("LinearLR"),
        (
            Param(
                "warmup_epochs",
                "Warm-up",
                "For how many epochs the learning rate climbs. Parts of an epoch are fine.",
                Float(0.0, 1e6),
                1.0,
            ),
            Param(
                "start_factor",
                "Start factor",
                "The run begins at the learning rate times this.",
                Float(0.0, 1.0, above_minimum=True),
                0.1,
                advanced=True,
            ),
            Param(
                "afterwards",
                "Afterwards",
                "What the learning rate does once it is warm.",
                Choice(
                    (
                        ("constant", "stays"),
                        ("cosine", "falls along a smooth wave"),
                        ("linear", "falls in a straight line"),
                    )
                ),
                "cosine",
            ),
        ),
        _linear_warmup,
        "step",
    ),
    ScheduleType(
        "step",
        "Step",
        "Falls in steps of the same length.",
        _url("StepLR"),
        (
            Param(
                "step_size",
                "Every",
                "After how many epochs the learning rate falls.",
                Int(1, 100_000),
                5,
            ),
            _gamma(0.1, "each time"),
        ),
        _step,
        "epoch",
    ),
    ScheduleType(
        "multi_step",
        "Multi-step",
        "Falls after the epochs that you choose.",
        _url("MultiStepLR"),
        (
            Param(
                "milestones",
                "After epochs",
                "After which epochs the learning rate falls.",
                Ints(1, 20, 1, 100_000),
                (5, 8),
            ),
            _gamma(0.1, "each time"),
        ),
        _multi_step,
        "epoch",
    ),
    ScheduleType(
        "exponential",
        "Exponential",
        "Falls a little after every epoch.",
        _url("ExponentialLR"),
        (_gamma(0.9, "after every epoch"),),
        _exponential,
        "epoch",
    ),
    ScheduleType(
        "cosine_restarts",
        "Cosine with restarts",
        "Falls along a smooth wave and jumps back up, again and again.",
        _url("CosineAnnealingWarmRestarts"),
        (
            Param(
                "T_0",
                "First wave",
                "How many epochs the first wave lasts.",
                Int(1, 100_000),
                5,
            ),
            Param(
                "T_mult",
                "Growth",
                "Each wave lasts this many times as long as the one before.",
                Int(1, 10),
                1,
            ),
            _ETA_MIN,
        ),
        _cosine_restarts,
        "step",
    ),
    ScheduleType(
        "reduce_on_plateau",
        "Reduce on plateau",
        "Falls when the validation loss has stopped getting better.",
        _url("ReduceLROnPlateau"),
        (
            Param(
                "factor",
                "Factor",
                "The learning rate is multiplied by this each time.",
                Float(0.0, 0.99, above_minimum=True),
                0.1,
            ),
            Param(
                "patience",
                "Patience",
                "How many epochs without improvement are allowed.",
                Int(0, 100_000),
                3,  # torch's 10 is as long as most runs here
            ),
            Param(
                "threshold",
                "Smallest improvement",
                "A validation loss counts as better when it falls by at least this share.",
                Float(0.0, 1.0, log=True),
                1e-4,
                advanced=True,
            ),
            Param(
                "cooldown",
                "Rest",
                "How many epochs to wait after each fall before watching again.",
                Int(0, 100_000),
                0,
                advanced=True,
            ),
            Param(
                "min_lr",
                "Lowest learning rate",
                "The learning rate never falls below this.",
                Float(0.0, 1.0, log=True),
                0.0,
                advanced=True,
            ),
        ),
        _reduce_on_plateau,
        "validation",
    ),
)
