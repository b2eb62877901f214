"""Loads the translations that fit the system's language; English plurals too, or people read "3 image(s)"."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from studio.core import places


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Marks a text to be translated later; lupdate looks for this name. PySide6's own tells no type."""
    return text


def install_translations(app: QCoreApplication, locale: QLocale | None = None) -> None:
    """Adds Lantern's own texts and Qt's; where there are none, the English of the source stands."""
    locale = locale or QLocale()
    _install(app, locale, "lantern", str(places.resources() / "translations"))
    _install(app, locale, "qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))


def _install(app: QCoreApplication, locale: QLocale, name: str, folder: str) -> None:
    translator = QTranslator(app)
    if translator.load(locale, name, "_", folder):
        app.installTranslator(translator)
