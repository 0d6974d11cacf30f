"""Frames, notes and the outlines of expanded blocks: one item each, below the cards. They show values they are given
and change nothing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from cnnstudio.design.value.drawn import Frame, Note
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.items.block_card import paint_fold
from cnnstudio.ui.canvas.items.card import SMALL_TEXT_ZOOM, TEXT_ZOOM, faded
from cnnstudio.ui.canvas.items.shown import Shown
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import elided_name

#: the strip along the top of a frame in which its title stands, and the border that can be taken hold of
TITLE, BORDER = 26.0, 7.0
NOTE_INSET = 10.0
#: what is painted outside
_RING = 5.0
#: how far the outline of an expanded block keeps from its cards
OUTLINE_GAP, TAB = 14.0, 24.0


class Annotation(QGraphicsItem):
    """A frame or a note: a rectangle that can be selected; its position is its top left corner."""

    selected = Shown(False)
    hovered = Shown(False)

    def __init__(self, item_id: str) -> None:
        super().__init__()
        self.item_id = item_id
        self._width, self._height = 0.0, 0.0

    def restyle(self) -> None:
        """What it shows of the moment has changed."""
        self.update()

    def outline(self) -> QRectF:
        """The rectangle in its own coordinates."""
        return QRectF(0.0, 0.0, self._width, self._height)

    def scene_outline(self) -> QRectF:
        """The rectangle in scene units."""
        return self.outline().translated(self.pos())

    def boundingRect(self) -> QRectF:
        return self.outline().adjusted(-_RING, -_RING, _RING, _RING)

    def title_rect(self) -> QRectF:
        """Where the words stand."""
        raise NotImplementedError

    def _resize(self, width: float, height: float) -> None:
        if (width, height) != (self._width, self._height):
            self.prepareGeometryChange()
            self._width, self._height = width, height

    def _paint_handle(self, painter: QPainter, look: theme.Theme) -> None:
        painter.setPen(QPen(look.card, 1))
        painter.setBrush(look.accent)
        painter.drawRoundedRect(QRectF(self._width - 5, self._height - 5, 9, 9), 2, 2)


class FrameItem(Annotation):
    """A frame behind cards."""

    def __init__(self, item_id: str) -> None:
        super().__init__(item_id)
        self.title = ""
        self.setZValue(-3)

    def show_frame(self, frame: Frame) -> None:
        """Show this frame at its place."""
        self.title = frame.title
        self.setPos(frame.x, frame.y)
        self._resize(frame.width, frame.height)
        self.update()

    def shape(self) -> QPainterPath:
        whole, hole = QPainterPath(), QPainterPath()
        whole.addRect(self.outline().adjusted(-BORDER / 2, -BORDER / 2, BORDER / 2, BORDER / 2))
        hole.addRect(self.outline().adjusted(BORDER, TITLE, -BORDER, -BORDER))
        return whole.subtracted(hole)

    def title_rect(self) -> QRectF:
        return QRectF(10.0, 3.0, max(20.0, self._width - 20.0), TITLE - 4)

    def name_rect(self) -> QRectF:
        """What the words of the title fill, in scene units."""
        wide = min(m.metrics(m.frame_font).horizontalAdvance(self.title), self._width - 20.0)
        return QRectF(self.x() + 10.0, self.y() + 8.0, max(wide, 0.0), TITLE - 16.0)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        look = theme.current()
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = look.accent if self.selected else look.secondary if self.hovered else look.field_border
        painter.setPen(QPen(strong, max(1.6 if self.selected else 1.0, 0.8 / zoom)))
        painter.setBrush(faded(look.secondary, 22 if look.dark else 18))
        painter.drawRoundedRect(self.outline(), 9, 9)
        if zoom >= TEXT_ZOOM:
            painter.setPen(look.text if self.selected or self.hovered else look.secondary)
            painter.setFont(m.frame_font())
            rect = self.title_rect()
            text = m.metrics(m.frame_font).elidedText(self.title, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        if self.selected:
            self._paint_handle(painter, look)


class NoteItem(Annotation):
    """A note: its text wrapped to its width, on a leaf of its own."""

    def __init__(self, item_id: str) -> None:
        super().__init__(item_id)
        self.text = ""
        self._lines: QTextLayout | None = None
        self.setZValue(-0.5)

    def show_note(self, note: Note) -> None:
        """Show this note at its place; its height follows."""
        self.setPos(note.x, note.y)
        if self._lines is None or (note.text, note.width) != (self.text, self._width):
            self.text = note.text
            self._lines, height = laid_out(note.text, note.width - 2 * NOTE_INSET)
            self._resize(note.width, height + 2 * NOTE_INSET)
            self.update()

    def title_rect(self) -> QRectF:
        return self.outline()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        look = theme.current()
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = look.accent if self.selected else theme.mixed(look.warning, look.line, 0.5)
        painter.setPen(QPen(line, max(1.6 if self.selected else 1.0, 0.8 / zoom)))
        painter.setBrush(theme.mixed(look.warning, look.card, 0.14 if self.hovered or self.selected else 0.09))
        painter.drawRoundedRect(self.outline(), 5, 5)
        if self._lines is not None and zoom >= TEXT_ZOOM:
            painter.setPen(look.text)
            if zoom < SMALL_TEXT_ZOOM:
                painter.setOpacity(0.75)
            self._lines.draw(painter, QPointF(NOTE_INSET, NOTE_INSET))
            painter.setOpacity(1.0)
        if self.selected:
            self._paint_handle(painter, look)


class BlockOutline(QGraphicsItem):
    """The outline of an expanded block with its name on a tab; in scene units, it has no position of its own."""

    selected = Shown(False)
    hovered = Shown(False)

    def __init__(self, block_id: str) -> None:
        super().__init__()
        self.block_id = block_id
        self.name = ""
        self._rect = QRectF()

    def show_block(self, name: str, rect: QRectF, depth: int) -> None:
        """Show a name over the cards in ``rect``; deeper ones lie above outer ones."""
        self.setZValue(-2 + depth * 0.01)
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = rect
        if name != self.name:
            self.prepareGeometryChange()
            self.name = name
        self.update()

    def restyle(self) -> None:
        """What it shows of the moment has changed."""
        self.update()

    def scene_outline(self) -> QRectF:
        """The outline with its tab."""
        return self._rect

    def tab_rect(self) -> QRectF:
        """The tab: the mark that folds, then the name."""
        words = m.metrics(m.frame_font).horizontalAdvance(self.name) + 34
        return QRectF(self._rect.left(), self._rect.top(), min(words, self._rect.width()), TAB)

    def fold_rect(self) -> QRectF:
        """The mark that folds."""
        return QRectF(self._rect.left() + 3, self._rect.top() + 2, 20, TAB - 4)

    def title_rect(self) -> QRectF:
        """Where the name stands."""
        return self.tab_rect().adjusted(24, 2, -4, -2)

    def boundingRect(self) -> QRectF:
        return self._rect.adjusted(-3, -3, 3, 3)

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(self.tab_rect())
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        look = theme.current()
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = look.accent if self.selected else look.secondary if self.hovered else look.field_border
        pen = QPen(line, max(1.2, 0.8 / zoom))
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.setBrush(faded(look.accent, 12))
        painter.drawRoundedRect(self._rect, 10, 10)
        if zoom < TEXT_ZOOM:
            return
        paint_fold(painter, look, self.fold_rect(), True, self.hovered)
        painter.setPen(look.text if self.hovered or self.selected else look.secondary)
        painter.setFont(m.frame_font())
        rect = self.title_rect()
        text = elided_name(m.metrics(m.frame_font), self.name, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def laid_out(text: str, width: float) -> tuple[QTextLayout, float]:
    """A text in lines of at most ``width``, and how tall they are together. Plain text: nothing in it is HTML."""
    layout = QTextLayout(text.replace("\n", "\u2028"), m.note_font())
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    height = 0.0
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0.0, height))
        height += line.height()
    layout.endLayout()
    return layout, max(height, m.metrics(m.note_font).height())
