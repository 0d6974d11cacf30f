"""The film of a convolution: follows the place that all of Explain looks at, and moves it while it plays."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.phrases import amount
from cnnstudio.ui.explain.film import timeline
from cnnstudio.ui.explain.film.controls import CELL, CHANNEL, FILTER, ROW, Controls
from cnnstudio.ui.explain.film.film_stage import FilmStage
from cnnstudio.ui.explain.film.layout import MARGIN
from cnnstudio.ui.explain.film.reel import Position, Reel
from cnnstudio.ui.explain.film.rows import walked_on, with_row
from cnnstudio.ui.explain.film.scene import Scene
from cnnstudio.ui.explain.film.scrub_bar import ScrubBar
from cnnstudio.ui.explain.keys import on_key
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.look import motion
from cnnstudio.ui.look.labels import label

#: milliseconds between two frames; between two rows where the system asks for less motion
FRAME, STILL_ROW = 16, 500


class Film(QWidget):
    """Nothing is computed while it is hidden."""

    ledger_asked = Signal()

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.stage, self.bar, self.controls = FilmStage(), ScrubBar(), Controls()
        self.setFocusProxy(self.stage)
        self.title = label("", "heading")
        self.words = label("", "soft", wrap=True)
        self.scene: Scene | None = None
        self.position = Position(0, 0, 0)
        self._waited = 0.0
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.beat)
        self._lay_out()
        self.stage.cell_asked.connect(self._cell_asked)
        self.stage.filter_asked.connect(self._filter_asked)
        self.stage.channel_asked.connect(self._channel_asked)
        self.bar.scrubbed.connect(self._scrubbed)
        self.controls.play_asked.connect(self.toggle)
        self.controls.step_asked.connect(self.step)
        self.controls.ledger_asked.connect(self.ledger_asked)
        self.controls.strongest_asked.connect(lambda: self._choose(()))
        place.layer_changed.connect(self._enter)
        place.values_changed.connect(self._enter)
        place.moved.connect(self._moved)
        self._bind()

    def _lay_out(self) -> None:
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
        column.addWidget(self.stage, 1)
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
            (Qt.Key.Key_A, self._walk_on),
            (Qt.Key.Key_T, partial(self._choose, ())),
        )
        for key, action in keys:
            on_key(self, key, action)

    # where it is

    @property
    def possible(self) -> bool:
        """Whether there is a film of the layer that is looked at."""
        return self.place.ready and Scene.possible(self.place.probed, self.place.node)

    @property
    def reel(self) -> Reel | None:
        """The film that is shown."""
        return None if self.scene is None else self.scene.reel

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
        if self.scene is None:
            return
        self.position, self._waited = self.scene.reel.clamped(position), 0.0
        self._tell()

    def step(self, unit: str, by: int) -> None:
        """A step on (1) or back (−1) by a cell, a row, a channel or a filter; a film that runs pauses."""
        if self.scene is None:
            return
        self.stop()
        reel = self.scene.reel
        steps = {CELL: reel.by_cell, ROW: reel.by_row, CHANNEL: reel.by_step, FILTER: reel.by_filter}
        self.go(steps[unit](self.position, by))

    def toggle(self) -> None:
        """Play or pause; at its end it begins anew."""
        if self.playing:
            self.stop()
        elif self.scene is not None:
            if self.position == self.scene.reel.end:
                self.go(self.scene.reel.start)
            self._clock.start()
            self._timer.start(STILL_ROW if self.still else FRAME)
            self.controls.show_playing(True)

    def stop(self) -> None:
        """Stand still."""
        if self.playing:
            self._timer.stop()
            self.controls.show_playing(False)
            self._tell()

    def beat(self) -> None:
        """What it does at each frame: it is as far on as time has passed."""
        if self.scene is None or not self.isVisible():
            self.stop()
            return
        reel = self.scene.reel
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
        if self.scene is None or not self.playing or self.still:
            return 0.0
        speed = self.controls.speed.value()
        if speed >= timeline.ROW_A_FRAME:
            return 0.0
        return min(self._waited * timeline.SPEEDS[speed] / timeline.lasts(self.scene.reel, self.position), 1.0)

    # following

    def _enter(self) -> None:
        """Another layer, picture or weights: the position is made to fit before anything is shown."""
        if not self.isVisible() or not self.possible:
            self.stop()
            self.scene = None
            self.stage.show_scene(None)
            return
        chosen = self.scene.chosen if self.scene is not None and self.scene.node == self.place.node else ()
        scene = Scene(self.place.probed, self.place.node)
        if chosen and max(chosen) < scene.read.shape[2]:
            scene.choose(chosen)
        self.scene = scene
        self.position = scene.reel.clamped(self.position)
        self.stage.show_scene(scene)
        self._adopt()
        self._tell()

    def _moved(self) -> None:
        if self.scene is not None and self.isVisible() and self.scene.reel.cell(self.position) != self.place.cell:
            self._adopt()
            self._tell()

    def _adopt(self) -> None:
        """Be where the place is."""
        if self.scene is not None and self.scene.reel.cell(self.position) != self.place.cell:
            row, column, number = self.place.cell
            self.position, self._waited = self.scene.reel.at(number, row, column), 0.0

    def _tell(self) -> None:
        """Show the position everywhere."""
        if self.scene is None:
            return
        reel, position = self.scene.reel, self.position
        self.stage.show_position(position, self.progress)
        self.bar.show_position(reel, position)
        self.controls.show_rows(self._shown_rows())
        where = "picture" if self.scene.image else "maps"
        self.title.setText(f"Filter {position.filter + 1} of {reel.filters} is laid on the {where}")
        self.words.setText(self._sentence())
        if not self.playing:
            self.stage.setAccessibleDescription(self.stage.spoken())
        self.place.move_to(reel.cell(position))

    def _sentence(self) -> str:
        assert self.scene is not None
        scene, reel = self.scene, self.scene.reel
        channels, end = len(scene.channels(self.position.filter)), "one cell of the map"
        if channels > reel.rows:
            own, others = amount(reel.rows - 1, "map"), thousands(channels - reel.rows + 1)
            return f"{own} of those read have a row each, the other {others} are added up in one."
        if channels == 1:
            return f"Its products are added up{' with the bias' if reel.bias else ''}: {end}."
        each, all_of_them = "colour sheet" if scene.coloured else "map", amount(channels, "number")
        if reel.bias:
            return f"Each {each} gives one number. {all_of_them} and the bias: {end}."
        return f"Each {each} gives one number. {all_of_them}, added up: {end}."

    def _shown_rows(self) -> str:
        assert self.scene is not None
        if len(self.scene.channels(self.position.filter)) <= self.scene.reel.rows:
            return ""
        return "Rows: chosen" if self.scene.chosen else f"Rows: {self.scene.reel.rows - 1} strongest"

    # what the hands ask for

    def _jump(self, end: bool) -> None:
        if self.scene is not None:
            self.stop()
            self.go(self.scene.reel.end if end else self.scene.reel.start)

    def _cell_asked(self, row: int, column: int) -> None:
        if self.scene is not None:
            self.stop()
            self.go(self.scene.reel.at(self.position.filter, row, column))

    def _filter_asked(self, number: int) -> None:
        if self.scene is not None:
            self.stop()
            row, column, _ = self.scene.reel.cell(self.position)
            self.go(self.scene.reel.at(number, row, column))

    def _scrubbed(self, share: float) -> None:
        if self.scene is not None:
            self.stop()
            self.go(timeline.position_at(self.scene.reel, share))

    def _channel_asked(self, channel: int) -> None:
        if self.scene is not None:
            channels = self.scene.channels(self.position.filter)
            if len(channels) > self.scene.reel.rows:
                shown = tuple(row.channels[0] for row in self.scene.rows(self.position.filter) if row.single)
                self._choose(with_row(channels, self.scene.chosen or shown, channel))

    def _walk_on(self) -> None:
        if self.scene is not None:
            channels = self.scene.channels(self.position.filter)
            if len(channels) > self.scene.reel.rows:
                shown = tuple(row.channels[0] for row in self.scene.rows(self.position.filter) if row.single)
                self._choose(walked_on(channels, shown))

    def _choose(self, channels: tuple[int, ...]) -> None:
        if self.scene is not None:
            self.scene.choose(channels)
            self.stage.rows_changed()
            self._tell()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._enter()

    def hideEvent(self, event: QHideEvent) -> None:
        self.stop()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.controls.be_tight(self.width() < 960)
