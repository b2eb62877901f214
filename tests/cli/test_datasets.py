"""Datasets to download, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.cli.commands import DONE, PROBLEM, main
from studio.core.registry import Registry
from studio.data import opening
from studio.data.downloads import catalogue
from studio.data.sources import downloaded
from tests.data.downloads.conftest import no_proxy_of_this_computer, site
from tests.data.downloads.entries import small_mnist
from tests.data.downloads.server import Site, closed_port

__all__ = ["no_proxy_of_this_computer", "site"]


@pytest.fixture
def mnist(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import studio.cli.downloading as cli

    registry = Registry("dataset to download", (small_mnist(site, tmp_path / "original"),))
    for module in (downloaded, opening, cli, catalogue):
        monkeypatch.setattr(module, "DOWNLOADS", registry)


def test_that_the_list_tells_the_state_of_every_dataset(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "datasets", "--json"]) == DONE
    rows = {row["id"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["digits"]["state"] == "bundled"
    assert rows["cifar10"]["state"] == "170 MB to download"
    assert rows["cifar10"]["downloaded"] is False
    assert rows["cifar10"]["licence"] == "none stated; the makers ask to be cited"
    assert rows["mnist"]["bytes"] == 11_594_722
    assert main(["list", "datasets"]) == DONE
    assert "mnist               MNIST: 70,000 handwritten digits" in capsys.readouterr().out


def test_that_a_dataset_which_is_not_here_is_said_with_the_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["new", "--dataset", "cifar10", "-o", "p.lantern"]) == PROBLEM
    said = capsys.readouterr().err
    assert said == (
        "CIFAR-10 is not downloaded yet (170 MB). Download it under “More datasets…”, or with: "
        "main.py new --dataset cifar10 --download -o P.lantern\n"
    )


@pytest.mark.usefixtures("mnist")
def test_that_new_downloads_and_makes_a_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = tmp_path / "p.lantern"
    assert main(["new", "--dataset", "mnist", "--download", "-o", str(project), "--json"]) == DONE
    assert json.loads(capsys.readouterr().out) == {
        "project": str(project), "kind": "image-classification", "samples": 30,
    }  # fmt: skip
    assert main(["check", str(project), "--json"]) == DONE
    assert json.loads(capsys.readouterr().out)["ok"] is True


def test_that_offline_ends_with_the_way_out(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from dataclasses import replace

    import studio.cli.downloading as cli

    entry = small_mnist(site, tmp_path / "original")
    nowhere = f"http://127.0.0.1:{closed_port()}/"
    entry = replace(entry, files=tuple(replace(f, urls=(nowhere + f.name,)) for f in entry.files))
    monkeypatch.setattr(cli, "DOWNLOADS", Registry("dataset to download", (entry,)))
    assert main(["new", "--dataset", "mnist", "--download", "-o", str(tmp_path / "p.lantern")]) == PROBLEM
    assert "There is no connection to the internet" in capsys.readouterr().err


def test_that_only_the_catalogue_can_be_downloaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = str(tmp_path / "p.lantern")
    assert main(["new", "--dataset", "digits", "--download", "-o", output]) == DONE
    capsys.readouterr()
    assert main(["new", "--dataset", "http://evil.example/x", "--download", "-o", output]) == PROBLEM
    assert "is no dataset that can be downloaded. There are: mnist, " in capsys.readouterr().err


def test_that_a_home_which_cannot_be_written_to_is_said_before_anything_is_fetched(
    mnist: None, lantern_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (lantern_home / "datasets").write_text("a file where the folder should be")
    assert main(["new", "--dataset", "mnist", "--download", "-o", str(tmp_path / "p.lantern")]) == PROBLEM
    said = capsys.readouterr().err
    assert said.startswith(f"The folder “{lantern_home / 'datasets'}")
    assert said.endswith("Check its permissions.\n")
