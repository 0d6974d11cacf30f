"""One movement from the whole network to one map and back: what is seen in both pictures flies between its places."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEasingCurve, QRectF, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.explain.film.layout import between
from cnnstudio.ui.look import motion, theme

#: milliseconds of the movement, and of the outline where the system asks for less motion
LASTS, OUTLINED = 320, 1000
#: so much of the movement may be over when its first picture is there: it has hardly begun to move by then
_ASKED = LASTS // 4
#: by when what is left has faded, and from when what comes appears, as shares of the movement
_GONE, _COMES = 0.38, 0.62

#: where a map is seen: its layer and its number → its place
Places = Mapping[tuple[str, int], QRectF]


@dataclass(frozen=True)
class Flight:
    """A picture that flies, and the places between which it does."""

    picture: QImage
    begin: QRectF
    end: QRectF


class Zoom(QWidget):
    """Lies over a page while what it shows changes."""

    #: a movement has come to its end, or was cut short
    arrived = Signal()

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        self._page = page
        self._before, self._after = QPixmap(), QPixmap()
        self._flights: tuple[Flight, ...] = ()
        self._outlined = QRectF()
        self._share = 0.0
        self._motion = QVariantAnimation(self)
        self._motion.setStartValue(0.0)
        self._motion.setEndValue(1.0)
        self._motion.setDuration(LASTS)
        self._motion.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._motion.valueChanged.connect(self._show)
        self._motion.finished.connect(self.stop)
        self._cut = QTimer(self, singleShot=True, interval=OUTLINED)
        self._cut.timeout.connect(self.stop)

    @property
    def moving(self) -> bool:
        """Whether something is on its way."""
        return self._motion.state() == QVariantAnimation.State.Running

    def change(
        self,
        act: Callable[[], object],
        picture_of: Callable[[tuple[str, int]], QImage] | None,
        before: Callable[[], Places],
        after: Callable[[], Places],
        chosen: tuple[str, int],
    ) -> None:
        """Let ``act`` change the page, and show how. ``before`` and ``after`` say where in the page maps are seen then;
        ``chosen`` is the one that it is about; pictures of which nobody knows more are cut out of what was seen. The
        movement begins when it is asked for, and what has to be drawn first takes of its time. Where the system asks
        for less motion it is a cut."""
        asked = time.perf_counter()
        self.stop()
        self._before, begun = self._page.grab(), before()
        act()
        self._after, ended = self._page.grab(), after()
        self.setGeometry(self._page.rect())
        if motion.still(self._page):
            self._outlined = ended.get(chosen, QRectF())
            self._cut.start()
        else:
            both = sorted((key for key in begun if key in ended), key=lambda key: key == chosen)
            pictures = {key: self._cut_out(begun[key]) if picture_of is None else picture_of(key) for key in both}
            self._flights = tuple(Flight(pictures[key], begun[key], ended[key]) for key in both)
            self._share = 0.0
            self._motion.start()
            self._motion.setCurrentTime(min(round(1000 * (time.perf_counter() - asked)), _ASKED))
        self.show()
        self.raise_()

    def _cut_out(self, box: QRectF) -> QImage:
        """A part of what was seen before."""
        ratio = self._before.devicePixelRatioF()
        part = QRectF(box.topLeft() * ratio, box.size() * ratio).toRect()
        return self._before.copy(part).toImage()

    def stop(self) -> None:
        """Be there at once."""
        if self.isHidden():
            return
        self._motion.stop()
        self._cut.stop()
        self.hide()
        self._flights, self._outlined = (), QRectF()
        self._before, self._after = QPixmap(), QPixmap()
        self.arrived.emit()

    def _show(self, share: float) -> None:
        self._share = share
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        if self._cut.isActive():
            painter.setPen(QPen(look.accent, 3))
            painter.drawRect(self._outlined.adjusted(-3, -3, 3, 3))
            return
        painter.fillRect(self.rect(), look.background)
        going, coming = max(0.0, 1 - self._share / _GONE), max(0.0, (self._share - _COMES) / (1 - _COMES))
        for pixmap, seen in ((self._before, going), (self._after, coming)):
            if seen > 0:
                painter.setOpacity(seen)
                painter.drawPixmap(0, 0, pixmap)
        painter.setOpacity(1.0 if coming == 0 else max(1 - coming**2, 0.0))
        for flight in self._flights:
            box = between(flight.begin, flight.end, self._share)
            painter.drawImage(box, flight.picture)
            painter.setPen(QPen(look.accent, 1.5))
            painter.drawRect(box)
