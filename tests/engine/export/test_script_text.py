"""The script of a text project trains to the same losses without Lantern."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from test_script import assert_same_losses

from studio.core.project import DatasetChoice, Project
from studio.data.opening import open_dataset
from studio.kinds.new_project import new_project


def project_of(choice: DatasetChoice, template: str) -> Project:
    project = new_project("text-classification", open_dataset(choice).choice, template)
    return replace(project, recipe=replace(project.recipe, epochs=2, device="cpu"))


@pytest.mark.parametrize(
    ("tokens", "template"), [("words", "average"), ("characters", "cnn"), ("byte_pairs", "gru")]
)
def test_that_a_text_project_trains_to_the_same_losses(tmp_path: Path, tokens: str, template: str) -> None:
    options = {"tokens": tokens, "vocabulary": 600, "length": 24}
    assert_same_losses(project_of(DatasetChoice("bundled", "udhr-languages", options), template), tmp_path)


def test_that_texts_in_json_train_to_the_same_losses(tmp_path: Path) -> None:
    path = tmp_path / "films.jsonl"
    rows = [{"text": f"film {i} was {'good' if i % 2 else 'bad'}", "label": i % 2} for i in range(60)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    choice = DatasetChoice("text-lines", str(path))
    assert_same_losses(project_of(choice, "transformer"), tmp_path)
