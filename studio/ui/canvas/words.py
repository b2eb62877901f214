"""Figures and parameters as people read them on cards, wires and in the inspector."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from studio.core.network import REPEAT, Node
from studio.core.params import Bool, Choice, Floats, ParamValue
from studio.core.project import DatasetChoice
from studio.graph.layer_type import LayerType, Shape

_MAIN_PARAMS = 2  # more do not fit on a card


def shape_text(shape: Shape | None) -> str:
    """32×14×14, or a question mark where the shape is not known."""
    return "?" if shape is None else "×".join(str(size) for size in shape) or "1"


def spoken_shape(shape: Shape | None) -> str:
    """The shape for a screen reader and for the inspector: "32 by 14 by 14"."""
    if shape is None:
        return QCoreApplication.translate("Words", "not known yet")
    return QCoreApplication.translate("Words", " by ").join(str(size) for size in shape)


def token_words(choice: DatasetChoice | None) -> str:
    """What the texts of a dataset are cut into, "words"; empty for all other data."""
    if choice is None or choice.facts is None or not choice.facts.vocabulary:
        return ""
    return {
        "characters": QCoreApplication.translate("Words", "characters"),
        "byte_pairs": QCoreApplication.translate("Words", "byte pairs"),
    }.get(str(choice.options.get("tokens")), QCoreApplication.translate("Words", "words"))


def shape_meaning(shape: Shape | None, tokens: str = "", steps: int | None = None) -> str:
    """What a shape stands for, in a sentence's end. `steps`: the axis along which a text's `tokens` lie."""
    translate = QCoreApplication.translate
    if shape is None:
        return translate("Words", "not known yet")
    text = shape_text(shape)
    if tokens and steps is not None and len(shape) <= 2:
        length = count(shape[steps])
        if len(shape) == 1:
            return translate("Words", "{n} {words}").format(n=length, words=tokens)
        meaning = translate("Words", "{shape}: {n} {words}, for each of them {columns} numbers")
        return meaning.format(shape=text, n=length, words=tokens, columns=count(shape[1 - steps]))
    if len(shape) == 1:
        if shape[0] == 1:
            return translate("Words", "one number")
        return translate("Words", "{n} numbers").format(n=count(shape[0]))
    if len(shape) == 2:
        meaning = translate("Words", "{shape}: {rows} rows of {columns} numbers")
        return meaning.format(shape=text, rows=count(shape[0]), columns=count(shape[1]))
    if len(shape) == 3:
        if shape[0] == 1:
            meaning = translate("Words", "{shape}: one picture, {height} high and {width} wide")
        else:
            meaning = translate("Words", "{shape}: {channels} channels, each {height} high and {width} wide")
        return meaning.format(shape=text, channels=count(shape[0]), height=shape[1], width=shape[2])
    return text


def count(number: int) -> str:
    """12,345 with the separators of the user's language."""
    locale = QLocale()
    if locale.language() == QLocale.Language.C:  # a bare system: its "locale" groups no digits
        locale = QLocale(QLocale.Language.English)
    return locale.toString(number)


def short_count(number: int) -> str:
    """1.2 M: for cards and status lines."""
    for limit, suffix in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")):
        if number >= limit:
            unit = 1e3 if suffix == "k" else limit
            value = number / unit
            return f"{value:.1f} {suffix}" if value < 100 else f"{value:.0f} {suffix}"
    return count(number)


def size_text(parameters: int) -> str:
    """What the weights take as 32-bit numbers."""
    megabytes = parameters * 4 / 1e6
    if megabytes < 0.1:
        return f"{max(parameters * 4 / 1e3, 0):.1f} kB"
    return f"{megabytes:.1f} MB"


def value_text(value: ParamValue) -> str:
    """A parameter's value on a card: 3×3, 0.5, 3×5."""
    if isinstance(value, tuple):
        return "×".join(f"{number:g}" for number in value)
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def summary(node: Node, layer: LayerType | None) -> str:
    """One line of a layer's main parameters: "32, 3×3". Empty for layers without any."""
    if layer is None:
        return node.type
    if layer.block is not None:
        return _block_summary(node, layer)
    parts: list[str] = []
    for param in layer.params:
        value = node.params.get(param.name, param.default)
        dims = getattr(param.type, "dims", 1)
        changed = value != param.default
        if param.advanced or value is None or isinstance(param.type, Bool | Choice | Floats):
            continue
        if len(parts) >= _MAIN_PARAMS and not changed:
            continue
        named = len(parts) >= _MAIN_PARAMS
        if isinstance(value, int) and dims > 1 and not named:
            value = (value,) * dims
        text = value_text(value)
        parts.append(f"{param.label.lower()} {text}" if named else text)
    return ", ".join(parts[:3])


def _block_summary(node: Node, layer: LayerType) -> str:
    """How often it stands there, and what differs from the usual: "×3, channels 64"."""
    times = node.params.get(REPEAT, 1)
    parts = [f"×{times}"] if isinstance(times, int) and times > 1 else []
    for param in layer.params:
        value = node.params.get(param.name, param.default)
        if param.name != REPEAT and value is not None and value != param.default:
            parts.append(f"{param.label.lower()} {value_text(value)}")
    if not parts and layer.block is not None:
        inside = sum(inner.type not in ("input", "output") for inner in layer.block.nodes)
        return QCoreApplication.translate("Words", "{n} layers").format(n=inside)
    return ", ".join(parts[:3])


def layer_name(layer: LayerType | None, node: Node) -> str:
    return node.label or (layer.name if layer is not None else node.type)
