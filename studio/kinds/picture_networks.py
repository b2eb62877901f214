"""Ready networks for pictures of any size, from one layer to a small ResNet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from studio.core.network import Graph
from studio.core.project import DatasetFacts
from studio.kinds.kind import Template
from studio.kinds.network_builder import NetworkBuilder

_WIDTHS = (16, 32, 64, 96, 128, 128, 128)  # channels after each halving; more than 64 cost lab PCs dearly
_HALVED_TO = 8  # pixels a side, at most, when a network stops halving: small enough for a linear layer


def smaller_side(facts: DatasetFacts) -> int:
    """Of the pictures, in pixels; 0 where the samples are no pictures."""
    return min(facts.input_shape[1:]) if len(facts.input_shape) == 3 else 0


def at_least(side: int, facts: DatasetFacts) -> bool:
    """Pictures, each of one class, and large enough."""
    return smaller_side(facts) >= side and facts.learns == "classes"


def outputs(facts: DatasetFacts) -> int:
    """What comes out: a score for each class or label, or the numbers."""
    return len(facts.classes) or len(facts.numbers) or 1


def _bend(facts: DatasetFacts) -> str:
    """The activation before the last layer. A few numbers hang on all of it: units of a ReLU that give 0 for
    every picture never come back, and the answer is then the same for all."""
    return "relu" if facts.classes else "leaky_relu"


def _halvings(facts: DatasetFacts) -> int:
    """How often the picture is halved until a linear layer can look at all of it; 28 -> 2, 64 -> 3."""
    side, count = max(facts.input_shape[1:]), 0
    while (side > _HALVED_TO or count == 0) and smaller_side(facts) >> (count + 1) >= 1:
        side //= 2
        count += 1
    return min(count, len(_WIDTHS))


def _small_cnn(facts: DatasetFacts) -> Graph:
    net = NetworkBuilder()
    for width in _WIDTHS[: _halvings(facts)]:
        net.add("conv2d", out_channels=width, kernel_size=3, padding=1, bias=False)
        net.add("batch_norm2d")
        net.add("relu")
        net.add("max_pool2d", kernel_size=2)
    net.add("flatten")
    if facts.classes:  # before numbers, dropout only blurs: it changes how large they come out
        net.add("dropout", p=0.25)
    net.add("linear", out_features=64)
    net.add(_bend(facts))
    net.add("linear", out_features=outputs(facts))
    return net.finish()


def _straight_line(facts: DatasetFacts) -> Graph:
    net = NetworkBuilder()
    net.add("flatten")
    net.add("linear", out_features=outputs(facts))
    return net.finish()


def _mlp(facts: DatasetFacts) -> Graph:
    net = NetworkBuilder()
    net.add("flatten")
    net.add("linear", out_features=128)
    net.add(_bend(facts))
    net.add("linear", out_features=outputs(facts))
    return net.finish()


def _lenet5(facts: DatasetFacts) -> Graph:
    """Source: LeCun et al., "Gradient-Based Learning Applied to Document Recognition", 1998, with ReLU
    and maximum pooling, as it is taught today."""
    net = NetworkBuilder()
    # The paper's digits were 28x28 in a frame of 32x32; pictures without a frame get it here.
    net.add("conv2d", out_channels=6, kernel_size=5, padding=0 if smaller_side(facts) >= 32 else 2)
    net.add("relu")
    net.add("max_pool2d", kernel_size=2)
    net.add("conv2d", out_channels=16, kernel_size=5, padding=0)
    net.add("relu")
    net.add("max_pool2d", kernel_size=2)
    net.add("flatten")
    for features in (120, 84):
        net.add("linear", out_features=features)
        net.add(_bend(facts))
    net.add("linear", out_features=outputs(facts))
    return net.finish()


def _vgg(facts: DatasetFacts) -> Graph:
    """Source: Simonyan and Zisserman, "Very Deep Convolutional Networks", 2014, narrower and with
    batch normalisation."""
    net = NetworkBuilder()
    for width in _WIDTHS[: _halvings(facts)]:
        for _ in range(2):
            net.add("conv2d", out_channels=width, kernel_size=3, padding=1, bias=False)
            net.add("batch_norm2d")
            net.add("relu")
        net.add("max_pool2d", kernel_size=2)
    net.add("flatten")
    net.add("linear", out_features=128)
    net.add(_bend(facts))
    if facts.classes:
        net.add("dropout", p=0.5)
    net.add("linear", out_features=outputs(facts))
    return net.finish()


def _resnet(facts: DatasetFacts) -> Graph:
    """Source: He et al., "Deep Residual Learning", 2015, section 4.2 (the CIFAR networks), one block a
    stage."""
    net = NetworkBuilder()
    stride = 2 if smaller_side(facts) >= 48 else 1
    net.add("conv2d", out_channels=16, kernel_size=3, stride=stride, padding=1, bias=False)
    net.add("batch_norm2d")
    net.add("relu")
    _residual_block(net, 16, stride=1, project=False)
    _residual_block(net, 32, stride=2, project=True)
    _residual_block(net, 64, stride=2, project=True)
    net.add("global_avg_pool")
    net.add("linear", out_features=outputs(facts))
    return net.finish()


def _residual_block(net: NetworkBuilder, width: int, stride: int, project: bool) -> None:
    """Two convolutions and the way around them; `project` fits the way around to the new shape."""
    start = net.last
    net.add("conv2d", out_channels=width, kernel_size=3, stride=stride, padding=1, bias=False)
    net.add("batch_norm2d")
    net.add("relu")
    net.add("conv2d", out_channels=width, kernel_size=3, padding=1, bias=False)
    body = net.add("batch_norm2d")
    around = start
    if project:
        net.add(
            "conv2d", after=(start,), out_channels=width, kernel_size=1, stride=stride, padding=0, bias=False
        )
        around = net.add("batch_norm2d")
    net.add("add", after=(body, around))
    net.add("relu")


SMALL_CNN = Template(
    "small-cnn",
    "Pattern finder (small CNN)",
    "Looks for small patterns, then for patterns of patterns. Quick and good: the best first choice. "
    "CNN is short for convolutional neural network: the same small window slides over the whole picture.",
    lambda facts: at_least(4, facts),
    _small_cnn,
)
STRAIGHT_LINE = Template(
    "linear",
    "Straight line (one linear layer)",
    "Weighs every pixel once and adds up. The simplest network there is, good to compare with.",
    lambda facts: at_least(1, facts),
    _straight_line,
)
MLP = Template(
    "mlp",
    "Simple network (MLP)",
    "Two linear layers with 128 neurons between them. Sees all pixels at once, without their places. "
    "MLP is short for multi-layer perceptron: every neuron is joined to all of the next layer.",
    lambda facts: at_least(1, facts),
    _mlp,
)
LENET5 = Template(
    "lenet-5",
    "Classic digit reader (LeNet-5)",
    "The network that read cheques in 1998: two convolutions, then three linear layers.",
    lambda facts: at_least(12, facts),
    _lenet5,
)
VGG = Template(
    "vgg",
    "Deep pattern finder (VGG)",
    "Pairs of small convolutions, stacked deep. Slower than the small CNN, often a little better. "
    "VGG is the research group in Oxford that made such networks known.",
    lambda facts: at_least(4, facts),
    _vgg,
)
RESNET = Template(
    "resnet",
    "Network with short cuts (small ResNet)",
    "Short cuts, called skip connections, let what was learnt early pass around later layers: so deep "
    "networks learn well.",
    lambda facts: at_least(8, facts),
    _resnet,
)
PICTURE_TEMPLATES = (SMALL_CNN, STRAIGHT_LINE, MLP, LENET5, VGG, RESNET)


def picture_templates(
    learns: Literal["labels", "numbers"], templates: Sequence[Template] = PICTURE_TEMPLATES
) -> tuple[Template, ...]:
    """The same networks with an end for several labels, or for numbers."""
    return tuple(_for(template, learns) for template in templates)


def _for(template: Template, learns: str) -> Template:
    def fits(facts: DatasetFacts) -> bool:
        return facts.learns == learns and template.fits(_as_classes(facts))

    return replace(template, fits=fits)


def _as_classes(facts: DatasetFacts) -> DatasetFacts:
    return replace(facts, classes=facts.classes or ("any",), multi_label=False)
