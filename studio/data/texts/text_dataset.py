"""Texts with classes as a dataset: cut into tokens and numbered once, by what the training split taught."""

from __future__ import annotations

import copy
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from studio.core.params import Params
from studio.core.project import DatasetChoice, DatasetFacts, Relabelled, Splits
from studio.data.dataset import Cancelled, DataError, Progress, Samples, Skipped, SplitIndices
from studio.data.fixed_split import Parts, split_by_parts
from studio.data.label_overlay import Overlay, lay_over
from studio.data.label_places import Placed, digits_of_key, placed
from studio.data.left_out import text_reference
from studio.data.relabelling import corrected_facts, corrections, notes_on
from studio.data.sample_keys import Keys, content_key, keys_of
from studio.data.sources.folder_walk import natural_key
from studio.data.splits import Rows, equal_samples, split_by_keys, split_notes
from studio.data.tables.columns import MAX_CLASSES
from studio.data.tables.table import Sheet
from studio.data.texts.text_fields import TextField
from studio.data.texts.text_options import TextOptions
from studio.data.texts.text_preprocessing import TextPreprocessing, learnt

NO_TEXT = "There is no text."  # why an empty one is skipped


@dataclass(frozen=True, slots=True)
class ReadTexts:
    """What a source read: one text, class and name a sample. `parts`: the user's own split, if any."""

    texts: Sequence[str]
    labels: Sequence[str]
    names: Sequence[str]
    target: str
    fingerprint: str
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    parts: Parts | None = None
    columns: tuple[str, str] | None = None  # or fields: the names of the text's and the class's
    fields: tuple[TextField, ...] = ()  # what could be chosen for them
    sheets: tuple[Sheet, ...] = ()  # of an Excel workbook
    sheet: str = ""  # which of them was read
    table_options: Params = field(default_factory=dict)  # how the table was read


class TextDataset:
    """Opening learns the vocabulary; `samples` numbers all texts, once.

    `label_problem`: why a table of corrected labels beside the data is not used, in a sentence.
    """

    label_problem = ""
    decoded = True  # everything is quick once the texts have been read

    def __init__(self, choice: DatasetChoice, read: ReadTexts, progress: Progress | None = None) -> None:
        options = TextOptions.of(choice.options)
        filled = [i for i, text in enumerate(read.texts) if text.strip(" \0\t\r\n\ufeff")]
        empty = set(range(len(read.texts))) - set(filled)
        told = tuple(Skipped(read.names[i], NO_TEXT) for i in sorted(empty))
        unwanted = frozenset(choice.left_out)
        kept = [i for i in filled if text_reference(read.names[i], read.texts[i]) not in unwanted]
        self.skipped = (*read.skipped, *told)
        self._texts = [read.texts[i] for i in kept]
        self._names = [read.names[i] for i in kept]
        self._lock = threading.RLock()
        self._notes = read.notes
        self.columns, self.table_options = read.columns, read.table_options
        self.text_fields, self.sheets, self.sheet = read.fields, read.sheets, read.sheet
        classes, self.own_labels = _classes_of([read.labels[i] for i in kept], read.target)
        self._own = self._overlay = Overlay(self.own_labels, classes)
        self.answers = read.target if read.columns is not None else ""
        self._parts = None if read.parts is None else read.parts[np.array(kept, np.int64)]
        self.has_fixed_split = self._parts is not None
        self._split: SplitIndices | None = None
        self._samples: Samples | None = None
        self._lengths: npt.NDArray[np.int64] | None = None
        self._known_keys: Keys | None = None
        self._splits = choice.splits
        if progress is not None and not progress(0.5):
            raise Cancelled
        train = self.split().train
        self._fitted = learnt([self._texts[i] for i in train.tolist()], options, classes, read.target)
        self._own_facts = self.facts = DatasetFacts(
            self._fitted.input_shape,
            classes,
            len(self._texts),
            read.target,
            read.fingerprint,
            vocabulary=self._fitted.size,
        )
        self.choice = replace(choice, facts=self.facts, relabelled=())

    @property
    def notes(self) -> tuple[str, ...]:
        problem = (self.label_problem,) if self.label_problem else ()
        own = (*problem, *notes_on(self._overlay))
        notes = (*own, *self._notes, *split_notes(self.split(), self._splits))
        if self.skipped:
            count = "1 text was" if len(self.skipped) == 1 else f"{len(self.skipped):,} texts were"
            notes = (f"{count} left out.", *notes)
        return notes

    @property
    def class_counts(self) -> tuple[int, ...]:
        return tuple(int(n) for n in np.bincount(self.labels, minlength=len(self.facts.classes)))

    def __len__(self) -> int:
        return len(self._texts)

    def split(self) -> SplitIndices:
        with self._lock:
            if self._split is None:
                if self._parts is None:
                    self._split = self._cut(np.arange(len(self), dtype=np.int64), self._splits)
                else:
                    self._split = split_by_parts(self._parts, self._splits, self._cut)
            return self._split

    def _cut(self, rows: Rows, splits: Splits) -> SplitIndices:
        """By the classes that the data give: a corrected label moves no text to another part."""
        return split_by_keys(self._keys()[rows], self.own_labels[rows], splits)

    def _keys(self) -> Keys:
        with self._lock:
            if self._known_keys is None:
                self._known_keys = keys_of(text.encode("utf-8", "surrogatepass") for text in self._texts)
            return self._known_keys

    @property
    def split_words(self) -> tuple[str, ...]:
        """What the split did with texts that are equal."""
        return equal_samples(self._keys())

    def planned_split(self) -> SplitIndices:
        return self.split()

    def preprocessing(self) -> Mapping[str, object]:
        return self._fitted.to_json()

    def fitted(self) -> TextPreprocessing:
        return self._fitted

    def samples(self, progress: Progress | None = None) -> Samples:
        with self._lock:
            if self._samples is None:
                inputs = np.empty((len(self._texts), self._fitted.length), np.int64)
                for start in range(0, len(self._texts), 1000):
                    if progress is not None and not progress(start / len(self._texts)):
                        raise Cancelled
                    chunk = self._texts[start : start + 1000]
                    inputs[start : start + len(chunk)] = self._fitted.prepare_texts(chunk)
                self._samples = Samples(inputs, self.labels)
            read = self._samples
            return read if read.targets is self.labels else Samples(read.inputs, self.labels)

    def lengths(self) -> npt.NDArray[np.int64]:
        """How many tokens each text has, not cut off."""
        with self._lock:
            if self._lengths is None:
                counts = (len(self._fitted.numbers_of(text)) for text in self._texts)
                self._lengths = np.fromiter(counts, np.int64, len(self._texts))
            return self._lengths

    def label_of(self, index: int) -> str:
        return self.facts.classes[int(self.labels[index])]

    # -- what the user corrected --------------------------------------------------------------------------

    @property
    def labels(self) -> npt.NDArray[np.int64]:
        """The class number of each sample, with those that the user corrected."""
        return self._overlay.labels

    @property
    def relabelled(self) -> npt.NDArray[np.int64]:
        """The indices of samples whose label the user changed, in order."""
        return self._overlay.changed

    def given_label(self, index: int) -> Relabelled | None:
        return self._overlay.given.get(index)

    def own_label_of(self, index: int) -> str:
        """The label that the data give it."""
        return self._own.classes[int(self.own_labels[index])]

    def answer_of(self, index: int) -> str:
        """As it is kept, see studio.data.label_overlay."""
        return self.label_of(index)

    def own_answer_of(self, index: int) -> str:
        return self.own_label_of(index)

    def content_of(self, index: int) -> str:
        """Digits by which the text is found again where others were put in."""
        return digits_of_key(content_key(self._texts[index].encode("utf-8", "surrogatepass")))

    def with_labels(self, choice: DatasetChoice) -> Self:
        """The same texts with the labels of this choice, which is the same in all else: nothing is read
        again, no text changes its part, and the vocabulary stays."""
        other = copy.copy(self)
        own = corrections(choice, self.answers)
        other._overlay = lay_over(self._own, self._placed(own))
        classes = other._overlay.classes
        other._fitted = replace(self._fitted, classes=classes)
        other.facts = corrected_facts(self._own_facts, choice, own, classes)
        other.choice = replace(choice, facts=other.facts)
        return other

    def _placed(self, own: Sequence[Relabelled]) -> Placed:
        if not own:
            return Placed({}, ())
        wanted = {one.sample for one in own}
        found = {name: i for i in range(len(self)) if (name := self.reference_of(i)) in wanted}

        def interchangeable(place: int, one: Relabelled) -> bool:
            """Of equal texts the one that the label would change."""
            return self.own_label_of(place) != one.label

        lost = any(one.content and one.sample not in found for one in own)
        keys = self._keys() if lost else None
        return placed(own, found.get, keys, interchangeable=interchangeable)

    def same_samples(self, other: object) -> bool:
        """Also where other labels were corrected."""
        return isinstance(other, TextDataset) and other._texts is self._texts

    def name_of(self, index: int) -> str:
        return self._names[index]

    def reference_of(self, index: int) -> str:
        """How a project names a sample that is to be left out."""
        return text_reference(self._names[index], self._texts[index])

    def text(self, index: int) -> str:
        """The text as it was read."""
        return self._texts[index]

    def row(self, index: int) -> dict[str, str]:
        """The same as a row with one cell, as a network is asked about it."""
        return {"text": self._texts[index]}


def _classes_of(labels: list[str], target: str) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    if not labels:
        raise DataError("There is no text with a class to learn from. Choose other data.", "empty")
    classes = tuple(sorted(set(labels), key=natural_key))
    if len(classes) < 2:
        raise DataError(
            f"All texts belong to one class, “{classes[0]}”, so there is nothing to tell apart. Add texts of "
            "at least one other class.",
            "single-class",
        )
    if len(classes) > MAX_CLASSES:
        raise DataError(
            f"“{target}” has {len(classes):,} different values; at most {MAX_CLASSES:,} classes can be "
            "learnt. Choose another target.",
            "columns",
        )
    numbers = {name: number for number, name in enumerate(classes)}
    return classes, np.array([numbers[label] for label in labels], np.int64)
