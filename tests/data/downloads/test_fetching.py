"""One file over a bad network: it goes on where it stopped, tries again, and is checked."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from studio.data.downloads.connection import Cut, DownloadError, Line, anybody_answers
from studio.data.downloads.fetching import ATTEMPTS, Fetcher
from tests.data.downloads.entries import NOISE, remote
from tests.data.downloads.server import Site, closed_port, proxying, serving

News = list[tuple[str, int, int]]


def fetcher(news: News | None = None, line: Line | None = None) -> Fetcher:
    seen = news if news is not None else []
    return Fetcher(line or Line(timeout_s=5), lambda *what: seen.append(what), pauses_s=(0.0,))


def test_that_a_file_arrives_with_news_on_the_way(site: Site, tmp_path: Path) -> None:
    news: News = []
    fetcher(news).fetch(remote(site, "a.bin", NOISE), tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == NOISE
    loading = [what for what in news if what[0] == "downloading"]
    assert loading[-1] == ("downloading", len(NOISE), len(NOISE))
    assert [done for _, done, _ in loading] == sorted(done for _, done, _ in loading)
    assert news[-1] == ("checking", len(NOISE), len(NOISE))
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.bin"]


def test_that_a_broken_connection_goes_on_where_it_stopped(site: Site, tmp_path: Path) -> None:
    site.cut_after = [100_000, 50_000]
    fetcher().fetch(remote(site, "a.bin", NOISE), tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == NOISE
    assert [asked for _, asked in site.requests] == ["", "bytes=100000-", "bytes=150000-"]


def test_that_a_server_without_ranges_begins_again(site: Site, tmp_path: Path) -> None:
    site.ranges = False
    (tmp_path / "a.bin.part").write_bytes(NOISE[:1000])
    fetcher().fetch(remote(site, "a.bin", NOISE), tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == NOISE


def test_that_a_complete_part_needs_no_further_byte(site: Site, tmp_path: Path) -> None:
    (tmp_path / "a.bin.part").write_bytes(NOISE)
    fetcher().fetch(remote(site, "a.bin", NOISE), tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == NOISE


def test_that_a_part_of_another_file_is_thrown_away_and_fetched_anew(site: Site, tmp_path: Path) -> None:
    (tmp_path / "a.bin.part").write_bytes(b"x" * 1000)
    fetcher().fetch(remote(site, "a.bin", NOISE), tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == NOISE
    assert [asked for _, asked in site.requests] == ["bytes=1000-", ""]


def test_that_a_wrong_checksum_is_said_and_nothing_is_kept(site: Site, tmp_path: Path) -> None:
    file = replace(remote(site, "a.bin", NOISE), md5="0" * 32)
    with pytest.raises(
        DownloadError, match=r"“a\.bin” came, but its checksum is wrong: it was damaged"
    ) as caught:
        fetcher().fetch(file, tmp_path / "a.bin")
    assert caught.value.code == "checksum"
    assert not list(tmp_path.iterdir())
    assert len(site.requests) == 1


def test_that_the_next_mirror_is_asked(site: Site, tmp_path: Path) -> None:
    with serving(Site(files={"/a.bin": b"wrong" * 1000})) as liar, serving(Site()) as empty:
        mirrors = (f"http://127.0.0.1:{closed_port()}/a.bin", f"{empty.url}/a.bin", f"{liar.url}/a.bin")
        fetcher().fetch(remote(site, "a.bin", NOISE, mirrors), tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == NOISE


@pytest.mark.parametrize("status", [500, 503, 429])
def test_that_a_busy_server_is_asked_again(site: Site, tmp_path: Path, status: int) -> None:
    site.statuses = [status] * (ATTEMPTS - 1)
    fetcher().fetch(remote(site, "a.bin", NOISE), tmp_path / "a.bin")
    assert len(site.requests) == ATTEMPTS


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (404, "“127.0.0.1” does not have the file any more."),
        (403, "“127.0.0.1” does not allow the download."),
        (500, "“127.0.0.1” reports an error (500)."),
        (429, "“127.0.0.1” has too much to do just now. Try again later."),
    ],
)
def test_that_what_the_server_says_is_told(site: Site, tmp_path: Path, status: int, sentence: str) -> None:
    site.statuses = [status] * ATTEMPTS
    with pytest.raises(DownloadError) as caught:
        fetcher().fetch(remote(site, "a.bin", NOISE), tmp_path / "a.bin")
    assert str(caught.value) == sentence


def test_that_a_login_page_is_not_taken_for_the_file(site: Site, tmp_path: Path) -> None:
    site.content_type = "text/html; charset=utf-8"
    with pytest.raises(
        DownloadError, match=r"A web page came in place of the file .* Open a browser, log in there"
    ):
        fetcher().fetch(remote(site, "a.bin", b"<html>Log in</html>"), tmp_path / "a.bin")
    assert not list(tmp_path.iterdir())


def test_that_a_server_which_never_ends_is_stopped(site: Site, tmp_path: Path) -> None:
    file = replace(remote(site, "a.bin", bytes(12_000_000)), size_bytes=1000)
    with pytest.raises(DownloadError, match="The server sends far more than the file has"):
        fetcher().fetch(file, tmp_path / "a.bin")


def test_that_redirects_lead_to_the_web_only(site: Site, tmp_path: Path) -> None:
    file = remote(site, "a.bin", NOISE)
    site.redirects["/moved.bin"] = "/a.bin"
    fetcher().fetch(replace(file, urls=(f"{site.url}/moved.bin",)), tmp_path / "a.bin")
    for target in ("file:///etc/passwd", "ftp://127.0.0.1/a.bin"):
        site.redirects["/evil.bin"] = target
        with pytest.raises(DownloadError, match="to an address that is not on the web"):
            fetcher().fetch(replace(file, urls=(f"{site.url}/evil.bin",)), tmp_path / "b.bin")
    with pytest.raises(DownloadError, match="is no address on the web"):
        fetcher().fetch(replace(file, urls=("file:///etc/passwd",)), tmp_path / "b.bin")


def test_that_stopping_ends_a_stalled_download_at_once_and_keeps_what_came(
    site: Site, tmp_path: Path
) -> None:
    site.gate, site.gate_at = threading.Event(), 70_000
    line, file = Line(timeout_s=60), remote(site, "a.bin", NOISE)
    ended: list[BaseException] = []
    arrived = threading.Event()  # here, not only sent: the two are apart on a busy machine

    def hear(what: str, done: int, total: int) -> None:
        if what == "downloading" and done > 0:
            arrived.set()

    def run() -> None:
        try:
            Fetcher(line, hear, pauses_s=(0.0,)).fetch(file, tmp_path / "a.bin")
        except Cut as error:
            ended.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert site.waiting.wait(20)
    assert arrived.wait(20)
    line.cut()
    thread.join(20)  # the line itself would wait for 60 s
    assert not thread.is_alive()
    assert len(ended) == 1
    assert 0 < (tmp_path / "a.bin.part").stat().st_size <= 70_000
    site.gate.set()
    site.gate = None
    fetcher().fetch(file, tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == NOISE
    assert site.requests[-1][1].startswith("bytes=")


def test_that_a_server_which_stalls_is_given_up(site: Site, tmp_path: Path) -> None:
    site.gate, site.gate_at = threading.Event(), 0
    with pytest.raises(DownloadError, match=r"“127\.0\.0\.1” does not answer"):
        fetcher(line=Line(timeout_s=0.05)).fetch(remote(site, "a.bin", NOISE), tmp_path / "a.bin")
    site.gate.set()


def test_that_the_proxy_of_the_environment_is_used(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = replace(remote(site, "a.bin", NOISE), urls=("http://data.example/a.bin",))
    with proxying(site) as (address, seen):
        monkeypatch.setenv("http_proxy", address)
        assert anybody_answers(file.urls, Line())
        fetcher().fetch(file, tmp_path / "a.bin")
    assert seen == ["http://data.example/a.bin"]
    assert (tmp_path / "a.bin").read_bytes() == NOISE


def test_that_a_proxy_which_wants_a_password_is_explained(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxying(site, refuses=True) as (address, _):
        monkeypatch.setenv("http_proxy", address)
        file = replace(remote(site, "a.bin", NOISE), urls=("http://data.example/a.bin",))
        with pytest.raises(
            DownloadError, match=r"The proxy asks for a user name and a password\. Set HTTPS_PROXY"
        ):
            fetcher().fetch(file, tmp_path / "a.bin")


def test_that_a_full_disk_is_said_and_what_came_is_kept(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        DownloadError, match=r"The disk is full\. Free some room and press “Resume”"
    ) as caught:
        fetcher().fetch(remote(site, "a.bin", NOISE), tmp_path / "a.bin")
    assert caught.value.code == "disk-full"
    assert (tmp_path / "a.bin.part").exists()


def test_that_nobody_answering_is_noticed_within_seconds() -> None:
    import time

    began = time.monotonic()
    assert not anybody_answers([f"http://127.0.0.1:{closed_port()}/x"], Line())
    assert not anybody_answers(["http://192.0.2.1/x", "http://nobody.invalid/x"], Line(), within_s=1.0)
    assert time.monotonic() - began < 3.0


def test_that_one_server_of_several_is_enough(site: Site) -> None:
    assert anybody_answers([f"http://127.0.0.1:{closed_port()}/x", f"{site.url}/x"], Line())
