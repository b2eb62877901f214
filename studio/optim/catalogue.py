"""All optimizers, schedules and losses. A new one is one more entry in the file of its family."""

from __future__ import annotations

from studio.core.registry import Registry
from studio.optim.entries import LossType, OptimizerType, ScheduleType
from studio.optim.losses import LOSSES_IN_ORDER
from studio.optim.optimizers import OPTIMIZERS_IN_ORDER
from studio.optim.schedules import SCHEDULES_IN_ORDER

OPTIMIZERS: Registry[OptimizerType] = Registry("optimizer", OPTIMIZERS_IN_ORDER)
SCHEDULES: Registry[ScheduleType] = Registry("learning-rate schedule", SCHEDULES_IN_ORDER)
LOSSES: Registry[LossType] = Registry("loss", LOSSES_IN_ORDER)
