"""What all picture datasets share: reading within a budget, splits, figures, facts.

A source brings labels, classes, a way to read picture i, and perhaps parts of its own.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Self

import numpy as np
import numpy.typing as npt

from studio.core.project import DatasetChoice, DatasetFacts, Relabelled
from studio.data.dataset import Cancelled, DataError, Progress, Samples, Skipped, SplitIndices, Targets
from studio.data.fixed_split import Parts, wants_cut
from studio.data.label_overlay import answer_of
from studio.data.label_places import digits_of_key
from studio.data.left_out import places_of
from studio.data.pictures import decoded_cache, examined
from studio.data.pictures.decoding import Fit, PictureArray
from studio.data.pictures.examined import Examined, array_figures
from studio.data.pictures.first_look import OnStall, all_pictures
from studio.data.pictures.normalisation import NORMALISATIONS
from studio.data.pictures.picture_answers import Labels, PictureAnswers, Values
from studio.data.pictures.picture_keys import SampleKeys
from studio.data.pictures.picture_reading import PictureReading
from studio.data.pictures.planned_split import planned_split
from studio.data.preprocessing import PicturePreprocessing
from studio.data.relabelling import corrected_facts, corrections, notes_on
from studio.data.sample_keys import content_key
from studio.data.splits import check_splits, equal_samples, split_notes


class PictureDataset(ABC):
    """Pictures with class numbers. Indices are positions in `labels` and never move: a picture that cannot
    be read keeps its index and is in no split. Safe to call from any thread.

    `fixed_split`: per sample 0 train, 1 validation, 2 test, where the data come with parts. `on_stall`: is
    told the file that a drive does not deliver, and for how many seconds already. `values`: (n, k), where
    numbers are predicted, in `units`; or 1 for each label that a picture has. Then `labels` only say which
    pictures the split is to mix evenly.
    """

    on_stall: OnStall | None = None
    answers = ""  # which column's labels can be corrected, see Relabelled
    names_are_numbers = False  # “picture 17” of an array: another one where pictures were put in
    label_problem = ""  # why a table of corrected labels beside the data is not used, in a sentence

    def __init__(
        self,
        choice: DatasetChoice,
        facts: DatasetFacts,
        labels: Labels,
        fit: Fit,
        parts: Parts | None = None,
        values: Values | None = None,
        units: tuple[str, ...] = (),
    ) -> None:
        """`facts.fingerprint` may be empty: `identify` is asked for it before anything is read."""
        self._choice = choice
        self.fit: Fit = fit
        self.fixed_split = parts
        self._answers = PictureAnswers.of(labels, facts.classes, values, units)
        self._reading = PictureReading(facts, SampleKeys(len(labels)))
        self._split: SplitIndices | None = None
        self._planned: tuple[object, bool, SplitIndices] | None = None  # for the pictures usable then
        self._preprocessing: PicturePreprocessing | None = None
        self._unwanted: Labels | None = None  # indices of what the user left out, once somebody asked

    # -- what a source says ---------------------------------------------------------------------------

    @abstractmethod
    def name_of(self, index: int) -> str: ...

    @abstractmethod
    def read(self, index: int) -> PictureArray:
        """uint8 (channels, height, width) of one sample; from many threads. Raises PictureError."""

    def whole(self) -> PictureArray | None:
        """All pictures as one array (n, channels, height, width), where the source has them so anyway."""
        return None

    def identify(self) -> str:
        """The fingerprint of the data as they are now."""
        return self._reading.facts.fingerprint

    def key_of(self, index: int) -> bytes | None:
        """Of a sample's content, see studio.data.sample_keys; None where it cannot be read."""
        try:
            return content_key(self.read(index).tobytes())
        except DataError:
            return None

    def find_keys(self) -> None:
        """Makes all keys known; from many threads, and not in the window's: it may read every file."""

        def told(place: int | None, seconds: float) -> None:
            if self.on_stall is not None and place is not None:
                self.on_stall(self.name_of(place), seconds)

        self.keys.fill(self.key_of, told)

    def refuse(self, reasons: Mapping[int, str], classes_left: int) -> DataError:
        """Why the dataset is of no use with so many pictures unreadable."""
        first = min(reasons)
        return DataError(
            f"{len(reasons):,} of {len(self):,} pictures cannot be read, and fewer than two classes are "
            f"left. “{self.name_of(first)}”: {reasons[first]}",
            "single-class" if classes_left else "empty",
        )

    def targets(self) -> Targets:
        """What the network is to answer, of every sample."""
        return self.labels

    def classes_left(self, usable: Labels) -> int:
        """How many classes these samples have between them."""
        return int(np.count_nonzero(np.bincount(self.labels[usable], minlength=1)))

    @property
    def fewest_classes(self) -> int:
        """With fewer there is nothing to learn."""
        return 1 if self.values is not None else min(2, len(self.facts.classes))

    # -- what is known at once ------------------------------------------------------------------------

    @property
    def facts(self) -> DatasetFacts:
        own = corrections(self._choice, self.answers, self.values is None)
        facts = corrected_facts(self._reading.facts, self._choice, own, self._answers.classes)
        return replace(facts, samples=len(self.usable)) if self._choice.left_out else facts

    @property
    def choice(self) -> DatasetChoice:
        return replace(self._choice, facts=self.facts)

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return self._reading.skipped

    @property
    def notes(self) -> tuple[str, ...]:
        split = split_notes(self._split, self._choice.splits) if self._split is not None else ()
        problem = (self.label_problem,) if self.label_problem else ()
        return (*problem, *notes_on(self._answers.overlay), *split)

    @property
    def labels(self) -> Labels:
        """The class number of each sample, with those that the user corrected."""
        return self._answers.labels

    @property
    def values(self) -> Values | None:
        return self._answers.values

    @property
    def units(self) -> tuple[str, ...]:
        return self._answers.units

    @property
    def relabelled(self) -> Labels:
        """The indices of samples whose label the user changed, in order."""
        return self._answers.overlay.changed

    def given_label(self, index: int) -> Relabelled | None:
        """What the user said of this sample."""
        return self._answers.overlay.given.get(index)

    @property
    def own_labels(self) -> Labels:
        """The class number of each sample as the data give it."""
        return self._answers.own_labels

    def own_label_of(self, index: int) -> str:
        return self._answers.own_text(index, self.facts)

    def answer_of(self, index: int) -> str:
        """As it is kept, see studio.data.label_overlay."""
        return answer_of(self._answers.overlay, index)

    def own_answer_of(self, index: int) -> str:
        return answer_of(self._answers.own, index)

    def content_of(self, index: int) -> str:
        """Digits of the sample's content, where it has been read already or lies in the memory."""
        key = self.keys.known_key(index)
        return digits_of_key(key) if key is not None else ""

    @property
    def lacks_samples_of_labels(self) -> bool:
        """Whether a label of the user's belongs to no sample; a renamed file may be found by its content."""
        return self._answers.lacks_samples

    @property
    def split_words(self) -> tuple[str, ...]:
        """What the split did with samples that are equal, as far as is known."""
        if not self.split_is_known or not self.split_needs_keys:
            return ()
        return equal_samples(self.keys.values[self.usable])

    @property
    def keys(self) -> SampleKeys:
        return self._reading.keys

    @property
    def split_needs_keys(self) -> bool:
        return self.fixed_split is None or wants_cut(self.fixed_split, self._choice.splits)

    @property
    def split_is_known(self) -> bool:
        """Whether `planned_split` is the split itself, but for pictures that turn out to be unreadable."""
        return not self.split_needs_keys or self.keys.complete

    @property
    def usable(self) -> npt.NDArray[np.int64]:
        """The indices of all pictures that can be read, as far as is known, and are not left out."""
        known = self._reading.usable
        rows = known if known is not None else np.arange(len(self.labels), dtype=np.int64)
        return np.setdiff1d(rows, self.left_out) if self._choice.left_out else rows

    @property
    def left_out(self) -> npt.NDArray[np.int64]:
        """The indices of those that the user does not want; see `reference_of`."""
        if self._unwanted is None:
            self._unwanted = places_of(self._choice.left_out, len(self), self.reference_of)
        return self._unwanted

    def reference_of(self, index: int) -> str:
        """How a project names a sample that is to be left out."""
        return self.name_of(index)

    @property
    def class_counts(self) -> tuple[int, ...]:
        return self._answers.counts(self.usable, self.facts)

    @property
    def examined(self) -> bool:
        """Whether it is known which pictures can be read."""
        return self._reading.examined is not None

    def __len__(self) -> int:
        return len(self.labels)

    def label_of(self, index: int) -> str:
        return self._answers.text(index, self.facts)

    def members(self, label: int) -> npt.NDArray[np.int64]:
        return self._answers.members(label)

    def planned_split(self) -> SplitIndices:
        """The split of the pictures that are known to be usable, without reading any.

        Until all keys are known, only its sizes are right: see `split_is_known`.
        """
        usable, known = self._reading.usable, self.split_is_known
        if self._planned is None or self._planned[0] is not usable or self._planned[1] != known:
            keys = self.keys.values if known else None
            split = planned_split(self.usable, self.own_labels, keys, self.fixed_split, self._choice.splits)
            self._planned = (usable, known, split)
        return self._planned[2]

    def sure_split(self) -> SplitIndices:
        """The split of the pictures that are not known to be unreadable; may read files, decodes none."""
        if not self.split_is_known:
            self.find_keys()
        return self.planned_split()

    def with_parts(self, choice: DatasetChoice) -> Self:
        """The same pictures, split, normalised or labelled another way: nothing is read again.

        Raises: DataError: the shares make no sense.
        """
        check_splits(choice.splits)
        other = copy.copy(self)
        other._split = other._preprocessing = other._planned = other._unwanted = None
        other._choice = choice
        own = corrections(choice, self.answers, self.values is None)
        keys = self.keys.values if own and self.keys.complete else None
        numbered = self.key_of if self.names_are_numbers else None
        other._answers = self._answers.corrected(own, self.reference_of, keys, numbered)
        return other

    def picture(self, index: int) -> PictureArray:
        """One picture to look at, uint8 (height, width, channels), as the network gets it.

        Quick also before `samples`. Raises PictureError: it cannot be read.
        """
        kept = self._reading.kept(index)
        pixels = self.read(index) if kept is None else kept
        return np.ascontiguousarray(pixels.transpose(1, 2, 0)).astype(np.uint8, copy=False)

    # -- what takes a look at every picture -----------------------------------------------------------

    def samples(self, progress: Progress | None = None) -> Samples:
        """All pictures: an array where they fit into the budget, else a PictureStream.

        Pictures that cannot be read have their places, with nothing in them. Raises DataError, Cancelled.
        """
        with self._reading.lock:
            if self._reading.samples is None:
                self._reading.identified(self.identify())
                array = self.whole()
                if array is not None:
                    self.learn(Examined({}))
                    self._reading.samples = Samples(array, self.targets())
                else:
                    self._reading.samples = self._kept_or_read(progress)
            if progress is not None and not progress(1.0):
                raise Cancelled
            read = self._reading.samples
            learnt = self._answers.learnt(self.fitted().numbers) if self.values is not None else None
            targets = self.targets() if learnt is None else learnt
            return read if targets is read.targets else Samples(read.inputs, targets)

    def learn(self, found: Examined) -> None:
        """Takes in what a look at every picture told. Raises DataError: too few can be read."""
        self.note_unreadable(found.reasons, all_looked_at=True)
        self._reading.examined = found
        self._split = self._preprocessing = None

    def note_unreadable(self, reasons: Mapping[int, str], *, all_looked_at: bool = False) -> None:
        """These pictures are of no use. Raises DataError once all have been looked at: too few are."""
        everything = np.arange(len(self), dtype=np.int64)
        usable = np.setdiff1d(everything, np.fromiter(reasons, np.int64, len(reasons)))
        left = self.classes_left(usable)
        if all_looked_at and reasons and left < self.fewest_classes:
            raise self.refuse(reasons, left)
        skipped = {i: Skipped(self.name_of(i), reasons[i]) for i in reasons}
        self._reading.leave_out(skipped, usable)

    def same_samples(self, other: object) -> bool:
        """Also where one is the other split another way."""
        return isinstance(other, PictureDataset) and other._reading is self._reading

    def renew_fingerprint(self) -> str:
        """Looks at the files anew; the fingerprint is in the facts from now on."""
        self._reading.identified(self.identify())
        return self.facts.fingerprint

    def cache_key(self) -> str:
        """A file name for what is kept on disk of these pictures, prepared like this."""
        return decoded_cache.cache_key(self._reading.facts.fingerprint, self.facts.input_shape, self.fit)

    def split(self) -> SplitIndices:
        with self._reading.lock:
            if self._split is None:
                self._examine()
                self._split = self.sure_split()
            return self._split

    def preprocessing(self) -> Mapping[str, object]:
        """See studio.data.preprocessing; figures are of the training split only."""
        return self.fitted().to_json()

    def fitted(self) -> PicturePreprocessing:
        with self._reading.lock:
            if self._preprocessing is None:
                facts, numbers = self.facts, None
                if facts.learns == "numbers":
                    numbers = self._answers.scale(self.split().train, facts)
                mean, std = NORMALISATIONS[self._choice.normalisation].figures(facts, self._figures)
                self._preprocessing = PicturePreprocessing.of(facts, self.fit, mean, std, numbers)
            return self._preprocessing

    def _figures(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        train = self.split().train
        found = self._reading.figures(train)
        if found is None:
            inputs = self.samples().inputs
            assert isinstance(inputs, np.ndarray)  # a stream comes with sums
            found = array_figures(inputs, train)
        return found

    def _examine(self) -> None:
        """Makes known which pictures can be read, from what was kept where that is possible."""
        if self._reading.examined is None:
            self._reading.identified(self.identify())
            kept = examined.load(self.cache_key(), len(self), self.facts.input_shape[0])
            if kept is not None:
                self.learn(kept)
            else:
                self.samples()

    def _kept_or_read(self, progress: Progress | None) -> Samples:
        channels, height, width = self.facts.input_shape
        shape = (len(self), channels, height, width)
        inputs, found = all_pictures(
            self.read, self.name_of, shape, self.cache_key(), progress, self.on_stall, self.vanished
        )
        self.learn(found)
        return Samples(inputs, self.targets())

    def vanished(self, reasons: Mapping[int, str]) -> bool:
        """Whether any of these pictures is not there any more."""
        return False
