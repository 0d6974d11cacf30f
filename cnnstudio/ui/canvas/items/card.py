"""A card: what the cards of layers and of collapsed blocks have in common. It shows values it is given and changes
nothing; one item with one paint method."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from cnnstudio.design.layout.wire_route import Box, Point
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.items.card_texts import CardTexts
from cnnstudio.ui.canvas.items.shown import Shown
from cnnstudio.ui.look import theme

#: below these zooms small text goes, then everything but the picture, then round corners
SMALL_TEXT_ZOOM, TEXT_ZOOM, BODY_ZOOM = 0.5, 0.32, 0.2

#: so much of a name's line the lock takes
LOCK_ROOM = 15.0

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class PortMark:
    """A port that is pointed at: which one, and whether the wire at hand fits (None: no wire at hand)."""

    output: bool
    index: int = 0
    fits: bool | None = None


@dataclass(frozen=True)
class Trouble:
    """How many errors and how much advice a card shows in its badge."""

    errors: int = 0
    advice: int = 0


NO_TROUBLE = Trouble()


class CardItem(QGraphicsRectItem):
    """A card; its position is the top left corner of its outline. ``node_id`` is the id of a node or block.

    As a rectangle it keeps its bounds in Qt, which asks for them thousands of times a frame.
    """

    selected = Shown(False)
    #: some layers inside are selected
    holds_selected = Shown(False)
    hovered = Shown(False)
    #: it belongs to the design that is being trained, or nothing is
    in_run = Shown(True)
    ghost = Shown(False)
    port = Shown[PortMark | None](None)
    trouble = Shown(NO_TROUBLE)
    #: how strongly it is tinted, 0…1, or None
    heat = Shown[float | None](None)

    def __init__(self, node_id: str, name: str) -> None:
        super().__init__()
        self.node_id = node_id
        self.name = name
        self.inputs = 0
        self.outputs = 1
        self.locked = False
        self.setPen(Qt.PenStyle.NoPen)
        self.fit()
        self.setZValue(1)
        # Painted once for a zoom and then only copied: moving the view or a card costs no Python.
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    # what it shows

    def restyle(self) -> None:
        """What it shows of the moment has changed."""
        self.update()

    def forget_colours(self) -> None:
        """The theme has changed."""
        self.update()

    def twin(self) -> CardItem:
        """Another item that shows the same, to be dragged as a ghost."""
        raise NotImplementedError

    # where things are

    def height(self) -> float:
        """How tall the card is."""
        return m.CARD_HEIGHT

    def fit(self) -> None:
        """Its height may be another one."""
        self._tall = self.height()
        self._box = self._found_box()
        self.setRect(self.outline().adjusted(-m.MARGIN, -m.MARGIN, m.MARGIN, m.MARGIN))

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(self.outline())
        return path

    def outline(self) -> QRectF:
        """The card without ring and shadow, in its own coordinates."""
        return QRectF(0.0, 0.0, m.CARD_WIDTH, self.height())

    def scene_outline(self) -> QRectF:
        """The card without ring and shadow, in scene units."""
        return self.outline().translated(self.pos())

    def box(self) -> Box:
        """The same in plain numbers, for those who ask a thousand cards."""
        return self._box

    def lie_at(self, x: float, y: float) -> None:
        """Lie there. Nothing else moves a card, so that where it lies need not be asked of Qt."""
        self.setPos(x, y)
        self._box = self._found_box()

    def _found_box(self) -> Box:
        x, y = self.x(), self.y()
        return x, y, x + m.CARD_WIDTH, y + self._tall

    def lock_rect(self) -> QRectF:
        """Where the lock of a locked card lies: at the end of its name."""
        title = self.title_rect()
        return QRectF(title.right() + 3, title.center().y() - 6.5, 12, 12)

    def picture_rect(self) -> QRectF:
        """Where the picture lies: below the lines of settings."""
        return picture_place(self.height(), self.lines())

    def lines(self) -> int:
        """How many lines its settings take."""
        return 1

    def title_rect(self) -> QRectF:
        """Where the name stands."""
        return QRectF(m.INSET, m.STRIPE + 5, m.CARD_WIDTH - 2 * m.INSET - (LOCK_ROOM if self.locked else 0), 18)

    def input_point(self, index: int = 0) -> QPointF:
        """An input port in scene units."""
        return QPointF(*self.input_place(index))

    def output_point(self, index: int = 0) -> QPointF:
        """An output port in scene units."""
        return QPointF(*self.output_place(index))

    def input_place(self, index: int = 0) -> Point:
        """An input port in plain numbers."""
        return m.input_place(self.box(), index, self.inputs)

    def output_place(self, index: int = 0) -> Point:
        """An output port in plain numbers."""
        return m.output_place(self.box(), index, self.outputs)

    # painting

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        look = theme.current()
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        if self.ghost:
            painter.setOpacity(0.72)
        if zoom < BODY_ZOOM:
            self._paint_from_afar(painter, look, zoom)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if painter.hasClipping() and self._is_within_picture(painter.clipBoundingRect(), zoom):
            painter.fillRect(painter.clipBoundingRect(), self._ground(look))  # while it learns, only this changes
            self._paint_picture(painter, look, zoom)
            return
        outline = self.outline()
        if zoom >= TEXT_ZOOM:
            painter.drawPixmap(QPointF(-m.MARGIN, -m.MARGIN), _shadow(int(outline.height()), look.dark))
        self._paint_body(painter, look, outline, zoom)
        self._paint_picture(painter, look, zoom)
        if zoom >= TEXT_ZOOM:
            self._paint_texts(painter, look, outline, zoom)
            if self.locked:
                _paint_lock(painter, look, self.lock_rect())
        if zoom >= SMALL_TEXT_ZOOM:
            self._paint_ports(painter, look)
        self._paint_trouble(painter, look, zoom)

    def _is_within_picture(self, part: QRectF, zoom: float) -> bool:
        """Whether a part of the card holds nothing but its picture; badges grow over it far away, and there the ring of
        a pixel that Qt lays around a part reaches what lies around the picture."""
        slack = 1.6 / zoom
        return zoom >= SMALL_TEXT_ZOOM and self.picture_rect().adjusted(-slack, -slack, slack, slack).contains(part)

    def _paint_body(self, painter: QPainter, look: theme.Theme, outline: QRectF, zoom: float) -> None:
        fine, broken = max(1.0, 0.6 / zoom), self.trouble.errors > 0
        painter.setPen(Qt.PenStyle.NoPen)
        if self.selected:
            painter.setBrush(faded(look.accent, 70))
            painter.drawRoundedRect(outline.adjusted(-4, -4, 4, 4), m.CORNER + 4, m.CORNER + 4)
        elif self.holds_selected:  # dashed: not the block itself, but something in it
            pen = QPen(look.accent, max(2.0, 1.4 / zoom))
            pen.setDashPattern([3.0, 2.0])
            painter.setPen(pen)
            painter.setBrush(faded(look.accent, 40))
            painter.drawRoundedRect(outline.adjusted(-4, -4, 4, 4), m.CORNER + 4, m.CORNER + 4)
        elif broken:
            painter.setBrush(faded(look.error, 46))
            painter.drawRoundedRect(outline.adjusted(-3.5, -3.5, 3.5, 3.5), m.CORNER + 3, m.CORNER + 3)
        self._paint_behind(painter, look, outline)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ground(look))
        painter.drawRoundedRect(outline, m.CORNER, m.CORNER)
        self._paint_stripe(painter, look, m.STRIPE)
        if broken:
            pen = QPen(look.error, 2 * fine)
        elif self.selected or self.holds_selected:
            pen = QPen(look.accent, 2 * fine)
        elif self.hovered:
            pen = QPen(look.field_border, fine)
        else:
            pen = QPen(look.line, fine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(outline, m.CORNER, m.CORNER)

    def _paint_from_afar(self, painter: QPainter, look: theme.Theme, zoom: float) -> None:
        """Of a few pixels: plain rectangles look the same there, and a thousand of them take little time."""
        trouble = self.trouble
        edge = "error" if trouble.errors else "accent" if self.selected or self.holds_selected else "line"
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for rect, colour in _far_body(look.name, self._tall, zoom, edge, self.heat):
            painter.fillRect(rect, colour)
        self._paint_stripe(
            painter, look, max(m.STRIPE, 1.6 / zoom)
        )  # less would be seen on some cards and not on others
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_picture(painter, look, zoom)
        if trouble is not NO_TROUBLE:
            self._paint_trouble(painter, look, zoom)

    def _paint_trouble(self, painter: QPainter, look: theme.Theme, zoom: float) -> None:
        if self.trouble.errors or self.trouble.advice:
            at = QPointF(m.CARD_WIDTH - 5, 3)
            _paint_badge(painter, look, at, max(1.0, 0.5 / zoom), self.trouble)

    def _ground(self, look: theme.Theme) -> QColor:
        return _ground(look, self.heat)

    def _paint_behind(self, painter: QPainter, look: theme.Theme, outline: QRectF) -> None:
        """What lies behind the card."""

    def _paint_stripe(self, painter: QPainter, look: theme.Theme, height: float) -> None:
        """The colour of what it does, along its top; ``height`` is more than ``STRIPE`` where it is seen from afar."""
        raise NotImplementedError

    def _paint_picture(self, painter: QPainter, look: theme.Theme, zoom: float) -> None:
        raise NotImplementedError

    def _paint_texts(self, painter: QPainter, look: theme.Theme, outline: QRectF, zoom: float) -> None:
        raise NotImplementedError

    def _paint_ports(self, painter: QPainter, look: theme.Theme) -> None:
        painter.setBrush(look.background)
        painter.setPen(QPen(look.field_border, 1.6))
        for index in range(self.inputs):
            painter.drawEllipse(m.input_port(index, self.inputs), m.PORT_RADIUS, m.PORT_RADIUS)
        for index in range(self.outputs):
            painter.drawEllipse(m.output_port(index, self.outputs), m.PORT_RADIUS, m.PORT_RADIUS)
        if self.port is not None:
            index = self.port.index
            at = m.output_port(index, self.outputs) if self.port.output else m.input_port(index, self.inputs)
            _paint_marked_port(painter, look, at, self.port.fits)


def paint_card_texts(
    painter: QPainter,
    look: theme.Theme,
    outline: QRectF,
    zoom: float,
    texts: CardTexts,
    title_rect: QRectF,
    heat: float = 0.0,
) -> None:
    """Name, line of settings, and the footer with shape and parameters; on a warm ground all in the text's colour."""
    soft = look.secondary if heat < 0.15 else look.text
    width = m.CARD_WIDTH - 2 * m.INSET
    painter.setPen(look.text)
    painter.setFont(texts.title_font())
    painter.drawText(title_rect, LEFT, texts.title)
    if zoom < SMALL_TEXT_ZOOM:
        return
    line = outline.bottom() - m.FOOTER
    footer = QRectF(m.INSET, line, width, m.FOOTER)
    painter.setFont(m.narrow_shape_font() if texts.narrow_shape else m.shape_font())
    painter.drawText(footer, LEFT, texts.shape)
    painter.setPen(soft)
    painter.setFont(m.line_font())
    painter.drawText(footer, RIGHT, texts.parameters)
    if texts.narrow:
        painter.setFont(m.narrow_font())
    for place, text in enumerate(texts.summary):
        painter.drawText(QRectF(m.INSET, m.STRIPE + 22 + place * m.LINE, width, 16), LEFT, text)
    painter.setPen(QPen(look.line, 1))
    painter.drawLine(QPointF(1, line), QPointF(outline.right() - 1, line))


def paint_note(painter: QPainter, look: theme.Theme, rect: QRectF, text: str) -> None:
    """A few words in a capsule in the middle of a picture."""
    painter.setFont(m.line_font())
    width = m.metrics(m.line_font).horizontalAdvance(text) + 12
    chip = QRectF(rect.center().x() - width / 2, rect.center().y() - 9, width, 18)
    painter.setPen(QPen(look.line, 1))
    painter.setBrush(look.panel)
    painter.drawRoundedRect(chip, 9, 9)
    painter.setPen(look.secondary)
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)


def picture_place(height: float, lines: int) -> QRectF:
    """Where the picture lies on a card of this height with so many lines of settings."""
    top, bottom = m.PICTURE_TOP + (lines - 1) * m.LINE, height - m.FOOTER - 5
    return QRectF(m.INSET - 1, top, m.CARD_WIDTH - 2 * m.INSET + 2, bottom - top)


@lru_cache(maxsize=512)
def _far_body(
    look: str, height: float, zoom: float, edge: str, heat: float | None
) -> tuple[tuple[QRectF, QColor], ...]:
    """The rectangles of a card seen from afar and their colours: a thousand cards share a few."""
    colours, outline = theme.load(look), QRectF(0.0, 0.0, m.CARD_WIDTH, height)
    width = (0.7 if edge == "line" else 1.4) / zoom
    colour = {"error": colours.error, "accent": colours.accent, "line": colours.line}[edge]
    return (outline.adjusted(-width, -width, width, width), colour), (outline, _ground(colours, heat))


def _ground(look: theme.Theme, heat: float | None) -> QColor:
    return look.card if heat is None else heat_colour(look, heat)


def heat_colour(look: theme.Theme, share: float) -> QColor:
    """The ground of a card that holds this share (0…1) of the heaviest layer's cost."""
    return theme.mixed(look.category("activation"), look.card, (0.42 if look.dark else 0.55) * share)


def faded(colour: QColor, alpha: int) -> QColor:
    """The colour with an alpha of 0 to 255."""
    thin = QColor(colour)
    thin.setAlpha(alpha)
    return thin


def stripe_path() -> QPainterPath:
    """The stripe along the top of a card."""
    return _stripe()


def _paint_marked_port(painter: QPainter, look: theme.Theme, at: QPointF, fits: bool | None) -> None:
    colour = look.accent if fits is None else look.good if fits else look.error
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(colour, 70))
    painter.drawEllipse(at, m.PORT_RADIUS + 5, m.PORT_RADIUS + 5)
    painter.setBrush(colour)
    painter.drawEllipse(at, m.PORT_RADIUS + 2, m.PORT_RADIUS + 2)
    if fits is None:
        return
    painter.setPen(QPen(look.card, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    reach = 2.6  # a plus or a cross, so that the colour does not stand alone
    if fits:
        painter.drawLine(at - QPointF(reach, 0), at + QPointF(reach, 0))
        painter.drawLine(at - QPointF(0, reach), at + QPointF(0, reach))
    else:
        painter.drawLine(at - QPointF(reach, reach), at + QPointF(reach, reach))
        painter.drawLine(at - QPointF(reach, -reach), at + QPointF(reach, -reach))


def _paint_badge(painter: QPainter, look: theme.Theme, at: QPointF, size: float, trouble: Trouble) -> None:
    """Errors in vermilion with their count, or a “!” for a single one; advice alone in amber, a bit smaller."""
    count, error = trouble.errors or trouble.advice, trouble.errors > 0
    size *= 1.0 if error else 0.86
    painter.setPen(QPen(look.card, 1.5))
    painter.setBrush(look.error if error else look.warning)
    painter.drawEllipse(at, 9 * size, 9 * size)
    if count > 1:
        font = m.badge_font()
        painter.save()
        try:
            painter.translate(at)
            painter.scale(size, size)
            painter.setFont(font)
            painter.setPen(look.card)
            text = str(count) if count < 100 else "99"
            painter.drawText(QRectF(-10, -10, 20, 20), Qt.AlignmentFlag.AlignCenter, text)
        finally:
            painter.restore()
        return
    painter.setPen(QPen(look.card, 2.2 * size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(at + QPointF(0, -4.2 * size), at + QPointF(0, 0.8 * size))
    painter.drawPoint(at + QPointF(0, 4.4 * size))


def _paint_lock(painter: QPainter, look: theme.Theme, rect: QRectF) -> None:
    """A closed lock; filled, so that it can still be told from afar."""
    body = QRectF(rect.left() + 1.5, rect.top() + 5, rect.width() - 3, 6.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.text, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    shackle = QPainterPath(QPointF(body.left() + 2, body.top()))
    shackle.arcTo(QRectF(body.left() + 2, rect.top() + 0.8, body.width() - 4, 5), 180, -180)
    shackle.lineTo(body.right() - 2, body.top())
    painter.drawPath(shackle)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.text)
    painter.drawRoundedRect(body, 1.5, 1.5)


@lru_cache(maxsize=1)
def _stripe() -> QPainterPath:
    card, top = QPainterPath(), QPainterPath()
    card.addRoundedRect(QRectF(0, 0, m.CARD_WIDTH, m.CARD_HEIGHT), m.CORNER, m.CORNER)
    top.addRect(QRectF(0, 0, m.CARD_WIDTH, m.STRIPE))
    return card.intersected(top)


@lru_cache(maxsize=8)
def _shadow(height: int, dark: bool) -> QPixmap:
    """The shadow of a card, painted once: a few rounded outlines on top of each other."""
    picture = QPixmap(int(m.CARD_WIDTH + 2 * m.MARGIN), int(height + 2 * m.MARGIN))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 13 if dark else 5))
    for spread in (0, 1, 2, 4, 6, 8):
        rect = QRectF(m.MARGIN, m.MARGIN + 3, m.CARD_WIDTH, height)
        painter.drawRoundedRect(rect.adjusted(-spread, -spread, spread, spread), m.CORNER + spread, m.CORNER + spread)
    painter.end()
    return picture
