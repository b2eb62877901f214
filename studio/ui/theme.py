"""Colours, icons and fonts: everything that looks different in light and dark comes from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from studio.core import places
from studio.ui.icons import TintedIcon

Scheme = Literal["system", "light", "dark"]
FontRole = Literal["title", "heading", "body", "small", "mono"]

GRID = 8  # every distance in the window is a multiple of this, in pixels


@dataclass(frozen=True, slots=True)
class Colours:
    """Semantic colours; ask again after `theme_changed`. Families colour the layers by their family."""

    background: QColor
    surface: QColor
    raised: QColor
    border: QColor
    text: QColor
    muted: QColor
    accent: QColor
    accent_text: QColor
    error: QColor
    warning: QColor
    success: QColor
    grid: QColor
    train: QColor  # curves of the training split
    validation: QColor  # curves of the validation split
    dark: bool = False

    def family(self, name: str) -> QColor:
        """The colour of a layer family, or of anything else that wants a steady colour by name."""
        pair = _FAMILIES.get(name) or tuple(_FAMILIES.values())[sum(map(ord, name)) % len(_FAMILIES)]
        return QColor(pair[1] if self.dark else pair[0])

    @property
    def accent_hover(self) -> QColor:
        """The ground of the primary button under the pointer."""
        return self.accent.lighter(112 if self.dark else 115)

    @property
    def accent_pressed(self) -> QColor:
        return self.accent.darker(112)

    def series(self, index: int) -> QColor:
        """The colour of class or curve number `index`, where many must be told apart."""
        pair = _SERIES[index % len(_SERIES)]
        return QColor(pair[1] if self.dark else pair[0])


# (on light, on dark); each at least 3:1 against its background.
_FAMILIES: dict[str, tuple[str, str]] = {
    "Inputs and outputs": ("#475569", "#A3B0C2"),
    "Basic": ("#2563EB", "#7AA8FF"),
    "Convolution": ("#7C3AED", "#B394FF"),
    "Pooling": ("#0B7D74", "#45CDBF"),
    "Activation": ("#B54D08", "#FFA45C"),
    "Normalisation": ("#27803A", "#6FD07E"),
    "Regularisation": ("#C0264B", "#FF8BA3"),
    "Shape": ("#7A6A52", "#CDBB9C"),
    "Sequence": ("#0878A8", "#58C0F0"),
    "Combine": ("#B0309A", "#F08BDD"),
    "Blocks": ("#4A5AC8", "#98A6FF"),
    "My blocks": ("#4A5AC8", "#98A6FF"),
    "In this network": ("#4A5AC8", "#98A6FF"),
}
_SERIES: tuple[tuple[str, str], ...] = (
    ("#2563EB", "#7AA8FF"), ("#B54D08", "#FFA45C"), ("#27803A", "#6FD07E"), ("#C0264B", "#FF8BA3"),
    ("#7C3AED", "#B394FF"), ("#0B7D74", "#45CDBF"), ("#B0309A", "#F08BDD"), ("#7A6A52", "#CDBB9C"),
    ("#0878A8", "#58C0F0"), ("#7A6C00", "#D9C94A"),
)  # fmt: skip

_LIGHT: dict[str, str] = {
    "background": "#F5F6F8", "surface": "#FFFFFF", "raised": "#ECEEF2", "border": "#D5DAE1",
    "text": "#1A1F26", "muted": "#565F6C", "accent": "#2459D9", "accent_text": "#FFFFFF",
    "error": "#BF1F33", "warning": "#9A5B00", "success": "#1E7B3A", "grid": "#E3E7EC",
    "train": "#2459D9", "validation": "#B54D08",
}  # fmt: skip
_DARK: dict[str, str] = {
    "background": "#15181D", "surface": "#1D2127", "raised": "#292E37", "border": "#3A414C",
    "text": "#E7EAEE", "muted": "#9CA6B4", "accent": "#7AA8FF", "accent_text": "#0C1526",
    "error": "#FF7B88", "warning": "#F0B45A", "success": "#6FD08C", "grid": "#2A2F38",
    "train": "#7AA8FF", "validation": "#FFA45C",
}  # fmt: skip


def colours() -> Colours:
    """The colours that fit the application's palette now."""
    return _colours(is_dark())


def is_dark() -> bool:
    return QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128


_COLOURS: dict[bool, Colours] = {}  # the two tables as QColors, made once: painting asks often


def _colours(dark: bool) -> Colours:
    if dark not in _COLOURS:
        table = {name: QColor(value) for name, value in (_DARK if dark else _LIGHT).items()}
        _COLOURS[dark] = Colours(**table, dark=dark)
    return _COLOURS[dark]


def icon(name: str, colour: QColor | None = None) -> QIcon:
    """An SVG of resources/icons by its path without ending ("layers/conv2d", "play"), tinted with the
    text colour (or `colour`), sharp at every scale, redrawn when the theme changes."""
    return QIcon(TintedIcon(name, colour))


def font(role: FontRole) -> QFont:
    """The application's font, larger for headings, fixed-width for code."""
    if role == "mono":
        mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        mono.setPointSizeF(QApplication.font().pointSizeF())
        return mono
    made = QFont(QApplication.font())
    scale = {"title": 1.8, "heading": 1.25, "body": 1.0, "small": 0.9}[role]
    made.setPointSizeF(max(7.0, made.pointSizeF() * scale))
    if role in ("title", "heading"):
        made.setWeight(QFont.Weight.DemiBold)
    return made


class Theme(QObject):
    """Light or dark for the whole application: from the system, or as the user chose in View."""

    theme_changed = Signal()  # palette and colours() are new: repaint plots, canvas, own drawings

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.setObjectName("theme")
        self._app = app
        self._system_dark = is_dark()  # where the platform tells no scheme, its own palette does
        self._scheme: Scheme = "system"
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        self._apply()

    @property
    def scheme(self) -> Scheme:
        return self._scheme

    def choose(self, scheme: Scheme) -> None:
        """Light or dark whatever the system says, or as the system says."""
        if scheme != self._scheme:
            self._scheme = scheme
            self._apply()

    def _on_system_changed(self) -> None:
        if self._scheme == "system":
            self._apply()

    def _apply(self) -> None:
        dark = self._wants_dark()
        chosen = _colours(dark)
        self._app.setPalette(_palette(chosen))
        self._app.setStyleSheet(_style_sheet(chosen))
        self.theme_changed.emit()

    def _wants_dark(self) -> bool:
        if self._scheme != "system":
            return self._scheme == "dark"
        system = self._app.styleHints().colorScheme()
        if system is Qt.ColorScheme.Unknown:
            return self._system_dark
        return system is Qt.ColorScheme.Dark


def theme() -> Theme:
    """The application's theme, made at the first call; connect to its `theme_changed`."""
    app = cast(QApplication, QApplication.instance())
    found = app.findChild(Theme, "theme")
    return found if found is not None else Theme(app)


def _palette(c: Colours) -> QPalette:
    role, palette = QPalette.ColorRole, QPalette()
    for which, colour in (
        (role.Window, c.background), (role.WindowText, c.text), (role.Base, c.surface),
        (role.AlternateBase, c.background), (role.Text, c.text), (role.Button, c.raised),
        (role.ButtonText, c.text), (role.BrightText, c.error), (role.ToolTipBase, c.raised),
        (role.ToolTipText, c.text), (role.PlaceholderText, c.muted), (role.Highlight, c.accent),
        (role.HighlightedText, c.accent_text), (role.Link, c.accent), (role.LinkVisited, c.accent),
        (role.Accent, c.accent), (role.Light, c.raised.lighter(110)), (role.Midlight, c.raised),
        (role.Mid, c.border), (role.Dark, c.border.darker(110)),
        (role.Shadow, QColor("#000000") if c.dark else QColor("#8A939F")),
    ):  # fmt: skip
        palette.setColor(which, colour)
    faded = c.muted  # what is disabled is still read: the settings of a run that is on
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, faded)
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, c.border)
    palette.setColor(QPalette.ColorGroup.Disabled, role.HighlightedText, faded)
    return palette


def _style_sheet(c: Colours) -> str:
    """Only what a palette cannot say: rounded cards, the primary button, the step bar."""
    hover, pressed = c.accent_hover, c.accent_pressed
    tint = QColor(c.accent)
    tint.setAlpha(38 if c.dark else 26)
    marks = places.resources() / "icons" / "marks"
    shade = "dark" if c.dark else "light"
    tick, dot, up, down = (
        (marks / f"{name}-{shade}.svg").as_posix() for name in ("tick", "dot", "up", "down")
    )
    wash = f"rgba({tint.red()}, {tint.green()}, {tint.blue()}, {tint.alpha()})"
    return f"""
    QPushButton[primary="true"] {{ background: {c.accent.name()}; color: {c.accent_text.name()};
        border: 1px solid {c.accent.name()}; border-radius: 6px; padding: 7px 18px; font-weight: 600; }}
    QPushButton[primary="true"]:hover {{ background: {hover.name()}; }}
    QPushButton[primary="true"]:pressed {{ background: {pressed.name()}; }}
    QPushButton[primary="true"]:focus {{ border: 2px solid {c.text.name()}; padding: 6px 17px; }}
    QPushButton[primary="true"]:disabled {{ background: {c.raised.name()}; color: {c.muted.name()};
        border-color: {c.border.name()}; }}
    QPushButton[quiet="true"] {{ background: transparent; border: 1px solid {c.border.name()};
        border-radius: 6px; padding: 7px 14px; color: {c.text.name()}; }}
    QPushButton[quiet="true"]:checked {{ background: {wash}; border-color: {c.accent.name()}; }}
    QPushButton[quiet="true"]:hover {{ background: {wash}; border-color: {c.accent.name()}; }}
    QPushButton[quiet="true"]:focus {{ border: 2px solid {c.accent.name()}; padding: 6px 13px; }}
    QPushButton[quiet="true"]:disabled {{ color: {c.muted.name()}; border-color: {c.border.name()}; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QFrame[card="true"] {{ background: {c.surface.name()}; border: 1px solid {c.border.name()};
        border-radius: 8px; }}
    QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator {{ width: 14px; height: 14px;
        border: 1px solid {c.muted.name()}; border-radius: 4px; background: {c.surface.name()}; }}
    QRadioButton::indicator {{ border-radius: 8px; }}
    QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {{ background: {c.accent.name()};
        border-color: {c.accent.name()}; image: url("{tick}"); }}
    QCheckBox::indicator:indeterminate, QAbstractItemView::indicator:indeterminate {{
        background: {c.accent.name()}; border-color: {c.accent.name()}; image: url("{dot}"); }}
    QRadioButton::indicator:checked {{ background: {c.accent.name()}; border-color: {c.accent.name()};
        image: url("{dot}"); }}
    QCheckBox::indicator:disabled, QRadioButton::indicator:disabled, QAbstractItemView::indicator:disabled {{
        border-color: {c.border.name()}; background: {c.raised.name()}; }}
    QCheckBox::indicator:focus, QRadioButton::indicator:focus {{ border: 2px solid {c.accent.name()};
        width: 12px; height: 12px; }}
    QAbstractSpinBox, QComboBox, QLineEdit {{ background: {c.surface.name()};
        border: 1px solid {c.border.name()}; border-radius: 5px; padding: 3px 6px;
        selection-background-color: {c.accent.name()}; selection-color: {c.accent_text.name()}; }}
    QComboBox, QLineEdit {{ min-height: 18px; }}
    QAbstractSpinBox {{ padding: 2px 18px 2px 6px; }}
    QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{ border: none; padding: 0; min-height: 18px;
        background: transparent; }}
    QAbstractSpinBox:hover, QComboBox:hover, QLineEdit:hover {{ border-color: {c.muted.name()}; }}
    QAbstractSpinBox:focus, QComboBox:focus, QLineEdit:focus {{ border-color: {c.accent.name()}; }}
    QAbstractSpinBox:disabled, QComboBox:disabled, QLineEdit:disabled {{ background: {c.background.name()};
        color: {c.muted.name()}; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; background: transparent;
        width: 18px; }}
    QAbstractSpinBox::up-arrow {{ image: url("{up}"); width: 9px; height: 9px; }}
    QAbstractSpinBox::down-arrow, QComboBox::down-arrow {{ image: url("{down}"); width: 9px; height: 9px; }}
    QComboBox::drop-down {{ border: none; width: 22px; }}
    QToolTip {{ background: {c.raised.name()}; color: {c.text.name()}; border: 1px solid {c.border.name()};
        padding: 4px; }}
    """
