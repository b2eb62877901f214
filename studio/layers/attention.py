"""What transformers are made of: attention, encoder layer, positions. Sequences are (length, features)."""

from __future__ import annotations

from studio.core.params import Bool, Choice, Float, Int, Param, Params
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, ShapeError, Shapes
from studio.layers import masking
from studio.layers.fitting import counted, demand_rank, listed, near_divisors, page
from studio.layers.reading import flag, whole, word
from studio.layers.writing import call, changed

_SEQUENCE = "length and features"
_WORDS = ("sequence", "text", "time series")


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


# True where a step would look at a later one.
_LATER = "torch.ones({0}.shape[1], {0}.shape[1], dtype=torch.bool, device={0}.device).triu(1)"


def _attention_code(params: Params, inputs: Shapes) -> LayerCode:
    options = changed(params, dropout=0.0, bias=True)
    init = call("nn.MultiheadAttention", inputs[0][-1], params["num_heads"], **options, batch_first=True)
    looks = f", attn_mask={_LATER}" if flag(params, "causal") else ""
    return LayerCode(init, f"{{module}}({{0}}, {{0}}, {{0}}{looks}, need_weights=False)[0]")


ATTENTION = LayerType(
    id="multihead_attention",
    name="MultiheadAttention",
    family="Sequence",
    help="Lets each step of a sequence look at all other steps and take over what matters to it; the heart "
    "of transformers.",
    url=page("nn.MultiheadAttention"),
    stem="attention",
    shape=lambda params, inputs: _attention_shape(params, inputs, "num_heads"),
    code=_attention_code,
    masked=lambda params, inputs, axis: masking.attention(_attention_code(params, inputs), axis),
    params=(
        _heads("num_heads"),
        Param(
            "dropout",
            "Dropout",
            "Which share of the looks at other steps is left out at random during training.",
            Float(0.0, 1.0),
            0.0,
        ),
        Param(
            "causal",
            "Looks back only",
            "No step sees what comes after it, as when a text is written word by word.",
            Bool(),
            False,
            advanced=True,
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
        Example({"num_heads": 2, "causal": True}, ((5, 6),)),
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
    masked=lambda params, inputs, axis: masking.encoder(_encoder_code(params, inputs), axis),
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
