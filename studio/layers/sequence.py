"""Layers for sequences (length, features). The recurrent ones are here, the others in attention."""

from __future__ import annotations

from studio.core.params import Bool, Choice, Float, Int, Param, Params
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, Shapes
from studio.layers import masking
from studio.layers.attention import ATTENTION, ENCODER_LAYER, POSITIONS
from studio.layers.cross_attention import CROSS_ATTENTION
from studio.layers.embedding import EMBEDDING
from studio.layers.fitting import demand_rank, page
from studio.layers.reading import flag, whole, word
from studio.layers.writing import call, changed

_SEQUENCE = "length and features"
_WORDS = ("sequence", "text", "time series")
_RNN_WORDS = ("recurrent", "memory", *_WORDS)


def _recurrent_shape(params: Params, inputs: Shapes) -> Shape:
    """(length, features) -> (length, hidden) or (hidden,), hidden doubled where both ways are read."""
    (shape,) = inputs
    demand_rank(shape, (2,), _SEQUENCE)
    features = whole(params, "hidden_size") * _directions(params)
    return (shape[0], features) if word(params, "returns") == "sequence" else (features,)


def _directions(params: Params) -> int:
    return 2 if flag(params, "bidirectional") else 1


def _layer_inputs(params: Params, features: int) -> list[int]:
    """What each stacked layer takes in: the first the features, the others all directions below."""
    hidden = whole(params, "hidden_size") * _directions(params)
    return [features] + [hidden] * (whole(params, "num_layers") - 1)


def _recurrent_products(params: Params, inputs: Shapes, gates: int) -> int:
    """Weights without biases, which is also the multiply-adds of one step."""
    hidden = whole(params, "hidden_size")
    layers = _layer_inputs(params, inputs[0][-1])
    return _directions(params) * sum(gates * hidden * (taken + hidden) for taken in layers)


def _recurrent_parameters(params: Params, inputs: Shapes, gates: int) -> int:
    biases = 2 * gates * whole(params, "hidden_size") * _directions(params) * whole(params, "num_layers")
    return _recurrent_products(params, inputs, gates) + (biases if flag(params, "bias") else 0)


def _recurrent_code(torch_name: str, params: Params, inputs: Shapes) -> LayerCode:
    options = changed(params, num_layers=1)
    if torch_name == "RNN":
        options |= changed(params, nonlinearity="tanh")
    options |= changed(params, bias=True)
    options["batch_first"] = True
    if whole(params, "num_layers") > 1:  # torch warns of a dropout that has no layer to act between
        options |= changed(params, dropout=0.0)
    options |= changed(params, bidirectional=False)
    init = call(f"nn.{torch_name}", inputs[0][-1], params["hidden_size"], **options)
    return LayerCode(init, _recurrent_forward(torch_name, params))


def _recurrent_forward(torch_name: str, params: Params) -> str:
    if word(params, "returns") == "sequence":
        return "{module}({0})[0]"
    if not flag(params, "bidirectional"):
        return "{module}({0})[0][:, -1]"
    # At the last step the backward direction has read one step only; its final state has read them all.
    state = "[1][0]" if torch_name == "LSTM" else "[1]"
    return f"{{module}}({{0}}){state}[-2:].transpose(0, 1).flatten(1)"


def _recurrent_params(extra: tuple[Param, ...]) -> tuple[Param, ...]:
    return (
        Param(
            "hidden_size",
            "Memory size",
            "How many numbers the layer remembers from step to step, and gives.",
            Int(1, 65_536),
            64,
        ),
        Param(
            "returns",
            "Returns",
            "Gives the memory after every step, or only after the last one, as a summary of the sequence.",
            Choice((("sequence", "every step"), ("last step", "only the last step"))),
            "sequence",
        ),
        Param("num_layers", "Layers", "How many of these layers are stacked on each other.", Int(1, 64), 1),
        Param(
            "bidirectional",
            "Both directions",
            "Also reads the sequence backwards and joins both results, which doubles the output.",
            Bool(),
            False,
        ),
        Param(
            "dropout",
            "Dropout",
            "Which share is switched off at random between the stacked layers; needs two layers or more.",
            Float(0.0, 1.0),
            0.0,
        ),
        *extra,
        Param("bias", "Bias", "Adds a learnt number in each sum.", Bool(), True, advanced=True),
    )


def _recurrent(id: str, name: str, help: str, gates: int, extra: tuple[Param, ...] = ()) -> LayerType:
    tried: tuple[Params, ...] = (
        {"hidden_size": 6},
        {"hidden_size": 6, "returns": "last step"},
        {"hidden_size": 5, "bidirectional": True},
        {"hidden_size": 5, "bidirectional": True, "returns": "last step", "num_layers": 2, "dropout": 0.1},
        {"hidden_size": 4, "num_layers": 3, "bias": False},
    )
    return LayerType(
        id=id,
        name=name,
        family="Sequence",
        help=help,
        url=page(f"nn.{name}"),
        stem=id,
        shape=_recurrent_shape,
        code=lambda params, inputs: _recurrent_code(name, params, inputs),
        masked=lambda params, inputs, axis: (
            masking.recurrent(name, _recurrent_code(name, params, inputs), params, inputs)
            if axis == 0
            else None
        ),
        params=_recurrent_params(extra),
        parameters=lambda params, inputs: _recurrent_parameters(params, inputs, gates),
        multiply_adds=lambda params, inputs, output: (
            inputs[0][0] * _recurrent_products(params, inputs, gates)
        ),
        icon=id,
        keywords=(*_RNN_WORDS, "remember", "forget"),
        examples=(*(Example(given, ((7, 3),)) for given in tried), Example({"hidden_size": 2}, ((1, 1),))),
    )


_NONLINEARITY = Param(
    "nonlinearity",
    "Activation",
    "The bend that keeps the memory in bounds.",
    Choice((("tanh", "Tanh"), ("relu", "ReLU"))),
    "tanh",
    advanced=True,
)

SEQUENCE = (
    _recurrent(
        "lstm",
        "LSTM",
        "Reads a sequence step by step and learns what to remember and what to forget, also over long "
        "stretches.",
        gates=4,
    ),
    _recurrent(
        "gru",
        "GRU",
        "Reads a sequence step by step with a learnt memory; simpler and quicker than LSTM, often as good.",
        gates=3,
    ),
    _recurrent(
        "rnn",
        "RNN",
        "Reads a sequence step by step with the simplest kind of memory; good for short sequences and for "
        "learning how it works.",
        gates=1,
        extra=(_NONLINEARITY,),
    ),
    ATTENTION,
    CROSS_ATTENTION,
    ENCODER_LAYER,
    POSITIONS,
    EMBEDDING,
)
