"""Light colours for Python code, just enough to read it by."""

from __future__ import annotations

import re

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument
from typing_extensions import override

from studio.ui import theme

_KEYWORDS = (
    "and|as|assert|class|def|elif|else|except|False|finally|for|from|if|import|in|is|lambda|None|not|or|"
    "pass|raise|return|self|super|True|try|while|with|yield"
)
_PARTS = re.compile(
    r"(?P<comment>#.*$)"
    r"|(?P<string>\"\"\".*?\"\"\"|\"[^\"\n]*\"|'[^'\n]*')"
    rf"|(?P<keyword>\b(?:{_KEYWORDS})\b)"
    r"|(?P<module>\b(?:nn|F|torch)\.[\w.]+)"
    r"|(?P<number>\b\d+(?:\.\d+)?(?:e-?\d+)?\b)"
)


class PythonColours(QSyntaxHighlighter):
    """Keywords, strings, numbers, comments and torch's own names; colours from the theme."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        self._choose_formats()
        theme.theme().theme_changed.connect(self._on_theme_changed)

    def _choose_formats(self) -> None:
        colours = theme.colours()
        tints = {
            "comment": colours.muted,
            "string": colours.success,
            "keyword": colours.accent,
            "module": colours.family("Convolution"),
            "number": colours.family("Activation"),
        }
        for part, tint in tints.items():
            self._formats[part] = made = QTextCharFormat()
            made.setForeground(tint)
        self._formats["comment"].setFontItalic(True)

    def _on_theme_changed(self) -> None:
        self._choose_formats()
        self.rehighlight()

    @override
    def highlightBlock(self, text: str) -> None:
        for match in _PARTS.finditer(text):
            part = match.lastgroup or ""
            self.setFormat(match.start(), match.end() - match.start(), self._formats[part])
