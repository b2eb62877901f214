"""The Network step: palette, canvas, inspector, code and problems around one toolbar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.kinds.catalogue import KINDS
from studio.kinds.kind import Template
from studio.ui import theme
from studio.ui.block_library import BlockLibrary
from studio.ui.buttons import PrimaryButton, QuietButton
from studio.ui.canvas.block_actions import BlockActions
from studio.ui.canvas.block_trail import BlockTrail
from studio.ui.canvas.editor import NetworkEditor
from studio.ui.canvas.selection import NetworkSelection
from studio.ui.canvas.view import NetworkCanvas
from studio.ui.canvas.words import count, short_count
from studio.ui.dialogs.file_dialogs import FileDialogs, NativeFileDialogs
from studio.ui.document import Document
from studio.ui.empty_state import EmptyState
from studio.ui.forms.editor import wrapped
from studio.ui.page import Panel
from studio.ui.panels.code_view import CodeView
from studio.ui.panels.inspector import Inspector
from studio.ui.panels.layer_details import separator
from studio.ui.panels.palette import LayerPalette
from studio.ui.panels.problem_list import ProblemList, count_text


class NetworkPage(QWidget):
    """`next_requested`: on to training. `data_requested`: there is no dataset yet."""

    next_requested = Signal()
    data_requested = Signal()

    def __init__(
        self, document: Document, dialogs: FileDialogs | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("networkPage")
        self._document = document
        self.selection = NetworkSelection(self)
        self.library = BlockLibrary(self)
        self.editor = NetworkEditor(document, self.selection, self.library.layers, self)
        self.blocks = BlockActions(self.editor, self.library, dialogs or NativeFileDialogs(), self)
        self.trail = BlockTrail(self.blocks)
        self.canvas = NetworkCanvas(self.editor, self.blocks)
        self.layer_palette = LayerPalette(self.blocks)
        self.inspector = Inspector(self.editor, self.blocks)
        self.code = CodeView(self.editor, self.selection)
        self.problems = ProblemList(self.editor, self.selection)
        self.layer_palette.layer_chosen.connect(self._on_layer_chosen)
        self.blocks.made.connect(lambda *_: self._raise(self.inspector))
        self.blocks.told.connect(self.canvas.announce)
        self.editor.place.changed.connect(self._refresh)
        self.selection.edit_requested.connect(lambda *_: self._raise(self.inspector))
        self.selection.rename_requested.connect(lambda *_: self._raise(self.inspector))
        self._lay_out()
        document.analysis_changed.connect(self._refresh)
        theme.theme().theme_changed.connect(self._refresh)
        self._refresh()

    @property
    def panels(self) -> tuple[Panel, ...]:
        return (
            Panel(self.layer_palette, self.tr("Layers"), "left"),
            Panel(self.inspector, self.tr("Inspector"), "right"),
            Panel(self.code, self.tr("Code"), "right", tabbed_with="inspector"),
            Panel(self.problems, self.tr("Problems"), "bottom"),
        )

    def entered(self) -> None:
        self.library.look_again()
        self._refresh()
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- what the Edit menu asks of the page ------------------------------------------------------------

    def cut(self) -> None:
        self.canvas.keys.cut()

    def copy(self) -> None:
        self.canvas.keys.copy()

    def paste(self) -> None:
        self.canvas.keys.paste()

    def delete_selection(self) -> None:
        self.canvas.keys.delete()

    def select_all(self) -> None:
        self.canvas.keys.select_all()

    def take_block(self, path: Path) -> str:
        """A block's file, dropped onto the window. Returns why it cannot be used, empty if it can."""
        return self.blocks.take_in(path)

    # -- parts ----------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.pages = QStackedWidget()
        self.pages.setMinimumWidth(260)  # else the wide sentence of the empty page would count
        self._editing = QWidget()
        editing = QVBoxLayout(self._editing)
        editing.setContentsMargins(0, 0, 0, 0)
        editing.setSpacing(0)
        editing.addWidget(self._tool_bar())
        editing.addWidget(separator())
        editing.addWidget(self.trail)
        editing.addWidget(self.canvas, 1)
        editing.addWidget(separator())
        editing.addWidget(self._status_strip())
        self._empty = self._empty_page()
        self.pages.addWidget(self._editing)
        self.pages.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pages)

    def _tool_bar(self) -> QToolBar:
        bar = QToolBar(self.tr("Network"))
        bar.setObjectName("networkToolBar")
        bar.setIconSize(QSize(18, 18))
        bar.setMovable(False)
        self.templates = QToolButton()
        self.templates.setObjectName("templates")
        self.templates.setText(self.tr("Templates"))
        self.templates.setIcon(theme.icon("network"))
        self.templates.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.templates.setToolTip(self.tr("Ready networks that fit your data"))
        self.templates.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.template_menu = QMenu(self.templates)
        self.template_menu.setToolTipsVisible(True)
        self.template_menu.aboutToShow.connect(self.fill_templates)
        self.templates.setMenu(self.template_menu)
        bar.addWidget(self.templates)
        bar.addSeparator()
        canvas = self.canvas
        self._tool(bar, "actionAddLayer", "add", self.tr("Add a layer (A)"), lambda: canvas.open_quick_add())
        self._delete = self._tool(
            bar,
            "actionDeleteLayers",
            "delete",
            self.tr("Delete what is selected (Del)"),
            self.delete_selection,
        )
        self._make = self._tool(
            bar,
            "actionMakeBlock",
            "block",
            self.tr("Make a block of what is selected (Ctrl+G)"),
            canvas.keys.make_block,
        )
        bar.addSeparator()
        self._tool(bar, "actionTidy", "layout", self.tr("Tidy up the layout"), self._on_tidy)
        self._tool(bar, "actionFit", "fit", self.tr("Fit everything into view (Ctrl+0)"), canvas.fit)
        self._tool(bar, "actionZoomOut", "zoom-out", self.tr("Smaller"), lambda: canvas.zoom_by(0.8))
        self.zoom = QToolButton()
        self.zoom.setObjectName("zoomLevel")
        self.zoom.setToolTip(self.tr("Show at 100 %"))
        self.zoom.setAutoRaise(True)
        self.zoom.setMinimumWidth(52)
        self.zoom.clicked.connect(lambda: canvas.zoom_to(1.0))
        canvas.zoom_changed.connect(self._on_zoom_changed)
        self._on_zoom_changed(canvas.zoom)
        bar.addWidget(self.zoom)
        self._tool(bar, "actionZoomIn", "zoom-in", self.tr("Larger"), lambda: canvas.zoom_by(1.25))
        self.selection.changed.connect(self._on_selection_changed)
        self._on_selection_changed()
        return bar

    def _tool(self, bar: QToolBar, name: str, icon: str, text: str, action: Callable[[], object]) -> QAction:
        tool = bar.addAction(theme.icon(icon), text)
        tool.setObjectName(name)
        tool.triggered.connect(lambda: action())
        return tool

    def _status_strip(self) -> QWidget:
        strip = QWidget()
        strip.setObjectName("networkStatus")
        row = QHBoxLayout(strip)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        self.status_icon = QLabel()
        self.status = QLabel()
        self.status.setObjectName("networkStatusText")
        self.status.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.status.setToolTip(
            wrapped(
                self.tr(
                    "Parameters are the numbers that the network learns. Multiply-adds say how much is "
                    "computed for one sample."
                )
            )
        )
        self.train = PrimaryButton(self.tr("Train it →"))
        self.train.setObjectName("toTraining")
        self.train.clicked.connect(self.next_requested)
        row.addWidget(self.status_icon)
        row.addWidget(self.status, 1)
        self.show_problems = QuietButton(self.tr("Show"))
        self.show_problems.setObjectName("showProblems")
        self.show_problems.setToolTip(self.tr("Opens the list of problems, with a way to mend each"))
        self.show_problems.clicked.connect(lambda: self._raise(self.problems))
        self.problems.installEventFilter(self)  # it can be closed, and lie behind another panel
        row.addWidget(self.show_problems)
        row.addWidget(self.train)
        return strip

    def _empty_page(self) -> QWidget:
        page = EmptyState(
            "network",
            self.tr("First, the data"),
            self.tr("A network fits its data. Choose a dataset, and a network that fits stands ready here."),
            self.tr("Choose data"),
        )
        page.chosen.connect(self.data_requested)
        return page

    # -- following the document -------------------------------------------------------------------------

    def _refresh(self) -> None:
        project, analysis = self._document.project, self._document.analysis
        graph = self.editor.graph
        empty = project is None or (project.dataset is None and (graph is None or not graph.nodes))
        self.pages.setCurrentWidget(self._empty if empty else self._editing)
        if project is None or analysis is None:
            return
        self.trail.refresh()
        problems = self._document.problems
        errors = sum(problem.severity == "error" for problem in problems)
        colours = theme.colours()
        if errors:
            icon, tint, text = "error", colours.error, count_text(errors, len(problems) - errors)
        else:
            figures = self.tr("Ready to train · {parameters} parameters · {work} multiply-adds")
            icon, tint = "check", colours.success
            text = figures.format(
                parameters=count(analysis.parameters), work=short_count(analysis.multiply_adds)
            )
            if problems:
                text += " · " + count_text(0, len(problems))
        self.status_icon.setPixmap(theme.icon(icon, tint).pixmap(QSize(16, 16)))
        self.status.setText(text)
        self._offer_problems()
        self.train.setEnabled(not errors)
        self.train.setToolTip(self.tr("Mend the problems first: each one says how.") if errors else "")

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.problems and event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._offer_problems()
        return False

    def _offer_problems(self) -> None:
        """A way to the list where it is not to be seen, as on low screens."""
        self.show_problems.setVisible(bool(self._document.problems) and not self.problems.isVisible())

    def _on_selection_changed(self) -> None:
        self._make.setEnabled(bool(self.selection.nodes))
        self._delete.setEnabled(bool(self.selection.nodes or self.selection.edges))

    def _on_zoom_changed(self, zoom: float) -> None:
        self.zoom.setText(f"{zoom * 100:.0f} %")

    def _raise(self, panel: QWidget) -> None:
        """Brings a panel's dock to the front: it may lie behind the code."""
        dock = panel.parentWidget()
        while dock is not None and not isinstance(dock, QDockWidget):
            dock = dock.parentWidget()
        if dock is not None:
            dock.show()
            dock.raise_()

    # -- actions ----------------------------------------------------------------------------------------

    def fill_templates(self) -> None:
        """The kind's templates that fit the dataset; the others say why they are grey."""
        self.template_menu.clear()
        project = self._document.project
        facts = project.dataset.facts if project is not None and project.dataset is not None else None
        if project is None or facts is None:
            entry = self.template_menu.addAction(self.tr("Choose a dataset first"))
            entry.setEnabled(False)
            return
        for template in KINDS[project.kind].templates:
            fits = template.fits(facts)
            entry = self.template_menu.addAction(template.name)
            entry.setObjectName(f"template.{template.id}")
            entry.setEnabled(fits)
            entry.setToolTip(template.help if fits else self.tr("This one does not fit your data."))
            entry.triggered.connect(lambda _=False, chosen=template: self._use(chosen))

    def _use(self, template: Template) -> None:
        """Replaces the network; one undo brings the old one back, so nothing needs to be asked."""
        from studio.kinds.new_project import with_template

        project = self._document.project
        if project is None or project.dataset is None or project.dataset.facts is None:
            return
        after = with_template(project, template)
        if after == project:
            self.canvas.announce(self.tr("The network is “{name}” already.").format(name=template.name))
            return
        self.editor.replace_network(after, template.name)
        self.canvas.fit_first()
        told = self.tr("“{name}” is your network now. Undo brings the old one back.")
        if after.recipe != project.recipe:
            told = self.tr(
                "“{name}” is your network now, and the Train step has the settings that suit it. "
                "Undo brings both back as they were."
            )
        self.canvas.announce(told.format(name=template.name))

    def _on_layer_chosen(self, layer: str) -> None:
        centre = self.canvas.visible_centre()
        refused = self.editor.add_refusal(layer)
        if refused:
            self.canvas.say_briefly(refused, centre)
        else:
            self.editor.add_after_selection(layer, (centre.x(), centre.y()))

    def _on_tidy(self) -> None:
        self.editor.tidy()
        self.canvas.fit_first()
