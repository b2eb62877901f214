"""What a network says of every place in the plane, asked of the engine's host."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.ui.labels import Heading, Note
from studio.ui.points.plot import PointPlot
from studio.ui.results_step.samples import MeasuredSamples
from studio.ui.workers.engine_host import EngineHost

if TYPE_CHECKING:
    from studio.core.params import ParamValue
    from studio.data.points.plane import Plane
    from studio.engine.events import Event
    from studio.ui.checkpoints import Model

SIDE = 64  # places asked along each side: smooth to look at, answered in a moment
ALONG = 300  # places along a curve


class AnswersCard(QWidget):
    """Shown for points in the plane; hidden for all other data."""

    def __init__(self, samples: MeasuredSamples, host: EngineHost, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("planeAnswers")
        self._samples = samples
        self._host = host
        self._model: Model | None = None
        self._asked: object = None
        self.plot = PointPlot(self)
        self.plot.setObjectName("answersPlot")
        self.plot.setMinimumHeight(300)
        self.says = Note()
        self.says.setObjectName("answersSay")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(Heading(self.tr("What the network says, everywhere")))
        layout.addWidget(self.plot)
        layout.addWidget(self.says)
        samples.changed.connect(self._ask)

    def show_model(self, model: Model) -> bool:
        """False where its data are no points in the plane."""
        self._model = model
        self._ask()
        return self._is_plane(model)

    def clear(self) -> None:
        self._model, self._asked = None, None
        self.plot.show_plane(None)
        self.says.setText("")

    def _is_plane(self, model: Model) -> bool:
        """Told by the project alone, so that the card does not jump in once the data are there."""
        choice = model.project.dataset
        if choice is None or choice.facts is None:
            return False
        features = [column for column in choice.columns if column.role == "feature"]
        wanted = 2 if choice.facts.classes else 1
        return len(features) == wanted and all(column.type == "number" for column in features)

    def _ask(self) -> None:
        from studio.data.points.plane import plane_of
        from studio.engine.requests import Predict

        model, dataset = self._model, self._samples.dataset
        if model is None or not self._is_plane(model):
            return
        plane = plane_of(dataset) if dataset is not None else None
        if plane is None:
            self.says.setText(self._samples.problem)
            return
        key = (model.path, model.step, dataset.facts.fingerprint if dataset is not None else "")
        if key == self._asked:
            return
        self._asked = key
        self.plot.show_plane(plane)
        self.says.setText(self.tr("Asking the network…"))
        rows = rows_over(plane)
        self._host.ask(
            Predict(model.path, rows), lambda answer: self._on_answer(key, plane, answer), key="plane"
        )

    def _on_answer(self, key: object, plane: Plane, answer: Event) -> None:
        from studio.engine.events import Predicted

        if key != self._asked:
            return
        if not isinstance(answer, Predicted):
            self._asked = None
            self.says.setText(getattr(answer, "message", ""))
            return
        problem = next((p.problem for p in answer.predictions if p.problem), None)
        if problem is not None:
            self.says.setText(problem)
        elif plane.classes:
            places = {name: code for code, name in enumerate(plane.classes)}
            codes = np.array([places.get(str(p.prediction), 0) for p in answer.predictions], np.int64)
            sure = np.array([max(p.probabilities.values(), default=1.0) for p in answer.predictions])
            self.plot.show_regions(codes.reshape(SIDE, SIDE), sure.reshape(SIDE, SIDE))
            self.says.setText(
                self.tr("The ground shows which class the network would say there; the stronger, the surer.")
            )
        else:
            left, right, _, _ = plane.bounds()
            y = np.array([float(p.prediction or 0.0) for p in answer.predictions])
            self.plot.show_curve(np.linspace(left, right, ALONG), y)
            self.says.setText(self.tr("The line is what the network says; the dots are the data."))


def rows_over(plane: Plane) -> tuple[dict[str, ParamValue], ...]:
    """The places to ask, row by row from the bottom; for a curve, from left to right."""
    left, right, bottom, top = plane.bounds()
    if not plane.classes:
        return tuple({plane.x_name: float(x)} for x in np.linspace(left, right, ALONG))
    across = (left + (right - left) * (np.arange(SIDE) + 0.5) / SIDE).tolist()
    up = (bottom + (top - bottom) * (np.arange(SIDE) + 0.5) / SIDE).tolist()
    return tuple({plane.x_name: x, plane.y_name: y} for y in up for x in across)
