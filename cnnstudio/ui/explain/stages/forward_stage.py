"""The stage: what one layer reads, what it makes, and the account of the cell that is looked at."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import Floats, shape_text
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.ui.explain.keys import bind_keys, on_key, when_ready
from cnnstudio.ui.explain.parts.equation import Equation
from cnnstudio.ui.explain.parts.part_view import PartView
from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.explain.pictures.player import Player
from cnnstudio.ui.explain.pictures.port_panel import PortPanel
from cnnstudio.ui.explain.pictures.ports import Ports
from cnnstudio.ui.explain.pictures.rays import Rays
from cnnstudio.ui.explain.pictures.tiles import Tiles
from cnnstudio.ui.explain.pictures.volume_view import VolumeView
from cnnstudio.ui.explain.place import Place, drawn_at
from cnnstudio.ui.explain.stages.glide import Glide
from cnnstudio.ui.explain.terms import explain_term
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.look.numbers import number_text, probability_text
from cnnstudio.ui.look.pictures import image_picture

MARGIN, GAP, BETWEEN = 16, 16, 44
SMALLEST, LARGEST, LARGEST_CELL = 72, 460, 56
#: the least share of the height for the pictures; long accounts scroll
_PICTURES = 0.44


class Stage(QWidget):
    """Follows a place; hovering and the keys move it."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Stage: the layer's numbers")
        self._inks: dict[str, Ink] = {}
        self._make_output()
        self.part = PartView()
        self.equation = Equation()
        self.player = Player(place)
        self.to_film = QPushButton("Film")
        self.to_film.setToolTip("Watch the map being written (L)")
        self._make_row()
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 12, MARGIN, 12)
        column.setSpacing(10)
        column.addWidget(self.row)
        column.addWidget(self.part, 100)
        column.addWidget(self.equation)
        column.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.player, 1)
        foot.addWidget(self.to_film)
        column.addLayout(foot)
        self.part.channel_asked.connect(place.look_at_channel)
        self.part.unit_asked.connect(lambda unit: place.move_to((unit,)))
        self.part.ledger.pointed.connect(self._term_pointed)
        self.player.stepping.connect(self.glide.prepare)
        place.layer_changed.connect(self._enter)
        place.values_changed.connect(self._new_values)
        place.moved.connect(self._moved)
        place.channel_changed.connect(self._channel_changed)
        bind_keys(self, place)
        for key, action in (
            (Qt.Key.Key_Space, self.player.toggle),
            (Qt.Key.Key_Plus, lambda: self.player.hurry(1)),
            (Qt.Key.Key_Minus, lambda: self.player.hurry(-1)),
            (Qt.Key.Key_Home, lambda: place.go_to_position(0)),
            (Qt.Key.Key_End, lambda: place.go_to_position(-1)),
        ):
            on_key(self, key, partial(when_ready, place, action))

    # making

    def _make_output(self) -> None:
        self.title = explain_term(label("", "title"), "feature map")
        self.output = VolumeView("Output of the layer")
        self.output.pointed.connect(self._output_pointed)
        self.value = label("", "soft")
        theme.wear(self.value, "figures")
        self.after = QPushButton("after ReLU")
        self.after.setCheckable(True)
        self.after.toggled.connect(lambda _on: self._draw_output())
        self.maps = Tiles("Filters and their maps", upright=True)
        self.maps.chosen.connect(self.place.choose_map)
        self.maps_title = explain_term(label("Filters", "title"), "filter")
        self._output_side = QWidget()
        side = QVBoxLayout(self._output_side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(6)
        for widget in (self.title, self.output, self.value, self.after):
            side.addWidget(widget)
        side.addStretch(1)
        self._maps_side = QWidget()
        beside = QVBoxLayout(self._maps_side)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(6)
        beside.addWidget(self.maps_title)
        beside.addWidget(self.maps)
        beside.addStretch(1)

    def _make_row(self) -> None:
        self.row = QWidget()
        self.inputs = Ports(self.place)
        self.inputs.pointed.connect(self._input_pointed)
        self.inputs.channel_chosen.connect(self._channel_chosen)
        self._between = QWidget()
        self._between.setFixedWidth(BETWEEN - 2 * GAP)
        self._pictures = QHBoxLayout(self.row)
        self._pictures.setContentsMargins(0, 0, 0, 0)
        self._pictures.setSpacing(GAP)
        for widget in (self.inputs, self._between, self._output_side, self._maps_side):
            self._pictures.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        self._pictures.addStretch(1)
        self.rays = Rays(self.row)
        self.glide = Glide(self, lambda: (*self.inputs.views, self.output), self._join)

    def boxes(self) -> dict[tuple[str, int], QRectF]:
        """Where in the stage maps are seen, by layer and number from 0: what is read, and what is made."""
        place = self.place
        if not place.ready:
            return {}
        views = [(source, place.channel_of(port), self.ports[port].view) for port, source in enumerate(place.inputs)]
        found = {}
        for node, number, view in (*views, (place.node, place.cell[-1], self.output)):
            if place.probed.values[node].ndim == 3:
                found[node, number] = view.picture_box().translated(QPointF(view.mapTo(self, QPoint(0, 0))))
        return found

    @property
    def ports(self) -> list[PortPanel]:
        """A panel for each input."""
        return self.inputs.panels

    # following the place

    def _enter(self) -> None:
        if not self.place.ready:
            self.player.stop()
            return
        self.glide.stop()
        self._inks.clear()
        self.inputs.enter()
        self._between.setVisible(bool(self.place.inputs))
        self._new_values()
        self._fit()

    def _new_values(self) -> None:
        place = self.place
        if not place.ready:
            return
        self._inks.clear()
        for panel in self.ports:
            panel.show_values(self.ink(place.inputs[panel.port]))
        following = self._following()
        self.after.setVisible(following is not None)
        if following is not None:
            self.after.setText(f"Show after {place.name_of(following)}")
            self.after.setToolTip("Show the map before or after the activation that follows")
        self._show_maps()
        self._draw_output()
        self._moved()

    def _moved(self) -> None:
        place = self.place
        if not place.ready or not self.isVisible():  # another stage or the film may move the place many times a second
            return
        for panel in self.ports:
            panel.follow()
        if len(place.shape) == 3 and place.cell[2] != self._map:
            self._draw_output()
        self.maps.mark(place.cell[-1])
        self.output.mark_cell(drawn_at(place.cell))
        explanation = place.explanation
        self.value.setText(self._where())
        source = place.inputs[0] if place.inputs else place.node
        if explanation.parts:
            part = explanation.parts[0]
            self.part.show_part(part, place, self.ink(source), place.classes)
            self.equation.show_part(part, explanation.engine, self._after_value())
            if (self.part.wanted_height, self._below) != self._fitted:
                self._fit()
        self.player.follow()
        self.glide.begin(self.player.interval)

    def _join(self) -> None:
        """Lines from what is read to what is made."""
        self.rays.join(self.inputs.views, self.output)

    def _channel_changed(self) -> None:
        if not self.place.ready:
            return
        for panel in self.ports:
            panel.follow()
        self.maps.forget()
        self.part.ledger.unfold(self.place.channel)

    # pieces

    def ink(self, node: str) -> Ink:
        """The colours of a layer's numbers."""
        probed = self.place.probed
        if node not in self._inks:
            beside = [*self.place.inputs, self.place.node]
            # one scale for all that is added up or joined, and what comes out: how it came about can be seen
            image = probed.graph[node].layer.category == "input"
            shared = len(beside) > 2 and node in beside and self.place.layer.linear and not image
            shown = [probed.values[other] for other in (beside if shared else (node,))]
            self._inks[node] = Ink.of(np.concatenate([np.ravel(values) for values in shown]), image=image)
        return self._inks[node]

    def _following(self) -> str | None:
        """The activation or normalization that alone reads this layer, if there is one."""
        probed = self.place.probed
        readers = probed.graph.consumers[self.place.node]
        if (
            self.place.layer.category in ("activation", "normalization", "output")
            or len(readers) != 1
            or readers[0] not in probed.values
        ):
            return None
        return readers[0] if probed.graph[readers[0]].layer.category in ("activation", "normalization") else None

    def _after_value(self) -> tuple[str, float] | None:
        following = self._following()
        if following is None:
            return None
        probed = self.place.probed
        return self.place.name_of(following), float(probed.values[following][self.place.cell])

    _map = -1

    def _draw_output(self) -> None:
        place = self.place
        if not place.ready:
            return
        node = place.node
        following = self._following()
        if following is not None and self.after.isChecked():
            node = following
        values = place.probed.values[node]
        photo = place.layer.category == "input" and values.shape[2] == 3
        if values.ndim == 3:
            self._map = place.cell[2]
            picture = None
            if photo:
                picture = image_picture(place.probed.image)
            self.output.show_map(values[:, :, self._map], self.ink(node), picture=picture)
            word = {"convolution": "Feature map", "input": "Channel"}.get(place.layer.category, "Map")
            self.title.setText(f"{word} {self._map + 1} of {values.shape[2]} · {shape_text(values.shape[:2])}")
        else:
            self.output.show_map(values, self.ink(node))
            self.title.setText(f"Output {values.shape[0]}")
        self.output.mark_cell(drawn_at(place.cell))

    def _show_maps(self) -> None:
        place = self.place
        volume = len(place.shape) == 3 and place.shape[2] > 1
        self._maps_side.setVisible(volume)
        if not volume:
            return
        weights = place.probed.site(place.node).arrays.get("weights")
        sliding = weights is not None and weights.ndim in (4, 6)
        self.maps_title.setText("Filters and maps" if sliding else "Maps")
        self._weights_ink = Ink.signed(weights) if weights is not None and sliding else None
        self.maps.show_items(place.shape[2], 2 if sliding else 1, self._tile, self._tile_tip)

    def _tile(self, item: int) -> list[QImage]:
        place = self.place
        picture = self.ink(place.node).picture(place.probed.values[place.node][:, :, item])
        weights = self._filter(item)
        if weights is None or self._weights_ink is None:
            return [picture]
        return [self._weights_ink.picture(weights), picture]

    def _filter(self, item: int) -> Floats | None:
        """The weights of one filter for the channel that is looked at, or None where the layer has none."""
        place = self.place
        weights = place.probed.site(place.node).arrays.get("weights")
        if weights is None or self._weights_ink is None:
            return None
        chosen: Floats = weights[(*place.cell[:2], item)] if weights.ndim == 6 else weights[item]
        channels = list(place.dependences[0].channels.places(item))
        return chosen[:, :, channels.index(place.channel) if place.channel in channels else 0]

    def _tile_tip(self, item: int) -> str:
        weights = self._filter(item)
        if weights is None:
            return f"Map {item + 1} of {self.place.shape[2]}"
        channels = self.place.input_shapes[0][2]
        of_channel = f" for channel {self.place.channel + 1}" if channels > 1 else ""
        return (
            f"Filter {item + 1}{of_channel}: weights from {number_text(float(weights.min()))} to "
            f"{number_text(float(weights.max()))} (blue below, white at, red above zero), and its map"
        )

    def _where(self) -> str:
        cell = self.place.cell
        where = f"row {cell[0] + 1}, column {cell[1] + 1}" if len(cell) == 3 else f"number {cell[0] + 1}"
        if len(cell) == 1 and len(self.place.classes) == self.place.shape[0] and self.place.layer.category == "output":
            where = f"class “{self.place.classes[cell[0]]}”"
        written = probability_text if self.place.layer.kind == "softmax" else number_text
        return f"{where} → {written(self.place.explanation.engine)}"

    # the pointer

    def _term_pointed(self, term: tuple[int, int, int] | None) -> None:
        """Mark where a number of the ledger was read: its channel, row and column in the window."""
        place = self.place
        if not place.ready or not self.ports:
            return
        view, cell = self.ports[0].view, None
        if term is not None and len(place.input_shapes[0]) == 3:
            seen, (channel, row, column) = place.explanation.sources[0], term
            if channel == place.channel_of(0) and row < len(seen.rows) and column < len(seen.columns):
                cell = (int(seen.rows[row]), int(seen.columns[column]))
        view.mark_spot(cell)

    def _output_pointed(self, cell: tuple[int, int]) -> None:
        place = self.place
        if place.ready:
            place.move_to((*cell, place.cell[2]) if len(place.shape) == 3 else (cell[1],))

    def _input_pointed(self, port: int, cell: Cell) -> None:
        found = self.place.read_by(port, cell) if self.place.ready else None
        if found is not None:
            self.place.move_to(found)

    def _channel_chosen(self, port: int, channel: int) -> None:
        place = self.place
        if channel in place.explanation.sources[port].channels:
            place.look_at_channel(channel)
            return
        reader = place.dependences[port].channels.middle_reader(channel)
        if reader is not None and len(place.shape) == 3:
            place.choose_map(reader)

    # size

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._moved()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(480, 380)

    @property
    def _below(self) -> int:
        """How high the sum and the controls are."""
        wide = max(1, self.width() - 2 * MARGIN)
        return max(0, self.equation.heightForWidth(wide)) + self.player.sizeHint().height()

    #: the heights for which the pictures were made: what the account wants, and what is below it
    _fitted = (0, 0)

    def _fit(self) -> None:
        """Pictures as large as the account below them leaves room for."""
        if not self.place.ready:
            return
        count = len(self.ports)
        wide = self.width() - 2 * MARGIN - (BETWEEN if count else 0)
        wide -= (self.maps.width() + GAP) if self._maps_side.isVisibleTo(self) else 0
        wanted, below = self._fitted = self.part.wanted_height, self._below
        high = self.height() - below - 24 - 4 * 10
        least = max(self.part.minimumSizeHint().height(), self.part.minimumHeight())
        high = min(max(high - wanted, int(_PICTURES * high)), high - least)
        titles = max(self.title.sizeHint().width(), self.value.sizeHint().width(), 150)
        line = self.fontMetrics().height()
        captions = 2 * line + 20 + (self.after.sizeHint().height() + 6 if self.after.isVisibleTo(self) else 0)
        share = max(titles, wide / (1 + min(count, 2)))
        if count == 1:  # both pictures equally large, whatever stands beside and below them
            share = max(titles, (wide - GAP - self.ports[0].beside) / 2)
            captions = max(captions, self.ports[0].caption_height)
        largest = min(LARGEST, max(SMALLEST, high - captions))
        self.output.set_room(min(share, LARGEST), largest, LARGEST_CELL)
        self._output_side.setFixedWidth(max(self.output.width(), titles))
        rest = wide - self._output_side.width() - GAP
        if count == 1:
            port = self.ports[0]
            self.inputs.set_room(min(rest, share + port.beside, LARGEST + port.beside), largest + port.caption_height)
        else:
            self.inputs.set_room(rest, min(max(high, SMALLEST + captions), LARGEST + captions))
        used = max(self.inputs.used_height, self.output.height() + captions)
        self.row.setFixedHeight(used)
        self.maps.setFixedHeight(used - self.maps_title.sizeHint().height() - 6)
        self.rays.raise_()
        for side in (*self.ports, self._output_side):  # lines between pictures want their places now
            if (layout := side.layout()) is not None:
                layout.activate()
        self._pictures.activate()
        self._join()
