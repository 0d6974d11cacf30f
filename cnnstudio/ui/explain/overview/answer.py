"""Beside the overview: what the network answers, and what the pointer rests on, enlarged."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.looking.probed import Probed
from cnnstudio.nn.telling.phrases import amount, share_text
from cnnstudio.ui.explain.film.ground import bold, draw_cells
from cnnstudio.ui.explain.overview.columns import OTHERS, answering
from cnnstudio.ui.explain.overview.ground import draw_legend
from cnnstudio.ui.explain.overview.overview_stage import OverviewStage
from cnnstudio.ui.explain.overview.words import Names, heading, line_heading, line_sentence, sentence
from cnnstudio.ui.explain.pictures.inks import Ink, draw_fitting, text_on
from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.look.pictures import Bar

#: how wide it is, and how far what stands in it is from its left edge, in pixels
WIDTH, LEFT = 260, 12
#: most classes with a bar
MOST = 12
_ROW = 24.0
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class AnswerBars(QWidget):
    """A bar for each class, or the likeliest of many."""

    def __init__(self) -> None:
        super().__init__()
        self.bars: tuple[Bar, ...] = ()
        self.right = -1
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_bars(self, bars: tuple[Bar, ...], right: int) -> None:
        """Other probabilities; ``right`` is the picture's class, -1 if nobody knows."""
        self.bars, self.right = bars, right
        self.setFixedHeight(round(_ROW * min(len(bars), MOST)))
        self.setAccessibleName(", ".join(f"{bar.name}: {share_text(bar.value)}" for bar in bars[:MOST]))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = list(enumerate(self.bars))
        if len(shown) > MOST:
            shown = sorted(shown, key=lambda item: -np.nan_to_num(item[1].value))[:MOST]
        metrics = QFontMetricsF(bold(theme.drawn_font()))
        names = [metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, 84.0) for _, bar in shown]
        left = max((metrics.horizontalAdvance(name) for name in names), default=0.0) + 12
        beside = metrics.horizontalAdvance(">\u202f99.9\u202f%") + 8
        for line, ((index, bar), name) in enumerate(zip(shown, names, strict=True)):
            top, font = line * _ROW, theme.tabular(theme.drawn_font())
            painter.setFont(bold(font) if bar.likeliest else font)
            painter.setPen(look.text if bar.likeliest or index == self.right else look.secondary)
            painter.drawText(QRectF(0, top, left, _ROW), _LEFT, name)
            slot = QRectF(left, top + _ROW / 2 - 4, self.width() - left - beside, 8)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.mixed(look.line, look.background, 0.7))
            painter.drawRoundedRect(slot, 4, 4)
            value = bar.value if np.isfinite(bar.value) else 0.0
            known = self.right >= 0
            colour = (
                look.good if index == self.right else look.error if known and bar.likeliest else look.category("output")
            )
            painter.setBrush(colour)
            if value > 0.001:
                painter.drawRoundedRect(QRectF(slot.left(), slot.top(), max(slot.width() * value, 5.0), 8), 4, 4)
            painter.setPen(colour if bar.likeliest else look.secondary)
            painter.drawText(QRectF(self.width() - beside, top, beside, _ROW), _RIGHT, share_text(bar.value))


class Enlarged(QWidget):
    """The picture or the kernel that is pointed at, large, with its colours below it."""

    SIDE = 132.0

    def __init__(self, stage: OverviewStage) -> None:
        super().__init__()
        self._stage = stage
        stage.pointed_changed.connect(self._fit)

    def _fit(self) -> None:
        """As high as what is shown."""
        box, legend = self._shown
        self.setFixedHeight(round(box.height()) + (32 if legend else 4))
        self.update()

    @property
    def _shown(self) -> tuple[QRectF, Ink | None]:
        """The place of what is enlarged, and its colours where they need a legend."""
        maps, trace, line = self._stage.maps, self._stage.trace, self._stage.line
        if maps is None or trace is None:
            return QRectF(), None
        if (kernel := self._kernel) is not None:
            return self._box(*kernel.shape), Ink.signed(maps.probed.site(trace.spot.node).arrays["weights"])
        spot = trace.spot if line is None else line.source
        if spot.number == OTHERS:
            return QRectF(), None
        rows, columns = maps.values(spot).shape
        return self._box(rows, columns), None if maps.is_image(spot.node) else maps.ink(spot)

    @property
    def _kernel(self) -> Floats | None:
        trace, line = self._stage.trace, self._stage.line
        each = trace.contribution(line) if trace is not None and line is not None else None
        return None if each is None else each.kernel

    def paintEvent(self, event: QPaintEvent) -> None:
        maps, trace, line = self._stage.maps, self._stage.trace, self._stage.line
        box, legend = self._shown
        if maps is None or trace is None or box.isEmpty():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.tabular(theme.drawn_font()))
        if (kernel := self._kernel) is not None and legend is not None:
            draw_cells(painter, box, legend.picture(kernel))
            self._numbers(painter, box, kernel, legend)
        else:
            spot = trace.spot if line is None else line.source
            draw_cells(painter, box, maps.picture(spot))
            values = maps.values(spot)
            if values.size == 1:
                painter.setPen(theme.current().text)
                painter.setFont(theme.tabular(theme.heading_font()))
                beside = QRectF(box.right() + 12, box.top(), 140, box.height())
                painter.drawText(beside, _LEFT, number_text(float(values[0, 0])))
                painter.setFont(theme.tabular(theme.drawn_font()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.current().line, 1))
        painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))
        if legend is not None:
            wide = min(max(box.width(), 110.0), self.SIDE)
            draw_legend(painter, QRectF(box.left(), box.bottom() + 8, wide, 5), legend)

    def _box(self, rows: int, columns: int) -> QRectF:
        side = min(self.SIDE / rows, (self.width() - 2) / columns, 44.0)
        return QRectF(9, 1, side * columns, side * rows)

    @staticmethod
    def _numbers(painter: QPainter, box: QRectF, kernel: pictures.Maps, ink: Ink) -> None:
        """Every weight in its cell, where it can be read."""
        cell = box.width() / kernel.shape[1]
        if cell < 24:
            return
        for (row, column), value in np.ndenumerate(kernel):
            inside = QRectF(box.left() + column * cell, box.top() + row * cell, cell, cell)
            painter.setPen(text_on(ink.colour(float(value))))
            draw_fitting(painter, inside, number_text(float(value), 2))


class Answer(QWidget):
    """Follows a stage; ``show_network`` gives it the numbers."""

    def __init__(self, stage: OverviewStage, names: Names) -> None:
        super().__init__()
        self._stage, self._names = stage, names
        self.setFixedWidth(WIDTH)
        #: stands above the rest, and stays where that is scrolled
        self.heading = label("", "heading", wrap=True)
        self.heading.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.words = label("", "secondary", wrap=True)
        self.bars = AnswerBars()
        self.enlarged = Enlarged(stage)
        self.card = QFrame()
        self.card.setProperty("role", "card")
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(12, 10, 12, 12)
        inside.setSpacing(6)
        self.pointed = label("", "title", wrap=True)
        self.sentence = label("", "soft", wrap=True)
        for widget in (self.pointed, self.enlarged, self.sentence):
            inside.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(LEFT, 4, 16, 12 + round(_ROW))  # see ``whole_rows_from``
        column.setSpacing(8)
        for each in (self.bars, self.words):
            column.addWidget(each)
        column.addStretch(1)
        column.addWidget(self.card)
        stage.pointed_changed.connect(self._say)
        self._say()

    def show_network(self, probed: Probed, classes: tuple[str, ...], right: int) -> None:
        """What the last layer says. ``right`` is the picture's class, -1 if nobody knows."""
        last = answering(probed)
        if not last:
            self.bars.show_bars((), -1)
            self.heading.setText("No answer yet")
            self._add("Probabilities of the classes come from a Softmax layer at the end.")
            return
        bars = pictures.bars(probed.values[last], classes)
        self.bars.show_bars(bars, right)
        best = next((place for place, bar in enumerate(bars) if bar.likeliest), -1)
        if best < 0:
            self.heading.setText("The answer: no number")
            self._add("")
            return
        sign = "" if right < 0 else " ✓" if best == right else " ✗"
        self.heading.setText(f"The answer: {bars[best].name}{sign}")
        more = f"The {MOST} likeliest of {amount(len(bars), 'class', 'classes')}." if len(bars) > MOST else ""
        wrong = f"The picture shows {bars[right].name}." if 0 <= right < len(bars) and best != right else ""
        self._add(" ".join(words for words in (wrong, more) if words))

    def whole_rows_from(self, top: int) -> int:
        """Where the first row begins that is not cut if nothing above ``top`` is seen; there is room for it below."""
        first = self.bars.y()
        last = first + self.bars.height()
        return top if not first < top < last else first + round(math.ceil((top - first) / _ROW) * _ROW)

    def _add(self, words: str) -> None:
        self.words.setText(words)
        self.words.setVisible(bool(words))

    def _say(self) -> None:
        maps, trace, line = self._stage.maps, self._stage.trace, self._stage.line
        self.card.setVisible(maps is not None and trace is not None)
        if maps is None or trace is None:
            return
        strand = next((strand for strand in trace.sources if strand.link == line), None)
        if line is not None and strand is not None:
            self.pointed.setText(line_heading(maps, line))
            self.sentence.setText(line_sentence(maps, trace, strand))
        else:
            self.pointed.setText(heading(maps, self._names, trace.spot))
            self.sentence.setText(sentence(maps, self._names, trace))
        self.enlarged.setVisible(trace.spot.number != OTHERS or line is not None)
        self.card.updateGeometry()
        room = self.card.layout()
        if room is not None:
            room.invalidate()
