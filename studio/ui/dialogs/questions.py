"""The window's questions, through one seam, so that tests can answer them."""

from __future__ import annotations

from typing import Literal, Protocol

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

Unsaved = Literal["save", "discard", "cancel"]
Closing = Literal["stop", "cancel"]
Trained = Literal["project", "checkpoint", "discard", "cancel"]
Loading = Literal["use", "replace", "cancel"]
Changed = Literal["overwrite", "save_as", "cancel"]

_Role = QMessageBox.ButtonRole


class Questions(Protocol):
    def unsaved(self, parent: QWidget, name: str) -> Unsaved: ...
    def stop_training(self, parent: QWidget, begun: bool) -> Closing: ...
    def trained(self, parent: QWidget, name: str) -> Trained: ...
    def loading(self, parent: QWidget, file: str, name: str) -> Loading: ...
    def changed_on_disk(self, parent: QWidget, file: str) -> Changed: ...


class MessageBoxes:
    """Asks in a message box over the window."""

    def unsaved(self, parent: QWidget, name: str) -> Unsaved:
        box = QMessageBox(parent)
        box.setTextFormat(Qt.TextFormat.PlainText)  # names may look like HTML
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

    def stop_training(self, parent: QWidget, begun: bool) -> Closing:
        """`begun`: there are steps to save; else training is only being prepared."""
        text, more, yes = (
            (
                _tr("Stop training and save a checkpoint?"),
                _tr("The checkpoint goes into the run history, and training can go on from it another time."),
                _tr("Stop and save"),
            )
            if begun
            else (
                _tr("Stop before training has begun?"),
                _tr("Nothing new was learnt yet, so there is nothing to save."),
                _tr("Stop"),
            )
        )
        box = _question(parent, "stopTrainingQuestion", _tr("Training is running"), text, more)
        stop = box.addButton(yes, _Role.AcceptRole)
        keep = box.addButton(_tr("Keep training"), _Role.RejectRole)
        box.setDefaultButton(stop)
        box.setEscapeButton(keep)
        box.exec()
        return "stop" if box.clickedButton() is stop else "cancel"

    def trained(self, parent: QWidget, name: str) -> Trained:
        box = _question(
            parent,
            "trainedQuestion",
            _tr("The trained network is not saved"),
            _tr("The trained network of “{name}” is not saved.").format(name=name),
            _tr(
                "Save the project to go on another day, with its data, its settings and its run history. Or "
                "save a checkpoint: one file with the trained network. If you discard it, it can still be "
                "found on the welcome page for a while."
            ),
        )
        project = box.addButton(_tr("Save project…"), _Role.AcceptRole)
        checkpoint = box.addButton(_tr("Save checkpoint…"), _Role.AcceptRole)
        discard = box.addButton(_tr("Discard"), _Role.DestructiveRole)
        _cancel(box, project)
        if box.clickedButton() is project:
            return "project"
        if box.clickedButton() is checkpoint:
            return "checkpoint"
        return "discard" if box.clickedButton() is discard else "cancel"

    def loading(self, parent: QWidget, file: str, name: str) -> Loading:
        box = _question(
            parent,
            "loadingQuestion",
            _tr("Load checkpoint"),
            _tr("What shall be done with “{file}”?").format(file=file),
            _tr(
                "Its network can answer on the Use page, while “{name}” stays open as it is. Or the project "
                "that it was trained in takes the place of “{name}”."
            ).format(name=name),
        )
        use = box.addButton(_tr("Only use it"), _Role.AcceptRole)
        replace = box.addButton(_tr("Open its project"), _Role.AcceptRole)
        _cancel(box, use)
        if box.clickedButton() is use:
            return "use"
        return "replace" if box.clickedButton() is replace else "cancel"

    def changed_on_disk(self, parent: QWidget, file: str) -> Changed:
        box = _question(
            parent,
            "changedOnDiskQuestion",
            _tr("The file was changed"),
            _tr("“{file}” was changed since it was opened here.").format(file=file),
            _tr(
                "Another window, program or person saved it. If you overwrite it, what they changed is lost; "
                "under another name both are kept."
            ),
        )
        other = box.addButton(_tr("Save as…"), _Role.AcceptRole)
        overwrite = box.addButton(_tr("Overwrite"), _Role.DestructiveRole)
        _cancel(box, other)
        if box.clickedButton() is other:
            return "save_as"
        return "overwrite" if box.clickedButton() is overwrite else "cancel"


def _question(parent: QWidget, name: str, title: str, text: str, more: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setObjectName(name)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(title)
    box.setText(text)
    box.setInformativeText(more)
    return box


def _cancel(box: QMessageBox, default: QPushButton) -> None:
    """Adds Cancel, which is also Esc, and asks."""
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setEscapeButton(cancel)
    box.setDefaultButton(default)
    box.exec()


def _tr(text: str) -> str:
    return QCoreApplication.translate("MessageBoxes", text)
