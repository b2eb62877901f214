"""A real document with a small network, and the canvas that shows it."""

from __future__ import annotations

import pytest

from studio.ui.document import Document
from studio.ui.pages.network_page import NetworkPage
from studio.ui.workers.dataset_opener import DatasetOpener
from tests.ui.canvas.networks import project_with, small_network


def pytest_collection_modifyitems(items):
    """The offscreen platform has no window manager that popups could ask for the keyboard."""
    missing = ("propagateSizeHints", "raise", "grabbing the keyboard")
    for item in items:
        if "canvas" in str(item.fspath):
            # The nearest mark counts alone, so it repeats what tests/conftest.py ignores.
            item.add_marker(
                pytest.mark.qt_log_ignore(
                    *(f"This plugin does not support {what}" for what in missing),
                    "QFont::setPointSizeF",
                    extend=True,
                )
            )


@pytest.fixture
def document(qapp, monkeypatch):
    """A document whose dataset never arrives: the network is what counts here."""
    monkeypatch.setattr(DatasetOpener, "open", lambda self, choice, with_kept_labels=False: None)
    made = Document()
    made.open_project(project_with(small_network()), None)
    yield made
    made.stop()


@pytest.fixture
def page(document, qtbot):
    made = NetworkPage(document)
    qtbot.addWidget(made)
    panels = [panel.widget for panel in made.panels]
    for widget in panels:
        qtbot.addWidget(widget)
        widget.resize(320, 500)
        widget.show()
    made.resize(900, 800)
    made.show()
    qtbot.waitExposed(made)
    made.canvas.zoom_to(1.0)
    made.canvas.fit()
    return made


@pytest.fixture
def canvas(page):
    return page.canvas
