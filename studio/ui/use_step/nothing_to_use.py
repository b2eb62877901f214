"""What the Use page shows where there is no network to use."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from studio.ui.empty_state import EmptyState


def nothing_yet() -> EmptyState:
    return EmptyState(
        "use",
        _tr("Nothing to use yet"),
        _tr(
            "Train a network first, or load a checkpoint (File menu). "
            "Then give it something new here and see what it says."
        ),
        _tr("To training"),
    )


def not_usable() -> EmptyState:
    """`set_text` says why."""
    return EmptyState("error", _tr("The network cannot be used"), "", _tr("To training"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("UsePage", text)
