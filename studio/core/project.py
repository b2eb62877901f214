"""The document: one frozen value that holds everything a project is."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from studio.core.network import Graph
from studio.core.params import Params

FORMAT = 1  # of the project file; a bump comes with core/migrations/toNN.py


@dataclass(frozen=True, slots=True)
class Setting:
    """A registered entry as chosen, with its parameters: an optimizer, a loss, a transform.

    `enabled`: False for an augmentation that is switched off and keeps its settings; others are always on.
    """

    type: str
    params: Params = field(default_factory=dict)
    enabled: bool = True


ColumnType = Literal["number", "category", "boolean", "date"]
ColumnRole = Literal["feature", "target", "ignore", "group", "time", "split"]
Filling = Literal["fill", "median", "most_frequent", "drop"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: what it holds, what it is for, and how it becomes inputs of the network.

    `role`: "group" and "time" say by which column a split keeps rows together, or puts them in order;
    "split", which says for each row what it is for: to train, validate or test with. None is learnt from.
    `missing`: what happens to empty cells of a feature: "fill" (the training mean, an own category, or
    the usual answer to yes or no), "median", "most_frequent", or "drop" (the row is left out). Rows
    without a target are always left out. `missing_input`: one more input that is 1 where a cell was
    empty. `missing_codes`: numbers or words that stand for nothing in this column, such as -999.
    `unit`: numbers are turned into it; empty: they are as they are.
    `scaling`: an id of studio.data.tables.column_transforms, empty: as the dataset's normalisation says.
    `log`: the logarithm instead of the number. `day_first`: 03/04 is the third of April.
    `date_parts`: ids of studio.data.tables.dates, none: all that differ. `coding`: "one_hot" gives a category
    one input per value, "embedding" the same, which a layer then turns into learnt numbers, "ordinal" a
    single one. `rare`: values with fewer rows become "other".
    """

    name: str
    type: ColumnType
    role: ColumnRole = "feature"
    missing: Filling = "fill"
    missing_input: bool = False
    missing_codes: tuple[str, ...] = ()
    unit: str = ""
    scaling: str = ""
    log: bool = False
    day_first: bool = False
    date_parts: tuple[str, ...] = ()
    coding: Literal["one_hot", "embedding", "ordinal"] = "one_hot"
    rare: int = 0


@dataclass(frozen=True, slots=True)
class Splits:
    """Shares of the samples; they add up to 1. The same content and seed give the same split."""

    train: float = 0.7
    validation: float = 0.15
    test: float = 0.15
    stratified: bool = True
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Relabelled:
    """A sample whose label the user corrected: `sample` as `Dataset.reference_of` names it.

    `label`: a class; of several labels or numbers, all of them with semicolons between. `content`:
    hexadecimal digits of its content's key, so that a renamed file is found again; may be empty. `answers`:
    the column or columns whose answer it is, where the data have more than one.
    """

    sample: str
    label: str
    content: str = ""
    answers: str = ""


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """What the network must know of the dataset, kept so that a project opens without its data.

    `input_shape` without the batch dimension, e.g. (1, 28, 28) or (4,). `classes` are the class
    names in label order, empty for regression. `target` names what is predicted. `vocabulary`: of texts,
    how many different token numbers there are; 0 for all other data. `boxes`: of pictures with boxes, the
    most in one picture; 0 for all other data. `multi_label`: a sample may have several of the classes, or
    none. `numbers`: what the numbers are called, where several may be predicted at once.
    `embedded`: of a table, the inputs of categories that are to be embedded: first, count, first, count, …
    """

    input_shape: tuple[int, ...]
    classes: tuple[str, ...] = ()
    samples: int = 0
    target: str = ""
    fingerprint: str = ""
    vocabulary: int = 0
    boxes: int = 0
    multi_label: bool = False
    numbers: tuple[str, ...] = ()
    embedded: tuple[int, ...] = ()

    @property
    def learns(self) -> Literal["classes", "labels", "numbers", "boxes"]:
        """What is predicted: one class, any of several labels, one or more numbers, or boxes with classes."""
        if self.boxes:
            return "boxes"
        if not self.classes:
            return "numbers"
        return "labels" if self.multi_label else "classes"


@dataclass(frozen=True, slots=True)
class DatasetChoice:
    """Which dataset, read how, split how.

    `source` is an id of studio.data.sources; `location` a bundled name or an absolute path.
    `options` are the source's declared parameters (picture size, colour, delimiter, ...).
    `left_out`: samples the user does not want, by name; see `Dataset.left_out`. `settled`: keys of findings
    of the health check that the user called fine. `relabelled`: corrected labels; the data stay as they are.
    """

    source: str
    location: str
    options: Params = field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    splits: Splits = Splits()
    normalisation: Literal["training", "imagenet", "none"] = "training"
    augmentations: tuple[Setting, ...] = ()
    facts: DatasetFacts | None = None
    left_out: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    relabelled: tuple[Relabelled, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the network is trained. Weight decay (L2) is the optimizer's own parameter.

    `l1`: factor of the sum of absolute weights, 0 is off. `clip_norm`, `clip_value`: None is off.
    `patience`: epochs without improvement of the validation loss before stopping; None is off.
    `device`: an id of `list devices`, or "auto": the best one that works. `balanced`: samples of rare
    classes are drawn more often; of no matter where numbers are predicted.
    """

    loss: Setting
    optimizer: Setting
    schedule: Setting = Setting("constant")
    batch_size: int = 64
    epochs: int = 10
    seed: int = 0
    l1: float = 0.0
    clip_norm: float | None = None
    clip_value: float | None = None
    patience: int | None = None
    device: str = "auto"
    balanced: bool = False


MAIN = "network"  # the name of the only graph of most kinds


@dataclass(frozen=True, slots=True)
class Project:
    """One document: dataset choice, network(s), recipe, of one kind.

    `id` stays the same through save-as of the same document's history (runs are filed under it).
    `unknown` are fields of the file that this version does not know and writes back unchanged.
    """

    kind: str
    dataset: DatasetChoice | None
    graphs: Mapping[str, Graph]
    recipe: Recipe
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    format: int = FORMAT
    unknown: Mapping[str, object] = field(default_factory=dict)

    @property
    def graph(self) -> Graph:
        """The network, for the kinds that have one."""
        return self.graphs[MAIN]

    def with_graph(self, graph: Graph, name: str = MAIN) -> Project:
        return replace(self, graphs={**self.graphs, name: graph})
