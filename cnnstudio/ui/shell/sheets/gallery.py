"""The gallery: templates with their pictures, what they are and cost, and networks that have learned, with their
filters. A sheet inside the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.templates import template, template_names, template_sentence
from cnnstudio.design.value.design import Design
from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.trained import trained, trained_names, trained_sentence
from cnnstudio.ui.canvas.thumbnail import thumbnail
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.inspector.filter_sheets import filters_drawn
from cnnstudio.ui.widgets.overlay import Overlay

PICTURE = QSize(300, 168)
_EMPTY = "Nothing on the canvas: drag layers from the palette, or press Tab on the canvas and type what you want."


def open_gallery(window: QWidget, chosen: Callable[[str], object], seen: Callable[[str], object]) -> Overlay:
    """Show the gallery. After the sheet is gone ``chosen`` is called with a template's name, "" for an empty design, or
    ``seen`` with that of a trained network."""
    content = QWidget()
    grid = QGridLayout(content)
    grid.setContentsMargins(24, 6, 24, 24)
    grid.setSpacing(16)
    nothing = Tile(Design(title="Empty"), _EMPTY, partial(chosen, ""))
    tiles = [nothing, *(_learned(name, seen) for name in trained_names())]
    tiles += [Tile(template(name), template_sentence(name), partial(chosen, name)) for name in template_names()]
    columns = 3 if window.width() >= theme.scaled(1180) else 2
    for number, tile in enumerate(tiles):
        grid.addWidget(tile, number // columns, number % columns)
    for column in range(columns):
        grid.setColumnStretch(column, 1)
    grid.setRowStretch(len(tiles), 1)
    width = columns * theme.scaled(PICTURE.width() + 40) + (columns - 1) * 16 + 56
    sheet = Overlay(window, "Templates", content, QSize(width, 720))

    def choose(tile: Tile) -> None:
        sheet.dismiss()
        tile.do()

    for tile in tiles:
        tile.chosen.connect(partial(choose, tile))
    tiles[0].setFocus(Qt.FocusReason.PopupFocusReason)
    _Pictures(sheet, tiles)
    return sheet


def _learned(name: str, seen: Callable[[str], object]) -> Tile:
    """The tile of a trained network, with the filters of its first convolution for a picture."""
    project = trained(name)
    return Tile(project.design, worded(trained_sentence(name)), partial(seen, name), project.weights)


class Tile(QWidget):
    """One design, with its weights where it has learned. A press, Enter or Space chooses it; ``do`` is what follows."""

    chosen = Signal()

    def __init__(
        self, design: Design, sentence: str, do: Callable[[], object], learned: Snapshot | None = None
    ) -> None:
        super().__init__()
        self.design, self.do, self._learned = design, do, learned
        self._picture: QPixmap | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        title = f"{design.title}, trained" if learned else design.title
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, PICTURE.height() + 24, 14, 14)
        column.setSpacing(2)
        column.addWidget(label(title, "title"))
        column.addWidget(label(self._figures(), "secondary"))
        column.addSpacing(4)
        column.addWidget(label(sentence, "soft", wrap=True))
        column.addStretch(1)
        self.setMinimumWidth(240)

    def _figures(self) -> str:
        found = analyse(self.design.graph)
        first = next(iter(self.design.graph.images), "")
        shape = found.layers[first].shape if first else None
        parts = [shape_text(shape)] if shape else []
        if not len(self.design.graph):
            return "no layers yet"
        parts += [amount(len(self.design.graph), "layer"), amount(found.parameters, "parameter")]
        return " · ".join(parts)

    def draw(self) -> None:
        """Draw the picture."""
        ratio = self.devicePixelRatioF()
        if self._learned is not None:
            self._picture = filters_drawn(
                self.design.graph, self._learned.parameters, self.design.recipe.seed, PICTURE, ratio
            )
        else:
            self._picture = thumbnail(self.design, PICTURE, ratio) if self.design.cards else _nothing(PICTURE, ratio)
        self.update()

    def forget_picture(self) -> None:
        """The theme has changed."""
        self._picture = None
        self.update()

    @property
    def drawn(self) -> bool:
        return self._picture is not None

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
        painter.setPen(look.line)
        painter.setBrush(look.hover if self.underMouse() else look.card)
        painter.drawRoundedRect(box, 9, 9)
        ground = QRectF(9, 9, self.width() - 18, PICTURE.height() + 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.background)
        painter.drawRoundedRect(ground, 6, 6)
        if self._picture is not None:
            corner = ground.center().toPoint()
            painter.drawPixmap(corner.x() - PICTURE.width() // 2, corner.y() - PICTURE.height() // 2, self._picture)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                self.chosen.emit()
            case Qt.Key.Key_Right | Qt.Key.Key_Down:
                self.focusNextChild()
            case Qt.Key.Key_Left | Qt.Key.Key_Up:
                self.focusPreviousChild()
            case _:
                event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


def _nothing(size: QSize, ratio: float) -> QPixmap:
    """An empty place for a layer."""
    picture, look = QPixmap(size * ratio), theme.current()
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.secondary, 1.5, Qt.PenStyle.DashLine))
    place = QRectF(0, 0, 84, 100)
    place.moveCenter(QRectF(0, 0, size.width(), size.height()).center())
    painter.drawRoundedRect(place, 7, 7)
    painter.setPen(QPen(look.secondary, 2))
    middle = place.center()
    for arm in (QPointF(9, 0), QPointF(0, 9)):
        painter.drawLine(middle - arm, middle + arm)
    painter.end()
    return picture


class _Pictures(QObject):
    """The sheet is there at once; its pictures follow one by one."""

    def __init__(self, sheet: Overlay, tiles: list[Tile]) -> None:
        super().__init__(sheet)
        self._tiles = tiles
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._draw_next)
        theme.changed.connect(self._again)
        self._timer.start()

    def _draw_next(self) -> None:
        waiting = [tile for tile in self._tiles if not tile.drawn]
        if waiting:
            waiting[0].draw()
        else:
            self._timer.stop()

    def _again(self) -> None:
        for tile in self._tiles:
            tile.forget_picture()
        self._timer.start()
