"""The receptive field: all maps side by side; what one cell depends on is tinted on every one before it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import Floats, shape_text, thousands
from cnnstudio.nn.explaining.dependence import Cell, Region
from cnnstudio.nn.looking.field_meter import FieldMeter
from cnnstudio.nn.looking.probed import Probed, receptive_field
from cnnstudio.nn.telling.phrases import amount, place_text
from cnnstudio.ui.explain.around.side import field_words
from cnnstudio.ui.explain.keys import on_key
from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.explain.pictures.volume_view import VolumeView
from cnnstudio.ui.explain.place import Place, drawn_at
from cnnstudio.ui.explain.terms import explain_term
from cnnstudio.ui.look import pictures
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.worker.background import Background

#: how wide and high a map is drawn, at least and at most; what its words need beside it; how far the tiles lie apart
LEAST, MOST, BESIDE, WORDS, GAP = 120, 232, 28, 44, 16
#: what the keys do with the cell that is looked at: rows, columns and maps further
_STEPS = {
    Qt.Key.Key_Left: (0, -1, 0),
    Qt.Key.Key_Right: (0, 1, 0),
    Qt.Key.Key_Up: (-1, 0, 0),
    Qt.Key.Key_Down: (1, 0, 0),
    Qt.Key.Key_PageUp: (0, 0, -1),
    Qt.Key.Key_PageDown: (0, 0, 1),
}
#: milliseconds until the derivative of the cell that is pointed at is measured
_SETTLED = 60


@dataclass(frozen=True, eq=False)
class Measured:
    """The derivative of one cell by every pixel."""

    node: str
    cell: Cell
    derivative: Floats


class _Meters:
    """Keeps the last meter; used on the worker's thread only."""

    def __init__(self) -> None:
        self._probed: Probed | None = None
        self._meter: FieldMeter | None = None

    def measure(self, probed: Probed, node: str, cell: Cell) -> Measured:
        """Measure one cell's field."""
        if self._meter is None or self._probed is not probed:
            self._meter = FieldMeter(probed.graph, probed.snapshot, probed.image)
            self._probed = probed
        return Measured(node, cell, self._meter.derivative(node, cell))


class FieldStage(QWidget):
    """Begins with the place's cell; hovering looks at another one, a click goes there."""

    #: a layer was clicked, by node id
    chosen = Signal(str)

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Stage: the receptive field")
        self.target: tuple[str, Cell] | None = None
        self.tiles: dict[str, Tile] = {}
        self.sentence = explain_term(label("", "", wrap=True), "receptive field")
        self.measured_words = label("", "soft", wrap=True)
        self._meters = _Meters()
        self._background = Background("Measuring the receptive field", self)
        self._background.answered.connect(self._measured)
        self._timer = QTimer(self, singleShot=True, interval=_SETTLED)
        self._timer.timeout.connect(self._measure)
        self._area = QScrollArea()
        self._area.setAccessibleName("Maps of all layers")
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.viewport().setAutoFillBackground(False)
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        self._area.setWidget(inside)
        self.measured = Tile("measured", "", "")
        self.measured.title.set_text("Measured by gradients", "Measured")
        self.measured.subtitle.set_text("how much each pixel counts", "each pixel’s part")
        self._grid.addWidget(self.measured)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        for widget in (self.sentence, self.measured_words):
            column.addWidget(widget)
        column.addWidget(self._area, 1)
        self._side = LEAST
        #: of each node the map that is shown; otherwise the mean of all
        self._maps: dict[str, int] = {}
        for key, step in _STEPS.items():
            on_key(self, key, partial(self._nudge, *step))
        place.layer_changed.connect(self._enter)
        place.values_changed.connect(self._enter)
        self._tiled: tuple[object, ...] = ()

    def shutdown(self) -> None:
        """Wait for the worker to end. Safe to call twice."""
        self._background.shutdown()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._enter()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    # the maps

    def _enter(self) -> None:
        place = self.place
        if not place.ready or not self.isVisible():
            return
        probed = place.probed
        key = (probed.graph, *(probed.values[n].shape for n in probed.values))
        new = key != self._tiled
        if new:
            self._tiled = key
            self._maps.clear()
            self._make_tiles(probed)
        for node, tile in self.tiles.items():
            own = place.cell[-1] if node == place.node else None
            tile.show_values(probed, node, self._maps.get(node, own))
        if new:
            self._arrange()
        self.look_at(place.node, place.cell)

    def _make_tiles(self, probed: Probed) -> None:
        for tile in self.tiles.values():
            tile.hide()
            tile.deleteLater()
        self.tiles = {}
        for node in probed.graph.order:
            if node not in probed.values:
                continue
            tile = Tile(node, self.place.name_of(node), shape_text(probed.values[node].shape))
            tile.view.pointed.connect(lambda cell, node=node: self._pointed(node, cell))
            tile.clicked.connect(self._clicked)
            self.tiles[node] = tile
        unknown = np.zeros(probed.image.shape[:2], np.float32)
        self.measured.view.show_map(unknown, Ink.of(unknown))
        self.measured_words.setText("Measuring…")

    def _arrange(self) -> None:
        shown = list(self.tiles.values())
        shown[1:1] = [self.measured]
        wide, high = self.width() - 48 + GAP, self._area.viewport().height() + GAP

        def fits(side: int) -> bool:
            across = max(1, wide // (side + BESIDE + GAP))
            shapes = [tile.view.extent for tile in shown]
            heights = [side * min(1.0, rows / columns) + WORDS + GAP for rows, columns in shapes]
            return sum(max(heights[i : i + across]) for i in range(0, len(heights), across)) <= high

        self._side = next((side for side in range(MOST, LEAST, -4) if fits(side)), LEAST)
        across = max(1, wide // (self._side + BESIDE + GAP))
        while self._grid.count():
            self._grid.takeAt(0)
        for line in range(self._grid.columnCount()):
            self._grid.setColumnStretch(line, 0)
        for line in range(self._grid.rowCount()):
            self._grid.setRowStretch(line, 0)
        for number, tile in enumerate(shown):
            tile.set_side(self._side)
            self._grid.addWidget(tile, number // across, number % across, Qt.AlignmentFlag.AlignTop)
        self._grid.setColumnStretch(across, 1)
        self._grid.setRowStretch(-(-len(shown) // across), 1)

    # looking

    def _pointed(self, node: str, cell: tuple[int, int]) -> None:
        shape = self.place.probed.values[node].shape
        if len(shape) == 1:
            self.look_at(node, (cell[1],))
            return
        if 0 <= cell[0] < shape[0] and 0 <= cell[1] < shape[1]:
            self.look_at(node, (*cell, self._map_of(node)))

    def _map_of(self, node: str) -> int:
        """The map of a node in which cells are looked at."""
        own = self.place.cell[2] if node == self.place.node and len(self.place.cell) == 3 else 0
        return self._maps.get(node, own)

    def _nudge(self, rows: int, columns: int, maps: int) -> None:
        """Look at a neighbour of the cell, or at the same place of another map."""
        if self.target is None or not self.place.ready:
            return
        (node, cell), shape = self.target, self.place.probed.values[self.target[0]].shape
        step = (rows, columns, maps) if len(cell) == 3 else (rows + columns + maps,)
        moved = tuple(at + by for at, by in zip(cell, step, strict=True))
        if all(0 <= at < extent for at, extent in zip(moved, shape, strict=True)):
            if maps and len(moved) == 3:
                self._maps[node] = moved[2]
                self.tiles[node].show_values(self.place.probed, node, moved[2])
            self.look_at(node, moved)

    def _clicked(self, node: str) -> None:
        target = self.target
        self.chosen.emit(node)
        if target is not None and target[0] == node:
            self.place.move_to(target[1])

    def look_at(self, node: str, cell: Cell) -> None:
        """Tint what this cell depends on."""
        if self.target == (node, cell) and self._shaded is self.place.probed:
            return
        self.target, self._shaded = (node, cell), self.place.probed
        graph = self.place.probed.graph
        fields = receptive_field(graph, node, cell)
        for other, tile in self.tiles.items():
            region = fields.get(other)
            tile.view.mark_cell(None)
            tile.show_padding(region)
            tint: tuple[NDArray[np.bool_] | None, int, int] = (None, 0, 0)
            if other == node:
                tile.view.mark_cell(drawn_at(cell))
            elif region is not None and len(self.place.probed.values[other].shape) == 3:
                tint = (region.cells, region.top, region.left)
            elif region is not None:
                tint = (tile.wrapped(region.mask[0, 0]), 0, 0)
            tile.view.shade(*tint)
            tile.view.edge(*tint)
            tile.set_faded(region is None)
        entry = next((node for node in graph.images if node in fields), None)
        name = self.place.name_of(node)
        words = field_words(fields[entry]) if entry is not None else ""
        self.sentence.setText(f"{name}, {place_text(cell)}. {words}")
        self._timer.start()

    _shaded: object = None

    def _measure(self) -> None:
        if self.target is not None and self.place.ready and self.isVisible():
            probed, (node, cell) = self.place.probed, self.target
            self._background.ask(lambda: self._meters.measure(probed, node, cell))

    def _measured(self, found: Measured) -> None:
        if (found.node, found.cell) != self.target:
            return
        strength = np.abs(found.derivative).max(axis=2)
        counted = int((strength > 0).sum())
        self.measured.view.show_map(strength.astype(np.float32), Ink.of(strength))
        self.measured.set_side(self._side)
        graph = self.place.probed.graph
        region = receptive_field(graph, found.node, found.cell).get(graph.order[0])
        field = None if region is None else region.cells_inside
        self.measured.view.edge(field)
        zero = self._of_zero_weights(found.node, found.cell)
        self.measured_words.setText(_measured_words(counted, 0 if field is None else int(field.sum()), zero))

    def _of_zero_weights(self, node: str, cell: Cell) -> bool:
        """Whether the number is made with weights that are all 0, as those of a muted filter are."""
        weights = self.place.probed.snapshot.parameters.arrays(node).get("weights")
        if weights is None or weights.shape[0] != self.place.probed.values[node].shape[-1]:
            return False
        return not weights[cell[-1]].any()


def _measured_words(counted: int, field: int, zero_weights: bool = False) -> str:
    """What was measured beside what is possible, in pixels of the image."""
    if not counted and zero_weights:
        return "Measured: no pixel would change this number: all weights of its filter are 0."
    if not counted:
        return "Measured: no pixel would change this number now: every way to it leads through a ReLU that is at 0."
    if counted == field:
        return f"Measured: each of the {amount(counted, 'pixel')} would change this number, some much, some hardly."
    return (
        f"Measured: {thousands(counted)} of the {amount(field, 'pixel')} would change this number now. The others are "
        "stopped by a ReLU at 0, or lost to a larger number, with this image and these weights."
    )


class Tile(QWidget):
    """One map with its name."""

    clicked = Signal(str)

    def __init__(self, node: str, name: str, shape: str) -> None:
        super().__init__()
        self.node = node
        self.title, self.subtitle = ElidedLabel(title=True), ElidedLabel()
        self.title.set_text(name)
        self.subtitle.set_text(shape)
        self.view = VolumeView(name or "Map")
        self._side = LEAST
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.title, self.subtitle, self.view):
            column.addWidget(widget)
        column.addStretch(1)

    def set_side(self, side: int) -> None:
        """How wide and high the map becomes."""
        self._side = side
        self.setFixedWidth(side + BESIDE)
        self.view.set_room(side, side)

    def show_values(self, probed: Probed, node: str, number: int | None) -> None:
        """One map by its number, or the mean of all; an image in its own colours."""
        values = probed.values[node]
        photo = probed.graph[node].layer.category == "input"
        picture = pictures.image_picture(probed.image) if photo and probed.image.shape[2] >= 3 else None
        which: tuple[str, ...] = ()
        if values.ndim == 3 and values.shape[2] > 1 and not photo:
            which = (", mean of its maps", ", mean") if number is None else (f", map {number + 1}",)
            values = values.mean(axis=2) if number is None else values[:, :, number]
        else:
            values = values[:, :, 0] if values.ndim == 3 else values
        self._shown = (values, Ink.of(values, image=photo), picture)
        self._padding = (0, 0, 0, 0)
        shape = shape_text(probed.values[node].shape)
        self.subtitle.set_text(*(shape + words for words in which), shape)
        self.view.show_map(*self._shown[:2], picture=picture)
        self.view.set_room(self._side, self._side)

    def show_padding(self, region: Region | None) -> None:
        """Show as much padding around the map as the region reaches into."""
        padding = (0, 0, 0, 0)
        if region is not None and self._shown[0].ndim == 2:
            rows, columns = region.mask.shape[:2]
            bottom, right = rows - region.top - region.shape[0], columns - region.left - region.shape[1]
            padding = (region.top, bottom, region.left, right)
        if padding != self._padding:
            self._padding = padding
            values, ink, picture = self._shown
            self.view.show_map(values, ink, padding, picture)
            self.view.set_room(self._side, self._side)

    def wrapped(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """A vector's mask in the rows in which the vector is drawn."""
        rows, columns = self.view.extent
        found = np.zeros(rows * columns, bool)
        found[: len(mask)] = mask
        return found.reshape(rows, columns)

    def set_faded(self, faded: bool) -> None:
        """Maps that the cell does not depend on step back."""
        self.title.set_faded(faded)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit(self.node)
