"""Problems: what stops or spoils training, said at its cause, with a way out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from studio.core.project import Project

    ProjectEdit = Callable[[Project], Project]


@dataclass(frozen=True, slots=True)
class Fix:
    """One click that mends a problem: what its button says, and the pure edit behind it."""

    text: str
    edit: ProjectEdit


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a project that stops ("error") or spoils ("warning") training.

    `message` follows the house rule: what happened, where, what to do. `node` and `param` are the
    place (None: the project as a whole); `fixes` are offered in this order, best first. Where `node` is a
    block, `inside` is the way from there to the layer: through the blocks in it.
    """

    code: str
    message: str
    node: str | None = None
    param: str | None = None
    fixes: tuple[Fix, ...] = ()
    severity: Literal["error", "warning"] = "error"
    inside: tuple[str, ...] = ()


class LanternError(Exception):
    """Something expected went wrong outside the document (a file, a device, a dataset).

    The message is a whole sentence that says what happened and what to do; it is shown as it is.
    """
