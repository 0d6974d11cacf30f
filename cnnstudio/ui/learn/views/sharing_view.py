"""A convolution of the user's network counted three ways: shared, with weights for every place, connected to all."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.design.value.design import Design
from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.explaining.dependence import as_volume
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.looking.sharing import Sharing, sharing
from cnnstudio.ui.learn.views.live_view import LiveView
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label

#: height of the whole and of the words below the squares, and the least side of a square that is seen at all
_HIGH, _WORDS, _LEAST = 190, 66, 1.5
#: pixels between two squares with their words
_GAP = 16


class SharingView(LiveView):
    """Follows the first Conv 2D; without one, six 5×5 filters on 32×32×3 are counted."""

    def __init__(self) -> None:
        super().__init__("Numbers to learn", "Counting")
        self.squares = SharingSquares()
        self.column.addWidget(self.squares)
        words = "The areas of the squares are to scale: so much has to be learned in each way."
        self.column.addWidget(label(words, "secondary", wrap=True))

    def show_design(self, design: Design) -> None:
        """See ``LiveView``."""
        super().show_design(design)
        graph = design.graph
        layer, shape, whose = Conv2D(filters=6, kernel=(5, 5)), (32, 32, 3), "Six 5×5 filters"
        for node_id in graph.computable.order:
            found = graph[node_id].layer
            if isinstance(found, Conv2D):
                layer, shape = found, as_volume(graph.inferred[node_id].inputs[0])
                whose = design.cards[node_id].name
                break
        counts = sharing(layer, [shape])
        assert counts is not None
        self.title.setText(f"{whose}: {shape_text(shape)} → {shape_text(layer.output_shape([shape]))}")
        self.squares.show_counts(counts)


class SharingSquares(QWidget):
    """The three counts as squares whose areas are as large as the numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Sharing | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip("How many numbers the layer would learn, with and without sharing and local connectivity")

    def show_counts(self, counts: Sharing) -> None:
        """Show other counts."""
        self.counts = counts
        shared, unshared, dense = map(thousands, (counts.shared, counts.unshared, counts.dense))
        said = f"shared {shared}, for every place {unshared}, dense {dense}"
        self.setAccessibleName(f"Parameters: {said}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(600, theme.scaled(_HIGH))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.scaled(240), theme.scaled(_HIGH))

    def sides(self) -> tuple[float, float, float]:
        """The sides of the three squares in pixels: their areas are to each other as the numbers are."""
        if self.counts is None:
            return (0.0, 0.0, 0.0)
        largest = max(self.counts.shared, self.counts.unshared, self.counts.dense, 1)
        room = max(1.0, min(self._base - 2, self._column - _GAP))
        numbers = (self.counts.shared, self.counts.unshared, self.counts.dense)
        shared, unshared, dense = (room * math.sqrt(number / largest) for number in numbers)
        return shared, unshared, dense

    @property
    def _base(self) -> float:
        """What the squares stand on."""
        return float(self.height() - theme.scaled(_WORDS))

    @property
    def _column(self) -> float:
        """The width for a square and the words below it, with the gap behind them."""
        return (self.width() + _GAP) / 3

    def paintEvent(self, _event: QPaintEvent) -> None:
        counts = self.counts
        if counts is None:
            return
        painter, look = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        known = (
            ("shared", "the same filters everywhere: a convolution", counts.shared, look.good),
            ("local", "weights of its own at every place", counts.unshared, look.warning),
            ("dense", "every output connected to every input", counts.dense, look.error),
        )
        number_font = theme.tabular(theme.body_font())
        number_font.setBold(True)
        line = QFontMetricsF(number_font).height()
        top_left = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        for place, ((name, why, count, colour), side) in enumerate(zip(known, self.sides(), strict=True)):
            left, seen = place * self._column, max(side, _LEAST)
            box = QRectF(left, self._base - seen, seen, seen)
            if side < 8:  # a dot: a ring leads the eye to it
                box.translate(7, -7)
                painter.setPen(QPen(colour, 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(box.center(), 7, 7)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.mixed(colour, look.card, 0.7) if side > 8 else colour)
            painter.drawRect(box)
            words = QRectF(left, self._base + 5, self._column - _GAP, self.height() - self._base - 5)
            painter.setFont(number_font)
            painter.setPen(look.text)
            painter.drawText(words, top_left, thousands(count))
            painter.setFont(theme.small_font())
            painter.setPen(look.secondary)
            painter.drawText(words.adjusted(0, line, 0, 0), top_left | Qt.TextFlag.TextWordWrap, f"{name}: {why}")
