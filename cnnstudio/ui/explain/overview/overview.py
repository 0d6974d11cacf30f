"""The whole network at once: all maps, what they are made from, and what the network answers."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollBar, QSizePolicy, QVBoxLayout, QWidget

from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.explain.overview.answer import LEFT, WIDTH, Answer
from cnnstudio.ui.explain.overview.maps import Shared
from cnnstudio.ui.explain.overview.overview_stage import OverviewStage
from cnnstudio.ui.explain.overview.thumbnails import Thumbnails
from cnnstudio.ui.explain.overview.words import spoken
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.look import preferences
from cnnstudio.ui.look.labels import label, on_ground, plain_tip
from cnnstudio.ui.panels.maps.sample_chooser import SampleChooser
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.run.samples import Samples
from cnnstudio.ui.widgets.choosing.segments import Segments
from cnnstudio.ui.widgets.layouts.scrolled_column import ScrolledColumn

#: what shares one colour scale, as it is called
_SHARED: dict[Shared, str] = {"map": "one map", "layer": "a layer", "network": "the network"}
_SCALE = "explain/overview_scale"


class Overview(QWidget):
    """Nothing is computed while it is hidden. Close it with ``shutdown`` before it goes."""

    #: a picture is to be seen close: its Spot, and (row, column) or None
    zoom_asked = Signal(object, object)

    def __init__(self, place: Place, samples: Samples, data: DataSource) -> None:
        super().__init__()
        self.place, self._samples = place, samples
        self.stage = OverviewStage(place.name_of)
        self.answer = Answer(self.stage, place.name_of)
        #: by itself, so that in a low window the bar under the columns stays in sight
        self._beside = ScrolledColumn()
        self._beside.setWidget(self.answer)
        self._beside.setFixedWidth(WIDTH + self._beside.verticalScrollBar().sizeHint().width())
        on_ground(self.answer, "live-ground")
        self.thumbnails = Thumbnails(samples, data)
        self.chooser = SampleChooser(samples)
        self.bar = QScrollBar(Qt.Orientation.Horizontal)
        self.bar.setAccessibleName("Columns of the overview")
        #: what lies farther left and right, in a word; a press goes there
        self.before, self.behind = QPushButton(), QPushButton()
        for button, by in ((self.before, -1), (self.behind, 1)):
            button.setProperty("role", "link")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the arrow keys walk there from map to map
            button.clicked.connect(partial(self._page, by))
        kept = preferences.text(_SCALE)
        self.shared: Shared = next((each for each in _SHARED if each == kept), "layer")
        tips: dict[str, str] = {each: f"Colours can be compared within {words}" for each, words in _SHARED.items()}
        self._scales = Segments("Same colour scale within", dict(_SHARED.items()), self.shared, tips=tips, evenly=False)
        self.scales = self._scales.buttons
        self._lay_out()
        self._scales.changed.connect(lambda chosen: self.share(next(each for each in _SHARED if each == chosen)))
        self.stage.zoom_asked.connect(self.zoom_asked)
        self.stage.scrolled.connect(self._follow_scroll)
        self.stage.pointed_changed.connect(self._describe)
        self._beside.verticalScrollBar().rangeChanged.connect(self._see_card)
        self.bar.valueChanged.connect(self.stage.scroll_to)
        place.layer_changed.connect(self._layer_changed)
        place.values_changed.connect(self._enter)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(16, 8, 16, 0)
        top.setSpacing(8)
        self._picture = label("Picture", "secondary")
        self._scale = label("Same colour scale within", "secondary")
        top.addWidget(self._picture)
        top.addWidget(self.thumbnails)
        top.addWidget(self.chooser)
        top.addStretch(1)
        top.addWidget(self._scale)
        top.addWidget(self._scales)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.stage, 1)
        self._along = QWidget()
        along = QHBoxLayout(self._along)
        along.setContentsMargins(12, 2, 12, 0)
        along.addWidget(self.before)
        along.addWidget(self.bar, 1)
        along.addWidget(self.behind)
        left.addWidget(self._along)
        line = QHBoxLayout()
        line.setSpacing(0)
        line.addLayout(left, 1)
        right = QVBoxLayout()
        right.setSpacing(0)
        above = QWidget()
        above.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        on_ground(above, "live-ground")
        head = QVBoxLayout(above)  # a label's own margins do not outlast a new style
        head.setContentsMargins(LEFT, 8, 16, 4)
        head.addWidget(self.answer.heading)
        right.addWidget(above)
        right.addWidget(self._beside, 1)
        line.addLayout(right)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addLayout(top)
        column.addLayout(line, 1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """It is the stage that takes keys.
        As a focus proxy within it, Tab would pass by what lies around it."""
        self.stage.setFocus(event.reason())

    def shutdown(self) -> None:
        """Wait for what is under way. Safe to call twice."""
        self.stage.shutdown()

    def share(self, shared: Shared) -> None:
        """Choose what has one colour scale; remembered for the next start."""
        self.shared = shared
        self._scales.show_choice(shared)
        preferences.remember(_SCALE, shared)
        self._enter()

    def look_at(self, node: str, number: int) -> None:
        """Point at a map, or what it is seen in, and bring it into sight."""
        layout = self.stage.places
        if layout is not None and node in layout.columns.blocks:
            self.stage.go(layout.columns.spot_of(node, number))

    def _layer_changed(self) -> None:
        """The strip asks for another layer, or the network has become another."""
        maps = self.stage.maps
        if not self.place.ready or maps is None or maps.probed is not self.place.probed:
            self._enter()
        elif self.isVisible():
            self.look_at(self.place.node, self.place.cell[-1])

    def _enter(self) -> None:
        place, maps = self.place, self.stage.maps
        if not self.isVisible() or place.empty or not place.probed.values:
            if maps is not None and (place.empty or place.probed.graph != maps.probed.graph):
                self.stage.show_nothing()  # its columns are layers that the place may not know
            return
        self.stage.show_network(self.place.probed, self.shared)
        self.answer.show_network(self.place.probed, self.place.classes, self._samples.label)

    def _follow_scroll(self) -> None:
        farthest = self.stage.farthest
        self._along.setVisible(farthest > 0)
        for button, nodes in zip((self.before, self.behind), self.stage.hidden_layers(), strict=True):
            layers = amount(len(nodes), "more layer")
            button.setText(f"← {layers}" if button is self.before else f"{layers} →")
            button.setToolTip(plain_tip(", ".join(map(self.place.name_of, nodes))))
            button.setVisible(bool(nodes))
        self.bar.setRange(0, farthest)
        self.bar.setPageStep(max(self.stage.width(), 1))
        self.bar.setSingleStep(60)
        self.bar.setValue(self.stage.offset)

    def _page(self, by: int) -> None:
        """Go on by what is in sight, but for a column that is cut."""
        self.stage.scroll_to(self.stage.offset + by * round(0.85 * self.stage.width()))

    def _describe(self) -> None:
        stage = self.stage
        shown = {strand.link: strand for strand in stage.trace.sources} if stage.trace is not None else {}
        self._see_card()
        stage.setAccessibleDescription(spoken(stage.maps, self.place.name_of, stage.trace, stage.line, shown))

    def _see_card(self) -> None:
        """What is told of a picture is seen whole, and no row above it in part."""
        room, bar = self.answer.layout(), self._beside.verticalScrollBar()
        if room is None or self.stage.trace is None:
            bar.setValue(0)
            return
        room.activate()  # it is as high as what is told of, from now on
        self._beside.ensureWidgetVisible(self.answer.card, 0, 12)
        bar.setValue(self.answer.whole_rows_from(bar.value()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.thumbnails.follow()
        self._enter()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        tight = self.width() < 1000
        for words in (self._picture, self._scale):
            words.setVisible(not tight)
