"""The panel of the inside: the whole network over time, and one layer closely, while it learns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QImage, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.looking.maps_and_gradients import MapsAndGradients
from cnnstudio.nn.telling.phrases import share_text
from cnnstudio.nn.training.gauge import PICTURES
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import dressing
from cnnstudio.ui.look.labels import label, on_ground, plain_tip
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.panels.curves.curves import CurvesPanel
from cnnstudio.ui.panels.inside.card_strips import CardStrips
from cnnstudio.ui.panels.inside.filters_view import FiltersView
from cnnstudio.ui.panels.inside.maps_view import MapsView
from cnnstudio.ui.panels.inside.picture_row import BY_LAYER, SCALE_TIPS, SCALES
from cnnstudio.ui.panels.inside.pin_button import PinButton
from cnnstudio.ui.panels.inside.pinned_view import PinnedView
from cnnstudio.ui.panels.inside.pins import Pins, Seen, default_layers, seen
from cnnstudio.ui.panels.inside.probing import Probing
from cnnstudio.ui.panels.inside.spread import TIPS, TITLES, Spread
from cnnstudio.ui.panels.inside.strip import WAYS, Strip
from cnnstudio.ui.panels.inside.time_line import TimeLine
from cnnstudio.ui.panels.maps.map_blocks import first_convolution
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.run.looked_at import Looking
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.run.samples import Samples
from cnnstudio.ui.run.watching import Watching
from cnnstudio.ui.widgets.choosing.segments import Segments
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.ui.widgets.layouts.flow import FlowLayout
from cnnstudio.ui.widgets.layouts.scrolled_column import ScrolledColumn
from cnnstudio.worker.refresh_rate import RefreshRate
from cnnstudio.worker.training.driver import MEASURE_SHARE

#: seconds between two drawings while a run is under way: the least, and the most where drawing is slow
PAUSE, LONGEST = 0.15, 0.5
#: how much of the window's time may go into drawing
SHARE = 0.015

NETWORK, SPREAD, FILTERS, MAPS, PINNED = "network", "spread", "filters", "maps", "pinned"
VIEWS = {NETWORK: "Network", SPREAD: "Numbers", FILTERS: "Filters", MAPS: "Maps", PINNED: "Pinned"}
VIEW_TIPS = {
    NETWORK: "All layers over time: where gradients vanish, layers stand still or units fall silent",
    SPREAD: "How many of a layer’s weights, activations or gradients have which value, over time",
    FILTERS: "A layer’s filters, their gradients, what a step does to them and what the optimizer remembers of them",
    MAPS: "A layer’s maps of the sample image before and after its activation, and the gradients of both",
    PINNED: "Pictures that stay the same: what changes in the layers is what the network learns",
}
#: what is made of steps that were measured
_OF_STEPS = (NETWORK, SPREAD, FILTERS)
PRICE = (
    f"Measuring takes {MEASURE_SHARE:.0%} of the training’s time at most. For each measured step up to {PICTURES} "
    "pictures of its batch go through the network once more. What is trained stays the same, to the bit."
).replace("%", "\u202f%")


@dataclass(frozen=True)
class _View:
    """What is shown, and how it can be shown otherwise."""

    widget: QWidget
    options: QWidget


class InsidePanel(QWidget):
    """Off until somebody wants to watch; then it follows each run, and shows the last one when it is over."""

    def __init__(
        self,
        document: Document,
        run_control: RunControl,
        watching: Watching,
        looking: Looking,
        samples: Samples,
        data: DataSource,
        curves: CurvesPanel,
        parent: QWidget | None = None,
        *,
        show_on_cards: Callable[[Mapping[str, QImage]], object] = lambda _strips: None,
    ) -> None:
        super().__init__(parent)
        on_ground(self, "panel")
        self._document, self._run_control, self.watching = document, run_control, watching
        self._looking, self._samples = looking, samples
        steps, time = watching.steps, TimeLine(curves)
        self.title = label("Inside", "title")
        self.subtitle = ElidedLabel()
        self.watch = QPushButton("Watch")
        self.watch.setCheckable(True)
        self.watch.setToolTip(plain_tip(PRICE))
        self.watch.toggled.connect(self.watching.switch)
        self.choice = Segments("What is shown", VIEWS, NETWORK, tips=VIEW_TIPS, evenly=False)
        self.choice.changed.connect(self.show_view)
        self.probing = Probing(self)
        self.probing.answered.connect(self._hear)
        self.strip, self.spread = Strip(steps, time), Spread(steps, time)
        self.filters, self.maps = FiltersView(), MapsView(looking, self.probing)
        self.strip.chosen.connect(lambda layer: document.select([layer]))
        ways = Segments(
            "Figure", {way.figure: way.title for way in WAYS.values()}, "gradient",
            tips={way.figure: way.tip for way in WAYS.values()}, evenly=False,
        )  # fmt: skip
        ways.changed.connect(self.strip.look)
        self.on_cards = QPushButton("On the cards")
        self.on_cards.setCheckable(True)
        self.on_cards.setToolTip("Draw each layer’s row at the foot of its card, too")
        self.cards = CardStrips(self.strip, watching, time, show_on_cards)
        self.on_cards.toggled.connect(self.cards.switch)
        self.cards.changed.connect(lambda: self.on_cards.setChecked(self.cards.on))
        ways.changed.connect(self.cards.soon)
        curves.seen_changed.connect(self.cards.soon)
        dressing.follow(self, self.cards.draw)
        kinds = Segments("Numbers", TITLES, self.spread.of, tips=TIPS, evenly=False)
        kinds.changed.connect(self.spread.look)
        self.views: Mapping[str, _View] = {
            NETWORK: _View(self.strip, _beside(ways, self.on_cards)),
            SPREAD: _View(self.spread, kinds),
        }
        for name, row in ((FILTERS, self.filters), (MAPS, self.maps)):
            self.views = {**self.views, name: _View(row, _scales(row.scale))}
        self.pins = Pins(data, samples, looking, self)
        self.pinned = PinnedView(self.pins)
        options = _beside(_scales(self.pinned.grid.scale), PinButton(self.pins))
        self.views = {**self.views, PINNED: _View(self.pinned, options)}
        self.pins.changed.connect(self.refresh)
        self.stack = QStackedWidget()
        self.why = label("", "soft", wrap=True)
        self.empty = _empty_state(self.why)
        self.stack.addWidget(self.empty)
        self._said: tuple[str, ...] = ()
        for over_time in (self.strip, self.spread):
            over_time.pointed.connect(curves.point_at)
        for view in (self.strip, self.spread, self.filters, self.maps, self.pinned):
            self.stack.addWidget(view)
            view.told.connect(self._tell)
        self._lay_out()
        self._refresh_rate = RefreshRate(PAUSE, LONGEST, SHARE, self)
        self._later = QTimer(self, interval=round(1000 * PAUSE), singleShot=True)
        self._later.timeout.connect(self._tick)
        self.watching.changed.connect(self._changed)
        curves.seen_changed.connect(self._moved)
        for signal in (document.selection_changed, document.changed, looking.changed, samples.changed):
            signal.connect(self._soon)
        self.show_view(NETWORK)

    @property
    def view(self) -> str:
        """What is shown: one of ``VIEWS``."""
        return self.choice.choice

    @property
    def layer(self) -> str:
        """The measured layer that is looked at: the selected one, or the one whose numbers it hands on; else the
        first."""
        layers, graph = self.watching.steps.layers, self._document.project.design.graph
        chosen = self._document.selection
        node = next((node for node in graph.order if node in chosen), "")
        while node and node not in layers:
            node = graph[node].inputs[0] if graph[node].inputs else ""
        return node or (layers[0] if layers else "")

    @property
    def node(self) -> str:
        """The layer whose maps are looked at: the selected one, else the first convolution."""
        graph, chosen = self._document.project.design.graph, self._document.selection
        return next((node for node in graph.order if node in chosen), first_convolution(graph))

    def show_view(self, view: str) -> None:
        """Look at another side of it."""
        self.choice.show_choice(view)
        for name, each in self.views.items():
            if name != view:
                each.options.hide()
        self._said = ()
        self.refresh()

    def nodes_in_sight(self, _graph: Graph) -> tuple[str, ...] | None:
        """No maps of the inspection are shown, but with the newest weights there come newer ones; None while nobody
        needs them."""
        return () if self.isVisible() and self.view not in _OF_STEPS else None

    def refresh(self) -> None:
        """Draw the newest numbers there are, if anybody looks."""
        if not self.isVisible():
            return
        self.watching.recall(self._looking.now.run)
        steps, names = self.watching.steps, self._names()
        self.watching.want(self.layer if self.view == FILTERS else "")
        why = "" if self.view not in _OF_STEPS or len(steps) else _BEGIN
        match self.view:
            case "network" if not why:
                self.strip.show_steps(names, self.layer)
            case "spread" if not why and not steps.spread_kept:
                why = "Of a run that was trained earlier the figures of “Network” are kept, not all numbers."
            case "spread" if not why:
                self.spread.show_steps(names, self.layer)
            case "filters" if not why:
                why = self._show_filters(names)
            case "maps":
                why = self.maps.ask(self.node, self._samples.label) if self.node else "Add layers first."
            case "pinned":
                why = self._ask_pinned()
            case _:
                pass
        self._show(why)

    def leave_room(self, size: QSize) -> None:
        """Leave so much free in place of the title, for tabs."""
        self.title.setText("")
        self.title.setFixedSize(size)

    def shutdown(self) -> None:
        """End the work beside the window."""
        self.probing.shutdown()
        self.watching.shutdown()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._later.stop()
        self.watching.want("")

    def _show_filters(self, names: Mapping[str, str]) -> str:
        """Show those of the layer; why there are none, or ""."""
        step, layer = self.watching.newest, self.layer
        if step is None or step.measured is None or step.measured.chosen != layer:
            name = names.get(layer, layer)
            if self.watching.on and self._run_control.session.active:
                return f"The filters of {name} come with the next measured step."
            return f"No step was watched with {name} chosen. Press Watch, and train."
        self.filters.show_step(step)
        return ""

    def _show(self, why: str) -> None:
        self.why.setText(why)
        each = self.views[self.view]
        self.stack.setCurrentWidget(self.empty if why else each.widget)
        for widget in (each.options, self._options):
            widget.setVisible(not why or self.view == PINNED)
        self._show_head()

    def _ask_pinned(self) -> str:
        """Ask what the layers say to the pins; why nothing can be asked, or ""."""
        now, pins = self._looking.now, self.pins.pins
        if not pins:
            return "Pin pictures: they stay the same, so what changes in the layers is what the network learns."
        entry = next(iter(now.graph.images), "")
        fitting = [pin for pin in pins if entry and now.graph.shape(entry) == pin.image.shape]
        if not fitting:
            return "The pinned pictures do not have the size of the Input layer. Pin others."
        if now.snapshot.parameters.costly:
            return "The weights of this network are made when it is trained."
        chosen = tuple(node for node in now.graph.order if node in self._document.selection)
        layers = chosen if len(chosen) > 1 else default_layers(now.graph)
        self.probing.ask(partial(seen, now.graph, now.snapshot, fitting, layers))
        return ""

    def _hear(self, found: MapsAndGradients | Seen) -> None:
        if isinstance(found, Seen):
            self.pinned.grid.show_seen(found, self._names(), self._looking.now.classes)
        else:
            self.maps.hear(found)
        self._show_head()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.subtitle, 1)
        head.addWidget(self.watch)
        choices = QWidget()
        flow = FlowLayout(choices, 12, 4)
        flow.addWidget(self.choice)
        self._options = QWidget()  # one of them at a time, at one place
        turns = QHBoxLayout(self._options)
        turns.setContentsMargins(0, 0, 0, 0)
        for each in self.views.values():
            turns.addWidget(each.options)
        flow.addWidget(self._options)
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
        self._soon()

    def _soon(self, *_: object) -> None:
        if self.isVisible() and not self._later.isActive():
            self._later.start()

    def _tick(self) -> None:
        self._refresh_rate.begin(lambda: self._later.setInterval(round(1000 * self._refresh_rate.pause)))
        self.refresh()

    def _moved(self) -> None:
        if self.isVisible():
            self.views[self.view].widget.update()

    def _tell(self, words: tuple[str, ...]) -> None:
        self._said = words
        self._show_head()

    def _show_head(self) -> None:
        if self._said:
            self.subtitle.set_text(*self._said)
        elif self.view == MAPS:
            self.subtitle.set_text(*self._of_maps())
        elif self.view == PINNED:
            found = self.pinned.grid.seen
            at = f"step {thousands(found.step)}" if found is not None and found.step else ""
            why = "they stay the same, so what changes is learning"
            if found is not None and found.answers_before:
                why = "painted pictures show what the paint changes"
            self.subtitle.set_text(f"{at} · {why}" if at else "Paint on a picture to see what changes", at)
        elif newest := self.watching.steps.newest:
            step, measured = newest
            shown = f"step {thousands(step)}"
            if self.view != NETWORK:
                shown = f"{self._names().get(self.layer, self.layer)} · {shown}"
            price = f"{number_text(1000 * measured.seconds, 2)}\u202fms a measured step"
            if self._run_control.session.active and (share := self.watching.share) is not None:
                price += f", {share_text(share)} of the time"
            self.subtitle.set_text(f"{shown} · {price}", shown, tip=PRICE)
        else:
            self.subtitle.set_text("")

    def _of_maps(self) -> tuple[str, ...]:
        now = self._looking.now
        parts = [
            self._names().get(self.node, ""),
            now.label,
            f"step {thousands(now.step)}" if now.step else "not trained",
        ]
        if self.maps.own_answer:
            parts.append("gradients of its own answer")
        return " · ".join(part for part in parts if part), parts[0]


_BEGIN = f"See what each step does to each layer. Press Watch, and train. {PRICE}"


def _scales(choose: Callable[[str], object]) -> Segments:
    """For which numbers the same colours mean the same."""
    made = Segments("Scale of the colours", SCALES, BY_LAYER, tips=SCALE_TIPS, evenly=False)
    made.changed.connect(choose)
    return made


def _beside(*widgets: QWidget) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        row.addWidget(widget)
    return made


def _empty_state(why: QLabel) -> QWidget:
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(24, 4, 24, 4)
    why.setAlignment(Qt.AlignmentFlag.AlignCenter)
    column.addWidget(why)
    page = ScrolledColumn()  # in a low window the words are higher than the room
    on_ground(inside, "panel")
    page.setWidget(inside)
    return page
