"""Networks for larger pictures that the field knows by name, weight for weight as torchvision has them."""

from __future__ import annotations

from collections.abc import Sequence

from studio.core.network import Graph
from studio.core.project import DatasetFacts
from studio.kinds.kind import Template
from studio.kinds.network_builder import NetworkBuilder
from studio.kinds.picture_networks import at_least, outputs

_SMALLEST = 64  # pixels a side: they halve the picture five times


def _stem(net: NetworkBuilder) -> None:
    """A quarter of the width and height, 64 channels."""
    net.add("conv2d", out_channels=64, kernel_size=7, stride=2, padding=3, bias=False)
    net.add("batch_norm2d")
    net.add("relu")
    net.add("max_pool2d", kernel_size=3, stride=2, padding=1)


def _end(net: NetworkBuilder, facts: DatasetFacts) -> Graph:
    net.add("global_avg_pool")
    net.add("linear", out_features=outputs(facts))
    return net.finish()


def _resnet(facts: DatasetFacts, depths: Sequence[int]) -> Graph:
    """Source: He et al., "Deep Residual Learning", 2015, table 1."""
    net = NetworkBuilder()
    _stem(net)
    net.add("block:residual", repeat=depths[0])
    for width, depth in zip((128, 256, 512), depths[1:], strict=True):
        net.add("block:residual_down", channels=width)
        net.add("block:residual", repeat=depth - 1)
    return _end(net, facts)


def _resnet50(facts: DatasetFacts) -> Graph:
    net = NetworkBuilder()
    _stem(net)
    for width, depth, stride in ((256, 3, 1), (512, 4, 2), (1024, 6, 2), (2048, 3, 2)):
        net.add("block:bottleneck_down", channels=width, stride=stride)
        net.add("block:bottleneck", repeat=depth - 1)
    return _end(net, facts)


def _mobilenet_v2(facts: DatasetFacts) -> Graph:
    """Source: Sandler et al., "MobileNetV2", 2018, table 2."""
    net = NetworkBuilder()
    net.add("conv2d", out_channels=32, kernel_size=3, stride=2, padding=1, bias=False)
    net.add("batch_norm2d")
    net.add("relu6")
    # The first block widens nothing, so only its second half is there.
    net.add("conv2d", out_channels=32, kernel_size=3, padding=1, groups=32, bias=False)
    net.add("batch_norm2d")
    net.add("relu6")
    net.add("conv2d", out_channels=16, kernel_size=1, padding=0, bias=False)
    net.add("batch_norm2d")
    for width, depth, stride in ((24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1)):
        net.add("block:inverted_residual_down", channels=width, stride=stride)
        if depth > 1:
            net.add("block:inverted_residual", repeat=depth - 1)
    net.add("conv2d", out_channels=1280, kernel_size=1, padding=0, bias=False)
    net.add("batch_norm2d")
    net.add("relu6")
    net.add("global_avg_pool")
    net.add("dropout", p=0.2)
    net.add("linear", out_features=outputs(facts))
    return net.finish()


def _densenet121(facts: DatasetFacts) -> Graph:
    """Source: Huang et al., "Densely Connected Convolutional Networks", 2017, table 1."""
    net = NetworkBuilder()
    _stem(net)
    channels = 64
    for stage, depth in enumerate((6, 12, 24, 16)):
        if stage:  # half the channels, half the picture
            channels //= 2
            net.add("batch_norm2d")
            net.add("relu")
            net.add("conv2d", out_channels=channels, kernel_size=1, padding=0, bias=False)
            net.add("avg_pool2d", kernel_size=2)
        net.add("block:dense", growth=32, repeat=depth)
        channels += 32 * depth
    net.add("batch_norm2d")
    net.add("relu")
    return _end(net, facts)


RESNET_18 = Template(
    "resnet-18",
    "Deep network with short cuts (ResNet-18)",
    "Eight residual blocks, 11 million weights: the network that most comparisons begin with. For pictures "
    "of 64 pixels and more; slow without a graphics card.",
    lambda facts: at_least(_SMALLEST, facts),
    lambda facts: _resnet(facts, (2, 2, 2, 2)),
)
RESNET_34 = Template(
    "resnet-34",
    "Deeper network with short cuts (ResNet-34)",
    "Sixteen residual blocks, 21 million weights: a little better than ResNet-18, and twice the work.",
    lambda facts: at_least(_SMALLEST, facts),
    lambda facts: _resnet(facts, (3, 4, 6, 3)),
)
RESNET_50 = Template(
    "resnet-50",
    "Very deep network with short cuts (ResNet-50)",
    "Sixteen bottleneck blocks, 24 million weights: the workhorse of picture recognition. It wants a "
    "graphics card.",
    lambda facts: at_least(_SMALLEST, facts),
    _resnet50,
)
MOBILENET_V2 = Template(
    "mobilenet-v2",
    "Network for phones (MobileNetV2)",
    "Inverted residual blocks, 2 million weights: nearly as good as ResNet-18 for a sixth of the work.",
    lambda facts: at_least(_SMALLEST, facts),
    _mobilenet_v2,
)
DENSENET_121 = Template(
    "densenet-121",
    "Network in which all see all (DenseNet-121)",
    "58 dense blocks, 7 million weights: every layer sees what all before it found. Few weights, but much "
    "memory.",
    lambda facts: at_least(_SMALLEST, facts),
    _densenet121,
)
KNOWN_TEMPLATES = (RESNET_18, RESNET_34, RESNET_50, MOBILENET_V2, DENSENET_121)
