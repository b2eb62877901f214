"""Which samples are looked at: by class, by part and by problem, each choice with how many it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from studio.data.sifting import ANY_PROBLEM, CHANGED, NO_PROBLEM, Sifted, Wanted, sift
from studio.ui.buttons import QuietButton
from studio.ui.forms.editor import wrapped
from studio.ui.panels.problem_row import WrappingRow
from studio.ui.split_words import split_name
from studio.ui.workers.job import Worker

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from studio.data.dataset import Dataset
    from studio.data.health.finding import Finding

_WIDTH = 11  # characters of a choice; longer names are cut there, not in the list


class SampleFilter(WrappingRow):
    """What is chosen holds until it is cleared, also when the data are read anew; the samples are looked
    for beside the window. `sifted(found, by_choice)`: a Sifted, and whether somebody chose just now."""

    sifted = Signal(object, bool)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """`name`: what the samples are called in object names, “sample” or “row”."""
        self.label, self.part, self.problem = QComboBox(), QComboBox(), QComboBox()
        self.clear = QuietButton("", "close")
        super().__init__((self.label, self.part, self.problem, self.clear), parent)
        self._dataset: Dataset | None = None
        self._order: npt.NDArray[np.int64] | None = None
        self._findings: tuple[Finding, ...] | None = None  # None: not known yet
        self._wanted: Wanted | None = None  # None: everything
        self._by_choice = False
        self._worker = Worker("sifting samples", self)
        for box, part, words in (
            (self.label, "Class", self.tr("Class to show")),
            (self.part, "Part", self.tr("Part to show: training, validation or test")),
            (self.problem, "Problem", self.tr("Problem to show, as the health check found it")),
        ):
            box.setObjectName(f"{name}{part}")
            box.setAccessibleName(words)
            box.setToolTip(words)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(_WIDTH)
            box.activated.connect(self._on_chosen)
            box.hide()
        self.clear.setText(self.tr("Show all"))
        self.clear.setObjectName("showAllSamples")
        self.clear.setToolTip(self.tr("Show all samples again"))
        self.clear.clicked.connect(lambda: self.choose(None))
        self.clear.hide()

    @property
    def wanted(self) -> Wanted | None:
        return self._wanted

    def forget(self) -> None:
        """Another project: nothing is chosen."""
        self._wanted = None

    def show_dataset(self, dataset: Dataset | None, order: npt.NDArray[np.int64] | None = None) -> None:
        """`order`: in which the samples are to come. What is chosen is looked for in these data, too."""
        before, self._dataset, self._order = self._dataset, dataset, order
        same = getattr(dataset, "same_samples", None)
        if dataset is not before and not (same is not None and same(before)):
            self._findings = None  # their places may be others now
        if dataset is None or (before is not None and not _of_one_place(before, dataset)):
            self._wanted = None
        if dataset is None:
            self._worker.cancel()
        else:
            self._start(False)

    def show_findings(self, findings: tuple[Finding, ...] | None) -> None:
        """Of the dataset that is shown; None: not known yet."""
        if findings != self._findings:
            self._findings = findings
            if self._dataset is not None:
                self._start(False)

    def choose(self, wanted: Wanted | None) -> None:
        """As if somebody had chosen it; None clears."""
        self._wanted = wanted
        if self._dataset is not None:
            self._start(True)

    def stop(self) -> None:
        """Joins the thread."""
        self._worker.stop()

    # -- looking ------------------------------------------------------------------------------------

    def _on_chosen(self) -> None:
        label, part, problem = (box.currentData() or "" for box in (self.label, self.part, self.problem))
        wanted = Wanted(label, part, problem)
        self.choose(wanted if wanted else None)

    def _start(self, by_choice: bool) -> None:
        self._by_choice = by_choice or (self._by_choice and self._worker.busy)
        dataset, order = self._dataset, self._order
        wanted, findings = self._wanted or Wanted(), self._findings or ()
        self._worker.start(
            lambda progress: sift(dataset, wanted, findings, order), self._on_sifted, self._on_failed
        )

    def _on_sifted(self, result: object) -> None:
        found = cast(Sifted, result)
        self._forget_what_is_gone(found)
        self._show_choices(found)
        by_choice, self._by_choice = self._by_choice, False
        self.sifted.emit(found, by_choice)

    def _on_failed(self, message: str, details: str) -> None:
        """Nothing is chosen then, and why is told where the choices are."""
        self._wanted = None
        self.clear.hide()
        for box in (self.label, self.part, self.problem):
            box.setToolTip(wrapped(message))

    def _forget_what_is_gone(self, found: Sifted) -> None:
        """A class that is not there any more; a problem that was mended, once that is known."""
        if self._wanted is None:
            return
        wanted = self._wanted
        label = wanted.label if wanted.label in found.labels else ""
        gone = self._findings is not None and wanted.problem not in found.problems
        kept = Wanted(label, wanted.part, "" if gone else wanted.problem)
        self._wanted = kept if kept else None

    # -- choices ------------------------------------------------------------------------------------

    def _show_choices(self, found: Sifted) -> None:
        assert self._dataset is not None
        wanted = self._wanted or Wanted()
        several = self._dataset.facts.multi_label
        everything = self.tr("All labels") if several else self.tr("All classes")
        _fill(self.label, found.labels, self._label_words(everything), wanted.label)
        _fill(self.part, self._parts_of(found, wanted.part), self._part_words(), wanted.part)
        _fill(self.problem, found.problems, self._problem_words(), wanted.problem)
        self.label.setVisible(bool(found.labels))
        self.part.setVisible(True)
        self.part.setEnabled(bool(found.parts))
        self.problem.setVisible(bool(found.problems))
        self.clear.setVisible(self._wanted is not None)
        self.rearrange()

    def _parts_of(self, found: Sifted, chosen: str) -> dict[str, int]:
        """Most data have no samples that are in no part; then there is no such choice."""
        return {part: n for part, n in found.parts.items() if part != "none" or n or part == chosen} or {
            "": 0
        }

    def _label_words(self, everything: str) -> dict[str, str]:
        return {"": everything, CHANGED: self.tr("Changed labels")}

    def _part_words(self) -> dict[str, str]:
        names = {part: split_name(part) for part in ("train", "validation", "test")}
        return {"": self.tr("All parts"), "none": self.tr("In no part")} | names

    def _problem_words(self) -> dict[str, str]:
        from studio.data.health.titles import title_of

        titles = {finding.key: title_of(finding) for finding in self._findings or ()}
        general = {ANY_PROBLEM: self.tr("With a problem"), NO_PROBLEM: self.tr("Without a problem")}
        return {"": self.tr("Fine or not")} | general | titles


def _of_one_place(one: Any, other: Any) -> bool:
    """Whether both were read from there, in whichever way."""
    first, second = getattr(one, "choice", None), getattr(other, "choice", None)
    return first is not None and second is not None and first.location == second.location


def _fill(box: QComboBox, counts: dict[str, int], words: dict[str, str], chosen: str) -> None:
    """The choices with their counts; one that holds already is not made anew."""
    blocked = box.blockSignals(True)
    keys = list(counts)
    if [box.itemData(i) for i in range(box.count())] != keys:
        box.clear()
        for key in keys:
            box.addItem("", key)
    for number, (key, count) in enumerate(counts.items()):
        name = words.get(key, key)
        text = f"{name} ({count:,})" if key else name
        if box.itemText(number) != text:
            box.setItemText(number, text)
    box.setCurrentIndex(max(0, keys.index(chosen) if chosen in counts else 0))
    box.blockSignals(blocked)
