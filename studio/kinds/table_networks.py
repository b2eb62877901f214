"""Ready networks for rows of a table: they end in one number, or in one for each class."""

from __future__ import annotations

from collections.abc import Callable

from studio.core.network import Graph
from studio.core.project import DatasetFacts
from studio.kinds.kind import Template
from studio.kinds.network_builder import NetworkBuilder


def outputs(facts: DatasetFacts) -> int:
    """How many numbers the network gives: one for each class, or the predicted one."""
    return len(facts.classes) or 1


def _is_row(facts: DatasetFacts) -> bool:
    return len(facts.input_shape) == 1 and facts.input_shape[0] >= 1 and not facts.vocabulary


def _fits_classes(facts: DatasetFacts) -> bool:
    return _is_row(facts) and len(facts.classes) > 0


def _fits_number(facts: DatasetFacts) -> bool:
    return _is_row(facts) and not facts.classes


def _begun(facts: DatasetFacts) -> NetworkBuilder:
    net = NetworkBuilder()
    if facts.embedded:
        net.add("column_embedding")
    return net


def _linear(facts: DatasetFacts) -> Graph:
    net = _begun(facts)
    net.add("linear", out_features=outputs(facts))
    return net.finish()


def _mlp(facts: DatasetFacts) -> Graph:
    net = _begun(facts)
    for features in (64, 32):
        net.add("linear", out_features=features)
        net.add("relu")
    net.add("linear", out_features=outputs(facts))
    return net.finish()


def _steady_mlp(facts: DatasetFacts) -> Graph:
    net = _begun(facts)
    for features in (128, 64):
        net.add("linear", out_features=features, bias=False)  # normalisation takes every shift away again
        net.add("batch_norm1d")
        net.add("relu")
        net.add("dropout", p=0.2)
    net.add("linear", out_features=outputs(facts))
    return net.finish()


def _residual_mlp(facts: DatasetFacts) -> Graph:
    """Two blocks, without the biases that the normalisation behind them takes away again.

    Source: Gorishniy et al., "Revisiting Deep Learning Models for Tabular Data", 2021.
    """
    net = _begun(facts)
    net.add("linear", out_features=64, bias=False)
    for _ in range(2):
        start = net.last
        net.add("batch_norm1d")
        net.add("linear", out_features=128)
        net.add("relu")
        net.add("dropout", p=0.1)
        body = net.add("linear", out_features=64, bias=False)
        net.add("add", after=(body, start))
    net.add("batch_norm1d")
    net.add("relu")
    net.add("linear", out_features=outputs(facts))
    return net.finish()


def _templates(
    fits: Callable[[DatasetFacts], bool], linear_name: str, linear_help: str
) -> tuple[Template, ...]:
    return (
        Template(
            "mlp",
            "Simple network (small MLP)",
            "Three linear layers with ReLU between them: finds bends and combinations. A good first choice. "
            "MLP is short for multi-layer perceptron: every neuron is joined to all of the next layer.",
            fits,
            _mlp,
        ),
        Template("linear", linear_name, linear_help, fits, _linear),
        Template(
            "mlp-batch-norm",
            "Steady network (MLP with batch norm)",
            "A larger MLP that batch normalisation keeps steady and dropout keeps from learning by heart.",
            fits,
            _steady_mlp,
        ),
        Template(
            "residual-mlp",
            "Network with short cuts (residual MLP)",
            "Short cuts, called skip connections, let the row pass around the layers: so a deep network "
            "learns well.",
            fits,
            _residual_mlp,
        ),
    )


CLASS_TEMPLATES = _templates(
    _fits_classes,
    "Straight line (one linear layer)",
    "Weighs every column once (logistic regression). Good to compare with.",
)
NUMBER_TEMPLATES = _templates(
    _fits_number,
    "Straight line (linear regression)",
    "One linear layer: the best straight line through the data. Good to compare with.",
)
