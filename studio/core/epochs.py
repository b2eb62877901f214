"""How an epoch falls into steps. Here, so that the window can say it without torch."""

from __future__ import annotations


def steps_per_epoch(n: int, batch_size: int) -> int:
    """How many batches `engine.batches.epoch_batches` makes of `n` samples: a single one left over joins
    the batch before it."""
    steps = -(-n // batch_size)
    return steps - 1 if steps > 1 and n % batch_size == 1 else steps
