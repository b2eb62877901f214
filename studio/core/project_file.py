"""Project files, *.lantern: saved whole, and opened with a sentence for everything that can be wrong."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from studio.core import places
from studio.core.project import FORMAT, DatasetChoice, Project
from studio.core.project_json import (
    Json,
    ProjectFileError,
    checked_format,
    project_from_json,
    project_to_json,
    too_deep_or_long,
)
from studio.core.safe_write import SaveError, write_atomically, write_text_atomically

__all__ = [
    "SUFFIX",
    "ProjectFileError",
    "load_project",
    "project_from_json",
    "project_to_json",
    "save_project",
]

SUFFIX = ".lantern"
_MOST_BYTES = 50_000_000  # 200 layers take 60 KB
_RELATIVE = "relative_location"


def save_project(path: Path, project: Project) -> None:
    """Writes the project; an old file is replaced only once the new one is whole. Raises: SaveError."""
    data = project_to_json(project)
    if project.dataset is not None:
        relative = _relative_location(project.dataset, path)
        if relative is not None:
            data["dataset"][_RELATIVE] = relative
    write_text_atomically(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def load_project(path: Path) -> Project:
    """The project in a file. A file of an older format is copied to the backups, then migrated.

    Where the dataset is not at its absolute place any more, but is at the same place relative to the
    project file (a folder that was moved, a USB stick), that one is taken.

    Raises: ProjectFileError: a sentence that says what the file is instead; SaveError: no backup.
    """
    path = Path(path)
    name = f"“{path.name}”"
    content = _content(path, name)
    data = _parsed(content, name)
    if isinstance(data, dict) and "format" in data and checked_format(data, name) < FORMAT:
        _back_up(path, content, data["format"])
    project = project_from_json(data, name)
    return _with_dataset_found(project, data, path.absolute().parent)


# -- reading ------------------------------------------------------------------------------------------


def _content(path: Path, name: str) -> bytes:
    try:
        if path.is_dir():
            raise ProjectFileError(
                f"“{path.absolute().resolve().name or path}” is a folder. Choose a project file in it.",
                "not-a-project",
            )
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise ProjectFileError(
            f"There is no file {name} in “{path.absolute().parent}”. It may have been moved or renamed.",
            "missing",
        ) from None
    except PermissionError as error:
        raise ProjectFileError(
            f"{name} may not be read by you. Ask its owner, or copy it to your own folder.", "unreadable"
        ) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ProjectFileError(f"{name} could not be read: {reason}. Try again.", "unreadable") from error
    if len(content) > _MOST_BYTES:
        raise _foreign(content, name) or ProjectFileError(
            f"{name} is far too large for a project. Choose a file that was saved by Lantern.", "too-large"
        )
    if not content.strip(b" \t\r\n\0"):
        raise ProjectFileError(f"{name} is empty. Open an older copy of the project.", "empty")
    return content


def _parsed(content: bytes, name: str) -> Any:
    foreign = _foreign(content, name)
    if foreign is not None:
        raise foreign
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        if error.end >= len(content) and content.lstrip()[:1] == b"{":  # cut in the middle of a letter
            raise _truncated(name) from error
        raise _not_a_project(name, "holds no readable text") from error
    except json.JSONDecodeError as error:
        if content.lstrip()[:1] != b"{" and not content.startswith(b"\xef\xbb\xbf"):
            raise _not_a_project(name, "is not a Lantern project") from error
        if _breaks_off(error):
            raise _truncated(name) from error
        raise ProjectFileError(
            f"{name} is damaged in line {error.lineno}, column {error.colno}: {error.msg.lower()}. Open an "
            "older copy, or mend the file in a text editor.",
            "damaged",
        ) from error
    except (ValueError, RecursionError) as error:  # NaN, numbers of 5,000 digits, a million brackets
        raise ProjectFileError(
            f"{name} is damaged: {too_deep_or_long(error)}. Open an older copy.", "damaged"
        ) from error


def _breaks_off(error: json.JSONDecodeError) -> bool:
    """The text was right up to its end, which came too early."""
    rest = error.doc[error.pos :].strip()
    half_a_word = any(word.startswith(rest) for word in ("true", "false", "null", "-", "\\u0000"))
    return half_a_word or error.msg.startswith("Unterminated string") or len(error.doc) - error.pos <= 5


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no number that a project holds")


_MAGIC = (
    (b"PK\x03\x04", "is a ZIP archive or a PyTorch checkpoint"),
    (b"\x80\x02", "is a PyTorch checkpoint"),
    (b"\x80\x04", "is a Python pickle"),
    (b"\x89PNG", "is a picture"),
    (b"\xff\xd8\xff", "is a picture"),
    (b"GIF8", "is a picture"),
    (b"%PDF", "is a PDF document"),
    (b"\x1f\x8b", "is a compressed file"),
)


def _foreign(content: bytes, name: str) -> ProjectFileError | None:
    """What a file is that is certainly something else; None where it may be a project."""
    for start, what in _MAGIC:
        if content.startswith(start):
            return _not_a_project(name, f"{what}, not a Lantern project")
    if content[8:10] == b'{"' and int.from_bytes(content[:8], "little") < 100_000_000:
        return ProjectFileError(
            f"{name} is a checkpoint, not a project. Use “Load checkpoint” to open it.", "a-checkpoint"
        )
    if b"\0" in content[:4096]:
        return _not_a_project(name, "holds binary data, not a Lantern project")
    return None


def _not_a_project(name: str, what: str) -> ProjectFileError:
    return ProjectFileError(f"{name} {what}. Choose a file that was saved by Lantern.", "not-a-project")


def _truncated(name: str) -> ProjectFileError:
    return ProjectFileError(
        f"{name} breaks off in the middle: it was not copied or downloaded whole. Copy it again, or open an "
        "older copy.",
        "truncated",
    )


# -- backups and places -------------------------------------------------------------------------------


def _back_up(path: Path, content: bytes, found: int) -> None:
    """Keeps the old file; once only, however often it is opened."""
    mark = hashlib.sha256(content).hexdigest()[:8]
    file_name = f"{path.stem[:80]}.format{found}.{mark}{SUFFIX}"
    if any((folder / file_name).is_file() for folder in (places.backups(), path.parent)):
        return
    with contextlib.suppress(SaveError):
        write_atomically(places.backups() / file_name, lambda file: _write(file, content))
        return
    write_atomically(path.parent / file_name, lambda file: _write(file, content))


def _write(file: Any, content: bytes) -> None:
    file.write(content)


def _is_path(location: str) -> bool:
    """A place on a disk, of whatever system the project was made on; else a bundled name."""
    return PurePosixPath(location).is_absolute() or PureWindowsPath(location).is_absolute()


def _relative_location(choice: DatasetChoice, project_path: Path) -> str | None:
    """Where the data are, seen from the project file; None for bundled data and for other drives."""
    if not Path(choice.location).is_absolute():
        return None
    try:
        return Path(os.path.relpath(choice.location, Path(project_path).absolute().parent)).as_posix()
    except ValueError:
        return None


def _with_dataset_found(project: Project, data: Json, folder: Path) -> Project:
    choice = project.dataset
    if choice is None or not _is_path(choice.location):
        return project
    relative = data["dataset"].get(_RELATIVE)
    if not isinstance(relative, str) or not relative or _is_path(relative) or _exists(Path(choice.location)):
        return project
    candidate = Path(os.path.normpath(folder / relative))
    if not _exists(candidate):
        return project
    return replace(project, dataset=replace(choice, location=str(candidate)))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that this system cannot have
        return False
