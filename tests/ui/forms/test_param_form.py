"""What the parameter form promises to every page that uses it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QToolButton

from studio.core.params import Bool, Choice, Float, Floats, Int, Ints, Param, Size, Text, defaults
from studio.ui.forms.number_box import NumberBox
from studio.ui.forms.numbers import format_number, ladder_step, parse_number
from studio.ui.forms.param_form import ParamForm

LR = Param("lr", "Learning rate", "How big each step is.", Float(0, 10, above_minimum=True, log=True), 1e-3)
CHANNELS = Param("out_channels", "Channels", "How many patterns are looked for.", Int(1, 4096), 16)
KERNEL = Param("kernel_size", "Kernel", "How large a patch is looked at.", Size(2), 3)
STRIDE = Param("stride", "Stride", "How far the patch moves.", Size(2, optional=True), None)
CLIP = Param("clip_norm", "Clip norm", "Limits the gradient.", Float(0, 100, optional=True), None)
BIAS = Param("bias", "Bias", "Adds a learnt number.", Bool(), True, advanced=True)
MODE = Param("mode", "Mode", "How.", Choice((("zeros", "Zeros"), ("reflect", "Mirror"))), "zeros")
NAME = Param("name", "Name", "Text.", Text(), "")
MILESTONES = Param("milestones", "Milestones", "Epochs.", Ints(minimum=1), (30, 60))
BETAS = Param("betas", "Betas", "Memory.", Floats(2, below_maximum=True), (0.9, 0.999))
ALL = (LR, CHANNELS, KERNEL, STRIDE, CLIP, BIAS, MODE, NAME, MILESTONES, BETAS)


@pytest.fixture
def form(qtbot):
    form = ParamForm()
    qtbot.addWidget(form)
    form.set_params(ALL, defaults(ALL), "layer", {"lr": "learningRate"})
    form.show()
    qtbot.waitExposed(form)
    form.told = []
    form.value_changed.connect(lambda *told: form.told.append(told))
    return form


def retype(qtbot, widget, text):
    widget.setFocus()
    widget.selectAll()
    qtbot.keyClicks(widget, text)


def test_that_object_names_follow_prefix_and_aliases(form):
    assert form.findChild(NumberBox, "learningRate") is form.editor("lr")
    assert form.findChild(NumberBox, "layer.out_channels") is form.editor("out_channels")
    assert form.editor("out_channels").accessibleName() == "Channels"
    assert form.editor("kernel_size").accessibleName() == "Kernel, height"


def test_that_typing_tells_each_good_value_and_enter_ends_the_edit(form, qtbot):
    box = form.editor("out_channels")
    retype(qtbot, box, "32")
    assert form.told == [("out_channels", 3, False), ("out_channels", 32, False)]
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert form.told[-1] == ("out_channels", 32, True)


def test_that_a_learning_rate_may_be_typed_in_scientific_notation(form, qtbot):
    box = form.editor("lr")
    assert box.text() == "0.001"
    retype(qtbot, box, "5e-5")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert form.told[-1] == ("lr", 5e-5, True)
    assert box.text() == "5e-5"


def test_that_a_learning_rate_steps_by_1_2_5(form, qtbot):
    box = form.editor("lr")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert form.told == [("lr", 0.002, False), ("lr", 0.002, True)]
    assert ladder_step(1.0, -1) == 0.5
    assert ladder_step(0.003, 1) == 0.005


def test_that_wrong_typing_keeps_the_text_and_says_why(form, qtbot):
    box = form.editor("out_channels")
    retype(qtbot, box, "9e9x")
    assert box.text() == "9e9x"
    assert form.error("out_channels") == "Channels: expected a whole number, received “9e9x”."
    box.clearFocus()
    form.set_params(ALL, {**defaults(ALL), "out_channels": 9}, "layer", {"lr": "learningRate"})
    assert box.text() == "9e9x"
    retype(qtbot, box, "8")
    assert form.error("out_channels") == ""
    assert form.told[-1] == ("out_channels", 8, False)


def test_that_a_value_out_of_range_is_named_with_its_limit(form, qtbot):
    retype(qtbot, form.editor("lr"), "0")
    assert form.error("lr") == "Learning rate: must be more than 0, received 0."


def test_that_a_size_unlinks_into_one_number_for_each_direction(form, qtbot):
    link = form.findChild(QToolButton, "layer.kernel_size.link")
    width = form.findChild(NumberBox, "layer.kernel_size.1")
    assert not width.isVisible()
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert width.isVisible()
    retype(qtbot, width, "5")
    assert form.told[-1] == ("kernel_size", (3, 5), False)
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert form.told[-1] == ("kernel_size", 3, True)


def test_that_a_tick_switches_an_optional_value_on_and_no_tick_says_off(form, qtbot):
    switch = form.findChild(QCheckBox, "layer.clip_norm.on")
    box = form.editor("clip_norm")
    assert not switch.isChecked()
    assert not box.isEnabled()
    assert box.text() == "off"
    switch.click()
    assert form.told[-1] == ("clip_norm", 1, True)
    assert box.isEnabled()
    assert box.text() == "1"
    switch.click()
    assert form.told[-1] == ("clip_norm", None, True)
    assert box.text() == "off"


def test_that_the_label_of_an_optional_value_leads_to_its_tick(form, qtbot):
    switch = form.findChild(QCheckBox, "layer.clip_norm.on")
    assert any(label.buddy() is switch for label in form.findChildren(QLabel))
    form.focus_param("clip_norm")
    assert switch.hasFocus()
    assert switch.accessibleName() == "Clip norm: on"


def test_that_an_optional_size_says_what_holds_without_it(qtbot):
    declared = (Param("stride", "Stride", "How far.", Size(2, 1, 9, optional=True), None),)
    form = ParamForm()
    qtbot.addWidget(form)
    form.set_params(declared, {"stride": None}, "layer")
    form.show()
    box = form.editor("stride")
    link = form.findChild(QToolButton, "layer.stride.link")
    assert (box.text(), box.isEnabled(), link.isVisible()) == ("same as kernel", False, False)
    form.set_params(declared, {"stride": (2, 3)}, "layer")
    assert (box.text(), box.isEnabled(), link.isVisible()) == ("2", True, True)
    assert form.findChild(NumberBox, "layer.stride.1").isVisible()
    form.set_params(declared, {"stride": None}, "layer")
    assert not form.findChild(NumberBox, "layer.stride.1").isVisible()


def test_that_lists_are_typed_with_commas(form, qtbot):
    line = form.findChild(QLineEdit, "layer.milestones")
    assert line.text() == "30, 60"
    retype(qtbot, line, "3, 5, 7")
    assert form.told[-1] == ("milestones", (3, 5, 7), False)
    retype(qtbot, form.findChild(QLineEdit, "layer.betas"), "0.9")
    assert form.error("betas") == "Betas: expected 2 numbers, received 1."


def test_that_choices_tell_their_value_not_their_label(form, qtbot):
    box = form.findChild(QComboBox, "layer.mode")
    box.setCurrentIndex(1)
    assert form.told == [("mode", "reflect", True)]


def test_that_advanced_options_are_folded_and_unfold_for_focus(form):
    assert not form.editor("bias").isVisible()
    form.focus_param("bias")
    assert form.editor("bias").isVisible()


def test_that_the_wheel_passes_by_unless_focused(form):
    box = form.editor("out_channels")
    form.editor("lr").setFocus()
    turn = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, turn)
    assert box.value == 16
    assert form.told == []


def test_that_the_same_parameters_keep_the_widgets(form):
    before = form.editor("out_channels")
    form.set_params(ALL, {**defaults(ALL), "out_channels": 64}, "layer", {"lr": "learningRate"})
    assert form.editor("out_channels") is before
    assert before.text() == "64"
    assert form.told == []


def test_that_an_error_from_outside_is_shown_and_taken_away(form):
    form.set_error("kernel_size", "A 3×3 kernel does not fit.")
    assert form.error("kernel_size") == "A 3×3 kernel does not fit."
    form.set_error("kernel_size", "")
    assert form.error("kernel_size") == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.001, "0.001"), (1e-5, "1e-5"), (12.0, "12"), (0.9, "0.9"), (2.5e-7, "2.5e-7"), (0.0, "0")],
)
def test_that_numbers_are_shown_short_and_read_back_equal(value, text):
    assert format_number(value) == text
    assert parse_number(text) == value


def test_that_a_decimal_comma_is_understood():
    assert parse_number("0,5") == 0.5
