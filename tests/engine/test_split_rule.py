"""When a checkpoint is measured whose samples were drawn another way than they are now, that is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.engine import saving
from studio.engine.events import Evaluation, Notice
from studio.engine.requests import Evaluate
from tests.engine.conftest import Run, ask, finished, project_of

DRAWN = (
    "When this checkpoint was trained, samples were drawn another way, so it may have learnt from some that "
    "are measured now. Train it anew for a fair result."
)
CHANGED = "The data changed since this checkpoint was trained: the splits may be others now."
Made = Callable[..., tuple[str, Path]]


@pytest.fixture
def made(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Made:
    """A checkpoint that was written when the rule was called `rule`, and its table."""

    def make(rule: str, parts: bool = False) -> tuple[str, Path]:
        monkeypatch.setattr(saving, "SPLIT_RULE", rule)
        path = tmp_path / "t.csv"
        part = ("train", "train", "validation", "test")
        lines = [f"{i * 7 % 30}.5,{part[i % 4] if parts else i % 5},{'ab'[i % 2]}" for i in range(60)]
        path.write_text("\n".join(["mass,part,kind", *lines]) + "\n", encoding="utf-8")
        done = finished(run(project_of(str(path), epochs=1)))
        assert done.checkpoint is not None
        return done.checkpoint, path

    return make


def notices(checkpoint: str) -> list[str]:
    answers: list[Any] = ask(Evaluate(checkpoint))
    assert any(isinstance(answer, Evaluation) for answer in answers)
    return [answer.message for answer in answers if isinstance(answer, Notice)]


def test_that_the_same_rule_needs_no_words(made: Made) -> None:
    assert notices(made("content")[0]) == []


def test_that_another_rule_is_said(made: Made) -> None:
    assert notices(made("by place in the file")[0]) == [DRAWN]


def test_that_data_with_parts_of_their_own_are_never_drawn(made: Made) -> None:
    assert notices(made("by place in the file", parts=True)[0]) == []


def test_that_changed_data_are_said_in_place_of_another_rule(made: Made) -> None:
    checkpoint, path = made("by place in the file")
    path.write_text(path.read_text() + "3.25,1,a\n", encoding="utf-8")
    assert notices(checkpoint) == [CHANGED]
