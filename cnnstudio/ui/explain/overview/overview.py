"""The whole network at once: all maps, what they are made from, and what the network answers."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollBar, QVBoxLayout, QWidget

from cnnstudio.ui.explain.overview.answer import Answer
from cnnstudio.ui.explain.overview.maps import Shared
from cnnstudio.ui.explain.overview.overview_stage import OverviewStage
from cnnstudio.ui.explain.overview.thumbnails import Thumbnails
from cnnstudio.ui.explain.overview.words import spoken
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.look import preferences
from cnnstudio.ui.look.labels import label
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
        self.setFocusProxy(self.stage)
        self.answer = Answer(self.stage, place.name_of)
        self.thumbnails = Thumbnails(samples, data)
        self.chooser = SampleChooser(samples)
        self.bar = QScrollBar(Qt.Orientation.Horizontal)
        self.bar.setAccessibleName("Columns of the overview")
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
        left.addWidget(self.bar)
        line = QHBoxLayout()
        line.setSpacing(0)
        line.addLayout(left, 1)
        beside = ScrolledColumn()  # or the whole page would scroll, and the bar of the columns out of sight with it
        beside.setWidget(self.answer)
        line.addWidget(beside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addLayout(top)
        column.addLayout(line, 1)

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
        if not self.isVisible() or self.place.empty or not self.place.probed.values:
            return
        self.stage.show_network(self.place.probed, self.shared)
        self.answer.show_network(self.place.probed, self.place.classes, self._samples.label)

    def _follow_scroll(self) -> None:
        farthest = self.stage.farthest
        self.bar.setVisible(farthest > 0)
        self.bar.setRange(0, farthest)
        self.bar.setPageStep(max(self.stage.width(), 1))
        self.bar.setSingleStep(60)
        self.bar.setValue(self.stage.offset)

    def _describe(self) -> None:
        stage = self.stage
        shown = {strand.link: strand for strand in stage.trace.sources} if stage.trace is not None else {}
        stage.setAccessibleDescription(spoken(stage.maps, self.place.name_of, stage.trace, stage.line, shown))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.thumbnails.follow()
        self._enter()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        tight = self.width() < 1000
        for words in (self._picture, self._scale):
            words.setVisible(not tight)
