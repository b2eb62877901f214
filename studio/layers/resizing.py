"""Layers that change the size of a picture without learning anything: stretch, shuffle, pad."""

from __future__ import annotations

from math import floor

from studio.core.params import Bool, Choice, Float, Int, Param, Params, Size
from studio.graph.layer_type import Example, LayerCode, LayerType, Shape, ShapeError, Shapes
from studio.layers.fitting import DIMENSIONS, arrived, counted, demand_rank, listed, page, size_text
from studio.layers.reading import collapsed, flag, number, sizes_or_none, whole, wholes, word
from studio.layers.writing import call, changed, short

# Which number of dimensions (without the batch) each way of filling in takes.
_MODES = {"nearest": (2, 3, 4), "linear": (2,), "bilinear": (3,), "bicubic": (3,), "trilinear": (4,)}
_SMOOTH = {2: "linear", 3: "bilinear", 4: "trilinear"}


def _upsample_shape(params: Params, inputs: Shapes) -> Shape:
    """(channels, *space) -> (channels, *space * scale_factor). Source: torch.nn.Upsample, "Shape"."""
    (shape,) = inputs
    demand_rank(shape, (2, 3, 4), "channels, then length, or height and width, or depth, height and width")
    mode, rank = word(params, "mode"), len(shape)
    if rank not in _MODES[mode]:
        raise ShapeError(
            f"filling in by “{mode}” is not made for {counted(rank, 'dimension')} ({size_text(shape)}). "
            f"Use {_SMOOTH[rank]} or nearest.",
            param="mode",
            suggestions=(("mode", _SMOOTH[rank]), ("mode", "nearest")),
        )
    size = params["size"]
    if isinstance(size, tuple) and len(size) != rank - 1:
        raise ShapeError(
            f"a size of {size_text([int(n) for n in size])} is for pictures, but {arrived(shape)}. "
            "Use one number for the size, or a factor.",
            param="size",
            suggestions=(("size", int(size[0])), ("size", None)),
        )
    space = sizes_or_none(params, "size", rank - 1)
    if space is None:
        factor = number(params, "scale_factor")
        space = tuple(floor(n * factor) for n in shape[1:])
        if min(space) < 1:
            raise ShapeError(
                f"{size_text(shape[1:])} times {factor:g} leaves nothing. "
                f"Use a factor of at least {1 / min(shape[1:]):g}.",
                param="scale_factor",
                suggestions=(("scale_factor", 1.0),),
            )
    return (shape[0], *space)


def _upsample_code(params: Params, inputs: Shapes) -> LayerCode:
    options: dict[str, object] = {}
    if params["size"] is not None:
        options["size"] = short(params["size"])
    else:
        factor = number(params, "scale_factor")
        options["scale_factor"] = int(factor) if factor.is_integer() else factor
    options |= changed(params, mode="nearest")
    if word(params, "mode") != "nearest":
        options |= changed({"align_corners": flag(params, "align_corners") or None}, align_corners=None)
    return LayerCode(call("nn.Upsample", **options))


UPSAMPLE = LayerType(
    id="upsample",
    name="Upsample",
    family="Shape",
    help="Makes a picture or sequence larger (or smaller) by repeating or blending neighbours, without "
    "learning anything.",
    url=page("nn.Upsample"),
    stem="upsample",
    shape=_upsample_shape,
    code=_upsample_code,
    params=(
        Param(
            "scale_factor",
            "Factor",
            "How many times larger the result is; 0.5 makes it half as large.",
            Float(0.0, 100.0, above_minimum=True),
            2.0,
        ),
        Param(
            "mode",
            "Filled in by",
            "Nearest repeats the nearest number; the others blend neighbours and look smoother.",
            Choice(
                (
                    ("nearest", "nearest neighbour"),
                    ("linear", "linear (sequences)"),
                    ("bilinear", "bilinear (pictures)"),
                    ("bicubic", "bicubic (pictures)"),
                    ("trilinear", "trilinear (volumes)"),
                )
            ),
            "nearest",
        ),
        Param(
            "size",
            "Exact size",
            "The size of the result, if it shall not follow from the factor.",
            Size(2, 1, 10_000, optional=True, none_label="by the factor"),
            None,
            advanced=True,
        ),
        Param(
            "align_corners",
            "Align corners",
            "Keeps the numbers in the corners exactly where they are; only for the blending ways.",
            Bool(),
            False,
            advanced=True,
        ),
    ),
    icon="upsample",
    keywords=("make larger", "enlarge", "resize", "interpolate", "zoom", "decoder"),
    examples=(
        Example({}, ((3, 7, 5),)),
        Example({"mode": "bilinear", "scale_factor": 1.5, "align_corners": True}, ((3, 7, 5),)),
        Example({"mode": "bicubic", "size": (9, 4)}, ((2, 6, 6),)),
        Example({"mode": "linear"}, ((3, 9),)),
        Example({"mode": "trilinear", "scale_factor": 2.0}, ((2, 3, 4, 5),)),
        Example({"size": 10}, ((2, 6, 7),)),
        Example({"scale_factor": 0.5}, ((2, 9, 8),)),
    ),
)


def _pixel_shuffle_shape(params: Params, inputs: Shapes) -> Shape:
    """(C*r*r, H, W) -> (C, H*r, W*r). Source: torch.nn.PixelShuffle, "Shape"."""
    (shape,) = inputs
    demand_rank(shape, (3,), DIMENSIONS[2])
    factor = whole(params, "upscale_factor")
    if shape[0] % factor**2:
        ways = tuple(r for r in range(min(factor, 100), 1, -1) if shape[0] % r**2 == 0)
        use = f"Use a factor of {listed(ways[:3])}, or make" if ways else "Make"
        raise ShapeError(
            f"{counted(shape[0], 'channel')} cannot be shared out among {factor}×{factor} points. "
            f"{use} the layer before give a multiple of {factor**2} channels.",
            param="upscale_factor",
            suggestions=tuple(("upscale_factor", r) for r in ways[:3]),
        )
    return (shape[0] // factor**2, shape[1] * factor, shape[2] * factor)


PIXEL_SHUFFLE = LayerType(
    id="pixel_shuffle",
    name="PixelShuffle",
    family="Shape",
    help="Makes a picture larger by laying out its channels side by side as new points; used for sharpening "
    "small pictures.",
    url=page("nn.PixelShuffle"),
    stem="pixel_shuffle",
    shape=_pixel_shuffle_shape,
    code=lambda params, inputs: LayerCode(call("nn.PixelShuffle", params["upscale_factor"])),
    params=(
        Param(
            "upscale_factor",
            "Factor",
            "How many times larger the picture gets; needs that number squared as many channels.",
            Int(1, 100),
            2,
        ),
    ),
    icon="pixel_shuffle",
    keywords=("make larger", "super resolution", "enlarge", "depth to space"),
    examples=(
        Example({}, ((8, 6, 5),)),
        Example({"upscale_factor": 3}, ((9, 2, 2),)),
        Example({"upscale_factor": 1}, ((5, 2, 2),)),
    ),
)


def _zero_pad_shape(params: Params, inputs: Shapes) -> Shape:
    """Source: torch.nn.ZeroPad2d, "Shape"; the order is left, right, top, bottom."""
    (shape,) = inputs
    demand_rank(shape, (3,), DIMENSIONS[2])
    left, right, top, bottom = _edges(params)
    return (shape[0], shape[1] + top + bottom, shape[2] + left + right)


def _edges(params: Params) -> tuple[int, ...]:
    padding = params["padding"]
    return (padding,) * 4 if isinstance(padding, int) else wholes(params, "padding")


ZERO_PAD = LayerType(
    id="zero_pad2d",
    name="ZeroPad2d",
    family="Shape",
    help="Adds a frame of zeros around a picture, for example to reach a size that the next layer wants.",
    url=page("nn.ZeroPad2d"),
    stem="zero_pad",
    shape=_zero_pad_shape,
    code=lambda params, inputs: LayerCode(call("nn.ZeroPad2d", collapsed(_edges(params)))),
    params=(
        Param(
            "padding",
            "Padding",
            "How many zeros are added on the left, right, top and bottom.",
            Size(4, 0, 1000),
            1,
        ),
    ),
    takes="any",
    gives="same",
    icon="zero_pad2d",
    keywords=("frame", "border", "edge", "make larger"),
    examples=(
        Example({}, ((1, 5, 6),)),
        Example({"padding": (1, 2, 3, 4)}, ((3, 5, 6),)),
        Example({"padding": 0}, ((3, 5, 6),)),
    ),
)
