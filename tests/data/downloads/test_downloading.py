"""A whole dataset: from nothing to a project, stopped in the middle, by hand, from a shared folder."""

from __future__ import annotations

import os
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.registry import Registry
from studio.core.settings import Settings, save_settings
from studio.data import opening
from studio.data.dataset import Cancelled, DataError
from studio.data.downloads import downloading, finding
from studio.data.downloads.connection import Line
from studio.data.downloads.downloading import Download, Progress, delete, forget
from studio.data.downloads.entry import DownloadableDataset, size_in_words
from studio.data.downloads.finding import find, incoming, own_folder, state_of
from studio.data.opening import open_dataset, recognise
from studio.data.sources import downloaded
from tests.data.downloads.entries import remote, small_mnist
from tests.data.downloads.server import Site, closed_port
from tests.data.hostile_archives import make_tar


@pytest.fixture
def mnist(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DownloadableDataset:
    entry = small_mnist(site, tmp_path / "original")
    registry = Registry("dataset to download", (entry,))
    monkeypatch.setattr(downloaded, "DOWNLOADS", registry)
    monkeypatch.setattr(opening, "DOWNLOADS", registry)
    return entry


def download(entry: DownloadableDataset, news: list[Progress] | None = None) -> Path:
    seen = news if news is not None else []
    return Download(entry, seen.append, Line(timeout_s=5), offline_s=1.0, pauses_s=(0.0,)).run()


def offline(entry: DownloadableDataset) -> DownloadableDataset:
    nowhere = f"http://127.0.0.1:{closed_port()}/"
    return replace(entry, files=tuple(replace(f, urls=(nowhere + f.name,)) for f in entry.files))


def test_that_a_dataset_arrives_and_opens_by_its_name(mnist: DownloadableDataset) -> None:
    assert state_of(mnist).kind == "absent"
    with pytest.raises(DataError, match=r"^MNIST is not downloaded yet \(.*\)\. Download it under") as caught:
        recognise("mnist")
    assert caught.value.code == "not-downloaded"
    news: list[Progress] = []
    assert download(mnist, news) == own_folder() / "mnist"
    assert state_of(mnist).kind == "downloaded"
    assert news[0].phase == "connecting"
    assert {what.phase for what in news} >= {"connecting", "downloading"}
    loading = [what.fraction for what in news if what.phase == "downloading"]
    assert loading == sorted(loading)
    assert loading[-1] == 1.0
    choice = recognise("MNIST")
    assert (choice.source, choice.location) == ("downloaded", "mnist")
    dataset = open_dataset(choice)
    assert dataset.facts.target == "digit"
    assert (len(dataset), dataset.split().test.tolist()) == (30, list(range(20, 30)))
    assert not incoming(mnist).exists()


def test_that_a_second_download_does_nothing(mnist: DownloadableDataset, site: Site) -> None:
    place = download(mnist)
    asked = len(site.requests)
    assert download(mnist) == place
    assert len(site.requests) == asked


def test_that_a_stopped_download_goes_on_in_the_middle(mnist: DownloadableDataset, site: Site) -> None:
    site.gate, site.gate_at = threading.Event(), 40
    running = Download(mnist, lambda _: None, Line(timeout_s=60), pauses_s=(0.0,))
    ended: list[BaseException] = []

    def run() -> None:
        try:
            running.run()
        except Cancelled as error:
            ended.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert site.waiting.wait(5)
    running.stop()
    thread.join(5)
    site.gate.set()
    site.gate = None
    assert len(ended) == 1
    assert state_of(mnist).kind == "partial"
    assert find(mnist) is None
    download(mnist)
    assert any(asked.startswith("bytes=") for _, asked in site.requests)
    assert len(open_dataset(recognise("mnist"))) == 30


def test_that_what_came_can_be_thrown_away(mnist: DownloadableDataset) -> None:
    incoming(mnist).mkdir(parents=True)
    (incoming(mnist) / f"{mnist.files[0].name}.part").write_bytes(b"x" * 10)
    assert state_of(mnist).kind == "partial"
    forget(mnist)
    assert state_of(mnist).kind == "absent"


def test_that_offline_is_said_with_the_way_out(mnist: DownloadableDataset) -> None:
    with pytest.raises(DataError) as caught:
        download(offline(mnist))
    said = str(caught.value)
    assert caught.value.code == "offline"
    assert said.startswith(
        "There is no connection to the internet, or to the servers of this dataset. (If your"
    )
    assert f"into “{incoming(mnist)}” and start the download again." in said
    assert "“train-images-idx3-ubyte.gz”" in said


def test_that_files_put_there_by_hand_need_no_network(mnist: DownloadableDataset, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "original", incoming(mnist))
    assert state_of(mnist).kind == "at-hand"
    download(offline(mnist))
    assert state_of(mnist).kind == "downloaded"


def test_that_a_wrong_file_put_there_by_hand_is_named(mnist: DownloadableDataset, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "original", incoming(mnist))
    (incoming(mnist) / mnist.files[0].name).write_bytes(b"something else")
    with pytest.raises(
        DataError, match=r"“t10k-images-idx3-ubyte\.gz” lies there, but it is not the right file"
    ):
        download(offline(mnist))


def test_that_a_shared_folder_is_found_and_left_alone(
    mnist: DownloadableDataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    shutil.copytree(tmp_path / "original", shared / "mnist")
    monkeypatch.setenv(finding.SHARED, f"{tmp_path / 'gone'}{os.pathsep}{shared}")
    assert find(mnist) == shared / "mnist"
    assert len(open_dataset(recognise("mnist"))) == 30
    assert not own_folder().exists()


def test_that_torchvisions_folder_is_found_where_the_user_pointed(
    mnist: DownloadableDataset, tmp_path: Path
) -> None:
    raw = tmp_path / "torch" / "MNIST" / "raw"
    shutil.copytree(tmp_path / "original", raw)
    save_settings(Settings().with_last_folder(finding.PURPOSE, tmp_path / "torch"))
    assert find(mnist) == raw
    assert state_of(mnist).kind == "downloaded"


def test_that_archives_are_unpacked_and_appear_whole(
    site: Site, mnist: DownloadableDataset, tmp_path: Path
) -> None:
    inside = {f"raw/{path.name}": path.read_bytes() for path in (tmp_path / "original").iterdir()}
    archive = make_tar(tmp_path / "all.tar.gz", inside, "w:gz")
    file = remote(site, "all.tar.gz", archive.read_bytes(), unpack=True)
    entry = replace(mnist, files=(file,), places=("mnist/raw",))
    news: list[Progress] = []
    assert download(entry, news) == own_folder() / "mnist" / "raw"
    assert "unpacking" in {what.phase for what in news}
    assert sorted(path.name for path in own_folder().iterdir()) == ["files", "mnist"]


def test_that_an_unsafe_archive_makes_no_dataset(
    site: Site, mnist: DownloadableDataset, tmp_path: Path
) -> None:
    archive = make_tar(tmp_path / "evil.tar", {"../../evil.txt": b"x"})
    file = remote(site, "evil.tar", archive.read_bytes(), unpack=True)
    with pytest.raises(DataError, match="is not safe and was not opened"):
        download(replace(mnist, files=(file,)))
    assert not (own_folder() / "mnist").exists()
    assert not list(tmp_path.rglob("evil.txt"))


def test_that_files_which_lack_what_is_needed_are_no_dataset(site: Site, mnist: DownloadableDataset) -> None:
    with pytest.raises(DataError, match="MNIST was downloaded, but files are missing in it"):
        download(replace(mnist, files=mnist.files[:2]))
    assert not (own_folder() / "mnist").exists()


def test_that_too_little_room_is_said_before_anything_is_fetched(
    mnist: DownloadableDataset, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloading.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 0, 10**8))
    with pytest.raises(DataError, match="MNIST needs 500 MB of free room on the disk, and there are 100 MB"):
        download(mnist)
    assert not site.requests


def test_that_another_window_s_download_is_respected(
    mnist: DownloadableDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    incoming(mnist).mkdir(parents=True)
    lock = incoming(mnist).with_name("mnist.lock")
    lock.write_text(str(os.getppid()))
    with pytest.raises(DataError, match=r"is being downloaded by another window of Lantern\. Wait"):
        download(mnist)
    lock.write_text("999999999")  # of a program that is gone
    download(mnist)
    assert not lock.exists()


def test_that_sizes_are_said_as_people_say_them() -> None:
    assert [size_in_words(n) for n in (512, 11_594_722, 170_052_171, 2_640_397_119, 45_000_000_000)] == [
        "512 bytes", "12 MB", "170 MB", "2.6 GB", "45 GB",
    ]  # fmt: skip


def test_that_only_lantern_s_own_copy_is_deleted(
    mnist: DownloadableDataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(tmp_path / "original", tmp_path / "shared" / "mnist")
    monkeypatch.setenv(finding.SHARED, str(tmp_path / "shared"))
    shutil.copytree(tmp_path / "original", own_folder() / "mnist")
    delete(mnist)
    assert not list(own_folder().iterdir())
    assert find(mnist) == tmp_path / "shared" / "mnist"
    delete(mnist)
    assert find(mnist) == tmp_path / "shared" / "mnist"
