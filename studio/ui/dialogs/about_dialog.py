"""What Lantern is, its version, and whose work it stands on."""

from __future__ import annotations

import platform
from html import escape
from importlib import metadata

from PySide6.QtWidgets import QWidget

from studio.core import places
from studio.ui.dialogs.text_dialog import TextDialog

_PARTS = ("torch", "PySide6-Essentials", "pyqtgraph", "numpy", "pillow", "safetensors", "pydantic")


class AboutDialog(TextDialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, "aboutDialog", "", "")
        self.setWindowTitle(self.tr("About Lantern"))
        what = self.tr("A studio in which people who do not program build, train and use neural networks.")
        versions = "".join(
            f"<tr><td>{name}&nbsp;&nbsp;</td><td>{_version(name)}</td></tr>" for name in _PARTS
        )
        notice = places.resources() / "NOTICE.md"
        credits_ = notice.read_text("utf-8") if notice.is_file() else ""
        self.text.setHtml(
            f"<p>{what}</p><p>Lantern {_own_version()} · Python {platform.python_version()} · MIT</p>"
            f"<table>{versions}</table><pre style='white-space:pre-wrap'>{escape(credits_)}</pre>"
        )


def _version(name: str) -> str:
    """From the package's metadata: importing torch for its version would take seconds."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "–"


def _own_version() -> str:
    import studio

    return str(getattr(studio, "__version__", "0.1.0"))
