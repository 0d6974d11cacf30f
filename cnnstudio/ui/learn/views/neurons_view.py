"""A feature map seen as what it is as well: a grid of neurons that look nearby and share their weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from cnnstudio.nn.arrays import Array, shape_text
from cnnstudio.nn.explaining.dependence import Dependence
from cnnstudio.nn.explaining.parts import LedgerPart, Site
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.explain.parts.sums import account
from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.learn.place_grid import PlaceGrid
from cnnstudio.ui.learn.views.live_view import LiveView
from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.worker.inspection import Maps

_SIDE, _BETWEEN = 204, 150
#: the least of both
_LEAST, _APART = 140.0, 50.0
_EMPTY = "Add a Conv 2D behind the Input to see its neurons here."


@dataclass(frozen=True)
class Connections:
    """The rows and columns that a neuron reads under each place of its window; beyond the picture is padding."""

    neuron: tuple[int, int]
    rows: tuple[int, ...]
    columns: tuple[int, ...]


class NeuronsView(LiveView):
    """The first Conv 2D; ``visited`` counts the neurons that were pointed at."""

    def __init__(self) -> None:
        super().__init__("A map as a grid of neurons", "Neurons")
        self.empty = label("", "soft", wrap=True)
        self.grid = NeuronGrid()
        self.grid.pointed.connect(self._pointed)
        self.first = self.grid
        self.sum = label("", "soft", wrap=True)
        theme.wear(self.sum, "formula")
        self.words = label("", "secondary", wrap=True)
        for widget in (self.empty, self.grid, self.sum, self.words):
            self.column.addWidget(widget)
        self._maps: Maps | None = None
        self._node = ""
        self._visited: set[tuple[int, int]] = set()
        self._show()

    @property
    def numbers(self) -> Mapping[str, int]:
        """See ``LiveView``."""
        return {"visited": len(self._visited)} if self._node else {}

    def count_anew(self) -> None:
        """See ``LiveView``."""
        self._visited.clear()

    def show_maps(self, maps: Maps | None) -> None:
        """See ``LiveView``."""
        node = "" if maps is None else _first(maps)
        if node != self._node:
            self._visited.clear()
        self._maps, self._node = maps, node
        self._show()

    def _site(self) -> Site:
        maps = self._maps
        assert maps is not None
        inputs = tuple(maps.values[source] for source in maps.graph[self._node].inputs)
        return Site(inputs, maps.values[self._node], maps.snapshot.parameters.arrays(self._node))

    def _show(self) -> None:
        maps = self._maps
        for widget in (self.grid, self.sum, self.words):
            widget.setVisible(bool(self._node))
        self.empty.setVisible(not self._node)
        if not self._node or maps is None:
            self.title.setText(self.accessibleName())
            self.empty.setText(self._missing(lambda layer: layer.kind == "conv2d", _EMPTY))
            return
        site = self._site()
        rows, columns, _ = site.output.shape
        node = maps.graph[self._node]
        source = maps.graph[node.inputs[0]]
        image = source.layer.category == "input"
        ink = Ink.of(site.inputs[0], image=image)
        read = pictures.image_picture(maps.image) if image else ink.picture(site.inputs[0][:, :, 0])
        self.grid.show_neurons(read, site.inputs[0].shape[:2], site.output[:, :, 0])
        self.title.setText(
            f"Map 1 of {self.name_of(maps.graph, self._node)} as {rows}×{columns} = {amount(rows * columns, 'neuron')}"
        )
        self.words.setText(
            "Point at a neuron, or walk with the arrow keys. Lines lead to the first sheet, in the colours of their "
            "weights: red above 0, blue below. All neurons have the same."
        )
        self._explain()

    def _pointed(self, row: int, column: int) -> None:
        self._visited.add((row, column))
        self._explain()
        self.changed.emit()

    def _explain(self) -> None:
        maps, site, (row, column) = self._maps, self._site(), self.grid.place
        assert maps is not None
        layer = maps.graph[self._node].layer
        cell = (row, column, 0)
        seen = layer.dependence(site.shapes)[0]
        rows, columns, _ = site.output.shape
        others = [(rows // 5, columns // 5), (rows - 1 - rows // 5, columns - 1 - columns // 5)]
        self.grid.show_connections(
            [_reads(seen, place) for place in ((row, column), *others)], site.arrays["weights"][0][:, :, 0]
        )
        part = layer.parts(site, cell)[0]
        if not isinstance(part, LedgerPart):
            return
        told = account(part)
        count = sum(block.products.size for block in part.blocks)
        after = next((n for n in maps.graph if n.inputs == (self._node,) and n.layer.category == "activation"), None)
        said = f"weighted sum of {amount(count, 'input')}: {told.figures[0]}"
        for step, figure in zip(part.steps[1:], told.figures[1:], strict=True):
            said += f" {step.operator} bias {figure}"
        said += f" {told.sign} {told.result}"
        if after is not None and after.id in maps.values:
            output = number_text(float(maps.values[after.id][cell]))
            said += f" → {self.name_of(maps.graph, after.id)} → output\u00a0{output}"
        self.sum.setText(said)
        self.grid.setAccessibleDescription(
            f"neuron at row {row + 1}, column {column + 1} of {shape_text(site.output.shape[:2])}: {said}"
        )


class NeuronGrid(PlaceGrid):
    """The picture at the left, its neurons at the right, lines from the one that is pointed at to what it reads."""

    def __init__(self) -> None:
        super().__init__()
        self._read: QImage | None = None
        self._extent: tuple[int, ...] = (1, 1)
        self._values: Array = np.zeros((1, 1), np.float32)
        self._connections: Sequence[Connections] = ()
        self._weights: Array = np.zeros((1, 1), np.float32)
        self.setMouseTracking(True)
        self.setAccessibleName("The neurons of a map, and what one of them reads")
        self.setToolTip("Point at a neuron, or walk with the arrow keys")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_neurons(self, read: QImage, extent: tuple[int, ...], values: Array) -> None:
        """A picture of what is read, (rows, columns) of it, and the map's numbers (H, W)."""
        self._read, self._extent = read, extent
        if values.shape != self._values.shape:
            self.place = (values.shape[0] // 2, values.shape[1] // 2)
        self._values = values
        self.update()

    def show_connections(self, connections: Sequence[Connections], weights: Array) -> None:
        """What the neuron that is pointed at reads, and then others, which are drawn pale; and the weights (k, k) that
        they all have on the first channel."""
        self._connections, self._weights = connections, weights
        self.update()

    @property
    def places(self) -> tuple[int, ...]:
        """See ``PlaceGrid``."""
        return self._values.shape

    def sizeHint(self) -> QSize:
        return QSize(2 * _SIDE + _BETWEEN + 20, _SIDE + 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(round(2 * _LEAST + _APART) + 10, _SIDE + 6)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        box, pitch = self._map_box, self._pitch
        if box.contains(event.position()):
            at = event.position() - box.topLeft()
            self.go_to(int(at.y() // pitch), int(at.x() // pitch))

    @property
    def _side(self) -> float:
        """Of the picture and of its neurons, as large as both have room."""
        return max(_LEAST, min(_SIDE, (self.width() - _APART - 10.0) / 2))

    @property
    def _pitch(self) -> float:
        """From one neuron to the next, in pixels."""
        return self._side / int(max(self._values.shape))

    @property
    def _cell(self) -> float:
        """The side of a cell of what is read, in pixels."""
        return self._side / max(self._extent)

    @property
    def _map_box(self) -> QRectF:
        between = max(_APART, min(_BETWEEN, self.width() - 2 * self._side - 10.0))
        rows, columns = self._values.shape
        return QRectF(3 + self._side + between, 3, columns * self._pitch, rows * self._pitch)

    def neuron(self, row: int, column: int) -> QPointF:
        """Where the middle of a neuron is drawn."""
        corner, pitch = self._map_box.topLeft(), self._pitch
        return corner + QPointF((column + 0.5) * pitch, (row + 0.5) * pitch)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        rows, columns = self._extent
        whole = QRectF(3, 3, columns * self._cell, rows * self._cell)
        if self._read is not None:
            painter.drawImage(whole, self._read)
        painter.setPen(QPen(look.line, 1))
        painter.drawRect(whole)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_neurons(painter)
        for number, connections in reversed(list(enumerate(self._connections))):
            self._paint_lines(painter, whole.topLeft(), connections, pale=number > 0)

    def _paint_neurons(self, painter: QPainter) -> None:
        look, radius = theme.current(), max(1.5, 0.42 * self._pitch)
        colours = Ink.signed(self._values).colours(self._values)
        painter.setPen(QPen(look.line, 0.6))
        for row, line in enumerate(colours):
            for column, colour in enumerate(line):
                painter.setBrush(colour)
                painter.drawEllipse(self.neuron(row, column), radius, radius)

    def _paint_lines(self, painter: QPainter, corner: QPointF, connections: Connections, *, pale: bool) -> None:
        look, cell, ink = theme.current(), self._cell, Ink.signed(self._weights)
        here = self.neuron(*connections.neuron)
        painter.setOpacity(0.3 if pale else 1.0)
        for (ky, kx), weight in np.ndenumerate(self._weights):
            y, x = connections.rows[ky], connections.columns[kx]
            if not (0 <= y < self._extent[0] and 0 <= x < self._extent[1]):
                continue  # padding: a connection to a zero
            at = corner + QPointF((x + 0.5) * cell, (y + 0.5) * cell)
            colour = ink.colour(float(weight))
            painter.setPen(QPen(colour, 1.6))
            painter.drawLine(at, here)
            painter.setPen(QPen(look.panel, 1))
            painter.setBrush(colour)
            painter.drawEllipse(at, max(1.5, cell * 0.36), max(1.5, cell * 0.36))
        for ring, width in ((look.panel, 4), (look.secondary if pale else look.accent, 2)):
            painter.setPen(QPen(ring, width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(here, self._pitch * 0.7, self._pitch * 0.7)
        painter.setOpacity(1.0)


def _reads(seen: Dependence, neuron: tuple[int, int]) -> Connections:
    assert seen.rows.table is not None and seen.columns.table is not None
    rows, columns = seen.rows.table[neuron[0]], seen.columns.table[neuron[1]]
    return Connections(neuron, tuple(int(y) for y in rows), tuple(int(x) for x in columns))


def _first(maps: Maps) -> str:
    """The first Conv 2D whose numbers are there."""
    for node_id in maps.graph.computable.order:
        node = maps.graph[node_id]
        if node.layer.kind == "conv2d" and node_id in maps.values and node.inputs[0] in maps.values:
            return node_id
    return ""
