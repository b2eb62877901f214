"""Weights that leave Lantern compute the same elsewhere."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.core.project import Project
from studio.data.opening import recognise
from studio.engine.control import Control
from studio.engine.events import Event, Exported, RequestFailed, RunFinished
from studio.engine.host import serve
from studio.engine.requests import Export, Train
from studio.kinds.new_project import new_project


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, str]:
    """A project of small pictures with batch normalisation, trained for one epoch."""
    project = new_project("image-classification", recognise("digits"))
    project = replace(project, recipe=replace(project.recipe, epochs=1, device="cpu"))
    events: list[Event] = []
    folder = tmp_path_factory.mktemp("runs")
    serve(Train(project, str(folder)), events.append, Control())
    assert isinstance(events[-1], RunFinished), events[-1]
    return project, events[-1].checkpoint


def exported(source: Project | str, to: str, path: Path) -> Path:
    answers: list[Event] = []
    serve(Export(source, to, str(path)), answers.append, Control())  # type: ignore[arg-type]
    assert answers[-1] == Exported(str(path)), answers
    return path


def test_that_onnx_gives_the_same_outputs_for_any_batch_size(
    trained: tuple[Project, str], tmp_path: Path
) -> None:
    import onnxruntime
    import torch

    from studio.engine.export.exportable import load_exportable

    session = onnxruntime.InferenceSession(str(exported(trained[1], "onnx", tmp_path / "net.onnx")))
    model = load_exportable(trained[1]).model
    for batch in (1, 7):
        inputs = torch.randn(batch, 1, 8, 8, generator=torch.Generator().manual_seed(batch))
        with torch.inference_mode():
            expected = model(inputs).numpy()
        (outputs,) = session.run(None, {"input": inputs.numpy()})
        np.testing.assert_allclose(outputs, expected, atol=1e-4)
    metadata = session.get_modelmeta().custom_metadata_map
    assert json.loads(metadata["classes"]) == list("0123456789")
    assert json.loads(metadata["preprocessing"])["input"] == "picture"


def test_that_a_pth_holds_the_trained_weights_under_plain_names(
    trained: tuple[Project, str], tmp_path: Path
) -> None:
    import torch

    from studio.engine.export.exportable import load_exportable

    weights = torch.load(exported(trained[1], "pth", tmp_path / "net.pth"), weights_only=True)
    expected = load_exportable(trained[1]).model.state_dict()
    assert list(weights) == list(expected)
    assert all(torch.equal(weights[name], expected[name]) for name in expected)


def test_that_a_missing_onnx_package_is_said_with_the_way_to_get_it(
    trained: tuple[Project, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "onnx" else found(name, *rest)
    )
    answers: list[Event] = []
    serve(Export(trained[1], "onnx", str(tmp_path / "net.onnx")), answers.append, Control())
    assert isinstance(answers[-1], RequestFailed)
    assert "pip install onnx onnxscript" in answers[-1].message


def test_that_a_folder_that_is_gone_is_named(trained: tuple[Project, str], tmp_path: Path) -> None:
    answers: list[Event] = []
    serve(Export(trained[1], "pth", str(tmp_path / "gone" / "net.pth")), answers.append, Control())
    assert isinstance(answers[-1], RequestFailed)
    assert "gone" in answers[-1].message
