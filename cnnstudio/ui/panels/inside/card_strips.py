"""The rows of the strip on the cards of the layers, over the time of the curves, while somebody wants them there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.panels.inside.strip import Strip, levels_at, scale_of
from cnnstudio.ui.panels.inside.time_line import TimeLine, level_columns
from cnnstudio.ui.run.watching import Watching

#: milliseconds between two drawings
PAUSE = 500
#: columns of a row: a card is hardly wider
COLUMNS = 120


class CardStrips(QObject):
    """Off until it is switched ``on``; then each layer's card has its row of the figure that the strip shows."""

    changed = Signal()

    def __init__(
        self, strip: Strip, watching: Watching, time: TimeLine, show: Callable[[Mapping[str, QImage]], object]
    ) -> None:
        super().__init__(strip)
        self._strip, self._watching, self._time, self._show = strip, watching, time, show
        self.on = False
        self._later = QTimer(self, interval=PAUSE, singleShot=True)
        self._later.timeout.connect(self.draw)
        watching.changed.connect(self.soon)

    def switch(self, on: bool) -> None:
        """Draw them from now on, or no more."""
        if on != self.on:
            self.on = on
            self.draw()
            self.changed.emit()

    def soon(self) -> None:
        """Something of it is another: the steps, the figure, or what is seen of the time."""
        if self.on and not self._later.isActive():
            self._later.start()

    def draw(self) -> None:
        """Draw what is known now."""
        steps, way = self._watching.steps, self._strip.way
        if not self.on or not len(steps):
            self._show({})
            return
        places = level_columns(steps.stretches, self._time, COLUMNS)
        rows = levels_at(places, steps, way, scale_of(steps, way))
        look = theme.current()
        self._show(
            {layer: pictures.indexed(row[None], look.viridis) for layer, row in zip(steps.layers, rows, strict=True)}
        )
