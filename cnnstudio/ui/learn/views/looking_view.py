"""A layer of the user's network at work: the window on its input, the map it makes, and the sum at this place."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QSpinBox, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.explaining.parts import LedgerPart, Site, WindowPart
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.explain.parts.ledger_view import LedgerView
from cnnstudio.ui.explain.parts.sums import account
from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.explain.pictures.volume_view import VolumeView
from cnnstudio.ui.learn.place_grid import kept_place
from cnnstudio.ui.learn.views.live_view import LiveView
from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.widgets.layouts.flow import FlowLayout
from cnnstudio.worker.inspection import Maps

_EMPTY = {
    "convolution": "Add a Conv 2D behind the Input to see it at work here.",
    "pooling": "Add a Max pooling behind a convolution to see it at work here.",
}
#: how large the pictures are at most where the ledger stands below them, and how high that is at least
_BESIDE_LEDGER, _LEDGER = 190, 150
#: pixels beside two pictures in which it is said where the window is
_COUNT = 40
#: places a second while the window slides by itself
_SPEED = 25


class LookingView(LiveView):
    """The first layer of a category that looks through a window. Nothing is computed: it shows the maps there are.

    With ``products`` it shows every number, weight and product at the place. With ``writing`` the map is written down
    cell by cell, as the window comes to it.
    """

    def __init__(self, category: str, *, products: bool = False, writing: bool = False) -> None:
        super().__init__("The network at work", "Sliding" if category == "convolution" else "Pooling")
        self._category = category
        self.ledger = LedgerView() if products else None
        self._writing = writing
        #: how many places of the map have been written down, row by row, where it is
        self.written = 1
        self._maps: Maps | None = None
        self._node = ""
        self.position, self.filter = 0, 0
        self.input_is_image = False
        #: rows and columns of the map that is slid over
        self._extent = (0, 0)
        #: the layer and the shapes for which places and filters were counted
        self._counted: tuple[object, ...] = ()
        self._visited: set[int] = set()
        self._filters_seen: set[int] = set()
        self.input, self.output = VolumeView("What the layer reads"), VolumeView("The map it makes")
        self._left, self._right = label("", "secondary", wrap=True), label("", "secondary", wrap=True)
        self.empty = label(_EMPTY[category], "soft", wrap=True)
        self.column.addWidget(self.empty)
        self.stage = QWidget()
        inside = QVBoxLayout(self.stage)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        pair = QHBoxLayout()
        pair.setSpacing(24 if self.ledger is None else 12)
        for words, view in ((self._left, self.input), (self._right, self.output)):
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(words)
            column.addWidget(view, 0, Qt.AlignmentFlag.AlignTop)
            column.addStretch(1)
            pair.addLayout(column)
        inside.addLayout(pair)
        self.sum = label("", wrap=True)
        theme.wear(self.sum, "formula")
        self._make_controls()
        if self.ledger is None:
            self.count.setMinimumWidth(_COUNT)
            pair.addWidget(self.count, 1, Qt.AlignmentFlag.AlignTop)
            inside.addLayout(self._controls())
            inside.addWidget(self.sum)
        else:  # what is worked out has all the room below
            pair.addLayout(self._beside(), 1)
            self.ledger.setMinimumHeight(_LEDGER)
            inside.addWidget(self.ledger)
        self.column.addWidget(self.stage)
        self.stage.hide()
        self.input.pointed.connect(self._input_pointed)
        self.output.pointed.connect(self._output_pointed)
        self._timer = QTimer(self, interval=1000 // _SPEED)
        self._timer.timeout.connect(self._step)
        self.first = self.along

    def _beside(self) -> QVBoxLayout:
        """Controls and sum, one below the other."""
        column, first = QVBoxLayout(), QWidget()
        column.setSpacing(8)
        line = FlowLayout(first, 8, 6)
        line.addWidget(self.play)
        line.addWidget(self.chooser)
        column.addWidget(first)
        for widget in (self.along, self.count, self.sum):
            column.addWidget(widget)
        column.addStretch(1)
        return column

    def _controls(self) -> QHBoxLayout:
        """The controls in one line."""
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.play)
        row.addWidget(self.along, 1)
        row.addWidget(self.chooser)
        return row

    def _make_controls(self) -> None:
        self.play = QPushButton("Slide")
        self.play.setToolTip("Let the window slide over all places")
        self.play.clicked.connect(self._toggle)
        self.along = QSlider(Qt.Orientation.Horizontal)
        self.along.setAccessibleName("Place")
        self.along.setToolTip("The place of the window, row by row; the arrow keys move it")
        self.along.valueChanged.connect(self.go_to)
        self.chooser = QSpinBox()
        self.chooser.setPrefix("filter " if self._category == "convolution" else "map ")
        self.chooser.lineEdit().setTextMargins(4, 0, 0, 0)
        self.chooser.setAccessibleName("Filter" if self._category == "convolution" else "Map")
        self.chooser.setToolTip("Which of the layer’s maps is shown")
        self.chooser.valueChanged.connect(self._choose)
        self.count = label("", "secondary", wrap=True)

    @property
    def numbers(self) -> Mapping[str, int]:
        """See ``LiveView``."""
        if not self._node:
            return {}
        return {
            "position": self.position + 1,
            "positions": self.along.maximum() + 1,
            "visited": len(self._visited),
            "filter": self.filter + 1,
            "filters_seen": len(self._filters_seen),
        }

    def show_maps(self, maps: Maps | None) -> None:
        """See ``LiveView``."""
        node = "" if maps is None else _first(maps.graph, self._category, maps)
        self._maps, self._node = maps, node
        if node:
            self._keep_within()
        elif self._timer.isActive():
            self._toggle()
        if not node:
            self.title.setText(self.accessibleName())
            self.empty.setText(self._missing(lambda layer: layer.category == self._category, _EMPTY[self._category]))
        # last of all: what is shown is laid out at once, and drawn
        self.empty.setVisible(not node)
        self.stage.setVisible(bool(node))
        if node:
            self._draw_pictures()
            self._draw_window()

    def count_anew(self) -> None:
        """See ``LiveView``."""
        self._visited, self._filters_seen = set(), {self.filter}
        self.written = self.position + 1

    def _keep_within(self) -> None:
        """Place and filter as before where the new map has them, the last place as the last; what was counted on
        another map is forgotten."""
        site, maps = self._site, self._maps
        assert maps is not None
        rows, columns, count = site.output.shape
        (high, wide), self._extent = self._extent, (rows, columns)
        row, column = divmod(self.position, max(1, wide))
        self.position = kept_place(row, high, rows) * columns + kept_place(column, wide, columns)
        self.along.blockSignals(True)
        self.along.setRange(0, rows * columns - 1)
        self.along.setValue(self.position)
        self.along.blockSignals(False)
        self.chooser.blockSignals(True)
        self.chooser.setRange(1, count)
        self.filter = min(self.filter, count - 1)
        self.chooser.setValue(self.filter + 1)
        self.chooser.setSuffix(f" of {count}")
        self.chooser.blockSignals(False)
        counted = (self._node, maps.graph[self._node].layer, site.shapes, site.output.shape)
        if counted != self._counted:
            self._counted = counted
            self.count_anew()

    @property
    def _site(self) -> Site:
        maps = self._maps
        assert maps is not None
        inputs = tuple(maps.values[source] for source in maps.graph[self._node].inputs)
        return Site(inputs, maps.values[self._node], maps.snapshot.parameters.arrays(self._node))

    @property
    def _cell(self) -> tuple[int, int, int]:
        row, column = divmod(self.position, self._site.output.shape[1])
        return row, column, self.filter

    def go_to(self, position: int) -> None:
        """Put the window on a place, counted row by row from 0."""
        if not self._node or not 0 <= position <= self.along.maximum():
            return
        self.position = position
        self.written = max(self.written, position + 1)  # what the window has slid over
        self._visited.add(position)
        self.along.blockSignals(True)
        self.along.setValue(position)
        self.along.blockSignals(False)
        if self._writing:
            self._draw_output()
        self._draw_window()
        self.changed.emit()

    def _draw_pictures(self) -> None:
        site, maps = self._site, self._maps
        assert maps is not None
        node = maps.graph[self._node]
        window = node.layer.window(site.shapes)
        assert window is not None
        source = maps.graph[node.inputs[0]]
        channel = self.filter if self._category == "pooling" else 0
        read = site.inputs[0]
        image = source.layer.category == "input"
        self.input_is_image = image
        picture = pictures.image_picture(maps.image) if image else None
        ink = Ink.of(read, image=image)
        side = max(120, min(300, (self.room - 72 - theme.scaled(_COUNT)) // 2))
        if self.ledger is not None:
            side = max(120, min(_BESIDE_LEDGER, round(self.room * 0.27)))
        self.input.show_map(read[:, :, min(channel, read.shape[2] - 1)], ink, window.padding, picture)
        self._draw_output()
        self.input.set_side(side)
        # cells as large as those of the input: a smaller map is seen to be smaller
        self.output.set_side(round(self.input.place(0, 0).width() * max(site.output.shape[:2])) + 2)
        what = "the picture" if image else f"map {channel + 1} of what it reads"
        self._left.setText(f"{what}, {shape_text(read.shape)}")
        self._right.setText(f"map {self.filter + 1} of {shape_text(site.output.shape)}")
        self.title.setText(
            f"The network at work: {self.name_of(maps.graph, self._node)}, {worded(node.layer.summary())}"
        )

    def _draw_output(self) -> None:
        """The map, or of it what has been written down."""
        site = self._site
        shown = np.array(site.output[:, :, self.filter])
        if self._writing:
            shown.reshape(-1)[self.written :] = np.nan
        self.output.show_map(shown, Ink.of(site.output))

    def _draw_window(self) -> None:
        site, maps, cell = self._site, self._maps, self._cell
        assert maps is not None
        layer = maps.graph[self._node].layer
        sources = layer.dependence(site.shapes)[0].sources(cell)
        self.input.mark_window(sources.rows, sources.columns)
        self.output.mark_cell(cell[:2])
        last = ": the last" if self.position == self.along.maximum() else ""
        self.count.setText(f"place {thousands(self.position + 1)} of {thousands(self.along.maximum() + 1)}{last}")
        part = layer.parts(site, cell)[0]
        self.input.mark_winner(None)
        if isinstance(part, WindowPart):
            self.input.mark_winner((part.source[0], part.source[1]))
            self.sum.setText(f"The largest of {amount(part.values.size, 'number')} wins: {number_text(part.result)}")
        elif isinstance(part, LedgerPart):
            self.sum.setText(_sum_text(part, self.input_is_image))
            if self.ledger is not None:
                self.ledger.show_part(part, Ink.of(site.inputs[0], image=self.input_is_image), 0)
        else:
            self.sum.setText(f"= {number_text(float(site.output[cell]))}")

    def _choose(self, number: int) -> None:
        self.filter = number - 1
        self._filters_seen.add(self.filter)
        self._draw_pictures()
        self._draw_window()
        self.changed.emit()

    def _output_pointed(self, cell: tuple[int, int]) -> None:
        if not self._node:
            return
        self.go_to(cell[0] * self._site.output.shape[1] + cell[1])

    def _input_pointed(self, cell: tuple[int, int]) -> None:
        if not self._node:
            return
        site, maps = self._site, self._maps
        assert maps is not None
        window = maps.graph[self._node].layer.window(site.shapes)
        assert window is not None
        places = []
        for side in (0, 1):
            reach = window.dilation[side] * (window.kernel[side] - 1)
            first = cell[side] + window.padding[2 * side] - reach / 2
            places.append(max(0, min(site.output.shape[side] - 1, round(first / window.stride[side]))))
        self.go_to(places[0] * site.output.shape[1] + places[1])

    def _toggle(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
        elif self._node:
            if self.position >= self.along.maximum():
                self.go_to(0)
            self._timer.start()
        self.play.setText("Pause" if self._timer.isActive() else "Slide")

    def _step(self) -> None:
        row = self._site.output.shape[1] if self._node else 1
        # a whole map takes half a minute at most
        by = max(1, (self.along.maximum() + 1) // (30 * _SPEED))
        if self.position >= self.along.maximum() or not row:
            self._toggle()
        else:
            self.go_to(min(self.position + by, self.along.maximum()))

    def hideEvent(self, event: QHideEvent) -> None:
        if self._timer.isActive():
            self._toggle()
        super().hideEvent(event)

    def _room_changed(self) -> None:
        if self._node:
            self._draw_pictures()
            self._draw_window()


def _sum_text(part: LedgerPart, of_image: bool) -> str:
    """The sum channel by channel where there are few, and all together where there are many."""
    told = account(part)
    if len(part.blocks) <= 4:
        colours = ("red", "green", "blue") if of_image and len(part.blocks) == 3 else ()
        names = colours or [worded(block.name) for block in part.blocks]
        terms = [f"{name}: {figure}" for name, figure in zip(names, told.parts, strict=True)]
    else:
        terms = [f"{amount(len(part.blocks), 'map')} together: {told.figures[0]}"]
    steps = zip(part.steps[1:], told.figures[1:], strict=True)
    after = [f"{step.operator} {worded(step.name)} {figure}" for step, figure in steps]
    return " ".join([" + ".join(terms), *after, told.sign, told.result])


def _first(graph: Graph, category: str, maps: Maps) -> str:
    """The first node of a category with a window whose numbers are there."""
    for node_id in graph.computable.order:
        node = graph[node_id]
        if node.layer.category != category or len(node.inputs) != 1 or node_id not in maps.values:
            continue
        if node.inputs[0] not in maps.values or maps.values[node_id].ndim != 3:
            continue
        window = node.layer.window([maps.values[node.inputs[0]].shape])
        if window is not None and not window.spreads:
            return node_id
    return ""
