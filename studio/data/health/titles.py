"""What a finding is called in a few words, where its sentence has no room: a choice in a list."""

from __future__ import annotations

from studio.data.health.finding import Finding

TITLES = {
    "boxless-part": "No boxes to measure by",
    "boxless-training": "No boxes to learn from",
    "broken-values": "Values that are no numbers",
    "constant-column": "The same in every row",
    "contradictions": "Labels that contradict each other",
    "cut-texts": "Not read to the end",
    "duplicates": "There twice",
    "duplicates-in-splits": "In two parts at once",
    "empty-class": "Empty class",
    "empty-texts": "Empty texts",
    "few-boxes": "Classes with few boxes",
    "gives-away": "Gives the answer away",
    "identifier-column": "Numbers each row",
    "label-always": "On every picture",
    "label-never": "On no picture",
    "left-out-boxes": "Boxes left out",
    "long-texts": "Very long",
    "grey-classes": "Colour tells the class",
    "mixed-units": "Other units than the rest",
    "named-classes": "Names its own class",
    "open-questions": "Same row, different answer",
    "out-of-range": "Values that cannot be",
    "outliers": "Far from all others",
    "plain-pictures": "Of one colour throughout",
    "rare-labels": "Rare labels",
    "repeated-boxes": "Boxes on top of each other",
    "short-texts": "Very short",
    "similar-in-splits": "Nearly the same in two parts",
    "similar-pictures": "Nearly the same",
    "small-pictures": "Very small",
    "split-groups": "Belong together, but in two parts",
    "split-times": "In the order of time",
    "stand-in-numbers": "Numbers for “not known”",
    "tiny-boxes": "Tiny boxes",
    "tiny-class": "Classes with few samples",
    "uneven-boxes": "Classes with far fewer boxes",
    "uneven-classes": "Classes with far fewer samples",
    "unseen-class": "Classes that training never sees",
    "unreadable-files": "Cannot be read",
}


def title_of(finding: Finding) -> str:
    """ "There twice", "Far from all others: height" """
    title = TITLES.get(finding.code, finding.code.replace("-", " ").capitalize())
    return f"{title}: {finding.subject}" if finding.subject else title
