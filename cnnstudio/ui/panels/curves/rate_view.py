"""What a search for a learning rate finds: the loss by rate, drawn while it is tried, and the proposal to take."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from cnnstudio.nn.training.rate_range import HIGHEST, LOWEST, RateTried
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.panels.curves.plot_axes import nice, value_ticks
from cnnstudio.ui.run.rate_search import RateSearch
from cnnstudio.ui.widgets.elided_label import ElidedLabel

#: milliseconds between two looks at a search under way
POLL = 60
_LEFT, _TOP, _RIGHT, _BOTTOM = 40, 8, 10, 22


class RateView(QWidget):
    """The plot with its heading and buttons."""

    def __init__(self, search: RateSearch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search = search
        self.title = label("Loss by learning rate", "title")
        self.text = ElidedLabel()
        self.take = QPushButton("Use this rate")
        self.take.setProperty("role", "primary")
        self.take.clicked.connect(search.take)
        self.leave = QPushButton("Close")
        self.leave.clicked.connect(search.close)
        self.plot = RatePlot()
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.text, 1)
        head.addWidget(self.take)
        head.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 4)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.plot, 1)
        self._timer = QTimer(self, interval=POLL)
        self._timer.timeout.connect(self._look)
        search.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        search = self._search
        searching, rate = search.job is not None, search.rate
        if searching:
            self._timer.start()
            self.text.set_text("The rate rises from step to step; the weights stay as they are.")
        else:
            self._timer.stop()
            words = f"{number_text(rate)} lies well below the rate at which the loss stops falling."
            self.text.set_text(words if rate else "The loss fell at no rate.")
        self.take.setVisible(rate > 0)
        self.take.setText(f"Use {number_text(rate)}")
        self.take.setToolTip("Train with this learning rate from now on; can be undone")
        self.leave.setText("Stop" if searching else "Close")
        self._look()

    def _look(self) -> None:
        self.plot.show_rates(self._search.tried.read(), self._search.rate)


class RatePlot(QWidget):
    """Rates by their powers of ten; each step's loss faint, the smoothed one strong, the proposal as a line."""

    def __init__(self) -> None:
        super().__init__()
        self.tried: list[RateTried] = []
        self.rate = 0.0
        self.setMinimumSize(120, 90)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Loss by learning rate")

    def show_rates(self, tried: list[RateTried], rate: float) -> None:
        """Draw these, and the proposal, 0.0 for none."""
        if len(tried) != len(self.tried) or rate != self.rate:
            self.tried, self.rate = tried, rate
            self.setAccessibleDescription(f"Proposed: {number_text(rate)}" if rate else "")
            self.update()

    @property
    def area(self) -> QRectF:
        """Where the curves are, in pixels."""
        return QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)

    @property
    def top(self) -> float:
        """The highest loss that is seen; where it is lost the curve leaves the plot."""
        start = [one.smoothed for one in self.tried[:20]]
        return 1.3 * max(start, default=1.0)

    def x_of(self, rate: float) -> float:
        """The pixel of a rate."""
        share = math.log(rate / LOWEST) / math.log(HIGHEST / LOWEST)
        return self.area.left() + share * self.area.width()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, look, area = QPainter(self), theme.current(), self.area
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.tabular(theme.small_font()))
        self._paint_axes(painter)
        painter.save()
        try:
            painter.setClipRect(area)
            faint = QColor(look.accent)
            faint.setAlpha(90)
            for colour, width, losses in (
                (faint, 1.0, [one.loss for one in self.tried]),
                (look.accent, 1.8, [one.smoothed for one in self.tried]),
            ):
                painter.setPen(QPen(colour, width))
                points = [self._point(one.rate, loss) for one, loss in zip(self.tried, losses, strict=True)]
                painter.drawPolyline(QPolygonF(points))
        finally:
            painter.restore()
        if self.rate:
            self._paint_proposal(painter)

    def _point(self, rate: float, loss: float) -> QPointF:
        share = min(loss / self.top, 2.0) if math.isfinite(loss) else 2.0
        return QPointF(self.x_of(rate), self.area.bottom() - share * self.area.height())

    def _paint_axes(self, painter: QPainter) -> None:
        look, area, metrics = theme.current(), self.area, painter.fontMetrics()
        for power in range(round(math.log10(LOWEST)), round(math.log10(HIGHEST)) + 1):
            x, text = self.x_of(10.0**power), number_text(10.0**power)
            painter.setPen(QPen(look.line, 1))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.setPen(look.secondary)
            width = metrics.horizontalAdvance(text)
            painter.drawText(QPointF(min(x - width / 2, self.width() - width - 1), area.bottom() + 16), text)
        step = nice(self.top / 5)
        for tick in value_ticks(
            0.0, step * math.floor(self.top / step), area.height(), percent=False, logarithmic=False
        ):
            y = self._point(LOWEST, tick.at).y()
            painter.setPen(QPen(look.line, 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(look.secondary)
            room = QRectF(0, y - 8, _LEFT - 6, 16)
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tick.text)

    def _paint_proposal(self, painter: QPainter) -> None:
        look, area, x, text = theme.current(), self.area, self.x_of(self.rate), number_text(self.rate)
        painter.setPen(QPen(look.good, 1.6, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        width = painter.fontMetrics().horizontalAdvance(text)
        left = x - width - 8 if x + width + 8 > area.right() else x + 6
        painter.fillRect(QRectF(left - 3, area.top(), width + 6, 17), look.panel)
        painter.setPen(look.good)
        painter.drawText(QPointF(left, area.top() + 13), text)
