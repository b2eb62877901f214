"""What types, roles and figures of columns are called on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from studio.data.tables.column_summary import ColumnSummary

BADGES = {"number": "1.5", "category": "Aa", "boolean": "Y/N", "date": "31."}  # drawn, not read


def type_words() -> dict[str, str]:
    return {
        "number": _tr("number"),
        "category": _tr("category"),
        "boolean": _tr("yes or no"),
        "date": _tr("date or time"),
    }


def role_words() -> dict[str, str]:
    return {
        "feature": _tr("learn from"),
        "target": _tr("predict"),
        "ignore": _tr("ignore"),
        "group": _tr("keep together"),
        "time": _tr("time order"),
        "split": _tr("says the part"),
    }


def role_help(role: str) -> str:
    """What a use of a column does, in a sentence."""
    return {
        "feature": _tr("The network learns from this column."),
        "target": _tr("The network learns to predict this column."),
        "ignore": _tr("This column is not used."),
        "group": _tr(
            "All rows with the same value, such as one patient, are in the same part, so that the network is "
            "tested on others than it learnt from."
        ),
        "time": _tr("The oldest rows train, the newest test, as when tomorrow is to be predicted."),
        "split": _tr("The words in this column, such as train and test, say which part a row is in."),
    }[role]


def share_in_words(share: float) -> str:
    """“3 % empty”; nothing where nothing is."""
    if not share:
        return ""
    percent = _tr("< 1") if share < 0.01 else f"{share:.0%}".rstrip("%")
    return _tr("{percent} % empty").format(percent=percent)


def summary_in_words(summary: ColumnSummary) -> str:
    """The figures of a column, a line each."""
    lines = [type_words()[summary.type]]
    if summary.minimum is not None:
        figures = (
            (_tr("smallest"), summary.minimum),
            (_tr("mean"), summary.mean),
            (_tr("median"), summary.median),
            (_tr("largest"), summary.maximum),
        )
        lines += [f"{name}: {figure_in_words(value, summary.type)}" for name, value in figures]
        if summary.type == "number":
            lines.append(_tr("spread: {value}").format(value=figure_in_words(summary.std, "number")))
    lines += [f"{value}: {count:,}" for value, count in summary.common]
    lines.append(_tr("{count} different").format(count=f"{summary.unique:,}"))
    if summary.missing:
        lines.append(
            _tr("{count} of {rows} empty").format(count=f"{summary.missing:,}", rows=f"{summary.rows:,}")
        )
    if summary.stray:
        lines.append(_tr("{count} of these cannot be read").format(count=f"{summary.stray:,}"))
    return "\n".join(lines)


def figure_in_words(value: float | None, column_type: str) -> str:
    from studio.data.tables.dates import written_date

    if value is None:
        return ""
    if column_type == "date":
        return written_date(value) if abs(value) < 2e11 else ""
    return f"{value:,.0f}" if 1e4 <= abs(value) < 1e15 else f"{value:.4g}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("ColumnWords", text)
