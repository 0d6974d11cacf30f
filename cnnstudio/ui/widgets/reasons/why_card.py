"""“Why 28?”: the formula with this layer's numbers, drawn as positions of its window, and what would fit better."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from cnnstudio.design.facts.windows import Fit, Side, fits_nearby, sides_of
from cnnstudio.design.wording.windows import fit_words, unread_cells
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.sliding_window import Reason
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.widgets.layouts.flow import FlowLayout
from cnnstudio.ui.widgets.reasons.reason_card import ReasonCard
from cnnstudio.ui.widgets.reasons.window_strip import WindowStrip

#: cells that a strip has room for
_MOST_CELLS = 44


class WhyCard(ReasonCard):
    """The reason for a layer's output size, with its strips and links."""

    #: a ``Fit`` was picked
    picked = Signal(object)

    def __init__(self, reason: Reason, layer: Layer, inputs: Sequence[Shape]) -> None:
        super().__init__(reason.words._replace(remark=""))  # the strips say it
        pair = sides_of(layer, inputs)
        assert pair is not None
        self.strips: list[WindowStrip] = []
        self.links: list[QPushButton] = []
        rows, columns = pair
        shown = [(columns, "column")] if rows == columns else [(rows, "row"), (columns, "column")]
        for side, word in shown:
            if not _drawable(side):
                continue  # a window of cells far apart: the formula alone says it
            if len(shown) > 1:
                self.column.addWidget(label(f"{word}s", "secondary"))
            strip = WindowStrip(side, word)
            self.strips.append(strip)
            self.column.addWidget(strip)
        lost = len(rows.unread) + len(columns.unread)
        if lost:
            said = f"{unread_cells(rows.unread, columns.unread)} {'are' if lost > 1 else 'is'} never looked at"
            self.column.addWidget(label(said[0].upper() + said[1:], "error-small", wrap=True))
            self._offer(layer, fits_nearby(layer, inputs))
        else:
            self.column.addWidget(label(_read_all(pair), "secondary", wrap=True))

    def _offer(self, layer: Layer, fits: Sequence[Fit]) -> None:
        if not fits:
            return
        self.column.addSpacing(4)
        self.column.addWidget(label("Fits without loss:", "secondary"))
        holder = QWidget()
        flow = FlowLayout(holder, 10, 2)
        for fit in fits:
            words = fit_words(layer, fit)
            link = QPushButton(words)
            link.setProperty("role", "link")
            link.setCursor(Qt.CursorShape.PointingHandCursor)
            link.setAccessibleName(f"Use {words}")
            link.clicked.connect(partial(self.picked.emit, fit))
            self.links.append(link)
            flow.addWidget(link)
        self.column.addWidget(holder)


def sized_by_window(layer: Layer, inputs: Sequence[Shape]) -> bool:
    """Whether a layer's output size comes from a window that can be drawn."""
    pair = sides_of(layer, inputs)
    return pair is not None and all(side.positions >= 1 for side in pair)


def _drawable(side: Side) -> bool:
    """Whether a strip can show a position of the window: all cells find room, or those at one end."""
    reach = side.dilation * (side.kernel - 1) + 1
    return side.before + side.extent + side.after <= _MOST_CELLS or 2 * reach <= _MOST_CELLS


def _read_all(pair: tuple[Side, Side]) -> str:
    rows, columns = pair
    where = worded(Sentence("{sides:# position|# positions}", sides=(rows.positions, columns.positions)))
    if rows == columns:
        where = f"{amount(columns.positions, 'position')} in each direction"
    return f"{where}; every cell is read."
