from studio.engine.events import CheckpointWritten, StepsDone
from studio.ui.workers.event_buffer import EventBuffer


def steps(first: int, count: int = 2) -> StepsDone:
    losses = tuple(float(first + i) for i in range(count))
    return StepsDone(first, losses, losses, first // 10, 0.1, 100.0, None)


def test_that_a_full_buffer_merges_steps_and_loses_no_number() -> None:
    buffer = EventBuffer(capacity=4)
    for first in range(0, 100, 2):
        buffer.put(steps(first))
    events = buffer.drain()
    assert len(events) == 4
    assert [loss for event in events for loss in event.losses] == [float(i) for i in range(100)]
    assert events[-1].first_step == 6
    assert events[-1].epoch == 9
    assert buffer.drain() == []


def test_that_other_events_are_never_lost_and_stay_in_order() -> None:
    buffer = EventBuffer(capacity=2)
    for first in range(0, 20, 2):
        buffer.put(steps(first))
        buffer.put(CheckpointWritten("a", first, "asked"))
    events = buffer.drain()
    assert sum(isinstance(event, CheckpointWritten) for event in events) == 10
    assert [e.step for e in events if isinstance(e, CheckpointWritten)] == list(range(0, 20, 2))
    assert sum(len(e.losses) for e in events if isinstance(e, StepsDone)) == 20
