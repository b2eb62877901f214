"""What other pictures are to be, in the form of a network that learnt labels or numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from studio.core.params import Params, ParamValue
from studio.data.dataset import DataError
from studio.data.pictures.picture_dataset import PictureDataset
from studio.data.preprocessing import PicturePreprocessing


def learning_options(preprocessing: PicturePreprocessing, options: Params) -> dict[str, ParamValue]:
    """How to read a table, so that it gives what the network learnt: by the names of its columns."""
    columns = str(options.get("column_names", "")).split("\t")
    if preprocessing.numbers is not None:
        names = [name for name in preprocessing.numbers.names if name in columns]
        if not names:
            raise DataError(_lacks(preprocessing.numbers.names), "columns")
        return {"learn": "numbers", "number_columns": "\t".join(names)}
    if not preprocessing.multi_label:
        return {"learn": "class"}
    own = [name for name in preprocessing.classes if name in columns]
    return {"learn": "labels", **({"label_columns": "\t".join(own)} if len(own) > 1 else {})}


def targets_like(preprocessing: PicturePreprocessing, dataset: PictureDataset) -> npt.NDArray[np.float32]:
    """(n, k) targets as the network gives them. A label that the data do not have is on no picture.

    Raises: DataError: the data say nothing of what the network learnt.
    """
    values, facts = dataset.values, dataset.facts
    wanted = preprocessing.classes if preprocessing.multi_label else ()
    if preprocessing.numbers is not None:
        wanted = preprocessing.numbers.names
    given = facts.classes if preprocessing.multi_label else facts.numbers
    missing = [name for name in wanted if name not in given]
    if values is None or len(missing) == len(wanted) or (missing and preprocessing.numbers is not None):
        raise DataError(_lacks(tuple(missing) or wanted), "columns")
    places = {name: place for place, name in enumerate(given)}
    brought = np.zeros((len(values), len(wanted)))
    for place, name in enumerate(wanted):
        if name in places:
            brought[:, place] = values[:, places[name]]
    scale = preprocessing.numbers
    return brought.astype(np.float32) if scale is None else scale.scaled(brought)


def _lacks(names: tuple[str, ...]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:5]) + (", …" if names[5:] else "")
    return (
        f"The data say nothing of {shown}, which this network learnt, so there is nothing to compare with. "
        "Choose pictures with a table that has it."
    )
