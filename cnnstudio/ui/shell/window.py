"""The main window: it makes the parts of one document's face and connects them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from cnnstudio.design.edits import edits
from cnnstudio.nn.layer import layer_kinds
from cnnstudio.nn.network.plan import default_threads
from cnnstudio.opening import what_is
from cnnstudio.project.project import Project
from cnnstudio.ui.canvas.framing import KeepFramed
from cnnstudio.ui.canvas.view import CanvasView
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.document.naming import open_name_editor
from cnnstudio.ui.look import preferences, theme
from cnnstudio.ui.look.labels import plain_title
from cnnstudio.ui.look.numbers import thousands
from cnnstudio.ui.panels.bars.data_menu import DataMenu
from cnnstudio.ui.panels.bars.status import StatusBar
from cnnstudio.ui.panels.bars.training_bar import TrainingBar
from cnnstudio.ui.panels.compare.comparing import Comparing
from cnnstudio.ui.panels.evaluation.evaluation_panel import EvaluationPanel
from cnnstudio.ui.panels.inspector.inspector import Inspector
from cnnstudio.ui.panels.layers.layers_tree import LayersTree
from cnnstudio.ui.panels.layers.palette import Palette
from cnnstudio.ui.panels.layers.side_panel import SidePanel
from cnnstudio.ui.panels.maps.maps import MapsPanel
from cnnstudio.ui.panels.volumes.export_sheet import Exporting
from cnnstudio.ui.panels.volumes.panel import TEST, BelowPanel, VolumesPanel
from cnnstudio.ui.problems.findings import Findings
from cnnstudio.ui.problems.ghosts import Ghosts
from cnnstudio.ui.problems.problem_bubble import ProblemBubble
from cnnstudio.ui.problems.problems_panel import ProblemsPanel
from cnnstudio.ui.problems.wire_popover import WirePopover
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.run.epoch_time import EpochTime
from cnnstudio.ui.run.evaluation import Evaluator
from cnnstudio.ui.run.map_requests import LiveMaps
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.run.samples import Samples
from cnnstudio.ui.shell import windows
from cnnstudio.ui.shell.files import Files
from cnnstudio.ui.shell.idle import Idle
from cnnstudio.ui.shell.late_parts import LateParts
from cnnstudio.ui.shell.map_watching import watch_maps
from cnnstudio.ui.shell.menus import Menus
from cnnstudio.ui.shell.panel_walk import enter_workspace, walk
from cnnstudio.ui.shell.recovery import Recovery
from cnnstudio.ui.shell.topbar import TopBar
from cnnstudio.ui.shell.workspaces import BUILD, EXPLAIN, LEARN, NAMES, TRAIN, Workspaces
from cnnstudio.ui.telling.notice_strip import NoticeStrip
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.worker.failures import Failure
from cnnstudio.worker.inspection import Inspection
from cnnstudio.worker.jobs import Jobs
from cnnstudio.worker.session import TrainingSession


class MainWindow(LateParts, QMainWindow):
    """One document, its worker and its panels. Nothing in it is shared with another window."""

    def __init__(self, project: Project, path: Path | None = None) -> None:
        super().__init__()
        self.threads = default_threads()
        self.notices = Notices(self)
        self.document = Document(project, path, self)
        self.jobs = Jobs(self)
        self.session = TrainingSession(self.jobs, self)
        self.inspection = Inspection(self)
        self.data = DataSource(self.document, self.jobs, self.notices, self)
        self.samples = Samples(self.data, self.inspection, self)
        self.live_maps = LiveMaps(self.document, self.session, self.inspection, self)
        self.run_control = RunControl(self.document, self.session, self.data, self.notices, self, threads=self.threads)
        self.epoch_time = EpochTime(self.document, self.data, self.session, self.threads, self)
        self.files = Files(self.document, self.run_control, self.notices, self)
        self.recovery = Recovery(self.document, self.run_control, self.notices, self)
        self._settled = False
        self._then: Callable[[], object] | None = None
        self._idle = Idle(self, self.wanted_later())

        with theme.undressed():
            self._make_panels()
            self.data_menu = DataMenu(self.document, self.data, self.notices, self)
            self.menus = Menus(self)
            self._lay_out()
            self._connect()
            self.workspaces.show(preferences.text("workspace", BUILD) if project.run is None else TRAIN)
        self._retitle()
        QTimer.singleShot(0, self, self.data.load)  # its thread would take turns with the first paint
        self.canvas.setFocus()

    # making

    def _make_panels(self) -> None:
        self.canvas = CanvasView(self.document)
        KeepFramed(self.canvas)
        self.palette_panel = Palette()
        self.layers = LayersTree(self.document)
        self.side = SidePanel(self.palette_panel, self.layers)
        self.inspector = Inspector(self.document)
        self.findings = Findings(self.document, self)
        self.problems = ProblemsPanel(self.document, self.findings)
        self.problem_bubble = ProblemBubble(self.canvas, self.findings)
        self.wire_popover = WirePopover(self.canvas)
        self.ghosts = Ghosts(self.canvas.canvas_scene)
        self.findings.previewed.connect(self.ghosts.show)
        self.curves_place = QWidget()
        self.curves_place.setMinimumSize(260, 120)
        QVBoxLayout(self.curves_place).setContentsMargins(0, 0, 0, 0)
        self.maps = MapsPanel(self.document, self.inspection, self.samples)
        self.volumes = VolumesPanel(self.document, self.inspection)
        self.evaluator = Evaluator(self.run_control, self.samples, self.jobs, self.notices, self)
        self.below = BelowPanel(self.volumes, self.maps, EvaluationPanel(self.evaluator, self.samples))
        self.training_bar = TrainingBar(self.run_control)
        self.status = StatusBar(self.document, self.jobs, self.threads)

    def _lay_out(self) -> None:
        centre = QWidget()
        line = QHBoxLayout(centre)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.canvas)
        self.strip = NoticeStrip(self.notices, centre)
        sides, below = (self.side, centre, self.inspector), (self.problems, self.curves_place, self.below)
        pages = {EXPLAIN: lambda: self.explain, LEARN: lambda: self.learn}
        self.workspaces = Workspaces(*sides, *below, pages)
        self.workspaces.setParent(self)
        self.comparing = Comparing(self.document, self.notices, self.workspaces.widget)
        self.menus.add_compare(self.comparing.menu)
        self.exporting = Exporting(self.document, self.volumes.view, self.notices, self, lambda: self.data.classes)
        self.volumes.export_asked.connect(self.exporting.open)
        self.workspaces.changed.connect(self.comparing.dismiss)
        self.topbar = TopBar(NAMES, self.menus.main, self)
        self._training_row = QFrame()
        self._training_row.setProperty("role", "bar")
        row = QHBoxLayout(self._training_row)
        row.setContentsMargins(12, 6, 12, 6)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.topbar)
        column.addWidget(self._training_row)
        column.addWidget(self.workspaces.widget, 1)
        column.addWidget(self.status)
        self.setCentralWidget(whole)
        self.setAcceptDrops(True)
        for widget in (self.canvas, self.canvas.viewport()):
            widget.setAcceptDrops(False)  # files dropped on the canvas are the window's affair
        self.setMinimumSize(900, 560)
        self.resize(1440, 900)
        if (geometry := preferences.state("geometry")) is not None:
            self.restoreGeometry(geometry)

    def _connect(self) -> None:
        document, session, canvas, palette = self.document, self.session, self.canvas, self.palette_panel
        document.changed.connect(self._retitle)
        document.saved_changed.connect(self._retitle)
        document.path_changed.connect(self._retitle)
        palette.drag_began.connect(canvas.begin_palette_drag)
        palette.drag_moved.connect(canvas.palette_drag_moved)
        palette.drag_dropped.connect(canvas.palette_drag_dropped)
        palette.drag_cancelled.connect(canvas.palette_drag_cancelled)
        palette.chosen.connect(self.append)
        canvas.told.connect(self.notices.tell)
        canvas.settings_requested.connect(self.inspector.focus_first)
        self.layers.told.connect(self.notices.tell)
        self.layers.wires_asked.connect(canvas.commands.wiring.open)
        self.problems.node_asked.connect(self._go_to)
        self.samples.drawing_asked.connect(self.draw)
        self.problems.solved.connect(canvas.setFocus)
        self.inspector.left.connect(canvas.setFocus)
        self.findings.repairs_asked.connect(self._offer_repairs)
        self.epoch_time.changed.connect(self._epoch_timed)
        self.status.problems_asked.connect(lambda: self.workspaces.show(BUILD))
        self.files.saved.connect(self.status.told_saved)
        self.findings.changed.connect(lambda: self.status.show_problems(self.findings))
        self.status.show_problems(self.findings)
        self.topbar.switch.chosen.connect(self.show_workspace)
        self.topbar.file.rename_asked.connect(self.rename_design)
        self.workspaces.changed.connect(self._workspace_changed)
        self.topbar.bind(self.menus.actions["undo"], self.menus.actions["redo"])
        self.topbar.data.setMenu(self.data_menu.menu)
        self.topbar.templates.setMenu(self.menus.templates)
        self.data.changed.connect(self._data_changed)
        self.live_maps.snapshot_changed.connect(self.inspector.show_snapshot)
        self.live_maps.snapshot_changed.connect(self._progressed)
        watch_maps(self)
        self.inspection.maps_changed.connect(canvas.set_maps)
        self.inspection.image_changed.connect(lambda: canvas.set_image(self.inspection.image))
        canvas.explain_requested.connect(self.explain_layer)
        self.inspector.explain_requested.connect(self.explain_layer)
        session.state_changed.connect(self._session_changed)

    # what happens

    def show_workspace(self, name: str) -> None:
        """Go to a workspace, with the keyboard."""
        self.workspaces.show(name)
        enter_workspace(self)

    def rename_design(self) -> None:
        """Write another name for the design, where its name stands."""
        open_name_editor(self.document, self.topbar.file, self.topbar)

    def show_test(self) -> None:
        """Test the network and show what came out."""
        if self.workspaces.current not in (BUILD, TRAIN):
            self.show_workspace(TRAIN)
        self.below.show_tab(TEST)
        self.evaluator.begin()

    def draw(self) -> None:
        """Open the pad to draw an image on."""
        self.drawing.open()

    def append(self, kind: str) -> None:
        """Add a layer or a kept block at the end of the stack and select it."""
        if kind not in layer_kinds():
            self.canvas.commands.adding.append(kind)
            return
        layer = layer_kinds()[kind]()
        design, node = edits.append(self.document.project.design, layer)
        self.document.edit(f"Add {layer.title}", design, select=[node])

    def undo(self) -> None:
        """Take the last step back; what is being typed belongs to it."""
        self.inspector.finish_typing()
        self.document.undo_stack.undo()

    def redo(self) -> None:
        """Do the step again that was taken back."""
        self.document.undo_stack.redo()

    def train_or_pause(self) -> None:
        """Train, pause or go on, with what is being typed."""
        self.inspector.finish_typing()
        self.run_control.train_or_pause()

    def explain_layer(self, node: str) -> None:
        """Show every number of a layer."""
        self.document.select([node])
        self.explain.go_to(node)
        self.workspaces.show(EXPLAIN)

    def focus_panel(self, by: int) -> None:
        """Move the keyboard to the next (1) or previous (-1) panel."""
        walk(self, by)

    def open_any(self, path: Path) -> None:
        """Open a design, look at a picture, or learn from the images at this path."""
        found = what_is(path)
        match found.kind:
            case "project" | "design" | "figure":
                self.files.open_path(path)
            case "picture":
                self.own_picture.show(path)
            case "lessons":
                self.open_lessons(path)
            case "data":
                self.data.choose(os.path.realpath(path))
            case "none":
                self.notices.tell(found.sentence, "error")

    def open_lessons(self, folder: Path) -> None:
        """Open a teacher's own lessons in Learn."""
        if self.learn.open_course(folder):
            self.workspaces.show(LEARN)

    def walk_problems(self, by: int) -> None:
        """Go to the next (1) or previous (-1) problem and its layer."""
        problem = self.findings.walk(by)
        if self.workspaces.current != LEARN or (problem is not None and not problem.node):
            self.workspaces.show(BUILD)
        if problem is None:
            self.notices.tell("There are no problems.", "good")
        elif problem.node:
            self._go_to(problem.node)

    def show_repairs(self) -> None:
        """Give the keyboard to the repairs of the open problem, or of the first there is."""
        if self.findings.open is None:
            self.walk_problems(1)
        if self.findings.open is not None:
            self.findings.repairs_asked.emit()

    def _offer_repairs(self) -> None:
        """In Learn on the canvas, so that nobody loses the lesson; otherwise in the list of problems."""
        if self.workspaces.current != LEARN or not self.problem_bubble.offer_repairs():
            self.workspaces.show(BUILD)

    def _go_to(self, node: str) -> None:
        self.document.select([node])
        self.canvas.frame_selection()
        self.canvas.setFocus()

    def _workspace_changed(self, name: str) -> None:
        self.topbar.switch.show_chosen(name)
        training = name == TRAIN
        if training:
            self.curves.show()
            self._training_row.layout().addWidget(self.training_bar)
        else:
            self.topbar.hold(self.training_bar)
        self.training_bar.compact = not training
        self.training_bar.show()
        self.topbar.fit()
        self._training_row.setVisible(training)
        self.menus.show_workspace(name)
        preferences.remember("workspace", name)

    def _data_changed(self) -> None:
        self.topbar.data.setText(plain_title(self.data.title))
        self.canvas.set_class_names(self.data.classes)
        self.inspector.set_image_shape(self.data.image_shape, len(self.data.classes))
        missing = self.run_control.why_not() if self.data.sample is None and self.data.job is None else ""
        self.findings.set_data(self.data.image_shape, len(self.data.classes), missing)

    def _epoch_timed(self) -> None:
        found = self.epoch_time.estimate
        self.status.show_epoch_time(self.epoch_time.text, self.epoch_time.reason)
        self.canvas.canvas_scene.set_times(found.layers if found is not None else None)

    def _session_changed(self) -> None:
        self.inspector.show_state(self.session.state)
        self.status.show_training(self.session.active)
        graph = self.session.graph
        self.canvas.set_running_nodes(None if graph is None else frozenset(node.id for node in graph))

    def _progressed(self) -> None:
        now = self.session.status.value if self.session.active else None
        self.inspector.show_epoch(f"Epoch {now.epoch} of {thousands(now.epochs)}" if now is not None else "")

    def hear_failure(self, failure: Failure) -> None:
        """Tell what a worker of this window could not do."""
        self.notices.tell(failure.sentence, "error", details=failure.details)

    def _retitle(self) -> None:
        name, path = self.files.name, self.document.path
        self.setWindowTitle(f"{name}[*] – CNN Studio")
        self.setWindowModified(self.document.modified)
        self.setWindowFilePath(str(path or ""))
        self.topbar.file.show_name(self.document.project.design.title, path, self.document.modified)

    # the window's own events

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:  # nothing under the pointer has said anything
            from cnnstudio.ui.telling.glossary_help import show_term

            if show_term(self, event):
                return True
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if len([url for url in event.mimeData().urls() if url.isLocalFile()]) == 1:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.open_any(Path(event.mimeData().urls()[0].toLocalFile()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._idle.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        then, self._then = self._then, None
        if self.document.guest:  # what is asked and kept now is about the user’s own
            self.learn.network.give_back()
        if not self._settled and (self.document.modified or self.session.active):
            event.ignore()
            self.files.when_settled("before closing", lambda: self._close_now(then))
            return
        self.workspaces.remember()
        preferences.remember_state("geometry", self.saveGeometry())
        self.recovery.close()
        self.session.shutdown()
        self.inspection.shutdown()
        self.findings.shutdown()
        for late in ("explain", "learn", "drawing", "own_picture"):
            if self.made(late):
                getattr(self, late).shutdown()
        event.accept()
        windows.has_closed(self)
        if then is not None:
            QTimer.singleShot(0, then)  # until this is over, the window is still there

    def close_and_then(self, then: Callable[[], object]) -> None:
        """Close, asking if need be; ``then`` is called once the window is gone, and never if it stays."""
        self._then = then
        self.close()

    def _close_now(self, then: Callable[[], object] | None) -> None:
        self._settled, self._then = True, then
        self.close()
