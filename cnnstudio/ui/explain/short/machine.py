"""What happens to the numbers of one cell, between the map that is read and the map that is made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from cnnstudio.nn.explaining.parts import CurvePart, Doubles, LedgerPart, MappingPart, Step, WindowPart
from cnnstudio.nn.looking.probed import Explanation
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.explain.film.ground import bold
from cnnstudio.ui.explain.film.layout import between
from cnnstudio.ui.explain.parts.sums import account, comes_out
from cnnstudio.ui.explain.pictures.inks import Ink, draw_fitting, draw_number, hatched, text_on
from cnnstudio.ui.explain.short.scene import ShortScene
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.numbers import number_text, with_sign

_MIDDLE = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
#: cells of the lens, of the result, and from which side on they show their numbers
_LENS, _RESULT, _READABLE = 56.0, 60.0, 24.0
_BINS = 31


@dataclass(frozen=True, eq=False)
class Moment:
    """A cell on its way: ``step`` as in a position, ``share`` of the way to the next one, and how many cells of the map
    have been written."""

    account: Explanation
    step: int
    share: float
    written: int


class Machine:
    """Draws a moment in a box. ``read`` and ``made`` are the colours of what comes in and what goes out."""

    def __init__(self, scene: ShortScene, box: QRectF, read: Ink, made: Ink) -> None:
        self.scene, self._read, self._made = scene, read, made
        self._box = box
        below = _RESULT + 44
        high = min(self._wanted(box.width()), box.height() - below)
        first = box.center().y() - (high + below) / 2
        self._top = QRectF(box.left(), first, box.width(), high)
        self.result = QRectF(box.center().x() - _RESULT / 2, self._top.bottom() + 30, _RESULT, _RESULT)
        self._look = theme.current()

    def _wanted(self, wide: float) -> float:
        """How high what happens would like to be."""
        match self.scene.kind:
            case "curve":
                return wide / 1.2 + 8
            case "steps":
                return 0.75 * wide + 18.0 * self.scene.reel.rows + 22
        sources = self.scene.account((0, 0, 0)).sources[0]
        return _LENS * max(len(sources.rows), 1) + 48

    def draw(self, painter: QPainter, moment: Moment) -> QRectF:
        """Draw it; the box from which the numbers come, for the lines that lead there."""
        share = moment.share if moment.step == 0 else 1.0 if moment.step > 0 else 0.0
        (part,) = moment.account.parts
        painter.setFont(theme.tabular(theme.drawn_font()))
        match part:
            case WindowPart():
                source = self._largest(painter, part, share)
            case CurvePart():
                source = self._bent(painter, part, moment, share)
            case MappingPart():
                source = self._carried(painter, part, share)
            case LedgerPart() if part.blocks:
                source = self._mean(painter, part, share)
            case LedgerPart():
                source = self._stepped(painter, part, moment)
            case _:
                source = self._top
        self._result(painter, moment)
        return source

    # pieces

    def _result(self, painter: QPainter, moment: Moment) -> None:
        """The number that comes out, once it has been computed."""
        known = moment.step >= self.scene.reel.rows
        value = moment.account.engine
        colour = self._made.colour(value)
        painter.setPen(QPen(self._look.accent if known else self._look.line, 2 if known else 1))
        painter.setBrush(colour if known else Qt.BrushStyle.NoBrush)
        painter.drawRect(self.result)
        painter.setFont(theme.tabular(bold(theme.drawn_font(theme.BODY_PX))))
        painter.setPen(text_on(colour) if known else self._look.secondary)
        draw_fitting(painter, self.result, number_text(value) if known else "?")
        painter.setFont(theme.tabular(theme.drawn_font()))

    def _lens(self, shape: tuple[int, int]) -> QRectF:
        """The place of the numbers that are read."""
        rows, columns = shape
        side = min(_LENS, self._top.width() / columns, (self._top.height() - 24) / rows)
        found = QRectF(0, 0, side * columns, side * rows)
        found.moveCenter(self._top.center())
        return found

    def _cell(self, painter: QPainter, box: QRectF, value: float, words: bool = True, faded: float = 0.0) -> None:
        """A number in its colour, of which the ground takes the share ``faded``; it stays as easy to read."""
        if not np.isfinite(value):
            painter.fillRect(box, hatched())
            return
        colour = theme.mixed(self._look.background, self._read.colour(value), faded)
        painter.setPen(QPen(self._look.line, 1))
        painter.setBrush(colour)
        painter.drawRect(box)
        if words and box.width() >= _READABLE:
            painter.setPen(text_on(colour))
            draw_number(painter, box, value)

    def _largest(self, painter: QPainter, part: WindowPart, share: float) -> QRectF:
        """A copy of the winner is lifted out, the others fade; all stay to be compared, and its place is marked."""
        lens = self._lens(part.values.shape)
        side = lens.width() / part.values.shape[1]
        for (row, column), value in np.ndenumerate(part.values):
            box = QRectF(lens.left() + column * side, lens.top() + row * side, side, side)
            self._cell(painter, box, float(value), faded=0.0 if (row, column) == part.winner else 0.65 * share)
        row, column = part.winner
        home = QRectF(lens.left() + column * side, lens.top() + row * side, side, side)
        eased = share * share * (3 - 2 * share)
        self._cell(painter, between(home, self.result, eased), part.result)
        painter.setPen(QPen(self._look.accent, 2.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(home)
        return lens

    def _mean(self, painter: QPainter, part: LedgerPart, share: float) -> QRectF:
        """The numbers level out into their mean."""
        (block,) = part.blocks
        lens = self._lens((block.left.shape[0], block.left.shape[1]))
        side = lens.width() / block.left.shape[1]
        outside = block.outside if block.outside is not None else np.zeros(block.left.shape, bool)
        for (row, column), value in np.ndenumerate(block.left):
            box = QRectF(lens.left() + column * side, lens.top() + row * side, side, side)
            levelled = float(value) + (part.result - float(value)) * share
            self._cell(painter, box, levelled, words=share in (0.0, 1.0))
            if outside[row, column]:
                painter.fillRect(box, hatched())
        painter.setPen(self._look.secondary)
        if share == 1.0:
            steps = part.steps
            told = account(part)
            words = f"{with_sign(told.figures[0])} ÷ {told.figures[1]}" if len(steps) > 1 else ""
            painter.drawText(QRectF(self._top.left(), lens.bottom() + 4, self._top.width(), 16), _MIDDLE, words)
        return lens

    def _carried(self, painter: QPainter, part: MappingPart, share: float) -> QRectF:
        """The number goes on as it is."""
        lens = self._lens((1, 1))
        if part.source is None:
            painter.fillRect(lens, hatched())
        self._cell(painter, between(lens, self.result, share), part.result)
        painter.setPen(self._look.secondary)
        rule = QRectF(self._top.left(), lens.top() - 24, self._top.width(), 18)
        draw_fitting(painter, rule, worded(part.rule))
        return lens

    def _bent(self, painter: QPainter, part: CurvePart, moment: Moment, share: float) -> QRectF:
        """The number drops onto its place below the curve and rises to it; where others lie that have been written."""
        curve = self.scene.curve(moment.account.cell[2])
        side = min(self._top.width(), self._top.height() * 1.4)
        frame = QRectF(0, 0, side, min(self._top.height() - 8, side / 1.2))
        frame.moveCenter(self._top.center())
        low, high = float(min(curve.ys.min(), 0.0)), float(max(curve.ys.max(), 0.0))
        margin = 0.1 * ((high - low) or 1.0)
        low, high = low - margin, high + margin
        left, right = float(curve.xs[0]), float(curve.xs[-1])

        def at(x: float, y: float) -> QPointF:
            across, up = (x - left) / (right - left), (y - low) / (high - low)
            return QPointF(frame.left() + across * frame.width(), frame.bottom() - up * frame.height())

        painter.setPen(QPen(self._look.line, 1))
        painter.setBrush(self._look.card)
        painter.drawRoundedRect(frame, 6, 6)
        painter.drawLine(at(left, 0), at(right, 0))
        painter.drawLine(at(0, low), at(0, high))
        painter.setPen(self._look.secondary)
        painter.drawText(QRectF(at(right, 0) + QPointF(-70, 2), at(right, 0) + QPointF(-6, 18)), _RIGHT, "in")
        painter.drawText(at(0, high) + QPointF(5, 14), "out")
        painter.setPen(QPen(self._look.category(self.scene.layer.category), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([at(float(x), float(y)) for x, y in zip(curve.xs, curve.ys, strict=True)]))
        self._written_dots(painter, moment, at)
        if np.isfinite(part.x) and np.isfinite(part.result):
            height = part.result * share
            painter.setPen(QPen(self._look.accent, 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(at(part.x, 0), at(part.x, height))
            painter.setPen(QPen(self._look.card, 1.5))
            painter.setBrush(self._look.accent)
            painter.drawEllipse(at(part.x, height), 6, 6)
        painter.setPen(self._look.text)
        words = f"{number_text(part.x)} → {number_text(part.result) if share == 1.0 else '?'}"
        painter.drawText(QRectF(frame.left() + 8, frame.top() + 4, frame.width() / 2, 18), _LEFT, words)
        return frame

    def _written_dots(self, painter: QPainter, moment: Moment, at: object) -> None:
        assert callable(at)
        number = moment.account.cell[2]
        inputs = self.scene.read[:, :, self.scene.incoming(number)].ravel()[: moment.written]
        outputs = self.scene.made[:, :, number].ravel()[: moment.written]
        faint = QColor(self._look.accent)
        faint.setAlpha(70)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faint)
        every = max(len(inputs) // 400, 1)  # so many dots can be told apart
        for x, y in zip(inputs[::-every].tolist(), outputs[::-every].tolist(), strict=True):
            if np.isfinite(x) and np.isfinite(y):
                painter.drawEllipse(at(x, y), 2.2, 2.2)

    def _stepped(self, painter: QPainter, part: LedgerPart, moment: Moment) -> QRectF:
        """All numbers of the map that is read as a histogram that moves, is squeezed and moves again, and this cell's
        among them."""
        done = min(max(moment.step, 0), len(part.steps) - 1)
        states = self._states(part, moment)
        share = moment.share if 0 <= moment.step < len(part.steps) - 1 else 0.0
        values = states[done][0]
        value = states[done][1]
        if share:
            values = values + (states[done + 1][0] - values) * share
            value = value + (states[done + 1][1] - value) * share
        finite = np.concatenate([state for state, _ in states])
        finite = finite[np.isfinite(finite)]
        reach = max(float(np.abs(finite).max()) if finite.size else 1.0, 1e-9)
        lines = 18.0 * len(part.steps)
        frame = QRectF(
            self._top.left(), self._top.top() + 4, self._top.width(), max(self._top.height() - lines - 22, 40.0)
        )
        self._histogram(painter, frame, values, value, reach)
        top = frame.bottom() + 10
        for place, step in enumerate(part.steps):
            here = place == done
            known = place <= done
            painter.setFont(theme.tabular(bold(theme.drawn_font()) if here else theme.drawn_font()))
            painter.setPen(self._look.text if known else self._look.secondary)
            line = QRectF(frame.left(), top + 18 * place, frame.width(), 18)
            painter.drawText(line, _LEFT, f"{step.operator} {worded(step.name)} {number_text(step.value)}".strip())
            if known:
                painter.drawText(line, _RIGHT, _after(step, states[place - 1][1], states[place][1]) if place else "")
        painter.setFont(theme.tabular(theme.drawn_font()))
        return frame

    def _states(self, part: LedgerPart, moment: Moment) -> list[tuple[Doubles, float]]:
        """All numbers of the map, and this cell's, after each step."""
        row, column, number = moment.account.cell
        values = self.scene.read[:, :, self.scene.incoming(number)].astype(np.float64)
        found = []
        with np.errstate(all="ignore"):  # weights of a run that diverged are shown as they are
            for step in part.steps:
                match step.operator:
                    case "−":
                        values = values - step.value
                    case "÷":
                        values = values / step.value
                    case "×":
                        values = values * step.value
                    case "+":
                        values = values + step.value
                found.append((values.ravel(), float(values[row, column])))
        return found

    def _histogram(self, painter: QPainter, frame: QRectF, values: Doubles, value: float, reach: float) -> None:
        painter.setPen(QPen(self._look.line, 1))
        painter.setBrush(self._look.card)
        painter.drawRoundedRect(frame, 6, 6)
        inside = frame.adjusted(8, 10, -8, -18)
        with np.errstate(all="ignore"):
            counts, _ = np.histogram(values[np.isfinite(values)], _BINS, (-reach, reach))
        wide = inside.width() / _BINS
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.mixed(self._look.category(self.scene.layer.category), self._look.card, 0.75))
        most = max(int(counts.max()), 1)
        for place, count in enumerate(counts.tolist()):
            high = inside.height() * count / most
            painter.drawRect(QRectF(inside.left() + place * wide, inside.bottom() - high, max(wide - 1, 0.6), high))
        painter.setPen(QPen(self._look.secondary, 1))
        middle = inside.center().x()
        painter.drawLine(QPointF(middle, inside.top()), QPointF(middle, inside.bottom() + 3))
        under = QRectF(inside.left(), inside.bottom() + 3, inside.width(), 14)
        painter.drawText(under, _MIDDLE, "0")
        painter.drawText(under, _LEFT, number_text(-reach, 2))
        painter.drawText(under, _RIGHT, number_text(reach, 2))
        if np.isfinite(value):
            x = middle + value / reach * inside.width() / 2
            painter.setPen(QPen(self._look.accent, 2))
            painter.drawLine(QPointF(x, inside.top()), QPointF(x, inside.bottom()))
            painter.setBrush(self._look.accent)
            painter.drawEllipse(QPointF(x, inside.top()), 4, 4)


def _after(step: Step, before: float, after: float) -> str:
    """What a step makes of a number."""
    figures, told = (number_text(before), number_text(step.value)), number_text(after)
    return f"{'=' if comes_out(('', step.operator), figures, told) else '≈'} {told}"
