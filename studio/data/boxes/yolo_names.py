"""What YOLO's data.yaml says: class names and where each part lies. Read by a few rules, not as YAML.

Source: docs.ultralytics.com, "Dataset format". Whatever else stands there is passed over; nothing is run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_MOST_CLASSES = 10_000
_KEY = re.compile(r"^(names|train|val|valid|test|path)\s*:\s*(.*)$")
_ITEM = re.compile(r"^\s*-\s+(.*)$")
_NUMBERED = re.compile(r"^\s+['\"]?(\d{1,5})['\"]?\s*:\s*(.*)$")
_PIECE = re.compile(r"\s*(?:(\d{1,5})\s*:\s*)?(\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|[^,\"'][^,]*)\s*(?:,|$)")


@dataclass(slots=True)
class YoloNames:
    """`names`: by class number. `places`: folders or lists of pictures by "train", "val" and "test"."""

    names: dict[int, str] = field(default_factory=dict)
    places: dict[str, list[str]] = field(default_factory=dict)


def read_yolo_names(text: str) -> YoloNames:
    """Never raises: what is not understood says nothing."""
    found = YoloNames()
    key = ""
    collected = ""
    for line in text.splitlines():
        if collected:  # a list in brackets over several lines
            collected += " " + _without_comment(line).strip()
        elif (match := _KEY.match(line)) is not None:
            key, value = match[1], _without_comment(match[2]).strip()
            if value[:1] in ("[", "{"):
                collected = value
            elif value:
                _put(found, key, [(None, value)])
        elif line[:1].strip() and not line.startswith("-"):
            key = ""
        elif key and (match := _ITEM.match(line)) is not None:
            _put(found, key, [(None, _without_comment(match[1]))])
        elif key and (match := _NUMBERED.match(line)) is not None:
            _put(found, key, [(int(match[1]), _without_comment(match[2]))])
        if collected and collected[-1] in "]}":
            _put(found, key, _pieces(collected[1:-1]))
            collected = ""
    return found


def _put(found: YoloNames, key: str, pieces: list[tuple[int | None, str]]) -> None:
    for number, text in pieces:
        value = _plain(text)
        if key == "names" and value and len(found.names) < _MOST_CLASSES:
            found.names[len(found.names) if number is None else number] = value
        elif key not in ("names", "path") and value:
            found.places.setdefault("val" if key == "valid" else key, []).append(value)


def _pieces(inside: str) -> list[tuple[int | None, str]]:
    return [(int(m[1]) if m[1] else None, m[2]) for m in _PIECE.finditer(inside)]


def _plain(text: str) -> str:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    elif len(text) >= 2 and text[0] == text[-1] == "'":
        text = text[1:-1].replace("''", "'")
    return " ".join(text.split())[:200]


def _without_comment(text: str) -> str:
    if text.lstrip()[:1] in ("'", '"'):
        return text
    return re.split(r"(?:^|\s)#", text, maxsplit=1)[0]
