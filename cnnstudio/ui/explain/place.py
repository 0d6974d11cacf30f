"""Where in the network Explain looks: the layer, the output cell, and the channel of its input."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cached_property

import numpy as np
from PySide6.QtCore import QObject, Signal

from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.explaining.dependence import Cell, Dependence, as_volume
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.looking.probed import Explanation, Probed, dependences, explain
from cnnstudio.runs.run import Run


def drawn_at(cell: Cell) -> tuple[int, int]:
    """Where a cell lies in the picture of its map: (row, column), or (0, unit) of a vector."""
    return (cell[0], cell[1]) if len(cell) == 3 else (0, cell[0])


class Place(QObject):
    """The one thing all of Explain's views follow. Cells and channels count from 0 here."""

    #: another layer, or the same one with other shapes; ``values_changed`` and ``moved`` do not follow
    layer_changed = Signal()
    #: the same layer with the numbers of another image or of other weights
    values_changed = Signal()
    #: another cell
    moved = Signal()
    #: another channel of the input is looked at
    channel_changed = Signal()

    def __init__(self, names: Callable[[], Mapping[str, str]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names = names
        self._probed: Probed | None = None
        #: what the network's answers are called, () while nobody knows
        self.classes: tuple[str, ...] = ()
        #: the run under way, or the last one
        self.run: Run | None = None
        self.node = ""
        self.cell: Cell = ()
        self.channel = 0
        #: what comes out at this cell is still to be predicted, so nobody marks where it comes from
        self.guessing = False
        self._explained: Explanation | None = None

    # what is looked at

    @property
    def ready(self) -> bool:
        """Whether there is a layer with numbers to look at."""
        return self._probed is not None and self.node in self._probed.values

    @property
    def empty(self) -> bool:
        """Whether there is no network to look at."""
        return self._probed is None

    @property
    def probed(self) -> Probed:
        """The network with its numbers; only where not ``empty``."""
        assert self._probed is not None
        return self._probed

    def name_of(self, node: str) -> str:
        """What the drawing calls a layer of the network."""
        return self._names().get(node, self.probed.graph[node].layer.title)

    @property
    def layer(self) -> Layer:
        """The layer; only where ``ready``."""
        return self.probed.graph[self.node].layer

    @property
    def inputs(self) -> tuple[str, ...]:
        """The nodes it reads."""
        return self.probed.graph[self.node].inputs

    @property
    def shape(self) -> Shape:
        """The output's shape."""
        return self.probed.values[self.node].shape

    @property
    def input_shapes(self) -> tuple[Shape, ...]:
        """The shapes of what it reads."""
        return tuple(self.probed.values[source].shape for source in self.inputs)

    @cached_property
    def dependences(self) -> tuple[Dependence, ...]:
        """How the layer's cells depend on its inputs."""
        return dependences(self.probed.graph, self.node)

    @property
    def explanation(self) -> Explanation:
        """The account of the current cell."""
        if self._explained is None:
            self._explained = explain(self.probed, self.node, self.cell)
        return self._explained

    # moving

    def show(self, probed: Probed | None) -> None:
        """Look at the same place with other numbers, or at a sensible one where it is gone."""
        before = (self.node, self.layer, self.shape, self.input_shapes) if self.ready else None
        self._probed = probed
        self._explained = None
        if not self.ready:
            self.node = self._usual_node()
        if not self.ready:
            self.layer_changed.emit()
            return
        if before == (self.node, self.layer, self.shape, self.input_shapes):
            self.values_changed.emit()
        else:
            self._enter()

    def go_to(self, node: str) -> None:
        """Look at another layer."""
        if node != self.node and self._probed is not None and node in self._probed.values:
            self.node = node
            self._enter()

    def move_to(self, cell: Cell) -> None:
        """Look at another output cell of the same layer; what lies outside is ignored."""
        inside = len(cell) == len(self.shape) and all(0 <= i < n for i, n in zip(cell, self.shape, strict=True))
        if inside and cell != self.cell:
            self.cell = cell
            self._explained = None
            if self._mind_the_channel():
                self.channel_changed.emit()
            self.moved.emit()

    def look_at_channel(self, channel: int) -> None:
        """Show another channel of the input."""
        if channel != self.channel and self.input_shapes and 0 <= channel < as_volume(self.input_shapes[0])[2]:
            self.channel = channel
            self.channel_changed.emit()

    # between input and output

    def channel_of(self, port: int) -> int:
        """The channel of an input that is looked at: the chosen one where the cell depends on it."""
        channels = self.explanation.sources[port].channels
        if self.channel in channels:
            return self.channel
        return int(channels[0]) if len(channels) else min(self.channel, as_volume(self.input_shapes[port])[2] - 1)

    def read_by(self, port: int, cell: Cell) -> Cell | None:
        """The output cell that has this input cell in the middle of what it reads; None where nobody does."""
        seen = self.dependences[port]
        place = (cell[0], cell[1], cell[2]) if len(cell) == 3 else (0, 0, cell[0])
        if seen.view is not None:
            return seen.reader(place, 0)
        current = self.cell[-1]
        number: int | None = current
        if place[2] not in seen.channels.places(current):
            number = seen.channels.middle_reader(place[2])
        if number is None:
            return None
        if len(self.shape) == 1:
            return (number,)
        return seen.reader(place, number)

    # positions: row by row in one map, or the units of a vector

    @property
    def positions(self) -> int:
        """How many positions there are in one map, or units in a vector."""
        return math.prod(self.shape[:2]) if len(self.shape) == 3 else self.shape[0]

    @property
    def position(self) -> int:
        """The current position, from 0."""
        return self.cell[0] * self.shape[1] + self.cell[1] if len(self.shape) == 3 else self.cell[0]

    def go_to_position(self, position: int) -> None:
        """Move to a position of the same map; past the end it begins again."""
        position %= self.positions
        if len(self.shape) == 3:
            self.move_to((*divmod(position, self.shape[1]), self.cell[2]))
        else:
            self.move_to((position,))

    def nudge(self, rows: int, columns: int) -> None:
        """Move by rows and columns; a vector by numbers."""
        if len(self.shape) == 3:
            self.move_to((self.cell[0] + rows, self.cell[1] + columns, self.cell[2]))
        else:
            self.move_to((self.cell[0] + rows + columns,))

    def choose_map(self, number: int) -> None:
        """Look at the same position of another map."""
        if len(self.shape) == 3:
            self.move_to((*self.cell[:2], number))

    def _enter(self) -> None:
        self.__dict__.pop("dependences", None)
        self._explained = None
        shape, old = self.shape, self.cell
        if len(shape) == 3:
            number = min(old[2], shape[2] - 1) if len(old) == 3 else 0
            self.cell = (shape[0] // 2, shape[1] // 2, number)
        else:
            self.cell = (min(old[0], shape[0] - 1) if len(old) == 1 else 0,)
            if self.layer.category == "output":  # begin with the network's answer
                self.cell = (int(np.argmax(self.probed.values[self.node])),)
        self.channel = 0
        self._mind_the_channel()
        self.layer_changed.emit()

    def _mind_the_channel(self) -> bool:
        """Look at a channel that the cell depends on; says whether it is another one than before."""
        if not self.input_shapes or len(self.input_shapes[0]) != 3:
            return False
        seen = self.dependences[0]
        channels = seen.channels.places(seen.read_as(self.cell)[2])
        if len(channels) and self.channel not in channels:
            self.channel = int(channels[0])
            return True
        return False

    def _usual_node(self) -> str:
        """The first convolution, or else the first layer with an input."""
        if self._probed is None:
            return ""
        computed = [i for i in self.probed.graph.order if i in self.probed.values]
        layers = {i: self.probed.graph[i].layer for i in computed}
        convolutions = [i for i in computed if layers[i].kind == "conv2d"]
        others = [i for i in computed if layers[i].category != "input"]
        return (convolutions or others or computed or [""])[0]
