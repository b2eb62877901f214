from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio.core.epochs import steps_per_epoch
from studio.core.project import Project, Setting
from studio.engine import events as e
from studio.kinds.new_project import new_project
from studio.ui.document import Document
from studio.ui.forms.number_box import NumberBox
from studio.ui.pages.train_page import TrainPage
from studio.ui.run_controller import RunController
from studio.ui.run_state import RunState


@pytest.fixture
def project() -> Project:
    """A whole project: the penguins with their ready network."""
    from studio.data.opening import recognise

    made = new_project("tabular-classification", recognise("penguins"))
    return replace(made, recipe=replace(made.recipe, epochs=2))


@pytest.fixture
def page(qtbot: QtBot, document: Document, controller: RunController, project: Project) -> TrainPage:
    made = TrainPage(document, controller)
    qtbot.addWidget(made)
    for panel in made.panels:
        qtbot.addWidget(panel.widget)
    made.resize(1000, 700)
    document.open_project(project, None)
    made.show()
    made.entered()
    return made


def button(page: QWidget, name: str) -> QPushButton:
    found = page.findChild(QPushButton, name)
    assert found is not None, name
    return found


def click(qtbot: QtBot, page: QWidget, name: str) -> None:
    qtbot.mouseClick(button(page, name), Qt.MouseButton.LeftButton)


def test_that_train_pause_stop_and_resume_follow_the_buttons(
    qtbot: QtBot, page: TrainPage, controller: RunController, engine
) -> None:
    engine.step_s = 0.3  # not over before all buttons were pressed, however busy the machine is
    assert page.bar.headline.text() == "Ready to train"
    click(qtbot, page, "trainButton")
    assert not button(page, "trainButton").isVisible()
    qtbot.waitUntil(lambda: controller.state is RunState.RUNNING, timeout=5000)
    assert page.bar.headline.text() == "Epoch 1 of 2"
    click(qtbot, page, "pauseButton")
    qtbot.waitUntil(lambda: controller.state is RunState.PAUSED, timeout=5000)
    assert button(page, "pauseButton").text() == "Go on"
    assert page.bar.headline.text() == "Paused in epoch 1 of 2"
    click(qtbot, page, "pauseButton")
    qtbot.waitUntil(lambda: controller.state is RunState.RUNNING, timeout=5000)
    with qtbot.waitSignal(controller.finished, timeout=5000):
        click(qtbot, page, "stopButton")
    assert page.bar.headline.text().startswith("Stopped in epoch")
    assert button(page, "trainButton").text().startswith("Go on from epoch")
    assert button(page, "startAgainButton").isVisible()
    engine.step_s = 0.015
    with qtbot.waitSignal(controller.finished, timeout=5000):
        click(qtbot, page, "trainButton")
    assert engine.requests[-1].resume_from == engine.requests[0].runs_folder + "/run1/last.safetensors"


def test_that_a_finished_run_says_what_it_reached_and_leads_on(
    qtbot: QtBot, page: TrainPage, controller: RunController
) -> None:
    with qtbot.waitSignal(controller.finished, timeout=5000):
        click(qtbot, page, "trainButton")
    assert page.card.sentence == "Reached 89.4 % on rows it had never seen"
    assert page.card.tone == "success"  # earned: it is held against guessing
    assert page.card._more.text() == (
        "Much better than guessing: always answering “Adelie”, the most frequent class, would be right in "
        "44.0 %. With only 27 samples, luck plays a part."
    )
    assert page.plots is not None
    assert len(page.plots.loss_plot.lines[0].xs) == 20
    with qtbot.waitSignal(page.next_requested):
        click(qtbot, page, "seeResults")


def test_that_after_a_finished_run_one_may_go_on_or_start_again(
    qtbot: QtBot, page: TrainPage, controller: RunController, document: Document, engine
) -> None:
    with qtbot.waitSignal(controller.finished, timeout=5000):
        click(qtbot, page, "trainButton")
    again = button(page, "trainButton")
    assert again.text() == "Go on: 2 more epochs"
    assert again.width() >= again.sizeHint().width()
    page.resize(600, 300)  # a small screen at 200 %
    assert (again.text(), again.toolTip()) == ("Go on", "Go on: 2 more epochs")
    qtbot.waitUntil(lambda: again.width() >= again.sizeHint().width(), timeout=5000)
    page.resize(1000, 700)
    assert again.text() == "Go on: 2 more epochs"
    assert button(page, "startAgainButton").isVisible()
    with qtbot.waitSignal(controller.finished, timeout=5000):
        click(qtbot, page, "trainButton")
    assert document.project is not None
    assert document.project.recipe.epochs == 4
    assert engine.requests[-1].resume_from is not None
    document.undo_stack.undo()
    assert document.project.recipe.epochs == 2
    with qtbot.waitSignal(controller.finished, timeout=5000):
        click(qtbot, page, "startAgainButton")
    assert engine.requests[-1].resume_from is None


def test_that_a_number_in_red_is_not_trained_past(
    qtbot: QtBot, page: TrainPage, controller: RunController, engine
) -> None:
    box = page.settings.findChild(NumberBox, "learningRate")
    assert box is not None
    page.settings.show()
    box.lineEdit().selectAll()
    qtbot.keyClicks(box, "1e6")
    click(qtbot, page, "trainButton")
    assert page.card.sentence == "“1e6” cannot be used: it stands in red in the training settings."
    assert engine.requests == []
    box.lineEdit().selectAll()
    qtbot.keyClicks(box, "0.01")
    with qtbot.waitSignal(controller.finished, timeout=5000):
        click(qtbot, page, "trainButton")
    assert engine.requests[0].project.recipe.optimizer.params["lr"] == 0.01


def press_at(widget: QWidget, spot: QPoint, when_ms: int) -> None:
    """A click at this place of the screen at this time. QTest's own clicks are dated half a second apart,
    however fast they come: never would two of them be a double click."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    for kind, held in ((QEvent.Type.MouseButtonPress, left), (QEvent.Type.MouseButtonRelease, none)):
        plain = Qt.KeyboardModifier.NoModifier
        local = QPointF(widget.mapFromGlobal(spot))
        event = QMouseEvent(kind, local, QPointF(spot), left, held, plain)
        event.setTimestamp(when_ms)
        QApplication.sendEvent(widget, event)


def test_that_a_double_click_on_stop_does_not_start_again(
    qtbot: QtBot, page: TrainPage, controller: RunController, engine
) -> None:
    engine.step_s = 0.5  # the run must not be over before Stop is pressed, however busy the machine is
    click(qtbot, page, "trainButton")
    qtbot.waitUntil(lambda: controller.state is RunState.RUNNING, timeout=5000)
    stop = button(page, "stopButton")
    spot = stop.mapToGlobal(stop.rect().center())
    with qtbot.waitSignal(controller.finished, timeout=5000):
        press_at(stop, spot, 100_000)
    there = page.bar.childAt(page.bar.mapFromGlobal(spot))
    assert there in (button(page, "trainButton"), button(page, "startAgainButton"))
    press_at(there, spot, 100_150)
    assert controller.state is RunState.FINISHED
    press_at(there, spot, 101_000)  # a second later it is meant
    assert controller.state is RunState.PREPARING
    controller.stop()


def test_that_a_button_that_is_being_pressed_survives_news_of_the_document(
    qtbot: QtBot, page: TrainPage, controller: RunController, document: Document, engine
) -> None:
    engine.fail = e.RunFailed("Too large.", "out-of-memory", "Traceback: …", batch_size=8)
    with qtbot.waitSignal(controller.finished, timeout=5000):
        click(qtbot, page, "trainButton")
    click(qtbot, page, "outcomeDetailsButton")
    fix = button(page, "fixAndTrain")
    fix.setFocus()
    qtbot.mousePress(fix, Qt.MouseButton.LeftButton)
    document.dataset_changed.emit()  # as when pictures were looked through in the background
    assert button(page, "fixAndTrain") is fix
    assert page.card._details.isVisible()
    engine.fail = None
    with qtbot.waitSignal(controller.finished, timeout=5000):
        qtbot.mouseRelease(fix, Qt.MouseButton.LeftButton)
    assert document.project is not None
    assert document.project.recipe.batch_size == 8
    assert controller.state is RunState.FINISHED


def test_that_the_announced_steps_are_those_that_are_made(
    qtbot: QtBot, page: TrainPage, document: Document, project: Project
) -> None:
    qtbot.waitUntil(lambda: document.dataset is not None, timeout=20_000)
    assert document.dataset is not None
    trained = len(document.dataset.split().train)
    sixteens = trained // 16 + (trained % 16 > 1)  # a single sample joins the batch before it
    for batch_size, steps in ((trained - 1, 1), (trained - 2, 2), (trained, 1), (16, sixteens)):
        recipe = replace(project.recipe, batch_size=batch_size)
        document.push(replace(document.project or project, recipe=recipe), "Batch size")
        assert page.bar.facts.text() == f"2 epochs of {steps} steps"
        assert steps == steps_per_epoch(trained, batch_size)


@pytest.mark.parametrize(
    ("failure", "text", "field", "value"),
    [
        (e.RunFailed("Too large.", "out-of-memory", batch_size=8), "Try batch size 8", "batch_size", 8),
        (e.RunFailed("No such device.", "device"), "Use the processor", "device", "cpu"),
    ],
)
def test_that_a_failure_offers_its_fix_which_trains_again(
    qtbot: QtBot,
    page: TrainPage,
    controller: RunController,
    document: Document,
    engine,
    failure: e.RunFailed,
    text: str,
    field: str,
    value: object,
) -> None:
    engine.fail = replace(failure, details="Traceback: …")
    with qtbot.waitSignal(controller.finished, timeout=5000):
        click(qtbot, page, "trainButton")
    assert page.card.tone == "error"
    assert page.card.sentence == failure.message
    assert button(page, "fixAndTrain").text() == text
    click(qtbot, page, "outcomeDetailsButton")
    engine.fail = None
    with qtbot.waitSignal(controller.finished, timeout=5000):
        click(qtbot, page, "fixAndTrain")
    assert controller.state is RunState.FINISHED
    assert document.project is not None
    assert getattr(document.project.recipe, field) == value
    assert engine.requests[-1].project == document.project


def test_that_a_loss_that_exploded_offers_a_tenth_of_the_learning_rate(
    qtbot: QtBot, page: TrainPage, controller: RunController, document: Document, engine
) -> None:
    engine.fail = e.RunFailed("The loss is no number.", "not-finite")
    with qtbot.waitSignal(controller.finished, timeout=5000):
        click(qtbot, page, "trainButton")
    assert document.project is not None
    rate = document.project.recipe.optimizer.params["lr"]
    assert button(page, "fixAndTrain").text() == f"Use learning rate {rate / 10:g}"  # type: ignore[operator]


def test_that_problems_block_training_and_name_their_fix(
    qtbot: QtBot, page: TrainPage, document: Document, project: Project
) -> None:
    nodes = [n for n in project.graph.nodes if n.type == "linear"]
    last = nodes[-1]
    broken = replace(last, params={**last.params, "out_features": 7})
    graph = replace(project.graph, nodes=tuple(broken if n.id == last.id else n for n in project.graph.nodes))
    document.push(project.with_graph(graph), "break")
    assert not button(page, "trainButton").isEnabled()
    assert page.bar.headline.text() == "Not ready yet"
    assert page.card.tone == "warning"
    with qtbot.waitSignal(page.step_requested) as led:
        click(qtbot, page, "showProblem")
    assert led.args == ["network"]
    document.undo_stack.undo()
    assert button(page, "trainButton").isEnabled()


def choose(qtbot: QtBot, page: TrainPage, name: str, entry: str) -> None:
    combo = page.settings.findChild(QComboBox, name)
    assert combo is not None
    index = combo.findData(entry)
    assert index >= 0, entry
    combo.setCurrentIndex(index)
    combo.activated.emit(index)


def test_that_another_optimizer_gets_a_sensible_learning_rate_and_undo_takes_it_back(
    qtbot: QtBot, page: TrainPage, document: Document
) -> None:
    assert document.project is not None
    before = document.project.recipe.optimizer
    choose(qtbot, page, "optimizerSelector", "sgd")
    sgd = document.project.recipe.optimizer
    assert sgd.type == "sgd"
    assert sgd.params["lr"] > before.params["lr"]  # type: ignore[operator]
    choose(qtbot, page, "optimizerSelector", before.type)
    assert document.project.recipe.optimizer == before
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.project.recipe.optimizer == before


def test_that_only_losses_of_the_kind_are_offered(page: TrainPage) -> None:
    from studio.kinds.catalogue import KINDS

    combo = page.settings.findChild(QComboBox, "lossSelector")
    assert combo is not None
    offered = [combo.itemData(i) for i in range(combo.count())]
    assert tuple(offered) == KINDS["tabular-classification"].losses
    assert "mse" not in offered


def test_that_a_broken_device_is_shown_with_its_reason_and_not_offered(qtbot: QtBot, page: TrainPage) -> None:
    page.settings._on_devices(
        e.DevicesListed(
            (
                e.Device("cpu", "A processor", 8 << 30),
                e.Device("cuda:0", "An old card", 2 << 30, "No kernel runs on it."),
            )
        )
    )
    combo = page.settings.findChild(QComboBox, "deviceSelector")
    assert combo is not None
    assert [combo.itemText(i) for i in range(3)] == [
        "Automatic: CPU · A processor",
        "CPU · A processor",
        "GPU · An old card · 2.0 GB (cuda:0) – cannot be used",
    ]
    assert not combo.model().item(2).isEnabled()  # type: ignore[attr-defined]
    assert combo.itemData(2, Qt.ItemDataRole.ToolTipRole) == "No kernel runs on it."


def test_that_reset_brings_back_the_recommended_recipe(
    qtbot: QtBot, page: TrainPage, document: Document, project: Project
) -> None:
    from studio.ui.train_step.recipe_edits import recommended

    changed = replace(project.recipe, optimizer=Setting("sgd", {"lr": 5.0}), batch_size=3, l1=0.5)
    document.push(replace(project, recipe=changed), "spoil")
    click(qtbot, page.settings, "resetRecipe")
    assert document.project is not None
    assert document.project.recipe == recommended(project)


@pytest.mark.parametrize("change", ["batch size", "epochs", "split", "dataset"])
def test_that_the_schedule_preview_follows_whatever_changes_the_steps(
    qtbot: QtBot, page: TrainPage, document: Document, project: Project, change: str, monkeypatch
) -> None:
    from studio.data.opening import recognise
    from studio.engine.requests import PreviewSchedule

    asked: list[PreviewSchedule] = []

    def ask(request: object, *_: object, **__: object) -> None:
        if isinstance(request, PreviewSchedule):
            asked.append(request)

    monkeypatch.setattr(page.settings._host, "ask", ask)
    qtbot.waitUntil(lambda: document.dataset is not None, timeout=20_000)
    page.settings.show()
    page.settings.entered()
    qtbot.waitUntil(lambda: len(asked) == 1)
    assert asked[0].steps_per_epoch == 15
    choice, recipe = project.dataset, project.recipe
    wine = replace(recognise("wine"), splits=choice.splits)
    changed = {
        "batch size": replace(project, recipe=replace(recipe, batch_size=4)),
        "epochs": replace(project, recipe=replace(recipe, epochs=9)),
        "split": replace(project, dataset=replace(choice, splits=replace(choice.splits, train=0.2))),
        "dataset": replace(project, dataset=wine),
    }[change]
    page.settings.hide()  # changed in another step, or while the panel is closed
    document.push(changed, "change")
    page.settings.show()
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert (asked[1].recipe.epochs, asked[1].steps_per_epoch) != (2, asked[0].steps_per_epoch)


def test_that_the_bar_says_what_train_would_do_and_does_not_jump_when_it_does(
    qtbot: QtBot, page: TrainPage, controller: RunController
) -> None:
    qtbot.waitUntil(lambda: page.bar.facts.text() == "2 epochs of 15 steps", timeout=20_000)
    height = page.bar.height()
    button(page, "trainButton").setFocus()
    click(qtbot, page, "trainButton")
    qtbot.waitUntil(lambda: controller.state is RunState.RUNNING, timeout=5000)
    assert page.bar.height() == height
    qtbot.waitUntil(lambda: "samples a second" in page.bar.facts.text(), timeout=5000)
    assert page.bar.height() == height
    assert page.bar.facts.text().startswith("3 s left  ·  step ")
    qtbot.waitUntil(lambda: controller.state is RunState.FINISHED, timeout=10_000)
    assert page.bar.height() == height


def test_that_long_buttons_of_the_outcome_go_below_its_sentence(qtbot: QtBot, page: TrainPage) -> None:
    from studio.ui.train_step.outcome_card import Offer

    sentence = "“Conv2d 1”: what arrives has 1 dimension, but this layer wants 3."
    for length, below in ((8, False), (70, True)):
        page.card.tell("warning", sentence, [Offer("x" * length, lambda: None, "offered", primary=True)])
        label = page.card._sentence
        offered = page.card._buttons.itemAt(0).widget()
        qtbot.waitUntil(lambda o=offered, i=label, b=below: (o.y() > i.geometry().bottom()) == b)
        assert label.width() > page.card.width() * 0.4


def test_that_the_keyboard_stays_in_the_bar_when_its_buttons_change(
    qtbot: QtBot, page: TrainPage, controller: RunController
) -> None:
    page.activateWindow()
    train, stop = button(page, "trainButton"), button(page, "stopButton")
    train.setFocus()
    qtbot.waitUntil(train.hasFocus)
    qtbot.keyClick(train, Qt.Key.Key_Space)
    qtbot.waitUntil(stop.hasFocus)
    qtbot.waitUntil(lambda: controller.state is RunState.RUNNING, timeout=5000)
    qtbot.keyClick(stop, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: controller.state is RunState.FINISHED, timeout=5000)
    assert train.hasFocus()


def test_that_every_name_that_helpers_rely_on_is_there(page: TrainPage) -> None:
    for name in ("trainButton", "pauseButton", "stopButton", "trainProgress", "lossPlot", "metricPlot"):
        assert page.findChild(QWidget, name) is not None, name
    for name in ("lossSelector", "optimizerSelector", "learningRate", "batchSize", "epochs",
                 "deviceSelector"):  # fmt: skip
        found = page.settings.findChild(QWidget, name)
        assert found is not None, name
        assert found.accessibleName(), name
    assert page.settings.objectName() == "optimizerPanel"
    assert page.history.objectName() == "runHistory"
