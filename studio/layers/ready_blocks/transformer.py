"""The storeys of a transformer, to look inside: Vaswani et al., "Attention Is All You Need", 2017."""

from __future__ import annotations

from studio.layers.ready_blocks.entry import ReadyBlock, Row, composed, follows, number, row

_WORDS = ("attention", "text", "sequence", "bert", "gpt", "vit")
_HEADS = "How many comparisons are made side by side; it must divide the number of features."


def _small_network(source: str, skip: str, name: str) -> list[Row]:
    return [
        row(f"norm_{name}", "layer_norm", source),
        row("widen", "linear", f"norm_{name}"),
        row("gelu", "gelu", "widen"),
        row("narrow", "linear", "gelu"),
        row("drop", "dropout", "narrow", p=0.1),
        row("add_last", "add", f"drop {skip}"),
    ]


_FEATURES = follows(
    "widen.out_features*4",
    "narrow.out_features",
    name="features",
    label="Features",
    help="How many numbers each step has; left open, as many as come in.",
)
_DROPOUT = number("dropout", "Dropout", "Which share is switched off at random during training.", "drop.p")

ENCODER = ReadyBlock(
    (
        composed(
            "Transformer encoder",
            "transformer_encoder",
            "Lets each step of a sequence look at all others, then thinks about each by itself; repeat it "
            "for a deeper understanding.",
            [
                row("norm_a", "layer_norm", "input"),
                row("attention", "multihead_attention", "norm_a"),
                row("add_a", "add", "attention input"),
                *_small_network("add_a", "add_a", "b"),
            ],
            [number("heads", "Heads", _HEADS, "attention.num_heads"), _FEATURES, _DROPOUT],
        ),
    ),
    (({}, ((10, 8),)), ({"heads": 1, "repeat": 2}, ((3, 5),))),
    _WORDS,
)

DECODER = ReadyBlock(
    (
        composed(
            "Transformer decoder",
            "transformer_decoder",
            "Writes on: each step looks back at the steps before it and at a second sequence, such as a "
            "sentence to translate. Its second input is that sequence.",
            [
                row("input", "input", "", "written so far"),
                row("memory", "input", "", "to look at"),
                row("norm_a", "layer_norm", "input"),
                row("attention", "multihead_attention", "norm_a", causal=True),
                row("add_a", "add", "attention input"),
                row("norm_b", "layer_norm", "add_a"),
                row("look", "cross_attention", "norm_b memory"),
                row("add_b", "add", "look add_a"),
                *_small_network("add_b", "add_b", "c"),
            ],
            [
                number("heads", "Heads", _HEADS, "attention.num_heads", "look.num_heads"),
                _FEATURES,
                _DROPOUT,
            ],
        ),
    ),
    (({}, ((10, 8), (6, 8))), ({"heads": 1, "repeat": 2}, ((3, 5), (4, 7)))),
    (*_WORDS, "translation", "causal"),
)

TRANSFORMER_BLOCKS = (ENCODER, DECODER)
