"""The engine's front door: plain requests in, plain events out. It knows neither threads nor windows."""

from __future__ import annotations

import traceback
from collections.abc import Callable

from studio.core.params import ParamError
from studio.core.problems import LanternError
from studio.engine.control import Control
from studio.engine.events import DevicesListed, Event, Exported, Imported, RequestFailed, RunFailed
from studio.engine.missing_torch import torch_trouble
from studio.engine.requests import (
    Evaluate,
    Export,
    ImportWeights,
    ListDevices,
    Predict,
    PreviewAugmentations,
    PreviewSchedule,
    Request,
    Train,
)

Emit = Callable[[Event], None]


def serve(request: Request, emit: Emit, control: Control) -> None:
    """Answers one request by events; blocks until it is answered. Raises nothing.

    A Train ends in exactly one RunFinished or RunFailed, every other request in exactly one answer or
    RequestFailed. `control` may be pulled from other threads meanwhile.
    """
    if isinstance(request, Train):
        _train(request, emit, control)
        return
    failure: RequestFailed | None = None
    try:
        emit(_answer(request, emit, control))
    except (LanternError, ParamError) as error:
        failure = RequestFailed(str(error), traceback.format_exc())
    except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for an answer
        failure = RequestFailed(_sentence(error), traceback.format_exc())
    if failure is not None:
        emit(failure)


def _train(request: Train, emit: Emit, control: Control) -> None:
    failure: RunFailed | None = None
    try:
        from studio.engine.run import run

        run(request, emit, control)
    except Exception as error:  # noqa: BLE001 - torch itself may not load
        failure = RunFailed(_sentence(error), "unexpected", traceback.format_exc())
    if failure is not None:
        emit(failure)


def _answer(request: Request, emit: Emit, control: Control) -> Event:
    """The one answer. Imports are inside: torch takes seconds, and not every request needs all of it."""
    match request:
        case ListDevices():
            from studio.engine.devices import list_devices

            return DevicesListed(list_devices())
        case Evaluate():
            from studio.engine.evaluation import evaluate

            return evaluate(request, emit, control)
        case Predict():
            from studio.engine.predict import predict

            return predict(request, emit, control)
        case Export(source, to, file):
            from studio.engine.export import export

            return Exported(export(source, to, file))
        case ImportWeights(project, weights, output):
            from studio.engine.importing import import_weights

            return Imported(import_weights(project, weights, output))
        case PreviewAugmentations(project, samples, variants, seed):
            from studio.engine.preview import preview_augmentations

            return preview_augmentations(project, samples, variants, seed)
        case PreviewSchedule(recipe, steps_per_epoch):
            from studio.engine.preview import preview_schedule

            return preview_schedule(recipe, steps_per_epoch)
        case _:
            raise LanternError(f"The engine cannot answer “{type(request).__name__}”.")


def _sentence(error: BaseException) -> str:
    trouble = torch_trouble(error)
    if trouble:
        return trouble
    from studio.engine.guard import is_out_of_memory

    if is_out_of_memory(error):
        return "There is not enough memory for this. Close other programs, or use fewer or smaller inputs."
    first_line = (str(error) or type(error).__name__).strip().splitlines()[0]
    return (
        f"Something happened that Lantern did not expect: {first_line} Please try again; “Details” says more."
    )
