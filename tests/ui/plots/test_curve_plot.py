import csv
import math
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from studio.core.safe_write import SaveError
from studio.engine.events import EpochFinished, RunStarted, StepsDone
from studio.ui import theme
from studio.ui.plots.curve_plot import CurvePlot
from studio.ui.plots.curves import RunCurves
from studio.ui.plots.plot_area import PlotArea
from studio.ui.plots.plot_controls import AT_FIRST, smoothing_weight
from studio.ui.plots.plot_export import write_csv
from studio.ui.plots.quantities import Quantity, duration_text, loss_quantity, number_text

ACCURACY = Quantity("accuracy", "Accuracy", share=True, higher_is_better=True)


class Dialogs:
    """Answers every question for a file with the same path."""

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def open_file(self, *args: object) -> Path | None:
        return self.path

    def open_folder(self, *args: object) -> Path | None:
        return self.path

    def save_file(self, *args: object) -> Path | None:
        return self.path


def run(steps: int = 20, per_epoch: int = 10) -> RunCurves:
    curves = RunCurves()
    curves.take([RunStarted("r", "", "cpu", "A processor", 1, 2, per_epoch, 0, 1, 1, 1, 1, "accuracy")])
    losses = tuple(1 / (i + 1) for i in range(steps))
    curves.take([StepsDone(0, losses, tuple(1 - v for v in losses), 0, 0.1, 1.0, None)])
    for epoch in range(steps // per_epoch):
        numbers = {"loss": 0.5 / (epoch + 1), "accuracy": 0.5 + 0.1 * epoch}
        validation = {"loss": 0.6 / (epoch + 1), "accuracy": 0.4 + 0.1 * epoch}
        curves.take([EpochFinished(epoch, (epoch + 1) * per_epoch, numbers, validation, 0.1, 1.0)])
    return curves


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    made = CurvePlot(loss_quantity())
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    return made


def test_that_the_plot_draws_exactly_the_numbers_of_the_run(plot: CurvePlot) -> None:
    plot.set_runs(run())
    train, validation = plot.lines
    assert train.split == "train"
    assert train.xs.tolist() == list(range(20))
    assert train.ys.tolist() == [1 / (i + 1) for i in range(20)]
    assert validation.xs.tolist() == [10, 20]
    assert validation.ys.tolist() == [0.6, 0.3]


def test_that_per_epoch_shows_the_means_of_both_splits(plot: CurvePlot) -> None:
    plot.set_runs(run())
    plot.set_axis("epoch")
    assert [(line.split, line.xs.tolist(), line.ys.tolist()) for line in plot.lines] == [
        ("train", [1, 2], [0.5, 0.25]),
        ("validation", [1, 2], [0.6, 0.3]),
    ]


def test_that_at_most_4000_points_are_drawn_however_long_the_run(plot: CurvePlot) -> None:
    curves = run(300_000, 1000)
    plot.set_smoothing(0.9)
    plot.set_runs(curves, [run(100_000, 1000)] * 4, ["a", "b", "c", "d"])
    assert sum(len(line.xs) for line in plot.lines) <= 4_000 + 4 * 600


def test_that_smoothing_follows_a_growing_curve(plot: CurvePlot) -> None:
    curves = run()
    plot.set_smoothing(0.5)
    plot.set_runs(curves)
    curves.take([StepsDone(20, (5.0,), (0.0,), 2, 0.1, 1.0, None)])
    plot.refresh()
    raw, smooth, _ = plot.lines
    assert raw.faint
    assert raw.ys[-1] == 5.0
    assert len(smooth.ys) == 21
    assert smooth.ys[-2] < smooth.ys[-1] < 5.0


def test_that_the_crosshair_reads_both_splits_in_words(plot: CurvePlot) -> None:
    plot.set_runs(run())
    plot.point_at(12)
    assert plot._readout.visible
    text = plot._readout.text
    assert "Step 12 in epoch 2" in text
    assert "0.07692" in text
    assert "0.6000" in text
    plot.point_at(math.nan)
    assert not plot._readout.visible


def test_that_arrow_keys_read_the_values(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_runs(run())
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert plot._readout.visible


def test_that_a_log_scale_draws_losses_over_the_decades(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_runs(run())
    plot.set_log(True)
    qtbot.waitUntil(lambda: plot.plot.getViewBox().viewRange()[1][0] < -1, timeout=2000)
    assert plot.plot.getViewBox().viewRange()[1][1] < 1
    assert plot._value_axis.tickStrings([-2, -1, 0], 1, 1) == ["0.01", "0.1", "1"]
    plot.point_at(3)
    assert "0.2500" in plot._readout.text


def test_that_a_log_scale_leaves_out_what_has_no_logarithm(plot: CurvePlot, qtbot: QtBot) -> None:
    curves = RunCurves()
    curves.take([RunStarted("r", "", "cpu", "A processor", 1, 2, 4, 0, 1, 1, 1, 1, "accuracy")])
    curves.take([StepsDone(0, (1.0, 0.1, 0.0, -0.5, 0.01, 0.001), (), 0, 0.1, 1.0, None)])
    curves.take([EpochFinished(0, 4, {"loss": 0.0}, {"loss": -1.0}, 0.1, 1.0)])
    plot.set_runs(curves)
    plot.set_log(True)
    low, high = plot.plot.getViewBox().viewRange()[1]
    assert -4 < low < -3 < 0 <= high < 1  # from 0.001 to 1
    for position, said in ((2, "0"), (3, "-0.5000"), (5, "0.00100")):
        plot.point_at(position)
        assert said in plot._readout.text  # the values are told all the same
    plot.set_axis("epoch")  # nothing of this can be drawn
    assert np.isfinite(plot.plot.getViewBox().viewRange()).all()
    plot.grab()


def test_that_numbers_beside_a_low_plot_do_not_overlap(qtbot: QtBot) -> None:
    made = CurvePlot(ACCURACY)
    qtbot.addWidget(made)
    axis = made._value_axis
    for pixels, most in ((40, 2), (60, 3), (90, 5)):
        ticks = [value for _, values in axis.tickValues(0.05, 0.95, pixels) for value in values]
        assert 1 <= len(ticks) <= most


def test_that_the_grid_lies_behind_the_curves_and_the_readout(plot: CurvePlot) -> None:
    plot.set_runs(run())
    plot.point_at(5)
    box = plot.plot.getViewBox()
    assert all(plot.plot.getAxis(side).zValue() < box.zValue() for side in ("left", "bottom"))


def test_that_another_theme_tints_the_plot_anew(plot: CurvePlot) -> None:
    plot.set_runs(run())
    before = theme.theme().scheme
    try:
        theme.theme().choose("dark")
        assert plot.plot.backgroundBrush().color() == theme.colours().surface
        theme.theme().choose("light")
        assert plot.plot.backgroundBrush().color() == theme.colours().surface
    finally:
        theme.theme().choose(before)


def test_that_numbers_that_are_missing_do_not_break_the_curve(plot: CurvePlot) -> None:
    curves = run()
    curves.take([StepsDone(25, (1.0, math.nan, 2.0), (), 2, 0.1, 1.0, None)])
    plot.set_runs(curves)
    assert len(curves.step_loss) == 28
    assert np.isnan(curves.step_loss.values[20:25]).all()


def test_that_the_csv_holds_every_step_and_where_validation_was_measured(tmp_path: Path) -> None:
    write_csv(run(), "loss", tmp_path / "loss.csv", per_step=True)
    with (tmp_path / "loss.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [float(row["training_loss"]) for row in rows] == [1 / (i + 1) for i in range(20)]
    assert {row["step"]: float(row["validation_loss"]) for row in rows if row["validation_loss"]} == {
        "9": 0.6,
        "19": 0.3,
    }
    write_csv(run(), "accuracy", tmp_path / "accuracy.csv", per_step=False)
    assert (tmp_path / "accuracy.csv").read_text() == (
        "epoch,step,training_accuracy,validation_accuracy\n1,10,0.5,0.4\n2,20,0.6,0.5\n"
    )


def test_that_both_plots_are_exported_through_the_file_dialog(qtbot: QtBot, tmp_path: Path) -> None:
    area = PlotArea([ACCURACY], Dialogs(tmp_path / "plot.png"))
    qtbot.addWidget(area)
    area.resize(800, 400)
    area.show()
    refused: list[str] = []
    area.export_failed.connect(refused.append)
    area.controls.export_requested.emit("loss", "png")
    assert refused == ["There is no curve yet. Train first, then export."]
    area.set_run(run())
    area.controls.export_requested.emit("loss", "png")
    picture = QImage(str(tmp_path / "plot.png"))
    assert picture.width() == 2 * area.loss_plot.width()
    area._dialogs = Dialogs(tmp_path / "missing" / "plot.csv")
    area.controls.export_requested.emit("metric", "csv")
    assert len(refused) == 2
    assert "“plot.csv” could not be saved" in refused[1]


def test_that_both_plots_follow_the_controls(qtbot: QtBot) -> None:
    area = PlotArea([ACCURACY], Dialogs(None))
    qtbot.addWidget(area)
    area.set_run(run())
    assert area.loss_plot.maker.smoothing == smoothing_weight(AT_FIRST)
    area.controls.smoothing.setValue(0)
    assert area.metric_plot.maker.smoothing == 0.0
    area.controls.axis_changed.emit("epoch")
    assert area.metric_plot.lines[0].xs.tolist() == [1, 2]
    area.controls.log.setChecked(True)
    assert area.loss_plot.log
    assert not area.metric_plot.log


def test_that_a_file_that_cannot_be_written_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(SaveError, match=r"“x\.csv” could not be saved: the folder"):
        write_csv(run(), "loss", tmp_path / "gone" / "x.csv", per_step=True)


def test_that_numbers_and_times_are_written_for_people() -> None:
    assert number_text(0.31234) == "0.3123"
    assert number_text(12_345.6) == "12,346"
    assert duration_text(7_505) == "2 h 5 min"
    assert duration_text(190) == "3 min 10 s"
    assert ACCURACY.text(0.8944) == "89.4 %"
    assert ACCURACY.text(math.nan) == "not a number"


def test_that_an_empty_plot_shows_a_sentence_and_no_axes_of_an_earlier_run(plot: CurvePlot) -> None:
    item = plot.plot.getPlotItem()
    plot.set_runs(run(200))
    assert item.getAxis("left").isVisible()
    assert not plot._empty.isVisible()
    plot.set_runs(None)
    assert not item.getAxis("left").isVisible()
    assert not item.getAxis("bottom").isVisible()
    assert plot._empty.isVisible()
    assert plot._empty.text() == "The curve appears here once training has begun."
    plot.set_runs(run(20))
    assert item.getAxis("bottom").isVisible()
