"""Step 1: choose the data, look at them, say how they are read, split and varied."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from studio.core.project import Project
from studio.ui.boxes.drawing_way import BoxCorrection
from studio.ui.buttons import PrimaryButton
from studio.ui.data_step.add_pictures import AddPictures
from studio.ui.data_step.class_balance import ClassBalance
from studio.ui.data_step.column_editor import ColumnEditor
from studio.ui.data_step.dataset_edits import DatasetEdits
from studio.ui.data_step.dataset_notes import DatasetNotes
from studio.ui.data_step.dataset_picker import DatasetPicker, name_of_location
from studio.ui.data_step.health_panel import HealthPanel
from studio.ui.data_step.normalisation_form import NormalisationForm
from studio.ui.data_step.sample_view import SampleView
from studio.ui.data_step.several_dropped import refuse_several
from studio.ui.data_step.skipped_list import SkippedList
from studio.ui.data_step.split_form import SplitForm
from studio.ui.data_step.taken_line import TakenLine
from studio.ui.data_step.variation_panel import VariationPanel
from studio.ui.data_step.words import facts_in_words
from studio.ui.document import Document
from studio.ui.examples import examples
from studio.ui.forms.param_form import ParamForm
from studio.ui.labelling.shown_samples import GridLabels, RowLabels
from studio.ui.labels import Heading, Note, Title
from studio.ui.page import Panel
from studio.ui.project_files import ProjectFiles
from studio.ui.workers.engine_host import EngineHost

_LOW = 430  # pixels of height under which the samples get what room there is


class DataPage(QWidget):
    """Samples in the middle; picker and class balance left, preparation right."""

    next_requested = Signal()

    def __init__(self, document: Document, host: EngineHost, files: ProjectFiles) -> None:
        super().__init__()
        self.setObjectName("dataPage")
        self._document = document
        self._project_id = ""  # of the project that is shown
        self._edits = DatasetEdits(document, files, self)
        self._files = files
        self._title = Title("")
        self._facts = Note("")
        self._facts.setObjectName("datasetFacts")
        self.taken = TakenLine()
        self._notes = DatasetNotes()
        self.samples = SampleView(self)
        self.boxes = BoxCorrection(self)
        self.labels = GridLabels(self.samples.pictures, document, files.relabelling)
        self.text_labels = GridLabels(self.samples.texts, document, files.relabelling)
        self.row_labels = RowLabels(self.samples.table, document, files.relabelling)
        self.next_button = PrimaryButton(self.tr("Build the network →"))
        self.next_button.setObjectName("toNetwork")
        self.add_pictures = AddPictures(document, files, self._edits)
        self.picker = DatasetPicker(examples())
        self.balance = ClassBalance()
        self.skipped = SkippedList()
        self.health = HealthPanel(document, self._edits, self.samples)
        self.options = ParamForm()
        self.columns = ColumnEditor()
        self.splits = SplitForm()
        self.normalisation = NormalisationForm()
        self.variation = VariationPanel(document, host)
        self._preparation = self._make_preparation()
        self._lay_out()
        self._follow()
        self._on_project_changed()
        self._on_dataset_changed()

    @property
    def panels(self) -> tuple[Panel, ...]:
        return (
            Panel(self.picker, self.tr("Dataset"), "left"),
            Panel(self._preparation, self.tr("Preparation"), "right"),
            Panel(self.variation, self.tr("Augmentation"), "right", "preparation"),
            Panel(self.balance, self.tr("Class balance"), "left"),
            Panel(self.skipped, self.tr("Left out"), "left", "classBalance"),
            Panel(self.health, self.tr("Health"), "left", "classBalance"),
        )

    def entered(self) -> None:
        self.next_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def stop(self) -> None:
        """Joins the threads that read thumbnails and look at the data."""
        self.samples.stop()
        self.health.stop()
        self.columns.details.stop()
        self.boxes.stop()
        self.balance.stop()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        low = event.size().height() < _LOW
        self._notes.set_low(low)
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(*((12, 8, 12, 8) if low else (20, 16, 20, 12)))
            layout.setSpacing(8 if low else 12)

    # -- parts --------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(4)
        for label in (self._title, self._facts, self.taken, self._notes):
            words.addWidget(label)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addLayout(words, 1)
        buttons = QVBoxLayout()
        buttons.addWidget(self.next_button)
        buttons.addWidget(self.add_pictures)
        buttons.addStretch(1)
        top.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 12)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(self.samples, 1)

    def _make_preparation(self) -> QWidget:
        self._reading = _group(self.tr("Reading"), self.options)
        self._table = _group(self.tr("Columns"), self.columns)
        parts = _group(self.tr("Training, validation, test"), self.splits)
        self._scale = _group(self.tr("Normalisation"), self.normalisation)
        return _panel("preparation", self._table, self._reading, parts, self._scale)

    def _follow(self) -> None:
        edits, document = self._edits, self._document
        self.next_button.clicked.connect(self.next_requested)
        self.picker.bundled_chosen.connect(edits.choose)
        self.picker.more_requested.connect(lambda: self._files.gallery.show(edits.choose))
        self.picker.points_requested.connect(lambda: self._files.playing.show(edits.choose))
        self.picker.folder_requested.connect(self._on_folder_requested)
        self.picker.table_requested.connect(self._on_table_requested)
        self.picker.collect_requested.connect(lambda: self.add_pictures.collect(()))
        self.picker.path_dropped.connect(lambda path: edits.choose(str(path)))
        self.picker.pictures_dropped.connect(self.add_pictures.collect)
        self.picker.several_dropped.connect(lambda count: refuse_several(self, count))
        self.samples.relink_requested.connect(edits.relink)
        self.samples.pictures.correct_boxes_requested.connect(self._on_correct_boxes)
        self.samples.retry_requested.connect(document.reopen_dataset)
        self.samples.fix_chosen.connect(edits.apply_fix)
        self.samples.cancel_requested.connect(document.cancel_opening)
        self.skipped.bring_back_requested.connect(edits.bring_back)
        self.options.value_changed.connect(self._on_option_changed)
        self.taken.other_way_requested.connect(lambda way: self._on_option_changed("taken", way))
        self.columns.columns_changed.connect(edits.set_columns)
        self.columns.target_chosen.connect(edits.set_target)
        self.splits.splits_changed.connect(edits.set_splits)
        self.normalisation.normalisation_chosen.connect(edits.set_normalisation)
        self.variation.augmentations.augmentations_changed.connect(edits.set_augmentations)
        self._files.busy_changed.connect(self._on_busy_changed)
        document.project_changed.connect(self._on_project_changed)
        document.dataset_changed.connect(self._on_dataset_changed)
        document.dataset_failed.connect(self._on_dataset_failed)
        document.dataset_loading.connect(self._on_dataset_loading)

    # -- showing ------------------------------------------------------------------------------------

    def _on_project_changed(self) -> None:
        project = self._document.project
        choice = project.dataset if project is not None else None
        if project is None or project.id != self._project_id:
            self.samples.forget_choices()
            self._project_id = project.id if project is not None else ""
        self.picker.show_choice(choice)
        self.setEnabled(project is not None)
        if project is None or choice is None:
            return
        facts = choice.facts
        self._title.setText(self._name_of(project))
        self._facts.setText(facts_in_words(facts, choice) if facts is not None else "")
        self.splits.show_splits(choice.splits, bool(facts is None or facts.classes))
        self.normalisation.show_choice(choice.normalisation, facts)
        self._scale.setVisible(facts is None or not facts.vocabulary)
        self._show_options(project)
        self._table.setVisible(bool(choice.columns))
        self.columns.show_columns(choice.columns)

    def _show_options(self, project: Project) -> None:
        from studio.data.sources.catalogue import SOURCES
        from studio.data.texts.text_options import TEXT_PARAMS

        assert project.dataset is not None
        source = SOURCES.get(project.dataset.source)
        params = source.declared(project.dataset) if source is not None else ()
        facts = project.dataset.facts
        if facts is not None and facts.vocabulary and not params:
            params = TEXT_PARAMS  # of the bundled texts
        ways = self.taken.ways_for(project.dataset)
        params = ways.params(params) if ways is not None else params
        values = ways.values(project.dataset.options) if ways is not None else project.dataset.options
        self._reading.setVisible(bool(params))
        self.options.set_params(params, values, prefix="source")

    def _on_option_changed(self, name: str, value: Any, final: bool = True) -> None:
        ways = self.taken.ways
        if ways is not None and (name == "taken" or name in dict(ways.chosen)):
            self._edits.take_otherwise(ways, name, str(value))
        else:
            self._edits.set_option(name, value, final)

    def _on_dataset_changed(self) -> None:
        dataset = self._document.dataset
        if dataset is None:
            return  # loading or an error, which have been told
        self.taken.show_dataset(dataset)
        if self._document.project is not None:
            self._show_options(self._document.project)
        self.samples.show_dataset(dataset)
        self.row_labels.show()
        self.columns.show_dataset(dataset if hasattr(dataset, "table") else None)  # type: ignore[arg-type]
        self.balance.show_dataset(dataset, self._document.file_facts)
        self._show_left_out(dataset.skipped)
        self._notes.show_notes((*getattr(dataset, "learning_words", ()), *dataset.notes))
        self._show_parts(dataset)

    def _show_parts(self, dataset: Any) -> None:
        from studio.data.profile import split_sizes

        sizes = split_sizes(dataset)  # plans only: `split` might decode all pictures, here in the window
        parts = getattr(dataset, "fixed_split", None)
        cut = parts is not None and not (parts == 1).any()  # no validation part among them
        words = getattr(dataset, "split_words", ())
        rule = getattr(dataset, "rule", None)  # of a table
        by_time = rule is not None and rule.time is not None
        counts = (sizes.train, sizes.validation, sizes.test)
        self.splits.explain(parts is not None, counts, cut, words, by_time)

    def _show_left_out(self, skipped: tuple[Any, ...]) -> None:
        """How many, on the panel's tab: the list itself may lie behind another panel."""
        project = self._document.project
        unwanted = project.dataset.left_out if project is not None and project.dataset is not None else ()
        self.skipped.show_skipped(skipped, unwanted)
        count = len(skipped) + len(unwanted)
        title = self.tr("Left out")
        dock = self.skipped.parentWidget()
        if dock is not None:
            dock.setWindowTitle(f"{title} ({count:,})" if count else title)

    def _on_dataset_failed(self, error: Any) -> None:
        self.samples.show_error(error)
        self.balance.clear()
        self._show_left_out(())
        self.splits.explain(fixed=False)
        self._notes.show_notes(())

    def _on_dataset_loading(self, what: str, fraction: float) -> None:
        if self._document.dataset is None:
            self.samples.show_loading(what, fraction)

    def _on_busy_changed(self, busy: bool) -> None:
        self.picker.setEnabled(not busy)
        if not busy and self._document.project is not None:
            self._on_project_changed()  # what was asked for may have been refused

    def _on_folder_requested(self) -> None:
        chosen = self._files.choose_folder()
        if chosen is not None:
            self._edits.choose(str(chosen))

    def _on_table_requested(self) -> None:
        chosen = self._files.choose_table()
        if chosen is not None:
            self._edits.choose(str(chosen))

    def _on_correct_boxes(self, dataset: Any, sample: int) -> None:
        self.boxes.begin(dataset, sample, self._document.reopen_dataset)

    def _name_of(self, project: Project) -> str:
        assert project.dataset is not None
        location = project.dataset.location
        known = {example.id: example.name for example in examples()}
        return known.get(location) or name_of_location(project.dataset)


def _group(title: str, content: QWidget) -> QWidget:
    group = QWidget()
    layout = QVBoxLayout(group)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    layout.addWidget(Heading(title))
    layout.addWidget(content)
    return group


def _panel(name: str, *parts: QWidget) -> QScrollArea:
    inside = QWidget()
    layout = QVBoxLayout(inside)
    layout.setContentsMargins(12, 12, 12, 12)
    layout.setSpacing(20)
    for part in parts:
        layout.addWidget(part)
    layout.addStretch(1)
    area = QScrollArea()
    area.setObjectName(name)
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)  # a panel may be made narrow
    return area
