"""Picture files that a list sorts into classes and parts, in place of folders."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from studio.core.params import ParamError, ParamValue, check_params, expand
from studio.core.project import DatasetChoice, DatasetFacts
from studio.data.dataset import Cancelled, DataError, Progress, Skipped, SplitIndices
from studio.data.downloads.contents import PictureFiles
from studio.data.fingerprint import fingerprint
from studio.data.fixed_split import split_by_parts
from studio.data.picture_dataset import PictureDataset
from studio.data.pictures import Fit, PictureArray, PictureError, picture_array
from studio.data.sources.image_folder import PARAMS, USUAL_SIZE

_PORTION = 64  # pictures between two looks at whether to stop


class ListedPictures(PictureDataset):
    """Thin: classes, labels, parts and how to read one picture come from the list."""

    def __init__(self, choice: DatasetChoice, files: PictureFiles, target: str) -> None:
        try:
            options = check_params(PARAMS, {**default_options(), **choice.options})
        except ParamError as error:
            raise DataError(str(error), "options") from None
        height, width = expand(options["size"], 2)
        channels = 1 if options["colour"] == "grey" else 3
        fit: Fit = options["fit"]  # type: ignore[assignment]  # Choice has checked it
        self.files = files
        self._kept = np.arange(len(files.paths))
        self._unreadable: tuple[Skipped, ...] = ()
        self.fixed_split = files.parts
        facts = DatasetFacts(
            (channels, height, width), files.classes, len(files.paths), target,
            fingerprint(files.paths, files.root),
        )  # fmt: skip
        super().__init__(choice, facts, files.labels, fit)

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return self._unreadable

    def name_of(self, index: int) -> str:
        path = self.files.paths[int(self._kept[index])]
        return path.relative_to(self.files.root).as_posix()

    def planned_split(self) -> SplitIndices:
        if self.fixed_split is None:
            return super().planned_split()
        return split_by_parts(self.fixed_split, self.labels, self.choice.splits)

    def _decode_one(self, index: int) -> PictureArray:
        channels, height, width = self.facts.input_shape
        return picture_array(self.files.paths[int(self._kept[index])], (height, width), channels, self.fit)

    def _decode(self, progress: Progress | None) -> PictureArray:
        count = len(self._kept)
        pictures = np.zeros((count, *self.facts.input_shape), np.uint8)
        reasons: dict[int, str] = {}

        def read(index: int) -> None:
            try:
                pictures[index] = self._decode_one(index)
            except PictureError as error:
                reasons[index] = str(error)

        with ThreadPoolExecutor(4, thread_name_prefix="decoding") as pool:
            for start in range(0, count, _PORTION):
                list(pool.map(read, range(start, min(count, start + _PORTION))))
                if progress is not None and not progress(min(1.0, (start + _PORTION) / count)):
                    raise Cancelled
        return self._without(pictures, reasons) if reasons else pictures

    def _without(self, pictures: PictureArray, reasons: dict[int, str]) -> PictureArray:
        """Leaves unreadable pictures out of everything at once, so that labels stay aligned."""
        kept = np.array([i for i in range(len(pictures)) if i not in reasons], np.int64)
        if not len(kept):
            raise DataError(
                f"None of the pictures in “{self.files.root}” can be read: {reasons[0]}", "missing"
            )
        self._unreadable = tuple(Skipped(self.name_of(i), reasons[i]) for i in sorted(reasons))
        self.labels = self.labels[kept]
        if self.fixed_split is not None:
            self.fixed_split = self.fixed_split[kept]
        self._kept = self._kept[kept]
        return pictures[kept]


def default_options() -> dict[str, ParamValue]:
    return {"size": USUAL_SIZE, "colour": "rgb", "fit": "crop"}
