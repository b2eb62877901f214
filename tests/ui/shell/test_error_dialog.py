from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from studio.ui.dialogs.error_dialog import ErrorDialog


def test_that_enter_closes_an_error_instead_of_copying_it(qtbot: QtBot) -> None:
    dialog = ErrorDialog(None, "It did not work", "The file is cut off. Copy it again.")
    qtbot.addWidget(dialog)
    dialog.show()
    buttons = dialog.findChild(QDialogButtonBox)
    assert buttons is not None
    assert dialog.focusWidget() is buttons.button(QDialogButtonBox.StandardButton.Close)
