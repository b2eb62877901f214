import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from studio.ui import theme
from studio.ui.results_step.confusion_matrix import ConfusionMatrix


@pytest.mark.parametrize(("classes", "width"), [(2, 330), (40, 330), (120, 330), (120, 1000)])
def test_that_the_matrix_shows_every_class_whatever_the_width(qtbot: QtBot, classes: int, width: int) -> None:
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    counts = np.zeros((classes, classes), np.int64)
    counts[-1, 0] = 7
    matrix.set_matrix(counts, tuple(f"a rather long class name number {i}" for i in range(classes)))
    matrix.resize(width, 400)
    last = matrix._cell_rect(classes - 1, classes - 1)
    assert last.right() <= width
    assert last.bottom() <= matrix.minimumSizeHint().height()
    assert matrix._cell_at(last.center().toPoint()) in {
        (row, column) for row in (classes - 1, classes - 2) for column in (classes - 1, classes - 2)
    }  # a cell of less than two pixels is hit within one cell
    assert matrix.sentence(classes - 1, 0).startswith("7 of 7 ")


def test_that_100_classes_are_tinted_by_their_share_of_the_row(qtbot: QtBot) -> None:
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    counts = np.zeros((100, 100), np.int64)
    counts[3, 3] = 5  # all right
    counts[50, 90] = 5  # all wrong; every other row has no sample
    matrix.set_matrix(counts, tuple(f"class {i}" for i in range(100)))
    matrix.resize(900, matrix.minimumSizeHint().height())
    picture = matrix.grab().toImage()
    colours = theme.colours()

    def tint(true: int, predicted: int) -> tuple[int, int, int]:
        colour = picture.pixelColor(matrix._cell_rect(true, predicted).center().toPoint())
        return colour.red(), colour.green(), colour.blue()

    def mixed(strong: tuple[int, ...], ground: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(round(0.88 * s + 0.12 * g) for s, g in zip(strong, ground, strict=True))

    ground = colours.surface.getRgb()[:3]
    assert tint(60, 20) == ground
    assert tint(3, 3) == mixed(colours.success.getRgb()[:3], ground)
    assert tint(50, 90) == mixed(colours.error.getRgb()[:3], ground)


def test_that_a_hundred_classes_are_drawn_as_one_picture(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    matrix.set_matrix(np.ones((100, 100), np.int64), tuple(f"class {i}" for i in range(100)))
    matrix.resize(900, 900)
    cells = []
    monkeypatch.setattr(matrix, "_draw_cell", lambda *of: cells.append(of))
    matrix.grab()
    assert cells == []  # 10,000 cells one by one would let the pointer wait
