"""Ready networks for texts: token numbers come in, one score for each class comes out."""

from __future__ import annotations

from studio.core.network import Graph
from studio.core.project import DatasetFacts
from studio.kinds.kind import Template
from studio.kinds.network_builder import NetworkBuilder


def _fits(facts: DatasetFacts) -> bool:
    return facts.vocabulary > 0 and len(facts.classes) > 0


def _average(facts: DatasetFacts) -> Graph:
    """Source: Joulin et al., "Bag of Tricks for Efficient Text Classification" (fastText), 2016."""
    net = NetworkBuilder()
    net.add("embedding", embedding_dim=64)
    net.add("global_avg_pool", keep="last")
    net.add("linear", out_features=len(facts.classes))
    return net.finish()


def _convolutional(facts: DatasetFacts) -> Graph:
    """Source: Kim, "Convolutional Neural Networks for Sentence Classification", 2014: three widths."""
    net = NetworkBuilder()
    net.add("embedding", embedding_dim=32)
    start = net.add("permute", dims=(2, 1))
    ends = []
    for width in (3, 5, 7):
        net.add("conv1d", after=(start,), out_channels=48, kernel_size=width, padding=width // 2)
        net.add("relu")
        net.add("adaptive_max_pool1d", output_size=1)
        ends.append(net.add("flatten"))
    net.add("concatenate", after=tuple(ends))
    net.add("dropout", p=0.2)
    net.add("linear", out_features=len(facts.classes))
    return net.finish()


def _recurrent(facts: DatasetFacts, layer: str) -> Graph:
    net = NetworkBuilder()
    net.add("embedding", embedding_dim=48)
    net.add(layer, hidden_size=64, bidirectional=True, returns="last step")
    net.add("dropout", p=0.2)
    net.add("linear", out_features=len(facts.classes))
    return net.finish()


def _transformer(facts: DatasetFacts) -> Graph:
    """Source: Vaswani et al., "Attention Is All You Need", 2017: the encoder, small."""
    net = NetworkBuilder()
    net.add("embedding", embedding_dim=64)
    net.add("positional_encoding", kind="learnt")
    for _ in range(2):
        net.add("transformer_encoder_layer", nhead=4, dim_feedforward=128, dropout=0.1, norm_first=True)
    net.add("layer_norm")
    net.add("global_avg_pool", keep="last")
    net.add("linear", out_features=len(facts.classes))
    return net.finish()


TEXT_TEMPLATES = (
    Template(
        "cnn",
        "Looks for short patterns (1-D CNN)",
        "Small windows slide along the text and learn telling groups of characters or words. Quick, and good "
        "for a first try.",
        _fits,
        _convolutional,
    ),
    Template(
        "average",
        "Average of the words (embedding average)",
        "Each token becomes a list of learnt numbers, and these are averaged. The order is lost, but it is "
        "the quickest; good to compare with.",
        _fits,
        _average,
    ),
    Template(
        "gru",
        "Reads step by step (GRU)",
        "Reads each text forwards and backwards with a learnt memory: sees the order, but is slower.",
        _fits,
        lambda facts: _recurrent(facts, "gru"),
    ),
    Template(
        "lstm",
        "Reads step by step (LSTM)",
        "As the GRU, with a memory that also learns what to forget; holds on longer and takes more time.",
        _fits,
        lambda facts: _recurrent(facts, "lstm"),
    ),
    Template(
        "transformer",
        "Looks everywhere at once (small Transformer)",
        "Every token looks at all the others and takes over what matters to it: what large language models "
        "are made of. Wants more texts than the others.",
        _fits,
        _transformer,
    ),
)
