"""What a detector finds is drawn while it trains."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from studio.core.project import DatasetChoice
from studio.data.opening import open_dataset
from studio.engine.events import BoxShown, PictureShown, PicturesSeen
from studio.ui.train_step.live_pictures import LivePictures

TRUE = BoxShown(3, 0.1, 0.1, 0.5, 0.6)


@pytest.fixture
def strip(qtbot: QtBot) -> Iterator[LivePictures]:
    made = LivePictures()
    qtbot.addWidget(made)
    made.begin(open_dataset(DatasetChoice("bundled", "clothes-scenes")))
    yield made
    made.stop()


def seen(epoch: int, *scores: float) -> PicturesSeen:
    found = tuple(BoxShown(3, 0.1, 0.1, 0.5, 0.6, score) for score in scores)
    return PicturesSeen(epoch, (PictureShown(440, (TRUE,), found), PictureShown(441, (TRUE, TRUE), ())))


def test_that_the_sentence_counts_what_it_is_sure_of(strip: LivePictures, qtbot: QtBot) -> None:
    assert strip.isHidden()
    strip.show_pictures(seen(0, 0.2))
    assert not strip.isHidden()
    assert strip.says.text() == (
        "After epoch 1 it is not yet sure of any box in these pictures, which it does not learn from. White "
        "and dashed: what is there."
    )
    strip.show_pictures(seen(4, 0.9, 0.4, 0.1))
    assert strip.says.text() == (
        "After epoch 5 it finds 2 boxes in these pictures, which it does not learn from; 3 are there, white "
        "and dashed."
    )
    assert [strip.list.item(row).toolTip() for row in range(2)] == [
        "There: Bag\nFound: Bag (90%), Bag (40%)",
        "There: Bag, Bag\nFound: –",
    ]
    qtbot.waitUntil(lambda: not strip.list.item(1).icon().isNull(), timeout=10_000)


def test_that_low_screens_and_other_runs_hide_it(strip: LivePictures) -> None:
    strip.show_pictures(seen(0))
    strip.set_room(300)
    assert strip.isHidden()
    strip.set_room(500)
    assert not strip.isHidden()
    assert strip.list.iconSize().height() == 80
    strip.set_room(700)
    assert strip.list.iconSize().height() == 112
    strip.begin(None)
    assert strip.isHidden()
    assert strip.shown is None
    strip.set_room(700)
    assert strip.isHidden()  # there is nothing to show
