"""Detectors outside of Lantern, on others' pictures, and what they found as files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from studio.core.project import Project
from studio.engine.events import Evaluation, Exported, Imported, Notice, Predicted, RequestFailed
from studio.engine.requests import Evaluate, Export, ImportWeights, Predict, Train
from tests.data.boxes.sample_folder import blocks
from tests.engine.conftest import ask, finished, project_of


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, str]:
    """Two epochs on blocks: it says something, if not much."""
    folder = tmp_path_factory.mktemp("detector")
    project = project_of(str(blocks(folder / "blocks")), epochs=2, batch_size=8)
    assert project.kind == "object-detection"
    return project, finished(ask(Train(project, str(folder / "runs")))).checkpoint


def exported(source: str, to: str, path: Path) -> Path:
    answers = ask(Export(source, to, str(path)))  # type: ignore[arg-type]
    assert answers[-1] == Exported(str(path)), answers
    return path


def test_that_onnx_gives_the_same_boxes_for_any_batch_size(
    trained: tuple[Project, str], tmp_path: Path
) -> None:
    import onnxruntime
    import torch

    from studio.engine.export.exportable import load_exportable

    session = onnxruntime.InferenceSession(str(exported(trained[1], "onnx", tmp_path / "net.onnx")))
    model = load_exportable(trained[1]).model
    shape = load_exportable(trained[1]).preprocessing.input_shape
    for batch in (1, 3):
        inputs = torch.randn(batch, *shape, generator=torch.Generator().manual_seed(batch))
        with torch.inference_mode():
            expected = model(inputs).numpy()
        (outputs,) = session.run(None, {"input": inputs.numpy()})
        assert outputs.shape[:2] == (batch, 2 + 5)
        np.testing.assert_allclose(outputs, expected, atol=1e-4)
    metadata = session.get_modelmeta().custom_metadata_map
    assert json.loads(metadata["classes"]) == ["red block", "blue block"]


def test_that_weights_that_left_come_back_and_measure_the_same(
    trained: tuple[Project, str], tmp_path: Path
) -> None:
    weights = exported(trained[1], "pth", tmp_path / "net.pth")
    back = tmp_path / "back.safetensors"
    assert ask(ImportWeights(trained[0], str(weights), str(back)))[-1] == Imported(str(back))
    before, after = (ask(Evaluate(path, "all"))[-1] for path in (trained[1], str(back)))
    assert isinstance(before, Evaluation)
    assert isinstance(after, Evaluation)
    assert after.metrics == before.metrics
    assert before.metrics["loss"] > 0


def test_that_others_boxes_are_measured_by_the_names_of_their_classes(
    trained: tuple[Project, str], tmp_path: Path
) -> None:
    """The same boxes under other numbers, and a class that was never learnt: the figures do not change."""
    other = blocks(tmp_path / "others")
    file = other / "annotations.json"
    told = json.loads(file.read_text("utf-8"))
    told["categories"] = [
        {"id": 5, "name": "green ball"},
        {"id": 1, "name": "blue block"},
        {"id": 0, "name": "red block"},
    ]
    file.write_text(json.dumps(told), encoding="utf-8")
    own = ask(Evaluate(trained[1], "all"))[-1]
    same = ask(Evaluate(trained[1], "all", str(other)))[-1]
    assert isinstance(own, Evaluation)
    assert isinstance(same, Evaluation)
    assert same.samples == 24
    assert same.metrics == pytest.approx(own.metrics, rel=1e-5)
    told["annotations"].append({"id": 900, "image_id": 7, "category_id": 5, "bbox": [1, 1, 9, 9]})
    file.write_text(json.dumps(told), encoding="utf-8")
    *before, after = ask(Evaluate(trained[1], "all", str(other)))
    assert isinstance(after, Evaluation)
    assert after.metrics == pytest.approx(own.metrics, rel=1e-5)
    said = [event.message for event in before if isinstance(event, Notice)]
    assert said == ["Boxes of classes that this network does not know are left out: “green ball”."]


def test_that_the_example_is_brought_to_the_size_of_the_network(trained: tuple[Project, str]) -> None:

    (refused,) = [
        e for e in ask(Evaluate(trained[1], "all", "clothes-scenes")) if isinstance(e, RequestFailed)
    ]
    assert refused.message.startswith("The data have other classes (“T-shirt/top”, ")


def test_that_the_threshold_decides_what_is_written(
    trained: tuple[Project, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from studio import cli

    pictures = tmp_path / "pictures"
    (pictures / "a").mkdir(parents=True)
    source = Path(str(trained[0].dataset.location))  # type: ignore[union-attr]
    for name, target in (("00.png", "same.png"), ("01.png", "a/same.png")):
        (pictures / target).write_bytes((source / name).read_bytes())
    (answer,) = [
        e for e in ask(Predict(trained[1], (str(pictures / "same.png"),))) if isinstance(e, Predicted)
    ]
    scores = sorted((box.probability for box in answer.predictions[0].boxes or ()), reverse=True)
    at = (scores[0] + scores[1]) / 2
    home = tmp_path / "found.json"
    asked = ["predict", trained[1], str(pictures), "--threshold", str(at), "-o", str(home)]
    assert cli.main(asked) == 0
    written = json.loads(home.read_text("utf-8"))
    assert [image["file_name"] for image in written["images"]] == ["a/same.png", "same.png"]
    assert [b["score"] for b in written["annotations"] if b["image_id"] == 2] == [scores[0]]
    assert cli.main([*asked[:-1], str(tmp_path / "found.csv")]) == 0
    rows = list(csv.DictReader((tmp_path / "found.csv").open(encoding="utf-8")))
    assert len([row for row in rows if row["input"] == str(pictures / "same.png")]) == 1
    capsys.readouterr()
    assert cli.main([*asked[:-1], str(tmp_path / "found.txt")]) == 1
    assert "“found.txt” does not end in .csv or .json." in capsys.readouterr().err
    assert cli.main(["predict", trained[1], str(pictures), "--threshold", "1"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{pictures / 'a' / 'same.png'}: nothing",
        f"{pictures / 'same.png'}: nothing",
    ]


def test_that_a_table_of_answers_is_written_for_other_networks_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from studio import cli

    project = project_of("iris", epochs=1)
    checkpoint = finished(ask(Train(project, str(tmp_path / "runs")))).checkpoint
    row = '{"sepal_length_cm": 5, "sepal_width_cm": 3, "petal_length_cm": 1, "petal_width_cm": 0.2}'
    table = tmp_path / "answers.csv"
    assert cli.main(["predict", checkpoint, row, "-o", str(table)]) == 0
    assert table.read_text("utf-8").splitlines()[0].startswith("input,prediction,probability,")
    capsys.readouterr()
    assert cli.main(["predict", checkpoint, row, "-o", str(tmp_path / "answers.json")]) == 1
    assert "“answers.json” does not end in .csv." in capsys.readouterr().err
