"""One widget for each kind of part; which layer a part is from makes no difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from cnnstudio.nn.explaining.accounts import input_name
from cnnstudio.nn.explaining.dependence import Cell, as_volume
from cnnstudio.nn.explaining.parts import (
    BarsPart,
    CurvePart,
    LedgerPart,
    MappingPart,
    Part,
    WindowPart,
)
from cnnstudio.nn.telling.phrases import place_text
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.explain.parts.bars_view import BarsView
from cnnstudio.ui.explain.parts.curve_view import CurveView
from cnnstudio.ui.explain.parts.ledger_view import LedgerView
from cnnstudio.ui.explain.parts.mapping_view import MappingView
from cnnstudio.ui.explain.parts.steps_view import StepsView
from cnnstudio.ui.explain.parts.window_view import WindowView
from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.look.labels import label

_MOST_WANTED = 250


class PartView(QWidget):
    """Shows a part and its sentence."""

    #: another channel of the input is asked for
    channel_asked = Signal(int)
    #: another unit of the output is asked for
    unit_asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.caption = label("", "soft", wrap=True)
        self.ledger, self.steps, self.window_grid = LedgerView(), StepsView(), WindowView()
        self.curve, self.mapping, self.bars = CurveView(), MappingView(), BarsView()
        self.stack = QStackedWidget()
        for view in (self.ledger, self.steps, self.window_grid, self.curve, self.mapping, self.bars):
            self.stack.addWidget(view)
        self.stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.caption)
        column.addWidget(self.stack, 1)
        self.ledger.channel_asked.connect(self.channel_asked)
        self.bars.chosen.connect(self.unit_asked)

    @property
    def wanted_height(self) -> int:
        """How much room it would like, its sentence included; never so much that nothing else fits."""
        shown = self.stack.currentWidget()
        inside: dict[QWidget | None, int] = {
            self.ledger: self.ledger.content_height,
            self.window_grid: self.window_grid.content_height,
        }
        inside |= {
            self.curve: 230,
            self.mapping: 112,
            self.bars: self.bars.content_height,
            self.steps: self.steps.content_height,
        }
        most = 300 if shown is self.bars else _MOST_WANTED
        return min(most, inside.get(shown, 120)) + 30

    def show_part(self, part: Part, place: Place, ink: Ink, classes: Sequence[str]) -> None:
        """``ink`` colours the numbers read; ``classes`` names a last layer's units."""
        self.caption.setText(worded(part.caption))
        match part:
            case LedgerPart() if part.blocks:
                names: Sequence[str] | None = None
                if part.places is not None:
                    names = (
                        Channels(part.places)
                        if len(part.places[0]) == 3
                        else Origins(place, place.inputs[0], len(part.places))
                    )
                self.ledger.show_part(part, ink, place.channel, names)
                view: QWidget = self.ledger
            case LedgerPart():
                read = {input_name(port): place.name_of(source) for port, source in enumerate(place.inputs)}
                self.steps.show_part(part, read if len(read) > 1 else {})
                view = self.steps
            case WindowPart():
                self.window_grid.show_part(part, ink)
                view = self.window_grid
            case CurvePart():
                self.curve.show_part(part)
                view = self.curve
            case MappingPart():
                self.mapping.show_part(part, len(place.inputs))
                view = self.mapping
            case BarsPart():
                self.bars.show_part(part, list(classes) if len(classes) == place.shape[0] else [])
                view = self.bars
        self.stack.setCurrentWidget(view)
        full = {self.ledger: self.ledger.content_height, self.mapping: 112, self.steps: self.steps.content_height}
        full |= {self.window_grid: self.window_grid.content_height, self.bars: self.bars.content_height}
        most = max(full.get(view, 360), view.minimumHeight()) + 8
        self.stack.setMaximumHeight(most)
        self.setMaximumHeight(most + self.caption.heightForWidth(max(1, self.width())) + 6)


class Channels(Sequence[str]):
    """The channels of one place of a volume."""

    def __init__(self, places: Sequence[Cell]) -> None:
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> list[str]: ...
    def __getitem__(self, number: int | slice) -> str | list[str]:
        if isinstance(number, slice):
            return [self[i] for i in range(*number.indices(len(self)))]
        return f"channel {self._places[number][2] + 1}"


class Origins(Sequence[str]):
    """Where each number of a vector comes from: its place in the volume before the Flatten layer, or its unit."""

    def __init__(self, place: Place, node: str, count: int) -> None:
        graph = place.probed.graph
        self._count = count
        self._shape: tuple[int, int, int] | None = None
        self._of = ""
        while graph[node].layer.category in ("activation", "normalization"):
            node = graph[node].inputs[0]
        layer = graph[node].layer
        if layer.kind == "flatten":
            self._shape = as_volume(graph.inferred[node].inputs[0])
        else:
            self._of = f" of {place.name_of(node)}"

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> list[str]: ...
    def __getitem__(self, number: int | slice) -> str | list[str]:
        if isinstance(number, slice):
            return [self[i] for i in range(*number.indices(self._count))]
        if not 0 <= number < self._count:
            raise IndexError(number)
        if self._shape is None:
            return f"number {number + 1}{self._of}"
        _, width, channels = self._shape
        row, rest = divmod(number, width * channels)
        return place_text((row, *divmod(rest, channels)))

    def __iter__(self) -> Iterator[str]:
        return (self[i] for i in range(self._count))
