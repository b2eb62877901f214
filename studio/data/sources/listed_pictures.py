"""Picture files that a list sorts into classes and parts, in place of folders."""

from __future__ import annotations

from collections.abc import Mapping

from studio.core.params import ParamError, ParamValue, check_params, expand
from studio.core.project import DatasetChoice, DatasetFacts
from studio.data.dataset import DataError
from studio.data.downloads.contents import PictureFiles
from studio.data.fingerprint import fingerprint
from studio.data.pictures.decoding import Fit, PictureArray, picture_array
from studio.data.pictures.picture_dataset import PictureDataset
from studio.data.pictures.picture_keys import keep, key_of_file, recall, stamps_of
from studio.data.sources.image_folder import PARAMS, USUAL_SIZE


class ListedPictures(PictureDataset):
    """Thin: classes, labels, parts and how to read one picture come from the list."""

    def __init__(self, choice: DatasetChoice, files: PictureFiles, target: str, mark: str = "") -> None:
        """`mark`: the fingerprint, where the pictures alone do not say all."""
        try:
            options = check_params(PARAMS, {**default_options(), **choice.options})
        except ParamError as error:
            raise DataError(str(error), "options") from None
        height, width = expand(options["size"], 2)
        channels = 1 if options["colour"] == "grey" else 3
        fit: Fit = options["fit"]  # type: ignore[assignment]  # Choice has checked it
        self.files = files
        facts = DatasetFacts(
            (channels, height, width), files.classes, len(files.paths), target,
            mark or fingerprint(files.paths, files.root),
            multi_label=files.values is not None and bool(files.classes), numbers=files.numbers,
        )  # fmt: skip
        super().__init__(choice, facts, files.labels, fit, files.parts, files.values, files.units)

    def name_of(self, index: int) -> str:
        return self.files.paths[index].relative_to(self.files.root).as_posix()

    def path(self, index: int) -> str:
        return str(self.files.paths[index])

    def read(self, index: int) -> PictureArray:
        channels, height, width = self.facts.input_shape
        return picture_array(self.files.paths[index], (height, width), channels, self.fit)

    def key_of(self, index: int) -> bytes | None:
        return key_of_file(str(self.files.paths[index]))

    def find_keys(self) -> None:
        names = [self.name_of(index) for index in range(len(self))]
        recall(self.keys, str(self.files.root), names, stamps_of([str(path) for path in self.files.paths]))
        super().find_keys()
        keep(self.keys, str(self.files.root), names)

    def refuse(self, reasons: Mapping[int, str], classes_left: int) -> DataError:
        if len(reasons) < len(self):
            return super().refuse(reasons, classes_left)
        return DataError(f"None of the pictures in “{self.files.root}” can be read: {reasons[0]}", "missing")


def default_options() -> dict[str, ParamValue]:
    return {"size": USUAL_SIZE, "colour": "rgb", "fit": "crop"}
