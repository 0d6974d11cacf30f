"""The same layer three times: its filter shared by all positions, one for each position, and everything connected."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from cnnstudio.design.three_ways import DENSE, SHARED, UNSHARED
from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.explaining.dependence import NOWHERE, Dependence
from cnnstudio.nn.looking.sharing import Sharing, sharing
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.explain.keys import bind_keys
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.explain.stages.race.race_plot import RacePlot
from cnnstudio.ui.explain.stages.race.race_view import RaceView
from cnnstudio.ui.explain.terms import explain_term
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import label, set_role
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.worker.jobs import Jobs

#: so many outputs of one row are drawn, with the inputs they read
_MOST = 9


_HEADS = {
    SHARED: "One filter, shared by all positions",
    UNSHARED: "A filter for every position",
    DENSE: "Every output reads everything",
}
_WHY = {
    SHARED: "What the filter learns in one place it knows everywhere.",
    UNSHARED: "Also looks only nearby, but learns each place by itself.",
    DENSE: "A dense layer between the same two volumes.",
}


@dataclass(frozen=True)
class Section:
    """A piece of one row: the places of the input (padding included) and of the output, and which reads which under
    which of its weights: (output, input, weight)."""

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    extent: int
    links: tuple[tuple[int, int, int], ...]


def section(seen: Dependence, column: int) -> Section:
    """The outputs around a column, and what they read along their row."""
    table = seen.columns.table
    assert table is not None
    count = min(_MOST, len(table))
    first = max(0, min(column - count // 2, len(table) - count))
    links = tuple(
        (output, int(table[output, k]), k)
        for output in range(first, first + count)
        for k in range(table.shape[1])
        if table[output, k] != NOWHERE
    )
    places = [place for _, place, _ in links]
    return Section(
        tuple(range(min(places), max(places) + 1)), tuple(range(first, first + count)), seen.columns.extent, links
    )


class SharingStage(QWidget):
    """Follows a place; pointing at an output of a drawing moves it along its row."""

    def __init__(self, place: Place, jobs: Jobs, data: DataSource) -> None:
        super().__init__()
        self.place = place
        self.race = RaceView(place, jobs, data)
        self.race.changed.connect(self._show_race)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Stage: what sharing saves")
        self.words = explain_term(label("", "soft", wrap=True), "parameter sharing")
        self.panels = {way: Panel(way) for way in (SHARED, UNSHARED, DENSE)}
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(12)
        column.addWidget(self.words)
        self._row = QHBoxLayout()
        self._row.setSpacing(12)
        for panel in self.panels.values():
            self._row.addWidget(panel, 1)
            panel.drawing.pointed.connect(self._pointed)
            panel.plot.pointed.connect(self._moment_pointed)
        column.addLayout(self._row, 1)
        column.addWidget(self.race)
        bind_keys(self, place)
        place.layer_changed.connect(self._show)
        place.moved.connect(self._show)
        dressing.follow(self, self._align)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()

    @property
    def possible(self) -> bool:
        """Whether the layer has a filter that slides."""
        return self.place.ready and sharing(self.place.layer, self.place.input_shapes) is not None

    def _show(self) -> None:
        place = self.place
        if not place.ready or not self.isVisible():
            return
        counts = sharing(place.layer, place.input_shapes)
        self.race.setVisible(counts is not None)
        for panel in self.panels.values():
            panel.setVisible(counts is not None)
        if counts is None:
            self.words.setText(
                f"{place.name_of(place.node)} has no filter that slides. Choose a convolution in the strip above to "
                "see what it saves by using the same filter everywhere, and by looking only nearby."
            )
            return
        source, output = place.input_shapes[0], place.shape
        self.words.setText(
            f"{shape_text(source)} → {shape_text(output)}, drawn along row {place.cell[0] + 1}: inputs above, outputs "
            "below, a line for each weight. Lines of one colour are one and the same weight."
        )
        shown = section(place.dependences[0], place.cell[1])
        own = UNSHARED if place.layer.kind == "locally_connected2d" else SHARED
        for way, panel in self.panels.items():
            panel.show_counts(counts, way == own)
            panel.drawing.show_section(shown, place.cell[1])
        self._align()
        self.race.refresh()

    def _show_race(self) -> None:
        """The curves of the race in the panels, on one scale of time."""
        race = self.race.race
        lanes = {lane.entrant.way: lane for lane in race.lanes} if race is not None else {}
        read = {way: (lane.steps.read(), lane.marks.read()) for way, lane in lanes.items()}
        seconds = max((steps[-1].seconds for steps, _ in read.values() if steps), default=0.0)
        for way, panel in self.panels.items():
            panel.make_room_for_plot(race is not None)
            away = "" if way in lanes or race is None else "stays away: it would not fit into memory"
            panel.plot.show_points(*read.get(way, ([], [])), seconds, away)
        self._align()

    def _align(self) -> None:
        """Give what stands in one row one height, so that drawings and curves lie side by side."""
        # their share of the width, since the layout may not have given it to them yet
        wide = max(1, (self.width() - 2 * 16 - 2 * self._row.spacing()) // 3 - 2 * 12 - 2)
        for name in ("head", "cost", "why"):
            labels = [getattr(panel, name) for panel in self.panels.values()]
            wanted = max(0, *(shown.heightForWidth(wide) for shown in labels))
            for shown in labels:
                shown.setFixedHeight(wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._align()

    def _moment_pointed(self, seconds: float) -> None:
        for panel in self.panels.values():
            panel.plot.point_at(seconds)

    def _pointed(self, output: int) -> None:
        self.place.move_to((self.place.cell[0], output, self.place.cell[2]))


class Panel(QFrame):
    """One way to connect the two volumes, drawn and counted."""

    def __init__(self, way: str) -> None:
        super().__init__()
        self.way = way
        self.setProperty("role", "card")
        self.head = label(_HEADS[way], "title", wrap=True)
        self.drawing = Drawing(way)
        self.count = label("", "heading")
        theme.wear(self.count, "heading-figures")
        self.cost = label("", "secondary", wrap=True)
        self.why = label(_WHY[way], "soft", wrap=True)
        for words in (self.head, self.cost, self.why):
            words.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.plot = RacePlot(_HEADS[way])
        self.plot.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(6)
        column.addWidget(self.head)
        column.addWidget(self.drawing, 100)
        for widget in (self.count, self.cost, self.why):
            column.addWidget(widget)
        column.addWidget(self.plot, 100)
        column.addStretch(1)

    def make_room_for_plot(self, shown: bool) -> None:
        """Show the curve below the words, and draw the connections less high."""
        self.plot.setVisible(shown)
        self.why.setHidden(shown)
        self.drawing.setMinimumHeight(70 if shown else 120)
        self.drawing.setMaximumHeight(150 if shown else 460)

    def show_counts(self, counts: Sharing, own: bool) -> None:
        """``own`` marks the way this layer works."""
        parameters = {SHARED: counts.shared, UNSHARED: counts.unshared, DENSE: counts.dense}[self.way]
        macs = counts.dense_macs if self.way == DENSE else counts.local_macs
        self.count.setText(amount(parameters, "parameter"))
        more = parameters / counts.shared
        times = f"{amount(round(more), 'time')} as many parameters"
        if self.way == SHARED:
            times = f"the same for all {amount(counts.unshared // counts.shared, 'position')}"
        self.cost.setText(f"{thousands(macs)} multiplications for one image\n{times}")
        self.head.setText(_HEADS[self.way] + (" – this layer" if own else ""))
        set_role(self.count, "good" if own else "heading")


class Drawing(QWidget):
    """Inputs above, outputs below, lines between them. ``pointed`` carries the output under the pointer."""

    pointed = Signal(int)

    def __init__(self, way: str) -> None:
        super().__init__()
        self.way = way
        self._section: Section | None = None
        self._current = 0
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)
        self.setMaximumHeight(460)
        self.setAccessibleName(f"Connections, {way}")

    def show_section(self, shown: Section, current: int) -> None:
        """``current`` is the output whose lines stand out."""
        self._section, self._current = shown, current
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 260)

    def links(self) -> list[tuple[int, int, int]]:
        """(output, input, which weight): equal numbers are the same weight."""
        shown = self._section
        if shown is None:
            return []
        kernel = 1 + max(k for _, _, k in shown.links)
        if self.way == SHARED:
            return list(shown.links)
        if self.way == UNSHARED:
            return [(output, place, output * kernel + k) for output, place, k in shown.links]
        inside = [place for place in shown.inputs if 0 <= place < shown.extent]
        return [(output, place, output * shown.extent + place) for output in shown.outputs for place in inside]

    def _cell(self, row: int, number: int, count: int, wider: int) -> QRectF:
        pitch = (self.width() - 8) / max(count, wider)
        side = min(pitch - 2, 22.0)
        start = (self.width() - count * pitch) / 2
        y = 6 if row == 0 else self.height() - side - 6
        return QRectF(start + number * pitch + (pitch - side) / 2, y, side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        shown = self._section
        if shown is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.drawn_font())
        look = theme.current()
        wider = max(len(shown.inputs), len(shown.outputs))
        tops = {p: self._cell(0, i, len(shown.inputs), wider) for i, p in enumerate(shown.inputs)}
        ends = {p: self._cell(1, i, len(shown.outputs), wider) for i, p in enumerate(shown.outputs)}
        links = self.links()
        for strong in (False, True):
            for output, place, weight in links:
                if (output == self._current) == strong:
                    painter.setPen(QPen(_colour(weight, self.way, strong), 2.6 if strong else 1.3))
                    start = QPointF(tops[place].center().x(), tops[place].bottom() + 1)
                    painter.drawLine(start, QPointF(ends[output].center().x(), ends[output].top() - 1))
        for place, box in tops.items():
            padding = not 0 <= place < shown.extent
            painter.setPen(QPen(look.field_border, 1, Qt.PenStyle.DotLine if padding else Qt.PenStyle.SolidLine))
            painter.setBrush(look.background if padding else look.card)
            painter.drawRoundedRect(box, 3, 3)
            self._number(painter, box, 0 if padding else place + 1)
        for place, box in ends.items():
            current = place == self._current
            painter.setPen(QPen(look.accent if current else look.field_border, 2 if current else 1))
            painter.setBrush(look.card)
            painter.drawRoundedRect(box, 3, 3)
            self._number(painter, box, place + 1)

    @staticmethod
    def _number(painter: QPainter, box: QRectF, number: int) -> None:
        if number and box.width() >= 15:
            painter.setPen(theme.current().text)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        shown = self._section
        if shown is None:
            return
        wider = max(len(shown.inputs), len(shown.outputs))
        for number, output in enumerate(shown.outputs):
            box = self._cell(1, number, len(shown.outputs), wider).adjusted(-2, -6, 2, 6)
            if box.contains(event.position()) and output != self._current:
                self.pointed.emit(output)
                return


def _colour(weight: int, way: str, strong: bool) -> QColor:
    """Colours far apart for weights beside each other; the same for the same weight."""
    hue = (weight * 0.618034) % 1.0
    dark = theme.current().dark
    made = QColor.fromHsvF(hue, 0.72 if dark else 0.85, 0.95 if dark else 0.78)
    made.setAlphaF(1.0 if strong else 0.75 if way != DENSE else 0.28)
    return made
