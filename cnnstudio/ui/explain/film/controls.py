"""What a film is driven with: play, steps, speed, the channels with rows of their own, the way to the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QTransform
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QToolButton, QWidget

from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.explain.film import timeline
from cnnstudio.ui.look import dressing, icons, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.widgets.choosing.segments import Segments

CELL, ROW, CHANNEL, FILTER = "cell", "row", "channel", "filter"
#: the units of a film, and what each is called there
ALL: Mapping[str, str] = MappingProxyType({unit: unit for unit in (CELL, ROW, CHANNEL, FILTER)})
_KEYS = {CELL: "Left, Right", ROW: "Up, Down", CHANNEL: "C", FILTER: "Page Up, Page Down"}


class Controls(QWidget):
    """Buttons that ask; whoever plays the film answers."""

    play_asked = Signal()
    #: a unit (``CELL``, ``ROW``, ``CHANNEL``, ``FILTER``) and 1 or −1
    step_asked = Signal(str, int)
    ledger_asked = Signal()
    strongest_asked = Signal()

    def __init__(self, units: Mapping[str, str] = ALL) -> None:
        super().__init__()
        self._names = units
        self.play = QPushButton()
        self.play.setProperty("role", "primary")
        self.play.setToolTip("Write the map, cell by cell (Space)")
        self.play.setMinimumWidth(82)
        self.play.clicked.connect(self.play_asked)
        self.unit, self._units = CELL, self._unit_switch()
        self.back, self.forth = self._step("One step back", -1), self._step("One step on", 1)
        self.rows = QPushButton()
        self.rows.setToolTip("Which maps have a row of their own: click one at the left, A walks on, T: the strongest")
        self.rows.clicked.connect(self.strongest_asked)
        self.ledger = QPushButton("Ledger")
        self.ledger.setToolTip("All products of the cell as a table (L)")
        self.ledger.clicked.connect(self.ledger_asked)
        self.speed = QSlider(Qt.Orientation.Horizontal)
        self.speed.setRange(0, timeline.MAP_A_FRAME)
        self.speed.setValue(timeline.USUAL_SPEED)
        self.speed.setPageStep(1)
        self.speed.setFixedWidth(84)
        self.speed.setAccessibleName("Speed of the film")
        self.speed.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.speed.setToolTip("How fast the cells are written (+ and −)")
        self.speed.valueChanged.connect(self._say_speed)
        self.speed_words = label("", "secondary")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self._speed_name = label("speed", "secondary")
        for widget in (self.play, self.back, self._units, self.forth, self._speed_name, self.speed):
            line.addWidget(widget)
        line.addWidget(self.speed_words)
        line.addStretch(1)
        for widget in (self.rows, self.ledger):
            line.addWidget(widget)
        dressing.follow(self, self._dress)
        self._playing = False
        self._dress()

    def show_playing(self, playing: bool) -> None:
        """Whether the film runs."""
        if playing != self._playing:
            self._playing = playing
            self._dress()

    def show_rows(self, shown: str) -> None:
        """Say which maps have rows of their own; "" where all have."""
        self.rows.setVisible(bool(shown))
        self.rows.setText(shown)

    def hurry(self, by: int) -> None:
        """Faster by a step, or slower."""
        self.speed.setValue(self.speed.value() + by)

    def be_tight(self, tight: bool) -> None:
        """Leave out what a narrow window has no room for."""
        for words in (self.speed_words, self._speed_name):
            words.setVisible(not tight)

    def _unit_switch(self) -> Segments:
        tips = {unit: f"Step by one {name} ({_KEYS[unit]})" for unit, name in self._names.items()}
        units = Segments("Step", self._names, CELL, tips=tips, evenly=False)
        units.changed.connect(self._choose)
        return units

    def _choose(self, unit: str) -> None:
        self.unit = unit

    def _step(self, words: str, by: int) -> QToolButton:
        made = QToolButton()
        made.setToolTip(words)
        made.setAccessibleName(words)
        made.setAutoRepeat(True)
        made.setIconSize(QSize(14, 14))
        made.clicked.connect(lambda: self.step_asked.emit(self.unit, by))
        return made

    def _say_speed(self) -> None:
        speed = self.speed.value()
        if speed >= timeline.MAP_A_FRAME:
            words = "a map a frame"
        elif speed >= timeline.ROW_A_FRAME:
            words = "a row a frame"
        else:
            words = f"{amount(round(timeline.cells_a_second(speed)), 'cell')} a second"
        self.speed_words.setText(words)
        self.speed_words.ensurePolished()
        self.speed_words.setMinimumWidth(self.speed_words.fontMetrics().horizontalAdvance("2 560 cells a second"))

    def _dress(self) -> None:
        look = theme.current()
        for unit in self._units.buttons.values():
            unit.setMinimumWidth(unit.fontMetrics().horizontalAdvance(unit.text()) + 14)
        self._say_speed()
        self.play.setText("Pause" if self._playing else "Play")
        self.play.setIcon(icons.icon("pause" if self._playing else "train", look.on_accent))
        self.play.setIconSize(QSize(14, 14))
        for button, mirrored in ((self.back, True), (self.forth, False)):
            arrow = icons.pixmap("chevron_right", 16, look.text)
            button.setIcon(QIcon(arrow.transformed(QTransform().scale(-1, 1)) if mirrored else arrow))
