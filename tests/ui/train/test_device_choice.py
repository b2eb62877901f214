"""The device selector with the devices of other people's computers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from studio.engine.events import Device
from studio.ui.train_step.device_choice import DeviceChoice

GB = 1 << 30
CPU = Device("cpu", "Intel Core i5-8250U", 16 * GB)
SMALL = Device("cuda:0", "NVIDIA GeForce GTX 1650", 4 * GB)
LARGE = Device("cuda:1", "NVIDIA RTX A4000", 16 * GB)
BROKEN = Device("cuda:0", "NVIDIA GeForce 9600", GB, "a small test computation failed (no kernel image).")
APPLE = Device("mps", "Apple GPU", 12 * GB)
ARC = Device("xpu:0", "Intel Arc A770", 16 * GB)


@pytest.fixture
def choice(qtbot: QtBot) -> DeviceChoice:
    made = DeviceChoice()
    qtbot.addWidget(made)
    made.show()
    return made


def texts(choice: DeviceChoice) -> list[str]:
    return [choice.combo.itemText(i) for i in range(choice.combo.count())]


def note(choice: DeviceChoice) -> str:
    return choice._note.text() if choice._note.isVisible() else ""


def test_that_of_two_cards_the_one_with_most_memory_is_automatic(choice: DeviceChoice) -> None:
    choice.set_devices((CPU, SMALL, LARGE))
    assert texts(choice) == [
        "Automatic: GPU · NVIDIA RTX A4000 · 16.0 GB (cuda:1)",
        "CPU · Intel Core i5-8250U",
        "GPU · NVIDIA GeForce GTX 1650 · 4.0 GB (cuda:0)",
        "GPU · NVIDIA RTX A4000 · 16.0 GB (cuda:1)",
    ]
    assert note(choice) == "16.0 GB of memory."


def test_that_the_automatic_choice_is_the_engines(
    choice: DeviceChoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.engine import devices

    for found in ((CPU,), (CPU, SMALL, LARGE), (CPU, LARGE, SMALL), (CPU, BROKEN), (CPU, APPLE), (CPU, ARC),
                  (CPU, ARC, SMALL)):  # fmt: skip
        monkeypatch.setattr(devices, "list_devices", lambda found=found: found)
        choice.set_devices(found)
        best = choice._best()
        assert best == devices.choose_device("auto")


def test_that_a_card_that_fails_a_real_computation_is_grey_with_its_reason(choice: DeviceChoice) -> None:
    choice.set_devices((CPU, BROKEN))
    assert texts(choice)[0] == "Automatic: CPU · Intel Core i5-8250U"
    assert texts(choice)[2] == "GPU · NVIDIA GeForce 9600 · 1.0 GB (cuda:0) – cannot be used"
    assert not choice.combo.model().item(2).isEnabled()  # type: ignore[attr-defined]
    assert choice.combo.itemData(2, Qt.ItemDataRole.ToolTipRole) == BROKEN.problem
    assert note(choice) == (
        "GPU · NVIDIA GeForce 9600 · 1.0 GB (cuda:0) cannot be used: "
        "a small test computation failed (no kernel image)."
    )


@pytest.mark.parametrize(("device", "title"), [
    (APPLE, "GPU · Apple GPU · 12.0 GB (mps)"), (ARC, "GPU · Intel Arc A770 · 16.0 GB (xpu:0)"),
])  # fmt: skip
def test_that_other_makers_cards_are_offered_too(choice: DeviceChoice, device: Device, title: str) -> None:
    choice.set_devices((CPU, device))
    assert texts(choice)[0] == f"Automatic: {title}"
    assert texts(choice)[2] == title


def test_that_a_device_of_another_computer_is_named_and_left_by_one_click(
    choice: DeviceChoice, qtbot: QtBot
) -> None:
    choice.select("cuda:3")
    choice.set_devices((CPU,))
    automatic = choice.findChild(QPushButton, "deviceAutomatic")
    assert choice.combo.currentText() == "cuda:3 – not on this computer"
    assert note(choice) == "This computer has no device called “cuda:3”. Choose another one."
    with qtbot.waitSignal(choice.chosen) as told:
        qtbot.mouseClick(automatic, Qt.MouseButton.LeftButton)
    assert told.args == ["auto"]
    choice.select("auto")
    assert texts(choice) == ["Automatic: CPU · Intel Core i5-8250U", "CPU · Intel Core i5-8250U"]
    assert not automatic.isVisible()


def test_that_a_short_name_means_the_first_card(choice: DeviceChoice) -> None:
    choice.set_devices((CPU, SMALL))
    choice.select("cuda")
    assert choice.combo.currentData() == "cuda:0"
    assert not choice.findChild(QPushButton, "deviceAutomatic").isVisible()


def test_that_a_broken_device_that_a_project_asks_for_says_so(choice: DeviceChoice) -> None:
    choice.set_devices((CPU, BROKEN))
    choice.select("cuda:0")
    assert note(choice) == "It cannot be used: a small test computation failed (no kernel image)."
    assert choice.findChild(QPushButton, "deviceAutomatic").isVisible()
