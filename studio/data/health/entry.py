"""One check of a dataset's health, declared: catalogue, window and command line follow from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from studio.data.health.finding import Finding, Known

Sort = Literal["pictures", "table", "texts", "boxes", "any"]


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """`help`: one sentence for a person of 14. `data`: which datasets it can look at. `find` only looks; it
    may take its time, but asks no drive for more than a few files."""

    id: str
    name: str
    help: str
    data: Sort
    find: Callable[[Any, Known], tuple[Finding, ...]]

    def fits(self, dataset: object) -> bool:
        if self.data == "table":
            return hasattr(dataset, "table")
        if self.data == "texts":
            return hasattr(dataset, "text")
        if self.data == "boxes":
            return hasattr(dataset, "box_table")
        return self.data == "any" or hasattr(dataset, "picture")
