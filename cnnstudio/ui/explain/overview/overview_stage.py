"""All maps of the network as one picture: the pointer and the arrow keys ask what each is made from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)

from cnnstudio.nn.looking.probed import Probed
from cnnstudio.ui.explain.overview.columns import OTHERS, Link, Spot
from cnnstudio.ui.explain.overview.ground import Ground
from cnnstudio.ui.explain.overview.layout import Layout
from cnnstudio.ui.explain.overview.live import Live
from cnnstudio.ui.explain.overview.maps import Maps, Shared
from cnnstudio.ui.explain.overview.trace import Measured, Trace, begun, complete, measured
from cnnstudio.ui.explain.pictures.drawing import Drawing
from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.widgets.read_aloud import Piece
from cnnstudio.worker.background import Background

#: milliseconds the pointer rests on a map until it lights up
SETTLED = 80
#: how pale all else becomes
_PALE = 0.72


class OverviewStage(Drawing):
    """Nothing is computed before ``show_network``. Close it with ``shutdown`` before it goes."""

    #: a picture was clicked: its Spot, and row and column of the cell under the pointer (None by the keyboard)
    zoom_asked = Signal(object, object)
    #: something else is pointed at, or is known of it now
    pointed_changed = Signal()
    #: how far it is scrolled, or can be, has changed
    scrolled = Signal()
    #: Esc, where nothing is pointed at
    left = Signal()

    def __init__(self, names: Callable[[str], str]) -> None:
        super().__init__("Overview of the network")
        self._names = names
        self.maps: Maps | None = None
        self.trace: Trace | None = None
        #: the line among those of the trace that is pointed at
        self.line: Link | None = None
        self.opened: frozenset[str] = frozenset()
        self.offset = 0
        self._layout: Layout | None = None
        self._drawn: tuple[Ground, QPixmap, QPixmap | None] | None = None
        self._live: Live | None = None
        self._wanted: tuple[Spot | None, Link | None] = (None, None)
        self._settled = QTimer(self, singleShot=True, interval=SETTLED)
        self._settled.timeout.connect(lambda: self.point_at(*self._wanted))
        self._background = Background("Working out what a map is made from", self)
        self._background.answered.connect(self._measured)
        dressing.follow(self, self._recolour)

    def shutdown(self) -> None:
        """Wait for what is under way. Safe to call twice."""
        self._settled.stop()
        self._background.shutdown()

    # what is shown

    def show_network(self, probed: Probed, shared: Shared) -> None:
        """Another network, other numbers or another scale. What is pointed at stays where it still exists."""
        before, spot = self.maps, self.trace.spot if self.trace else None
        if before is not None and before.probed is probed and before.shared == shared:
            return
        self.maps = Maps(probed, shared)
        if before is None or before.probed is not probed:
            self.opened &= {node.id for node in probed.graph}
            self._layout = None
        self._forget()
        self.trace, self.line = None, None
        layout = self.places
        self.point_at(spot if layout is not None and spot in layout.boxes else None)
        self.scroll_to(self.offset)
        self.scrolled.emit()

    def show_nothing(self) -> None:
        """Forget the network that was shown."""
        self.maps = self.trace = self.line = self._layout = None
        self._forget()
        self.scroll_to(0)
        self.scrolled.emit()
        self._tell()

    @property
    def places(self) -> Layout | None:
        """Where everything lies; None while there is nothing."""
        if self._layout is None and self.maps is not None and self.maps.probed.values:
            self._layout = Layout(self.maps.probed, self.width(), self.height(), self.opened)
        return self._layout

    @property
    def farthest(self) -> int:
        """How far it can be scrolled."""
        layout = self.places
        return 0 if layout is None else max(round(layout.width) - self.width(), 0)

    def hidden_layers(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The layers that lie before what is in sight, and those behind it, in their order; one that is cut counts."""
        layout = self.places
        rooms = layout.rooms.items() if layout is not None else ()
        first, last = self.offset - 1, self.offset + self.width() + 1
        before = tuple(node for node, room in rooms if room.left() < first)
        return before, tuple(node for node, room in rooms if room.right() > last)

    def scroll_to(self, offset: int) -> None:
        """Show another part of the columns."""
        offset = min(max(offset, 0), self.farthest)
        if offset != self.offset:
            self.offset, self._drawn = offset, None
            self._live = None
            self.scrolled.emit()
            self.update()

    def box_of(self, spot: Spot) -> QRectF:
        """Where a picture lies in the widget."""
        layout = self.places
        return (
            QRectF() if layout is None or spot not in layout.boxes else layout.boxes[spot].translated(-self.offset, 0)
        )

    def columns(self) -> dict[str, QRectF]:
        """Where the maps of each layer lie together in the widget."""
        found: dict[str, QRectF] = {}
        for spot, box in self.places.boxes.items() if self.places is not None else ():
            box = box.translated(-self.offset, 0)
            found[spot.node] = found.get(spot.node, box).united(box)
        return found

    def boxes(self) -> dict[tuple[str, int], QRectF]:
        """Where single maps lie in the widget, by layer and number from 0."""
        layout = self.places
        seen = layout.boxes.items() if layout is not None else ()
        return {(spot.node, spot.number): box.translated(-self.offset, 0) for spot, box in seen if spot.number >= 0}

    def point_at(self, spot: Spot | None, line: Link | None = None) -> None:
        """Light up what belongs to a picture, and one of its lines."""
        self._settled.stop()
        self._wanted = (spot, line)
        layout = self.places
        if layout is None or (spot is not None and spot not in layout.boxes):
            spot, line = None, None
        if (self.trace.spot if self.trace else None) == spot and self.line == line:
            return
        if spot is None or layout is None:
            self.trace = None
        elif self.trace is None or self.trace.spot != spot:
            self.trace = begun(layout.columns, spot)
            if spot.number >= 0:
                self._background.ask(partial(measured, layout.columns, spot))
        self.line, self._live = line, None
        self._tell()

    def open_column(self, node: str, opened: bool) -> None:
        """Show all maps of a layer, or only the strongest again."""
        self.opened = self.opened | {node} if opened else self.opened - {node}
        self._layout = None
        self._forget()
        self.trace = None
        self.scroll_to(self.offset)
        self.scrolled.emit()
        self._tell()

    def _measured(self, told: Measured) -> None:
        layout, trace = self.places, self.trace
        if layout is not None and trace is not None and (told.probed, told.spot) == (layout.columns.probed, trace.spot):
            self.trace = complete(layout.columns, trace, told)
            self._live = None
            self._tell()

    def _tell(self) -> None:
        self.setToolTip("")
        self.pointed_changed.emit()
        self.update()

    def _forget(self) -> None:
        self._drawn = self._live = None
        self.update()

    def _recolour(self) -> None:
        if self.maps is not None:
            self.maps = Maps(self.maps.probed, self.maps.shared)
        self._forget()

    # painting

    def _ground(self) -> tuple[Ground, QPixmap, QPixmap | None] | None:
        """The picture at rest, and in pale where something is pointed at."""
        layout = self.places
        if layout is None or self.maps is None:
            return None
        if self._drawn is None:
            ground = Ground(layout, self.maps, self._names)
            ratio = self.devicePixelRatioF()
            rest = QPixmap(self.size() * ratio)
            rest.setDevicePixelRatio(ratio)
            rest.fill(theme.current().background)
            painter = QPainter(rest)
            painter.translate(-self.offset, 0)
            ground.draw(painter, QRectF(self.offset, 0, self.width(), self.height()))
            painter.end()
            self._drawn = (ground, rest, None)
        ground, rest, pale = self._drawn
        if self.trace is not None and pale is None:
            pale = QPixmap.fromImage(rest.toImage().convertToFormat(QImage.Format.Format_Grayscale8))
            painter = QPainter(pale)
            painter.setOpacity(_PALE)
            painter.fillRect(QRectF(0, 0, self.width(), self.height()), theme.current().background)
            painter.end()
            self._drawn = (ground, rest, pale)
        return self._drawn

    @property
    def live(self) -> Live | None:
        """What is drawn for the picture that is pointed at."""
        drawn = self._ground()
        if self._live is None and drawn is not None and self.trace is not None and self.maps is not None:
            weights = self.maps.probed.site(self.trace.spot.node).arrays.get("weights")
            kernels = Ink.signed(weights) if weights is not None and weights.ndim > 2 else None
            self._live = Live(drawn[0], self.trace, kernels)
        return self._live

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, drawn = QPainter(self), self._ground()
        if drawn is None:
            painter.fillRect(self.rect(), theme.current().background)
            return
        _, rest, pale = drawn
        live = self.live
        painter.drawPixmap(0, 0, rest if live is None or pale is None else pale)
        if live is not None:
            painter.save()
            try:
                painter.translate(-self.offset, 0)
                live.draw(painter, self.line)
            finally:
                painter.restore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._layout = None
        self._forget()
        self.offset = min(self.offset, self.farthest)
        self.scrolled.emit()

    def minimumSizeHint(self) -> QSize:
        return QSize(420, 260)

    # for those who hear it

    def pieces_drawn(self) -> int:
        """See ``Drawn``: the maps, layer after layer."""
        return 0 if self.places is None or self.maps is None else len(self.places.boxes)

    def piece_drawn(self, number: int) -> Piece:
        """See ``Drawn``."""
        layout, maps = self.places, self.maps
        assert layout is not None and maps is not None
        spot = tuple(layout.boxes)[number]
        return Piece(f"{self._names(spot.node)}, {maps.name(spot)}", self.box_of(spot).toRect())

    # the pointer

    def under(self, point: QPointF) -> tuple[Spot | None, Link | None]:
        """The picture under a point, or the line with the picture it leads to."""
        layout = self.places
        if layout is None:
            return None, None
        point = point + QPointF(self.offset, 0)
        spot = layout.at(point)
        if spot is not None:
            return spot, None
        if self.trace is not None and self.live is not None:
            line = self.live.line_at(point)
            if line is not None:
                return self.trace.spot, line
            if self._before(layout, point.x()):
                return self.trace.spot, None
        link = layout.link_at(point, layout.columns.links, 4.0)
        return (None, None) if link is None else (link.target, link)

    def _before(self, layout: Layout, x: float) -> bool:
        """Whether a place lies where the lines of the picture that is pointed at run."""
        assert self.trace is not None
        starts = [layout.ends(strand.link)[0].x() for strand in self.trace.sources]
        return bool(starts) and max(starts) < x < layout.boxes[self.trace.spot].left()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self.under(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if found[0] is not None else Qt.CursorShape.ArrowCursor)
        if found != self._wanted:
            self._wanted = found
            self._settled.start()
        self.setToolTip(plain_tip("Click: all maps of the layer") if found[0] and found[0].number == OTHERS else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot, line = self.under(event.position())
        if event.button() != Qt.MouseButton.LeftButton or spot is None:
            self.point_at(None)
            return
        self.point_at(spot, line)
        if line is None:
            self._enter(spot, event.position())

    def _enter(self, spot: Spot, point: QPointF | None = None) -> None:
        layout = self.places
        if spot.number == OTHERS or layout is None or self.maps is None:
            self.open_column(spot.node, spot.node not in self.opened)
            return
        cell = None
        box, values = self.box_of(spot), self.maps.values(spot)
        if point is not None and box.contains(point):
            row = int((point.y() - box.top()) / box.height() * values.shape[0])
            cell = (min(row, values.shape[0] - 1), int((point.x() - box.left()) / box.width() * values.shape[1]))
        self.zoom_asked.emit(spot, cell)

    def wheelEvent(self, event: QWheelEvent) -> None:
        by = event.angleDelta()
        self.scroll_to(self.offset - (by.x() or by.y()))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._settled.stop()
        self._wanted = (self.trace.spot if self.trace else None, self.line)

    # the keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, layout = event.key(), self.places
        ways = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        way = ways.get(Qt.Key(key))
        here = self.trace.spot if self.trace else None
        if layout is None:
            super().keyPressEvent(event)
        elif way is not None and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._walk_lines(way[0] + way[1])
        elif way is not None:
            self.go(here if here is None else layout.beside(here, *way))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and here is not None:
            self._enter(here)
        elif key == Qt.Key.Key_Escape and here is not None:
            self.point_at(None)
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            blocks = list(layout.columns.blocks.values())
            self.go(blocks[0 if key == Qt.Key.Key_Home else -1].spots[0])
        else:
            super().keyPressEvent(event)

    def go(self, spot: Spot | None) -> None:
        """Point at a picture by the keyboard, the first where there is none, and bring it into sight."""
        layout = self.places
        if layout is None:
            return
        chosen = spot or next(iter(layout.columns.blocks.values())).spots[0]
        self.point_at(chosen)
        room = layout.rooms[chosen.node].adjusted(-110, 0, 60, 0)
        if room.left() < self.offset:
            self.scroll_to(int(room.left()))
        elif room.right() > self.offset + self.width():
            self.scroll_to(int(room.right()) - self.width())

    def _walk_lines(self, by: int) -> None:
        if self.trace is None or not self.trace.sources:
            return
        lines = [strand.link for strand in self.trace.sources]
        lines.sort(key=lambda link: (link.port, link.source.number, link.channel))
        place = lines.index(self.line) + by if self.line in lines else 0 if by > 0 else -1
        self.point_at(self.trace.spot, lines[place % len(lines)])
