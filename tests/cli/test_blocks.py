"""A project with blocks on the command line: checked, trained, and exported in every way."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from studio.cli import main
from studio.core.network import BlockParam, Graph, Target
from studio.core.project_file import load_project, save_project
from studio.graph import edits
from studio.graph.blocks.making import make_block
from studio.layers.catalogue import LAYERS


@pytest.fixture
def with_blocks_project(tmp_path: Path) -> Path:
    """Iris, its hidden layer in a block that stands there twice."""
    path = tmp_path / "iris.lantern"
    assert main(["new", "--dataset", "iris", "-o", str(path)]) == 0
    project = load_project(path)
    graph = project.graph
    hidden = next(n.id for n in graph if n.type == "linear")
    after = graph.outputs_of(hidden)[0].target
    graph, block = make_block(graph, LAYERS, [hidden, after], "Hidden part")
    width = BlockParam("units", "Units", (Target(hidden, "out_features"),))
    graph = replace(graph, blocks=(replace(graph.blocks[0], params=(width,)),))
    graph = edits.set_params(graph, block, {"units": 12, "repeat": 2})
    save_project(path, project.with_graph(graph))
    return path


def test_that_a_project_with_blocks_is_checked_trained_and_exported(
    with_blocks_project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, checkpoint = str(with_blocks_project), str(tmp_path / "iris.safetensors")
    capsys.readouterr()
    assert main(["check", path, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is True
    assert report["shapes"]["Hidden part 1"] == [12]

    assert main(["train", path, "--epochs", "2", "--seed", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["event"] == "run_finished"
    assert main(["evaluate", checkpoint, "--json"]) == 0
    assert "accuracy" in json.loads(capsys.readouterr().out)["metrics"]

    weights = tmp_path / "iris.pth"
    assert main(["export", checkpoint, "--to", "pth", "-o", str(weights)]) == 0
    names = list(torch.load(weights, weights_only=True))
    assert "hidden_part1.0.linear1.weight" in names
    assert "hidden_part1.1.linear1.bias" in names

    onnx = tmp_path / "iris.onnx"
    assert main(["export", checkpoint, "--to", "onnx", "-o", str(onnx)]) == 0
    assert onnx.stat().st_size > 500

    script = tmp_path / "train.py"
    assert main(["export", path, "--to", "script", "-o", str(script)]) == 0
    assert "class HiddenPartBlock(nn.Module):" in script.read_text()
    compile(script.read_text(), "script", "exec")


@pytest.mark.slow
def test_that_the_script_of_a_project_with_blocks_runs(with_blocks_project: Path, tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    assert main(["export", str(with_blocks_project), "--to", "script", "-o", str(script)]) == 0
    done = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def test_that_a_broken_block_is_named_at_its_place(
    with_blocks_project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = load_project(with_blocks_project)
    graph = project.graph
    (block,) = graph.blocks
    nodes = tuple(
        replace(n, params={**n.params, "out_features": -3}) if n.type == "linear" else n for n in block.nodes
    )
    graph = Graph(graph.nodes, graph.edges, (replace(block, nodes=nodes, params=()),))
    save_project(with_blocks_project, project.with_graph(graph))
    assert main(["check", str(with_blocks_project)]) == 1
    assert "“Hidden part 1” → “Linear 1”: Output features: must be at least 1" in capsys.readouterr().err
    assert main(["train", str(with_blocks_project), "--epochs", "1"]) == 1
    assert "“Hidden part 1” → “Linear 1”: " in capsys.readouterr().err
