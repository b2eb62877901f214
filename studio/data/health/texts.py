"""Texts: which are empty, which are the same, which say hardly anything, and which name their own class."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from studio.core.problems import Fix
from studio.data.health.finding import MOST_SAMPLES, Finding, Known, named, plural
from studio.data.health.mending import leave_out
from studio.data.health.twins import Groups, same_samples
from studio.data.pictures.learning_problems import SetOptions
from studio.data.sample_keys import keys_of
from studio.data.texts import text_tokens
from studio.data.texts.text_dataset import NO_TEXT, TextDataset
from studio.data.texts.text_fields import extent
from studio.data.texts.text_options import MOST_LENGTH, TextOptions, token_words

_TINY, _USUAL = 3, 40  # characters of a text that says nothing, where half of the others have so many
_LONG = 30  # times as long as half of the texts: several in one, or a whole file
_LONG_CHARACTERS = 2_000
_CUT = 0.1  # share of texts that are not read whole, worth telling
_READ_AT_MOST = 1_024  # tokens; more take minutes for each epoch on a laptop
_NAMING, _OTHERS = 0.5, 0.05  # shares of texts with the class's name in them: of its own, of all others
_FEWEST = 5  # texts of a class before its words are judged
_SEARCHED = 4_000  # texts, evenly spread, that are looked through for names


def empty_texts(dataset: TextDataset, known: Known) -> tuple[Finding, ...]:
    count = sum(one.reason == NO_TEXT for one in dataset.skipped)
    if not count:
        return ()
    are = "is" if count == 1 else "are"
    sentence = (
        f"{plural(count, 'text')} {are} empty and {are} left out. “Left out” names them: perhaps the text "
        "stands in another column, or a file was not saved."
    )
    return (Finding("empty-texts", "note", sentence),)


def same_texts(dataset: TextDataset, known: Known) -> tuple[Finding, ...]:
    """The same but for capital letters and spaces, which a network hardly notices."""
    tidied = (text_tokens.tidied(dataset.text(i), True) for i in range(len(dataset)))
    content = keys_of(text.encode("utf-8", "surrogatepass") for text in tidied)
    groups = Groups.of(np.arange(len(dataset), dtype=np.int64), content)
    exact = all(
        dataset.text(int(a)) == dataset.text(int(b))
        for a, b, same in zip(
            groups.members, groups.members[1:], groups.group[1:] == groups.group[:-1], strict=False
        )
        if same
    )
    return same_samples(dataset, groups, "text", "" if exact else ", but for capital letters and spaces")


def text_lengths(dataset: TextDataset, known: Known) -> tuple[Finding, ...]:
    """Texts of hardly any letters, texts far longer than the others, and what is cut off."""
    letters = np.fromiter(
        (extent(dataset.text(i).strip()) for i in range(len(dataset))), np.int64, len(dataset)
    )
    usual = int(np.median(letters))
    return (*_tiny(dataset, letters, usual), *_long(dataset, letters, usual), *_cut_off(dataset))


def _tiny(dataset: TextDataset, letters: npt.NDArray[np.int64], usual: int) -> tuple[Finding, ...]:
    tiny = np.flatnonzero(letters <= _TINY)
    if usual < _USUAL or not len(tiny):
        return ()
    have = "has" if len(tiny) == 1 else "have"
    sentence = (
        f"{plural(len(tiny), 'text')} {have} at most {_TINY} characters, such as "
        f"“{dataset.text(int(tiny[0])).strip()}”, where others have about {usual:,}. So little says hardly "
        "anything about a class."
    )
    fix = leave_out(dataset, tiny.tolist(), f"Leave out {plural(len(tiny), 'text')}")
    return (Finding("short-texts", "note", sentence, tuple(tiny[:MOST_SAMPLES].tolist()), fixes=fix),)


def _long(dataset: TextDataset, letters: npt.NDArray[np.int64], usual: int) -> tuple[Finding, ...]:
    long = np.flatnonzero((letters > _LONG * max(1, usual)) & (letters > _LONG_CHARACTERS))
    if not len(long):
        return ()
    are = "is" if len(long) == 1 else "are"
    sentence = (
        f"{plural(len(long), 'text')} {are} more than {_LONG} times as long as usual, up to "
        f"{int(letters.max()):,} characters. Perhaps several texts ran together there, by a missing quote "
        "or line break."
    )
    long = long[np.argsort(-letters[long], kind="stable")]
    return (Finding("long-texts", "advice", sentence, tuple(long[:MOST_SAMPLES].tolist())),)


def _cut_off(dataset: TextDataset) -> tuple[Finding, ...]:
    if TextOptions.of(dataset.choice.options).length is not None:
        return ()  # it was chosen
    lengths, read = dataset.lengths(), dataset.fitted().length
    cut = np.flatnonzero(lengths > read)
    if len(cut) <= _CUT * len(dataset):
        return ()
    words = token_words(dataset.fitted().tokens)
    sentence = (
        f"The network reads the first {read:,} {words} of a text; {len(cut):,} of {len(dataset):,} texts are "
        f"longer, and the rest of them is not read. Half of these have more than "
        f"{int(np.median(lengths[cut])):,}."
    )
    wanted = -(-int(np.percentile(lengths, 95, method="higher")) // 8) * 8
    longer = min(wanted, _READ_AT_MOST, MOST_LENGTH)
    fixes: tuple[Fix, ...] = ()
    if longer > read:
        fixes = (Fix(f"Read up to {longer:,} {words}", SetOptions((("length", longer),))),)
    return (Finding("cut-texts", "note", sentence, tuple(cut[:MOST_SAMPLES].tolist()), fixes=fixes),)


def named_classes(dataset: TextDataset, known: Known) -> tuple[Finding, ...]:
    """Classes whose own name stands in most of their texts, and in hardly any other."""
    step = max(1, len(dataset) // _SEARCHED)
    rows = np.arange(0, len(dataset), step)
    texts = [dataset.text(int(i)).casefold() for i in rows]
    labels = dataset.labels[rows]
    telling: list[str] = []
    evidence: list[int] = []
    for number, name in enumerate(dataset.facts.classes):
        own = labels == number
        if own.sum() < _FEWEST or own.all() or sum(map(str.isalpha, name)) < 2:
            continue
        pattern = _pattern(name)
        there = np.fromiter((pattern.search(text) is not None for text in texts), bool, len(texts))
        if there[own].mean() >= _NAMING and there[~own].mean() <= _OTHERS:
            telling.append(name)
            evidence += rows[own & there].tolist()
    if not telling:
        return ()
    classes = "the class" if len(telling) == 1 else "the classes"
    its = "its own name stands" if len(telling) == 1 else "their own names stand"
    sentence = (
        f"In most texts of {classes} {named(telling)}, {its}, and in hardly any other text. The network may "
        "learn this word alone, and fail where it is missing. If the answer was written into the texts, "
        "take it out of the file."
    )
    return (Finding("named-classes", "advice", sentence, tuple(evidence[:MOST_SAMPLES])),)


def _pattern(name: str) -> re.Pattern[str]:
    """The name as a word of its own; in scripts without spaces between words, anywhere."""
    word = re.escape(name.strip().casefold())
    if all(text_tokens.sort_of(char) == "alone" for char in name.strip()):
        return re.compile(word)
    return re.compile(rf"(?<!\w){word}(?!\w)")
