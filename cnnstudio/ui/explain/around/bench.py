"""The bench: other sizes, kernels, strides, paddings and dilations, tried out without touching the design."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.explaining.positions import Positions
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.settings import Setting, SettingError
from cnnstudio.nn.sliding_window import ShapeError, Window
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import worded
from cnnstudio.nn.telling.wording.reasons import ReasonWords
from cnnstudio.ui.explain.parts.positions_view import PositionsView
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.inspector.choice_editors import PaddingEditor
from cnnstudio.ui.panels.inspector.layer_form import SettingRow
from cnnstudio.ui.widgets.layouts.contents import empty
from cnnstudio.ui.widgets.reasons.reason_card import ReasonCard

_TRIED = ("kernel", "stride", "padding", "round_up", "dilation")
_SIZE = Setting(
    "size", "Input size", "pair", (28, 28), 1, 1024, "px", "Height and width of the volume that is read.", ()
)


def can_be_tried(layer: Layer) -> bool:
    """Whether the layer slides a window whose settings can be played with."""
    names = {about.name for about in layer.settings()}
    window = layer.window([(64, 64, 1)]) if {"kernel", "stride", "padding"} <= names else None
    return window is not None and not window.spreads


class Bench(QWidget):
    """Begins with a layer's own numbers. ``applied`` carries the layer with those that were found."""

    applied = Signal(object)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._own: Layer | None = None
        self._tried: Layer | None = None
        self._size, self._channels = (28, 28), 1
        self.rows: dict[str, SettingRow] = {}
        self.back = QPushButton("← Back to the numbers")
        self.back.setToolTip("Leave the bench; the design stays as it is")
        self.back.clicked.connect(self.left)
        self.apply = QPushButton("Apply to the layer")
        self.apply.setProperty("role", "primary")
        self.apply.setToolTip("Give the layer these settings, as one step that can be undone")
        self.apply.clicked.connect(self._apply)
        self.reset = QPushButton("As in the design")
        self.reset.setToolTip("Begin again with the layer's own numbers")
        self.reset.clicked.connect(self._begin_again)
        self.drawing = PositionsView()
        self.sides: dict[int, QPushButton] = {}
        self._fields = QVBoxLayout()
        self._fields.setSpacing(8)
        self._answer = QVBoxLayout()
        self.verdict = label("", wrap=True)
        self._lay_out()

    def _lay_out(self) -> None:
        left = QWidget()
        left.setFixedWidth(268)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(label("The bench", "heading"))
        words = "Try other numbers and see where the window can lie. The design stays as it is until you apply them."
        column.addWidget(label(words, "soft", wrap=True))
        column.addLayout(self._fields)
        buttons = QHBoxLayout()
        buttons.addWidget(self.apply)
        buttons.addWidget(self.reset)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(10)
        choose = QHBoxLayout()
        group = QButtonGroup(self)
        for side, way, cells in ((1, "Across", "columns"), (0, "Down", "rows")):
            button = QPushButton(f"{way} ({cells})")
            button.setCheckable(True)
            button.setToolTip(f"Draw the positions of the window {way.lower()}")
            button.setProperty("role", "segment")
            button.clicked.connect(self._draw)
            group.addButton(button)
            self.sides[side] = button
            choose.addWidget(button)
        self.sides[1].setChecked(True)
        choose.addStretch(1)
        right.addLayout(choose)
        right.addLayout(self._answer)
        right.addWidget(self.verdict)
        right.addWidget(self.drawing, 1)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 12, 16, 12)
        line.setSpacing(24)
        line.addWidget(left)
        line.addLayout(right, 1)

    @property
    def tried(self) -> Layer | None:
        """The layer as it would be."""
        return self._tried

    @property
    def side(self) -> int:
        """0 for rows, 1 for columns."""
        return 1 if self.sides[1].isChecked() else 0

    @property
    def _window(self) -> Window:
        assert self._tried is not None
        window = self._tried.window([(*self._size, self._channels)])
        assert window is not None
        return window

    @property
    def positions(self) -> tuple[Positions, Positions]:
        """Where the window can lie: down and across."""
        window = self._window
        ends = ((window.padding[0], window.padding[1]), (window.padding[2], window.padding[3]))
        down, across = (
            Positions(
                self._size[i], window.kernel[i], window.stride[i], *ends[i], window.dilation[i], window.overhang[i]
            )
            for i in (0, 1)
        )
        return down, across

    def _begin_again(self) -> None:
        if self._own is not None:
            self.show_layer(self._own, self._given)

    def show_layer(self, layer: Layer, shape: tuple[int, ...]) -> None:
        """Begin with this layer on an input of this shape (height, width, channels)."""
        self._own = self._tried = layer
        self._given = shape
        self._size, self._channels = (shape[0], shape[1]), shape[2]
        empty(self._fields)
        self.rows = {}
        for about in (_SIZE, *(s for name in _TRIED for s in layer.settings() if s.name == name)):
            row = SettingRow(about, layer.title)
            row.editor.entered.connect(partial(self._entered, about.name))
            self.rows[about.name] = row
            self._fields.addWidget(row)
        self._show_values()

    def _entered(self, name: str, value: Any) -> None:
        assert self._tried is not None
        if name == "size":
            self._size = value
        else:
            try:
                self._tried = self._tried.replace(**{name: value})
            except SettingError as error:
                self.rows[name].refuse(worded(error))
                return
        self.rows[name].refuse("")
        self._show_values()

    def _show_values(self) -> None:
        window = self._window
        for name, row in self.rows.items():
            row.show_value(self._size if name == "size" else getattr(self._tried, name))
            if isinstance(row.editor, PaddingEditor):
                row.editor.show_resolved(window.padding)
        self._draw()

    def _draw(self) -> None:
        empty(self._answer)
        positions = self.positions[self.side]
        word = "columns" if self.side else "rows"
        question = f"Why {positions.count} {word}?"
        quotient = "(size + padding − reach) / stride"
        rounded = f"⌈{quotient}⌉" if positions.overhang else f"⌊{quotient}⌋"
        formula = f"{rounded} + 1, where the window reaches over dilation·(kernel − 1) + 1 cells"
        self._answer.addWidget(ReasonCard(ReasonWords(question, positions.formula, formula)))
        self.drawing.show_positions(positions)
        self.verdict.setText(self._verdict(positions, word))
        self.apply.setEnabled(self._tried != self._own and self._fits())

    def _verdict(self, positions: Positions, word: str) -> str:
        assert self._tried is not None
        try:
            shape = self._tried.output_shape([(*self._size, self._channels)])
        except ShapeError as error:
            return worded(error)
        size = shape_text((*self._size, self._channels))
        words = f"{size} becomes {shape_text(shape)}: {amount(positions.count, 'position')} along this side."
        unseen = positions.unseen
        if unseen:
            names = ", ".join(str(place + 1) for place in unseen[:6]) + ("…" if len(unseen) > 6 else "")
            what = word[:-1] if len(unseen) == 1 else word
            words += f" {len(unseen)} {what} ({names}) never lie under the window."
        elif positions.dropped:
            words += " Only padding is dropped at the end."
        else:
            words += " Nothing is dropped."
        return words

    def _fits(self) -> bool:
        assert self._tried is not None
        try:
            self._tried.output_shape([self._given])
        except ShapeError:
            return False
        return True

    def _apply(self) -> None:
        self.applied.emit(self._tried)
