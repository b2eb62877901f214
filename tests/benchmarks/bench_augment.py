"""How long augmentation takes on the CPU: Lantern's whole batches against the plain loop over pictures.

    uv run python tests/benchmarks/bench_augment.py [--repeats 5] [--threads 1] [--only rotate]

The reference is what one writes by hand in a `Dataset`: one picture after the other, each with random
numbers of its own, with plain torch. Batches of 64 colour pictures of 32x32 and of 224x224; medians of
milliseconds a batch and their ratio. Nothing here ever fails for being slow.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SIZES = (32, 224)


def one_by_one(name: str, params: dict[str, Any]) -> Callable[[Any], Any]:
    """The loop by hand: the same change of a batch, picture by picture."""
    import torch

    from studio.engine.augmentations.code import FUNCTIONS
    from studio.engine.augmentations.movement import resample

    generator = torch.Generator().manual_seed(0)
    function = FUNCTIONS[name]

    def loop(pictures: Any) -> Any:
        changed = []
        for picture in pictures:
            single = picture[None]
            result = function(single, generator, **params)
            if result.shape == (1, 3, 3):  # places, to be looked up
                result = resample(single, result)
            changed.append(result[0])
        return torch.stack(changed)

    return loop


def mixed_one_by_one(name: str, params: dict[str, Any]) -> Callable[[Any], Any]:
    """Mixing by hand: each picture with its partner."""
    import torch

    from studio.engine.augmentations.code import FUNCTIONS

    generator = torch.Generator().manual_seed(0)

    def loop(pictures: Any) -> Any:
        partners = torch.randperm(len(pictures), generator=generator)
        own = FUNCTIONS[name](pictures, generator, **params)[0]
        return torch.stack(
            [own * a + (1 - own) * pictures[j] for a, j in zip(pictures, partners.tolist(), strict=True)]
        )

    return loop


def whole(name: str, params: dict[str, Any]) -> Callable[[Any], Any]:
    """As Lantern's runs do it."""
    import torch

    from studio.core.project import Setting
    from studio.engine.augmentation import augmenter

    augment, generator = augmenter([Setting(name, params)]), torch.Generator().manual_seed(0)
    assert augment is not None
    targets = torch.zeros(64, dtype=torch.int64)
    return lambda pictures: augment(pictures, targets, generator)


def milliseconds(function: Callable[[Any], Any], pictures: Any) -> float:
    began = time.perf_counter()
    function(pictures)
    return 1000 * (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description="Augmentation of whole batches against a loop.")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", action="append", help="an augmentation's id")
    arguments = parser.parse_args()
    import torch

    from studio.data.pictures.augmentations import AUGMENTATIONS

    torch.set_num_threads(arguments.threads)
    print(
        f"{'64 colour pictures':24}"
        + "".join(f"{f'{s}x{s}: loop':>16}{'batch':>10}{'ratio':>8}" for s in SIZES)
    )
    for entry in AUGMENTATIONS:
        if arguments.only and entry.id not in arguments.only:
            continue
        line = f"{entry.id:24}"
        for size in SIZES:
            pictures = torch.rand(64, 3, size, size, generator=torch.Generator().manual_seed(0))
            loop = (mixed_one_by_one if entry.mixes else one_by_one)(entry.id, dict(entry.defaults))
            batch = whole(entry.id, dict(entry.defaults))
            loop(pictures), batch(pictures)  # the first call warms up
            slow = statistics.median(milliseconds(loop, pictures) for _ in range(arguments.repeats))
            fast = statistics.median(milliseconds(batch, pictures) for _ in range(arguments.repeats))
            line += f"{slow:13.1f} ms{fast:7.1f} ms{fast / slow:8.2f}"
        print(line, flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
