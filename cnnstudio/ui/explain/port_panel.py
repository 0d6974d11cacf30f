"""One input of the layer: its picture with padding and window, and its channels to choose from."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.nn.arrays import shape_text
from cnnstudio.ui import pictures
from cnnstudio.ui.explain.inks import Ink
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.explain.terms import explain_term
from cnnstudio.ui.explain.tiles import Tiles
from cnnstudio.ui.explain.volume_view import VolumeView
from cnnstudio.ui.labels import label
from cnnstudio.ui.wording import thousands


class PortPanel(QWidget):
    """Follows input number ``port`` of the place's layer."""

    #: (row, column, channel) or (unit,) under the pointer
    pointed = Signal(object)
    channel_chosen = Signal(int)

    def __init__(self, place: Place, port: int) -> None:
        super().__init__()
        self._place, self.port = place, port
        self.title = explain_term(label("", "title"), "input volume")
        self.view = VolumeView("Input of the layer")
        self.view.pointed.connect(self._pointed)
        self.channels = Tiles("Channels of the input", upright=False, tile=34)
        self.channels.chosen.connect(self.channel_chosen)
        self.note = explain_term(label("", "secondary", wrap=True), "local connectivity")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.title)
        column.addWidget(self.view)
        column.addWidget(self.channels)
        column.addWidget(self.note)
        column.addStretch(1)

    def show_values(self, ink: Ink) -> None:
        """Other numbers, or another layer."""
        place = self._place
        assert place.probed is not None
        source = place.inputs[self.port]
        values = place.probed.values[source]
        self._ink, self._values = ink, values
        window = place.layer.window(place.input_shapes)
        self._padding = (0, 0, 0, 0) if window is None or window.spreads else window.padding
        several = len(place.inputs) > 1
        name = f"Input {self.port + 1}" if several else "Input volume" if values.ndim == 3 else "Input"
        text = f"{name} {shape_text(values.shape)}"
        if any(self._padding):
            sides = sorted(set(self._padding))
            text += f" + padding {sides[0] if len(sides) == 1 else ', '.join(map(str, self._padding))}"
        self.title.setText(text)
        self._photo = place.probed.image if place.probed.graph[source].layer.category == "input" else None
        volume = values.ndim == 3 and values.shape[2] > 1
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

    def _draw(self) -> None:
        place = self._place
        if self._values.ndim == 1:
            self.view.show_map(self._values, self._ink)
            return
        self._channel = place.channel_of(self.port)
        picture: QImage | None = None
        if self._photo is not None and self._photo.shape[2] == 3:
            picture = pictures.image_picture(self._photo)
        self.view.show_map(self._values[:, :, self._channel], self._ink, self._padding, picture)

    def _winner(self) -> None:
        part = place.parts[0] if (place := self._place.explanation).parts else None
        winner = getattr(part, "winner", None)
        self.view.mark_winner(part.source[:2] if winner is not None and self._values.ndim == 3 else None)

    def _words(self) -> str:
        sources = self._place.explanation.sources[self.port]
        if not sources.count:
            return "This cell reads nothing here."
        if sources.count == 1:
            return "This cell reads one number." if not sources.padding else "This cell lies on the padding."
        if self._values.ndim == 1:
            return f"This unit reads all {thousands(len(sources.channels))} numbers." if self._values.ndim == 1 else ""
        size = shape_text((len(sources.rows), len(sources.columns), len(sources.channels)))
        padding = f", {thousands(sources.padding)} of them padding" if sources.padding else ""
        return f"This cell reads {size} = {thousands(sources.count)} numbers{padding}."

    def _pointed(self, cell: tuple[int, int]) -> None:
        if self._values.ndim == 1:
            self.pointed.emit((cell[1],))
        else:
            self.pointed.emit((*cell, self._place.channel_of(self.port)))

    def set_side(self, pixels: int) -> None:
        """How wide and high the picture may become."""
        self.view.set_side(pixels)
        width = max(self.view.width(), min(pixels, 150))
        self.channels.setFixedWidth(width)
        self.setFixedWidth(max(width, self.title.sizeHint().width(), 200))
