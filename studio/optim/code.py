"""The PyTorch that a person would write for a recipe. The engine runs it, the exported script shows it."""

from __future__ import annotations

from studio.core.params import ParamValue, check_params
from studio.core.project import Setting
from studio.optim.catalogue import LOSSES, OPTIMIZERS, SCHEDULES
from studio.optim.entries import Counts, OptimizerType

# Where our default is not torch's. Held against torch's signatures in tests/conformance/test_optim.py.
_TORCH_DEFAULTS: dict[tuple[str, str], ParamValue] = {
    ("sgd", "momentum"): 0.0,
    ("muon", "adjust_lr_fn"): "original",
}


def optimizer_code(setting: Setting, model: str = "model", *, fused: bool = False) -> str:
    """A torch expression for an optimizer of all of the model's parameters.

    It gives one optimizer; for an optimizer of matrices (Muon) a list of two, to be stepped together.
    The values at torch's defaults are left out, but for the learning rate. `fused` asks for torch's
    one-kernel version where it has one.

    Raises: UnknownEntryError, ParamError.
    """
    entry = OPTIMIZERS[setting.type]
    params = check_params(entry.params, setting.params)
    words = [
        f"{name}={written(value)}"
        for name, value in params.items()
        if name == "lr" or value != _torch_default(entry, name)
    ]
    if not entry.matrices_only:
        if fused and entry.fused:
            words.append("fused=True")
        return f"torch.optim.{entry.torch_name}({', '.join([f'{model}.parameters()', *words])})"
    others = [f"{name}={written(params[name])}" for name in ("lr", "weight_decay") if name in params]
    if fused:
        others.append("fused=True")
    # Groups, because torch takes an empty group (a network without biases) but no empty list.
    return "\n".join(
        (
            "[",
            f"    torch.optim.{entry.torch_name}(",
            f'        [{{"params": [p for p in {model}.parameters() if p.ndim == 2]}}], {", ".join(words)}',
            "    ),",
            f"    torch.optim.AdamW(  # {entry.name} takes matrices only",
            f'        [{{"params": [p for p in {model}.parameters() if p.ndim != 2]}}], {", ".join(others)}',
            "    ),",
            "]",
        )
    )


def schedule_code(setting: Setting, lr: float, epochs: int, steps_per_epoch: int) -> str | None:
    """A torch expression for the learning-rate schedule of `optimizer`; None: the rate stays.

    Raises: UnknownEntryError, ParamError.
    """
    entry = SCHEDULES[setting.type]
    return entry.code(check_params(entry.params, setting.params), lr, epochs, steps_per_epoch)


def loss_code(setting: Setting, counts: Counts = Counts()) -> str:  # noqa: B008  a frozen value
    """A torch expression for the loss, with `torch` and `nn` in it.

    Raises: UnknownEntryError, ParamError.
    """
    entry = LOSSES[setting.type]
    return entry.code(check_params(entry.params, setting.params), counts)


def learning_rate(setting: Setting) -> float:
    """The learning rate of an optimizer as chosen. Raises: UnknownEntryError, ParamError."""
    value = check_params(OPTIMIZERS[setting.type].params, setting.params)["lr"]
    assert isinstance(value, float)
    return value


def written(value: ParamValue) -> str:
    """A parameter as Python, in the way that people write it: 1e-08, "cos", (0.9, 0.999)."""
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _torch_default(entry: OptimizerType, name: str) -> ParamValue:
    own = next(param.default for param in entry.params if param.name == name)
    return _TORCH_DEFAULTS.get((entry.id, name), own)
