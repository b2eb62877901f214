"""Ready networks that find things: one-stage, anchor-free, made of ordinary layers."""

from __future__ import annotations

from studio.core.network import Graph
from studio.core.project import DatasetFacts
from studio.kinds.kind import Template
from studio.kinds.network_builder import NetworkBuilder


def box_channels(facts: DatasetFacts) -> int:
    """What a detector says of each place: every class, four edges, how well the box fits."""
    return len(facts.classes) + 5


def _fits(facts: DatasetFacts, side: int, multiple: int) -> bool:
    if not facts.boxes or len(facts.input_shape) != 3:
        return False
    return all(s >= side and s % multiple == 0 for s in facts.input_shape[1:])


def _conv(net: NetworkBuilder, width: int, *, kernel: int = 3, stride: int = 1, after: str = "") -> str:
    """Convolution, batch normalisation, ReLU; `stride` 2 halves the picture."""
    start = (after,) if after else ()
    net.add(
        "conv2d",
        after=start,
        out_channels=width,
        kernel_size=kernel,
        stride=stride,
        padding=kernel // 2,
        bias=False,
    )
    net.add("batch_norm2d")
    return net.add("relu")


def _block(net: NetworkBuilder, width: int) -> str:
    """Two convolutions and the way around them."""
    start = net.last
    _conv(net, width)
    net.add("conv2d", out_channels=width, kernel_size=3, padding=1, bias=False)
    body = net.add("batch_norm2d")
    net.add("add", after=(body, start))
    return net.add("relu")


def _small(facts: DatasetFacts) -> Graph:
    """Source: Tian et al., "FCOS", 2019, with one grid of cells and a backbone of a few convolutions."""
    net = NetworkBuilder()
    _conv(net, 16, stride=2)
    _conv(net, 32, stride=2)
    _conv(net, 64, stride=2)
    _conv(net, 64)
    _conv(net, 96)
    _conv(net, 96)
    net.add("conv2d", out_channels=box_channels(facts), kernel_size=1, padding=0, label="Boxes and classes")
    return net.finish()


def _fine(facts: DatasetFacts) -> Graph:
    """As the small one, with cells of 4 pixels: one convolution less halves the picture."""
    net = NetworkBuilder()
    _conv(net, 16, stride=2)
    _conv(net, 32, stride=2)
    for width in (48, 48, 64, 64):
        _conv(net, width)
    net.add("conv2d", out_channels=box_channels(facts), kernel_size=1, padding=0, label="Boxes and classes")
    return net.finish()


def _residual(facts: DatasetFacts) -> Graph:
    """Source: He et al., "Deep Residual Learning", 2015, as the backbone."""
    net = NetworkBuilder()
    for width in (24, 48, 96):
        _conv(net, width, stride=2)
        _block(net, width)
    _conv(net, 96)
    net.add("conv2d", out_channels=box_channels(facts), kernel_size=1, padding=0, label="Boxes and classes")
    return net.finish()


def _with_neck(facts: DatasetFacts) -> Graph:
    """Sources: Tian et al., "FCOS", 2019; Lin et al., "Feature Pyramid Networks", 2017: what a coarse look
    found is enlarged and put beside the fine one."""
    net = NetworkBuilder()
    _conv(net, 24, stride=2)
    _conv(net, 32, stride=2)
    _block(net, 32)
    _conv(net, 64, stride=2)
    fine = _block(net, 64)
    _conv(net, 128, stride=2)
    _block(net, 128)
    _conv(net, 64, kernel=1)
    coarse = net.add("upsample", scale_factor=2.0)
    net.add("concatenate", after=(coarse, fine))
    _conv(net, 96)
    _conv(net, 96)
    net.add("conv2d", out_channels=box_channels(facts), kernel_size=1, padding=0, label="Boxes and classes")
    return net.finish()


DETECTION_TEMPLATES = (
    Template(
        "small-detector",
        "Small detector",
        "A few convolutions look at the picture through a grid, and say for each cell what lies there and "
        "how far it reaches. Trains in minutes.",
        lambda facts: _fits(facts, 16, 1),
        _small,
    ),
    Template(
        "fine-detector",
        "Detector for small things",
        "Its grid is twice as fine, so that small things that lie close together each get a cell of their "
        "own. Slower.",
        lambda facts: _fits(facts, 16, 1),
        _fine,
    ),
    Template(
        "residual-detector",
        "Detector with short cuts (ResNet)",
        "Skip connections let what was learnt early pass around later layers: deeper than the small one, and "
        "often better. On the clothes that lie about: an mAP@50 of 93 % after 25 epochs, some two and a half "
        "minutes on two cores.",
        lambda facts: _fits(facts, 16, 1),
        _residual,
    ),
    Template(
        "detector-with-neck",
        "Detector with a neck (ResNet and FPN)",
        "Looks once finely and once coarsely, and puts both together: better for things of different sizes. "
        "FPN is short for feature pyramid network. On the clothes that lie about: an mAP@50 of 95 % in some "
        "two and a half minutes on two cores.",
        lambda facts: _fits(facts, 32, 16),
        _with_neck,
    ),
)
