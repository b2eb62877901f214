"""Light and dark: both legible, both live."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from studio.core import places
from studio.ui import theme


@pytest.fixture(autouse=True)
def back_to_light(qtbot: QtBot) -> Iterator[None]:
    yield
    theme.theme().choose("light")


def luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def contrast(one: QColor, other: QColor) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_text_can_be_read_in_both_schemes(scheme: theme.Scheme) -> None:
    theme.theme().choose(scheme)
    colours = theme.colours()
    for ground in (colours.background, colours.surface, colours.raised):
        assert contrast(colours.text, ground) >= 7
        assert contrast(colours.muted, ground) >= 4.5
    assert contrast(colours.accent_text, colours.accent) >= 4.5
    for mark in (colours.error, colours.warning, colours.success):
        assert contrast(mark, colours.surface) >= 4.5


def washed(tint: QColor, alpha: int, ground: QColor) -> QColor:
    """A thin coat of one colour over another."""
    share = alpha / 255
    return QColor.fromRgbF(
        *(share * a + (1 - share) * b for a, b in zip(tint.getRgbF()[:3], ground.getRgbF()[:3], strict=True))  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_every_text_colour_has_contrast_on_every_ground_it_stands_on(scheme: theme.Scheme) -> None:
    theme.theme().choose(scheme)
    c = theme.colours()
    palette = QApplication.palette()
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    pairs = {}
    for ground in ("background", "surface", "raised"):
        for text in ("text", "muted", "accent", "error", "warning", "success"):
            pairs[f"{text} on {ground}"] = (getattr(c, text), getattr(c, ground))
        for text in (role.WindowText, role.Text, role.ButtonText):
            pairs[f"disabled {text.name} on {ground}"] = (
                palette.color(group.Disabled, text),
                getattr(c, ground),
            )
    for name in ("accent", "accent_hover", "accent_pressed"):
        pairs[f"primary button, {name}"] = (c.accent_text, getattr(c, name))
    for index in range(10):
        pairs[f"series {index}"] = (c.series(index), c.surface)
    for name in ("train", "validation"):
        pairs[f"curve {name}"] = (getattr(c, name), c.surface)
    for tone in ("accent", "error", "warning", "success"):
        card = washed(getattr(c, tone), 28, c.background)
        for text in ("text", "muted"):
            pairs[f"{text} on a card of {tone}"] = (getattr(c, text), card)
    pairs["chosen button"] = (c.accent, washed(c.accent, 34, c.surface))
    pairs["open panel's button"] = (c.text, washed(c.accent, 34, c.background))
    pairs["selection"] = (palette.color(role.HighlightedText), palette.color(role.Highlight))
    pairs["tooltip"] = (palette.color(role.ToolTipText), palette.color(role.ToolTipBase))
    pairs["link"] = (palette.color(role.Link), palette.color(role.Base))
    pale = {name: round(contrast(*pair), 2) for name, pair in pairs.items() if contrast(*pair) < 4.5}
    assert pale == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_every_layer_family_stands_out_from_the_ground(scheme: theme.Scheme) -> None:
    theme.theme().choose(scheme)
    colours = theme.colours()
    for family in ("Inputs and outputs", "Basic", "Convolution", "Pooling", "Activation", "Normalisation",
                   "Regularisation", "Shape", "Sequence", "Combine"):  # fmt: skip
        assert contrast(colours.family(family), colours.surface) >= 3


def test_that_a_change_of_scheme_is_told_and_changes_the_palette(qtbot: QtBot) -> None:
    theme.theme().choose("light")
    with qtbot.waitSignal(theme.theme().theme_changed):
        theme.theme().choose("dark")
    assert theme.is_dark()
    assert theme.colours().background == QColor("#15181D")


def test_that_an_icon_follows_the_theme_by_itself(qtbot: QtBot) -> None:
    theme.theme().choose("light")
    made = theme.icon("save")
    dark_on_light = made.pixmap(QSize(64, 64)).toImage()
    theme.theme().choose("dark")
    light_on_dark = made.pixmap(QSize(64, 64)).toImage()

    def darkest(image: object) -> int:
        return min(
            image.pixelColor(x, y).lightness()  # type: ignore[attr-defined]
            for x in range(64)
            for y in range(64)
            if image.pixelColor(x, y).alpha() > 200  # type: ignore[attr-defined]
        )

    assert darkest(dark_on_light) < 80
    assert darkest(light_on_dark) > 180


def test_that_icons_are_sharp_at_200_percent(qtbot: QtBot) -> None:
    pixmap = theme.icon("open").pixmap(QSize(24, 24), 2.0)
    assert pixmap.size() == QSize(48, 48)
    assert pixmap.devicePixelRatio() == 2.0


def test_that_a_missing_icon_is_empty_and_stops_nothing(qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    button.setIcon(theme.icon("there is no such icon"))
    button.show()
    assert not button.icon().pixmap(16, 16).isNull()


def test_that_every_icon_named_in_the_code_exists() -> None:
    import re
    from pathlib import Path

    folder = places.resources() / "icons"
    named = set()
    for file in (Path(theme.__file__).parent).rglob("*.py"):
        source = file.read_text("utf-8")
        named |= set(re.findall(r'theme\.icon\("([a-z0-9/_-]+)"', source))
        named |= set(re.findall(r'QuietButton\((?:[^,()]|\([^()]*\))*, "([a-z0-9-]+)"', source))
    missing = sorted(name for name in named if not (folder / f"{name}.svg").is_file())
    assert missing == []
