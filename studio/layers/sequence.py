"""Layers for sequences (length, features): recurrent layers, attention, positions."""

from __future__ import annotations

from studio.core.params import Bool, Choice, Float, Int, Param, Params
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, ShapeError, Shapes
from studio.layers.fitting import counted, demand_rank, listed, near_divisors, page
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
        params=_recurrent_params(extra),
        parameters=lambda params, inputs: _recurrent_parameters(params, inputs, gates),
        multiply_adds=lambda params, inputs, output: (
            inputs[0][0] * _recurrent_products(params, inputs, gates)
        ),
        icon=id,
        keywords=_RNN_WORDS,
        examples=(*(Example(given, ((7, 3),)) for given in tried), Example({"hidden_size": 2}, ((1, 1),))),
    )


def _attention_shape(params: Params, inputs: Shapes, heads_name: str) -> Shape:
    """(length, features) stays. Raises: ShapeError: the heads do not divide the features."""
    (shape,) = inputs
    demand_rank(shape, (2,), _SEQUENCE)
    heads, features = whole(params, heads_name), shape[1]
    if features % heads:
        ways = near_divisors(features, heads)
        raise ShapeError(
            f"{counted(features, 'feature')} cannot be split evenly among {heads} heads. "
            f"Use {listed(ways)} heads, or make the layer before give a multiple of {heads} features.",
            param=heads_name,
            suggestions=tuple((heads_name, n) for n in ways),
        )
    return shape


def _attention_parameters(features: int, bias: bool) -> int:
    """Three projections in (query, key, value), one out."""
    return 4 * features * features + (4 * features if bias else 0)


def _attention_products(length: int, features: int) -> int:
    """Four projections of each step; then each step is compared with and mixed from all steps."""
    return 4 * length * features**2 + 2 * length**2 * features


def _heads(name: str) -> Param:
    return Param(
        name,
        "Heads",
        "How many comparisons are made side by side; it must divide the number of features.",
        Int(1, 1024),
        4,
    )


_BIAS = Param("bias", "Bias", "Adds a learnt number in each sum.", Bool(), True, advanced=True)

ATTENTION = LayerType(
    id="multihead_attention",
    name="MultiheadAttention",
    family="Sequence",
    help="Lets each step of a sequence look at all other steps and take over what matters to it; the heart "
    "of transformers.",
    url=page("nn.MultiheadAttention"),
    stem="attention",
    shape=lambda params, inputs: _attention_shape(params, inputs, "num_heads"),
    code=lambda params, inputs: LayerCode(
        call(
            "nn.MultiheadAttention",
            inputs[0][-1],
            params["num_heads"],
            **changed(params, dropout=0.0, bias=True),
            batch_first=True,
        ),
        "{module}({0}, {0}, {0}, need_weights=False)[0]",
    ),
    params=(
        _heads("num_heads"),
        Param(
            "dropout",
            "Dropout",
            "Which share of the looks at other steps is left out at random during training.",
            Float(0.0, 1.0),
            0.0,
        ),
        _BIAS,
    ),
    parameters=lambda params, inputs: _attention_parameters(inputs[0][-1], flag(params, "bias")),
    multiply_adds=lambda params, inputs, output: _attention_products(*inputs[0]),
    icon="multihead_attention",
    keywords=("transformer", "self-attention", "focus", *_WORDS),
    examples=(
        Example({}, ((10, 16),)),
        Example({"num_heads": 1, "bias": False}, ((3, 5),)),
        Example({"num_heads": 3, "dropout": 0.1}, ((1, 6),)),
    ),
)


def _encoder_parameters(params: Params, inputs: Shapes) -> int:
    features, inner, bias = inputs[0][-1], whole(params, "dim_feedforward"), flag(params, "bias")
    feedforward = 2 * features * inner + (inner + features if bias else 0)
    norms = 2 * (2 * features if bias else features)
    return _attention_parameters(features, bias) + feedforward + norms


def _encoder_multiply_adds(params: Params, inputs: Shapes, output: Shape) -> int:
    length, features = inputs[0]
    return _attention_products(length, features) + 2 * length * features * whole(params, "dim_feedforward")


def _encoder_code(params: Params, inputs: Shapes) -> LayerCode:
    options = changed(params, dim_feedforward=2048, dropout=0.1, activation="relu", layer_norm_eps=1e-5)
    options["batch_first"] = True
    options |= changed(params, norm_first=False, bias=True)
    return LayerCode(call("nn.TransformerEncoderLayer", inputs[0][-1], params["nhead"], **options))


ENCODER_LAYER = LayerType(
    id="transformer_encoder_layer",
    name="TransformerEncoderLayer",
    family="Sequence",
    help="One complete storey of a transformer: attention between the steps of a sequence, then a small "
    "network for each step.",
    url=page("nn.TransformerEncoderLayer"),
    stem="encoder",
    shape=lambda params, inputs: _attention_shape(params, inputs, "nhead"),
    code=_encoder_code,
    params=(
        _heads("nhead"),
        Param(
            "dim_feedforward",
            "Inner size",
            "How many numbers the small network inside works with; often four times the features.",
            Int(1, 1_000_000),
            256,
        ),
        Param(
            "dropout",
            "Dropout",
            "Which share is switched off at random during training.",
            Float(0.0, 1.0),
            0.1,
        ),
        Param(
            "activation",
            "Activation",
            "The bend inside the small network.",
            Choice((("relu", "ReLU"), ("gelu", "GELU"))),
            "relu",
            advanced=True,
        ),
        Param(
            "norm_first",
            "Normalise first",
            "Normalises in front of each part instead of behind it, which makes deep stacks easier to train.",
            Bool(),
            False,
            advanced=True,
        ),
        Param(
            "layer_norm_eps",
            "Epsilon",
            "A tiny number that prevents a division by zero.",
            Float(0.0, 1.0, above_minimum=True, log=True),
            1e-5,
            advanced=True,
        ),
        _BIAS,
    ),
    parameters=_encoder_parameters,
    multiply_adds=_encoder_multiply_adds,
    icon="transformer_encoder_layer",
    keywords=("transformer", "attention", "bert", *_WORDS),
    examples=(
        Example({}, ((10, 16),)),
        Example({"nhead": 2, "dim_feedforward": 32, "activation": "gelu", "norm_first": True}, ((5, 6),)),
        Example({"nhead": 1, "dim_feedforward": 2048, "bias": False, "dropout": 0.0}, ((1, 3),)),
    ),
)

SINUSOIDAL = '''class SinusoidalPositions(nn.Module):
    """Adds waves to a sequence, different at each step, from which later layers can tell the order."""

    def __init__(self, length, features):
        super().__init__()
        position = torch.arange(length).unsqueeze(1)
        frequency = 10000.0 ** (-torch.arange(0, features, 2) / features)
        waves = torch.zeros(length, features)
        waves[:, 0::2] = torch.sin(position * frequency)
        waves[:, 1::2] = torch.cos(position * frequency)[:, : features // 2]
        self.register_buffer("waves", waves, persistent=False)

    def forward(self, x):
        return x + self.waves
'''

LEARNT = '''class LearntPositions(nn.Module):
    """Adds learnt numbers to a sequence, different at each step, from which layers can tell the order."""

    def __init__(self, length, features):
        super().__init__()
        self.positions = nn.Parameter(0.02 * torch.randn(length, features))

    def forward(self, x):
        return x + self.positions
'''


def _positions_shape(params: Params, inputs: Shapes) -> Shape:
    demand_rank(inputs[0], (2,), _SEQUENCE)
    return inputs[0]


def _positions_parameters(params: Params, inputs: Shapes) -> int:
    length, features = inputs[0]
    return length * features if word(params, "kind") == "learnt" else 0


def _positions_code(params: Params, inputs: Shapes) -> LayerCode:
    name, source = {
        "sinusoidal": ("SinusoidalPositions", SINUSOIDAL),
        "learnt": ("LearntPositions", LEARNT),
    }[word(params, "kind")]
    return LayerCode(call(name, *inputs[0]), helpers=(source,))


POSITIONS = LayerType(
    id="positional_encoding",
    name="Positional encoding",
    family="Sequence",
    help="Marks each step of a sequence with its position, because attention by itself does not know the "
    "order; put it in front of attention.",
    url=page("nn.Transformer"),
    stem="positions",
    shape=_positions_shape,
    code=_positions_code,
    params=(
        Param(
            "kind",
            "Kind",
            "Fixed waves that need no training, or numbers that are learnt for each position.",
            Choice((("sinusoidal", "fixed waves"), ("learnt", "learnt"))),
            "sinusoidal",
        ),
    ),
    parameters=_positions_parameters,
    icon="positional_encoding",
    keywords=("transformer", "order", "sinusoidal", *_WORDS),
    examples=(
        Example({}, ((10, 8),)),
        Example({}, ((4, 7),)),
        Example({}, ((1, 1),)),
        Example({"kind": "learnt"}, ((10, 7),)),
    ),
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
        "Reads a sequence step by step with a learnt memory; simpler and quicker than an LSTM, often as good.",
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
    ENCODER_LAYER,
    POSITIONS,
)
