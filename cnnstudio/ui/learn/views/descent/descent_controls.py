"""The controls of the ball: the layer, the learning rate, a step, rolling, and other weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QPushButton, QSlider, QWidget

from cnnstudio.nn.graph.graph import Graph
from cnnstudio.ui.look.labels import label, plain_tip
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.widgets.layouts.flow import FlowLayout

#: the learning rates of the slider
RATES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
_FIRST = RATES.index(0.1)


class DescentControls(QWidget):
    """Buttons, a chooser and a slider; what they do is their owner's affair."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = QComboBox()
        self.layers.setAccessibleName("Layer")
        self.layers.setToolTip("The layer whose two weights are moved")
        self.other = _button("Other weights", "Take two other weights of this layer, a little less steep than these")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, len(RATES) - 1)
        self.slider.setPageStep(1)
        self.slider.setValue(_FIRST)
        self.slider.setAccessibleName("Learning rate")
        tip = "How far a step goes for each unit of gradient."
        more = "Only two weights move here, so it may be larger than in training, where all move together."
        self.slider.setToolTip(plain_tip(f"{tip}\n{more}"))
        self.said = label("", "title")
        self.said.setToolTip("The learning rate of the next step")
        self.said.setMinimumWidth(34)
        self.slider.valueChanged.connect(self._say)
        self.step = _button("Step", "Move both weights once against their gradients", "primary")
        self.roll = _button("Roll", "Take one step after the other; press again to hold")
        self.again = _button("Begin again", "Put the ball back to where it was put down")
        caption = label("learning rate", "secondary")
        caption.setToolTip(self.slider.toolTip())
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(8)
        grid.setHorizontalSpacing(8)
        first, last = QWidget(), QWidget()
        for row, widgets in ((first, (self.layers, self.other)), (last, (self.step, self.roll, self.again))):
            line = FlowLayout(row, 8, 6)
            for widget in widgets:
                line.addWidget(widget)
        grid.addWidget(first, 0, 0, 1, 3)
        grid.addWidget(caption, 1, 0)
        grid.addWidget(self.slider, 1, 1)
        grid.addWidget(self.said, 1, 2)
        grid.addWidget(last, 2, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        self._say()

    @property
    def rate(self) -> float:
        """The learning rate."""
        return RATES[self.slider.value()]

    @property
    def layer(self) -> str:
        """The chosen layer."""
        return self.layers.currentData() or ""

    def show_layers(self, nodes: Sequence[str], names: Mapping[str, str], graph: Graph) -> None:
        """Offer these layers; the one chosen before stays, otherwise it is the last, where the loss is simplest."""
        shown = [(self.layers.itemData(i), self.layers.itemText(i)) for i in range(self.layers.count())]
        if shown == [(node, names[node]) for node in nodes]:
            return
        chosen = self.layer
        self.layers.clear()
        for place, node in enumerate(nodes):
            self.layers.addItem(names[node], node)
            self.layers.setItemData(place, plain_tip(graph[node].layer.sentence), Qt.ItemDataRole.ToolTipRole)
        self.layers.setCurrentIndex(nodes.index(chosen) if chosen in nodes else len(nodes) - 1)

    def _say(self) -> None:
        self.said.setText(number_text(self.rate))


def _button(text: str, tip: str, role: str = "") -> QPushButton:
    made = QPushButton(text)
    made.setToolTip(tip)
    made.setProperty("role", role)
    return made
