"""Speed and time left: round, steady, in words."""

from __future__ import annotations

import pytest

from studio.ui.train_step.pace import Pace, left_text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "a moment left"),
        (7.4, "7 s left"),
        (11.0, "15 s left"),
        (59.0, "1 min left"),
        (61.0, "1 min 30 s left"),
        (119.0, "2 min left"),
        (725.0, "13 min left"),
        (3600.0, "1 h left"),
        (7201.0, "2 h 1 min left"),
    ],
)
def test_that_time_left_is_coarser_the_longer_it_takes(seconds: float, text: str) -> None:
    assert left_text(seconds) == text


def test_that_speed_is_told_in_two_digits_and_a_hiccup_moves_it_little() -> None:
    pace = Pace()
    assert pace.speed_text(12_831) == "13,000 samples a second"
    assert pace.speed_text(12_795) == "13,000 samples a second"
    assert pace.speed_text(4_000) == "11,000 samples a second"
    pace.start()
    assert pace.speed_text(37.4) == "37 samples a second"
    assert pace.speed_text(0.0) == "37 samples a second"
