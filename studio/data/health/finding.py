"""What a health check says of a dataset: values with numbers, evidence and, where there is one, a way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from studio.core.problems import Fix
from studio.data.pictures.file_facts import FileFacts

Severity = Literal["warning", "advice", "note"]
SEVERITIES: tuple[Severity, ...] = ("warning", "advice", "note")
MOST_SAMPLES = 20_000  # shown, or left out by one fix; a project file must stay a file that opens at once


@dataclass(frozen=True, slots=True)
class Finding:
    """`severity`: "warning" makes results wrong or misleading, "advice" spoils them, "note" is worth knowing.

    `samples`: indices into the dataset, twins beside each other. `columns`: names with what was found in
    them. `subject`: tells findings of one code apart, for instance a column's name.
    """

    code: str
    severity: Severity
    sentence: str
    samples: tuple[int, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    fixes: tuple[Fix, ...] = ()
    subject: str = ""

    @property
    def key(self) -> str:
        """By which the user's “that is fine” is remembered."""
        return f"{self.code}: {self.subject}" if self.subject else self.code


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What was found out about the data before. `files`: of the look into every picture file."""

    files: FileFacts | None = None


def plural(number: int, noun: str, many: str = "") -> str:
    """ "1 picture", "1,200 pictures" """
    return f"1 {noun}" if number == 1 else f"{number:,} {many or noun + 's'}"


def named(names: list[str] | tuple[str, ...], most: int = 4) -> str:
    """ "“cat”, “dog”, …" """
    return ", ".join(f"“{name}”" for name in names[:most]) + (", …" if len(names) > most else "")
