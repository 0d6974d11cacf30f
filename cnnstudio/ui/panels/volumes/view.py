"""The network as boxes that can be turned and zoomed; what is selected here is selected everywhere."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from cnnstudio.export.camera import Camera
from cnnstudio.export.figure import Figure, Line
from cnnstudio.export.inks import inks
from cnnstudio.export.volume_figure import ABOVE, MARGIN, View, figure_size, fitting_scale, volume_figure
from cnnstudio.export.volumes import Volumes, volumes
from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.project import Project
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.panels.volumes.painting import measured, node_at, paint_figure
from cnnstudio.worker.inspection import Inspection

#: degrees for a pixel of the mouse, and how far it may move and still mean a click
TURN, CLICK = 0.4, 3
ZOOM_STEP = 1.2
SMALLEST, LARGEST = 0.08, 5.0
#: below this scale the boxes are drawn close together
CROWDED = 0.5
#: layers up to which boxes and class bars follow everything at once, and milliseconds that others wait
MOST_LIVE, SETTLED = 120, 250
#: milliseconds between two pieces of what takes long
NEXT = 20
_HANDS = {
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.Wheel,
    QEvent.Type.KeyPress,
    QEvent.Type.ToolTip,
}
#: where the boxes begin on a figure, at any scale
_CORNER = QPointF(MARGIN, MARGIN + ABOVE)


class VolumesView(QWidget):
    """Draws the document's graph. It fits itself into its room until somebody zooms or moves it."""

    #: a layer is to be seen from close by: its node id
    explain_requested = Signal(str)

    def __init__(self, document: Document, inspection: Inspection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settled = QTimer(self, singleShot=True)
        self._settled.timeout.connect(self._rested)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("The network as volumes")
        self.setMinimumSize(120, 60)
        self._document, self.inspection = document, inspection
        self.camera = Camera()
        self.scale = 1.0
        #: where the figure's corner lies
        self.corner = QPointF()
        self.fitted = True
        self.pointed = ""
        self._volumes: Volumes | None = None
        #: whether the boxes are those of an earlier design
        self._behind = False
        self._figure: Figure | None = None
        self._button = Qt.MouseButton.NoButton
        self._pressed_at = self._last = QPointF()
        self._moved = False
        document.changed.connect(self._changed)
        document.selection_changed.connect(self._selected)
        inspection.maps_changed.connect(self._maps_changed)
        dressing.follow(self, self.update_figure)

    # what is shown

    @property
    def volumes(self) -> Volumes:
        """The boxes of the design as it is now."""
        if self._volumes is None:
            scale = self._laid_out()
            self.scale = scale if self.fitted else self.scale
        assert self._volumes is not None
        return self._volumes

    def _laid_out(self) -> float:
        """Place the boxes, close together where there is little room, and say at which scale they fit."""
        graph, names = self._document.project.design.graph, self._names()
        many = len(graph) > MOST_LIVE
        for compact in (True,) if many else (False, True):
            self._volumes = volumes(graph, names, compact=compact)
            scale = fitting_scale(self._volumes, self.width(), self.height())
            if scale >= CROWDED:  # otherwise words would have no room anyhow
                break
        return scale

    @property
    def figure(self) -> Figure:
        """What is painted, in pixels of this widget from ``corner``."""
        if self._figure is None:
            boxes = self.volumes
            look = inks(theme.current().name)
            view = self.seen()
            if self.fitted:
                width, height = figure_size(boxes, view)
                self.corner = QPointF(self.width() - width, self.height() - height) / 2
            left, top = -self.corner.x(), -self.corner.y()
            view = replace(view, room=(left, top, left + self.width(), top + self.height()))
            self._figure = replace(volume_figure(boxes, self._names(), look, view), background="")
        return self._figure

    def boxes(self) -> dict[str, QRectF]:
        """Where the layers' volumes are seen, in pixels of this widget."""
        found: dict[str, QRectF] = {}
        for mark in self.figure.marks:
            if isinstance(mark, Line) and mark.closed and mark.node:
                xs, ys = zip(*mark.points, strict=True)
                box = QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)).translated(self.corner)
                found[mark.node] = found.get(mark.node, box).united(box)
        return found

    def seen(self) -> View:
        """How one looks at it at this moment."""
        graph = self._document.project.design.graph
        maps = self.inspection.maps
        probabilities = {
            box.node: tuple(float(value) for value in maps[box.node])
            for box in self.volumes
            if box.form == "bars" and box.node in maps and maps[box.node].shape == box.shape
        }
        broken = frozenset(node for node, found in graph.inferred.items() if found.error is not None)
        return View(self.camera, self.scale, self._document.selection, self.pointed, broken, probabilities, measured)

    def nodes_in_sight(self, graph: Graph) -> tuple[str, ...] | None:
        """The layers whose numbers are drawn as bars; None while the view is hidden."""
        if not self.isVisible():
            return None
        return tuple(node.id for node in graph if node.layer.category == "output")

    def fit(self) -> None:
        """Look at all of it from the usual side."""
        self.camera, self.fitted = Camera(), True
        self._refit()

    def zoom(self, factor: float, at: QPointF) -> None:
        """Zoom so that what lies at ``at`` stays there."""
        scale = min(max(self.scale * factor, SMALLEST), LARGEST)
        before = (at - self.corner - _CORNER) / self.scale
        self.scale, self.fitted = scale, False
        self.corner = at - _CORNER - before * scale
        self.update_figure()

    # the widget's own events

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._volumes is None and self._settled.isActive():
            return  # a window with many layers is seen first, and then they as volumes
        figure = self.figure
        painter = QPainter(self)
        if not self.volumes.units:
            painter.setPen(theme.current().secondary)
            words = "Add layers, and the volumes they make appear here."
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)
            return
        painter.translate(self.corner)
        paint_figure(painter, figure)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._button = event.button()
        self._last = self._pressed_at = event.position()
        self._moved = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        here = event.position()
        if self._button == Qt.MouseButton.NoButton:
            self._point(node_at(self.figure, here - self.corner))
            return
        if not self._moved and (here - self._pressed_at).manhattanLength() <= CLICK:
            return
        self._moved = True
        by, self._last = here - self._last, here
        if self._button == Qt.MouseButton.LeftButton:
            self.setCursor(Qt.CursorShape.SizeAllCursor)
            self._turn(by)
        else:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.corner, self.fitted = self.corner + by, False
        self.update_figure()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != self._button:
            return
        clicked = self._button == Qt.MouseButton.LeftButton and not self._moved
        self._button = Qt.MouseButton.NoButton
        self.unsetCursor()
        if clicked:
            self._click(node_at(self.figure, event.position() - self.corner), event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        node = node_at(self.figure, event.position() - self.corner)
        if node:
            self.explain_requested.emit(node)
        else:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        if steps:
            self.zoom(ZOOM_STEP**steps, event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._walk(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(1 / ZOOM_STEP if key == Qt.Key.Key_Minus else ZOOM_STEP, QPointF(self.rect().center()))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_0):
            self.fit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and len(self._document.selection) == 1:
            self.explain_requested.emit(next(iter(self._document.selection)))
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._point("")
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in _HANDS and self._settled.isActive():
            self._settled.stop()  # what is taken hold of must be what is there
            self._catch_up()
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            node = node_at(self.figure, QPointF(event.pos()) - self.corner)
            QToolTip.showText(event.globalPos(), plain_tip(self.words_about(node)) if node else "", self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refit()

    def sizeHint(self) -> QSize:
        return QSize(600, 240)

    # inside

    def words_about(self, node: str) -> str:
        """Name, shape and what the layer does here."""
        design = self._document.project.design
        found, layer = design.graph.inferred[node], design.graph[node].layer
        shape = shape_text(found.output) if found.output is not None else "no shape yet"
        told = (
            worded(layer.explanation(found.inputs))
            if found.output is not None
            else worded(found.error or layer.sentence)
        )
        return f"{design.cards[node].name} · {shape}\n{told}"

    def _click(self, node: str, modifiers: Qt.KeyboardModifier) -> None:
        chosen = self._document.selection
        if modifiers & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier):
            self._document.select(chosen ^ {node} if node else chosen)
        else:
            self._document.select([node] if node else [])

    def _walk(self, by: int) -> None:
        order = [box.node for box in sorted(self.volumes, key=lambda box: (box.x, -box.y))]
        if not order:
            return
        at = [place for place, node in enumerate(order) if node in self._document.selection]
        place = (at[0] + by if at else 0 if by > 0 else -1) % len(order)
        self._document.select([order[place]])

    def _turn(self, by: QPointF) -> None:
        before = self.volumes.reach(self.camera.slant)[1]
        self.camera = self.camera.turned(by.x() * TURN, by.y() * TURN)
        grown = self.volumes.reach(self.camera.slant)[1] - before
        self.corner -= QPointF(0.0, grown * self.scale)  # the row stays where it is

    def _point(self, node: str) -> None:
        if node != self.pointed:
            self.pointed = node
            self.update_figure()

    def _selected(self) -> None:
        """Of many layers it is shown when the hand rests, unless that hand is here."""
        if self._has_many and not self._in_hand:
            self._settled.start(SETTLED)
        else:
            self.update_figure()

    @property
    def _in_hand(self) -> bool:
        return self.underMouse() or self.hasFocus()

    def _changed(self, before: Project, after: Project) -> None:
        if before.design.graph is not after.design.graph or _names(before) != _names(after):
            if self.pointed not in after.design.graph:
                self.pointed = ""
            self._behind = True
            if self._has_many:
                self._settled.start(SETTLED)  # so many are placed anew when the hand rests
            else:
                self._catch_up()

    def _rested(self) -> None:
        if self._settled.interval() == SETTLED:
            self._settled.start(NEXT)  # a slow edit has used up the wait before it was painted
        else:
            self._catch_up()

    def _catch_up(self) -> None:
        if self._behind:
            self._volumes, self._behind = None, False
            if self._has_many and self.isVisible():
                self.scale = self._laid_out() if self.fitted else self.scale
                self._settled.start(NEXT)  # to draw them takes as long again
                return
        self.update_figure()

    def _maps_changed(self) -> None:
        """The class bars are alive, but a network of hundreds of layers is not drawn ten times a second for them."""
        if not self._has_many:
            self.update_figure()

    def _refit(self) -> None:
        if self.fitted and self._has_many:
            self._behind = True
            self._settled.start(SETTLED)
        elif self.fitted:
            self._volumes = None
            if self.isVisible():
                self.scale = self._laid_out()
        self.update_figure()

    @property
    def _has_many(self) -> bool:
        return len(self._document.project.design.graph) > MOST_LIVE

    def update_figure(self, *_: object) -> None:
        """Draw it anew."""
        self._figure = None
        self.update()

    def _names(self) -> dict[str, str]:
        return _names(self._document.project)


def _names(project: Project) -> dict[str, str]:
    return {node: card.name for node, card in project.design.cards.items()}
