"""Known networks are those of torchvision: as many weights, and with its weights the same answers."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from studio.core.project import DatasetFacts
from studio.graph.analysis import analyse
from studio.graph.codegen import generate_code
from studio.kinds.image_classification import IMAGE_CLASSIFICATION
from studio.kinds.kind import Template
from studio.kinds.known_networks import KNOWN_TEMPLATES
from studio.layers.catalogue import LAYERS

IMAGENET = DatasetFacts((3, 224, 224), tuple(f"class {i}" for i in range(1000)), 1000)
# As torchvision's documentation gives them.
WEIGHTS = {
    "resnet-18": 11_689_512,
    "resnet-34": 21_797_672,
    "resnet-50": 25_557_032,
    "mobilenet-v2": 3_504_872,
    "densenet-121": 7_978_856,
}
EACH = pytest.mark.parametrize("template", KNOWN_TEMPLATES, ids=lambda template: template.id)


@EACH
def test_that_it_has_as_many_weights_as_its_twin(template: Template) -> None:
    graph = template.build(IMAGENET)
    analysis = analyse(graph, LAYERS, IMAGE_CLASSIFICATION.surroundings(IMAGENET))
    assert analysis.problems == ()
    assert analysis.output == (1000,)
    assert analysis.parameters == WEIGHTS[template.id]


@pytest.mark.parametrize(
    "template",
    [
        pytest.param(t, marks=() if t.id in ("resnet-18", "mobilenet-v2") else pytest.mark.slow)
        for t in KNOWN_TEMPLATES
    ],
    ids=lambda template: template.id,
)
def test_that_it_answers_as_its_twin_does_with_the_twins_weights(template: Template) -> None:
    models = pytest.importorskip("torchvision.models")
    torch.manual_seed(0)
    twin = getattr(models, template.id.replace("-v2", "_v2").replace("-", ""))(weights=None).eval()
    for module in twin.modules():  # fresh ones change nothing, and would hide a wrong place
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.05)
            module.running_var.uniform_(0.8, 1.2)
    names: dict[str, Any] = {}
    graph = template.build(IMAGENET)
    exec(generate_code(graph, LAYERS, IMAGE_CLASSIFICATION.surroundings(IMAGENET)), names)
    model = names["Network"]().eval()
    theirs, ours = twin.state_dict(), model.state_dict()
    assert [v.shape for v in ours.values()] == [v.shape for v in theirs.values()]
    model.load_state_dict(dict(zip(ours, theirs.values(), strict=True)))
    picture = torch.randn(1, 3, 96, 96)
    with torch.no_grad():
        assert torch.allclose(model(picture), twin(picture), atol=1e-4, rtol=1e-4)
