"""Sizes on the canvas, in scene units (pixels at 100 %), and the fonts of the cards."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from cnnstudio.design.format.design_format import FARTHEST
from cnnstudio.design.layout.wire_route import Box, Point, port_offset
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.ui.look import theme

CARD_WIDTH = 120.0
CARD_HEIGHT = 148.0
#: class bars need a line for each class
BARS_HEIGHT = 176.0
CORNER = 8.0
STRIPE = 5.0
INSET = 9.0
FOOTER = 26.0
PICTURE_TOP = 48.0
#: how high a layer's strip over time is, just above the footer
STRIP = 4.0
#: from one line of settings to the next
LINE = 11.0
#: ports lie at one height on all cards, so that wires within a row are straight
PORT_Y = 76.0
PORT_RADIUS = 4.5
#: what is painted outside the card: ring, badge, shadow, ports
MARGIN = 14.0

#: cards move in these steps
GRID = 10.0
#: dots of the background; one in three grid lines, and of every column and row of cards
DOTS = 30.0
#: the free space between two neighbours in a row
GAP = 30.0
#: cards stay within this distance of the origin, as files demand
REACH = FARTHEST

SMALLEST_ZOOM, LARGEST_ZOOM = 0.1, 4.0
#: the whole of a large network is shown even smaller
FARTHEST_ZOOM = 0.01


def card_height(layer: Layer) -> float:
    """How tall the card of a layer is."""
    return BARS_HEIGHT if layer.category == "output" else CARD_HEIGHT


def input_place(box: Box, index: int, count: int) -> Point:
    """Where input port ``index`` of ``count`` of a card lies."""
    return box[0], box[1] + PORT_Y + port_offset(index, count)


def output_place(box: Box, index: int, count: int) -> Point:
    """Where output port ``index`` of ``count`` of a card lies."""
    return box[2], box[1] + PORT_Y + port_offset(index, count)


def corners(rect: QRectF) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a rectangle."""
    return rect.left(), rect.top(), rect.right(), rect.bottom()


def place_and_size(rect: QRectF) -> tuple[float, float, float, float]:
    """Left, top, width and height of a rectangle, as designs hold frames."""
    return rect.left(), rect.top(), rect.width(), rect.height()


def coordinates(point: QPointF) -> tuple[float, float]:
    """A point in plain numbers, as layouts take them."""
    return point.x(), point.y()


def input_port(index: int, count: int) -> QPointF:
    """Where an input port lies on its card; several share the left edge evenly."""
    return QPointF(0.0, PORT_Y + port_offset(index, count))


def output_port(index: int = 0, count: int = 1) -> QPointF:
    """Where an output port lies on its card; layers have one, blocks may have several."""
    return QPointF(CARD_WIDTH, 0.0) + input_port(index, count)


@cache
def title_font() -> QFont:
    """A card's name."""
    font = theme.drawn_font(theme.BODY_PX)
    font.setWeight(QFont.Weight.DemiBold)
    return font


@cache
def narrow_title_font() -> QFont:
    """A name that would otherwise be cut off."""
    font = QFont(title_font())
    font.setPixelSize(11)
    return font


@cache
def narrowest_title_font() -> QFont:
    """A name that would be cut off even then."""
    font = QFont(title_font())
    font.setPixelSize(10)
    return font


@cache
def condensed_title_font() -> QFont:
    """A name that would be cut off even then: “Global average pooling”."""
    font = QFont(narrowest_title_font())
    font.setStretch(75)
    return font


@cache
def line_font() -> QFont:
    """The line of settings and the parameter count."""
    return theme.tabular(theme.drawn_font())


@cache
def narrow_font() -> QFont:
    """A line of settings that would otherwise be cut off."""
    font = QFont(line_font())
    font.setPixelSize(10)
    return font


@cache
def shape_font() -> QFont:
    """The output shape."""
    font = QFont(line_font())
    font.setWeight(QFont.Weight.DemiBold)
    return font


@cache
def narrow_shape_font() -> QFont:
    """An output shape that would otherwise be cut off."""
    font = QFont(narrow_font())
    font.setWeight(QFont.Weight.DemiBold)
    return font


@cache
def badge_font() -> QFont:
    """The count in a badge."""
    font = QFont(line_font())
    font.setWeight(QFont.Weight.Bold)
    return font


@cache
def frame_font() -> QFont:
    """The title of a frame or of an expanded block."""
    font = theme.drawn_font()
    font.setPixelSize(12)
    font.setWeight(QFont.Weight.DemiBold)
    return font


@cache
def note_font() -> QFont:
    """The text of a note."""
    return theme.drawn_font(theme.BODY_PX)


@cache
def tiny_font() -> QFont:
    """Class names beside their bars."""
    font = QFont(line_font())
    font.setPixelSize(8)
    return font


@cache
def metrics(font: Callable[[], QFont]) -> QFontMetricsF:
    """The metrics of one of this module's fonts, by its function."""
    return QFontMetricsF(font())
