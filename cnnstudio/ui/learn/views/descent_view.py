"""One weight, one loss: steps of gradient descent down a valley, with a learning rate to choose."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from cnnstudio.nn.optimizers import SGD
from cnnstudio.ui import theme
from cnnstudio.ui.labels import label
from cnnstudio.ui.learn.views.live_view import LiveView
from cnnstudio.ui.wording import amount, figure

_START, _BEST, _REACH = -1.6, 1.0, 3.2
_HIGH = 170


def _loss(weight: float) -> float:
    return (weight - _BEST) ** 2


class DescentView(LiveView):
    """The loss is (w − 1)², its gradient 2·(w − 1); the step is the engine's own."""

    def __init__(self) -> None:
        super().__init__("One weight on its way down")
        self.path = [_START]
        self.picture = _Valley(self)
        self.column.addWidget(self.picture)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label("learning rate", "secondary"))
        self.rate = QDoubleSpinBox()
        self.rate.setRange(0.01, 1.2)
        self.rate.setSingleStep(0.05)
        self.rate.setValue(0.05)
        self.rate.lineEdit().setTextMargins(4, 0, 0, 0)
        self.rate.setAccessibleName("Learning rate")
        self.rate.setToolTip("How far a step goes for each unit of gradient")
        self.step_button = QPushButton("Step")
        self.step_button.setProperty("role", "primary")
        self.step_button.setToolTip("Move the weight once against its gradient")
        self.step_button.clicked.connect(self.step)
        self.again = QPushButton("Begin again")
        self.again.setToolTip("Put the weight back to where it began")
        self.again.clicked.connect(self.begin)
        for widget in (self.rate, self.step_button, self.again):
            row.addWidget(widget)
        row.addStretch(1)
        self.column.addLayout(row)
        self.words = label("", wrap=True)
        self.words.setFont(theme.formula_font())
        self.column.addWidget(self.words)
        self._say()

    @property
    def numbers(self) -> Mapping[str, float]:
        """See ``LiveView``."""
        return {"loss": _loss(self.path[-1]), "steps": len(self.path) - 1, "rate": self.rate.value()}

    def step(self) -> None:
        """One step of gradient descent."""
        weight = np.array([self.path[-1]])
        optimizer = SGD(self.rate.value(), momentum=0.0)
        gradient = 2 * (weight - _BEST)
        before = float(weight[0])
        optimizer.update(weight, gradient.copy(), optimizer.start(1, np.float64))
        after = float(np.clip(weight[0], -1e6, 1e6))
        self.path = [*self.path[-60:], after]
        sum_text = f"{figure(before)} − {figure(self.rate.value())} × ({figure(float(gradient[0]))})"
        self._say(f"w = {sum_text} = {figure(after)}")

    def begin(self) -> None:
        """Back to the start."""
        self.path = [_START]
        self._say()

    def _say(self, words: str = "") -> None:
        weight = self.path[-1]
        loss = f"loss {figure(_loss(weight))}, gradient {figure(2 * (weight - _BEST))}"
        self.words.setText(f"{words or f'w = {figure(weight)}'}; {loss}; {amount(len(self.path) - 1, 'step')}")
        self.picture.update()
        self.changed.emit()


class _Valley(QWidget):
    def __init__(self, view: DescentView) -> None:
        super().__init__()
        self._view = view
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("The loss for each value of the weight")
        self.setToolTip("The loss over the weight; each dot is where a step has led")
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(420, _HIGH)

    def _point(self, weight: float) -> QPointF:
        x = (weight - _BEST + _REACH) / (2 * _REACH) * self.width()
        return QPointF(x, _HIGH - 22 - _loss(weight) / _REACH**2 * (_HIGH - 40))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.small_font())
        painter.setPen(QPen(look.line, 1))
        painter.drawLine(QPointF(0, _HIGH - 18), QPointF(self.width(), _HIGH - 18))
        painter.setPen(look.secondary)
        painter.drawText(0, 12, "loss")
        painter.drawText(self.width() - 44, _HIGH - 4, "weight")
        curve = [self._point(_BEST - _REACH + 2 * _REACH * i / 120) for i in range(121)]
        painter.setPen(QPen(look.secondary, 1.6))
        painter.drawPolyline(QPolygonF(curve))
        shown = [self._point(weight) for weight in self._view.path if abs(weight - _BEST) <= _REACH]
        painter.setPen(QPen(look.accent, 1, Qt.PenStyle.DashLine))
        painter.drawPolyline(QPolygonF(shown))
        painter.setPen(Qt.PenStyle.NoPen)
        for place, point in enumerate(shown):
            last = place == len(shown) - 1
            painter.setBrush(look.accent if last else theme.mixed(look.accent, look.card, 0.5))
            painter.drawEllipse(point, 6 if last else 3.5, 6 if last else 3.5)
        if abs(self._view.path[-1] - _BEST) > _REACH:
            painter.setPen(look.error)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "The weight has left the valley: begin again.")
