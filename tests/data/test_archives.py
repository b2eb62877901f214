"""Archives from anywhere: opened whole and inside their folder, or refused in a sentence."""

from __future__ import annotations

import gzip
import io
import shutil
import tarfile
import zipfile
from collections import namedtuple
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.data.archives import extraction as archives
from studio.data.archives.extraction import Limits, unpack
from studio.data.archives.names import NameBook, UnsafeName, parts_of
from studio.data.dataset import Cancelled, DataError
from tests.data.hostile_archives import add_specials, locked_zip, lying_zip, make_tar, make_zip, special

FILES = {"pets/cats/1.png": b"cat one", "pets/dogs/1.png": b"dog one", "pets/dogs/2.png": b"dog two"}
SMALL = Limits(total_bytes=1_000_000, members=100, ratio=50, harmless_bytes=100_000, free_bytes=0)


def walk_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in walk_files(folder)}


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tgz", "a.tar.bz2", "a.tar.xz"])
def test_that_every_sort_of_archive_unpacks_to_the_same_files(tmp_path: Path, name: str) -> None:
    modes = {"tar": "w", "gz": "w:gz", "tgz": "w:gz", "bz2": "w:bz2", "xz": "w:xz"}
    ending = name.rpartition(".")[2]
    path = tmp_path / name
    make_zip(path, FILES) if ending == "zip" else make_tar(path, FILES, modes[ending])
    done = unpack(path, tmp_path / "out")
    assert content(tmp_path / "out") == FILES
    assert (done.files, done.total_bytes, done.left_out) == (3, 21, ())
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted([name, "out"])


def test_that_the_content_not_the_name_says_what_an_archive_is(tmp_path: Path) -> None:
    unpack(make_tar(tmp_path / "wrong.zip", FILES, "w:gz"), tmp_path / "out")
    assert content(tmp_path / "out") == FILES


def test_that_a_single_packed_file_loses_its_last_ending(tmp_path: Path) -> None:
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n"))
    unpack(path, tmp_path / "out")
    assert content(tmp_path / "out") == {"table.csv": b"a,b\n1,2\n"}


@pytest.mark.parametrize(
    "name",
    ["../evil.txt", "a/../../evil.txt", "/etc/evil.txt", "C:\\evil.txt", "..\\evil.txt", "\\\\host\\x"],
)
@pytest.mark.parametrize("make", [make_zip, make_tar])
def test_that_no_path_leaves_the_folder(tmp_path: Path, make, name: str) -> None:
    inside = tmp_path / "deep" / "inside"
    inside.mkdir(parents=True)
    path = make(inside / "a.zip", {"good.txt": b"1", name: b"2"})
    with pytest.raises(
        DataError, match=r"is not safe and was not opened\. A file in it wants to be written out"
    ):
        unpack(path, inside / "out")
    assert [entry.name for entry in walk_files(tmp_path)] == ["a.zip"]
    assert sorted(entry.name for entry in inside.iterdir()) == ["a.zip"]


def test_that_links_and_devices_are_left_out_and_said(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("mine")
    path = add_specials(
        tmp_path / "a.tar",
        [
            special("link", tarfile.SYMTYPE, str(tmp_path)),
            special("hard", tarfile.LNKTYPE, "../secret.txt"),
            special("null", tarfile.CHRTYPE),
            special("pipe", tarfile.FIFOTYPE),
        ],
        {"link/secret.txt": b"changed", "good.txt": b"1"},
    )
    done = unpack(path, tmp_path / "out")
    assert secret.read_text() == "mine"
    assert not (tmp_path / "out" / "link").is_symlink()
    assert content(tmp_path / "out") == {"link/secret.txt": b"changed", "good.txt": b"1"}
    assert [(skipped.name, skipped.reason) for skipped in done.left_out] == [
        ("link", "It is a link, and links are not followed."),
        ("hard", "It is a link, and links are not followed."),
        ("null", "It is a device or a pipe, no file."),
        ("pipe", "It is a device or a pipe, no file."),
    ]


def test_that_a_link_in_a_zip_is_left_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        info = zipfile.ZipInfo("link")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "/etc")
        archive.writestr("good.txt", "1")
    done = unpack(tmp_path / "a.zip", tmp_path / "out")
    assert content(tmp_path / "out") == {"good.txt": b"1"}
    assert [skipped.name for skipped in done.left_out] == ["link"]


def test_that_a_locked_zip_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        unpack(locked_zip(tmp_path / "a.zip"), tmp_path / "out")
    assert str(caught.value) == (
        "“a.zip” is locked with a password. Unpack it with its password and choose the folder."
    )
    assert caught.value.code == "locked"


@pytest.mark.parametrize(
    ("head", "kind"),
    [(b"Rar!\x1a\x07\x01\x00" + b"\0" * 300, "RAR"), (b"7z\xbc\xaf\x27\x1c" + b"\0" * 300, "7Z")],
)
def test_that_archives_of_other_makers_are_named(tmp_path: Path, head: bytes, kind: str) -> None:
    (tmp_path / "a.bin").write_bytes(head)
    with pytest.raises(DataError, match=f"is a {kind} archive, which Lantern cannot open. Unpack it with"):
        unpack(tmp_path / "a.bin", tmp_path / "out")


# -- bombs -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["zip", "w:gz", "w:bz2", "w:xz"])
def test_that_a_bomb_is_stopped_by_its_ratio(tmp_path: Path, mode: str) -> None:
    files = {"zeros.bin": b"\0" * 900_000}
    path = tmp_path / "bomb.bin"
    make_zip(path, files) if mode == "zip" else make_tar(path, files, mode)
    with pytest.raises(
        DataError, match="It unpacks to more than 50 times its size, as files do that are made"
    ):
        unpack(path, tmp_path / "out", limits=SMALL)
    assert [entry.name for entry in tmp_path.iterdir()] == ["bomb.bin"]


def test_that_a_bomb_in_a_single_packed_file_is_stopped_while_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "zeros.gz").write_bytes(gzip.compress(b"\0" * 5_000_000))
    with pytest.raises(DataError, match="more than 50 times its size"):
        unpack(tmp_path / "zeros.gz", tmp_path / "out", limits=SMALL)


def test_that_a_zip_which_lies_about_its_size_never_writes_more_than_it_may(tmp_path: Path) -> None:
    path = lying_zip(tmp_path / "liar.zip", 900_000, 1000)
    unpack(path, tmp_path / "out", limits=SMALL)
    assert [len(data) for data in content(tmp_path / "out").values()] == [1000]


def test_that_the_total_and_the_number_of_files_are_limited(tmp_path: Path) -> None:
    import random

    noise = random.Random(0).randbytes(600_000)
    path = make_zip(tmp_path / "large.zip", {"a": noise, "b": noise})
    with pytest.raises(DataError, match="It unpacks to more than 1 MB"):
        unpack(path, tmp_path / "out", limits=SMALL)
    path = make_tar(tmp_path / "many.tar", {f"{i}.txt": b"" for i in range(101)})
    with pytest.raises(DataError, match="It holds more than 100 files"):
        unpack(path, tmp_path / "out", limits=SMALL)


def test_that_the_disk_is_never_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 0, 500_000_010))
    path = make_zip(tmp_path / "a.zip", {"a.bin": bytes(range(256)) * 8000})
    with pytest.raises(
        DataError, match=r"needs more room than the disk has\. Free at least 2\.05 MB"
    ) as caught:
        unpack(path, tmp_path / "out")
    assert caught.value.code == "disk-full"


def test_that_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: object, member: object, place: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archives._Work, "_write", full)
    with pytest.raises(DataError, match=r"The disk is full\. Free some room and open “a\.zip” again\."):
        unpack(make_zip(tmp_path / "a.zip", FILES), tmp_path / "out")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.zip"]


def test_that_archives_in_archives_stay_packed(tmp_path: Path) -> None:
    inner = make_zip(tmp_path / "inner.zip", {"zeros.bin": b"\0" * 900_000}).read_bytes()
    unpack(make_zip(tmp_path / "outer.zip", {"inner.zip": inner}), tmp_path / "out", limits=SMALL)
    assert content(tmp_path / "out") == {"inner.zip": inner}


def test_that_a_tar_header_of_gigabytes_is_not_read_into_memory(tmp_path: Path) -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 3 << 30
    good = tarfile.TarInfo("good.txt")
    path = tmp_path / "a.tar"
    path.write_bytes(good.tobuf() + header.tobuf() + b"\0" * 4096)
    with pytest.raises(DataError, match=r"“a\.tar” is damaged or cut off\. Get it again\."):
        unpack(path, tmp_path / "out")


# -- damage ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.8])
def test_that_a_cut_off_tar_is_never_taken_for_whole(tmp_path: Path, mode: str, share: float) -> None:
    import random

    noise = random.Random(0)
    files = {f"{i}.bin": noise.randbytes(3000) for i in range(20)}
    whole = make_tar(tmp_path / "whole", files, mode).read_bytes()
    (tmp_path / "cut.tar").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(DataError, match=r"“cut\.tar” is damaged or cut off\. Get it again\."):
        unpack(tmp_path / "cut.tar", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_that_a_tar_cut_between_two_files_is_noticed(tmp_path: Path) -> None:
    whole = make_tar(tmp_path / "whole.tar", {"a": b"1" * 512, "b": b"2" * 512}).read_bytes()
    (tmp_path / "cut.tar").write_bytes(whole[:1024])
    with pytest.raises(DataError, match="is damaged or cut off"):
        unpack(tmp_path / "cut.tar", tmp_path / "out")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_that_any_damage_is_either_harmless_or_said(tmp_path_factory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("damage")
    mode = data.draw(st.sampled_from(["zip", "w", "w:gz", "w:xz"]))
    path = folder / "a.bin"
    make_zip(path, FILES) if mode == "zip" else make_tar(path, FILES, mode)
    broken = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(broken)
    said = "“a.bin”."
    try:
        unpack(path, folder / "out", limits=SMALL)
    except DataError as error:
        said = str(error)
    assert said.startswith("“a.bin”")
    assert said.endswith(".")
    assert {entry.name for entry in folder.iterdir()} <= {"a.bin", "out"}


def test_that_a_virus_scanner_which_holds_a_new_file_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, refusals = Path.replace, [1, 2]

    def held(self: Path, target: Path) -> Path:
        if refusals:
            refusals.pop()
            raise PermissionError(13, "Access is denied")
        return replace(self, target)

    monkeypatch.setattr(archives, "_AGAIN_S", 0.0)
    monkeypatch.setattr(Path, "replace", held)
    unpack(make_zip(tmp_path / "a.zip", FILES), tmp_path / "out")
    assert content(tmp_path / "out") == FILES
    assert not refusals


# -- names -------------------------------------------------------------------------------------------


@given(st.text(max_size=80))
def test_that_every_name_is_safe_or_refused(name: str) -> None:
    try:
        parts = parts_of(name)
    except UnsafeName:
        return
    for part in parts:
        assert part not in ("", ".", "..")
        assert not set(part) & set('<>:"/\\|?*\0')
        assert not part.endswith((" ", "."))
        assert len(part.encode("utf-8")) <= 200
        assert part.split(".")[0].casefold() not in {"con", "nul", "aux", "prn", "com1", "lpt9"}


@given(st.lists(st.lists(st.sampled_from(["a", "A", "b", "ä", "Ä", "a\u0308", "c.png", "C.PNG"]), min_size=1,
                         max_size=3).map(tuple), max_size=12))  # fmt: skip
def test_that_no_two_members_meet_where_capitals_do_not_count(paths: list[tuple[str, ...]]) -> None:
    import unicodedata

    book = NameBook()
    placed = {path: book.place(path, is_folder=False) for path in dict.fromkeys(paths)}
    folded = [
        tuple(unicodedata.normalize("NFC", part).casefold() for part in place) for place in placed.values()
    ]
    assert len(set(folded)) == len(folded)
    for file in folded:
        assert not any(
            other[: len(file)] == file and other != file for other in folded
        )  # a file is no folder


def test_that_classes_which_differ_in_capitals_stay_apart(tmp_path: Path) -> None:
    path = make_zip(
        tmp_path / "a.zip", {"Cat/1.png": b"1", "cat/1.png": b"2", "Cat/2.png": b"3", "cat/2.PNG": b"4"}
    )
    unpack(path, tmp_path / "out")
    assert content(tmp_path / "out") == {
        "Cat/1.png": b"1", "cat (2)/1.png": b"2", "Cat/2.png": b"3", "cat (2)/2.PNG": b"4",
    }  # fmt: skip


def test_that_names_windows_keeps_for_itself_are_changed() -> None:
    assert parts_of("con/NUL.txt") == ("_con", "_NUL.txt")
    assert parts_of("what?.png") == ("what_.png",)
    assert parts_of("dots...") == ("dots",)
    assert parts_of("./a//b") == ("a", "b")
    assert len(parts_of("x" * 300 + ".png")[0]) < 200
    assert parts_of("x" * 300 + ".png")[0].endswith(".png")


def test_that_names_in_every_script_are_read_also_without_the_utf8_mark(tmp_path: Path) -> None:
    name = "Кошки/猫.png"
    raw = make_zip(tmp_path / "a.zip", {name: b"1"}).read_bytes()
    flags = raw.index(b"PK\x03\x04") + 7, raw.index(b"PK\x01\x02") + 9
    broken = bytearray(raw)
    for at in flags:
        broken[at] &= ~0x08 & 0xFF  # as programs on a Mac write it
    (tmp_path / "b.zip").write_bytes(broken)
    for archive in ("a.zip", "b.zip"):
        unpack(tmp_path / archive, tmp_path / archive[0])
        assert list(content(tmp_path / archive[0])) == [name]


def test_that_a_tar_with_latin_names_opens(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.GNU_FORMAT, encoding="cp1252") as archive:
        info = tarfile.TarInfo("Bücher.txt")
        archive.addfile(info, io.BytesIO())
    unpack(tmp_path / "a.tar", tmp_path / "out")
    assert list(content(tmp_path / "out")) == ["Bücher.txt"]


def test_that_what_systems_leave_behind_is_no_data(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"a/1.png": b"1", "__MACOSX/a/._1.png": b"x", "a/.DS_Store": b"x"})
    unpack(path, tmp_path / "out")
    assert content(tmp_path / "out") == {"a/1.png": b"1"}


# -- progress ----------------------------------------------------------------------------------------


def test_that_cancelling_leaves_nothing_behind(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", FILES)
    with pytest.raises(Cancelled):
        unpack(path, tmp_path / "out", lambda _: False)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.zip"]


def test_that_progress_grows_to_the_end(tmp_path: Path) -> None:
    import random

    noise = random.Random(0)
    path = make_tar(tmp_path / "a.tar.gz", {f"{i}": noise.randbytes(50_000) for i in range(30)}, "w:gz")
    seen: list[float] = []
    unpack(path, tmp_path / "out", lambda fraction: seen.append(fraction) or True)
    assert seen == sorted(seen)
    assert seen[0] < 0.3
    assert seen[-1] > 0.9
