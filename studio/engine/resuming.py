"""Going on from a checkpoint: the same next step as if the run had never ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from torch.optim import Optimizer

from studio.core.problems import LanternError
from studio.core.project import Project
from studio.engine import randomness
from studio.engine.checkpoint import Checkpoint, load_weights
from studio.engine.checkpoint_file import CheckpointError
from studio.engine.metrics import Tally
from studio.engine.session import Position, Scheduler, Session, advances


class NothingLeft(LanternError):
    """The checkpoint has trained for as many epochs as the recipe asks for."""


def resume(session: Session, checkpoint: Checkpoint, name: str, tally: Tally) -> tuple[str, ...]:
    """Puts the session where the checkpoint was. Returns what differs, in sentences.

    Raises: CheckpointError: other network; NothingLeft: there is no epoch left to train.
    """
    state = checkpoint.state
    load_weights(session.model, (state or {}).get("weights") or checkpoint.weights, name)
    if state is None:
        return (f"“{name}” holds only weights: training begins at the first epoch with them.",)
    try:
        notes = _restore(session, checkpoint.project, state, tally)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise CheckpointError(
            f"“{name}” cannot be gone on from: something in it is missing ({error}). Its weights can still "
            "be used; choose an earlier checkpoint to go on training.",
            "damaged",
        ) from error
    if session.position.epoch >= session.recipe.epochs:
        raise NothingLeft(
            f"“{name}” has trained for {session.position.epoch} epochs already, and the recipe asks for "
            f"{session.recipe.epochs}. Ask for more epochs to go on."
        )
    return notes


def _restore(session: Session, before: Project, state: Mapping[str, Any], tally: Tally) -> tuple[str, ...]:
    notes: list[str] = []
    for optimizer in session.optimizers:
        # The optimizer did step, before: without this torch warns of a schedule that moves first.
        optimizer._opt_called = True  # type: ignore[attr-defined]
    session.position = Position(**state["position"])
    same_epochs = state["steps_per_epoch"] == session.steps_per_epoch and (
        before.recipe.batch_size == session.recipe.batch_size
        and before.recipe.balanced == session.recipe.balanced
    )
    if same_epochs:
        session.sums.loss = float(state["sums"]["loss"])
        session.sums.samples = int(state["sums"]["samples"])
        tally.load_state(state["sums"]["tally"])
    elif session.position.step_in_epoch:
        session.position = replace(session.position, step_in_epoch=0)
        notes.append(
            "The batch size, the sampling or the data changed since the checkpoint, so the epoch it was in "
            "begins anew."
        )
    patience = session.recipe.patience
    if patience is not None and session.position.epochs_without_progress >= patience:
        session.position.epochs_without_progress = 0  # it ended early; whoever goes on grants patience anew
    notes += _restore_optimizers(session, before, state)
    best = state["best_weights"]
    if best is not None:
        session.best_weights = {key: tensor.to(session.torch_device) for key, tensor in best.items()}
    if not randomness.restore(state["random"], session.torch_device, session.augmentation_rng):
        notes.append(
            "The checkpoint comes from another type of device: random numbers go on differently from here."
        )
    if before.recipe.seed != session.recipe.seed:
        notes.append("The seed changed since the checkpoint: the order of the samples is another one now.")
    return tuple(notes)


def _restore_optimizers(session: Session, before: Project, state: Mapping[str, Any]) -> list[str]:
    then, now = before.recipe, session.recipe
    if then.optimizer.type != now.optimizer.type or len(state["optimizers"]) != len(session.optimizers):
        _catch_up(session)
        return ["The optimizer is another one than in the checkpoint: it begins without memory."]
    unchanged = (
        then.optimizer == now.optimizer
        and then.schedule == now.schedule
        and (then.epochs == now.epochs or now.schedule.type in ("constant", "step", "exponential"))
        and state["steps_per_epoch"] == session.steps_per_epoch
    )
    for optimizer, saved in zip(session.optimizers, state["optimizers"], strict=True):
        _load_optimizer(optimizer, saved, keep_settings=not unchanged)
    if unchanged:
        for scheduler, saved in zip(session.schedulers, state["schedulers"], strict=True):
            _load_scheduler(scheduler, saved)
        return []
    _catch_up(session)
    return ["The recipe changed since the checkpoint: the learning rate follows the new one from here."]


def _load_optimizer(optimizer: Optimizer, saved: Mapping[str, Any], *, keep_settings: bool) -> None:
    """Momenta and step counts from the checkpoint; learning rate and the like too, unless the recipe's
    new ones are to hold."""
    settings = [{k: v for k, v in group.items() if k != "params"} for group in optimizer.param_groups]
    optimizer.load_state_dict(dict(saved))
    if keep_settings:
        for group, own in zip(optimizer.param_groups, settings, strict=True):
            group.update(own)


def _load_scheduler(scheduler: Scheduler, saved: Mapping[str, Any]) -> None:
    """Only what moves; inner schedules likewise."""
    inner = saved.get("_schedulers", [])
    for name, value in saved.items():
        if name != "_schedulers":
            setattr(scheduler, name, value)
    for own, one in zip(getattr(scheduler, "_schedulers", []), inner, strict=True):
        _load_scheduler(own, one)


def _catch_up(session: Session) -> None:
    """Moves a schedule that was built anew to where the run stands."""
    rule = advances(session.recipe)
    if rule == "validation":
        return  # it waits for losses that are not there; it begins anew
    moves = session.position.step if rule == "step" else session.position.epoch
    total = session.recipe.epochs * session.steps_per_epoch if rule == "step" else session.recipe.epochs
    for scheduler in session.schedulers:
        for _ in range(min(moves, total)):
            scheduler.step()  # type: ignore[call-arg]
