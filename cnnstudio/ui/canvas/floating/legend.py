"""The legend of the tint, in the lower left corner: what is shown, its scale, and the heaviest card."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from cnnstudio.nn.arrays import thousands
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.items.card import LEFT, RIGHT, heat_colour
from cnnstudio.ui.canvas.items.tint import MEASURES, costs_of
from cnnstudio.ui.canvas.viewport.scene_view import SceneView
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.numbers import number_text

WIDTH, HEIGHT, APART = 232, 62, 10


class Legend(QWidget):
    """It sits over a view and shows while cards are tinted."""

    def __init__(self, view: SceneView) -> None:
        super().__init__(view)
        self._view = view
        self._heaviest = ""
        self._most = ""
        self.setFixedSize(WIDTH, HEIGHT)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Legend of the tint")
        view.canvas_scene.tint_changed.connect(self.refresh)
        self.hide()

    @property
    def title(self) -> str:
        """What is shown; of times whether they were measured."""
        scene = self._view.canvas_scene
        if scene.tint == "time":
            return f"{MEASURES['time']}, {'estimated' if scene.times is None else 'measured'}"
        return MEASURES.get(scene.tint, "")

    def words(self) -> tuple[str, str]:
        """The heaviest card with its share, and what it costs."""
        return self._heaviest, self._most

    def refresh(self) -> None:
        """The design or the tint has changed."""
        scene = self._view.canvas_scene
        self.setVisible(bool(scene.tint) and bool(scene.cards))
        if not scene.tint or not scene.cards:
            return
        costs = costs_of(scene.design, scene.tint, scene.times)
        total, heaviest = sum(costs.values()), max(costs, key=lambda card: costs[card])
        share = costs[heaviest] / total if total else 0.0
        self._heaviest = (
            f"{scene.cards[heaviest].name} has {number_text(100 * share)}\u202f%" if total else "Nothing weighs"
        )
        self._most = _amount(costs[heaviest], scene.tint, scene.times is not None)
        self.place()
        self.update()

    def place(self) -> None:
        """The view has another size."""
        self.move(APART, self._view.height() - HEIGHT - APART)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.line, 1))
        painter.setBrush(look.panel)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        inside = QRectF(self.rect()).adjusted(10, 6, -10, -6)
        painter.setFont(m.line_font())
        painter.setPen(look.secondary)
        title = self.title
        painter.drawText(QRectF(inside.left(), inside.top(), inside.width(), 15), LEFT, title[:1].upper() + title[1:])
        bar = QRectF(inside.left(), inside.top() + 18, inside.width(), 9)
        ramp = QLinearGradient(bar.topLeft(), bar.topRight())
        ramp.setColorAt(0, heat_colour(look, 0.0))
        ramp.setColorAt(1, heat_colour(look, 1.0))
        painter.setPen(QPen(look.line, 1))
        painter.setBrush(ramp)
        painter.drawRoundedRect(bar, 3, 3)
        line = QRectF(inside.left(), bar.bottom() + 3, inside.width(), 18)
        painter.setPen(look.secondary)
        painter.drawText(line, RIGHT, self._most)
        painter.setPen(look.text)
        room = line.width() - m.metrics(m.line_font).horizontalAdvance(self._most) - 10
        words = m.metrics(m.line_font).elidedText(self._heaviest, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QRectF(line.topLeft(), QPointF(line.left() + room, line.bottom())), LEFT, words)


def _amount(cost: float, measure: str, measured: bool) -> str:
    match measure:
        case "memory":
            return f"{number_text(cost / 1e6)}\u202fMB"
        case "time":
            short = cost < 0.1  # milliseconds
            return f"{cost * (1000 if short else 1):.3g}\u202f{'µs' if short else 'ms'}" if measured else "of the time"
        case _:
            return thousands(round(cost))
