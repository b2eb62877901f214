"""A block's file, dropped onto the window: into the user's palette, or refused in a sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.graph.blocks.library import folder, write_block
from studio.layers.ready_blocks import READY_BLOCKS
from tests.ui.shell.test_drops import drop, sentence


@pytest.fixture
def block_file(tmp_path: Path) -> Path:
    path = tmp_path / "from a friend.lantern-block"
    write_block(path, READY_BLOCKS[0].block, READY_BLOCKS[0].parts)
    return path


def test_that_a_block_dropped_on_the_welcome_page_is_kept(
    window: Any, qtbot: QtBot, block_file: Path
) -> None:
    drop(window, block_file)
    qtbot.waitUntil(lambda: folder().is_dir() and len(list(folder().iterdir())) == 1, timeout=10_000)
    assert window.status.currentMessage() == "“Residual” is among your blocks now."


def test_that_a_block_dropped_beside_a_network_is_in_the_palette(
    window: Any, qtbot: QtBot, block_file: Path, tmp_path: Path
) -> None:
    window.files.new_from("iris")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=10_000)
    drop(window, block_file)
    page = window.page("network")
    qtbot.waitUntil(lambda: any(i.startswith("own:") for i in page.layer_palette.shown), timeout=10_000)
    assert page.isVisible()
    assert page.canvas.bubble.isVisible()
    before = window.document.project
    bad = tmp_path / "bad.lantern-block"
    bad.write_text("[]")
    drop(window, bad)
    assert sentence(window, qtbot) == (
        "“bad.lantern-block” holds no block. Choose a file that was saved as a block by Lantern."
    )
    assert window.document.project is before


def test_that_a_network_with_a_block_trains_in_the_window(window: Any, qtbot: QtBot) -> None:
    window.files.new_from("iris")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=10_000)
    window.show_step("network")
    page = window.page("network")
    page.selection.select([n.id for n in page.editor.graph if n.type in ("linear", "relu")][:2])
    page.canvas.setFocus()
    qtbot.keyClick(page.canvas, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert len(page.editor.graph.blocks) == 1
    assert window.document.problems == ()
    project = window.document.project
    window.run.start(replace(project, recipe=replace(project.recipe, epochs=1)))
    qtbot.waitUntil(lambda: window.run.model is not None, timeout=120_000)
    assert window.run.model.project.graph.blocks == page.editor.graph.blocks
