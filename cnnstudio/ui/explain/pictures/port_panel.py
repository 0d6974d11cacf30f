"""One input of the layer: its picture with padding and window, and its channels to choose from."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.explaining.dependence import Sources
from cnnstudio.nn.explaining.parts import WindowPart
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.explain.pictures.tiles import Tiles
from cnnstudio.ui.explain.pictures.volume_view import VolumeView
from cnnstudio.ui.explain.place import Place, drawn_at
from cnnstudio.ui.explain.terms import TERMS, explain_term
from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.labels import elided_name, label, plain_tip
from cnnstudio.ui.look.numbers import number_text

#: pixels between the channels and the picture
_BESIDE = 8
#: the note below a picture is at least so wide, where there is room
_NOTE = 190
#: of no more inputs than this each says its number
_FEW = 6
#: padding of so many cells is drawn whole, however small the map
_NARROWEST = 8


class PortPanel(QWidget):
    """Follows input number ``port`` of the place's layer."""

    #: (row, column, channel) or (unit,) under the pointer
    pointed = Signal(object)
    channel_chosen = Signal(int)

    def __init__(self, place: Place, port: int, *, small: bool = False) -> None:
        """``small``: one of many, with the number read instead of a sentence, and without its channels."""
        super().__init__()
        self._place, self.port, self._small = place, port, small
        self.title = explain_term(label("", "title"), "input volume")
        self.view = VolumeView("Input of the layer")
        self.view.pointed.connect(self._pointed)
        self.channels = Tiles("Channels of the input", upright=True, tile=34)
        self.channels.chosen.connect(self.channel_chosen)
        self.note = explain_term(label("", "secondary", wrap=True), "local connectivity")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        line = QHBoxLayout()
        line.setSpacing(_BESIDE)
        line.addWidget(self.channels, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.view, 0, Qt.AlignmentFlag.AlignTop)
        line.addStretch(1)
        column.addWidget(self.title)
        column.addLayout(line)
        column.addWidget(self.note)
        column.addStretch(1)
        if small:
            column.setSpacing(3)
            self.note.setFont(theme.tabular(self.note.font()))

    def show_values(self, ink: Ink) -> None:
        """Other numbers, or another layer."""
        place = self._place
        source = place.inputs[self.port]
        values = place.probed.values[source]
        self._ink, self._values = ink, values
        window = place.layer.window(place.input_shapes)
        self._padding = (0, 0, 0, 0) if window is None or window.spreads else window.padding
        several = len(place.inputs) > 1
        name = f"Input {self.port + 1}" if several else "Input"
        longer = "Input volume" if values.ndim == 3 and not several else name
        what = shape_text(values.shape)
        if any(self._padding):
            sides = sorted(set(self._padding))
            what += f" + padding {sides[0] if len(sides) == 1 else ', '.join(map(str, self._padding))}"
        text = f"{longer} {what}"
        self._titles = (text, f"{name} {what}", f"Input {shape_text(values.shape)}")
        self.title.setText(text)
        self._photo = place.probed.image if place.probed.graph[source].layer.category == "input" else None
        if self._small:
            few = len(place.inputs) <= _FEW
            self._name = place.name_of(source) if few else str(self.port + 1)
            self.title.setText(self._name)
            self.note.setVisible(few)
            self.title.setToolTip(plain_tip(f"{text}: {place.name_of(source)}\n{TERMS['input volume']}"))
        volume = values.ndim == 3 and values.shape[2] > 1 and not self._small
        self.channels.setVisible(volume)
        if volume:
            self.channels.show_items(
                values.shape[2],
                1,
                lambda item: (self._ink.picture(self._values[:, :, item]),),
                lambda item: f"Channel {item + 1} of {values.shape[2]}",
            )
        self._draw()
        self.follow()

    def follow(self) -> None:
        """Another cell."""
        place = self._place
        sources = place.explanation.sources[self.port]
        channel = place.channel_of(self.port)
        if self._values.ndim == 3:
            if channel != self._channel:
                self._draw()
            self.channels.mark(channel)
            whole = len(sources.rows) == self._values.shape[0] and len(sources.columns) == self._values.shape[1]
            self.view.mark_all(whole and sources.count > 1)
            self.view.mark_window(sources.rows if sources.count else None, sources.columns)
        else:
            chosen = sources.channels
            self.view.mark_all(len(chosen) == len(self._values) and len(chosen) > 1)
            self.view.mark_window(None)
            self.view.mark_cell((0, int(chosen[0])) if len(chosen) == 1 else None)
        self._winner()
        self.note.setText(self._words())

    _channel = -1
    #: what it is called, the whole first and then what fits into less room
    _titles: tuple[str, ...] = ("",)

    def _draw(self) -> None:
        place = self._place
        if self._values.ndim == 1:
            self.view.show_map(self._values, self._ink)
            return
        self._channel = place.channel_of(self.port)
        picture: QImage | None = None
        if self._photo is not None and self._photo.shape[2] == 3:
            picture = pictures.image_picture(self._photo)
        self.view.show_map(self._values[:, :, self._channel], self._ink, self._drawn_padding, picture)

    @property
    def _drawn_padding(self) -> tuple[int, int, int, int]:
        """Padding as wide as the map at most: more of it would leave a speck of the map."""
        top, bottom, left, right = self._padding
        rows, columns = (max(extent, _NARROWEST) for extent in self._values.shape[:2])
        return (min(top, rows), min(bottom, rows), min(left, columns), min(right, columns))

    def _winner(self) -> None:
        part = self._place.explanation.parts[0] if self._place.explanation.parts else None
        source = part.source if isinstance(part, WindowPart) and part.winner is not None else None
        told = source is not None and self._values.ndim == 3 and not self._place.guessing
        self.view.mark_winner(drawn_at(source) if told and source is not None else None)

    def _words(self, *, all_padding: bool = False) -> str:
        """What the cell reads; ``all_padding``: the longest that it can become."""
        sources = self._place.explanation.sources[self.port]
        if self._small:
            return self._number(sources)
        if not sources.count:
            return "This cell reads nothing here."
        if sources.count == 1:
            return "This cell reads one number." if not sources.padding else "This cell lies on the padding."
        if self._values.ndim == 1:
            return f"This unit reads all {amount(len(sources.channels), 'number')}."
        size = shape_text((len(sources.rows), len(sources.columns), len(sources.channels)))
        outside = sources.count if all_padding else sources.padding
        padding = f", {thousands(outside)} of them padding" if outside else ""
        return f"This cell reads {size} = {amount(sources.count, 'number')}{padding}."

    def _number(self, sources: Sources) -> str:
        """The one number that a merging layer reads here; nothing where it is read from another input."""
        if sources.count != 1 or sources.padding:
            return "" if sources.count != 1 else "0"
        row, column, channel = (int(axis[0]) for axis in (sources.rows, sources.columns, sources.channels))
        return number_text(
            float(self._values[row, column, channel] if self._values.ndim == 3 else self._values[channel])
        )

    def _pointed(self, cell: tuple[int, int]) -> None:
        if self._values.ndim == 1:
            self.pointed.emit((cell[1],))
        else:
            self.pointed.emit((*cell, self._place.channel_of(self.port)))

    @property
    def caption_height(self) -> int:
        """How much room it needs above and below its picture, wherever the cell lies: nothing jumps while it moves."""
        self.note.ensurePolished()
        title = self.title.sizeHint().height()
        if self._small:
            return title + 6 + (self._lines("−0") if self.note.isVisibleTo(self) else 0)
        return title + 14 + max(self._lines("\n"), self._lines(self._words(all_padding=any(self._padding))))

    def _lines(self, text: str) -> int:
        """How high a text is in the note where it is narrowest; a letter of another font makes its line higher."""
        room = QRect(0, 0, _NOTE, 0)
        return self.note.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, text).height()

    @property
    def beside(self) -> int:
        """How much room its channels take beside the picture."""
        return self.channels.width() + _BESIDE if self.channels.isVisibleTo(self) else 0

    @property
    def narrowest(self) -> int:
        """How wide it is at least: the number below a small picture wants room."""
        return 64 if self.note.isVisibleTo(self) else 40

    @property
    def used_height(self) -> int:
        """How high it is with its picture."""
        channels = self.channels.height() if self.channels.isVisibleTo(self) else 0
        return max(self.view.height(), channels) + self.caption_height

    def set_room(self, wide: float, high: float) -> None:
        """How wide and high the picture may become, its channels beside it."""
        if self._small:
            self.view.set_room(wide, high, 56)
            room = max(self.view.width(), self.narrowest)
            self.title.setText(elided_name(QFontMetricsF(self.title.font()), self._name, room))
            self.setFixedWidth(max(room, self.title.sizeHint().width()))
            return
        beside = self.beside
        self.view.set_room(wide - beside, high, 56)
        self.channels.setFixedHeight(max(self.view.height(), min(int(high), 3 * 42)))
        room = max(self.view.width() + beside, min(int(wide), _NOTE))
        written = self.title.fontMetrics().horizontalAdvance
        title = next((text for text in self._titles if written(text) <= max(room, wide)), self._titles[-1])
        self.title.setText(title)
        self.title.setToolTip(plain_tip(f"{self._titles[0]}\n{TERMS['input volume']}"))
        self.setFixedWidth(max(room, self.title.sizeHint().width()))
