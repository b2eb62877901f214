"""From nothing to a trained network, in six sentences."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.ui.dialogs.text_dialog import TextDialog


class QuickStartDialog(TextDialog):
    """Opened from the Help menu."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, "quickStartDialog", "", "")
        self.setWindowTitle(self.tr("Quick start"))
        rows = "".join(
            f"<li style='margin-bottom:10px'><b>{name}.</b> {words}</li>" for name, words in self._steps()
        )
        tail = self.tr("“Save” keeps the project; “Save checkpoint” keeps the trained network.")
        self.text.setHtml(f"<ol>{rows}</ol><p>{tail}</p>")

    def _steps(self) -> tuple[tuple[str, str], ...]:
        return (
            (
                self.tr("Choose data"),
                self.tr(
                    "On the welcome page, click an example, or use a folder of your own pictures "
                    "(one sub-folder per class) or a table (CSV or Excel). Or collect pictures there: drop "
                    "them into classes, or take them with the camera."
                ),
            ),
            (
                self.tr("Data"),
                self.tr("Look at the samples. Are the labels right? Has every class enough of them?"),
            ),
            (
                self.tr("Network"),
                self.tr(
                    "A fitting network stands ready. Drag layers from the list onto the canvas or onto a "
                    "wire; problems are named where they are, with a button to mend them."
                ),
            ),
            (
                self.tr("Train"),
                self.tr(
                    "Press “Train” and watch the curves: the loss should fall, the accuracy rise. "
                    "Pause and stop whenever you like; nothing is lost."
                ),
            ),
            (
                self.tr("Results"),
                self.tr(
                    "See how well the network does on samples it has never seen, and which classes it "
                    "mixes up."
                ),
            ),
            (
                self.tr("Use"),
                self.tr(
                    "Drop a picture, switch the camera on, or fill in a row, and see what the network makes "
                    "of it."
                ),
            ),
        )
