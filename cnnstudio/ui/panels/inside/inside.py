"""The panel of the inside: the whole network over time, and the numbers of one layer over time, while it learns."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.training.gauge import PICTURES
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look.labels import label, on_ground, plain_tip
from cnnstudio.ui.look.numbers import number_text, share_text
from cnnstudio.ui.panels.curves.curves import CurvesPanel
from cnnstudio.ui.panels.inside.spread import TIPS, TITLES, Spread
from cnnstudio.ui.panels.inside.strip import WAYS, Strip
from cnnstudio.ui.panels.inside.time_line import TimeLine
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.run.watching import Watching
from cnnstudio.ui.widgets.choosing.segments import Segments
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.ui.widgets.layouts.flow import FlowLayout
from cnnstudio.worker.refresh_rate import RefreshRate
from cnnstudio.worker.training.driver import MEASURE_SHARE

#: seconds between two drawings while a run is under way: the least, and the most where drawing is slow
PAUSE, LONGEST = 0.15, 1.0
#: how much of the window's time may go into drawing
SHARE = 0.015

NETWORK, SPREAD = "network", "spread"
VIEWS = {NETWORK: "Network", SPREAD: "Numbers"}
VIEW_TIPS = {
    NETWORK: "All layers over time: where gradients vanish, layers stand still or units fall silent",
    SPREAD: "How many of a layer’s weights, activations or gradients have which value, over time",
}
PRICE = (
    f"Measuring takes {MEASURE_SHARE:.0%} of the training’s time at most. For each measured step up to {PICTURES} "
    "pictures of its batch go through the network once more. What is trained stays the same, to the bit."
).replace("%", "\u202f%")


class InsidePanel(QWidget):
    """Off until somebody wants to watch; then it follows each run, and shows the last one when it is over."""

    def __init__(
        self,
        document: Document,
        run_control: RunControl,
        watching: Watching,
        curves: CurvesPanel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        on_ground(self, "panel")
        self._document, self._run_control, self.watching = document, run_control, watching
        film, time = watching.film, TimeLine(curves)
        self.title = label("Inside", "title")
        self.subtitle = ElidedLabel()
        self.watch = QPushButton("Watch")
        self.watch.setCheckable(True)
        self.watch.setToolTip(plain_tip(PRICE))
        self.watch.toggled.connect(self.watching.switch)
        self.choice = Segments("What is shown", VIEWS, NETWORK, tips=VIEW_TIPS, evenly=False)
        self.choice.changed.connect(self.show_view)
        self.strip, self.spread = Strip(film, time), Spread(film, time)
        self.ways = Segments(
            "Figure", {way.figure: way.title for way in WAYS.values()}, "gradient",
            tips={way.figure: way.tip for way in WAYS.values()}, evenly=False,
        )  # fmt: skip
        self.ways.changed.connect(self.strip.look)
        self.kinds = Segments("Numbers", TITLES, self.spread.of, tips=TIPS, evenly=False)
        self.kinds.changed.connect(self.spread.look)
        self.strip.chosen.connect(lambda layer: document.select([layer]))
        self.views: Mapping[str, tuple[QWidget, QWidget]] = {
            NETWORK: (self.strip, self.ways),
            SPREAD: (self.spread, self.kinds),
        }
        self.stack = QStackedWidget()
        self.empty = self._empty_state()
        self.stack.addWidget(self.empty)
        self._said: tuple[str, ...] = ()
        for view in (self.strip, self.spread):
            self.stack.addWidget(view)
            view.told.connect(self._tell)
            view.pointed.connect(curves.point_at)
        self._lay_out()
        self._refresh_rate = RefreshRate(PAUSE, LONGEST, SHARE, self)
        self._later = QTimer(self, interval=round(1000 * PAUSE), singleShot=True)
        self._later.timeout.connect(self._tick)
        self.watching.changed.connect(self._changed)
        curves.seen_changed.connect(self._moved)
        document.selection_changed.connect(self.refresh)
        document.changed.connect(self.refresh)
        self.show_view(NETWORK)

    @property
    def view(self) -> str:
        """What is shown: one of ``VIEWS``."""
        return self.choice.choice

    @property
    def layer(self) -> str:
        """The layer that is looked at: the selected one, or the one whose numbers it hands on; else the first."""
        layers, graph = self.watching.film.layers, self._document.project.design.graph
        chosen = self._document.selection
        node = next((node for node in graph.order if node in chosen), "")
        while node and node not in layers:
            node = graph[node].inputs[0] if graph[node].inputs else ""
        return node or (layers[0] if layers else "")

    def show_view(self, view: str) -> None:
        """Look at another side of it."""
        self.choice.show_choice(view)
        for name, (_, options) in self.views.items():
            options.setVisible(name == view)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Draw what was measured last, if anybody looks."""
        if not self.isVisible():
            return
        widget, options = self.views[self.view]
        shown = bool(len(self.watching.film))
        self.stack.setCurrentWidget(widget if shown else self.empty)
        options.setEnabled(shown)
        names = self._names()
        if widget is self.strip:
            self.strip.show_film(names, self.layer)
        elif widget is self.spread:
            self.spread.show_film(names, self.layer)
        self._show_head()

    def leave_room(self, size: QSize) -> None:
        """Leave so much free in place of the title, for tabs."""
        self.title.setText("")
        self.title.setFixedSize(size)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._later.stop()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.subtitle, 1)
        head.addWidget(self.watch)
        choices = QWidget()
        flow = FlowLayout(choices, 12, 4)
        flow.addWidget(self.choice)
        for _, options in self.views.values():
            flow.addWidget(options)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 4)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(choices)
        column.addWidget(self.stack, 1)

    def _names(self) -> dict[str, str]:
        return {node: card.name for node, card in self._document.project.design.cards.items()}

    def _changed(self) -> None:
        if self.watch.isChecked() != self.watching.on:
            self.watch.setChecked(self.watching.on)
        if not self._later.isActive():
            self._later.start()

    def _tick(self) -> None:
        self._refresh_rate.begin(lambda: self._later.setInterval(round(1000 * self._refresh_rate.pause)))
        self.refresh()

    def _moved(self) -> None:
        if self.isVisible():
            self.views[self.view][0].update()

    def _tell(self, words: tuple[str, ...]) -> None:
        self._said = words
        self._show_head()

    def _show_head(self) -> None:
        newest = self.watching.film.newest
        if self._said:
            self.subtitle.set_text(*self._said)
        elif newest is None:
            self.subtitle.set_text("")
        else:
            step, measured = newest
            name = self._names().get(self.layer, self.layer)
            shown = f"step {thousands(step)}"
            if self.view == SPREAD:
                shown = f"{name} · {shown}"
            price = f"{number_text(1000 * measured.seconds, 2)}\u202fms a measured step"
            if self.watching.on and self._run_control.session.active:
                price += f", {share_text(self.watching.share)} of the time"
            self.subtitle.set_text(f"{shown} · {price}", shown, tip=PRICE)

    def _empty_state(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 4, 24, 4)
        column.setSpacing(8)
        column.addStretch()
        self.why = label("", "soft", wrap=True)
        self.why.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.why)
        column.addStretch()
        self.why.setText(f"See what each step does to each layer. Press Watch, and train. {PRICE}")
        return page
