"""Settings: kept, and never in the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.core.places import settings_file
from studio.core.settings import MOST_RECENT_FILES, Settings, load_settings, save_settings

WHOLE = Settings(
    ("/a.lantern", "/ü.lantern"),
    "dark",
    "de",
    "00ff",
    "0a0b",
    {"project": "/home"},
    {"log_scale": True},
    picture_memory_mib=512,
    unknown={"of_the_future": [1]},
)


def test_that_settings_are_read_as_they_were_saved() -> None:
    assert save_settings(WHOLE)
    assert settings_file().is_file()
    assert load_settings() == WHOLE


def test_that_without_a_file_all_is_at_its_default() -> None:
    assert load_settings() == Settings()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1]", b"\xff\xfe", b'"x"', b"[" * 100_000, b" " * 2_000_000]
)
def test_that_a_damaged_file_is_as_good_as_none(content: bytes) -> None:
    settings_file().write_bytes(content)
    assert load_settings() == Settings()


def test_that_one_damaged_setting_does_not_cost_the_others() -> None:
    data = {"theme": "pink", "language": 3, "recent_files": ["/a", 5, "/a", ""], "geometry": "aa"}
    data |= {"switches": {"a": True, "b": "yes"}, "last_folders": 3}
    settings_file().write_text(json.dumps(data))
    assert load_settings() == Settings(recent_files=("/a",), geometry="aa", switches={"a": True})


def test_that_a_read_only_home_only_costs_comfort(tmp_path: Path) -> None:
    assert not save_settings(WHOLE, tmp_path / "nowhere" / "settings.json")


def test_that_the_newest_file_is_first_and_there_once() -> None:
    settings = Settings()
    for number in range(MOST_RECENT_FILES + 3):
        settings = settings.with_recent_file(f"/{number}")
    settings = settings.with_recent_file("/5")
    assert settings.recent_files[:2] == ("/5", "/12")
    assert len(settings.recent_files) == len(set(settings.recent_files)) == MOST_RECENT_FILES
    assert "/5" not in settings.without_recent_file("/5").recent_files


def test_that_folders_and_switches_are_remembered_by_name() -> None:
    settings = Settings().with_last_folder("export", Path("/x")).with_switch("hint", False)
    assert settings.last_folders == {"export": str(Path("/x"))}
    assert settings.switches == {"hint": False}
