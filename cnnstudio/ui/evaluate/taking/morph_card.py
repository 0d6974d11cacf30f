"""From this picture to another, and where the answer changes on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from cnnstudio.data.dataset import DataSet
from cnnstudio.nn.arrays import Array
from cnnstudio.nn.looking.flipping.answering import Answering
from cnnstudio.nn.looking.flipping.morph import STEPS, Morph, morph
from cnnstudio.nn.telling.phrases import percent, share_text
from cnnstudio.nn.telling.told import told
from cnnstudio.ui.evaluate.interval_bar import paint_shares
from cnnstudio.ui.evaluate.one_job import OneJob
from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.labels import label, plain_tip
from cnnstudio.ui.run.looked_at import LookedAt
from cnnstudio.ui.run.samples import name_of
from cnnstudio.ui.widgets.choosing.elided_choice import ElidedChoice
from cnnstudio.ui.widgets.icon_button import IconButton
from cnnstudio.worker.jobs import Job, Jobs, Steps

#: classes whose curves are drawn
MOST = 4
_LEFT, _BELOW, _TOP, _SIDE = 40.0, 20.0, 16.0, 64.0
_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)


def mixing(now: LookedAt, one: Array, other: Array) -> Callable[[Job], Steps]:
    """The work of asking the network all the way from one picture uint8 (H, W, C) to another."""

    def work(job: Job) -> Steps:
        yield None
        answering = Answering(now.graph, now.snapshot.parameters)
        try:
            return morph(answering, one, other, job.report, job.cancelled)
        finally:
            answering.close()

    return work


def turn_words(found: Morph, classes: Sequence[str]) -> str:
    """Where the answer changes."""
    if not found.turns:
        return f"It is “{name_of(classes, int(found.says[0].argmax()))}” all the way."
    said = [
        f"at {percent(share, 0)} “{name_of(classes, before)}” becomes “{name_of(classes, after)}”"
        for share, before, after in found.turns
    ]
    first = "; ".join(said)
    return f"{first[0].upper()}{first[1:]}."


def curves_of(found: Morph) -> tuple[int, ...]:
    """The classes whose curves are drawn: those that are likeliest somewhere."""
    order = np.argsort(-found.says.max(axis=0), kind="stable")
    return tuple(int(number) for number in order[:MOST] if found.says[:, number].max() >= 0.05)


class MorphChart(QWidget):
    """A curve for each of the likeliest classes, and the mixed picture where one stands."""

    def __init__(self) -> None:
        super().__init__()
        theme.wear(self, "small-figures")
        self.setMinimumSize(200, 110)
        self._found: Morph | None = None
        self._classes: Sequence[str] = ()
        self._at = 0

    def sizeHint(self) -> QSize:
        return QSize(320, 170)

    def show_found(self, found: Morph | None, classes: Sequence[str]) -> None:
        """Show another way, or none."""
        self._found, self._classes = found, classes
        self.setAccessibleName("" if found is None else turn_words(found, classes))
        self.update()

    def show_place(self, at: int) -> None:
        """Where one stands, in steps from the first picture."""
        self._at = at
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        found, look, painter = self._found, theme.current(), QPainter(self)
        if found is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = self.width() - _LEFT - _SIDE - 18
        box = QRectF(_LEFT, _TOP, room, self.height() - _TOP - _BELOW)
        paint_shares(painter, box)
        below = QRectF(box.left(), box.bottom() + 3, box.width(), 15)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "this picture")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, "the other")

        def place(step: int, share: float) -> QPointF:
            return QPointF(box.left() + step / STEPS * box.width(), box.bottom() - share * box.height())

        colours = (look.accent, look.warning, look.good, look.secondary)
        named: list[QRectF] = []
        for number, colour, dash in zip(curves_of(found), colours, _DASHES, strict=False):
            painter.setPen(QPen(colour, 2, dash))
            painter.drawPolyline(QPolygonF([place(n, float(y)) for n, y in enumerate(found.says[:, number])]))
            top = int(found.says[:, number].argmax())
            name = painter.fontMetrics().elidedText(name_of(self._classes, number), Qt.TextElideMode.ElideRight, 90)
            wide = painter.fontMetrics().horizontalAdvance(name) + 2
            left = min(max(place(top, 0).x() - wide / 2, box.left()), box.right() - wide)
            label_box = QRectF(left, 0, wide, 14)
            while any(label_box.intersects(other) for other in named):
                label_box.translate(4, 0)
            named.append(label_box)
            painter.drawText(label_box, Qt.AlignmentFlag.AlignLeft, name)
        painter.setPen(QPen(look.secondary, 1, Qt.PenStyle.DashLine))
        painter.drawLine(place(self._at, 0.0), place(self._at, 1.0))
        side = QRectF(box.right() + 14, _TOP, _SIDE, _SIDE)
        painter.drawImage(side, pictures.image_picture(found.pictures[self._at]))
        says = found.says[self._at]
        painter.setPen(look.text)
        best = int(says.argmax())
        for line, words in enumerate((f"“{name_of(self._classes, best)}”", share_text(float(says[best])))):
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, round(_SIDE + 4))
            painter.drawText(QRectF(side.left(), side.bottom() + 2 + 15 * line, _SIDE + 4, 15), 0, shown)


class MorphCard(QWidget):
    """The other picture is a test picture of a class; the way to it is worked out at once."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.trial = OneJob(jobs, self)
        self._now: LookedAt | None = None
        self._picture: Array | None = None
        self._data: DataSet | None = None
        self._place = 0
        self._wanted = False
        self.found: Morph | None = None
        self.classes = ElidedChoice()
        self.classes.setAccessibleName("The other picture’s class")
        self.classes.setToolTip(plain_tip("The class of the picture it turns into"))
        self.classes.activated.connect(lambda _row: self._choose(0))
        self.before = IconButton("chevron_left", "The other picture of this class before")
        self.after = IconButton("chevron_right", "The next other picture of this class")
        for button, by in ((self.before, -1), (self.after, 1)):
            button.clicked.connect(lambda _checked, by=by: self._choose(self._place + by))
        self.words, self.chart = label("", "secondary", wrap=True), MorphChart()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("How much of the other picture")
        self.slider.setToolTip(plain_tip("How much of the other picture is mixed in"))
        self.slider.setRange(0, STEPS)
        self.slider.setValue(STEPS // 2)
        self.slider.valueChanged.connect(self.chart.show_place)
        self.chart.show_place(STEPS // 2)
        self.trial.done.connect(self._take)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(label("Into a picture of", "soft"))
        line.addWidget(self.classes, 1)
        line.addWidget(self.before)
        line.addWidget(self.after)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(line)
        column.addWidget(self.words)
        column.addWidget(self.chart, 1)
        column.addWidget(self.slider)

    def want(self, wanted: bool) -> None:
        """Whether somebody can see it."""
        self._wanted = wanted
        self._ask()

    def show_network(self, now: LookedAt, picture: Array | None, data: DataSet | None, why: str) -> None:
        """Another network, picture or set of test pictures; ``why`` nothing can be asked, or ""."""
        same, others = now.same_network(self._now), data is not self._data
        self._now = now
        if others:
            self._data, self._place = data, 0
            self.classes.clear()
            for number, name in enumerate(data.classes if data is not None else ()):
                self.classes.addItem(name, number)
        if not same or others or picture is not self._picture or why:
            self._picture = picture
            self._drop()
        for widget in (self.classes, self.before, self.after, self.slider):
            widget.setEnabled(not why and data is not None)
        if why:
            self.words.setText(why)
        else:
            self._ask()

    def _drop(self) -> None:
        self.trial.stop()
        self.found = None
        self.chart.show_found(None, ())
        self.words.setText("")

    def _choose(self, place: int) -> None:
        self._place = place
        self._drop()
        self._ask()

    def _ask(self) -> None:
        ready = self._now is not None and self._picture is not None and self._data is not None
        if not ready or not self._wanted or self.found is not None or self.trial.job is not None:
            return
        assert self._now is not None and self._picture is not None and self._data is not None
        of_class = np.flatnonzero(self._data.test.labels == self.classes.currentData())
        if not len(of_class):
            self.words.setText("No test picture is of this class.")
            return
        index = int(of_class[self._place % len(of_class)])
        other = self._data.test.read(slice(index, index + 1))[0]
        if other.shape != self._picture.shape:
            return
        self.trial.begin(told("mixing-pictures"), mixing(self._now, self._picture, other))

    def _take(self, found: Morph) -> None:
        assert self._now is not None
        self.found = found
        self.words.setText(turn_words(found, self._now.classes))
        self.chart.show_found(found, self._now.classes)
