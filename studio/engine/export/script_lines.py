"""Small pieces that several sections of the script need."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Sequence
from pathlib import Path


def data_path_line(path: Path) -> str:
    """DATA: where the data are; the first argument may name another place."""
    return f"DATA = Path(sys.argv[1] if len(sys.argv) > 1 else {str(path)!r})"


def listed(name: str, values: Sequence[object]) -> str:
    """A list constant, one value a line once it is long."""
    line = f"{name} = [{', '.join(repr(v) for v in values)}]"
    if len(line) <= 100:
        return line
    return "\n".join((f"{name} = [", *(f"    {v!r}," for v in values), "]"))


def double_quoted(source: str) -> str:
    """The source with one sort of quotes, as a person would write it; repr() leaves single ones."""
    lines = source.splitlines(keepends=True)
    inside_f_string = 0
    found = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        name = tokenize.tok_name[token.type]
        inside_f_string += {"FSTRING_START": 1, "FSTRING_END": -1}.get(name, 0)
        one_line = token.start[0] == token.end[0]
        if name == "STRING" and not inside_f_string and one_line and token.string.startswith("'"):
            found.append(token)
    for token in reversed(found):  # from the end, so that the places before it stay where they are
        written = token.string[1:-1]
        if token.string.startswith("'''") or '"' in written:
            continue
        line, begin, end = token.start[0] - 1, token.start[1], token.end[1]
        plain = written.replace("\\'", "'") if "\\\\" not in written else written
        lines[line] = f'{lines[line][:begin]}"{plain}"{lines[line][end:]}'
    return "".join(lines)
