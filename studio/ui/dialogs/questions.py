"""The window's yes-or-no questions, through one seam, so that tests can answer them."""

from __future__ import annotations

from typing import Literal, Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

Unsaved = Literal["save", "discard", "cancel"]
Closing = Literal["stop", "cancel"]


class Questions(Protocol):
    def unsaved(self, parent: QWidget, name: str) -> Unsaved: ...
    def stop_training(self, parent: QWidget) -> Closing: ...


class MessageBoxes:
    """Asks in a message box over the window."""

    def unsaved(self, parent: QWidget, name: str) -> Unsaved:
        box = QMessageBox(parent)
        box.setObjectName("unsavedQuestion")
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(_tr("Unsaved changes"))
        box.setText(_tr("Save the changes to “{name}”?").format(name=name))
        box.setInformativeText(_tr("If you don't, what you changed since the last save is lost."))
        button = QMessageBox.StandardButton
        box.setStandardButtons(button.Save | button.Discard | button.Cancel)
        box.setDefaultButton(button.Save)
        answer = box.exec()
        if answer == button.Save:
            return "save"
        return "discard" if answer == button.Discard else "cancel"

    def stop_training(self, parent: QWidget) -> Closing:
        box = QMessageBox(parent)
        box.setObjectName("stopTrainingQuestion")
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(_tr("Training is running"))
        box.setText(_tr("Stop training and save a checkpoint?"))
        box.setInformativeText(
            _tr("The checkpoint goes into the run history, and training can go on from it another time.")
        )
        stop = box.addButton(_tr("Stop and save"), QMessageBox.ButtonRole.AcceptRole)
        keep = box.addButton(_tr("Keep training"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stop)
        box.setEscapeButton(keep)
        box.exec()
        return "stop" if box.clickedButton() is stop else "cancel"


def _tr(text: str) -> str:
    return QCoreApplication.translate("MessageBoxes", text)
