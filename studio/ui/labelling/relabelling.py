"""Corrects the labels of samples, wherever they are shown, and has the corrections kept beside the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QInputDialog, QMenu, QWidget

from studio.ui.document import Document
from studio.ui.labelling.dialogs import LabelsDialog, NumbersDialog, class_dialog
from studio.ui.labelling.keeping import LabelKeeping

if TYPE_CHECKING:
    from studio.core.project import DatasetChoice

_IN_MENU = 30  # classes; of more, the others are typed


class Relabelling(QObject):
    """One per window. Datasets are those of the open project's data, however they are split.

    `kept`: the labels were written, with a sentence that says where; `said`: why nothing was changed.
    """

    kept = Signal(str)
    said = Signal(str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._keeping = LabelKeeping(document, self)
        self._keeping.kept.connect(self.kept)

    def stop(self) -> None:
        self._keeping.stop()

    # -- what can be done -----------------------------------------------------------------------------

    def can(self, dataset: Any) -> bool:
        """Whether labels of this dataset can be changed here: of the open project, and no boxes, which are
        drawn, nor points that are made anew each time."""
        choice = self._choice()
        if choice is None or dataset is None or not hasattr(dataset, "given_label"):
            return False
        if hasattr(dataset, "input_boxes") or choice.source == "points":
            return False
        from studio.data.same_data import reading

        return reading(dataset.choice) == reading(choice)

    def classes(self) -> tuple[str, ...]:
        choice = self._choice()
        return choice.facts.classes if choice is not None and choice.facts is not None else ()

    def set_label(self, dataset: Any, samples: Sequence[int], label: str) -> None:
        """The class of these."""
        from studio.data.label_overlay import known_or_tidy

        label = known_or_tidy(label, self.classes())
        if label:
            self.set_answers(dataset, dict.fromkeys(samples, label), label)

    def set_labels(self, dataset: Any, samples: Sequence[int], labels: Sequence[frozenset[str]]) -> None:
        """Several labels of each of these."""
        from studio.data.label_overlay import labels_text

        order = {name: place for place, name in enumerate(self.classes())}
        ordered = [sorted(one, key=lambda name: (order.get(name, len(order)), name)) for one in labels]
        answers = {i: labels_text(one) for i, one in zip(samples, ordered, strict=True)}
        words = {", ".join(one) for one in ordered}
        self.set_answers(dataset, answers, words.pop() if len(words) == 1 else "")

    def toggle(self, dataset: Any, samples: Sequence[int], name: str) -> None:
        """One of several labels is put to these samples; taken from them where all have it."""
        had = [_labels_of(dataset, i) for i in samples]
        everywhere = all(name in one for one in had)
        self.set_labels(dataset, samples, [one - {name} if everywhere else one | {name} for one in had])

    def set_answers(self, dataset: Any, answers: Mapping[int, str], words: str) -> None:
        """One undoable edit. A sample that gets its own answer back is no longer among the changed.

        Args: answers: by sample, as they are kept; words: for the name of the edit, where all get the same.
        """
        from studio.core.project import Relabelled
        from studio.data.label_files import MOST
        from studio.data.relabelling import Relabel, TakeBack

        choice, project = self._choice(), self._document.project
        if choice is None or project is None or not answers or not self.can(dataset):
            return
        if len(choice.relabelled) + len(answers) > MOST:
            told = self.tr("At most {most} labels can be changed by hand. Change them in the files.")
            self.said.emit(told.format(most=f"{MOST:,}"))
            return
        before = [given for i in answers if (given := dataset.given_label(i)) is not None]
        changes = tuple(
            Relabelled(dataset.reference_of(i), answer, dataset.content_of(i), dataset.answers)
            for i, answer in answers.items()
            if dataset.own_answer_of(i) != answer
        )
        edited = Relabel(changes)(TakeBack(tuple(before))(project))
        if edited != project:
            one, many = self.tr("Change a label"), self.tr("Change {n} labels")
            text = (one if len(answers) == 1 else many).format(n=f"{len(answers):,}")
            if words:
                text = self.tr("{change} to “{label}”").format(change=text, label=words[:60])
            self._document.push(edited, text)

    def take_back(self, dataset: Any, samples: Sequence[int]) -> None:
        """These samples have the label that the data give them."""
        from studio.data.relabelling import TakeBack

        project = self._document.project
        given = [one for i in samples if (one := dataset.given_label(i)) is not None]
        if project is not None and given and self.can(dataset):
            one = self.tr("Take a label back")
            many = self.tr("Take {n} labels back").format(n=f"{len(given):,}")
            self._document.push(TakeBack(tuple(given))(project), one if len(given) == 1 else many)

    def take_all_back(self) -> None:
        """Also those whose samples are gone."""
        from studio.data.relabelling import TakeBack

        project, choice = self._document.project, self._choice()
        if project is not None and choice is not None and choice.relabelled:
            self._document.push(TakeBack(choice.relabelled)(project), self.tr("Take all labels back"))

    # -- by mouse and keys ----------------------------------------------------------------------------

    def menu(self, dataset: Any, samples: Sequence[int], parent: QWidget) -> QMenu:
        """The classes to choose from, a new one, and the way back."""
        menu = QMenu(parent)
        menu.setObjectName("relabelMenu")
        one = self.tr("It is really …")
        many = self.tr("These {n} are really …").format(n=f"{len(samples):,}")
        menu.addSection(one if len(samples) == 1 else many)
        learns = dataset.facts.learns
        if learns != "numbers":
            self._offer_classes(menu, dataset, samples)
        other = menu.addAction(
            {
                "classes": self.tr("Another class…"),
                "labels": self.tr("Several labels…"),
                "numbers": self.tr("Another number…"),
            }[learns]
            + "\tF2"
        )
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

    def _offer_classes(self, menu: QMenu, dataset: Any, samples: Sequence[int]) -> None:
        several = dataset.facts.learns == "labels"
        labels = [_labels_of(dataset, i) if several else {dataset.label_of(i)} for i in samples]
        for number, name in enumerate(self.classes()[:_IN_MENU]):
            key = self._key_of(number)
            action = menu.addAction(name.replace("&", "&&") + (f"\t{key}" if key else ""))
            action.setCheckable(True)
            action.setChecked(all(name in one for one in labels))
            change = self.toggle if several else self.set_label
            action.triggered.connect(lambda _=False, name=name, do=change: do(dataset, samples, name))
        menu.addSeparator()

    def ask(self, dataset: Any, samples: Sequence[int], parent: QWidget, typed: str = "") -> QDialog:
        """For an answer that is typed or ticked; `typed`: what it begins with."""
        learns = dataset.facts.learns
        dialog: QDialog
        if learns == "numbers":
            dialog = self._ask_numbers(dataset, samples, parent)
        elif learns == "labels":
            had = [_labels_of(dataset, i) for i in samples]
            dialog = LabelsDialog(
                parent, self.classes(), had, lambda found: self.set_labels(dataset, samples, found)
            )
        else:
            dialog = self._ask_class(dataset, samples, parent)
        dialog.open()
        if typed and isinstance(dialog, NumbersDialog):
            dialog.type(typed)  # now: when it opens, its first field is selected whole
        return dialog

    def _ask_class(self, dataset: Any, samples: Sequence[int], parent: QWidget) -> QInputDialog:
        question = self.tr("What is it really? A new name makes a new class.")
        if hasattr(dataset, "picture"):
            question = self.tr("What does it show? A new name makes a new class.")
        return class_dialog(
            parent, self.classes(), question, lambda text: self.set_label(dataset, samples, text)
        )

    def _ask_numbers(self, dataset: Any, samples: Sequence[int], parent: QWidget) -> NumbersDialog:
        from studio.data.label_overlay import numbers_text
        from studio.data.tables.numbers import parse_number

        names = dataset.facts.numbers or (dataset.facts.target,)
        units = getattr(dataset, "units", None) or ("",) * len(names)
        told = [dataset.answer_of(i).split(";") for i in samples]
        now = [cells[0] if len(set(cells)) == 1 else "" for cells in zip(*told, strict=True)]
        table = getattr(dataset, "table", None)
        comma = table is not None and table.dialect.decimal == ","

        def read(text: str) -> float | None:
            first, second = (",", ".") if comma and "." not in text else (".", ",")
            number = parse_number(text.strip(), first)  # type: ignore[arg-type]
            return number if number is not None else parse_number(text.strip(), second)  # type: ignore[arg-type]

        def chosen(numbers: tuple[float, ...]) -> None:
            text = numbers_text(numbers)
            self.set_answers(dataset, dict.fromkeys(samples, text), text.replace(";", ", "))

        return NumbersDialog(parent, tuple(zip(names, units, strict=True)), now, read, chosen)

    def on_key(self, dataset: Any, samples: Sequence[int], event: QKeyEvent, parent: QWidget) -> bool:
        """A digit is the class of that name, else of that number; F2 asks. Whether the key meant
        something."""
        if not samples or not self.can(dataset):
            return False
        if event.key() == Qt.Key.Key_F2:
            self.ask(dataset, samples, parent)
            return True
        key = event.text()
        if len(key) != 1 or not key.isdecimal():
            return False
        if dataset.facts.learns == "numbers":
            self.ask(dataset, samples, parent, key)
            return True
        label = next((n for i, n in enumerate(self.classes()) if self._key_of(i) == key), "")
        if label:
            change = self.toggle if dataset.facts.learns == "labels" else self.set_label
            change(dataset, samples, label)
        return True

    def _key_of(self, number: int) -> str:
        classes = self.classes()
        digits = [name for name in classes if len(name) == 1 and name.isdecimal()]
        if digits:  # with classes called 0 to 9, the key 3 is not the third of them
            return classes[number] if classes[number] in digits else ""
        return str(number + 1) if number < 9 else ""

    def _choice(self) -> DatasetChoice | None:
        return self._document.project.dataset if self._document.project is not None else None


def _labels_of(dataset: Any, index: int) -> frozenset[str]:
    from studio.data.label_overlay import labels_in

    return frozenset(labels_in(dataset.answer_of(index), dataset.facts.classes))
