"""Checkpoints: refused in a sentence when damaged, useful without anything else when whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import safetensors.torch
import torch

from studio.engine.checkpoint import CheckpointError, load_weights, read_checkpoint, read_weights
from studio.engine.checkpoint_file import FORMAT, NO_CHECKSUM, read_about, sealed
from studio.engine.session import open_session

from .conftest import Run, finished, project_of


@pytest.fixture
def written(run: Run) -> Path:
    return Path(finished(run(project_of("iris", epochs=1))).checkpoint)


def refusal(path: Path) -> CheckpointError:
    with pytest.raises(CheckpointError) as caught:
        read_checkpoint(path)
    return caught.value


def test_that_a_checkpoint_knows_all_that_its_weights_need(written: Path) -> None:
    checkpoint = read_checkpoint(written)
    assert checkpoint.classes == ("setosa", "versicolor", "virginica")
    assert checkpoint.preprocessing["input"] == "row"
    assert set(checkpoint.metrics) == {"train", "validation", "test"}
    assert checkpoint.epoch == 1
    assert read_about(written)["versions"]["torch"] == torch.__version__
    assert read_about(written)["project"]["kind"] == "tabular-classification"


def test_that_any_program_reads_the_weights_under_their_plain_names(written: Path) -> None:
    session = open_session(project_of("iris"), lambda fraction: True)
    tensors = safetensors.torch.load_file(written)
    plain = {name: t for name, t in tensors.items() if not name.startswith("lantern:")}
    session.model.load_state_dict(plain)
    assert set(read_weights(written)) == set(plain)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.2, 0.9, 0.999])
def test_that_a_truncated_file_is_called_cut_off(written: Path, share: float) -> None:
    content = written.read_bytes()
    written.write_bytes(content[: int(share * len(content))])
    error = refusal(written)
    assert error.code in ("truncated", "not-one")
    if share:
        assert "is cut off" in str(error) or "is not a checkpoint" in str(error)


def test_that_a_single_flipped_bit_is_noticed_wherever_it_is(written: Path) -> None:
    content = written.read_bytes()
    for place in range(8, len(content), max(1, len(content) // 97)):
        changed = bytearray(content)
        changed[place] ^= 1
        written.write_bytes(bytes(changed))
        with pytest.raises(CheckpointError):
            read_checkpoint(written)
    written.write_bytes(content)
    read_checkpoint(written)


def test_that_other_files_are_no_checkpoints(tmp_path: Path) -> None:
    path = tmp_path / "notes.safetensors"
    path.write_text("dear diary, today was a fine day", encoding="utf-8")
    assert "“notes.safetensors” is not a checkpoint" in str(refusal(path))
    assert "is a folder" in str(refusal(tmp_path))
    assert "There is no file" in str(refusal(tmp_path / "gone.safetensors"))
    foreign = tmp_path / "foreign.safetensors"
    safetensors.torch.save_file({"weight": torch.ones(2)}, foreign)
    assert refusal(foreign).code == "no-project"
    assert list(read_weights(foreign)) == ["weight"]


def test_that_a_newer_format_asks_for_an_update(tmp_path: Path) -> None:
    path = tmp_path / "new.safetensors"
    metadata = {"lantern": json.dumps({"format": FORMAT + 1}), "checksum": NO_CHECKSUM}
    path.write_bytes(sealed(safetensors.torch.save({"w": torch.ones(1)}, metadata)))
    error = refusal(path)
    assert error.code == "newer"
    assert f"format {FORMAT + 1}" in str(error)
    assert "Update Lantern" in str(error)


def test_that_another_network_is_refused_by_its_first_difference() -> None:
    model = torch.nn.Linear(3, 2)
    with pytest.raises(CheckpointError, match="“weight” is 2×4 in the file and 2×3 in this network"):
        load_weights(model, {"weight": torch.ones(2, 4), "bias": torch.ones(2)}, "w.safetensors")
    with pytest.raises(CheckpointError, match="“bias” is missing in the file"):
        load_weights(model, {"weight": torch.ones(2, 3)}, "w.safetensors")


def test_that_a_state_dictionary_of_pytorch_is_imported_and_a_program_is_not(tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    model = torch.nn.Linear(3, 2)
    torch.save(model.state_dict(), path)
    assert torch.equal(read_weights(path)["weight"], model.weight)
    torch.save({"state_dict": {"module.weight": torch.ones(1)}}, path)
    assert list(read_weights(path)) == ["weight"]
    torch.save(model, path)  # a pickled object could run anything
    with pytest.raises(CheckpointError, match="does not open for safety"):
        read_weights(path)
    path.write_bytes(b"PK\x03\x04 nonsense")
    with pytest.raises(CheckpointError, match="could not be read"):
        read_weights(path)
