"""What the command line says of what cannot be done: a sentence, and nothing from inside the program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio import cli


def trained(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, Path]:
    project, checkpoint = folder / "a.lantern", folder / "a.safetensors"
    assert cli.main(["new", "--dataset", "iris", "-o", str(project)]) == 0
    assert cli.main(["train", str(project), "--epochs", "1", "-o", str(checkpoint)]) == 0
    said = capsys.readouterr()
    assert "1 epoch of 13 steps" in said.out + said.err
    return project, checkpoint


def test_that_a_refusal_carries_no_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project, checkpoint = trained(tmp_path, capsys)
    code = cli.main(["train", str(project), "--epochs", "1", "--resume", str(checkpoint), "--json"])
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert code == 1
    assert last["event"] == "run_failed"
    assert last["message"].endswith(".")
    assert "details" not in last


def test_that_a_number_of_epochs_nobody_means_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["train", "a.lantern", "--epochs", "99999999999999999999"])
    assert stopped.value.code == 2
    assert "must be at most 1,000,000" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [("[" * 100_000, "lists within lists"), ("1" * 6_000, "a number with thousands of digits")],
)
def test_that_files_only_machines_write_are_refused_in_plain_words(
    spoilt: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.lantern"
    path.write_text('{"format": 1, "x": ' + spoilt, encoding="utf-8")
    assert cli.main(["check", str(path)]) == 1
    said = capsys.readouterr()
    assert words in said.out + said.err
    assert "recursion" not in said.out + said.err
