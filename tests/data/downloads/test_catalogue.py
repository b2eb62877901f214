"""The catalogue itself: complete, consistent, and everything in it can be named on screen."""

from __future__ import annotations

import re
import urllib.parse
from pathlib import Path

import pytest

from studio.data.archives.members import is_archive
from studio.data.downloads.catalogue import DOWNLOADS
from studio.data.sources.bundled import BUNDLED
from tests.data.downloads.samples import MAKERS


def test_that_the_promised_datasets_are_there() -> None:
    assert set(DOWNLOADS.ids) >= {
        "mnist", "fashion-mnist-full", "kmnist", "emnist-letters", "emnist-balanced", "qmnist", "usps",
        "semeion",
        "cifar10", "cifar100", "svhn", "stl10", "flowers102", "oxford-iiit-pet", "food101", "dtd", "eurosat",
        "gtsrb", "imagenette", "voc2007",
    }  # fmt: skip
    assert not set(DOWNLOADS.ids) & set(BUNDLED.ids)
    assert {entry.id for entry in DOWNLOADS if entry.read is not None} == set(MAKERS)


@pytest.mark.parametrize("entry", DOWNLOADS, ids=lambda entry: entry.id)
def test_that_an_entry_says_all_there_is_to_say(entry) -> None:
    for text in (entry.name, entry.form, entry.licence, entry.credit, entry.target, entry.preview):
        assert text
        assert text == text.strip()
    assert entry.help.endswith(".")
    assert entry.good_for.endswith((".", "?"))
    assert entry.homepage.startswith(("http://", "https://"))
    assert entry.places[0].split("/")[0] == entry.folder
    assert entry.needs
    assert entry.samples > entry.classes > 1
    assert entry.unpacked_bytes > 0


@pytest.mark.parametrize("entry", DOWNLOADS, ids=lambda entry: entry.id)
def test_that_every_file_has_a_checksum_and_a_web_address(entry) -> None:
    assert len({file.name for file in entry.files}) == len(entry.files)
    for file in entry.files:
        assert re.fullmatch(r"[0-9a-f]{32}", file.md5)
        assert file.size_bytes > 0
        assert file.urls
        for url in file.urls:
            parts = urllib.parse.urlsplit(url)
            assert parts.scheme in ("http", "https")
            assert parts.path.endswith(file.name)
        if file.unpack:
            assert is_archive(Path(file.name))
        assert not file.name.endswith((".pkl", ".pickle", ".pt", ".pth", ".npy"))
