"""Every optimizer, schedule and loss, held against torch."""

from __future__ import annotations

import inspect
import itertools
import warnings
from typing import Any

import pytest
import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from studio.core.params import Choice, Float, Floats, Int, defaults
from studio.core.project import Setting
from studio.engine.detection.loss import DetectionLoss
from studio.optim.catalogue import LOSSES, OPTIMIZERS, SCHEDULES
from studio.optim.code import learning_rate, loss_code, optimizer_code, schedule_code
from studio.optim.entries import Counts, LossType, OptimizerType, ScheduleType

OFFERED = [o for o in OPTIMIZERS if hasattr(torch.optim, o.torch_name)]
RUNS = [(1, 1), (1, 2), (1, 3), (2, 2), (3, 1), (1, 10), (5, 7), (10, 1), (12, 4)]


def evaluated(code: str, **names: object) -> Any:
    return eval(code, {"torch": torch, "nn": nn, "DetectionLoss": DetectionLoss, **names})


def small_model(bias: bool = True) -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(8, 16, bias=bias), nn.Tanh(), nn.Linear(16, 3, bias=bias))


def built(setting: Setting, model: nn.Module, fused: bool = False) -> list[torch.optim.Optimizer]:
    result = evaluated(optimizer_code(setting, fused=fused), model=model)
    return result if isinstance(result, list) else [result]


def losses_of(setting: Setting, fused: bool = False, bias: bool = True) -> list[float]:
    model = small_model(bias)
    inputs = torch.randn(64, 8, generator=torch.Generator().manual_seed(1))
    targets = inputs[:, :3].argmax(1)
    optimizers = built(setting, model, fused)
    losses = []
    for _ in range(30):
        loss = nn.functional.cross_entropy(model(inputs), targets)
        for optimizer in optimizers:
            optimizer.zero_grad()
        torch.autograd.backward(loss)
        for optimizer in optimizers:
            optimizer.step()
        losses.append(loss.item())
    return losses


def all_entries() -> list[OptimizerType | ScheduleType | LossType]:
    return [*OPTIMIZERS, *SCHEDULES, *LOSSES]


@pytest.mark.parametrize("entry", all_entries(), ids=lambda e: e.id)
def test_that_every_entry_explains_itself(entry: OptimizerType | ScheduleType | LossType) -> None:
    assert entry.help.endswith(".")
    assert entry.url.startswith("https://docs.pytorch.org/docs/stable/")
    for param in entry.params:
        assert param.help.endswith("."), param.name
        assert param.check(param.default) == param.default, param.name
    assert len({p.name for p in entry.params}) == len(entry.params)


@pytest.mark.parametrize("entry", OFFERED, ids=lambda e: e.id)
def test_that_every_optimizer_lowers_the_loss(entry: OptimizerType) -> None:
    losses = losses_of(Setting(entry.id))
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("entry", [o for o in OFFERED if o.fused], ids=lambda e: e.id)
def test_that_fused_optimizers_learn_the_same(entry: OptimizerType) -> None:
    assert losses_of(Setting(entry.id), fused=True) == pytest.approx(losses_of(Setting(entry.id)), abs=1e-4)


@pytest.mark.parametrize("entry", OFFERED, ids=lambda e: e.id)
def test_that_every_optimizer_takes_a_network_without_biases(entry: OptimizerType) -> None:
    losses = losses_of(Setting(entry.id), bias=False)
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("entry", OFFERED, ids=lambda e: e.id)
def test_that_every_parameter_of_an_optimizer_arrives(entry: OptimizerType) -> None:
    """Any other value than the default is found in torch's own record of it."""
    for param in entry.params:
        other = {
            bool: lambda v: not v,
            float: lambda v: v / 2 if 0 < v < 1 else v + 0.125 if v >= 0 else v / 2,
            int: lambda v: v + 1,
            tuple: lambda v: tuple(x * 0.9 for x in v),
            str: lambda v: "original",
        }[type(param.default)](param.default)
        params = {param.name: param.check(other)}
        if param.name == "nesterov" and "dampening" in {p.name for p in entry.params}:
            params["momentum"] = 0.5
        if param.name == "dampening":
            params["momentum"] = 0.5
        (group, *_) = built(Setting(entry.id, params), small_model())[0].param_groups
        arrived = group[param.name] or "original" if param.name == "adjust_lr_fn" else group[param.name]
        assert arrived == params[param.name], param.name


@pytest.mark.parametrize("entry", OFFERED, ids=lambda e: e.id)
def test_that_torch_takes_all_that_the_form_lets_through(entry: OptimizerType) -> None:
    for param in entry.params:
        rule = param.type
        if isinstance(rule, Float):
            ends: list[Any] = [rule.minimum + (1e-9 if rule.above_minimum else 0.0), rule.maximum]
        elif isinstance(rule, Floats):
            ends = [] if entry.id == "rprop" else [(rule.minimum,) * rule.length, (0.9999,) * rule.length]
        elif isinstance(rule, Int):
            ends = [rule.minimum, rule.maximum]
        else:
            ends = [option for option, _ in rule.options] if isinstance(rule, Choice) else [True, False]
        for end in ends:
            if (param.name, end) in {("nesterov", True), ("dampening", 1.0)}:
                continue  # recipe_problems sees to these
            built(Setting(entry.id, {param.name: param.check(end)}), small_model())


@pytest.mark.parametrize("entry", OFFERED, ids=lambda e: e.id)
def test_that_what_is_left_out_of_the_code_is_torchs_default(entry: OptimizerType) -> None:
    signature = inspect.signature(getattr(torch.optim, entry.torch_name).__init__)
    code = optimizer_code(Setting(entry.id)).split("AdamW(  #")[0]
    for param in entry.params:
        if f"{param.name}=" not in code:
            assert signature.parameters[param.name].default == param.default, param.name
        elif param.name != "lr":
            assert signature.parameters[param.name].default != param.default, param.name
    assert entry.params[0].name == "lr"
    assert "weight_decay" in {p.name for p in entry.params} or "weight_decay" not in signature.parameters


def test_that_the_code_is_what_a_person_would_write() -> None:
    assert (
        optimizer_code(Setting("adamw", {"lr": 0.002})) == "torch.optim.AdamW(model.parameters(), lr=0.002)"
    )
    setting = Setting("sgd", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 5e-4})
    assert optimizer_code(setting, "network") == (
        "torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.0005)"
    )
    assert optimizer_code(Setting("sgd", {"momentum": 0})) == "torch.optim.SGD(model.parameters(), lr=0.01)"


def test_that_muon_gets_the_matrices_and_adamw_the_rest() -> None:
    muon, adamw = built(Setting("muon"), nn.Sequential(nn.Conv2d(1, 2, 3), nn.Linear(4, 5)))
    assert [p.ndim for p in muon.param_groups[0]["params"]] == [2]
    assert [p.ndim for p in adamw.param_groups[0]["params"]] == [4, 1, 1]
    built(Setting("muon"), nn.Sequential(nn.Conv2d(1, 2, 3)))  # no matrix at all


# -- schedules ----------------------------------------------------------------------------------------


def rates(
    setting: Setting, epochs: int, steps: int, optimizer: Setting | None = None, losses: Any = None
) -> list[float]:
    """The learning rate of every step of a run, then the one that would come next."""
    optimizer = optimizer or Setting("sgd", {"lr": 0.1})
    (built_optimizer,) = built(optimizer, small_model())
    code = schedule_code(setting, learning_rate(optimizer), epochs, steps)
    schedule: LRScheduler | ReduceLROnPlateau | None = None
    if code is not None:
        schedule = evaluated(code, optimizer=built_optimizer)
    advances = SCHEDULES[setting.type].advances
    found = []
    for epoch in range(epochs):
        for _ in range(steps):
            found.append(built_optimizer.param_groups[0]["lr"])
            built_optimizer.step()
            if schedule is not None and advances == "step":
                schedule.step()
        if isinstance(schedule, ReduceLROnPlateau):
            schedule.step(losses[epoch] if losses else 1.0)
        elif schedule is not None and advances == "epoch":
            schedule.step()
    return [*found, built_optimizer.param_groups[0]["lr"]]


@pytest.mark.parametrize("entry", list(SCHEDULES), ids=lambda e: e.id)
def test_that_every_schedule_lasts_for_every_run(entry: ScheduleType) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # torch warns where a schedule is stepped wrongly
        for (epochs, steps), optimizer in itertools.product(RUNS, OFFERED):
            if optimizer.matrices_only:
                continue
            found = rates(Setting(entry.id), epochs, steps, Setting(optimizer.id))
            usual = learning_rate(Setting(optimizer.id))
            assert all(0 <= rate <= usual * (1 + 1e-9) for rate in found), (epochs, steps, optimizer.id)
            assert found[0] > 0


@pytest.mark.parametrize("entry", list(SCHEDULES), ids=lambda e: e.id)
def test_that_a_run_of_one_step_learns_something(entry: ScheduleType) -> None:
    assert rates(Setting(entry.id), 1, 1)[0] >= 0.01


def test_that_constant_stays() -> None:
    assert set(rates(Setting("constant"), 3, 3)) == {0.1}


def test_that_step_falls_every_few_epochs() -> None:
    found = rates(Setting("step", {"step_size": 2, "gamma": 0.5}), 5, 2)
    assert found == pytest.approx([0.1] * 4 + [0.05] * 4 + [0.025] * 3)


def test_that_milestones_may_come_in_any_order() -> None:
    found = rates(Setting("multi_step", {"milestones": (3, 1, 3), "gamma": 0.1}), 4, 1)
    assert found == pytest.approx([0.1, 0.01, 0.01, 0.001, 0.001])


def test_that_exponential_falls_after_every_epoch() -> None:
    assert rates(Setting("exponential", {"gamma": 0.5}), 3, 1) == pytest.approx([0.1, 0.05, 0.025, 0.0125])


@pytest.mark.parametrize(("epochs", "steps"), RUNS)
def test_that_cosine_reaches_its_floor(epochs: int, steps: int) -> None:
    found = rates(Setting("cosine", {"eta_min": 0.01}), epochs, steps)
    assert found[0] == pytest.approx(0.1)
    assert found[-1] == pytest.approx(0.01)
    assert found == sorted(found, reverse=True)


def test_that_restarts_jump_back_up() -> None:
    found = rates(Setting("cosine_restarts", {"T_0": 2, "T_mult": 2}), 6, 3)
    assert [found[0], found[6]] == pytest.approx([0.1, 0.1])
    assert found[5] < 0.01
    assert found[17] < 0.01


@pytest.mark.parametrize("pct_start", [0.01, 0.1, 0.25, 0.3, 0.5, 0.9, 0.95])
def test_that_one_cycle_climbs_falls_and_never_overruns(pct_start: float) -> None:
    for epochs, steps in RUNS:
        found = rates(Setting("one_cycle", {"pct_start": pct_start}), epochs, steps)
        assert max(found) <= 0.1 * (1 + 1e-9)
        if epochs * steps >= 10:
            assert max(found) > 0.05
            assert found[-2] < 0.02


def test_that_one_cycle_leaves_the_momentum_alone_unless_asked() -> None:
    for asked, momentum in ((False, 0.5), (True, 0.95)):
        (optimizer,) = built(Setting("sgd", {"momentum": 0.5}), small_model())
        code = schedule_code(Setting("one_cycle", {"cycle_momentum": asked}), 0.01, 5, 5)
        assert code is not None
        evaluated(code, optimizer=optimizer)
        assert optimizer.param_groups[0]["momentum"] == momentum


@pytest.mark.parametrize("afterwards", ["constant", "cosine", "linear"])
@pytest.mark.parametrize("warmup", [0.0, 0.3, 1.0, 2.5, 100.0])
def test_that_a_warm_up_fits_every_run(afterwards: str, warmup: float) -> None:
    for epochs, steps in RUNS:
        setting = Setting(
            "linear_warmup", {"warmup_epochs": warmup, "afterwards": afterwards, "start_factor": 0.1}
        )
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = rates(setting, epochs, steps)
        climb = min(max(1, round(warmup * steps)), epochs * steps)
        assert found[0] == pytest.approx(0.01)
        assert found[: climb + 1] == sorted(found[: climb + 1])
        assert found[climb] == pytest.approx(0.1)
        if climb < epochs * steps:
            assert found[-1] == pytest.approx(0.1 if afterwards == "constant" else 0.0, abs=1e-9)


def test_that_a_plateau_lowers_the_rate() -> None:
    setting = Setting("reduce_on_plateau", {"factor": 0.5, "patience": 1})
    found = rates(setting, 5, 1, losses=[3.0, 2.0, 2.0, 2.0, 2.0])
    assert found == pytest.approx([0.1, 0.1, 0.1, 0.1, 0.05, 0.05])


# -- losses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", list(LOSSES), ids=lambda e: e.id)
def test_that_every_loss_is_finite_and_pulls(entry: LossType) -> None:
    outputs = torch.randn(16, 3, generator=torch.Generator().manual_seed(0)).requires_grad_()
    labels = torch.arange(16) % 3
    targets = {
        "classes": labels,
        "binary": nn.functional.one_hot(labels, 3).float(),
        "numbers": torch.zeros(16, 3),
        "boxes": torch.tensor([[[1.0, 0.1, 0.1, 0.6, 0.7], [-1.0, 0.0, 0.0, 0.0, 0.0]]]).repeat(16, 1, 1),
    }[entry.target]
    if entry.target == "boxes":
        outputs = torch.randn(16, 7, 4, 4, generator=torch.Generator().manual_seed(0)).requires_grad_()
    fed = outputs.log_softmax(1) if entry.wants == "log_probabilities" else outputs
    variants = [Setting(entry.id)]
    for param in entry.params:
        variants.append(Setting(entry.id, {**defaults(entry.params), param.name: _other(param.default)}))
    values = set()
    for setting in variants:
        loss = evaluated(loss_code(setting, Counts.of_classes((6, 5, 0))))(fed, targets)
        (gradient,) = torch.autograd.grad(loss, outputs, retain_graph=True)
        assert torch.isfinite(loss)
        assert torch.isfinite(gradient).all()
        assert gradient.abs().sum() > 0
        values.add(round(loss.item(), 6))
    assert len(values) == len(variants)  # every parameter changes something


def _other(value: object) -> Any:
    if isinstance(value, str):
        return "iou"
    return not value if isinstance(value, bool) else 0.5


def test_that_class_weights_make_every_class_count_the_same() -> None:
    code = loss_code(Setting("cross_entropy", {"class_weights": True}), Counts.of_classes((90, 10)))
    assert code == "nn.CrossEntropyLoss(weight=torch.tensor([0.555556, 5.0]))"
    assert loss_code(Setting("cross_entropy", {"class_weights": True})) == "nn.CrossEntropyLoss()"
    assert loss_code(Setting("huber", {"delta": 2})) == "nn.HuberLoss(delta=2.0)"
