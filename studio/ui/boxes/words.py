"""How many boxes, and how large, in words."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication


def box_words(dataset: Any) -> tuple[str, ...]:
    """To stand behind the count of pictures; nothing where there are no boxes."""
    if not hasattr(dataset, "input_boxes"):
        return ()
    from studio.data.boxes.box_profile import box_profile

    profile = box_profile(dataset)
    each = profile.boxes / max(1, profile.pictures)
    words = [
        _tr("{boxes} boxes").format(boxes=f"{profile.boxes:,}"),
        _tr("{each} in a picture, {most} at most").format(each=f"{each:.1f}", most=profile.most),
        _tr("a typical one covers {share} of its picture").format(share=f"{profile.middle_share:.1%}"),
    ]
    if profile.empty_pictures:
        words.append(_tr("{count} pictures without").format(count=f"{profile.empty_pictures:,}"))
    return tuple(f" · {word}" for word in words)


def _tr(text: str) -> str:
    return QCoreApplication.translate("BoxWords", text)
