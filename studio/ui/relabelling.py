"""Corrects the labels of samples, wherever they are shown, and keeps the corrections beside the data."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from studio.ui.commands import EditCommand
from studio.ui.document import Document
from studio.ui.workers.background import BackgroundThread

if TYPE_CHECKING:
    from studio.core.project import DatasetChoice

_IN_MENU = 30  # classes; of more, the others are typed
_LONGEST = 60  # letters of a class


class Relabelling(QObject):
    """One per window. Datasets are those of the open project's data, however they are split.

    `kept`: the labels were written, with a sentence that says where; `said`: why nothing was changed.
    """

    kept = Signal(str)
    said = Signal(str)
    _written = Signal(object, str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._known: DatasetChoice | None = None  # the choice whose labels are on the disk
        self._latest: DatasetChoice | None = None
        self._lock = threading.Lock()
        self._threads: list[BackgroundThread] = []
        self._written.connect(self._on_written)
        document.undo_stack.indexChanged.connect(self._on_edited)

    def stop(self) -> None:
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    # -- what can be done -----------------------------------------------------------------------------

    def can(self, dataset: Any) -> bool:
        """Whether labels of this dataset can be changed here: pictures of the open project."""
        choice = self._choice()
        if choice is None or dataset is None or not hasattr(dataset, "given_label"):
            return False
        if getattr(dataset, "values", None) is not None or hasattr(dataset, "input_boxes"):
            return False  # several labels a picture, numbers, or boxes
        return _reading(dataset.choice) == _reading(choice)

    def classes(self) -> tuple[str, ...]:
        choice = self._choice()
        return choice.facts.classes if choice is not None and choice.facts is not None else ()

    def set_label(self, dataset: Any, samples: Sequence[int], label: str) -> None:
        """One undoable edit. A sample that gets its own label back is no longer among the changed."""
        from studio.core.project import Relabelled
        from studio.data.health.finding import MOST_SAMPLES
        from studio.data.relabelling import Relabel, TakeBack

        label = " ".join(label.split())[:_LONGEST]
        choice, project = self._choice(), self._document.project
        if not label or choice is None or project is None or not self.can(dataset):
            return
        if len(choice.relabelled) + len(samples) > MOST_SAMPLES:
            words = self.tr(
                "At most {most} labels can be changed by hand. Sort the files into other folders."
            )
            self.said.emit(words.format(most=f"{MOST_SAMPLES:,}"))
            return
        before = [given.sample for i in samples if (given := dataset.given_label(i)) is not None]
        changes = tuple(
            Relabelled(dataset.reference_of(i), label, _content(dataset, i))
            for i in samples
            if dataset.own_label_of(i) != label
        )
        one = self.tr("Change a label to “{label}”").format(label=label)
        many = self.tr("Change {n} labels to “{label}”").format(n=f"{len(samples):,}", label=label)
        edited = Relabel(changes)(TakeBack(tuple(before))(project))
        self._document.push(edited, one if len(samples) == 1 else many)

    def take_back(self, dataset: Any, samples: Sequence[int]) -> None:
        """These samples have the label that the data give them."""
        from studio.data.relabelling import TakeBack

        project = self._document.project
        given = [one.sample for i in samples if (one := dataset.given_label(i)) is not None]
        if project is not None and given and self.can(dataset):
            one = self.tr("Take a label back")
            many = self.tr("Take {n} labels back").format(n=f"{len(given):,}")
            self._document.push(TakeBack(tuple(given))(project), one if len(given) == 1 else many)

    def take_all_back(self) -> None:
        """Also those whose samples are gone."""
        from studio.data.relabelling import TakeBack

        project, choice = self._document.project, self._choice()
        if project is not None and choice is not None and choice.relabelled:
            names = tuple(one.sample for one in choice.relabelled)
            self._document.push(TakeBack(names)(project), self.tr("Take all labels back"))

    # -- by mouse and keys ----------------------------------------------------------------------------

    def menu(self, dataset: Any, samples: Sequence[int], parent: QWidget) -> QMenu:
        """The classes to choose from, a new one, and the way back."""
        menu = QMenu(parent)
        menu.setObjectName("relabelMenu")
        one = self.tr("It is really …")
        many = self.tr("These {n} are really …").format(n=f"{len(samples):,}")
        menu.addSection(one if len(samples) == 1 else many)
        labels = {dataset.label_of(i) for i in samples}
        for number, name in enumerate(self.classes()[:_IN_MENU]):
            key = self._key_of(number)
            action = menu.addAction(name.replace("&", "&&") + (f"\t{key}" if key else ""))
            action.setCheckable(True)
            action.setChecked(labels == {name})
            action.triggered.connect(lambda _=False, name=name: self.set_label(dataset, samples, name))
        menu.addSeparator()
        other = menu.addAction(self.tr("Another class…"))
        other.setObjectName("anotherClass")
        other.triggered.connect(lambda: self.ask(dataset, samples, parent))
        given = [i for i in samples if dataset.given_label(i) is not None]
        if given:
            own = {dataset.own_label_of(i) for i in given}
            text = self.tr("Take back: it was “{label}”").format(label=next(iter(own)))
            back = menu.addAction((text if len(own) == 1 else self.tr("Take back")).replace("&", "&&"))
            back.setObjectName("takeBack")
            back.triggered.connect(lambda: self.take_back(dataset, given))
        return menu

    def ask(self, dataset: Any, samples: Sequence[int], parent: QWidget) -> QInputDialog:
        """For a class that is typed."""
        dialog = QInputDialog(parent)
        dialog.setObjectName("newLabel")
        dialog.setWindowTitle(self.tr("Another class"))
        dialog.setLabelText(self.tr("What does it show? A new name makes a new class."))
        dialog.setComboBoxItems(["", *self.classes()])
        dialog.setComboBoxEditable(True)
        dialog.textValueSelected.connect(lambda text: self.set_label(dataset, samples, text))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def on_key(self, dataset: Any, samples: Sequence[int], event: QKeyEvent) -> bool:
        """A digit is the class of that name, else of that number; whether the key meant something."""
        key = event.text()
        if len(key) != 1 or not key.isdecimal() or not samples or not self.can(dataset):
            return False
        label = next((n for i, n in enumerate(self.classes()) if self._key_of(i) == key), "")
        if label:
            self.set_label(dataset, samples, label)
        return True

    def _key_of(self, number: int) -> str:
        classes = self.classes()
        digits = [name for name in classes if len(name) == 1 and name.isdecimal()]
        if digits:  # with classes called 0 to 9, the key 3 is not the third of them
            return classes[number] if classes[number] in digits else ""
        return str(number + 1) if number < 9 else ""

    # -- keeping --------------------------------------------------------------------------------------

    def _choice(self) -> DatasetChoice | None:
        return self._document.project.dataset if self._document.project is not None else None

    def _on_edited(self) -> None:
        """After each edit, undo and redo. What merely came with the data is kept already."""
        choice, known = self._choice(), self._known
        if choice is not None and (known is None or _place(known) != _place(choice)):
            known = self._before_edit() or choice
        self._known = choice
        if choice is None or known is None or _place(known) != _place(choice):
            return
        if choice.relabelled != known.relabelled:
            self._latest = choice
            self._threads = [thread for thread in self._threads if not thread.join(0)]
            thread = BackgroundThread(self._writing(choice), "keeping labels")
            self._threads.append(thread)
            thread.start()

    def _before_edit(self) -> DatasetChoice | None:
        stack = self._document.undo_stack
        command = stack.command(stack.index() - 1) if stack.index() else None
        return command.before.dataset if isinstance(command, EditCommand) else None

    def _writing(self, choice: DatasetChoice) -> Callable[[Callable[[], bool]], None]:
        def work(is_stopped: Callable[[], bool]) -> None:
            from studio.core.safe_write import SaveError
            from studio.data.label_files import save_labels

            with self._lock:
                if choice is not self._latest:
                    return  # newer ones are waiting behind this lock
                try:
                    self._written.emit(save_labels(choice), "")
                except (SaveError, OSError) as error:
                    self._written.emit(None, str(error))

        return work

    def _on_written(self, place: Any, problem: str) -> None:
        if place is None:
            words = self.tr("The changed labels are in the project only: {problem}").format(problem=problem)
        elif place.beside:
            words = self.tr("Your labels are kept in “{name}” beside the data.").format(name=place.path.name)
        else:
            words = self.tr(
                "Your labels are kept in Lantern’s own folder, because the data’s own may not be changed."
            )
        self.kept.emit(words)


def _content(dataset: Any, index: int) -> str:
    """Digits of the sample's content, where it has been read already."""
    if not dataset.keys.known[index]:
        return ""
    return int(dataset.keys.values[index]).to_bytes(8, "little").hex()


def _place(choice: DatasetChoice) -> tuple[str, str]:
    return choice.source, choice.location


def _reading(choice: DatasetChoice) -> DatasetChoice:
    """What decides which samples there are, and in which order."""
    from studio.core.project import DatasetChoice

    return replace(DatasetChoice(choice.source, choice.location), options=choice.options)
