"""From older formats of the project file to the newest, one small step each.

A bump of `project.FORMAT` to NN adds a module toNN.py here, with `migrate(data) -> data` on plain JSON,
one line to STEPS, and an old file to tests/core/old_projects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Json = dict[str, Any]
Step = Callable[[Json], Json]

STEPS: Mapping[int, Step] = {}  # by the format that a step leads to: {2: to02.migrate}


def migrate(data: Json, found: int, wanted: int) -> Json:
    """The data of a file of format `found` in format `wanted`; the given ones are left alone.

    A step that stumbles over a damaged file leaves it to the checks of the newest format.
    """
    for number in range(found + 1, wanted + 1):
        try:
            data = STEPS[number](data)
        except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
            if number not in STEPS:
                raise ValueError(f"there is no migration to format {number}") from error
            return data
        data = {**data, "format": number}
    return data
