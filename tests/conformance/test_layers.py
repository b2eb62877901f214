"""Holds every layer entry against the real module: shapes, counts, refusals, code, help and icon.

A new entry is tested without a line here: its cases are its own examples and what is drawn from its
declared parameters.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from studio.core.params import (
    Bool,
    Choice,
    Float,
    Int,
    Ints,
    Param,
    Params,
    ParamValue,
    Size,
    check_params,
)
from studio.core.places import resources
from studio.graph.layer_type import LayerCode, LayerType, ShapeError, Shapes
from studio.layers.catalogue import LAYERS

EVERY_LAYER = pytest.mark.parametrize("layer", list(LAYERS), ids=lambda layer: layer.id)
COUNTED_BY_TORCH = ("linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d")
NATURAL = (
    ((8,),),
    ((4, 16, 16),),
    ((10, 8),),
    ((2, 8, 8, 8),),
    ((8, 16),),
    ((4, 8, 8), (4, 8, 8)),
    ((10, 8), (6, 8)),
)


def cases(layer: LayerType) -> Iterator[tuple[Params, Shapes]]:
    for example in layer.examples:
        yield check_params(layer.params, example.params), example.inputs


def module_of(code: LayerCode, inputs: int) -> nn.Module:
    """The module that generated code would hold, with the line of its forward."""
    arguments = [f"x{i}" for i in range(inputs)]
    line = code.forward.format(*arguments, module="self.layer", inputs=", ".join(arguments))
    source = "\n".join(
        [
            *code.helpers,
            "class Network(nn.Module):",
            "    def __init__(self):",
            "        super().__init__()",
            f"        self.layer = {code.init}",
            f"    def forward(self, {', '.join(arguments)}):",
            f"        return {line}",
        ]
    )
    names: dict[str, object] = {"torch": torch, "nn": nn}
    exec(compile(source, "<layer>", "exec"), names)
    network = names["Network"]
    assert isinstance(network, type)
    module = network()
    assert isinstance(module, nn.Module)
    return module


def batch(layer: LayerType, inputs: Shapes, device: str) -> list[torch.Tensor]:
    """Two samples for each input."""
    if layer.takes == "long":
        return [torch.zeros((2, *shape), dtype=torch.long, device=device) for shape in inputs]
    return [torch.zeros((2, *shape), device=device) for shape in inputs]


def real_shape(layer: LayerType, params: Params, inputs: Shapes, device: str) -> tuple[int, ...]:
    """What the real module gives, without the batch dimension."""
    with warnings.catch_warnings(), torch.device(device):
        warnings.simplefilter("ignore")
        result = module_of(layer.code(params, inputs), len(inputs))(*batch(layer, inputs, device))
    assert result.shape[0] == 2
    return tuple(result.shape[1:])


@EVERY_LAYER
def test_that_the_shape_rule_equals_the_real_module(layer: LayerType) -> None:
    for params, inputs in cases(layer):
        assert layer.shape(params, inputs) == real_shape(layer, params, inputs, "meta"), (params, inputs)


@EVERY_LAYER
def test_that_parameters_are_counted_as_torch_counts_them(layer: LayerType) -> None:
    for params, inputs in cases(layer):
        with torch.device("meta"):
            module = module_of(layer.code(params, inputs), len(inputs))
        counted = sum(p.numel() for p in module.parameters())
        assert layer.parameters(params, inputs) == counted, (params, inputs)


@EVERY_LAYER
def test_that_multiply_adds_are_counted_as_torch_counts_them(layer: LayerType) -> None:
    for params, inputs in cases(layer):
        output = layer.shape(params, inputs)
        if layer.id not in COUNTED_BY_TORCH:
            assert layer.multiply_adds(params, inputs, output) >= 0
            continue
        counter = FlopCounterMode(display=False)
        with torch.device("meta"), counter:
            module_of(layer.code(params, inputs), len(inputs))(*batch(layer, inputs, "meta"))
        per_sample = counter.get_total_flops() / 2 / 2  # two samples; a multiply-add is two operations
        assert layer.multiply_adds(params, inputs, output) == per_sample, (params, inputs)


@pytest.mark.parametrize("layer_id", ["multihead_attention", "transformer_encoder_layer"])
def test_that_the_multiply_adds_of_attention_are_counted_as_torch_counts_them(layer_id: str) -> None:
    layer = LAYERS[layer_id]
    for params, inputs in cases(layer):
        counter = FlopCounterMode(display=False)
        with counter:
            module_of(layer.code(params, inputs), 1)(*batch(layer, inputs, "cpu"))
        expected = counter.get_total_flops() / 2 / 2
        assert layer.multiply_adds(params, inputs, layer.shape(params, inputs)) == expected, (params, inputs)


@EVERY_LAYER
def test_that_the_code_runs_and_learns_on_the_cpu(layer: LayerType) -> None:
    for params, inputs in cases(layer):
        module = module_of(layer.code(params, inputs), len(inputs))
        if not list(module.parameters()):
            continue
        module(*batch(layer, inputs, "cpu")).sum().backward()
        without = [name for name, p in module.named_parameters() if p.grad is None]
        assert without == [], (params, inputs)


@EVERY_LAYER
def test_that_the_defaults_build_on_something_natural(layer: LayerType) -> None:
    params = check_params(layer.params, {})
    assert params == layer.defaults, "each default is a value its own parameter takes, in normal form"
    fitting = 0
    for inputs in NATURAL:
        if len(inputs) < layer.min_inputs:
            continue
        if layer.max_inputs is not None and len(inputs) > max(layer.max_inputs, 1):
            continue
        try:
            shape = layer.shape(params, inputs)
        except (ShapeError, IndexError):
            continue
        assert shape == real_shape(layer, params, inputs, "meta")
        fitting += 1
    assert fitting


def small(param: Param) -> st.SearchStrategy[ParamValue]:
    """Values of a declared parameter, small enough to meet the edges of small inputs."""
    rule = param.type
    if isinstance(rule, Int):
        numbers: st.SearchStrategy[ParamValue] = st.integers(rule.minimum, min(rule.maximum, 6))
        return st.none() | numbers if rule.optional else numbers
    if isinstance(rule, Size):
        one = st.integers(rule.minimum, min(rule.maximum, 5))
        several = one | st.tuples(*[one] * rule.dims)
        return (st.none() | several if rule.optional else several).map(rule.check)
    if isinstance(rule, Float):
        lowest = max(rule.minimum, 0.0) + (0.25 if rule.above_minimum else 0.0)
        return st.sampled_from([lowest, 0.5, min(1.0, rule.maximum)])
    if isinstance(rule, Ints):
        one = st.integers(rule.minimum, min(rule.maximum, 4))
        return st.lists(one, min_size=rule.min_length, max_size=min(rule.max_length, 4)).map(tuple)
    if isinstance(rule, Bool):
        return st.booleans()
    assert isinstance(rule, Choice)
    return st.sampled_from([value for value, _ in rule.options])


def torch_refuses(layer: LayerType, params: Params, inputs: Shapes) -> bool:
    """Whether the module raises, or gives nothing at all: torch lets some results of size 0 pass."""
    if layer.id == "unflatten":  # its code holds the shape that was worked out, so ask torch itself
        try:
            torch.zeros(inputs[0]).reshape(params["unflattened_size"])  # type: ignore[arg-type]
        except RuntimeError:
            return True
        return False
    try:
        return 0 in real_shape(layer, params, inputs, "cpu")
    except (RuntimeError, ValueError, AssertionError, IndexError):
        return True


def is_a_batch_taken_for_something_else(error: ShapeError, inputs: Shapes) -> bool:
    """torch takes a batch with a dimension too few for one sample, and silently mixes samples."""
    return bool(error.wants_rank) and any(len(shape) not in error.wants_rank for shape in inputs)


def refusal(layer: LayerType, params: Params, inputs: Shapes) -> ShapeError | None:
    try:
        layer.shape(params, inputs)
    except ShapeError as error:
        return error
    return None


def drawn_case(layer: LayerType, data: st.DataObject) -> tuple[Params, Shapes]:
    """Small parameters and inputs of the numbers of dimensions that the layer's own examples have."""
    params = {param.name: data.draw(small(param), param.name) for param in layer.params}
    ranks = sorted({len(shape) for example in layer.examples for shape in example.inputs})
    shapes = st.tuples(*[st.integers(1, 8)] * data.draw(st.sampled_from(ranks), "dimensions"))
    return params, tuple(data.draw(shapes, f"input {i}") for i in range(max(layer.min_inputs, 1)))


def drawn(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,  # the same cases at every run, so that a failure is one's own
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )


def compare_with_torch(layer: LayerType, data: st.DataObject) -> None:
    params, inputs = drawn_case(layer, data)
    assume(params.get("dim") != 0)  # torch would mix the samples of a batch; tests/layers holds that
    error = refusal(layer, params, inputs)
    if error is None:
        assert layer.shape(params, inputs) == real_shape(layer, params, inputs, "cpu")
        return
    assume(not is_a_batch_taken_for_something_else(error, inputs))
    assert torch_refuses(layer, params, inputs), str(error)


@EVERY_LAYER
@drawn(40)
@given(data=st.data())
def test_that_a_layer_is_refused_exactly_when_torch_refuses_it(layer: LayerType, data: st.DataObject) -> None:
    compare_with_torch(layer, data)


@pytest.mark.slow
@EVERY_LAYER
@drawn(400)
@given(data=st.data())
def test_that_rule_and_torch_agree_on_very_many_cases(layer: LayerType, data: st.DataObject) -> None:
    compare_with_torch(layer, data)


@EVERY_LAYER
@drawn(40)
@given(data=st.data())
def test_that_every_suggestion_mends_what_it_was_made_for(layer: LayerType, data: st.DataObject) -> None:
    params, inputs = drawn_case(layer, data)
    error = refusal(layer, params, inputs)
    if error is None:
        return
    message, declared = str(error), {param.name: param for param in layer.params}
    assert message[0].islower() or message[0].isdigit(), "the layer's name comes before it"
    assert message.endswith("."), message
    assert error.param is None or error.param in declared
    for name, value in error.suggestions:
        assert declared[name].check(value) == value, (message, name, value)
        other = refusal(layer, {**params, name: value}, inputs)  # another fault may stand behind the first
        assert other is None or other.param not in (error.param, name), (message, name, value)


@EVERY_LAYER
@drawn(15)
@given(data=st.data())
def test_that_a_rule_answers_whatever_arrives(layer: LayerType, data: st.DataObject) -> None:
    params = {param.name: data.draw(small(param), param.name) for param in layer.params}
    shapes = st.lists(st.integers(1, 9), max_size=5).map(tuple)
    inputs = tuple(data.draw(shapes, f"input {i}") for i in range(max(layer.min_inputs, 1)))
    if refusal(layer, params, inputs) is None:  # anything but a ShapeError fails here
        output = layer.shape(params, inputs)
        assert all(type(size) is int and size >= 1 for size in output)
        assert layer.parameters(params, inputs) >= 0
        assert layer.multiply_adds(params, inputs, output) >= 0
        assert layer.code(params, inputs).forward


@EVERY_LAYER
def test_that_params_survive_a_project_file(layer: LayerType) -> None:
    for params in (layer.defaults, *(dict(params) for params, _ in cases(layer))):
        assert check_params(layer.params, json.loads(json.dumps(params))) == params


@EVERY_LAYER
def test_that_help_is_one_plain_sentence(layer: LayerType) -> None:
    for text in (layer.help, *(param.help for param in layer.params)):
        assert text.endswith("."), text
        assert not re.search(r"[.!?]\s", text), f"more than one sentence: {text}"
        assert 15 <= len(text) <= 200, text
        assert "  " not in text
    assert layer.url.startswith("https://docs.pytorch.org/docs/stable/")


@EVERY_LAYER
def test_that_a_layer_can_be_found_and_named(layer: LayerType) -> None:
    assert layer.keywords
    assert layer.stem.isidentifier()
    assert layer.examples
    names = [param.name for param in layer.params]
    assert len(set(names)) == len(names)
    assert all(param.label[0].isupper() for param in layer.params)


@EVERY_LAYER
def test_that_its_icon_is_a_plain_picture_of_24_points(layer: LayerType) -> None:
    path = resources() / "icons" / "layers" / f"{layer.icon}.svg"
    root = ElementTree.parse(path).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("viewBox") == "0 0 24 24"
    assert len(root), "it draws something"
    text = path.read_text(encoding="utf-8")
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', text))
    assert colours <= {"none", "#000000"}, "one colour, which the theme replaces"


def test_that_icons_differ_and_are_visible(qapp: object) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    seen: dict[bytes, str] = {}
    for name in {layer.icon for layer in LAYERS}:
        renderer = QSvgRenderer(str(resources() / "icons" / "layers" / f"{name}.svg"))
        assert renderer.isValid(), name
        image = QImage(24, 24, QImage.Format.Format_Alpha8)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        pixels = bytes(image.constBits())
        assert sum(pixels) > 24 * 255, f"{name} is nearly empty"
        assert pixels not in seen, f"{name} looks like {seen.get(pixels)}"
        seen[pixels] = name


def test_that_torch_documents_every_torch_name() -> None:
    for layer in LAYERS:
        *path, name = layer.url.removesuffix(".html").rsplit("/", 1)[-1].split(".")
        assert hasattr(nn if path[-1] == "nn" else torch, name), layer.url
