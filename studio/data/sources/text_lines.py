"""Texts from JSON: one object a line (.jsonl), or a list of objects (.json)."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path

from studio.core.params import Param, Params, Text
from studio.core.project import DatasetChoice
from studio.data.dataset import DataError, Progress, Skipped
from studio.data.fingerprint import fingerprint
from studio.data.sources.source import Source, absolute
from studio.data.tables.columns import MAX_CLASSES
from studio.data.tables.table_text import decode, read_bytes
from studio.data.texts.text_dataset import ReadTexts, TextDataset
from studio.data.texts.text_fields import extent, record_fields
from studio.data.texts.text_options import TEXT_PARAMS, checked_options

SUFFIXES = frozenset({".jsonl", ".ndjson", ".json"})
_TEXT_NAMES = ("text", "sentence", "content", "review", "body", "message", "document", "title")
_CLASS_NAMES = ("label", "class", "target", "category", "sentiment", "language", "lang", "topic", "y")

PARAMS = (
    Param("text_column", "Text", "The field with the text; left empty, it is guessed.", Text(200), ""),
    Param("target_column", "Class", "The field with the class; left empty, it is guessed.", Text(200), ""),
    *TEXT_PARAMS,
)
Record = dict[str, object]


def _records(path: Path) -> tuple[list[tuple[str, Record]], list[Skipped], tuple[str, ...]]:
    """Each object with its place; what is none is skipped. Raises DataError: no JSON at all."""
    data, _ = read_bytes(path)
    text, _, notes = decode(data, path.name)
    text = text.lstrip("\ufeff")
    if text.lstrip().startswith("["):
        try:
            items = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise DataError(f"“{path.name}” is no correct JSON: {_reason(error)}.") from None
        found = [(f"item {number}", item) for number, item in enumerate(items, 1)]
        skipped: list[Skipped] = []
    elif (items := _within(text)) is not None:
        found, skipped = [(f"item {number}", item) for number, item in enumerate(items, 1)], []
    else:
        found, skipped = _of_lines(text)
    kept = [(place, item) for place, item in found if isinstance(item, dict)]
    skipped += [
        Skipped(place, "It is no object in braces.") for place, item in found if type(item) is not dict
    ]
    if not kept:
        raise DataError(
            f"“{path.name}” holds no texts: each line should be an object in braces, such as "
            '{"text": "...", "label": "..."}.',
            "empty",
        )
    return kept, skipped, notes


def _within(text: str) -> list[object] | None:
    """The objects in a file that is one object itself: its only list, or its fields as columns."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return None  # one object a line
    if not isinstance(whole, dict):
        return None
    lists = {name: value for name, value in whole.items() if isinstance(value, list)}
    if len(lists) > 1 and len({len(value) for value in lists.values()}) == 1:
        return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
    of_objects = [value for value in lists.values() if value and isinstance(value[0], dict)]
    return of_objects[0] if len(of_objects) == 1 else None


def _of_lines(text: str) -> tuple[list[tuple[str, object]], list[Skipped]]:
    found: list[tuple[str, object]] = []
    skipped = []
    for number, line in enumerate(text.split("\n"), 1):  # splitlines() would cut at signs inside a text
        if not line.strip():
            continue
        try:
            found.append((f"line {number}", json.loads(line)))
        except (ValueError, RecursionError) as error:
            skipped.append(Skipped(f"line {number}", f"It is no correct JSON: {_reason(error)}."))
    return found, skipped


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.colno}"
    return "it is nested too deep" if isinstance(error, RecursionError) else "a number is too long"


def _word(value: object) -> str:
    """A class as text; nothing for what is none: NaN, lists, null."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, int):
        return str(value) if abs(value) < 10**18 else ""
    return value.strip().encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _fields(records: list[tuple[str, Record]], text: str, target: str, name: str) -> tuple[str, str]:
    """Which field holds the text and which the class. Raises DataError."""
    names = list(dict.fromkeys(key for _, record in records[:1000] for key in record))
    for wanted in filter(None, (text, target)):
        if wanted not in names:
            shown = ", ".join(f"“{n}”" for n in names[:8])
            raise DataError(f"There is no field “{wanted}”. The fields are: {shown}.", "columns")
    if not text:
        lengths: Counter[str] = Counter()
        for _, record in records[:1000]:
            for key, value in record.items():
                lengths[key] += len(value) if isinstance(value, str) else 0
        known = [key for key in names if key.casefold() in _TEXT_NAMES and lengths[key] and key != target]
        others = [key for key in names if key != target]
        text = known[0] if known else max(others, key=lambda key: lengths[key], default="")
        if not text or not lengths[text] or not (known or _are_texts(records, text)):
            raise DataError(
                f"No field of “{name}” holds texts. Name the field with the texts; if it is a table of "
                "numbers and names, save it as CSV.",
                "columns",
            )
    if not target:
        target = _target(records, [key for key in names if key != text])
        if not target:
            raise DataError(
                f"No field of “{name}” gives the class of each text. Add one, or name the field that does.",
                "columns",
            )
    return text, target


def _are_texts(records: list[tuple[str, Record]], name: str) -> bool:
    """Whether a field holds sentences rather than names and codes, as those of a table do."""
    texts = [value for _, record in records[:1000] if isinstance(value := record.get(name), str) and value]
    several = sum(" " in text.strip() or extent(text) > len(text) for text in texts)
    return bool(texts) and (several >= 0.3 * len(texts) or sum(map(extent, texts)) >= 20 * len(texts))


def _target(records: list[tuple[str, Record]], names: list[str]) -> str:
    counts = {key: len({_word(record.get(key)) for _, record in records} - {""}) for key in names}
    most = min(MAX_CLASSES, max(2, len(records) // 2))
    fitting = [key for key in names if 2 <= counts[key] <= most]
    known = [key for key in fitting if key.casefold() in _CLASS_NAMES]
    return known[0] if known else min(fitting, key=lambda key: counts[key], default="")


def open_text_lines(choice: DatasetChoice, progress: Progress | None = None) -> TextDataset:
    values = checked_options(PARAMS, choice.options)
    path = Path(choice.location)
    records, skipped, notes = _records(path)
    asked = str(values["text_column"]), str(values["target_column"])
    name, target = _fields(records, *asked, path.name)
    texts, labels, names = [], [], []
    for place, record in records:
        text, label = record.get(name), _word(record.get(target))
        if not isinstance(text, str):
            skipped.append(Skipped(place, f"“{name}” is no text."))
        elif not label:
            skipped.append(Skipped(place, f"“{target}” is empty."))
        else:
            texts.append(text)
            labels.append(label)
            names.append(place)
    told = f"The texts are in the field “{name}”, their classes in “{target}”."
    words = [{key: _word(value) for key, value in record.items()} for _, record in records]
    read = ReadTexts(
        texts,
        labels,
        names,
        target,
        fingerprint([path]),
        tuple(skipped),
        (*notes, told),
        columns=(name, target),
        fields=record_fields([record for _, record in records], words),
    )
    return TextDataset(choice, read, progress)


def _choose(text: str, options: Params) -> DatasetChoice:
    return open_text_lines(DatasetChoice("text-lines", absolute(text), dict(options))).choice


def _is_json(text: str) -> bool:
    path = Path(text).expanduser()
    return path.suffix.lower() in SUFFIXES and path.is_file()


SOURCE = Source(
    "text-lines",
    "Texts in JSON",
    "A .jsonl file with an object in each line, or a .json file with a list of them: a text and its class.",
    recognises=_is_json,
    choose=_choose,
    open=open_text_lines,
    params=PARAMS,
)
