"""A convolution of the user's network counted three ways: shared, with weights for every place, connected to all."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.design.value.design import Design
from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.explaining.dependence import as_volume
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.looking.sharing import Sharing, sharing
from cnnstudio.ui.learn.views.live_view import LiveView
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label

#: room for words beside a square, and the least side of one that is seen at all
_WORDS, _LEAST = 150, 1.5
_HIGH = 190
#: what the squares stand on, from below
_BASE = 9


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
                whose = f"Your {design.cards[node_id].name}"
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
        said = f"shared {counts.shared}, for every place {counts.unshared}, dense {counts.dense}"
        self.setAccessibleName(f"Parameters: {said}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(600, theme.scaled(_HIGH))

    def minimumSizeHint(self) -> QSize:
        return QSize(420, theme.scaled(_HIGH))

    def sides(self) -> tuple[float, float, float]:
        """The sides of the three squares in pixels: their areas are to each other as the numbers are."""
        if self.counts is None:
            return (0.0, 0.0, 0.0)
        largest = max(self.counts.shared, self.counts.unshared, self.counts.dense, 1)
        room = min(float(self.height() - _BASE - 2), self.width() / 3 - 20)
        numbers = (self.counts.shared, self.counts.unshared, self.counts.dense)
        shared, unshared, dense = (room * math.sqrt(number / largest) for number in numbers)
        return shared, unshared, dense

    def paintEvent(self, _event: QPaintEvent) -> None:
        counts = self.counts
        if counts is None:
            return
        painter, look = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sides = self.sides()
        known = (
            ("shared", "the same filters everywhere: a convolution", counts.shared, look.good),
            ("local", "weights of its own at every place", counts.unshared, look.warning),
            ("dense", "every output connected to every input", counts.dense, look.error),
        )
        # the words of each stand right of its square; the last and largest has the rest of the width
        left, rest = 8.0, self.width() - sum(sides) - 16
        words = max(90.0, min(theme.scaled(_WORDS) * 1.0, rest / 3 - 24))
        for (name, why, count, colour), side in zip(known, sides, strict=True):
            seen = max(side, _LEAST)
            box = QRectF(left, self.height() - _BASE - seen, seen, seen)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.mixed(colour, look.card, 0.7) if side > 8 else colour)
            painter.drawRect(box)
            if side < 8:  # a dot: a ring leads the eye to it
                painter.setPen(QPen(colour, 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(box.center(), 7, 7)
            start = left + max(seen, 10) + 10
            lines = QRectF(start, 0, words, self.height() - _BASE + 3)
            painter.setFont(theme.small_font())
            painter.setPen(look.secondary)
            below = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
            painter.drawText(lines, below | Qt.TextFlag.TextWordWrap, f"{name}: {why}")
            taken = painter.boundingRect(lines, below | Qt.TextFlag.TextWordWrap, f"{name}: {why}").height()
            font = theme.tabular(theme.body_font())
            font.setBold(True)
            painter.setFont(font)
            painter.setPen(look.text)
            painter.drawText(lines.adjusted(0, 0, 60, -taken - 3), below, thousands(count))
            left = start + words + 14
