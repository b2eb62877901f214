"""From a file's bytes to its text: encodings, byte-order marks, NUL bytes; and is it text at all?"""

from __future__ import annotations

import codecs
from pathlib import Path

from studio.data.dataset import DataError

ENCODINGS = ("utf-8", "utf-16", "cp1252", "latin-1")
MEMORY_FACTOR = 12  # a table of short cells takes about this many times its file as Python strings
_MAGIC = {  # what people pick by mistake
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a compressed file; unpack it first",
    b"PK\x03\x04": "a ZIP archive; unpack it first",
    b"Rar!": "an archive; unpack it first",
    b"7z\xbc\xaf": "an archive; unpack it first",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file; save it as .xlsx or as CSV",
    b"SQLite format 3": "a database; export the table as CSV",
    b"PAR1": "a Parquet file; export it as CSV",
    b"\x7fELF": "a program",
    b"MZ": "a program",
}


def read_bytes(path: Path) -> bytes:
    """The file's content. Raises DataError: missing, unreadable, or too large for the memory."""
    import psutil

    try:
        size = path.stat().st_size
        budget = psutil.virtual_memory().available // 2
        if size * MEMORY_FACTOR > budget:
            raise DataError(
                f"“{path.name}” has {size / 1e9:.1f} GB; only {budget / MEMORY_FACTOR / 1e9:.1f} GB fit into "
                "the memory of this computer. Keep fewer rows or columns.",
                "too-large",
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError(
            f"The file “{path}” is not there any more. Choose where it is now.", "missing"
        ) from None
    except IsADirectoryError:
        raise DataError(f"“{path}” is a folder, not a table.", "missing") from None
    except OSError as error:
        raise DataError(f"The file “{path}” cannot be read: {error.strerror}.", "unreadable") from error


def decode(data: bytes, name: str, wanted: str = "auto") -> tuple[str, str, tuple[str, ...]]:
    """(text, encoding, notes) of a table. Raises DataError: empty, no text, or not in that encoding."""
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise DataError(f"“{name}” is no table, but {what}.", "unreadable")
    if not data.strip(b" \r\n\t\0\xef\xbb\xbf\xff\xfe"):
        raise DataError(f"“{name}” is empty. Choose a table with some rows.", "empty")
    text, encoding = _decode(data, name, wanted)
    notes = []
    nuls = text.count("\0")
    if nuls:
        text = text.replace("\0", "")
        notes.append("The file holds NUL bytes, which were left out; it may have been damaged on the way.")
    odd = sum(1 for c in text[:20_000] if c < " " and c not in "\t\r\n\f\v\x1a")
    if odd > 0.02 * min(len(text), 20_000) or nuls > 0.3 * len(data):
        raise DataError(f"“{name}” is no table: it does not hold text. Choose a CSV or Excel file.")
    return text, encoding, tuple(notes)


def _decode(data: bytes, name: str, wanted: str) -> tuple[str, str]:
    if wanted != "auto":
        encoding = "utf-8-sig" if wanted == "utf-8" else wanted
        try:
            return data.decode(encoding), wanted
        except UnicodeError:
            raise DataError(
                f"“{name}” is not written in the encoding {wanted}. Set the encoding to automatic.", "options"
            ) from None
    if data.startswith(codecs.BOM_UTF8):
        return data.decode("utf-8-sig", errors="replace"), "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace"), "utf-16"
    without_mark = _utf16_without_mark(data[:4000])
    if without_mark:
        return data.decode(without_mark, errors="replace"), without_mark
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"  # takes every byte


def _utf16_without_mark(start: bytes) -> str:
    """UTF-16 of mostly western text has a NUL in every second byte."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if half >= 4 and odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if half >= 4 and even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return ""
