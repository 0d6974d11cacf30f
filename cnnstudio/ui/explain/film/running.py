"""What runs: a film has a reel, and a position on it that plays, steps and is scrubbed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.ui.explain.film import timeline
from cnnstudio.ui.explain.film.controls import CELL, CHANNEL, FILTER, ROW, Controls
from cnnstudio.ui.explain.film.layout import MARGIN
from cnnstudio.ui.explain.film.reel import Position, Reel
from cnnstudio.ui.explain.film.scrub_bar import ScrubBar
from cnnstudio.ui.explain.keys import on_key
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.look import motion
from cnnstudio.ui.look.labels import label

#: milliseconds between two frames; between two rows where the system asks for less motion
FRAME, STILL_ROW = 16, 500
#: milliseconds at most in which it runs on to a cell that has not been written
RUNS_ON = 360


class Running(QWidget):
    """Follows a place and moves it. Whoever derives from it has the scene and draws it: ``possible``, ``reel``,
    ``load``, ``draw`` and ``tell``. Nothing is computed while it is hidden."""

    ledger_asked = Signal()

    def __init__(self, place: Place, stage: QWidget, controls: Controls, bar: ScrubBar) -> None:
        super().__init__()
        self.place = place
        self.bar, self.controls = bar, controls
        self.setFocusProxy(stage)
        self.title = label("", "heading")
        self.words = label("", "soft", wrap=True)
        self.position = Position(0, 0, 0)
        self._waited = 0.0
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.beat)
        self._run = QVariantAnimation(self)
        self._run.setDuration(RUNS_ON)
        self._run.valueChanged.connect(self._run_to)
        self._lay_out(stage)
        self.bar.scrubbed.connect(self._scrubbed)
        self.controls.play_asked.connect(self.toggle)
        self.controls.step_asked.connect(self.step)
        self.controls.ledger_asked.connect(self.ledger_asked)
        place.layer_changed.connect(self._enter)
        place.values_changed.connect(self._enter)
        place.moved.connect(self._moved)
        self._bind()

    def _lay_out(self, stage: QWidget) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(MARGIN, 0, MARGIN, 0)
        head.setSpacing(16)
        head.addWidget(self.title)
        head.addWidget(self.words, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(MARGIN, 0, MARGIN, 0)
        foot.addWidget(self.controls)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 8)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(stage, 1)
        column.addWidget(self.bar)
        column.addLayout(foot)

    def _bind(self) -> None:
        keys: tuple[tuple[Qt.Key, Callable[[], object]], ...] = (
            (Qt.Key.Key_Space, self.toggle),
            (Qt.Key.Key_Left, partial(self.step, CELL, -1)),
            (Qt.Key.Key_Right, partial(self.step, CELL, 1)),
            (Qt.Key.Key_Up, partial(self.step, ROW, -1)),
            (Qt.Key.Key_Down, partial(self.step, ROW, 1)),
            (Qt.Key.Key_C, partial(self.step, CHANNEL, 1)),
            (Qt.Key.Key_PageUp, partial(self.step, FILTER, -1)),
            (Qt.Key.Key_PageDown, partial(self.step, FILTER, 1)),
            (Qt.Key.Key_Home, partial(self._jump, False)),
            (Qt.Key.Key_End, partial(self._jump, True)),
            (Qt.Key.Key_Plus, partial(self.controls.hurry, 1)),
            (Qt.Key.Key_Minus, partial(self.controls.hurry, -1)),
        )
        for key, action in keys:
            on_key(self, key, action)

    # what it is about

    @property
    def possible(self) -> bool:
        """Whether there is a film of the layer that is looked at."""
        raise NotImplementedError

    @property
    def reel(self) -> Reel | None:
        """The film that is shown."""
        raise NotImplementedError

    def load(self, possible: bool) -> None:
        """Take another layer, picture or other weights; nothing where there is no film of it."""
        raise NotImplementedError

    def draw(self) -> None:
        """Show the position in the picture."""
        raise NotImplementedError

    def tell(self) -> None:
        """Show the position in words."""
        raise NotImplementedError

    # where it is

    def cell_of(self, position: Position) -> Cell:
        """The cell of the output that is looked at in a position."""
        assert self.reel is not None
        return self.reel.cell(position)

    def position_of(self, cell: Cell) -> Position:
        """Where a cell of the output has just been finished."""
        assert self.reel is not None
        row, column, number = cell
        return self.reel.at(number, row, column)

    @property
    def playing(self) -> bool:
        """Whether it runs by itself."""
        return self._timer.isActive()

    @property
    def still(self) -> bool:
        """Whether there is to be less motion."""
        return motion.still(self)

    def go(self, position: Position) -> None:
        """Be at a position, or at the nearest that the film has."""
        if self.reel is None:
            return
        self.position, self._waited = self.reel.clamped(position), 0.0
        self._tell()

    def step(self, unit: str, by: int) -> None:
        """A step on (1) or back (−1) by a cell, a row, a channel or a filter; a film that runs pauses."""
        reel = self.reel
        if reel is None:
            return
        self.stop()
        steps = {CELL: reel.by_cell, ROW: reel.by_row, CHANNEL: reel.by_step, FILTER: reel.by_filter}
        self.go(steps[unit](self.position, by))

    def toggle(self) -> None:
        """Play or pause; at its end it begins anew."""
        if self.playing:
            self.stop()
        elif self.reel is not None:
            self._run.stop()
            if self.position == self.reel.end:
                self.go(self.reel.start)
            self._clock.start()
            self._timer.start(STILL_ROW if self.still else FRAME)
            self.controls.show_playing(True)

    def stop(self) -> None:
        """Stand still."""
        self._run.stop()
        if self.playing:
            self._timer.stop()
            self.controls.show_playing(False)
            self._tell()

    def beat(self) -> None:
        """What it does at each frame: it is as far on as time has passed."""
        reel = self.reel
        if reel is None or not self.isVisible():
            self.stop()
            return
        if self.still:
            self.position, self._waited = timeline.advanced(reel, self.position, 0.0, timeline.ROW_A_FRAME)
        else:
            waited = self._waited + self._clock.nsecsElapsed() / 1e6
            self._clock.start()
            speed = self.controls.speed.value()
            self.position, self._waited = timeline.advanced(reel, self.position, waited, speed)
        if self.position == reel.end:
            self.stop()
        self._tell()

    @property
    def progress(self) -> float:
        """How far it is towards the next step, 0…1."""
        if self.reel is None or not self.playing or self.still:
            return 0.0
        speed = self.controls.speed.value()
        if speed >= timeline.ROW_A_FRAME:
            return 0.0
        return min(self._waited * timeline.SPEEDS[speed] / timeline.lasts(self.reel, self.position), 1.0)

    # following

    def _enter(self) -> None:
        """Another layer, picture or weights: the position is made to fit before anything is shown."""
        self._run.stop()
        possible = self.isVisible() and self.possible
        if not possible:
            self.stop()
        self.load(possible)
        if self.reel is not None:
            self.position = self.reel.clamped(self.position)
            self._adopt()
            self._tell()

    def _moved(self) -> None:
        if self.reel is not None and self.isVisible() and self.cell_of(self.position) != self.place.cell:
            self._adopt()
            self._tell()

    def _adopt(self) -> None:
        """Be where the place is."""
        if self.reel is not None and self.cell_of(self.position) != self.place.cell:
            self.position, self._waited = self.position_of(self.place.cell), 0.0

    def _tell(self) -> None:
        """Show the position everywhere."""
        reel = self.reel
        if reel is None:
            return
        self.draw()
        self.bar.show_position(reel, self.position)
        self.tell()
        self.place.move_to(self.cell_of(self.position))

    # what the hands ask for

    def _jump(self, end: bool) -> None:
        if self.reel is not None:
            self.stop()
            self.go(self.reel.end if end else self.reel.start)

    def cell_asked(self, row: int, column: int) -> None:
        """Pause at a cell of the map that is written. To one further on the film runs, unless the system asks for less
        motion or it is on its way already: then a hand drags."""
        reel = self.reel
        if reel is None:
            return
        runs = self._run.state() == QVariantAnimation.State.Running
        self.stop()
        target, done = reel.at(self.position.filter, row, column), reel.cells_of_map(self.position)
        if runs or self.still or target.place <= done or self.position.step < 0:
            self.go(target)
            return
        self._run.setStartValue(done)
        self._run.setEndValue(target.place)
        self._run.start()

    def _run_to(self, place: int) -> None:
        if self.reel is not None and self._run.state() == QVariantAnimation.State.Running:
            self.go(Position(self.position.filter, place, self.reel.steps))

    def filter_asked(self, number: int) -> None:
        """Pause at the same place of another map."""
        if self.reel is not None:
            self.stop()
            self.go(Position(number, self.position.place, self.reel.steps))

    def _scrubbed(self, share: float) -> None:
        if self.reel is not None:
            self.stop()
            self.go(timeline.position_at(self.reel, share))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._enter()

    def hideEvent(self, event: QHideEvent) -> None:
        self.stop()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.controls.be_tight(self.width() < 960)
