"""Which network answers, in a sentence."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from studio.ui.checkpoints import Model


def about_model(model: Model, training: bool) -> str:
    """`training`: a run is on, and its weights are newer than the model's."""
    name = Path(model.path).name
    if model.loaded and not model.step:
        return _tr("With the weights from “{name}”.").format(name=name)
    many = _tr("{count} epochs").format(count=model.epochs_done)
    epochs = _tr("1 epoch") if model.epochs_done == 1 else many
    if model.loaded:
        return _tr("With the network from “{name}”, trained for {epochs}.").format(name=name, epochs=epochs)
    if training:
        return _tr("With the network as it was when it was saved last; training goes on.")
    return _tr("With the network as it was trained last, for {epochs}.").format(epochs=epochs)


def _tr(text: str) -> str:
    return QCoreApplication.translate("UsePage", text)
