"""The code of a layer reads as a person would write it."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from torch import nn

from studio.core.params import ParamValue, check_params
from studio.graph.layer_type import LayerCode, Shapes
from studio.layers.catalogue import LAYERS


def written(layer_id: str, *inputs: tuple[int, ...], **params: ParamValue) -> LayerCode:
    layer = LAYERS[layer_id]
    return layer.code(check_params(layer.params, params), inputs)


@pytest.mark.parametrize(
    ("layer_id", "inputs", "params", "init"),
    [
        ("linear", ((784,),), {"out_features": 10}, "nn.Linear(784, 10)"),
        ("linear", ((20, 8),), {"out_features": 4, "bias": False}, "nn.Linear(8, 4, bias=False)"),
        ("conv2d", ((1, 28, 28),), {}, "nn.Conv2d(1, 16, kernel_size=3, padding=1)"),
        (
            "conv2d",
            ((3, 32, 32),),
            {"kernel_size": (3, 5), "padding": None, "bias": False},
            'nn.Conv2d(3, 16, kernel_size=(3, 5), padding="same", bias=False)',
        ),
        ("conv2d", ((3, 9, 9),), {"padding": 0}, "nn.Conv2d(3, 16, kernel_size=3)"),
        ("conv_transpose2d", ((8, 7, 7),), {}, "nn.ConvTranspose2d(8, 16, kernel_size=2, stride=2)"),
        ("max_pool2d", ((8, 28, 28),), {}, "nn.MaxPool2d(2)"),
        ("max_pool2d", ((8, 28, 28),), {"kernel_size": 3, "stride": 2}, "nn.MaxPool2d(3, stride=2)"),
        ("avg_pool2d", ((8, 28, 28),), {"stride": 2}, "nn.AvgPool2d(2)"),
        ("batch_norm2d", ((8, 28, 28),), {}, "nn.BatchNorm2d(8)"),
        ("layer_norm", ((3, 4, 5),), {"normalized_shape": "all"}, "nn.LayerNorm((3, 4, 5))"),
        ("dropout", ((10,),), {}, "nn.Dropout(0.5)"),
        ("gelu", ((10,),), {"approximate": "tanh"}, 'nn.GELU(approximate="tanh")'),
        ("softmax", ((10,),), {}, "nn.Softmax(dim=1)"),
        ("flatten", ((8, 7, 7),), {}, "nn.Flatten()"),
        ("unflatten", ((784,),), {"unflattened_size": (1, -1, 28)}, "nn.Unflatten(1, (1, 28, 28))"),
        ("upsample", ((8, 7, 7),), {}, "nn.Upsample(scale_factor=2)"),
        ("lstm", ((20, 8),), {}, "nn.LSTM(8, 64, batch_first=True)"),
        ("gru", ((20, 8),), {"dropout": 0.2}, "nn.GRU(8, 64, batch_first=True)"),
    ],
)
def test_that_arguments_at_torchs_default_are_left_out(
    layer_id: str, inputs: Shapes, params: dict[str, ParamValue], init: str
) -> None:
    assert written(layer_id, *inputs, **params).init == init


def test_that_combining_is_written_as_arithmetic() -> None:
    assert written("add", (4,), (4,), (4,)) == LayerCode(None, "{0} + {1} + {2}")
    assert written("multiply", (4,), (4,)).forward == "{0} * {1}"
    assert written("concatenate", (4,), (4,)).forward == "torch.cat([{inputs}], dim=1)"


def test_that_recurrent_layers_return_what_was_asked() -> None:
    assert written("lstm", (20, 8)).forward == "{module}({0})[0]"
    assert written("lstm", (20, 8), returns="last step").forward == "{module}({0})[0][:, -1]"


@pytest.mark.parametrize("layer_id", ["rnn", "gru", "lstm"])
def test_that_the_last_step_of_both_directions_has_read_everything(layer_id: str) -> None:
    code = written(layer_id, (7, 3), hidden_size=4, bidirectional=True, returns="last step", num_layers=2)
    assert code.init is not None
    layer, x = eval(code.init, {"nn": nn}), torch.randn(2, 7, 3)
    given = eval(code.forward.format("x", module="layer"), {"layer": layer, "x": x})
    steps = layer(x)[0]
    forward, backward = steps[:, -1, :4], steps[:, 0, 4:]  # the backward direction ends at the first step
    assert torch.equal(given, torch.cat([forward, backward], dim=1))


def test_that_fixed_positions_are_the_waves_of_the_paper() -> None:
    code = written("positional_encoding", (6, 5))
    names: dict[str, object] = {"torch": torch, "nn": nn}
    exec(code.helpers[0], names)
    layer = eval(code.init or "", names)
    waves = layer(torch.zeros(1, 6, 5))[0]
    assert waves[0].tolist() == [0.0, 1.0, 0.0, 1.0, 0.0]
    assert waves[3, 2].item() == pytest.approx(torch.sin(torch.tensor(3 / 10000 ** (2 / 5))).item(), abs=1e-6)
    assert dict(layer.state_dict()) == {}, "nothing of it is learnt, so nothing of it is saved"


def test_that_entries_need_no_torch() -> None:
    program = "import sys, studio.layers.catalogue; print(sorted({'torch', 'PySide6'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
