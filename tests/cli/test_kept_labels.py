"""Corrected labels that lie beside the data count on the command line, too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.cli import main
from studio.cli.kept_labels import with_kept_labels
from studio.core.project_file import load_project
from studio.data.label_files import NAME

ROWS = 60


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    rows = [f"{i * 0.5},{i % 7},{'rose' if i % 2 else 'tulip'}" for i in range(ROWS)]
    (tmp_path / "flowers.csv").write_text("\n".join(("length,width,species", *rows)))
    path = tmp_path / "p.lantern"
    assert main(["new", "--dataset", str(tmp_path / "flowers.csv"), "-o", str(path)]) == 0
    capsys.readouterr()
    return path


def correct(project: Path, row: int, label: str) -> None:
    from studio.data.opening import open_dataset

    choice = load_project(project).dataset
    assert choice is not None
    dataset = open_dataset(choice)
    sample = dataset.reference_of(row)  # type: ignore[attr-defined]
    table = project.with_name(f"flowers.{NAME}")
    table.write_text(f"sample,label,content,column\n{sample},{label},,species\n")


def test_that_training_learns_the_labels_that_lie_beside_the_data(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    correct(project, 4, "lily")
    labelled = with_kept_labels(load_project(project))
    assert labelled.dataset is not None
    assert labelled.dataset.facts is not None
    assert labelled.dataset.facts.classes == ("rose", "tulip", "lily")
    assert main(["check", str(project), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is True
    assert [3] in report["shapes"].values()
    assert main(["train", str(project), "--epochs", "1", "--json"]) == 0
    ended = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert ended["event"] == "run_finished"
    before = load_project(project).dataset
    assert before is not None
    assert before.facts is not None
    assert labelled.dataset.facts.fingerprint != before.facts.fingerprint


def test_that_a_damaged_table_of_labels_is_told_and_trained_without(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.with_name(f"flowers.{NAME}").write_bytes(b"\xff\xfe\0\0")
    assert main(["check", str(project), "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["ok"] is True
    assert told.err.startswith(
        f"“flowers.{NAME}” beside the data is not read as labels corrected in Lantern: it holds no text."
    )


def test_that_a_project_without_labels_beside_its_data_stays_as_it_is(project: Path) -> None:
    loaded = load_project(project)
    assert with_kept_labels(loaded) is loaded
