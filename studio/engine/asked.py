"""What is asked of a network: one prepared input each, and how texts and files of texts become them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.data.dataset import DataError
from studio.data.opening import read_new_table
from studio.data.preprocessing import TextPreprocessing
from studio.data.sources import text_folder
from studio.data.texts.text_fields import longest_text_column
from studio.data.texts.text_tokens import UNKNOWN

_SHOWN = 120  # characters of a text that stand for it in a list
_TABLES = frozenset({".csv", ".tsv", ".xlsx", ".xlsm", ".parquet"})


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to answer: a name for people, and either its array or what is wrong with it."""

    name: str
    array: npt.NDArray[np.uint8] | npt.NDArray[np.float32] | npt.NDArray[np.int64] | None
    problem: str | None = None
    remarks: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    size: tuple[int, int] | None = None  # (height, width) of an upright picture


def texts_given(
    preprocessing: TextPreprocessing, given: str | Mapping[str, Any]
) -> Iterator[tuple[Input, float]]:
    """A text, {"text": ...}, a .txt file (each line is a text), a table with a column of texts, or a
    folder of .txt files. With the fraction of it that is done."""
    if not isinstance(given, str):
        value = given.get("text", next(iter(given.values()), ""))
        yield text_input(preprocessing, str(value)), 1.0
        return
    path = _existing(given)
    if path is None:
        yield text_input(preprocessing, given), 1.0
        return
    try:
        texts = _texts_in(path)
    except (DataError, OSError) as error:
        yield Input(given, None, str(error)), 1.0
        return
    if not texts:
        yield Input(given, None, "There is no text in it."), 1.0
    for place, text in enumerate(texts):
        yield text_input(preprocessing, text), (place + 1) / len(texts)


def text_input(preprocessing: TextPreprocessing, text: str) -> Input:
    """A text with what the network will not see of it."""
    shown = " ".join(text.split())
    name = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
    numbers = preprocessing.numbers_of(text)
    if not numbers:
        return Input(name, None, "There is no text. Type a few words.")
    cells, columns = (text[:2000],), ("text",)
    array = preprocessing.prepare_text(text)
    return Input(name, array, remarks=_remarks(preprocessing, numbers), columns=columns, cells=cells)


def _remarks(preprocessing: TextPreprocessing, numbers: list[int]) -> tuple[str, ...]:
    pieces = {"words": "words", "characters": "characters", "byte_pairs": "pieces"}[preprocessing.tokens]
    remarks = []
    length = preprocessing.length
    if len(numbers) > length:
        remarks.append(f"Only the first {length:,} of {len(numbers):,} {pieces} were read.")
    unknown = sum(number == UNKNOWN for number in numbers[:length])
    read = min(len(numbers), length)
    if unknown == read:
        remarks.append(f"The network knows none of these {pieces}: the answer is a guess.")
    elif unknown > read / 2:
        remarks.append(f"The network does not know {unknown} of these {read} {pieces}.")
    return tuple(remarks)


def _existing(text: str) -> Path | None:
    if len(text) > 1000 or "\n" in text or not text.strip():
        return None
    try:
        path = Path(text).expanduser()
        return path if path.exists() else None
    except (OSError, ValueError, RuntimeError):
        return None


def _texts_in(path: Path) -> list[str]:
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.suffix.lower() in text_folder.SUFFIXES)
        return [text_folder.read_text(file)[0] for file in files]
    if path.suffix.lower() in _TABLES:
        table = read_new_table(path)
        name = next((n for n in table.names if n.casefold() == "text"), None) or longest_text_column(table)
        if name is None:
            raise DataError(
                f"No column of “{path.name}” holds texts. Call the one that does “text”.", "columns"
            )
        return list(table.column(name))
    text, _ = text_folder.read_text(path)
    return [line for line in text.splitlines() if line.strip()]
