"""What connects the pictures: from the cells that are read to the one that is made."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.explain.pictures.volume_view import VolumeView
from cnnstudio.ui.look import theme


class Rays(QWidget):
    """Lies over all of a row of pictures, whatever its size; the pointer goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._row = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._sources: Sequence[VolumeView] = ()
        self._target: VolumeView | None = None
        self._shown = QRect()
        parent.installEventFilter(self)
        self.setGeometry(parent.rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._row.rect())
        return False

    def join(self, sources: Sequence[VolumeView], target: VolumeView) -> None:
        """Draw lines from what is marked in the sources to what is marked in the target."""
        self._sources, self._target = sources, target
        before, self._shown = self._shown, self._extent()
        self.update(before.united(self._shown))

    def pairs(self) -> list[tuple[QRectF, QRectF]]:
        """What each ray goes from and to, in the row."""
        end = self._marked(self._target) if self._target is not None else None
        starts = [box for box in map(self._marked, self._sources) if box is not None]
        return [(start, end) for start in starts] if end is not None else []

    def _marked(self, view: VolumeView) -> QRectF | None:
        row = self._row
        box = view.marked_box() if row.isAncestorOf(view) and view.isVisibleTo(row) else None
        return None if box is None else box.translated(QPointF(view.mapTo(row, view.rect().topLeft())))

    def _extent(self) -> QRect:
        found = QRectF()
        for start, end in self.pairs():
            found = found.united(start).united(end)
        return found.toAlignedRect().adjusted(-3, -3, 3, 3)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line, fill = QColor(theme.current().accent), QColor(theme.current().accent)
        line.setAlpha(150)
        fill.setAlpha(22)
        pairs = self.pairs()
        for start, end in pairs:
            painter.setPen(QPen(line, 1))
            if len(pairs) > 1:  # many single numbers, each to the one that is made of them
                painter.drawLine(QPointF(start.right(), start.center().y()), QPointF(end.left(), end.center().y()))
                continue
            corners = [start.topRight(), end.topLeft(), end.bottomLeft(), start.bottomRight()]
            painter.drawLine(corners[0], corners[1])
            painter.drawLine(corners[3], corners[2])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawPolygon(QPolygonF(corners))
