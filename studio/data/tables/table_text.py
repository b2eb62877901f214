"""From a file's bytes to its text: encodings, byte-order marks, NUL bytes, gzip; and is it text at all?"""

from __future__ import annotations

import codecs
import re
import zlib
from pathlib import Path

from studio.data.dataset import DataError
from studio.data.plain_files import read_plain

# What the form offers: Python's name, and what people call it.
ENCODINGS = (
    ("utf-8", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows (Western)"), ("latin-1", "Latin-1"),
    ("iso8859-15", "Latin-9, with €"), ("cp1250", "Windows (Central European)"),
    ("cp1251", "Windows (Cyrillic)"), ("koi8-r", "KOI8-R (Russian)"), ("cp1253", "Windows (Greek)"),
    ("cp1254", "Windows (Turkish)"), ("gb18030", "GBK (Chinese)"), ("big5", "Big5 (Chinese)"),
    ("cp932", "Shift-JIS (Japanese)"), ("euc_jp", "EUC-JP (Japanese)"), ("cp949", "EUC-KR (Korean)"),
    ("mac_roman", "Mac (Western)"), ("cp850", "DOS (Western)"),
)  # fmt: skip
LARGE_BYTES = 4_000_000  # from here on, pandas reads what is written in an orderly way
_MEMORY_FACTOR = 12  # a table of short cells takes about this many times its file as Python strings
_LARGE_FACTOR = 4  # the file, twice, and its columns as arrays
_MAGIC = {  # what people pick by mistake
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive; unpack it first",
    b"Rar!": "an archive; unpack it first",
    b"7z\xbc\xaf": "an archive; unpack it first",
    b"BZh": "a compressed file; unpack it first",
    b"\xfd7zXZ": "a compressed file; unpack it first",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file; save it as .xlsx or as CSV",
    b"SQLite format 3": "a database; export the table as CSV",
    b"PAR1": "a Parquet file; export it as CSV",
    b"\x7fELF": "a program",
    b"MZ": "a program",
}
_HIGH = re.compile(rb"[\x80-\xff]+")


def read_bytes(path: Path) -> tuple[bytes, bool]:
    """The file's content, and whether it was packed with gzip.

    Raises DataError: missing, unreadable, damaged, or too large for the memory.
    """
    try:
        size = path.stat().st_size
        _check_size(path.name, size)
        data = read_plain(path)
    except FileNotFoundError:
        raise DataError(
            f"The file “{path}” is not there any more. Choose where it is now.", "missing"
        ) from None
    except IsADirectoryError:
        raise DataError(f"“{path}” is a folder, not a table.", "missing") from None
    except OSError as error:
        raise DataError(f"The file “{path}” cannot be read: {error.strerror}.", "unreadable") from error
    if not data.startswith(b"\x1f\x8b"):
        return data, False
    return _unpacked(data, path.name), True


def _check_size(name: str, size: int) -> None:
    import psutil

    factor = _MEMORY_FACTOR if size < LARGE_BYTES else _LARGE_FACTOR
    budget = psutil.virtual_memory().available // 2
    if size * factor > budget:
        raise DataError(
            f"“{name}” has {size / 1e9:.1f} GB; only {budget / factor / 1e9:.1f} GB fit into the memory of "
            "this computer. Keep fewer rows or columns.",
            "too-large",
        )


def _unpacked(data: bytes, name: str) -> bytes:
    """Piece by piece, so that a small file that unpacks to terabytes is noticed early."""
    parts: list[bytes] = []
    size = 0
    try:
        while data.startswith(b"\x1f\x8b"):  # gzip files may stand one behind the other
            unpacker = zlib.decompressobj(wbits=31)
            waiting = data
            while not unpacker.eof:
                part = unpacker.decompress(waiting, 16_000_000)
                if not part and not unpacker.unconsumed_tail and not unpacker.eof:
                    raise zlib.error("it ends too early")
                size += len(part)
                _check_size(name, size)
                parts.append(part)
                waiting = unpacker.unconsumed_tail
            data = unpacker.unused_data
    except zlib.error as error:
        raise DataError(
            f"“{name}” is a damaged gzip file. Get it again, or unpack it with another program.", "unreadable"
        ) from error
    unpacked = b"".join(parts)
    if unpacked[257:262] == b"ustar":
        raise DataError(f"“{name}” is no table, but an archive; unpack it first.", "unreadable")
    return unpacked


def check_magic(data: bytes, name: str) -> None:
    """Raises DataError for what is certainly no text."""
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise DataError(f"“{name}” is no table, but {what}.", "unreadable")
    if not data[:100_000].strip(b" \r\n\t\0\xef\xbb\xbf\xff\xfe") and not data.strip(
        b" \r\n\t\0\xef\xbb\xbf\xff\xfe"
    ):
        raise DataError(f"“{name}” is empty. Choose a table with some rows.", "empty")


def decode(data: bytes, name: str, wanted: str = "auto") -> tuple[str, str, tuple[str, ...]]:
    """(text, encoding, notes) of a table. Raises DataError: empty, no text, or not in that encoding."""
    check_magic(data, name)
    text, encoding = _decode(data, name, wanted)
    notes = []
    nuls = text.count("\0")
    if nuls:
        text = text.replace("\0", "")
        notes.append("The file holds NUL bytes, which were left out; it may have been damaged on the way.")
    odd = sum(1 for c in text[:20_000] if c < " " and c not in "\t\r\n\f\v\x1a")
    if odd > 0.02 * min(len(text), 20_000) or nuls > 0.3 * len(data):
        raise DataError(f"“{name}” is no table: it does not hold text. Choose a CSV or Excel file.")
    if encoding in _GUESSED:
        notes.append(
            f"The letters were taken for {_GUESSED[encoding]}. If they look wrong, choose another “Encoding”."
        )
    return text, encoding, tuple(notes)


_GUESSED = {"cp1251": "Cyrillic ones (cp1251)", "gb18030": "Chinese ones (GBK)",
            "cp932": "Japanese ones (Shift-JIS)", "cp949": "Korean ones (EUC-KR)"}  # fmt: skip


def encoding_of(data: bytes) -> str:
    """The encoding that the bytes are most likely in."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"  # before the other: its mark begins with the shorter one
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    without_mark = _utf16_without_mark(data[:4000])
    if without_mark:
        return without_mark
    if _is_valid(data, "utf-8"):
        return "utf-8"
    if eastern := _eastern(data):
        return eastern
    return "cp1252" if _is_valid(data, "cp1252") else "latin-1"  # which takes every byte


def _decode(data: bytes, name: str, wanted: str) -> tuple[str, str]:
    if wanted != "auto":
        encoding = "utf-8-sig" if wanted == "utf-8" else wanted
        try:
            return data.decode(encoding), wanted
        except UnicodeError:
            raise DataError(
                f"“{name}” is not written in the encoding {wanted}. Set the encoding to automatic.", "options"
            ) from None
    encoding = encoding_of(data)
    return data.decode(encoding, errors="replace"), encoding


def _is_valid(data: bytes, encoding: str) -> bool:
    """Without holding all of a large file's text."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(data), 8_000_000):
            decoder.decode(data[start : start + 8_000_000])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _eastern(data: bytes) -> str:
    """Cyrillic, Chinese, Japanese or Korean letters stand side by side; accented western ones stand alone."""
    sample = data[:200_000]
    sample = sample[: sample.rfind(b"\n") + 1] or sample
    runs = _HIGH.findall(sample)
    high = sum(map(len, runs))
    if high < 8 or sum(len(run) for run in runs if len(run) > 1) < 0.7 * high:
        return ""
    japanese = _letters(sample, "cp932", 0x3040, 0x30FF)
    if japanese > 0.2:
        return "cp932"
    if all(len(run) % 2 == 0 for run in runs):
        # The common letters of both: lead byte b0-c8 for Korean syllables, to d7 for the Chinese level 1.
        leads = [run[i] for run in runs for i in range(0, len(run), 2)]
        if _letters(sample, "gb18030", 0x4E00, 0x9FFF) > 0.9 and max(leads, default=0) > 0xC8:
            return "gb18030"
        if _letters(sample, "cp949", 0xAC00, 0xD7A3) > 0.9:
            return "cp949"
    return "cp1251" if _letters(sample, "cp1251", 0x0430, 0x044F) > 0.6 else ""


def _letters(sample: bytes, encoding: str, first: int, last: int) -> float:
    """The share of all letters beyond ASCII that lie between two; 0 if it is another encoding."""
    try:
        text = [ord(c) for c in sample.decode(encoding) if c > "\x7f"]
    except UnicodeDecodeError:
        return 0.0
    return sum(first <= c <= last for c in text) / max(1, len(text))


def _utf16_without_mark(start: bytes) -> str:
    """UTF-16 of mostly western text has a NUL in every second byte."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if half >= 4 and odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if half >= 4 and even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return ""
