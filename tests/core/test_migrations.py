"""Project files of older formats: backed up, then migrated."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from studio.core import migrations, places, project_file, project_json
from studio.core.project import FORMAT
from studio.core.project_file import ProjectFileError, load_project, project_to_json, save_project
from tests.core.sample_project import sample_project

Json = dict[str, Any]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "Äpfel.lantern"


def wrap_kind(data: Json) -> Json:
    """A made-up migration to format 2: what was called "sort" is now called "kind"."""
    data = dict(data)
    data["kind"] = data.pop("sort")
    return data


@pytest.fixture
def format_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "STEPS", {2: wrap_kind})
    monkeypatch.setattr(project_file, "FORMAT", 2)
    monkeypatch.setattr(project_json, "FORMAT", 2)


def old_text() -> str:
    data = project_to_json(sample_project())
    data["format"] = 1
    data["sort"] = data.pop("kind")
    return json.dumps(data)


@pytest.mark.usefixtures("format_two")
def test_that_an_old_project_is_backed_up_and_migrated(path: Path) -> None:
    path.write_text(old_text())
    project = load_project(path)
    assert replace(project, format=FORMAT) == sample_project()
    (kept,) = places.backups().iterdir()
    assert kept.name.startswith("Äpfel.format1.")
    assert kept.read_text() == old_text()
    load_project(path)
    assert len(list(places.backups().iterdir())) == 1
    save_project(path, project)
    assert json.loads(path.read_text())["format"] == 2
    assert load_project(path) == project


@pytest.mark.usefixtures("format_two")
def test_that_a_backup_goes_beside_the_file_where_the_home_is_read_only(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text(old_text())
    monkeypatch.setattr(places, "backups", lambda: path.parent / "nowhere")
    load_project(path)
    assert sorted(p.suffix for p in path.parent.iterdir()) == [".lantern", ".lantern"]


@pytest.mark.usefixtures("format_two")
def test_that_a_damaged_old_project_is_told_in_the_words_of_the_newest_format(path: Path) -> None:
    path.write_text('{"format": 1}')
    with pytest.raises(ProjectFileError, match="kind: is missing"):
        load_project(path)


def test_that_every_format_bump_came_with_a_migration() -> None:
    assert set(migrations.STEPS) == set(range(2, FORMAT + 1))
