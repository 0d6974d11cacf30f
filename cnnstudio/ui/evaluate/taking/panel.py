"""The tab “What it would take”: picture and answer at the left, sliders in the middle, what was tried at the right."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cnnstudio.nn.graph.graph import Graph, GraphError
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.evaluate.taking.changing import Changing
from cnnstudio.ui.evaluate.taking.flip_card import FlipCard
from cnnstudio.ui.evaluate.taking.maps_strip import MapsStrip, layers_shown
from cnnstudio.ui.evaluate.taking.morph_card import MorphCard
from cnnstudio.ui.evaluate.taking.picture_pad import PicturePad
from cnnstudio.ui.evaluate.taking.range_card import RangeCard
from cnnstudio.ui.evaluate.taking.sliders import Sliders
from cnnstudio.ui.look import pictures
from cnnstudio.ui.look.labels import label, on_ground, plain_tip, set_property
from cnnstudio.ui.panels.maps.class_bars import ClassBars
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.run.looked_at import Looking
from cnnstudio.ui.run.samples import Samples
from cnnstudio.ui.studio.pages import Pages, ScrolledPages
from cnnstudio.ui.widgets.choosing.segments import Segments
from cnnstudio.ui.widgets.icon_button import IconButton
from cnnstudio.worker.inspection import Inspection
from cnnstudio.worker.jobs import Jobs

RANGE, FLIP, MORPH = "Over a slider", "Smallest change", "Into another"
_TIPS = {
    RANGE: "How often it is right on the test pictures, from one end of a slider to the other",
    FLIP: "How little of the picture has to change for another answer",
    MORPH: "What it says on the way from this picture to another",
}


class TakingPanel(QWidget):
    """While it is seen the changed picture is the one that is looked at."""

    every_layer = Signal()

    def __init__(
        self,
        document: Document,
        looking: Looking,
        samples: Samples,
        inspection: Inspection,
        data: DataSource,
        jobs: Jobs,
    ) -> None:
        super().__init__()
        on_ground(self, "panel")
        self._document, self._looking, self._samples = document, looking, samples
        self._inspection, self._data = inspection, data
        self.changing = Changing(inspection, self)
        self.pad, self.bars, self.strip = PicturePad(), ClassBars(), MapsStrip()
        self.bars.setMinimumHeight(200)
        self.sliders = Sliders()
        self.range, self.flip, self.morph = RangeCard(jobs), FlipCard(jobs), MorphCard(jobs)
        self.cards: dict[str, QWidget] = {RANGE: self.range, FLIP: self.flip, MORPH: self.morph}
        self.choice = Segments("What is tried", list(self.cards), RANGE, tips=_TIPS)
        self.pages = Pages()
        for card in self.cards.values():
            self.pages.addWidget(card)
        inside = QWidget()
        on_ground(inside, "panel")
        line = QHBoxLayout(inside)
        line.setContentsMargins(16, 12, 16, 10)
        line.setSpacing(24)
        for part, share in ((self._picture(), 5), (self._hand(), 6), (self._tried(), 7)):
            line.addLayout(part, share)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(ScrolledPages(inside))
        self.sliders.moved.connect(self._move)
        self.pad.dragged.connect(self._drag)
        self.choice.changed.connect(self.show_card)
        self.changing.changed.connect(self._show_change)
        self.changing.turned.connect(self._follow)
        inspection.maps_changed.connect(self._show_answer)
        looking.changed.connect(self._follow)
        data.changed.connect(self._follow)

    @property
    def first(self) -> QWidget:
        """What gets the keyboard."""
        return next(iter(self.sliders.sliders.values()))

    def nodes_in_sight(self, graph: Graph) -> Iterable[str] | None:
        """The layers whose numbers are shown; None while it is hidden."""
        if not self.isVisible():
            return None
        ends = tuple(node.id for node in graph.computable if node.layer.kind == "softmax")
        return (*layers_shown(graph, self.strip.room), *ends)

    def show_card(self, name: str) -> None:
        """Show one of the things that can be tried."""
        self.choice.show_choice(name)
        self.pages.setCurrentWidget(self.cards[name])
        self._want()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.changing.want(True)
        self._follow()
        self._show_change()
        self._want()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.changing.want(False)
        self._want()

    # laid out

    def _picture(self) -> QVBoxLayout:
        column, line = QVBoxLayout(), QHBoxLayout()
        column.setSpacing(8)
        self.title = label("Picture", "title")
        line.addWidget(self.title, 1)
        for name, by, words in (("chevron_left", -1, "The picture before"), ("chevron_right", 1, "The next picture")):
            button = IconButton(name, words)
            button.clicked.connect(lambda _checked, by=by: self._samples.step(by))
            line.addWidget(button)
        column.addLayout(line)
        column.addWidget(self.pad)
        column.addWidget(self.bars)
        column.addStretch(1)
        return column

    def _hand(self) -> QVBoxLayout:
        column, line = QVBoxLayout(), QHBoxLayout()
        column.setSpacing(8)
        line.addWidget(label("Changed by hand", "title"), 1)
        self.again = QPushButton("All as it was")
        self.again.setToolTip(plain_tip("Every slider at rest"))
        set_property(self.again, "in_line", "true")
        self.again.clicked.connect(self.changing.reset)
        self.every = QPushButton("Every layer")
        self.every.setToolTip(plain_tip("Show what every layer makes of the changed picture, in Explain"))
        set_property(self.every, "in_line", "true")
        self.every.clicked.connect(self._open)
        line.addWidget(self.every)
        line.addWidget(self.again)
        column.addLayout(line)
        column.addWidget(self.sliders)
        column.addSpacing(12)
        column.addWidget(label("What layers make of it", "title"))
        column.addWidget(self.strip)
        column.addStretch(1)
        return column

    def _tried(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addWidget(self.choice)
        column.addWidget(self.pages, 1)
        return column

    # what is shown

    def _want(self) -> None:
        self.morph.want(self.isVisible() and self.pages.currentWidget() is self.morph)

    def _why_not(self) -> str:
        now = self._looking.now
        if now.live:
            return "The network is being trained. Pause or stop the training first."
        picture = self.changing.picture
        if picture is None:
            return "There is no picture to look at yet."
        if now.graph.images and now.graph.inferred[now.graph.images[0]].output != picture.shape:
            return "The picture does not have the shape that the Input layer takes."
        try:
            classifier(now.graph)
        except GraphError as error:
            return worded(error)
        return ""

    def _follow(self, *_: object) -> None:
        if not self.isVisible():
            return
        now, why, data = self._looking.now, self._why_not(), self._data.dataset
        picture = self.changing.picture
        pictures_at_hand = why or ("" if data is not None else "The test pictures are still being prepared.")
        self.range.show_network(now, data, pictures_at_hand)
        self.flip.show_network(now, picture, why)
        self.morph.show_network(now, picture, data, pictures_at_hand)
        if data is None and not self._data.missing and self._data.job is None:
            self._data.when_all_are_there(self._follow)

    def _show_change(self) -> None:
        if not self.isVisible():
            return
        changing = self.changing
        picture = changing.shown
        side = min(picture.shape[:2]) if picture is not None else 32
        self.title.setText(changing.label[:1].upper() + changing.label[1:] or "Picture")
        words = ", ".join(filter(None, (changing.label, "changed" if changing.change.changes else "as it is")))
        self.pad.show_picture(picture, changing.change, words)
        self.sliders.show_change(changing.change, side)
        self.again.setEnabled(changing.change.changes)
        self.range.show_change(changing.change)
        self._show_answer()

    def _show_answer(self, *_: object) -> None:
        if not self.isVisible():
            return
        found, now = self._inspection.result, self._looking.now
        if found is None or found.graph is not now.graph:
            return
        names = {node: card.name for node, card in self._document.project.design.cards.items()}
        self.strip.show_maps(now.graph, names, found.values)
        ends = [node.id for node in now.graph if node.layer.kind == "softmax" and node.id in found.values]
        if ends:
            self.bars.show_bars(pictures.bars(found.values[ends[-1]], now.classes), self._samples.label)

    def _move(self, name: str, value: float) -> None:
        self.range.follow(name)
        self.changing.set(**{name: value})

    def _drag(self, right: float, down: float, side: int) -> None:
        self.changing.set(patch_right=round(right, 3), patch_down=round(down, 3), patch=side)

    def _open(self) -> None:
        """The changed picture stays the one that is looked at, as a picture of one's own."""
        changing = self.changing
        picture, words = changing.shown, f"{changing.label}, changed"
        if picture is not None and changing.change.changes:
            changing.reset()
            self._samples.show_picture(picture, words)
        self.every_layer.emit()
