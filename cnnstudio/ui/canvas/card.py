"""A card: one layer as one item with one paint method. It shows values it is given and changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from cnnstudio.design.analysis import LayerFacts
from cnnstudio.nn.layer import Layer
from cnnstudio.ui import theme
from cnnstudio.ui.canvas import card_picture
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.card_texts import CardTexts, card_texts

#: below these zooms small text goes, then everything but the picture
SMALL_TEXT_ZOOM, TEXT_ZOOM = 0.5, 0.32

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class PortMark:
    """A port that is pointed at: which one, and whether the wire at hand fits (None: no wire at hand)."""

    output: bool
    index: int = 0
    fits: bool | None = None


class CardItem(QGraphicsItem):
    """The card of one layer; its position is the top left corner of its outline."""

    def __init__(self, node_id: str, layer: Layer, name: str) -> None:
        super().__init__()
        self.node_id = node_id
        self.layer = layer
        self.name = name
        self.facts: LayerFacts | None = None
        self.inputs = layer.fewest_inputs
        self.selected = False
        self.hovered = False
        self.in_run = True
        self.ghost = False
        self.port: PortMark | None = None
        self._maps: NDArray[Any] | None = None
        self._image: NDArray[np.uint8] | None = None
        self._class_names: tuple[str, ...] = ()
        self._picture: tuple[object, QPixmap] | None = None
        self._texts: CardTexts | None = None
        self.setZValue(1)

    # what it shows

    def show_layer(self, layer: Layer, name: str, facts: LayerFacts | None, wires: int) -> None:
        """Show these settings and facts; ``wires`` is how many inputs are connected."""
        ports = max(layer.fewest_inputs, min(layer.most_inputs, wires + 1) if layer.most_inputs > 1 else 0)
        if (layer, name, facts, ports) == (self.layer, self.name, self.facts, self.inputs):
            return
        if m.card_height(layer) != m.card_height(self.layer):
            self.prepareGeometryChange()
        self.layer, self.name, self.facts, self.inputs = layer, name, facts, ports
        self._texts = self._picture = None
        self.update()

    def show_maps(self, maps: NDArray[Any] | None) -> None:
        """Show what the layer computes: (H, W, C) or (units,); None takes the picture away."""
        if maps is not self._maps:
            self._maps, self._picture = maps, None
            self.update(self.picture_rect())

    def show_image(self, image: NDArray[np.uint8] | None) -> None:
        """Show the sample image (H, W, C) on an input card."""
        if image is not self._image:
            self._image, self._picture = image, None
            self.update(self.picture_rect())

    def show_class_names(self, names: Sequence[str]) -> None:
        """The names beside the class bars."""
        self._class_names, self._picture = tuple(names), None
        self.update(self.picture_rect())

    def show_state(self, **state: object) -> None:
        """Set any of selected, hovered, in_run, ghost and port."""
        for name, value in state.items():
            if getattr(self, name) != value:
                setattr(self, name, value)
                self.update()

    def forget_colours(self) -> None:
        """The theme has changed."""
        self._picture = None
        self.update()

    # where things are

    def boundingRect(self) -> QRectF:
        return self.outline().adjusted(-m.MARGIN, -m.MARGIN, m.MARGIN, m.MARGIN)

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(self.outline())
        return path

    def outline(self) -> QRectF:
        """The card without ring and shadow, in its own coordinates."""
        return m.card_rect(self.layer)

    def scene_outline(self) -> QRectF:
        """The card without ring and shadow, in scene units."""
        return self.outline().translated(self.pos())

    def picture_rect(self) -> QRectF:
        """Where the picture lies."""
        bottom = m.card_height(self.layer) - m.FOOTER - 5
        return QRectF(m.INSET - 1, m.PICTURE_TOP, m.CARD_WIDTH - 2 * m.INSET + 2, bottom - m.PICTURE_TOP)

    def title_rect(self) -> QRectF:
        """Where the name stands."""
        return QRectF(m.INSET, m.STRIPE + 5, m.CARD_WIDTH - 2 * m.INSET, 18)

    def input_point(self, index: int = 0) -> QPointF:
        """An input port in scene units."""
        return self.pos() + m.input_port(index, self.inputs)

    def output_point(self) -> QPointF:
        """The output port in scene units."""
        return self.pos() + m.output_port()

    # painting

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        look = theme.current()
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.ghost:
            painter.setOpacity(0.72)
        outline = self.outline()
        broken = self.facts is not None and self.facts.problem is not None
        if zoom >= TEXT_ZOOM:
            painter.drawPixmap(QPointF(-m.MARGIN, -m.MARGIN), _shadow(int(outline.height()), look.dark))
        self._paint_body(painter, look, outline, broken, zoom)
        self._paint_picture(painter, look, zoom)
        if zoom >= TEXT_ZOOM:
            self._paint_texts(painter, look, outline, zoom)
        if zoom >= SMALL_TEXT_ZOOM:
            self._paint_ports(painter, look)
        if broken:
            _paint_badge(painter, look, QPointF(outline.right() - 5, outline.top() + 3), max(1.0, 0.5 / zoom))

    def _paint_body(self, painter: QPainter, look: theme.Theme, outline: QRectF, broken: bool, zoom: float) -> None:
        fine = max(1.0, 0.6 / zoom)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.selected:
            painter.setBrush(_faded(look.accent, 70))
            painter.drawRoundedRect(outline.adjusted(-4, -4, 4, 4), m.CORNER + 4, m.CORNER + 4)
        elif broken:
            painter.setBrush(_faded(look.error, 46))
            painter.drawRoundedRect(outline.adjusted(-3.5, -3.5, 3.5, 3.5), m.CORNER + 3, m.CORNER + 3)
        painter.setBrush(look.card)
        painter.drawRoundedRect(outline, m.CORNER, m.CORNER)
        painter.fillPath(_stripe(), look.category(self.layer.category))
        if broken:
            pen = QPen(look.error, 2 * fine)
        elif self.selected:
            pen = QPen(look.accent, 2 * fine)
        elif self.hovered:
            pen = QPen(look.field_border, fine)
        else:
            pen = QPen(look.line, fine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(outline, m.CORNER, m.CORNER)

    def _paint_picture(self, painter: QPainter, look: theme.Theme, zoom: float) -> None:
        rect = self.picture_rect()
        # Exactly as many pixels as the screen has there; far away one size serves all zooms.
        scale = (zoom if zoom >= SMALL_TEXT_ZOOM else SMALL_TEXT_ZOOM) * painter.device().devicePixelRatioF()
        picture = self._current_picture(rect.size(), scale)
        if picture is None:
            _paint_placeholder(painter, look, rect.adjusted(2, 1, -2, -1), look.category(self.layer.category))
        else:
            if not self.in_run:
                painter.setOpacity(painter.opacity() * 0.4)
            size = QSizeF(picture.size()) / scale
            corner = rect.center() - QPointF(size.width() / 2, size.height() / 2)
            if zoom >= SMALL_TEXT_ZOOM:
                _draw_on_pixels(painter, picture, corner)
            else:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawPixmap(QRectF(corner, size), picture, QRectF(picture.rect()))
            if not self.in_run:
                painter.setOpacity(painter.opacity() / 0.4)
        if not self.in_run and zoom >= SMALL_TEXT_ZOOM:
            _paint_note(painter, look, rect, "not in this run")

    def _current_picture(self, box: QSizeF, scale: float) -> QPixmap | None:
        key = round(scale, 3)
        if self._picture is not None and self._picture[0] == key:
            return self._picture[1]
        picture: QPixmap | None = None
        if self.layer.category == "input":
            if self._image is not None and self.facts and self._image.shape == self.facts.shape:
                picture = card_picture.image_picture(self._image, box, scale)
        elif self._maps is not None and self._maps.size:
            if self.layer.category == "output" and self._maps.ndim == 1:
                picture = card_picture.bars_picture(self._maps, self._class_names, box, scale)
            else:
                learns = self.facts is not None and self.facts.parameters > 0
                signed = learns or bool(np.nanmin(self._maps) < 0)
                picture = card_picture.maps_picture(self._maps, box, scale, signed)
        if picture is not None:
            self._picture = key, picture
        return picture

    def _paint_texts(self, painter: QPainter, look: theme.Theme, outline: QRectF, zoom: float) -> None:
        if self._texts is None:
            self._texts = card_texts(self.layer, self.name, self.facts)
        texts, width = self._texts, m.CARD_WIDTH - 2 * m.INSET
        painter.setPen(look.text)
        painter.setFont(m.title_font())
        painter.drawText(self.title_rect(), _LEFT, texts.title)
        if zoom < SMALL_TEXT_ZOOM:
            return
        line = outline.bottom() - m.FOOTER
        footer = QRectF(m.INSET, line, width, m.FOOTER)
        painter.setFont(m.shape_font())
        painter.drawText(footer, _LEFT, texts.shape)
        painter.setPen(look.secondary)
        painter.setFont(m.line_font())
        painter.drawText(footer, _RIGHT, texts.parameters)
        if texts.narrow:
            painter.setFont(m.narrow_font())
        painter.drawText(QRectF(m.INSET, m.STRIPE + 22, width, 16), _LEFT, texts.summary)
        painter.setPen(QPen(look.line, 1))
        painter.drawLine(QPointF(1, line), QPointF(outline.right() - 1, line))

    def _paint_ports(self, painter: QPainter, look: theme.Theme) -> None:
        painter.setBrush(look.background)
        painter.setPen(QPen(look.field_border, 1.6))
        for index in range(self.inputs):
            painter.drawEllipse(m.input_port(index, self.inputs), m.PORT_RADIUS, m.PORT_RADIUS)
        painter.drawEllipse(m.output_port(), m.PORT_RADIUS, m.PORT_RADIUS)
        if self.port is not None:
            at = m.output_port() if self.port.output else m.input_port(self.port.index, self.inputs)
            _paint_marked_port(painter, look, at, self.port.fits)


def _paint_marked_port(painter: QPainter, look: theme.Theme, at: QPointF, fits: bool | None) -> None:
    colour = look.accent if fits is None else look.good if fits else look.error
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_faded(colour, 70))
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


def _paint_badge(painter: QPainter, look: theme.Theme, at: QPointF, size: float) -> None:
    painter.setPen(QPen(look.card, 1.5))
    painter.setBrush(look.error)
    painter.drawEllipse(at, 9 * size, 9 * size)
    pen = QPen(look.card, 2.2 * size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawLine(at + QPointF(0, -4.2 * size), at + QPointF(0, 0.8 * size))
    painter.drawPoint(at + QPointF(0, 4.4 * size))


def _paint_placeholder(painter: QPainter, look: theme.Theme, rect: QRectF, colour: QColor) -> None:
    painter.setPen(QPen(_faded(colour, 130), 1, Qt.PenStyle.DashLine))
    painter.setBrush(_faded(colour, 26))
    painter.drawRoundedRect(rect, 4, 4)


def _paint_note(painter: QPainter, look: theme.Theme, rect: QRectF, text: str) -> None:
    painter.setFont(m.line_font())
    width = m.metrics("line_font").horizontalAdvance(text) + 12
    chip = QRectF(rect.center().x() - width / 2, rect.center().y() - 9, width, 18)
    painter.setPen(QPen(look.line, 1))
    painter.setBrush(look.panel)
    painter.drawRoundedRect(chip, 9, 9)
    painter.setPen(look.secondary)
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)


def _draw_on_pixels(painter: QPainter, picture: QPixmap, corner: QPointF) -> None:
    """Draw a pixmap unscaled with its corner on a whole pixel of the screen, so that every cell stays sharp."""
    ratio = painter.device().devicePixelRatioF()
    world = painter.worldTransform()
    at = world.map(corner)
    picture.setDevicePixelRatio(ratio)
    painter.resetTransform()
    painter.drawPixmap(QPointF(round(at.x() * ratio) / ratio, round(at.y() * ratio) / ratio), picture)
    painter.setWorldTransform(world)


def _faded(colour: QColor, alpha: int) -> QColor:
    faded = QColor(colour)
    faded.setAlpha(alpha)
    return faded


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
