"""Where things lie."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from studio.core import places


def test_that_resources_are_found_in_the_source_tree() -> None:
    assert places.resources() == Path(__file__).resolve().parents[2] / "resources"
    assert places.resources().is_dir()


def test_that_resources_are_found_when_frozen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert places.resources() == tmp_path / "resources"


def test_that_everything_of_the_user_lies_in_the_home_that_the_environment_names(lantern_home: Path) -> None:
    home = lantern_home.resolve()
    assert places.user_data() == home
    assert places.settings_file() == home / "settings.json"
    assert places.runs_folder("abc") == home / "runs" / "abc"
    assert places.backups() == home / "backups"
    assert places.cache() == home / "cache"
    assert places.runs_folder("abc").is_dir()


def test_that_without_an_override_the_system_says_where(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("LANTERN_HOME")
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *a, **k: str(tmp_path / "data"))
    assert places.user_data() == tmp_path / "data"
    assert places.user_data().is_dir()


@pytest.mark.parametrize("bad", ["", "..", "a/b", "..\\x", "C:", "a b"])
def test_that_a_project_id_from_a_file_cannot_lead_out_of_the_runs_folder(bad: str) -> None:
    with pytest.raises(ValueError, match="not a project id"):
        places.runs_folder(bad)
