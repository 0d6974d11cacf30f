"""A window whose parts tests reach by name; the window itself knows none."""

from __future__ import annotations

from PySide6.QtGui import QAction

from cnnstudio.ui.board import declaration as board_folder
from cnnstudio.ui.board.board import Board
from cnnstudio.ui.board.tabs import Tabs
from cnnstudio.ui.canvas import declaration as canvas_folder
from cnnstudio.ui.canvas.view import CanvasView
from cnnstudio.ui.commands.table import CommandTable
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.explain import declaration as explain_folder
from cnnstudio.ui.explain.page import ExplainPage
from cnnstudio.ui.learn import declaration as learn_folder
from cnnstudio.ui.learn.page import LearnPage
from cnnstudio.ui.panels.bars import declaration as bars_folder
from cnnstudio.ui.panels.bars.data_menu import DataChip
from cnnstudio.ui.panels.bars.status import StatusBar
from cnnstudio.ui.panels.bars.training_bar import TrainingBar
from cnnstudio.ui.panels.compare import declaration as compare_folder
from cnnstudio.ui.panels.compare.comparing import Comparing
from cnnstudio.ui.panels.curves import declaration as curves_folder
from cnnstudio.ui.panels.curves.curves import CurvesPanel
from cnnstudio.ui.panels.evaluation import declaration as evaluation_folder
from cnnstudio.ui.panels.evaluation.drawing_card import DrawingCard
from cnnstudio.ui.panels.evaluation.own_picture import OwnPicture
from cnnstudio.ui.panels.inspector import declaration as inspector_folder
from cnnstudio.ui.panels.inspector.inspector import Inspector
from cnnstudio.ui.panels.layers import declaration as layers_folder
from cnnstudio.ui.panels.layers.layers_tree import LayersTree
from cnnstudio.ui.panels.layers.palette import Palette
from cnnstudio.ui.panels.layers.side_panel import SidePanel
from cnnstudio.ui.panels.maps import declaration as maps_folder
from cnnstudio.ui.panels.maps.maps import MapsPanel
from cnnstudio.ui.panels.volumes import declaration as volumes_folder
from cnnstudio.ui.panels.volumes.export_sheet import Exporting
from cnnstudio.ui.panels.volumes.panel import VolumesPanel
from cnnstudio.ui.problems import declaration as problems_folder
from cnnstudio.ui.problems.findings import Findings
from cnnstudio.ui.problems.ghosts import Ghosts
from cnnstudio.ui.problems.problem_bubble import ProblemBubble
from cnnstudio.ui.problems.problems_panel import ProblemsPanel
from cnnstudio.ui.problems.wire_popover import WirePopover
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.run.epoch_time import EpochTime
from cnnstudio.ui.run.evaluation import Evaluator
from cnnstudio.ui.run.looked_at import Looking
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.run.samples import Samples
from cnnstudio.ui.shell import declaration as shell_folder
from cnnstudio.ui.shell.files import Files
from cnnstudio.ui.shell.recovery import Recovery
from cnnstudio.ui.shell.window import MainWindow
from cnnstudio.ui.studio.workspaces import Workspaces
from cnnstudio.ui.telling.notice_strip import NoticeStrip
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.worker.inspection import Inspection
from cnnstudio.worker.jobs import Jobs
from cnnstudio.worker.training.session import TrainingSession

DATA, BUILD, TRAIN, EXPLAIN, EVALUATE, LEARN = NAMES = ("Data", "Build", "Train", "Explain", "Evaluate", "Learn")
VOLUMES, MAPS = "Volumes", "Feature maps"
#: the parts that are made later than the window
LATE = {"curves": curves_folder.CURVES, "explain": explain_folder.EXPLAIN, "learn": learn_folder.LEARN}


class Face(MainWindow):
    """The real window, with names for its parts."""

    @property
    def document(self) -> Document:
        return self.studio.document

    @property
    def session(self) -> TrainingSession:
        return self.studio.session

    @property
    def jobs(self) -> Jobs:
        return self.studio.jobs

    @property
    def inspection(self) -> Inspection:
        return self.studio.inspection

    @property
    def data(self) -> DataSource:
        return self.studio.data

    @property
    def samples(self) -> Samples:
        return self.studio.samples

    @property
    def run_control(self) -> RunControl:
        return self.studio.run_control

    @property
    def notices(self) -> Notices:
        return self.studio.notices

    @property
    def looking(self) -> Looking:
        return self.studio.looking

    @property
    def epoch_time(self) -> EpochTime:
        return self.studio.epoch_time

    @property
    def evaluator(self) -> Evaluator:
        return self.studio.evaluator

    @property
    def workspaces(self) -> Workspaces:
        return self.studio.workspaces

    @property
    def commands(self) -> CommandTable:
        return self.studio.commands

    @property
    def board(self) -> Board:
        return self.studio.get(board_folder.BOARD)

    @property
    def below(self) -> Tabs:
        return self.studio.get(board_folder.BOARD).tabs

    @property
    def canvas(self) -> CanvasView:
        return self.studio.get(canvas_folder.CANVAS)

    @property
    def strip(self) -> NoticeStrip:
        return self.studio.get(shell_folder.MESSAGES)

    @property
    def side(self) -> SidePanel:
        return self.studio.get(layers_folder.SIDE).panel

    @property
    def palette_panel(self) -> Palette:
        return self.studio.get(layers_folder.SIDE).palette

    @property
    def layers(self) -> LayersTree:
        return self.studio.get(layers_folder.SIDE).layers

    @property
    def inspector(self) -> Inspector:
        return self.studio.get(inspector_folder.INSPECTOR)

    @property
    def findings(self) -> Findings:
        return self.studio.get(problems_folder.FINDINGS)

    @property
    def problems(self) -> ProblemsPanel:
        return self.studio.get(problems_folder.PROBLEMS)

    @property
    def problem_bubble(self) -> ProblemBubble:
        return self.studio.get(problems_folder.ON_CANVAS).bubble

    @property
    def wire_popover(self) -> WirePopover:
        return self.studio.get(problems_folder.ON_CANVAS).popover

    @property
    def ghosts(self) -> Ghosts:
        return self.studio.get(problems_folder.ON_CANVAS).ghosts

    @property
    def curves(self) -> CurvesPanel:
        return self.studio.get(curves_folder.CURVES)

    @property
    def volumes(self) -> VolumesPanel:
        return self.studio.get(volumes_folder.VOLUMES)

    @property
    def exporting(self) -> Exporting:
        return self.studio.get(volumes_folder.EXPORTING)

    @property
    def maps(self) -> MapsPanel:
        return self.studio.get(maps_folder.MAPS)

    @property
    def drawing(self) -> DrawingCard:
        return self.studio.get(evaluation_folder.DRAWING)

    @property
    def own_picture(self) -> OwnPicture:
        return self.studio.get(evaluation_folder.PICTURE)

    @property
    def comparing(self) -> Comparing:
        return self.studio.get(compare_folder.COMPARING)

    @property
    def training_bar(self) -> TrainingBar:
        return self.studio.get(bars_folder.TRAINING)

    @property
    def data_chip(self) -> DataChip:
        return self.studio.get(bars_folder.DATA).chip

    @property
    def status(self) -> StatusBar:
        return self.studio.get(bars_folder.STATUS)

    @property
    def explain(self) -> ExplainPage:
        return self.studio.get(explain_folder.EXPLAIN)

    @property
    def learn(self) -> LearnPage:
        return self.studio.get(learn_folder.LEARN)

    @property
    def files(self) -> Files:
        return self.studio.get(shell_folder.FILES)

    @property
    def recovery(self) -> Recovery:
        return self.studio.get(shell_folder.RECOVERY)

    def action(self, name: str) -> QAction:
        """The action of a command, as a menu has it when it is open."""
        self.commands.refresh_one(name)
        return self.commands.action(name)

    def made(self, name: str) -> bool:
        """Whether one of the late parts is there already."""
        return self.studio.made(LATE[name])
