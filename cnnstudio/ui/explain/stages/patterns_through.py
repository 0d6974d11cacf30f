"""A few patterns of every layer below each other, from the first to the last: edges, pieces, objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from cnnstudio.nn.arrays import Array, shape_text
from cnnstudio.nn.explaining.dependence import Cell, Mask
from cnnstudio.nn.looking.probed import Probed, receptive_field
from cnnstudio.ui.explain.pictures.tiles import Tiles
from cnnstudio.ui.look import pictures
from cnnstudio.ui.look.labels import label

#: so many patterns of each layer, and so many layers at most
ACROSS, MOST_LAYERS = 8, 12
#: sides of a pattern, and the room for the layers' names, in pixels
_TILE, _NAMES = (56, 96), 120

#: node → its patterns, uint8 (h, w, C)
Patterns = Mapping[str, list[Array]]


def layers_through(probed: Probed) -> list[str]:
    """The layers that look for something: those with weights; of many every second, third…"""
    nodes = [n for n in probed.values if "weights" in probed.snapshot.parameters.arrays(n)]
    step = -(-len(nodes) // MOST_LAYERS)
    return nodes[::-1][::step][::-1] if step else []


def cells_through(probed: Probed, node: str) -> list[Cell]:
    """The cells of a layer whose patterns are shown: filters far apart, in the middle of their maps."""
    shape = probed.values[node].shape
    items = sorted({round(i) for i in np.linspace(0, shape[-1] - 1, min(ACROSS, shape[-1]))})
    return [(shape[0] // 2, shape[1] // 2, item) if len(shape) == 3 else (item,) for item in items]


class Through(QScrollArea):
    """One row a layer. ``chosen`` carries the node and the filter that was clicked."""

    chosen = Signal(str, int)

    def __init__(self, names: Callable[[], dict[str, str]], classes: Callable[[], Sequence[str]]) -> None:
        """``names`` of the layers by node id, ``classes`` what its answers are called."""
        super().__init__()
        self._names, self._classes = names, classes
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.rows: dict[str, Tiles] = {}
        self._shown: tuple[object, ...] = ()

    def show_patterns(self, probed: Probed, patterns: Patterns) -> None:
        """Show what has grown so far; layers without a pattern yet have an empty row."""
        nodes = layers_through(probed)
        if self._shown != (probed, *nodes):
            self._shown = (probed, *nodes)
            self._make_rows(probed, nodes)
        for node, row in self.rows.items():
            grown = patterns.get(node, [])
            items = [cell[-1] for cell in cells_through(probed, node)]
            row.show_items(
                len(grown),
                1,
                partial(_picture, grown),
                partial(self._tip, probed, node, items),
            )

    def _tip(self, probed: Probed, node: str, items: Sequence[int], place: int) -> str:
        return f"{self._name(probed, node, items[place])}: click to look at it"

    def _name(self, probed: Probed, node: str, item: int) -> str:
        """A class by its name, anything else by its number."""
        classes, last = self._classes(), list(self.rows)[-1]
        known = node == last and len(classes) == probed.values[node].shape[-1]
        return f"“{classes[item]}”" if known else f"number {item + 1}"

    def _make_rows(self, probed: Probed, nodes: list[str]) -> None:
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        self.rows, names = {}, self._names()
        tile = int(min(max(_TILE[0], (self.width() - _NAMES - 40) / ACROSS - 8), _TILE[1]))
        for line, node in enumerate(nodes):
            cells = cells_through(probed, node)
            name = label(names.get(node, probed.graph[node].layer.title), "title", wrap=True)
            sees = label(_sees(probed, node, cells[0]), "secondary", wrap=True)
            for text in (name, sees):
                text.setFixedWidth(_NAMES)
            row = Tiles(f"Patterns of {name.text()}", upright=False, tile=tile)
            row.numbered = False
            row.setFixedSize(len(cells) * (tile + 8) + 4, tile + 8)
            row.chosen.connect(lambda place, node=node, cells=cells: self.chosen.emit(node, cells[place][-1]))
            grid.addWidget(name, 2 * line, 0, Qt.AlignmentFlag.AlignBottom)
            grid.addWidget(sees, 2 * line + 1, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(row, 2 * line, 1, 2, 1)
            self.rows[node] = row
        grid.setColumnMinimumWidth(0, _NAMES)
        grid.setColumnStretch(2, 1)
        grid.setRowStretch(2 * len(nodes), 1)
        self.setWidget(inside)


def _picture(patterns: Sequence[Array], place: int) -> list[QImage]:
    return [pictures.image_picture(patterns[place])]


def _sees(probed: Probed, node: str, cell: Cell) -> str:
    """How much of the image one of its cells sees, padding left out, as everywhere else."""
    entry = probed.graph.images[0]
    seen: Mask = np.any(receptive_field(probed.graph, node, cell)[entry].inside, axis=2)
    size = (int(seen.any(axis=1).sum()), int(seen.any(axis=0).sum()))
    return f"sees {shape_text(size)}"
