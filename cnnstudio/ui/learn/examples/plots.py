"""Small curves: activations and the loss, gradient descent in a valley, and overfitting as it usually looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.lessons.live.loss_surface import stepped
from cnnstudio.nn.graph.graph import chain
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.numbers import number_text

Floats = NDArray[np.float64]
_HIGH = 150


@dataclass(frozen=True, eq=False)
class Line:
    """A curve with its name; ``dots`` marks its points, ``dashed`` draws it so."""

    name: str
    xs: Floats
    ys: Floats
    dots: bool = False
    dashed: bool = False


class Plot(QWidget):
    """A few lines with named axes."""

    def __init__(self, lines: Sequence[Line], across: str, up: str, said: str) -> None:
        super().__init__()
        self.lines, self._across, self._up = lines, across, up
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.setMinimumWidth(240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(420, _HIGH + 36)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.tabular(theme.drawn_font()))
        box = QRectF(44, 18, min(self.width() - 60.0, 420.0), _HIGH - 18)
        xs = np.concatenate([line.xs for line in self.lines])
        ys = np.concatenate([line.ys for line in self.lines])
        left, right, low, high = (float(v) for v in (xs.min(), xs.max(), min(ys.min(), 0.0), ys.max()))

        def at(x: float, y: float) -> QPointF:
            across, upward = (x - left) / (right - left), (y - low) / max(high - low, 1e-9)
            return QPointF(box.left() + across * box.width(), box.bottom() - upward * box.height())

        painter.setPen(QPen(look.line, 1))
        painter.drawLine(at(left, 0), at(right, 0))
        if left <= 0 <= right:
            painter.drawLine(at(0, low), at(0, high))
        painter.setPen(look.secondary)
        after = Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(0, box.top() - 6, 38, 14), after, number_text(high))
        painter.drawText(QRectF(0, box.bottom() - 8, 38, 14), after, number_text(low))
        under = QRectF(box.left(), box.bottom() + 6, box.width(), 16)
        painter.drawText(under, Qt.AlignmentFlag.AlignLeft, number_text(left))
        painter.drawText(under, Qt.AlignmentFlag.AlignHCenter, self._across)
        painter.drawText(under, after, number_text(right))
        painter.drawText(QRectF(box.left(), 0, box.width(), 15), Qt.AlignmentFlag.AlignLeft, self._up)
        for number, line in enumerate(self.lines):
            colour = (look.accent, look.category("output"))[number % 2]
            style = Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine
            points = [at(float(x), float(y)) for x, y in zip(line.xs, line.ys, strict=True)]
            painter.setPen(QPen(colour, 1.8, style))
            painter.drawPolyline(QPolygonF(points))
            if line.dots:
                painter.setBrush(colour)
                for point in points:
                    painter.drawEllipse(point, 3, 3)
            painter.setPen(colour)
            end = points[-1]
            painter.drawText(QRectF(end.x() - 150, end.y() - 18, 148, 15), after, line.name)


def curve_plot(name: str) -> QWidget:
    """An activation by its kind, computed by the engine, or “loss”."""
    if name == "loss":
        chances = np.linspace(0.01, 1.0, 120)
        line = Line("", chances, -np.log(chances))
        return Plot((line,), "probability of the right class", "loss", "Sure and right costs nothing")
    xs = np.linspace(-4, 4, 161)
    layer = layer_kinds()[name]()
    graph = chain(("input", Input(height=1, width=len(xs), channels=1)), ("layer", layer))
    network = compile_network(graph, initial_parameters(graph, 0).copy(np.float64), 1, mode="probe")
    network.forward(np.zeros((1, 1, len(xs), 1), np.uint8))
    network.recompute("input", xs.reshape(1, 1, -1, 1))
    ys = np.array(network.value("layer"), float).ravel()
    return Plot((Line(layer.title, xs, ys),), "what goes in", "what comes out", f"{layer.title}: {layer.sentence}")


def descent_plot(rate: float) -> QWidget:
    """Steps of the engine's gradient descent on (w − 1)²."""
    xs = np.linspace(-1.6, 3.2, 121)
    weights = [-1.4]
    for _ in range(10):
        weights.append(stepped((weights[-1], 0.0), (2 * (weights[-1] - 1), 0.0), rate)[0])
    places = np.array(weights)
    lines = (Line("", xs, (xs - 1) ** 2), Line("", places, (places - 1) ** 2, dots=True))
    said = f"Ten steps down a valley with a learning rate of {number_text(rate)}"
    return Plot(lines, "a weight", "loss", said)


def overfitting_plot() -> QWidget:
    """A drawing of the two losses: not measured, but as they usually go."""
    epochs = np.linspace(0, 20, 81)
    training = 2.2 * np.exp(-epochs / 4) + 0.05
    validation = 2.2 * np.exp(-epochs / 3.4) + 0.35 + 0.022 * np.maximum(epochs - 5, 0) ** 1.35
    lines = (Line("training", epochs, training), Line("validation", epochs, validation, dashed=True))
    said = "A drawing: the training loss goes on falling, the validation loss turns and rises"
    return Plot(lines, "epochs", "loss", said)
