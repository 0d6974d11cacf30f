"""A layer's card. It shows values it is given and changes nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from cnnstudio.design.analysis.analysis import LayerFacts
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.items import card_picture
from cnnstudio.ui.canvas.items.card import (
    BODY_ZOOM,
    SMALL_TEXT_ZOOM,
    CardItem,
    PortMark,
    faded,
    paint_card_texts,
    paint_note,
    picture_place,
    stripe_path,
)
from cnnstudio.ui.canvas.items.card_texts import CardTexts, card_texts
from cnnstudio.ui.look import theme

__all__ = ["CardItem", "PortMark"]


class LayerCard(CardItem):
    """The card of one layer."""

    def __init__(self, node_id: str, layer: Layer, name: str) -> None:
        self.layer = layer  # the base class asks for its height
        super().__init__(node_id, name)
        self.facts: LayerFacts | None = None
        self.inputs = layer.fewest_inputs
        self._maps: NDArray[Any] | None = None
        self._image: NDArray[np.uint8] | None = None
        self.class_names: tuple[str, ...] = ()
        self._picture: tuple[object, QPixmap] | None = None
        self._texts: CardTexts | None = None
        self._strip: QImage | None = None

    # what it shows

    def show_layer(
        self, layer: Layer, name: str, facts: LayerFacts | None, wires: int, locked: bool = False, read: bool = True
    ) -> None:
        """Show these settings and facts; ``wires`` is how many inputs are connected. Where its words are not ``read``,
        from afar, a layer with other settings looks as it did, and a thousand of them need not be painted anew."""
        ports = max(layer.fewest_inputs, min(layer.most_inputs, wires + 1) if layer.most_inputs > 1 else 0)
        if (layer, name, facts, ports, locked) == (self.layer, self.name, self.facts, self.inputs, self.locked):
            return
        higher = m.card_height(layer) != m.card_height(self.layer)
        self.layer, self.name, self.facts, self.inputs, self.locked = layer, name, facts, ports, locked
        if higher:
            self.fit()
        self._texts = None
        if read or higher or self._is_pictured:
            self._picture = None
            self.update()

    @property
    def _is_pictured(self) -> bool:
        return self._maps is not None or (self._image is not None and self.layer.category == "input")

    def show_maps(self, maps: NDArray[Any] | None) -> None:
        """Show what the layer computes: (H, W, C) or (units,); None takes the picture away."""
        if maps is not self._maps:
            self._maps = maps
            self._renew_picture()

    def show_image(self, image: NDArray[np.uint8] | None) -> None:
        """Show the sample image (H, W, C) on an input card."""
        if image is not self._image:
            self._image = image
            if self.layer.category == "input":
                self._renew_picture()

    def show_strip(self, strip: QImage | None) -> None:
        """Show along the foot what was measured of the layer over time; None takes it away."""
        if strip is not self._strip:
            self._strip = strip
            self.update(self._strip_rect().adjusted(-1, -1, 1, 1))

    def show_class_names(self, names: Sequence[str]) -> None:
        """The names beside the class bars."""
        if tuple(names) != self.class_names:
            self.class_names = tuple(names)
            if self.layer.category == "output":
                self._renew_picture()

    def _renew_picture(self) -> None:
        """Paint it anew and nothing else; where a unit has one and a half pixels of the screen, Qt lays a part painted
        alone up to half a pixel aside, and the picture would jump: there, the whole card."""
        self._picture = None
        views = self.scene().views() if self.scene() is not None else []
        whole = all(view.devicePixelRatioF().is_integer() for view in views)
        self.update(self.picture_rect() if whole else self.boundingRect())

    def forget_colours(self) -> None:
        self._picture = None
        self.update()

    def twin(self) -> LayerCard:
        twin = LayerCard("", self.layer, self.name)
        twin.show_layer(self.layer, self.name, self.facts, 0, self.locked)
        return twin

    def height(self) -> float:
        return m.card_height(self.layer)

    # painting

    def _paint_stripe(self, painter: QPainter, look: theme.Theme, height: float) -> None:
        colour = look.category(self.layer.category)
        if height > m.STRIPE:
            painter.fillRect(QRectF(0, 0, m.CARD_WIDTH, height), colour)
        else:
            painter.fillPath(stripe_path(), colour)

    def _paint_picture(self, painter: QPainter, look: theme.Theme, zoom: float) -> None:
        if zoom < BODY_ZOOM and not self._is_pictured:
            painter.fillRect(*_far_place(look.name, self.layer.category, self._tall, self.lines()))
            return
        rect, picture = self.picture_rect(), None
        if self._is_pictured:
            # Exactly as many pixels as the screen has there; far away one size serves all zooms.
            scale = (zoom if zoom >= SMALL_TEXT_ZOOM else SMALL_TEXT_ZOOM) * painter.device().devicePixelRatioF()
            picture = self._current_picture(rect.size(), scale)
        if picture is None:
            if zoom < BODY_ZOOM:
                painter.fillRect(*_far_place(look.name, self.layer.category, self._tall, self.lines()))
            else:
                _paint_placeholder(painter, rect.adjusted(2, 1, -2, -1), look.category(self.layer.category))
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
            paint_note(painter, look, rect, "not in this run")

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
                picture = card_picture.bars_picture(self._maps, self.class_names, box, scale)
            else:
                learns = self.facts is not None and self.facts.parameters > 0
                signed = learns or bool(np.nanmin(self._maps) < 0)
                picture = card_picture.maps_picture(self._maps, box, scale, signed)
        if picture is not None:
            self._picture = key, picture
        return picture

    def lines(self) -> int:
        return len(self._words().summary)

    def _words(self) -> CardTexts:
        if self._texts is None:
            self._texts = card_texts(self.layer, self.name, self.facts, self.title_rect().width())
        return self._texts

    def _strip_rect(self) -> QRectF:
        return QRectF(1, self._tall - m.FOOTER - m.STRIP, m.CARD_WIDTH - 2, m.STRIP)

    def _paint_texts(self, painter: QPainter, look: theme.Theme, outline: QRectF, zoom: float) -> None:
        if self._strip is not None:
            painter.drawImage(self._strip_rect(), self._strip)
        paint_card_texts(painter, look, outline, zoom, self._words(), self.title_rect(), self.heat or 0.0)


@lru_cache(maxsize=64)
def _far_place(look: str, category: str, height: float, lines: int) -> tuple[QRectF, QColor]:
    """Where a picture would be on a card seen from afar, and its colour: far away its dashes are no lines any more,
    only a little more of it."""
    return picture_place(height, lines).adjusted(2, 1, -2, -1), faded(theme.load(look).category(category), 30)


def _paint_placeholder(painter: QPainter, rect: QRectF, colour: QColor) -> None:
    painter.setPen(QPen(faded(colour, 130), 1, Qt.PenStyle.DashLine))
    painter.setBrush(faded(colour, 26))
    painter.drawRoundedRect(rect, 4, 4)


def _draw_on_pixels(painter: QPainter, picture: QPixmap, corner: QPointF) -> None:
    """Draw a pixmap unscaled with its corner on a whole pixel of the screen, so that every cell stays sharp."""
    ratio = painter.device().devicePixelRatioF()
    world = painter.worldTransform()
    at = world.map(corner)
    picture.setDevicePixelRatio(ratio)
    painter.resetTransform()
    # Halves must go the same way wherever the painter's origin is: a part of a card is painted on a pixmap of its own.
    x, y = math.floor(at.x() * ratio + 0.5001), math.floor(at.y() * ratio + 0.5001)
    painter.drawPixmap(QPointF(x / ratio, y / ratio), picture)
    painter.setWorldTransform(world)
