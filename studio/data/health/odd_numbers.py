"""Numbers that cannot be right, whatever they stand for: in a column of a table, or of pictures."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_AGES = re.compile(r"(?:.*[ _.-])?(?:age|alter|lebensalter)(?:[ _.-]?(?:in|years|jahre).*)?", re.IGNORECASE)
_MEASURES = re.compile(
    r"(?:.*[ _.-])?(?:age|weight|height|length|width|count|distance|duration|area|volume|price|mass|size)"
    r"(?:[ _.-].*)?",
    re.IGNORECASE,
)
_OLDEST = 125  # years
FEW = 0.05  # share of numbers that may be mistakes; more are the way the data are
_FARTHEST = 20.0  # quartile distances from the middle half
_FARTHEST_LOG = 8.0  # of the logarithms, where all are above 0: such columns have long tails


def odd_numbers(name: str, values: Numbers) -> tuple[str, Mask, str] | None:
    """(code of a finding, which ones, what they are) if it is a few; None where all can be right."""
    judged = []
    if _AGES.fullmatch(name.strip()):
        odd = (values < 0) | (values > _OLDEST)
        judged.append(("out-of-range", odd, f"an age below 0 or above {_OLDEST}"))
    elif _MEASURES.fullmatch(name.strip()):
        judged.append(("out-of-range", values < 0, "a number below 0"))
    judged.append(("outliers", far_away(values), "a number far away from all others"))
    return next((one for one in judged if is_few(one[1])), None)


def is_few(odd: Mask) -> bool:
    """Some, but so few that they can be mistakes."""
    return 0 < int(odd.sum()) <= max(1, FEW * len(odd))


def far_away(values: Numbers) -> Mask:
    """Which lie many quartile distances outside of the middle half, also by their logarithms if all are
    above 0: columns with long tails, such as incomes, have large values that are right."""
    inside = values[np.isfinite(values)]
    far = np.zeros(len(values), np.bool_)
    if len(inside) < 20:
        return far
    low, high = np.percentile(inside, (25, 75))
    if not low < high:
        return far
    with np.errstate(invalid="ignore"):
        far |= (values > high + _FARTHEST * (high - low)) | (values < low - _FARTHEST * (high - low))
    if far.any() and low > 0 and np.mean(inside > 0) > 1 - FEW:
        logs = np.log(np.where(values > 0, values, np.nan))
        first, third = np.log(low), np.log(high)
        spread = max(third - first, 0.05)
        with np.errstate(invalid="ignore"):
            usual = (logs <= third + _FARTHEST_LOG * spread) & (logs >= first - _FARTHEST_LOG * spread)
        far &= ~usual
    return far
