"""Moves the window by itself: play, pause, one position, speed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QTransform
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QToolButton, QWidget

from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.look import dressing, icons, theme
from cnnstudio.ui.look.labels import label

#: positions a second
SPEEDS = (1, 2, 4, 8, 15, 30, 60)


class Player(QWidget):
    """Follows a place and moves it; ``stepping`` comes before each step it takes by itself."""

    stepping = Signal()

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self.play = QPushButton()
        self.play.setProperty("role", "primary")
        self.play.clicked.connect(self.toggle)
        self.back = self._button("One position back", "Left", lambda: place.go_to_position(place.position - 1))
        self.forth = self._button("One position on", "Right", lambda: place.go_to_position(place.position + 1))
        self.speed = QSlider(Qt.Orientation.Horizontal)
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setValue(3)
        self.speed.setPageStep(1)
        self.speed.setFixedWidth(84)
        self.speed.setAccessibleName("Speed")
        self.speed.valueChanged.connect(self._set_speed)
        self.along = QSlider(Qt.Orientation.Horizontal)
        self.along.setAccessibleName("Position")
        self.along.setToolTip("The position of the window, row by row (Home and End: the first and the last)")
        self.along.valueChanged.connect(self._dragged)
        self.count = label("", "soft")
        theme.wear(self.count, "figures")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.play, self.back, self.forth, label("speed", "secondary"), self.speed):
            row.addWidget(widget)
        row.addWidget(self.along, 1)
        row.addWidget(self.count)
        for slider in (self.speed, self.along):
            slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.step)
        dressing.follow(self, self._dress)
        self._set_speed()
        self._dress()

    @property
    def playing(self) -> bool:
        """Whether the window moves by itself."""
        return self._timer.isActive()

    @property
    def interval(self) -> int:
        """Milliseconds from one position to the next."""
        return self._timer.interval()

    def toggle(self) -> None:
        """Play or pause."""
        if self.playing:
            self.stop()
        elif self._place.ready:
            self._timer.start()
            self._dress()

    def hurry(self, by: int) -> None:
        """Faster by a step, or slower."""
        self.speed.setValue(self.speed.value() + by)

    def stop(self) -> None:
        """Stand still."""
        self._timer.stop()
        self._dress()

    def follow(self) -> None:
        """Show where the place is."""
        place = self._place
        self.along.blockSignals(True)
        self.along.setRange(0, place.positions - 1)
        self.along.setValue(place.position)
        self.along.blockSignals(False)
        self._leave_room()
        self.count.setText(f"{thousands(place.position + 1)} of {thousands(place.positions)}")
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def step(self) -> None:
        """What it does at each beat: one position on, where there is one."""
        if self._place.ready:
            self.stepping.emit()
            self._place.go_to_position(self._place.position + 1)
        else:
            self.stop()

    def _dragged(self, position: int) -> None:
        if self._place.ready:
            self._place.go_to_position(position)

    def _set_speed(self) -> None:
        speed = SPEEDS[self.speed.value()]
        self._timer.setInterval(1000 // speed)
        self.speed.setToolTip(f"{amount(speed, 'position')} a second (+ and −)")

    def _button(self, what: str, key: str, action: Callable[[], object]) -> QToolButton:
        made = QToolButton()
        made.setToolTip(f"{what} ({key})")
        made.setAccessibleName(what)
        made.setAutoRepeat(True)
        made.clicked.connect(action)
        made.setIconSize(QSize(14, 14))
        return made

    def _leave_room(self) -> None:
        whole = thousands(self._place.positions) if self._place.ready else ""
        self.count.setMinimumWidth(self.count.fontMetrics().horizontalAdvance(f"{whole} of {whole}"))

    def _dress(self) -> None:
        self._leave_room()
        self.play.setText("Pause" if self.playing else "Slide")
        self.play.setToolTip("Let the window slide over all positions (Space)")
        self.play.setIcon(icons.icon("pause" if self.playing else "train", theme.current().on_accent))
        self.play.setIconSize(QSize(14, 14))
        self.play.setMinimumWidth(82)
        for button, mirrored in ((self.back, True), (self.forth, False)):
            arrow = icons.pixmap("chevron_right", 16, theme.current().text)
            button.setIcon(QIcon(arrow.transformed(QTransform().scale(-1, 1)) if mirrored else arrow))
