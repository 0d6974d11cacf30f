"""The Explain workspace: the strip of layers, the stage of the chosen one, and its reasons."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.data.pictures.picture import can_be_fitted, fitted
from cnnstudio.design.edits import edits
from cnnstudio.nn.arrays import Array, shape_text
from cnnstudio.nn.graph.graph import Graph, GraphError
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.looking.probed import Probed, probe
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.explain.around.bench import Bench, can_be_tried
from cnnstudio.ui.explain.around.missing import Missing
from cnnstudio.ui.explain.around.modes import BACKWARD, FIELD, FORWARD, LOOKS, NETWORK, SHARING, SURGERY, ModeSwitch
from cnnstudio.ui.explain.around.predict.predict import Predict
from cnnstudio.ui.explain.around.predict.predict_card import Veil
from cnnstudio.ui.explain.around.side import Side
from cnnstudio.ui.explain.around.strip import Strip
from cnnstudio.ui.explain.film.film import Film
from cnnstudio.ui.explain.film.film_stage import FilmStage
from cnnstudio.ui.explain.keys import on_key
from cnnstudio.ui.explain.overview.overview import Overview
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.explain.short.short_film import ShortFilm
from cnnstudio.ui.explain.short.short_stage import ShortStage
from cnnstudio.ui.explain.stages.back_stage import BackStage
from cnnstudio.ui.explain.stages.field_stage import FieldStage
from cnnstudio.ui.explain.stages.forward_stage import Stage
from cnnstudio.ui.explain.stages.most_exciting_stage import MostExcitingStage
from cnnstudio.ui.explain.stages.sharing_stage import SharingStage
from cnnstudio.ui.explain.stages.surgery_stage import SurgeryStage
from cnnstudio.ui.explain.stamps.stamp_film import StampFilm
from cnnstudio.ui.explain.way import Way
from cnnstudio.ui.look import preferences
from cnnstudio.ui.look.labels import on_ground
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.run.looked_at import Looking
from cnnstudio.ui.run.samples import Samples
from cnnstudio.ui.studio.pages import Pages, ScrolledPages
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.worker.background import Background
from cnnstudio.worker.jobs import Jobs

#: what hands can do in each mode
_KEYS = {
    NETWORK: "Point at a map: what it is made from, at a line: its weights · click or Enter: close to it · arrows walk "
    "from map to map, with Shift from line to line",
    FORWARD: "Hover over a picture or a number · arrows move · Space slides · Page Up, Down: other maps · B backward",
    BACKWARD: "Hover over the gradient, a weight or a product · arrows move · Page Up, Down: other maps · B forward",
    FIELD: "Hover over any map, click to go there · arrows move the cell · Page Up, Down: other maps",
    SHARING: "Hover over an output below · arrows move",
    LOOKS: "Click a filter · Page Up, Down: the next one · M mutes it where costs are shown · arrows move",
    SURGERY: "Paint with the left button, wipe with the right · Page Up, Down: another filter",
}
#: … and in the film of a convolution
_FILM_KEYS = "Space plays · ← → a cell, ↑ ↓ a row, C a channel, Page Up, Down a filter · L ledger · Esc the network"
#: … and in that of a transposed one
_STAMP_KEYS = "Space plays · ← → a stamp, ↑ ↓ a row, C a channel, Page Up, Down a filter · L ledger · Esc the network"
#: … and in the short film of another layer
_SHORT_KEYS = "Space plays · ← → a cell, ↑ ↓ a row, C a step, Page Up, Down a map · L ledger · Esc the network"
#: how a layer is first seen: as a film where it has one, or as its ledger
_LEDGER_FIRST = "explain/ledger_first"


class ExplainPage(QWidget):
    """Looks at what is looked at everywhere in the window: the same image, the newest weights, while training too.

    Nothing is computed while it is hidden. Close it with ``shutdown`` before it goes.
    """

    #: Esc in the whole network: away from it, to its cards
    away_asked = Signal()

    def __init__(
        self,
        document: Document,
        looking: Looking,
        samples: Samples,
        jobs: Jobs,
        data: DataSource,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.document, self._looking, self._data, self._samples = document, looking, data, samples
        self.place = Place(self._card_names, self)
        self._background = Background("Working out a layer’s numbers", self)
        self._background.answered.connect(self._answered)
        self._asked: tuple[Graph, Snapshot, Array] | None = None
        self.strip = Strip()
        self.stage = Stage(self.place)
        self.film, self.stamps, self.short = Film(self.place), StampFilm(self.place), ShortFilm(self.place)
        #: of each layer at most one is possible
        self.films: tuple[Film | ShortFilm, ...] = (self.film, self.stamps, self.short)
        self._ledger = preferences.text(_LEDGER_FIRST) == "1"
        self.bench = Bench()
        self.back = BackStage(self.place, lambda: samples.label)
        self.field = FieldStage(self.place)
        self.field.chosen.connect(self._chosen)
        self.sharing = SharingStage(self.place, jobs, data)
        self.looks = MostExcitingStage(self.place, jobs, data, self._card_names, document, looking)
        self.looks.layer_asked.connect(self._chosen)
        self.surgery = SurgeryStage(self.place, document, looking, jobs, data)
        self.overview = Overview(self.place, samples, data)
        self.modes = ModeSwitch((NETWORK, FORWARD, BACKWARD, FIELD, SHARING, LOOKS, SURGERY))
        self.modes.show_chosen(FORWARD)
        self.modes.chosen.connect(self._mode_chosen)
        self.predict = Predict(self.place, self._playing, self)
        self.predict.changed.connect(self._veil)
        self.side = Side(self.place, samples, looking, self.predict)
        self.veils = (
            Veil(self.stage.title, self.predict, "shape", "What comes out · size ?"),
            Veil(self.stage.player.count, self.predict, "shape"),
            Veil(self.stage.value, self.predict, "value", "the number is hidden"),
            Veil(self.stage.part, self.predict, "account", "Predict on the right what comes out: then it is shown."),
            Veil(self.stage.equation, self.predict, "value"),
            Veil(self.sharing.words, self.predict, "shape", "Drawn along one row. Lines of one colour are one weight."),
            *(Veil(panel.count, self.predict, "parameters", "? parameters") for panel in self.sharing.panels.values()),
            *(Veil(panel.cost, self.predict, "parameters") for panel in self.sharing.panels.values()),
        )
        self.message = Missing()
        self.message.fit.clicked.connect(self.fit_picture)
        self.hint = ElidedLabel()
        self._lay_out()
        self.strip.chosen.connect(self._chosen)
        self.side.bench_asked.connect(self.open_bench)
        self.bench.left.connect(self.close_bench)
        self.bench.applied.connect(self._apply)
        self.place.layer_changed.connect(self._entered)
        for film in self.films:
            film.stage.left.connect(self._left)
            film.ledger_asked.connect(lambda: self.show_ledger(True))
            on_key(film, Qt.Key.Key_L, lambda: self.show_ledger(True))
        on_key(self.stage, Qt.Key.Key_L, lambda: self.show_ledger(False))
        self.stage.to_film.clicked.connect(lambda: self.show_ledger(False))
        near = (self.stage, *self.films, self.back, self.field, self.sharing, self.looks, self.surgery)
        for area in (*near, self.strip):
            on_key(area, Qt.Key.Key_B, self.toggle_direction)
            on_key(area, Qt.Key.Key_Escape, self._go_back)
        self.way = Way(self, self.overview, lambda: self.near, self.go_to, self.set_mode)
        self.way.zoom.arrived.connect(lambda: self.document.select([self.place.node]))
        self.overview.zoom_asked.connect(self.way.zoom_in)
        self.overview.stage.left.connect(self.away_asked)
        document.selection_changed.connect(self._selected)
        looking.changed.connect(self._look)
        data.changed.connect(self._look_for_images)

    def _lay_out(self) -> None:
        bar = QFrame()
        bar.setProperty("role", "bar")
        inside = QHBoxLayout(bar)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self.strip, 1)
        inside.addWidget(self.modes)
        self.centre = Pages()
        for widget in (
            self.message,
            self.overview,
            *self.films,
            self.stage,
            self.back,
            self.field,
            self.sharing,
            self.looks,
            self.surgery,
            self.bench,
        ):
            self.centre.addWidget(widget)
        on_ground(self, "live-ground")  # as the canvas does
        on_ground(self.side, "panel")
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(ScrolledPages(self.centre, upright=True), 1)
        foot = QVBoxLayout()  # a label's own margins do not outlast a new style
        foot.setContentsMargins(16, 0, 16, 8)
        foot.addWidget(self.hint)
        left.addLayout(foot)
        self._line = line = QHBoxLayout()
        line.setSpacing(0)
        line.addLayout(left, 1)
        edge = QFrame()
        edge.setProperty("role", "rule")
        edge.setFixedWidth(1)
        line.addWidget(edge)
        line.addWidget(self.side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addLayout(line, 1)

    # what is looked at

    def go_to(self, node: str) -> None:
        """Explain this layer."""
        self._wanted = node
        self.close_bench()
        self.place.go_to(node)
        self._say_why()

    @property
    def has_side(self) -> bool:
        """Whether what is shown leaves room beside it for the reasons of a layer."""
        return self.place.ready and not self._why_not() and self.modes.current != NETWORK

    def open_bench(self) -> None:
        """Try other numbers for the layer."""
        if self.place.ready and can_be_tried(self.place.layer):
            self.bench.show_layer(self.place.layer, self.place.input_shapes[0])
            self.centre.setCurrentWidget(self.bench)
            self.hint.hide()

    def set_mode(self, mode: str) -> None:
        """Run the stage forward or backward."""
        self.modes.show_chosen(mode)
        self.stage.player.stop()
        self._show_stage()

    def show_network(self) -> None:
        """See the whole network, with the map that was looked at in its place."""
        if self.place.ready and not self.predict.hidden and self.modes.current != NETWORK:
            self.way.zoom_out()

    def _go_back(self) -> None:
        """From a layer to the whole network, and where that is seen, to it from what is around it."""
        self.show_network()
        if (shown := self.centre.currentWidget()) is not None:
            shown.setFocus()

    def _mode_chosen(self, mode: str) -> None:
        if mode == NETWORK:
            self.show_network()
            self.modes.show_chosen(self.modes.current)
        else:
            self.set_mode(mode)

    def _left(self) -> None:
        """A click beside the film leads back to where one came from."""
        if self.way.came_from_network:
            self.show_network()

    def show_ledger(self, ledger: bool) -> None:
        """Show a layer as the ledger of one cell, or as a film; remembered for the next start."""
        self._ledger = ledger
        preferences.remember(_LEDGER_FIRST, "1" if ledger else "")
        self._show_stage()

    def toggle_direction(self) -> None:
        """Forward becomes backward and the other way round."""
        if self.place.ready:
            self.set_mode(FORWARD if self.modes.current == BACKWARD else BACKWARD)

    def close_bench(self) -> None:
        """Back to the stage."""
        if self.centre.currentWidget() is self.bench:
            self._show_stage()

    def shutdown(self) -> None:
        """Stand still and wait for the worker to end. Safe to call twice."""
        self.stage.player.stop()
        for film in self.films:
            film.stop()
        self.way.stop()
        self.overview.shutdown()
        self._background.shutdown()
        self.back.shutdown()
        self.field.shutdown()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._selected()
        self._look()
        if (shown := self.centre.currentWidget()) is not None:
            shown.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.modes.be_tight(self.width() < 1280)

    def hideEvent(self, event: QHideEvent) -> None:
        self.stage.player.stop()
        super().hideEvent(event)

    _wanted = ""

    def _look(self) -> None:
        """Ask for the numbers of what is looked at."""
        now = self._looking.now
        if not self.isVisible() or now.picture is None or now.snapshot.parameters.costly:
            self._say_why()
            return
        key = (now.graph, now.snapshot, now.picture)
        if self._asked is not None and all(a is b for a, b in zip(key, self._asked, strict=True)):
            return
        self._asked = key
        self._background.ask(partial(probe, *key))

    def _answered(self, probed: Probed) -> None:
        if self._wanted in probed.values:
            self.place.node = self._wanted
        now = self._looking.now
        self.place.classes, self.place.run = now.classes, now.run
        self.place.show(probed)
        self.strip.show_graph(probed.graph, frozenset(probed.values), self._card_names())
        self.strip.mark(self.place.node)
        self.side.show_subject(now.label, probed.snapshot)
        self._say_why()

    def _veil(self) -> None:
        """Sizes behind one that is to be predicted would give it away."""
        self.modes.buttons[NETWORK].setEnabled(not self.predict.hidden)
        if self.modes.current == NETWORK and self.predict.hidden:
            self.set_mode(FORWARD)
        elif self.centre.currentWidget() in (*self.films, self.stage):
            self._show_stage()
        self.strip.hide_shapes(self.predict.unknown)
        self.sharing.race.hide_parameters("parameters" in self.predict.hidden)
        guessing = "value" in self.predict.hidden
        if guessing != self.place.guessing:
            self.place.guessing = guessing
            for panel in self.stage.inputs.panels:
                panel.follow()

    def _card_names(self) -> dict[str, str]:
        return {node: card.name for node, card in self.document.project.design.cards.items()}

    def _entered(self) -> None:
        self.strip.mark(self.place.node)
        if self.centre.currentWidget() is self.bench:  # its layer has changed, or gone
            if self.place.ready and can_be_tried(self.place.layer):
                self.open_bench()
            else:
                self._show_stage()
        elif self.centre.currentWidget() in (*self.films, self.stage):
            self._show_stage()
        elif self.centre.currentWidget() in (self.sharing, self.looks):
            self.hint.setVisible(self._has_something_to_do)
        self._say_why()

    def _show_stage(self) -> None:
        self.stage.to_film.setVisible(any(film.possible for film in self.films) and not self.predict.hidden)
        stages = (self.overview, self._forward, self.back, self.field, self.sharing, self.looks, self.surgery)
        shown = dict(zip((NETWORK, FORWARD, BACKWARD, FIELD, SHARING, LOOKS, SURGERY), stages, strict=True))[
            self.modes.current
        ]
        keys: dict[QWidget, str] = {self.film: _FILM_KEYS, self.stamps: _STAMP_KEYS, self.short: _SHORT_KEYS}
        self.hint.set_text(keys.get(shown, _KEYS[self.modes.current]))
        if (
            shown is self.overview and self.side.isVisible()
        ):  # it takes the room before it is seen, and is laid out once
            self.side.hide()
            self._line.activate()
        self.centre.setCurrentWidget(shown if self.place.ready else self.message)
        self.hint.setVisible(self._has_something_to_do)
        self.side.setVisible(self.has_side)
        self.modes.setVisible(self.place.ready)
        if not self.strip.chips.hasFocus():  # from there the arrow keys go on from layer to layer
            shown.setFocus()

    @property
    def _has_something_to_do(self) -> bool:
        """Whether the stage shows what the words at the foot are about."""
        if not self.place.ready:
            return False
        lacks_filters = self.modes.current == SHARING and not self.sharing.possible
        return not lacks_filters and not (self.modes.current == LOOKS and self.place.layer.category == "input")

    @property
    def _forward(self) -> QWidget:
        """The film where there is one, nothing of it is to be predicted, and nobody has asked for the ledger."""
        if self._ledger or self.predict.hidden:
            return self.stage
        return next((film for film in self.films if film.possible), self.stage)

    @property
    def near(self) -> FilmStage | ShortStage | Stage:
        """The picture in which the maps of one layer are seen: of a film, or its ledger."""
        return next((film.stage for film in self.films if film.stage.isVisible()), self.stage)

    def _playing(self) -> bool:
        return self.stage.player.playing or any(film.playing for film in self.films)

    def _look_for_images(self) -> None:
        """Whether to wait for a picture, or to say that none will come."""
        if self.centre.currentWidget() is self.message:
            self._say_why()

    def _say_why(self) -> None:
        """Show the stage, or say what is missing."""
        broken = self._why_not()
        shown = self.place.ready and not broken
        self.side.setVisible(self.has_side)
        if shown:
            if self.centre.currentWidget() is self.message:
                self.strip.mark(self.place.node)
                self._show_stage()
            return
        self.centre.setCurrentWidget(self.message)
        self.hint.hide()
        self.modes.hide()
        image, graph = self._looking.now.picture, self.document.project.design.graph.computable
        entries, fits = graph.images, False
        if broken:
            words = broken
            self.strip.mark(self._wanted)
        elif len(entries) > 1:
            words = f"The network needs one Input layer, but has {len(entries)}.\nRemove the others in Build."
        elif not entries:
            words = "Here you see every number of a layer and where it comes from.\nAdd an Input layer in Build first."
        elif image is None and self._data.missing:
            words = f"There are no images: {self._data.missing} could not be opened."
            words += "\nFind it in Build, or choose other data."
        elif image is None:
            words = "Waiting for a sample image…"
        elif graph.shape(entries[0]) != image.shape:
            words = (
                f"The sample image is {shape_text(image.shape)}, but the Input layer takes "
                f"{shape_text(graph.shape(entries[0]))}.\n"
                "Look at it made to fit, drop a picture of your own, choose other data, or make them equal in Build."
            )
            fits = can_be_fitted(graph.shape(entries[0]))
        else:
            words = "Working out the numbers…"
        self.message.show_words(words, fits=fits)

    def _why_not(self) -> str:
        """Why the layer that was asked for cannot be explained; "" where it can, or is not there."""
        if self.place.empty:
            return ""
        probed = self.place.probed
        if not probed.values or self._wanted in probed.values or self._wanted not in probed.graph:
            return ""
        try:
            probed.graph.shape(self._wanted)
            reason = "The image does not reach it."
        except GraphError as error:
            reason = worded(error)
        name = self._card_names().get(self._wanted, probed.graph[self._wanted].layer.title)
        return f"{name} cannot be computed. {reason}\nChoose another layer above, or repair it in Build."

    # what the user does

    def fit_picture(self) -> None:
        """Look at the sample image in the size that the Input layer takes."""
        now, entries = self._looking.now, self.document.project.design.graph.computable.images
        if now.picture is not None and len(entries) == 1:
            shape = self.document.project.design.graph.shape(entries[0])
            self._samples.show_picture(fitted(now.picture, shape), f"{now.label}, made to fit")

    def _chosen(self, node: str) -> None:
        self.go_to(node)
        self.document.select([node])

    def _selected(self) -> None:
        if len(self.document.selection) == 1 and self.isVisible():
            self.go_to(next(iter(self.document.selection)))

    def _apply(self, layer: Layer) -> None:
        node, design = self.place.node, self.document.project.design
        if node in design.graph and design.graph[node].layer.kind == layer.kind:
            self.document.edit(
                Sentence("Change {layer}", layer=self.place.name_of(node)), edits.configure(design, node, layer)
            )
        self.close_bench()
