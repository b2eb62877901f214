"""Texts in the window: cards and figures on the Data page, typed texts on the Use page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.ui.data_step.text_grid import runs_from_right
from studio.ui.use_step.text_use import TextUse
from tests.ui.shell.choosing import choose


def films(folder: Path) -> Path:
    path = folder / "films.jsonl"
    rows = [
        {"text": f"film {i} was {'good' if i % 3 else 'bad'}", "mood": "up" if i % 3 else "down"}
        for i in range(30)
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def opened(window: Any, qtbot: QtBot, path: Path) -> Any:
    window.files.new_from(str(path))
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=10_000)
    grid = window.page("data").samples.texts
    qtbot.waitUntil(lambda: grid.figures.profile is not None, timeout=10_000)
    return grid


def test_that_texts_are_shown_as_cards_and_filtered_by_class(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    grid = opened(window, qtbot, films(tmp_path))
    assert window.document.project.kind == "text-classification"
    assert window.page("data").samples.currentWidget() is grid
    first, second = grid.model.index(0, 0), grid.model.index(1, 0)
    assert (first.data(Qt.ItemDataRole.UserRole), first.data()) == ("down", "film 0 was bad")
    assert (second.data(Qt.ItemDataRole.UserRole), second.data()) == ("up", "film 1 was good")
    choose(grid.filter.label, "up", qtbot)
    qtbot.waitUntil(lambda: grid.model.rowCount() == 20, timeout=10_000)
    assert grid.figures.words.text().startswith("Frequent in “up”: good, ")
    assert grid.figures.coverage.text().endswith("Every text is read whole.")


def test_that_the_way_of_cutting_can_be_changed(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    opened(window, qtbot, films(tmp_path))
    page, document = window.page("data"), window.document
    words = document.project.dataset.facts.vocabulary
    page.options.value_changed.emit("tokens", "byte_pairs", True)
    qtbot.waitUntil(lambda: document.project.dataset.facts.vocabulary > 250, timeout=10_000)
    assert words < 250
    assert document.analysis.ok
    assert (
        document.analysis.nodes["embedding_1"].given["num_embeddings"]
        == document.project.dataset.facts.vocabulary
    )


def test_that_nobody_is_asked_for_the_size_of_the_vocabulary(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    opened(window, qtbot, films(tmp_path))
    details = window.page("network").inspector.details
    details.show_node(window.document.project.graph.node("embedding_1"))
    names = {editor.objectName() for editor in details.form.findChildren(object)}
    assert "layer.embedding.embedding_dim" in names
    assert "layer.embedding.num_embeddings" not in names


def test_that_the_tokens_of_the_chosen_text_are_shown(window: Any, qtbot: QtBot, tmp_path: Path) -> None:
    window.resize(1366, 768)
    grid = opened(window, qtbot, films(tmp_path))
    strip = grid.tokens
    assert strip.isVisibleTo(window)
    assert strip.says.text() == (
        "How the network reads it: 4 words. 1 of them it does not know: too rare in training (marked). "
        "4 empty places are filled up with 0, to 8."
    )
    assert [token.text for token in strip.chips.tokens[:4]] == ["film", "0", "was", "bad"]
    grid.view.setFocus()
    qtbot.keyClick(grid.view, Qt.Key.Key_Down)
    assert [token.text for token in strip.chips.tokens[:4]] == ["film", "1", "was", "good"]
    assert strip.chips.words(strip.chips.tokens[1]) == (
        "“1” is not known: the network reads 1, which stands for all unknown ones."
    )
    page = window.page("data")
    page.options.value_changed.emit("length", 2, True)
    qtbot.waitUntil(lambda: "Only the first 2 are read" in strip.says.text(), timeout=10_000)
    assert [(t.text, t.state) for t in strip.chips.tokens] == [
        ("film", "known"), ("1", "unknown"), ("was", "cut"), ("good", "cut"),
    ]  # fmt: skip
    choose(grid.filter.label, "down", qtbot)
    qtbot.waitUntil(lambda: grid.model.rowCount() == 10, timeout=10_000)
    assert strip.chips.tokens[1].text == "0"  # the text looked at is not among these: the first is


def test_that_the_network_tells_texts_in_words_and_characters(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    opened(window, qtbot, films(tmp_path))
    network, document = window.page("network"), window.document
    details = network.inspector.details

    def said(node: str) -> dict[str, str]:
        details.show_node(document.project.graph.node(node))
        return dict(details.figures.rows)

    assert said("input")["What comes out"] == "8 words"
    assert said("embedding_1")["What goes in"] == "8 words"
    assert said("embedding_1")["What comes out"] == "8×32: 8 words, for each of them 32 numbers"
    window.page("data").options.value_changed.emit("tokens", "characters", True)
    qtbot.waitUntil(lambda: document.project.dataset.facts.input_shape == (16,), timeout=10_000)
    assert said("input")["What comes out"] == "16 characters"


def test_that_scripts_from_the_right_begin_there() -> None:
    assert runs_from_right("الناس")
    assert runs_from_right("12 שלום")
    assert not runs_from_right("The word الناس")
    assert not runs_from_right("123")


def test_that_one_line_is_asked_at_once_and_several_on_request(qtbot: QtBot) -> None:
    use = TextUse()
    qtbot.addWidget(use)
    use.show()
    with qtbot.waitSignal(use.text_given, timeout=2000) as asked:
        use.edit.setPlainText("  \nEveryone is free")
    assert asked.args == ["Everyone is free"]
    assert use.many.isHidden()
    use.edit.setPlainText("one\n\ntwo\nthree")
    assert use.many.text() == "Predict 3 texts"
    with qtbot.waitSignal(use.texts_given, timeout=2000) as several:
        use.many.click()
    assert several.args == [["one", "two", "three"]]


def test_that_the_health_of_texts_is_looked_at_and_its_evidence_shown(
    window: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    path = films(tmp_path)
    with path.open("a", encoding="utf-8") as file:
        file.write("\n" + json.dumps({"text": "film 4 was good", "mood": "down"}))
    grid = opened(window, qtbot, path)
    health = window.page("data").health
    qtbot.waitUntil(lambda: bool(health.list.rows), timeout=10_000)
    row = next(row for row in health.list.rows if row.finding.code == "contradictions")
    row.evidence_requested.emit(row.finding)
    qtbot.waitUntil(lambda: grid.model.rowCount() == 2, timeout=10_000)
    assert [grid.model.index(i, 0).data() for i in range(2)] == ["film 4 was good"] * 2
    assert grid._count.text() == "2 of 31 texts"
    grid.filter.clear.click()
    qtbot.waitUntil(lambda: grid.model.rowCount() == 31, timeout=10_000)
    row.fix_chosen.emit(row.finding.fixes[0])
    qtbot.waitUntil(lambda: window.document.project.dataset.facts.samples == 29, timeout=10_000)
    assert window.document.undo_stack.undoText() == "Leave out 2"
