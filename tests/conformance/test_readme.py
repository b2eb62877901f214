"""What the README counts is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from studio.layers.catalogue import LAYERS
from studio.optim.catalogue import LOSSES, OPTIMIZERS, SCHEDULES

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("pattern", "there_are"),
    [
        (r"more than (\d+), from", len(LAYERS)),
        (r"(\d+) optimizers", len(OPTIMIZERS)),
        (r"(\d+) learning-rate schedules", len(SCHEDULES)),
        (r"(\d+) losses", len(LOSSES)),
    ],
)
def test_that_the_readme_promises_no_more_than_there_is(pattern: str, there_are: int) -> None:
    (told,) = re.findall(pattern, README)
    assert int(told) <= there_are < int(told) + 10  # one more needs no new README
