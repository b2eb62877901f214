"""Saving: whole, or not at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from studio.core import safe_write
from studio.core.safe_write import SaveError, clear_away, write_atomically, write_text_atomically

OLD = b"the old file " * 1000
NEW = b"the new file " * 1000


class FailingFile:
    """A file whose k-th write, flush or fsync fails, as a full disk makes it."""

    def __init__(self, file: BinaryIO, fails_at: int) -> None:
        self._file, self._left = file, fails_at

    def write(self, data: bytes) -> int:
        self._left -= 1
        if self._left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._file.write(data)


def in_pieces(file: BinaryIO | FailingFile) -> None:
    for start in range(0, len(NEW), 1000):
        file.write(NEW[start : start + 1000])


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "project.lantern"
    path.write_bytes(OLD)
    return path


def test_that_the_new_contents_are_all_there(old: Path) -> None:
    write_atomically(old, in_pieces)
    assert old.read_bytes() == NEW
    assert os.listdir(old.parent) == [old.name]


def test_that_text_is_written_as_utf8_with_plain_line_ends(tmp_path: Path) -> None:
    write_text_atomically(tmp_path / "ü.txt", "ä\n“b”\n")
    assert (tmp_path / "ü.txt").read_bytes() == "ä\n“b”\n".encode()


@pytest.mark.parametrize("fails_at", range(13))
def test_that_every_kth_write_may_fail_without_harm(old: Path, fails_at: int) -> None:
    with pytest.raises(SaveError) as caught:
        write_atomically(old, lambda file: in_pieces(FailingFile(file, fails_at)))
    assert str(caught.value) == (
        "“project.lantern” could not be saved: the disk is full. Make some room, or save it on another disk."
    )
    assert old.read_bytes() == OLD
    assert os.listdir(old.parent) == [old.name]


@pytest.mark.parametrize("call", ["fsync", "open", "replace", "chmod"])
def test_that_every_step_of_saving_may_fail_without_harm(
    old: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(os if call == "fsync" else Path, call, fail)
        with pytest.raises(SaveError, match="could not be saved: input/output error"):
            write_atomically(old, in_pieces)
    assert old.read_bytes() == OLD
    assert os.listdir(old.parent) == [old.name]


def test_that_an_error_of_the_writer_passes_and_leaves_the_old_file(old: Path) -> None:
    def write(file: BinaryIO) -> None:
        file.write(b"half")
        raise KeyError("a bug, not a disk")

    with pytest.raises(KeyError):
        write_atomically(old, write)
    assert old.read_bytes() == OLD
    assert os.listdir(old.parent) == [old.name]


def test_that_nobody_ever_sees_half_a_file(old: Path) -> None:
    seen = []

    def write(file: BinaryIO) -> None:
        for start in range(0, len(NEW), 1000):
            file.write(NEW[start : start + 1000])
            seen.append(old.read_bytes())

    write_atomically(old, write)
    assert set(seen) == {OLD}


def test_that_a_missing_folder_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    with pytest.raises(SaveError) as caught:
        write_text_atomically(folder / "a.lantern", "x")
    assert str(caught.value) == (
        f"“a.lantern” could not be saved: the folder “{folder}” is not there. Choose another folder."
    )


def test_that_a_name_that_is_too_long_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(SaveError, match=r"its name or folder is too long\. Choose a shorter name"):
        write_text_atomically(tmp_path / ("ä" * 200 + ".lantern"), "x")
    assert os.listdir(tmp_path) == []


def test_that_a_long_name_that_the_disk_takes_is_written(tmp_path: Path) -> None:
    path = tmp_path / ("ä" * 120 + ".lantern")
    write_text_atomically(path, "x")
    assert path.read_text() == "x"


def test_that_a_folder_of_that_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(SaveError, match="there is a folder of that name"):
        write_text_atomically(tmp_path / "a", "x")


def test_that_a_read_only_folder_is_told(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "open", refuse)  # root, as in containers, may write anywhere
        with pytest.raises(SaveError) as caught:
            write_text_atomically(old, "x")
    assert "is read-only. Save it in another folder, such as Documents." in str(caught.value)
    assert old.read_bytes() == OLD


def test_that_a_read_only_file_is_respected(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(SaveError, match=r"the file is read-only\. Save it under another name"):
        write_text_atomically(old, "x")
    assert old.read_bytes() == OLD


def test_that_a_virus_scanner_is_waited_for(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refusals = [PermissionError(errno.EACCES, "held")] * 3
    waits: list[float] = []
    replace: Callable[..., Path] = Path.replace

    def held(self: Path, target: Path) -> Path:
        if refusals:
            raise refusals.pop()
        return replace(self, target)

    monkeypatch.setattr(safe_write, "_on_windows", lambda: True)
    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr("time.sleep", waits.append)
    write_atomically(old, in_pieces)
    assert old.read_bytes() == NEW
    assert waits == [0.01, 0.02, 0.04]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_that_permissions_are_kept(old: Path) -> None:
    old.chmod(0o640)
    write_atomically(old, in_pieces)
    assert stat.S_IMODE(old.stat().st_mode) == 0o640


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_that_a_new_file_gets_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").write_bytes(b"")
    write_text_atomically(tmp_path / "new", "x")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_that_a_link_stays_a_link(old: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.lantern"
    link.symlink_to(old)
    write_atomically(link, in_pieces)
    assert link.is_symlink()
    assert old.read_bytes() == NEW


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
def test_that_a_folder_which_cannot_hold_files_is_not_called_missing() -> None:
    with pytest.raises(SaveError) as caught:
        write_text_atomically("/proc/a.lantern", "x")
    assert str(caught.value) == (
        "“a.lantern” could not be saved: the folder “/proc” cannot hold files. Choose another folder."
    )


def test_that_what_a_crash_left_is_cleared_away_and_nothing_else(tmp_path: Path) -> None:
    def half_written(file: BinaryIO) -> None:
        file.write(b"half")
        (left,) = tmp_path.glob(".*")
        os.link(left, tmp_path / f"{left.name[:-12]}0123abcd.tmp")  # as if the process had ended here
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_atomically(tmp_path / "last.safetensors", half_written)
    (left,) = tmp_path.glob(".*")
    mine = [tmp_path / name for name in ("last.safetensors", "notes.tmp", ".notes.tmp", ".last-0123.tmp")]
    for path in mine:
        path.write_bytes(b"mine")
        os.utime(path, (0, 0))
    clear_away(tmp_path)
    assert left.exists()  # another Lantern may be writing it now
    os.utime(left, (0, 0))
    clear_away(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted(mine)
    clear_away(tmp_path / "nowhere")
