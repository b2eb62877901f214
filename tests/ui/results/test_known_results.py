"""What the Results page remembers is bounded, and what is on screen stays."""

from __future__ import annotations

from studio.engine.events import Evaluation
from studio.ui.results_step.known_results import MOST_KEPT, KnownResults


def measured(split: str, samples: int) -> Evaluation:
    return Evaluation(split=split, samples=samples, metrics={})  # type: ignore[arg-type]


def test_that_a_long_session_keeps_the_last_networks_only() -> None:
    known = KnownResults()
    for run in range(100):
        for split in ("train", "validation", "test"):
            known.keep((f"run-{run}", 10, split), measured(split, run))
    assert len(known) == MOST_KEPT
    assert known.get(("run-99", 10, "test")) == measured("test", 99)
    assert known.get(("run-91", 10, "test")) is None


def test_that_what_is_looked_at_is_not_dropped() -> None:
    known = KnownResults(most=2)
    known.keep(("a", 1, "test"), measured("test", 1))
    known.keep(("b", 1, "test"), measured("test", 2))
    assert known.get(("a", 1, "test")) is not None
    known.keep(("c", 1, "test"), measured("test", 3))
    assert known.get(("a", 1, "test")) == measured("test", 1)
    assert known.get(("b", 1, "test")) is None


def test_that_states_of_one_checkpoint_are_told_apart() -> None:
    known = KnownResults()
    known.keep(("a", 1, "test"), measured("test", 1))
    known.keep(("a", 2, "train"), measured("train", 2))
    known.keep_first(("a", 2, "train"), measured("train", 99))
    assert known.of("a", 2) == (measured("train", 2),)
    assert known.of("a") == (measured("test", 1), measured("train", 2))
    assert known.of("b") == ()
