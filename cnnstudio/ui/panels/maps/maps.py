"""The maps panel: what the selected layer makes of the sample image, while it learns."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.project.since_training import since_training
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import pictures
from cnnstudio.ui.look.labels import label, on_ground
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.panels.maps.class_bars import ClassBars
from cnnstudio.ui.panels.maps.map_blocks import Block, blocks, first_convolution, together
from cnnstudio.ui.panels.maps.map_legend import MapLegend
from cnnstudio.ui.panels.maps.mosaic_view import Cell, MosaicView
from cnnstudio.ui.panels.maps.sample_chooser import SampleChooser
from cnnstudio.ui.panels.maps.weights_chooser import WeightsChooser
from cnnstudio.ui.run.looked_at import Looking, best_text, is_best
from cnnstudio.ui.run.samples import Samples
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.ui.widgets.images.image_view import ImageView
from cnnstudio.worker.inspection import Inspection

#: below this width the legends have no names
NARROW = 460
#: pixels beside tabs and chooser, with what is between them, from which on there are words
WORDS = 90
#: milliseconds from new maps to this panel's picture of them
LATER = 20


class MapsPanel(QWidget):
    """Draws the newest maps of the inspection. Without a selection it shows the first convolution."""

    def __init__(
        self,
        document: Document,
        inspection: Inspection,
        looking: Looking,
        samples: Samples,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        on_ground(self, "panel")
        self._document, self._inspection, self._looking, self._samples = document, inspection, looking, samples
        #: whose maps are shown: a layer, and its activation
        self.blocks: tuple[Block, ...] = ()
        self.title = label("Feature maps", "title")
        self.subtitle = ElidedLabel()
        self.chooser, self.which = SampleChooser(samples), WeightsChooser(looking)
        self.mosaic = MosaicView()
        self.mosaic.pointed.connect(self._point)
        self.bars = ClassBars()
        self.image = ImageView()
        self.empty = label("", "soft", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack = QStackedWidget()
        for widget in (self.mosaic, self.bars, self.image, self.empty):
            self.stack.addWidget(widget)
        self.legends = (MapLegend(), MapLegend())
        self.legend_names = (label("", "secondary"), label("", "secondary"))
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.subtitle, 1)
        head.addWidget(self.chooser)
        foot = QHBoxLayout()
        foot.setSpacing(4)
        foot.addWidget(self.which)
        foot.addStretch()
        for name, legend in zip(self.legend_names, self.legends, strict=True):
            foot.addSpacing(8)
            foot.addWidget(name)
            foot.addWidget(legend)
        self._foot = QWidget()
        self._foot.setLayout(foot)
        foot.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.stack, 1)
        column.addWidget(self._foot)
        document.changed.connect(self.refresh)
        document.selection_changed.connect(self.refresh)
        # The cards are painted for the same maps: two short moments hold the window up less than a long one.
        self._later = QTimer(self, interval=LATER, singleShot=True)
        self._later.timeout.connect(self.refresh)
        inspection.maps_changed.connect(self._later.start)
        inspection.image_changed.connect(self.refresh)
        self.refresh()

    @property
    def node(self) -> str:
        """The layer whose maps are shown; "" where there is none."""
        graph = self._document.project.design.graph
        chosen = self._document.selection
        if chosen:
            return next((i for i in graph.order if i in chosen), "")
        return first_convolution(graph)

    def nodes_in_sight(self, graph: Graph) -> tuple[str, ...] | None:
        """The layers whose maps are shown; None while the panel is hidden."""
        if not self.isVisible():
            return None
        return together(graph, self.node) if self.node in graph else ()

    def refresh(self, *_: object) -> None:
        """Show the newest maps of the layer."""
        if not self.isVisible():
            return
        graph, node = self._document.project.design.graph, self.node
        self.blocks = ()
        if not node:
            self._say("Add layers, and what they make of a sample image is shown here.")
        elif graph[node].layer.category == "input" and self._inspection.image is not None:
            self.image.show_image(self._inspection.image)
            self._show(self.image)
        elif graph.inferred[node].output is None:
            self._say("This layer has no shape yet, so there is nothing it could show. Its problem comes first.")
        elif node not in self._inspection.maps:
            self._say(self._why_nothing(node))
        elif graph[node].layer.kind == "softmax":
            self.bars.show_bars(
                pictures.bars(self._inspection.maps[node], self._looking.now.classes), self._samples.label
            )
            self._show(self.bars)
        else:
            self.blocks = blocks(graph, node, self._inspection.maps)
            self.mosaic.show_blocks(self.blocks)
            self._show(self.mosaic)
        self._show_head()
        self._show_foot()

    def leave_room(self, size: QSize) -> None:
        """Leave so much free in place of the title, for tabs."""
        self.title.setText("")
        self.title.setFixedSize(size)
        self._fit_head()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_head()

    def _fit_head(self) -> None:
        """Beside tabs and chooser there may be no room for words."""
        others = self.title.minimumWidth() + self.chooser.sizeHint().width()
        self.subtitle.setVisible(self.width() - others > WORDS)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _show(self, widget: QWidget) -> None:
        self.stack.setCurrentWidget(widget)

    def _say(self, text: str) -> None:
        self.empty.setText(text)
        self._show(self.empty)

    def _why_nothing(self, node: str) -> str:
        image, graph = self._inspection.image, self._document.project.design.graph
        entry = next(iter(graph.images), "")
        if image is not None and entry and graph.inferred[entry].output not in (None, image.shape):
            wants = shape_text(graph.shape(entry))
            return (
                f"The images of the data are {shape_text(image.shape)}, the Input layer takes {wants}. "
                "Change the Input layer or choose other data, and the maps appear here."
            )
        if image is None:
            return "The maps of a sample image appear here as soon as the images are there."
        looked = self._inspection.result is not None and node in self._inspection.result.wants
        if looked and self._looking.now.live and node not in self._looking.now.graph:
            return "This layer is not in the run under way, which goes on with the network as it was."
        return "Nothing reaches this layer from the Input layer yet." if looked else ""

    def _show_head(self) -> None:
        node, design = self.node, self._document.project.design
        self.chooser.setEnabled(self._samples.count > 0)
        if not node:
            self.subtitle.set_text("")
            return
        if self.blocks and self.mosaic.cell is not None:
            self.subtitle.set_text(*self._under_pointer(self.mosaic.cell))
            return
        shape = design.graph.inferred[node].output
        parts = [design.cards[node].name, shape_text(shape) if shape else "no shape yet"]
        if self._inspection.image is not None:
            parts.append(self._inspection.label)
        parts.append(self._weights_text())
        self.subtitle.set_text(" · ".join(parts))

    def _weights_text(self) -> str:
        """Which weights the maps are of."""
        result, now = self._inspection.result, self._looking.now
        if result is None or result.snapshot.drawn:
            return "not trained: its weights are random"
        if not result.snapshot.step:
            return "not trained here"
        if now.run is not None and is_best(result.snapshot, now.run):
            return best_text(now.run)
        own = not now.live and result.snapshot is now.snapshot
        stale = own and since_training(self._document.project) is not None
        return f"{'changed since step' if stale else 'step'} {thousands(result.snapshot.step)}"

    def _show_foot(self) -> None:
        two = len(self.blocks) > 1
        activation = self._document.project.design.cards[self.blocks[1].node].name if two else ""
        names = (f"before {activation}", f"after {activation}")
        for place, (name, legend) in enumerate(zip(self.legend_names, self.legends, strict=True)):
            shown = place < len(self.blocks)
            legend.show_scale(self.blocks[place].scale if shown else None)
            name.setText(names[place])
            name.setVisible(shown and two and self.width() >= NARROW)
        self._foot.setVisible(bool(self.blocks) or self.which.isVisibleTo(self._foot))

    def _point(self, _cell: Cell | None) -> None:
        self._show_head()

    def _under_pointer(self, cell: Cell) -> tuple[str, ...]:
        """Which cell it is, counted from 1, and its value; before and after the activation where both are there. The
        longest way first: where there is little room, the value stays."""
        values = [number_text(float(block.maps[cell.row, cell.column, cell.index])) for block in self.blocks]
        if self.blocks[0].vector:
            where = f"number {thousands(cell.index + 1)} of {thousands(self.blocks[0].maps.shape[2])}"
            short = thousands(cell.index + 1)
        else:
            where = f"map {thousands(cell.index + 1)}, row {cell.row + 1}, column {cell.column + 1}"
            short = f"{thousands(cell.index + 1)}: {cell.row + 1}, {cell.column + 1}"
        value = " → ".join(values)
        return f"{where}: {value}", f"{short}: {value}", value
