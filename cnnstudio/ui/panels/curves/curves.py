"""The curves panel: loss and accuracy while the network learns, one point a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import get_args

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from cnnstudio.nn.training.events import Event
from cnnstudio.project.kept.run_before import run_before
from cnnstudio.project.since_training import since_training
from cnnstudio.runs.run import History, Run
from cnnstudio.ui.look.labels import label, on_ground, plain_tip
from cnnstudio.ui.panels.curves.chart import Chart
from cnnstudio.ui.panels.curves.curve_data import CurveData
from cnnstudio.ui.panels.curves.curve_export import export_curves, tried
from cnnstudio.ui.panels.curves.curve_options import CurveOptions
from cnnstudio.ui.panels.curves.drawing.other_runs import OtherRun
from cnnstudio.ui.panels.curves.marks import Mark, edit_words, marks_of
from cnnstudio.ui.panels.curves.plot_axes import SECONDS, TimeScale
from cnnstudio.ui.panels.curves.plot_view import TITLES, Name, PlotView
from cnnstudio.ui.panels.curves.rate_view import RateView
from cnnstudio.ui.run.looked_at import Looking
from cnnstudio.ui.run.rate_search import RateSearch
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.widgets.choosing.segments import Segments
from cnnstudio.worker.background import Background
from cnnstudio.worker.lanes import Log
from cnnstudio.worker.refresh_rate import Moment, RefreshRate

#: seconds between two looks at the log while a run is under way: the least, and the most where drawing is slow
PAUSE, LONGEST = 0.08, 0.4
#: how much of the window's time may go into drawing the curves
SHARE = 0.025
#: from this width on both plots lie side by side
WIDE = 620


@dataclass(frozen=True, eq=False)
class _Before:
    """The run before the run ``of``, and what was changed between both."""

    of: str
    history: History | None
    edit: str


def _before(run: Run) -> _Before:
    found = run_before(run)
    if found is None:
        return _Before(run.id, None, "")
    return _Before(run.id, found.history, edit_words(found.design, run.design))


class CurvesPanel(QWidget):
    """Follows the log of the session: what is new is appended, and a new log begins new curves."""

    #: other steps are seen, or another one is pointed at
    seen_changed = Signal()

    def __init__(
        self,
        run_control: RunControl,
        rates: RateSearch | None = None,
        parent: QWidget | None = None,
        *,
        looking: Looking | None = None,
    ) -> None:
        super().__init__(parent)
        on_ground(self, "panel")
        self._run_control, self._rates, self._looking = run_control, rates, looking
        #: the run whose parent was looked for, and what was changed since that
        self._of, self._edit = "", ""
        self._reading = Background("Reading the run before", self)
        self._reading.answered.connect(self._heard_before)
        self._log: Log[Event] = run_control.session.log
        self._read = 0
        self._painting = 0.0
        self._chosen: Name = "loss"
        self.data = CurveData()
        #: runs that are drawn under the one that is shown
        self.others: tuple[OtherRun, ...] = ()
        self._pauses: list[int] = []
        self._time = TimeScale()
        self.plots: dict[Name, PlotView] = {}
        both = QHBoxLayout()
        both.setSpacing(20)
        self.switch = Segments("Curve", dict(TITLES.items()), self._chosen, tight=False, evenly=False)
        self.switch.changed.connect(lambda chosen: self.choose(next(name for name in self.plots if name == chosen)))
        self.switches = self.switch.buttons
        for name in get_args(Name):
            view = PlotView(name, self.data)
            view.pointed.connect(self.point_at)
            view.chart.seen_changed.connect(self.seen_changed)
            self.plots[name] = view
            both.addWidget(view, 1)
        self.more = CurveOptions(self._smooth, self._export, self.run_time)
        self.curves = QWidget()
        column = QVBoxLayout(self.curves)
        column.setContentsMargins(12, 8, 12, 4)
        column.setSpacing(6)
        column.addLayout(both, 1)
        self.empty = self._empty_state()
        self.stack = QStackedLayout(self)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.curves)
        self.rates = RateView(rates) if rates is not None else None
        if rates is not None and self.rates is not None:
            self.stack.addWidget(self.rates)
            rates.changed.connect(self._show_page)
        self._refresh_rate = RefreshRate(PAUSE, LONGEST, SHARE, self)
        self._timer = QTimer(self, interval=round(1000 * PAUSE))
        self._timer.timeout.connect(self._tick)
        run_control.changed.connect(self._state_changed)
        if looking is not None:
            looking.changed.connect(self._look_back)
        self._arrange()
        self.follow()

    def _tick(self) -> None:
        spent, begun = sum(plot.chart.painting for plot in self.plots.values()) - self._painting, Moment()
        self.follow()
        self._painting += spent  # what is drawn now is painted later, and counted with the next turn
        self._refresh_rate.took(spent + begun.spent())
        if (pause := round(1000 * self._refresh_rate.pause)) != self._timer.interval():
            self._timer.setInterval(pause)

    def follow(self) -> None:
        """Read what is new in the log and draw it."""
        log = self._run_control.session.log
        if log is not self._log:
            self._log, self._read = log, 0
            self.data.clear()
            self._of = self._edit = ""
            self._pauses.clear()
            for plot in self.plots.values():
                plot.point_at(0)
                plot.show_all()
        self._look_back()
        events = log.read(self._read)
        self._read += len(events)
        if self.data.add(events) or events:
            self._draw()
        self._show_page()

    def _look_back(self, *_: object) -> None:
        """Read the run before, where the run that is shown went on from its weights after an edit."""
        run = self._looking.now.run if self._looking is not None else None
        if run is not None and run.id != self._of:
            self._of, self._edit, self.data.before = run.id, "", None
            if run.parent:
                self._reading.ask(partial(_before, run))

    def _heard_before(self, found: _Before) -> None:
        if found.of == self._of:
            self.data.before, self._edit = found.history, found.edit
            self._draw()

    def shutdown(self) -> None:
        """Read no more. Safe to call twice."""
        self._reading.shutdown()

    def _show_page(self) -> None:
        """What is searched for a learning rate lies over the curves until it is closed."""
        if self.rates is not None and self._rates is not None and self._rates.open:
            self.stack.setCurrentWidget(self.rates)
        else:
            self.stack.setCurrentWidget(self.curves if len(self.data.loss) or self.others else self.empty)

    def show_others(self, runs: Sequence[OtherRun]) -> None:
        """Draw other runs under the one that is shown."""
        self.others = tuple(runs)
        self._show_others()
        self._show_page()

    def _show_others(self) -> None:
        """It is said once whose curves they are: in the first plot that is seen."""
        seen = [name for name, plot in self.plots.items() if not plot.isHidden()]
        for name, plot in self.plots.items():
            plot.show_others(self.others, named=name == seen[0])

    def choose(self, name: Name) -> None:
        """Show this plot where there is room for one only."""
        self._chosen = name
        self.switch.show_choice(name)
        self._arrange()

    def _marks(self) -> list[Mark]:
        """What was done to the run; pauses are remembered only here, they change nothing in it."""
        names = {node: card.name for node, card in self._run_control.document.project.design.cards.items()}
        pauses = [Mark(step, "paused") for step in self._pauses]
        marks = [*marks_of(self.data.commands, names, self.data.epochs), *pauses]
        if self.data.before is not None:
            marks.append(Mark(0, self._edit))
        if not self._run_control.session.active and since_training(self._run_control.document.project) is not None:
            marks.append(Mark(len(self.data.loss) - 1, "network changed since"))
        return sorted(marks, key=lambda mark: mark.step)

    def _draw(self) -> None:
        marks, chance = self._marks(), self._run_control.verdict.chance
        if self._time.unit == SECONDS:
            self._time = replace(self._time, seconds=self.data.seconds(self._pace))
        for plot in self.plots.values():
            if not plot.isHidden():
                plot.show_time(self._time)
                plot.show_guessing(chance)
                plot.show_data(marks)

    @property
    def chart(self) -> Chart:
        """The chart that shows the time: of both the first, or the one there is room for."""
        return next(plot.chart for name, plot in self.plots.items() if not plot.isHidden() or name == self._chosen)

    @property
    def pointed_at(self) -> int:
        """The step of the crosshair, 0 without one."""
        return self.plots[self._chosen].step

    def point_at(self, step: int) -> None:
        """Put the crosshair at a step, from 1; 0 takes it away."""
        if step != self.pointed_at:
            for plot in self.plots.values():
                plot.point_at(step)
            self.seen_changed.emit()

    def _arrange(self) -> None:
        wide = self.width() >= WIDE
        for name, plot in self.plots.items():
            hidden = not wide and name != self._chosen
            if plot.isHidden() != hidden:
                plot.setVisible(not hidden)
            plot.title.setVisible(wide)
        if not wide:
            self.plots[self._chosen].head.insertWidget(0, self.switch)
        self.plots["accuracy" if wide else self._chosen].head.addWidget(self.more)
        self.switch.setVisible(not wide)
        self._show_others()
        self._draw()

    def _smooth(self, weight: float) -> None:
        self.data.smoothing = weight
        self._draw()
        for plot in self.plots.values():
            plot.point_at(plot.step)

    def run_time(self, unit: str, logarithmic: bool) -> None:
        """Count time in epochs, steps or seconds, evenly or by its powers of ten."""
        self._time = TimeScale(unit, logarithmic)
        for plot in self.plots.values():
            plot.show_time(self._time)
            plot.show_all()
        self._draw()

    @property
    def _pace(self) -> float:
        """The seconds of a step of the run under way, 0 where nobody knows."""
        status = self._run_control.session.status.value
        if status is None or status.images_per_second <= 0 or not self.data.batch:
            return 0.0
        return self.data.batch / status.images_per_second

    def _export(self, ending: str) -> None:
        """Ask where to, and write it."""
        dialog = QFileDialog(self, "Export the curves", str(Path.home() / f"curves{ending}"), f"*{ending}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending[1:])
        dialog.fileSelected.connect(self.write)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.open()

    def write(self, path: str) -> None:
        """Write the curves to a file; what it becomes, the end of its name says."""
        buttons = (self.more, *(plot.log_button for plot in self.plots.values()))
        tried(
            lambda where: export_curves(self.data, self.curves, where, without=buttons),
            Path(path),
            self._run_control.notices,
        )

    def _empty_state(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 12, 24, 12)
        column.setSpacing(8)
        column.addStretch()
        title = label("Loss and accuracy", "title")
        text = label("Drawn here while the network learns: one point for every batch.", "soft", wrap=True)
        button = self.begin = QPushButton("Train")
        button.clicked.connect(lambda: self._run_control.train())
        for widget in (title, text):
            widget.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(widget)
        column.addSpacing(4)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        return page

    def _state_changed(self) -> None:
        why = "" if self._run_control.session.active else self._run_control.why_not()
        self.begin.setEnabled(not why)
        self.begin.setToolTip(plain_tip(why) or "Begin to train the network (F5)")
        moves = self._run_control.session.active and self._run_control.session.state != "paused"
        if moves and self.isVisible():
            if not self._timer.isActive():
                self._timer.start()
        else:
            self._timer.stop()
        self.follow()
        if self._run_control.session.state == "paused" and (steps := len(self.data.loss)):
            if self._pauses[-1:] == [steps - 1]:  # whoever goes batch by batch does not pause at each
                del self._pauses[-1]
            if steps not in self._pauses[-1:]:
                self._pauses.append(steps)
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._state_changed()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
