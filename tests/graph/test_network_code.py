"""The code of a network: what a person would write, and what torch then builds."""

from __future__ import annotations

import ast
import re

import pytest

from studio.core.network import Edge, Graph, Node
from studio.graph import edits
from studio.graph.analysis import Surroundings
from studio.graph.attribute_names import MODULE_NAMES, attribute_name, attribute_names
from studio.graph.code_lines import wrapped
from studio.graph.codegen import NetworkSource, network_source
from studio.layers.catalogue import LAYERS
from tests.graph.networks import CNN, PICTURES, Spec, analysed, chain, residual

LAST: Spec = ("linear", {"out_features": 10})


def source_of(
    graph: Graph, around: Surroundings | None = PICTURES, class_name: str = "Network"
) -> NetworkSource:
    return network_source(graph, analysed(graph, around), LAYERS, class_name)


def inception() -> Graph:
    """Three branches from one layer, joined; one of them is two layers long."""
    graph = chain(
        "conv2d", ("conv2d", {"kernel_size": 1, "padding": 0}), "concatenate", "global_avg_pool", LAST
    )
    graph, wide = edits.append(graph, LAYERS, "conv2d_1", LAYERS["conv2d"], branch=True)
    graph, wider = edits.append(graph, LAYERS, wide, LAYERS["conv2d"], branch=True)
    graph = edits.connect(graph, LAYERS, wider, "concatenate_1")
    graph, pooled = edits.append(
        graph, LAYERS, "conv2d_1", LAYERS["max_pool2d"], branch=True,
        params={"kernel_size": 3, "stride": 1, "padding": 1},
    )  # fmt: skip
    return edits.connect(graph, LAYERS, pooled, "concatenate_1")


def dense() -> Graph:
    """Every layer sees all before it."""
    graph = chain("conv2d", "conv2d", "concatenate", "conv2d", "concatenate", "flatten", LAST)
    graph = edits.connect(graph, LAYERS, "conv2d_1", "concatenate_1")
    graph = edits.connect(graph, LAYERS, "concatenate_1", "concatenate_2")
    return edits.connect(graph, LAYERS, "conv2d_1", "concatenate_2")


def gated() -> Graph:
    """A squeeze-and-excitation gate, and a value that one layer takes twice."""
    graph = chain("conv2d", "multiply", "add", "flatten", LAST)
    graph, squeezed = edits.append(graph, LAYERS, "conv2d_1", LAYERS["adaptive_avg_pool2d"], branch=True)
    graph = edits.set_param(graph, squeezed, "output_size", 1)
    graph, gate = edits.append(graph, LAYERS, squeezed, LAYERS["sigmoid"], branch=True)
    graph = edits.connect(graph, LAYERS, gate, "multiply_1")
    return edits.connect(graph, LAYERS, "multiply_1", "add_1")


def nested_skips() -> Graph:
    """A skip connection inside another one, and one from the very input."""
    graph = chain("conv2d", "conv2d", "add", "conv2d", "add", "concatenate", "flatten", LAST)
    graph = edits.connect(graph, LAYERS, "conv2d_1", "add_1")
    graph = edits.connect(graph, LAYERS, "conv2d_1", "add_2")
    return edits.connect(graph, LAYERS, "input", "concatenate_1")


def sequence() -> Graph:
    return chain(
        ("unflatten", {"unflattened_size": (28, 28)}), "positional_encoding",
        ("multihead_attention", {"num_heads": 4}), "transformer_encoder_layer",
        ("gru", {"returns": "last step", "bidirectional": True}), LAST,
    )  # fmt: skip


def test_that_a_chain_reads_as_a_person_would_write_it() -> None:
    assert (
        source_of(CNN).text
        == """\
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, kernel_size=3, padding=1)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(2)
        self.flatten1 = nn.Flatten()
        self.linear1 = nn.Linear(3136, 10)

    def forward(self, x):
        x = self.conv1(x)
        x = self.relu1(x)
        x = self.pool1(x)
        x = self.flatten1(x)
        x = self.linear1(x)
        return x
"""
    )


def forward_of(graph: Graph) -> list[str]:
    text = source_of(graph).text
    return [line.strip() for line in text[text.index("def forward") :].splitlines()[1:]]


def test_that_a_skip_connection_is_called_skip() -> None:
    assert forward_of(residual())[:4] == [
        "x = self.conv1(x)",
        "skip = x",
        "x = self.conv2(x)",
        "x = x + skip",
    ]


def test_that_branches_get_names_of_their_own_which_are_freed_in_order() -> None:
    assert forward_of(inception())[:6] == [
        "x = self.conv1(x)",
        "x1 = self.conv2(x)",
        "x2 = self.conv3(x)",
        "x2 = self.conv4(x2)",
        "x = self.pool1(x)",
        "x = torch.cat([x1, x2, x], dim=1)",
    ]


@pytest.mark.parametrize("build", [inception, dense, gated, nested_skips, residual, sequence])
def test_that_torch_builds_what_analysis_expects(build: object) -> None:
    torch = pytest.importorskip("torch")
    graph = build()  # type: ignore[operator]
    analysis = analysed(graph)
    assert analysis.ok, analysis.problems
    module = module_of(source_of(graph).text)
    assert sum(p.numel() for p in module.parameters()) == analysis.parameters
    with torch.device("meta"):
        batch = torch.empty(2, 1, 28, 28)
    assert tuple(module.to("meta")(batch).shape) == (2, *(analysis.output or ()))


def module_of(text: str):  # type: ignore[no-untyped-def]
    names: dict[str, object] = {"__name__": "network"}
    exec(compile(text, "network", "exec"), names)
    return names["Network"]()  # type: ignore[operator]


def test_that_values_meet_as_drawn() -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    module = module_of(source_of(nested_skips()).text).eval()
    x = torch.rand(2, 1, 28, 28)
    first = module.conv1(x)
    inner = module.conv2(first) + first
    outer = module.conv3(inner) + first
    wanted = module.linear1(module.flatten1(torch.cat([outer, x], dim=1)))
    assert torch.equal(module(x), wanted)


def test_that_a_helper_class_is_written_once() -> None:
    graph = chain(("unflatten", {"unflattened_size": (28, 28)}), "positional_encoding", "positional_encoding",
                  ("gru", {"returns": "last step"}), LAST)  # fmt: skip
    text = source_of(graph).text
    assert len(re.findall(r"^class SinusoidalPositions\(nn\.Module\)", text, re.MULTILINE)) == 1
    assert text.index("class SinusoidalPositions") < text.index("class Network")
    assert module_of(text) is not None


def test_that_labels_become_attributes_and_hostile_ones_cannot_add_code() -> None:
    graph = edits.set_label(CNN, "conv2d_1", "Edge finder")
    bad = 'x"""\n    import os\n    os.system("calc")  # \\'
    nodes = tuple(Node(n.id, n.type, n.params, n.position, bad) if n.id == "relu_1" else n for n in graph)
    source = source_of(Graph(nodes, graph.edges))
    assert source.attributes["conv2d_1"] == "edge_finder"
    assert source.attributes["relu_1"] == "x_import_os_os_system_calc"
    tree = ast.parse(source.text)
    assert sum(isinstance(node, ast.Import) for node in ast.walk(tree)) == 0
    assert "self.edge_finder = nn.Conv2d(" in source.text


def test_that_hostile_labels_stay_comments_in_networks_with_problems() -> None:
    bad = 'boom"\nimport os\x85import sys\u2028raise SystemExit'
    nodes = tuple(Node(n.id, "warp\nimport os", {}, n.position, bad) if n.id == "relu_1" else n for n in CNN)
    text = source_of(Graph(nodes, CNN.edges)).text
    tree = ast.parse(text)
    assert not any(isinstance(node, ast.Import | ast.Raise) for node in ast.walk(tree))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert [node.module for node in imports] == ["torch"]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Größe & Form!", "grosse_form"),
        ("class", "class_"),
        ("forward", "forward_"),
        ("3x3", "conv_3x3"),
        ("学習", ""),
        ("__init__", "init"),
        ("a" * 99, "a" * 40),
        ("match", "match_"),
    ],
)
def test_that_labels_are_made_into_names(label: str, name: str) -> None:
    assert attribute_name(label, "conv") == name


def test_that_no_two_attributes_are_the_same() -> None:
    layers = [("a", "conv", ""), ("b", "conv", "conv1"), ("c", "conv", "Conv1"), ("d", "conv", "")]
    assert attribute_names(layers) == {"a": "conv2", "b": "conv1", "c": "conv1_2", "d": "conv4"}


def test_that_no_attribute_hides_a_name_of_torchs_module() -> None:
    nn = pytest.importorskip("torch.nn")
    module = nn.Module()
    public = {name for name in (*dir(module), *vars(module)) if not name.startswith("_")}
    assert public <= MODULE_NAMES
    for name in public:
        assert attribute_name(name, "conv") not in public


def test_that_lines_point_at_the_code_of_each_layer() -> None:
    source = source_of(residual())
    lines = source.text.splitlines()

    def code(node: str) -> list[str]:
        return [line.strip() for first, last in source.lines[node] for line in lines[first - 1 : last]]

    assert code("conv2d_2") == [
        "self.conv2 = nn.Conv2d(16, 16, kernel_size=3, padding=1)", "skip = x", "x = self.conv2(x)",
    ]  # fmt: skip
    assert code("add_1") == ["x = x + skip"]
    assert code("input") == ["def forward(self, x):"]
    assert code("output") == ["return x"]


def test_that_problems_stand_as_comments_at_their_place() -> None:
    graph = chain("conv2d", "flatten", "conv2d", LAST)
    text = source_of(graph).text
    compile(text, "network", "exec")
    assert "self.conv2 = ...  # Conv2d: what comes in is not known yet" in text
    assert "# “Conv2d 2”: what arrives has 1 dimension" in text
    assert "x = self.conv2(x)" in text


def test_that_without_a_dataset_the_wires_can_be_read_all_the_same() -> None:
    text = source_of(CNN, None).text
    compile(text, "network", "exec")
    assert "No dataset is chosen yet" in text
    assert "x = self.pool1(x)" in text


def test_that_a_network_in_pieces_is_written_as_far_as_there_are_wires() -> None:
    text = source_of(edits.disconnect(CNN, LAYERS, [Edge("relu_1", "max_pool2d_1")])).text
    compile(text, "network", "exec")
    assert "self.conv1 = nn.Conv2d(1, 16, kernel_size=3, padding=1)" in text


def test_that_an_empty_network_passes_on_what_comes_in() -> None:
    around = Surroundings((4,))
    assert forward_of(chain()) == ["return x"] or source_of(chain(), around).text.endswith("return x\n")


def test_that_the_class_can_be_named_but_not_misnamed() -> None:
    assert "class Generator(nn.Module):" in source_of(CNN, class_name="Generator").text
    assert "class Network(nn.Module):" in source_of(CNN, class_name="x: pass\nimport os").text


def test_that_long_calls_are_wrapped_as_black_does() -> None:
    long = "self.conv1 = nn.Conv2d(1, 16, kernel_size=(3, 5), stride=(2, 1), padding=(1, 2), bias=False)"
    assert wrapped(long, " " * 8) == [
        "        self.conv1 = nn.Conv2d(",
        "            1, 16, kernel_size=(3, 5), stride=(2, 1), padding=(1, 2), bias=False",
        "        )",
    ]
    longer = long.replace("bias=False", 'bias=False, padding_mode="reflect, or so"')
    assert wrapped(longer, " " * 8)[1:4] == [
        "            1,", "            16,", "            kernel_size=(3, 5),",
    ]  # fmt: skip
    assert all(len(line) <= 88 for line in wrapped(longer, " " * 8))


def test_that_the_same_network_gives_the_same_text() -> None:
    assert source_of(dense()) == source_of(dense())
