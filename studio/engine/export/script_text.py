"""How the script reads texts and cuts them into tokens: the same texts, vocabulary and numbers."""

from __future__ import annotations

import csv
import gzip
import hashlib
import heapq
import inspect
import io
import json
import math
import unicodedata
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from studio.core.problems import LanternError
from studio.core.project import Project
from studio.core.safe_write import write_atomically
from studio.data.archives.unpacked import unpacked_folder
from studio.data.fixed_split import TEST, TRAIN, VALIDATION
from studio.data.sources.bundled import BUNDLED
from studio.data.tables.table import Table
from studio.data.tables.table_memory import remembered_table
from studio.data.texts import text_tokens
from studio.data.texts.text_dataset import TextDataset
from studio.data.texts.text_options import TextOptions
from studio.data.texts.text_preprocessing import learning_step
from studio.engine.export.script_lines import data_path_line, listed
from studio.engine.export.script_reading import reading
from studio.engine.export.script_split import split_section

Section = tuple[str, set[str], set[str]]  # text, import lines, packages to install
_IMPORTS = {
    "from pathlib import Path",
    "import sys",
    "import unicodedata",
    "from collections import Counter",
    "from functools import cache",
}


def text_section(project: Project, dataset: TextDataset) -> Section:
    """load_data() and split_rows(). What they give is held against the dataset before it is returned."""
    choice = dataset.choice
    if choice.source in ("bundled", "text-table"):
        path = BUNDLED[choice.location].path if choice.source == "bundled" else Path(choice.location)
        section = _from_table(project, dataset, path)
        if section is not None and _agrees(section, dataset, path):
            return section
    path = _prepared_file(dataset)
    section = _from_prepared(project, dataset, path)
    if not _agrees(section, dataset, path):
        raise LanternError(
            "The script could not be made to read these texts in the same way as Lantern does. Export the "
            "network as .pth or ONNX instead, and please report this."
        )
    return section


def _from_table(project: Project, dataset: TextDataset, path: Path) -> Section | None:
    """From the very file that the project reads; None where that takes more than a short script."""
    columns = dataset.columns
    if columns is None:
        return None
    table: Table = remembered_table(path, dataset.table_options)
    read, imports, packages = reading(table)
    if "openpyxl" in packages or "pyarrow" in packages or dataset.has_fixed_split:
        return None
    text, label = (table.positions[table.names.index(name)] for name in columns)
    rows = f'''
def read_texts():
    """Each text with its class; rows that lack one of them are left out."""
    rows = [(row[{text}], row[{label}]) for row in read_rows()]
    return [(text, label) for text, label in rows if text.strip() and label in CLASSES]
'''
    body = "\n".join(
        (data_path_line(path), _constants(dataset), "", "", read, rows, _tokens(dataset, own=False))
    )
    splits = dataset.choice.splits
    imports |= _IMPORTS | _heap(dataset) | {"import hashlib"}
    own_classes = {i: int(dataset.own_labels[i]) for i in dataset.relabelled.tolist()}
    return body + split_section(splits, splits.stratified, own_classes=own_classes), imports, packages


def _from_prepared(project: Project, dataset: TextDataset, path: Path) -> Section:
    split = '''

def split_rows(targets):
    """Row numbers for training, validation and test, as they were when the script was written."""
    with DATA.open(encoding="utf-8") as lines:
        parts = np.array([json.loads(line)["part"] for line in lines])
    return [np.flatnonzero(parts == part) for part in range(3)]
'''
    rows = '''
def read_texts():
    """Each text with its class."""
    with DATA.open(encoding="utf-8") as lines:
        return [(item["text"], item["class"]) for item in map(json.loads, lines)]
'''
    remark = "# The texts with their classes, written by Lantern. Take this file along."
    parts = (remark, data_path_line(path), _constants(dataset), "", rows, _tokens(dataset, own=True))
    return "\n".join(parts) + split, {"import json"} | _IMPORTS | _heap(dataset), set()


def _heap(dataset: TextDataset) -> set[str]:
    return (
        {"import heapq", "from itertools import pairwise"}
        if dataset.fitted().tokens == "byte_pairs"
        else set()
    )


def _constants(dataset: TextDataset) -> str:
    fitted = dataset.fitted()
    return "\n".join(
        (
            listed("CLASSES", fitted.classes),
            f"LENGTH = {fitted.length}  # tokens of each text",
            "PADDING, UNKNOWN, FIRST = 0, 1, 2  # token numbers; FIRST: the first that stands for something",
        )
    )


def _tokens(dataset: TextDataset, own: bool) -> str:
    """`own`: the file says which part a text is in."""
    fitted = dataset.fitted()
    options = TextOptions.of(dataset.choice.options)
    if fitted.tokens == "byte_pairs":
        functions: list[Any] = [
            text_tokens.pieces, text_tokens.joined, text_tokens.learn_pairs, text_tokens.byte_pairs
        ]  # fmt: skip
        step = learning_step(
            [text_tokens.tidied(dataset.text(i), fitted.lower) for i in dataset.split().train]
        )
        most = max(0, options.vocabulary - text_tokens.FIRST - 256)
        learnt = f"""    pairs = learn_pairs([texts[row] for row in train[::{step}]], {most})
    ranks, known = {{pair: place for place, pair in enumerate(pairs)}}, {{}}
    numbers = [byte_pairs(text, ranks, known) for text in texts]"""
    else:
        cut = fitted.tokens
        functions = [text_tokens.characters, text_tokens.most_frequent]
        if cut == "words":
            functions = [text_tokens.sort_of, text_tokens.words, text_tokens.most_frequent]
        learnt = f"""    tokens = [{cut}(text) for text in texts]
    vocabulary = most_frequent([tokens[row] for row in train], {options.vocabulary - text_tokens.FIRST})
    places = {{token: FIRST + place for place, token in enumerate(vocabulary)}}
    numbers = [[places.get(token, UNKNOWN) for token in found] for found in tokens]"""
    functions = [text_tokens.tidied, *functions, text_tokens.padded]
    sources = "\n\n".join(inspect.getsource(function) for function in functions)
    keys = """    found = [hashlib.blake2b(text.encode(), digest_size=8).digest() for text, label in rows]
    keys = np.frombuffer(b"".join(found), "<u8")
"""
    by, what = ("", " and class numbers") if own else (", keys", ", class numbers and keys of the texts")
    return f'''
{sources}

def load_data():
    """Token numbers (texts, LENGTH){what}; the training texts make the vocabulary."""
    rows = read_texts()
    texts = [tidied(text, {fitted.lower}) for text, label in rows]
    targets = np.array([CLASSES.index(label) for text, label in rows])
{"" if own else _corrections(dataset)}{"" if own else keys}    train = split_rows(targets{by})[0]
{learnt}
    return padded(numbers, LENGTH), targets{by}
'''


def _corrections(dataset: TextDataset) -> str:
    """What the user corrected, as a line of the script."""
    changed = dataset.relabelled
    if not len(changed):
        return ""
    return (
        f"    targets[{changed.tolist()!r}] = {dataset.labels[changed].tolist()!r}  # corrected in Lantern\n"
    )


def _prepared_file(dataset: TextDataset) -> Path:
    """Made where it is not there yet; its name follows from all that it depends on."""
    choice, split = dataset.choice, dataset.split()
    what = repr((dataset.facts.fingerprint, choice.source, choice.options, choice.splits))
    mark = hashlib.sha256(what.encode()).hexdigest()[:16]
    path = unpacked_folder() / mark / f"{Path(choice.location).stem} for the script.jsonl"
    parts = np.zeros(len(dataset), np.int64)
    for part, rows in ((TRAIN, split.train), (VALIDATION, split.validation), (TEST, split.test)):
        parts[rows] = part

    def write(file: BinaryIO) -> None:
        for i in range(len(dataset)):
            item = {"text": dataset.text(i), "class": dataset.label_of(i), "part": int(parts[i])}
            file.write(json.dumps(item).encode() + b"\n")

    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, write)
    return path


def _agrees(section: Section, dataset: TextDataset, path: Path) -> bool:
    """Whether the section loads the dataset's own samples and split."""
    lines = [line for line in section[0].split("\n") if not line.startswith("DATA = ")]  # which asks sys.argv
    space: dict[str, Any] = {
        "np": np, "json": json, "csv": csv, "io": io, "gzip": gzip, "hashlib": hashlib, "heapq": heapq,
        "math": math, "Counter": Counter, "unicodedata": unicodedata, "cache": cache,
        "pairwise": pairwise, "DATA": path,
    }  # fmt: skip
    exec(compile("\n".join(lines), "<script>", "exec"), space)  # what we have just written ourselves
    try:
        inputs, targets, *given = space["load_data"]()
        parts = space["split_rows"](targets, *given)
    except (ValueError, IndexError, KeyError):
        return False
    samples, split = dataset.samples(), dataset.split()
    own = (split.train, split.validation, split.test)
    return (
        np.array_equal(inputs, samples.inputs)  # type: ignore[arg-type]
        and np.array_equal(targets, samples.targets)
        and all(np.array_equal(a, b) for a, b in zip(parts, own, strict=True))
    )
