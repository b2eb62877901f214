"""The settings dialog: looks at once, memory for pictures kept, a variable that nobody may overrule."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QLabel, QRadioButton, QSpinBox

from studio.core.settings import Settings, load_settings, save_settings
from studio.data.pictures.picture_memory import VARIABLE, picture_budget
from studio.ui import theme


def opened(window: Any) -> Any:
    window.findChild(QAction, "actionSettings").trigger()
    dialog = window.findChildren(QDialog, "settingsDialog")[-1]
    assert dialog.isVisible()
    return dialog


def test_that_the_memory_for_pictures_is_said_kept_and_used(window: Any) -> None:
    dialog = opened(window)
    automatic, fixed = dialog.automatic, dialog.fixed
    assert automatic.isChecked()
    assert not dialog.amount.isEnabled()
    assert automatic.text().startswith("Automatic: a part of what is free, now ")
    fixed.click()
    assert fixed.isChecked()
    dialog.amount.setValue(300)
    assert load_settings().picture_memory_mib == 300
    assert picture_budget() == 300 * 2**20
    assert dialog.told.text() == "This counts from the next time that pictures are read."
    dialog.close()
    again = opened(window)
    assert again.findChild(QSpinBox, "pictureMemory").value() == 300
    assert again.fixed.isChecked()
    again.automatic.click()
    assert load_settings().picture_memory_mib == 0
    again.close()


def test_that_the_variable_of_a_lab_is_told_and_not_overruled(
    window: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_settings(Settings(picture_memory_mib=300))
    monkeypatch.setenv(VARIABLE, "2048")
    dialog = opened(window)
    told = dialog.findChild(QLabel, "pictureMemoryNote")
    assert told.text() == (
        "Whoever set up this computer chose 2.0 GB, by the variable LANTERN_PICTURE_MEMORY; it cannot be "
        "changed here."
    )
    assert dialog.amount.value() == 2048
    assert not any(w.isEnabled() for w in (dialog.amount, dialog.automatic, dialog.fixed))
    assert load_settings().picture_memory_mib == 300
    dialog.close()


def test_that_looks_change_at_once_here_and_in_the_menu(window: Any) -> None:
    dialog = opened(window)
    dialog.findChild(QRadioButton, "scheme.dark").click()
    assert theme.is_dark()
    assert load_settings().theme == "dark"
    menu = window.findChild(QAction, "actionScheme.dark").parent()
    menu._show_chosen()
    assert window.findChild(QAction, "actionScheme.dark").isChecked()
    dialog.findChild(QRadioButton, "scheme.light").click()
    assert not theme.is_dark()
    dialog.findChild(QRadioButton, "scheme.system").click()
    dialog.close()
