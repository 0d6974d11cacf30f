"""A convolution of the user's network counted three ways: shared, with weights for every place, connected to all."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.design.value.design import Design
from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.explaining.dependence import as_volume
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.looking.sharing import Sharing, sharing
from cnnstudio.ui.learn.views.live_view import LiveView
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label

_LINE = 46


class SharingView(LiveView):
    """Follows the first Conv 2D; without one, six 5×5 filters on 32×32×3 are counted."""

    def __init__(self) -> None:
        super().__init__("Numbers to learn", "Counting")
        self.bars = SharingBars()
        self.column.addWidget(self.bars)
        words = "The bars are on a logarithmic scale: each part is ten times as much as the one before."
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
        self.bars.show_counts(counts)


class SharingBars(QWidget):
    """The three counts as bars on a logarithmic scale."""

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
        return QSize(420, 3 * _LINE + 6)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.counts is None:
            return
        painter, look = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rows = (
            ("Shared: the same filters everywhere (convolution)", self.counts.shared, look.good),
            ("Local, but with weights of its own at every place", self.counts.unshared, look.warning),
            ("Every output connected to every input (dense)", self.counts.dense, look.error),
        )
        most = max(1.0, math.log10(max(self.counts.dense, 10)))
        for place, (words, count, colour) in enumerate(rows):
            top = place * _LINE
            painter.setFont(theme.drawn_font())
            painter.setPen(look.secondary)
            painter.drawText(QRectF(0, top, self.width(), 16), Qt.AlignmentFlag.AlignVCenter, words)
            room = self.width() - 116
            long = room * math.log10(max(count, 1.0001)) / most
            bar = QRectF(0, top + 18, max(3.0, long), 16)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.mixed(colour, look.card, 0.55))
            painter.drawRoundedRect(bar, 3, 3)
            painter.setBrush(look.card)
            for power in range(1, int(most) + 1):
                x = room * power / most
                if x < long - 2:
                    painter.drawRect(QRectF(x - 0.5, bar.top(), 1.5, bar.height()))
            font = theme.tabular(theme.drawn_font(theme.BODY_PX))
            font.setBold(True)
            painter.setFont(font)
            painter.setPen(look.text)
            words_at = QRectF(bar.right() + 8, top + 16, 110, 20)
            painter.drawText(words_at, Qt.AlignmentFlag.AlignVCenter, thousands(count))
